package dev.jacobi.llvm.text;

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
public final class ConstantTables {
    /** @param text the type and the elements, as LLVM writes them */
    public record Contents(String text, int length) {}

    private static final int MAX_LENGTH = 10_000;

    private ConstantTables() {}

    /** @param code that reads the field, for refusals */
    public static Contents read(FieldReference field, CodeWriter code) {
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
                        throw code.refuse(instruction);
                    }
                    return contents(elements.get(array), arrays.get(array), code, instruction);
                }
                execute(code, instruction, arrays, elements);
            }
            if (!(block.terminator() instanceof Terminator.Jump(var edge, var _))) {
                throw code.refuse("reads " + field + ", which is set in a way that is not followed", null);
            }
            block = edge.target();
        }
    }

    private static void execute(
            CodeWriter code, Instruction instruction, Map<Value, Object[]> arrays, Map<Value, ClassDesc> elements) {
        switch (instruction.opCode()) {
            case CONSTANT, PUT_STATIC -> {}
            case NEW_ARRAY -> {
                if (!(constant(code, instruction, 0) instanceof Integer length) || length < 0 || length > MAX_LENGTH) {
                    throw code.refuse(instruction);
                }
                arrays.put(instruction.value(), new Object[length]);
                elements.put(instruction.value(), instruction.classAttribute());
            }
            case ARRAY_STORE -> {
                Object[] array = arrays.get(instruction.operand(0));
                if (array == null
                        || !(constant(code, instruction, 1) instanceof Integer index)
                        || index < 0
                        || index >= array.length) {
                    throw code.refuse(instruction);
                }
                array[index] = constant(code, instruction, 2);
            }
            default -> throw code.refuse(instruction);
        }
    }

    private static Object constant(CodeWriter code, Instruction instruction, int operand) {
        Instruction definition = instruction.operand(operand).definition();
        Object constant = definition == null || definition.opCode() != OpCode.CONSTANT ? null : definition.attribute();
        if (!(constant instanceof Number)) {
            throw code.refuse(instruction);
        }
        return constant;
    }

    private static Contents contents(ClassDesc descriptor, Object[] values, CodeWriter code, Instruction instruction) {
        Element element = Element.of(descriptor).orElseThrow(() -> code.refuse(instruction));
        StringJoiner text = new StringJoiner(", ", "[" + values.length + " x " + element.type() + "] [", "]");
        for (Object value : values) {
            text.add(element.type() + " "
                    + switch (value) {
                        case null -> element == Element.FLOAT || element == Element.DOUBLE ? "0.0" : "0";
                        case Double number -> CodeWriter.literal(number);
                        case Float number -> CodeWriter.literal(number);
                        default -> value.toString();
                    });
        }
        return new Contents(text.toString(), values.length);
    }
}
