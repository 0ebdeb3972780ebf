package dev.jacobi.llvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Reads the arrays of numbers in static final fields of the JDK, which reflection does not show, out of the static initialiser. Only initialisers that do nothing but
 * fill arrays with constants are understood, one after the other without a branch.
 */
final class ConstantTables {
    /** @param text the type and the elements, as LLVM writes them */
    record Contents(String text, int length) {}

    private static final int MAX_LENGTH = 10_000;

    private ConstantTables() {}

    static Contents read(FieldReference field) {
        Function initializer = Lifter.lift(
                new MethodReference(field.owner(), "<clinit>", MethodTypeDesc.of(ConstantDescs.CD_void), false),
                ClassFiles.of(ConstantTables.class.getClassLoader()));
        Map<Value, Object[]> arrays = new HashMap<>();
        Map<Value, ClassDesc> elements = new HashMap<>();
        Block block = initializer.entry();
        while (true) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.PUT_STATIC
                        && instruction.field().equals(field)) {
                    Value array = instruction.operand(0);
                    if (!arrays.containsKey(array)) {
                        throw refuse(initializer, instruction);
                    }
                    return contents(elements.get(array), arrays.get(array), initializer, instruction);
                }
                execute(initializer, instruction, arrays, elements);
            }
            if (!(block.terminator() instanceof Terminator.Jump(var edge, var _))) {
                throw Body.refuse(initializer, "sets " + field + " in a way that is not followed", null);
            }
            block = edge.target();
        }
    }

    private static void execute(
            Function initializer,
            Instruction instruction,
            Map<Value, Object[]> arrays,
            Map<Value, ClassDesc> elements) {
        switch (instruction.opCode()) {
            case CONSTANT, PUT_STATIC -> {}
            case NEW_ARRAY -> {
                if (!(constant(initializer, instruction, 0) instanceof Integer length)
                        || length < 0
                        || length > MAX_LENGTH) {
                    throw refuse(initializer, instruction);
                }
                arrays.put(instruction.value(), new Object[length]);
                elements.put(instruction.value(), instruction.classAttribute());
            }
            case ARRAY_STORE -> {
                Object[] array = arrays.get(instruction.operand(0));
                if (array == null
                        || !(constant(initializer, instruction, 1) instanceof Integer index)
                        || index < 0
                        || index >= array.length) {
                    throw refuse(initializer, instruction);
                }
                array[index] = constant(initializer, instruction, 2);
            }
            default -> throw refuse(initializer, instruction);
        }
    }

    private static Object constant(Function initializer, Instruction instruction, int operand) {
        Instruction definition = instruction.operand(operand).definition();
        Object constant = definition == null || definition.opCode() != OpCode.CONSTANT ? null : definition.attribute();
        if (!(constant instanceof Number)) {
            throw refuse(initializer, instruction);
        }
        return constant;
    }

    private static RuntimeException refuse(Function initializer, Instruction instruction) {
        return Body.refuse(initializer, "has " + instruction.opCode().mnemonic(), instruction.position());
    }

    private static Contents contents(
            ClassDesc descriptor, Object[] values, Function initializer, Instruction instruction) {
        Element element = Element.of(descriptor).orElseThrow(() -> refuse(initializer, instruction));
        StringJoiner text = new StringJoiner(", ", "[" + values.length + " x " + element.type() + "] [", "]");
        for (Object value : values) {
            text.add(element.type() + " "
                    + switch (value) {
                        case null -> element == Element.FLOAT || element == Element.DOUBLE ? "0.0" : "0";
                        case Double number -> Body.literal(number);
                        case Float number -> Body.literal(number);
                        default -> value.toString();
                    });
        }
        return new Contents(text.toString(), values.length);
    }
}
