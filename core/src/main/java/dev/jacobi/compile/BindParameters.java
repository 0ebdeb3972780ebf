package dev.jacobi.compile;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives parameters of a function fixed values, which makes them constants of its code. */
final class BindParameters {
    private BindParameters() {}

    /** Binds the last parameter, a {@code double} or {@code float}, to a number. */
    static void bindLast(Function function, double number) {
        int last = function.parameters().size() - 1;
        Type type = function.parameters().get(last).type();
        bind(function, last, type.kind() == Type.Kind.FLOAT ? (Object) (float) number : (Object) number);
    }

    /** Binds the first parameters, for example to what a lambda captured. */
    static void bindFirst(Function function, List<? extends @Nullable Object> values) {
        for (int i = values.size() - 1; i >= 0; i--) {
            bind(function, i, values.get(i));
        }
    }

    private static void bind(Function function, int index, @Nullable Object value) {
        Type type = function.parameters().get(index).type();
        Instruction constant = constant(function, type, value);
        Value parameter = function.entry().removeParameter(index);
        function.entry().insert(0, constant);
        function.replaceValues(Map.of(parameter, constant.value()));
    }

    private static Instruction constant(Function function, Type type, @Nullable Object value) {
        if (value == null) {
            return function.newInstruction(OpCode.CONSTANT, Instruction.NULL, List.of(), null);
        }
        if (type.isReference()) {
            return function.newInstruction(OpCode.EMBED, new EmbeddedObject(value, type.descriptor()), List.of(), null);
        }
        Object number = switch (value) {
            case Boolean truth -> truth ? 1 : 0;
            case Character character -> (int) character;
            case Byte small -> (int) small;
            case Short small -> (int) small;
            default -> value;
        };
        return function.newInstruction(OpCode.CONSTANT, number, List.of(), null);
    }
}
