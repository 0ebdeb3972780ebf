package dev.jacobi.lift;

import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import java.lang.classfile.Attributes;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.*;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The code of one method, read out of the class file completely: after {@link #read} nothing of the file is looked at any more, so
 * that all of its errors show there.
 *
 * <p>Instructions are counted, not addressed by their offset. {@code attributes} has what an instruction names, in the terms of the
 * intermediate representation (a {@code FieldReference}, {@code MethodReference}, {@code DynamicCall}, {@code ClassDesc} or constant);
 * {@code targets} has where branches and switches go, the default of a switch last.
 */
final class Bytecode {
    /** A line of the exception table, as instruction numbers; {@code end} is exclusive. */
    record CatchRange(
            int start, int end, int handler, @Nullable ClassDesc catchType) {}

    private static final int[] NONE = {};

    final Instruction[] instructions;
    final @Nullable Object[] attributes;
    final int[][] targets;
    final int[] lines;
    final List<CatchRange> ranges = new ArrayList<>();

    /** One more than the highest local variable slot that the code names. */
    final int slots;

    private Bytecode(CodeAttribute code) {
        List<CodeElement> elements = code.elementList();
        int count = 0;
        for (CodeElement element : elements) {
            if (element instanceof Instruction) {
                count++;
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException("the method has no instructions");
        }
        instructions = new Instruction[count];
        attributes = new @Nullable Object[count];
        targets = new int[count][];
        lines = new int[count];
        int[] indexAt = new int[code.codeLength() + 1];
        Arrays.fill(indexAt, -1);
        int index = 0;
        int offset = 0;
        int line = -1;
        int highest = 0;
        for (CodeElement element : elements) {
            if (element instanceof LineNumber number) {
                line = number.line();
            } else if (element instanceof Instruction instruction) {
                instructions[index] = instruction;
                lines[index] = line;
                indexAt[offset] = index;
                offset += instruction.sizeInBytes();
                highest = Math.max(highest, slotsNamedBy(instruction));
                index++;
            }
        }
        indexAt[offset] = index;
        slots = highest;
        LoadableConstants constants = new LoadableConstants();
        for (int i = 0; i < count; i++) {
            attributes[i] = attributeOf(instructions[i], constants);
            targets[i] = targetsOf(instructions[i], code, indexAt, count);
        }
        for (ExceptionCatch entry : code.exceptionHandlers()) {
            int start = index(entry.tryStart(), code, indexAt);
            int end = index(entry.tryEnd(), code, indexAt);
            int handler = index(entry.handler(), code, indexAt);
            if (start >= end || handler >= count) {
                throw new IllegalArgumentException("a line of the exception table covers nothing or leads nowhere");
            }
            ranges.add(new CatchRange(
                    start,
                    end,
                    handler,
                    entry.catchType().map(ClassEntry::asSymbol).orElse(null)));
        }
    }

    /**
     * Reads the code of a method.
     *
     * @throws RuntimeException of any kind, if the class file is not well formed
     */
    static Bytecode read(MethodModel method) {
        return new Bytecode(method.findAttribute(Attributes.code()).orElseThrow());
    }

    int size() {
        return instructions.length;
    }

    private static int slotsNamedBy(Instruction instruction) {
        if (instruction instanceof LoadInstruction load) {
            return load.slot() + load.typeKind().slotSize();
        }
        if (instruction instanceof StoreInstruction store) {
            return store.slot() + store.typeKind().slotSize();
        }
        return instruction instanceof IncrementInstruction increment ? increment.slot() + 1 : 0;
    }

    private static int index(Label label, CodeAttribute code, int[] indexAt) {
        int index = indexAt[code.labelToBci(label)];
        if (index < 0) {
            throw new IllegalArgumentException("an offset points into the middle of an instruction");
        }
        return index;
    }

    private static int[] targetsOf(Instruction instruction, CodeAttribute code, int[] indexAt, int count) {
        int[] targets = NONE;
        if (instruction instanceof BranchInstruction branch) {
            targets = new int[] {index(branch.target(), code, indexAt)};
        } else if (instruction instanceof TableSwitchInstruction table) {
            targets = targetsOf(table.cases(), table.defaultTarget(), code, indexAt);
        } else if (instruction instanceof LookupSwitchInstruction lookup) {
            targets = targetsOf(lookup.cases(), lookup.defaultTarget(), code, indexAt);
        }
        for (int target : targets) {
            if (target == count) {
                throw new IllegalArgumentException("a branch leads out of the code");
            }
        }
        return targets;
    }

    private static int[] targetsOf(List<SwitchCase> cases, Label otherwise, CodeAttribute code, int[] indexAt) {
        int[] targets = new int[cases.size() + 1];
        for (int i = 0; i < cases.size(); i++) {
            targets[i] = index(cases.get(i).target(), code, indexAt);
        }
        targets[cases.size()] = index(otherwise, code, indexAt);
        return targets;
    }

    private static @Nullable Object attributeOf(Instruction instruction, LoadableConstants constants) {
        return switch (instruction) {
            case ConstantInstruction.LoadConstantInstruction load -> constants.symbol(load.constantEntry());
            case ConstantInstruction.IntrinsicConstantInstruction intrinsic
            when intrinsic.opcode() == Opcode.ACONST_NULL -> dev.jacobi.ir.Instruction.NULL;
            case ConstantInstruction constant -> constant.constantValue();
            case FieldInstruction field -> fieldOf(field.field());
            case InvokeInstruction invoke -> methodOf(invoke);
            case InvokeDynamicInstruction invoke -> constants.call(invoke.invokedynamic());
            case NewObjectInstruction made -> objectClass(made.className().asSymbol());
            case NewPrimitiveArrayInstruction made -> made.typeKind().upperBound();
            case NewReferenceArrayInstruction made -> {
                ClassDesc component = made.componentType().asSymbol();
                component.arrayType();
                yield component;
            }
            case NewMultiArrayInstruction made -> {
                ClassDesc array = made.arrayType().asSymbol();
                if (made.dimensions() < 1
                        || made.dimensions() > array.descriptorString().lastIndexOf('[') + 1) {
                    throw new IllegalArgumentException("multianewarray allocates more dimensions than the array has");
                }
                yield array;
            }
            case TypeCheckInstruction check -> check.type().asSymbol();
            case LookupSwitchInstruction lookup -> keysOf(lookup.cases());
            case TableSwitchInstruction table -> keysOf(table.cases());
            default -> null;
        };
    }

    private static ClassDesc objectClass(ClassDesc descriptor) {
        if (!descriptor.isClassOrInterface()) {
            throw new IllegalArgumentException("new of an array");
        }
        return descriptor;
    }

    private static int[] keysOf(List<SwitchCase> cases) {
        int[] keys = cases.stream().mapToInt(SwitchCase::caseValue).toArray();
        if (Arrays.stream(keys).distinct().count() != keys.length) {
            throw new IllegalArgumentException("a switch has two cases for one value");
        }
        return keys;
    }

    private static FieldReference fieldOf(FieldRefEntry entry) {
        FieldReference field =
                new FieldReference(entry.owner().asSymbol(), entry.name().stringValue(), entry.typeSymbol());
        if (field.type().equals(ConstantDescs.CD_void)) {
            throw new IllegalArgumentException("a field of type void");
        }
        return field;
    }

    private static MethodReference methodOf(InvokeInstruction invoke) {
        MemberRefEntry entry = invoke.method();
        String name = entry.name().stringValue();
        MethodTypeDesc type = invoke.typeSymbol();
        boolean constructor = name.equals(ConstantDescs.INIT_NAME)
                && invoke.opcode() == Opcode.INVOKESPECIAL
                && type.returnType().equals(ConstantDescs.CD_void);
        if (name.isEmpty() || (name.indexOf('<') >= 0 && !constructor)) {
            throw new IllegalArgumentException("a call of a method with the name '" + name + "'");
        }
        return new MethodReference(entry.owner().asSymbol(), name, type, invoke.isInterface());
    }
}
