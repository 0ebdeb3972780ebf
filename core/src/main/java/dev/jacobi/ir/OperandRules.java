package dev.jacobi.ir;

import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type.Kind;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What each operation demands of its attribute, its operands and its result. Each check gives the rule that is violated, or null.
 *
 * <p>Operands are checked by computational kind; whether one class of references is assignable to another is not.
 */
final class OperandRules {
    private OperandRules() {}

    static @Nullable String violation(Instruction instruction) {
        String attribute = attributeViolation(instruction);
        if (attribute != null) {
            return attribute;
        }
        String operands = operandViolation(instruction);
        return operands != null ? operands : resultViolation(instruction);
    }

    private static @Nullable String attributeViolation(Instruction instruction) {
        Object attribute = instruction.attribute();
        boolean fits = switch (instruction.opCode().attribute()) {
            case NONE -> attribute == null;
            case NUMBER_STRING_OR_NULL ->
                attribute instanceof Integer
                        || attribute instanceof Long
                        || attribute instanceof Float
                        || attribute instanceof Double
                        || attribute instanceof String
                        || attribute == Instruction.NULL;
            case CONSTANT_DESC ->
                attribute instanceof ClassDesc
                        || attribute instanceof MethodTypeDesc
                        || attribute instanceof DirectMethodHandleDesc
                        || attribute instanceof DynamicConstantDesc<?>;
            case EMBEDDED_OBJECT -> attribute instanceof EmbeddedObject;
            case PRIMITIVE ->
                attribute instanceof ClassDesc type
                        && type.isPrimitive()
                        && !type.descriptorString().equals("V")
                        && !type.descriptorString().equals("Z");
            case COMPONENT ->
                attribute instanceof ClassDesc type && !type.descriptorString().equals("V");
            case CLASS -> attribute instanceof ClassDesc type && !type.isPrimitive();
            case MATH_CALL -> attribute instanceof MathCall;
            case FIELD -> attribute instanceof FieldReference;
            case METHOD -> attribute instanceof MethodReference;
            case DYNAMIC_CALL -> attribute instanceof DynamicCall;
            case FUNCTION -> attribute instanceof Function;
        };
        if (!fits) {
            return "the attribute must be " + description(instruction.opCode().attribute());
        }
        return switch (instruction.opCode()) {
            case INVOKE_INTERFACE -> instruction.method().onInterface() ? null : "the method must be of an interface";
            case INVOKE_VIRTUAL -> instruction.method().onInterface() ? "the method must be of a class" : null;
            case NEW -> instruction.classAttribute().isArray() ? "an array is made by new_array" : null;
            default ->
                instruction.opCode() != OpCode.INVOKE_SPECIAL
                                && attribute instanceof MethodReference method
                                && method.name().equals("<init>")
                        ? "constructors are called by invoke_special"
                        : null;
        };
    }

    private static String description(OpCode.Attribute attribute) {
        return switch (attribute) {
            case NONE -> "absent";
            case NUMBER_STRING_OR_NULL -> "a number, a string or null";
            case CONSTANT_DESC -> "a loadable constant";
            case EMBEDDED_OBJECT -> "an embedded object";
            case PRIMITIVE -> "a numeric type";
            case MATH_CALL -> "a mathematical function";
            case COMPONENT -> "the type of an array's elements";
            case CLASS -> "a class, interface or array";
            case FIELD -> "a field";
            case METHOD -> "a method";
            case DYNAMIC_CALL -> "a dynamic call";
            case FUNCTION -> "a function";
        };
    }

    private static @Nullable String operandViolation(Instruction instruction) {
        int expected = instruction.opCode().operandCount();
        int count = instruction.operands().size();
        if (expected >= 0 && count != expected) {
            return "it takes " + expected + " operands, not " + count;
        }
        return switch (instruction.opCode()) {
            case CONSTANT, LOAD_CONSTANT, EMBED, GET_STATIC, NEW -> null;
            case ADD, SUB, MUL, DIV, REM, NEG ->
                same(instruction, "numbers", Kind.INT, Kind.LONG, Kind.FLOAT, Kind.DOUBLE);
            case AND, OR, XOR -> same(instruction, "ints or longs", Kind.INT, Kind.LONG);
            case SHL, SHR, USHR -> shift(instruction);
            case CMP -> kinds(instruction, Kind.LONG, Kind.LONG);
            case CMPL, CMPG -> same(instruction, "floats or doubles", Kind.FLOAT, Kind.DOUBLE);
            case EQ, NE ->
                same(
                        instruction,
                        "numbers or references",
                        Kind.INT,
                        Kind.LONG,
                        Kind.FLOAT,
                        Kind.DOUBLE,
                        Kind.REFERENCE);
            case LT, LE, GT, GE -> same(instruction, "numbers", Kind.INT, Kind.LONG, Kind.FLOAT, Kind.DOUBLE);
            case SELECT -> kinds(instruction, Kind.INT, kind(instruction, 1), kind(instruction, 1));
            case CONVERT -> conversion(instruction);
            case MATH -> math(instruction);
            case ARRAY_LENGTH, CHECK_CAST, INSTANCE_OF, NULL_CHECK, MONITOR_ENTER, MONITOR_EXIT ->
                kinds(instruction, Kind.REFERENCE);
            case ARRAY_LOAD -> kinds(instruction, Kind.REFERENCE, Kind.INT);
            case ARRAY_STORE ->
                kinds(
                        instruction,
                        Kind.REFERENCE,
                        Kind.INT,
                        Type.of(instruction.classAttribute()).kind());
            case NEW_ARRAY -> kinds(instruction, Kind.INT);
            case NEW_MULTI_ARRAY -> multiArray(instruction);
            case GET_FIELD -> kinds(instruction, Kind.REFERENCE);
            case PUT_FIELD ->
                kinds(
                        instruction,
                        Kind.REFERENCE,
                        Type.of(instruction.field().type()).kind());
            case PUT_STATIC ->
                kinds(instruction, Type.of(instruction.field().type()).kind());
            case INVOKE_STATIC -> call(instruction, false, instruction.method().type());
            case INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE ->
                call(instruction, true, instruction.method().type());
            case INVOKE_DYNAMIC ->
                call(instruction, false, instruction.dynamicCall().type());
            case INVOKE_FUNCTION -> function(instruction);
        };
    }

    private static Kind kind(Instruction instruction, int operand) {
        return instruction.operand(operand).type().kind();
    }

    /** All operands are of the same one of these kinds. */
    private static @Nullable String same(Instruction instruction, String what, Kind... allowed) {
        Kind first = kind(instruction, 0);
        boolean same = false;
        for (Kind kind : allowed) {
            same |= kind == first;
        }
        for (Value operand : instruction.operands()) {
            same &= operand.type().kind() == first;
        }
        return same ? null : "the operands must be " + what + " of one type, not " + types(instruction.operands());
    }

    private static @Nullable String kinds(Instruction instruction, Kind... expected) {
        return kinds(instruction, Arrays.asList(expected));
    }

    private static @Nullable String kinds(Instruction instruction, List<Kind> expected) {
        List<Value> operands = instruction.operands();
        boolean fits = operands.size() == expected.size();
        for (int index = 0; fits && index < operands.size(); index++) {
            fits = operands.get(index).type().kind() == expected.get(index);
        }
        return fits ? null : "the operands must be (" + names(expected) + "), not " + types(instruction.operands());
    }

    private static @Nullable String shift(Instruction instruction) {
        Kind first = kind(instruction, 0);
        return kinds(instruction, first == Kind.LONG ? Kind.LONG : Kind.INT, Kind.INT);
    }

    private static @Nullable String conversion(Instruction instruction) {
        boolean narrow = "BSC".contains(instruction.classAttribute().descriptorString());
        if (narrow) {
            return kinds(instruction, Kind.INT);
        }
        return same(instruction, "numbers", Kind.INT, Kind.LONG, Kind.FLOAT, Kind.DOUBLE);
    }

    private static @Nullable String math(Instruction instruction) {
        MathFunction function = instruction.math().function();
        int count = instruction.operands().size();
        if (count != function.operandCount()) {
            return function.methodName() + " takes " + function.operandCount() + " operands, not " + count;
        }
        List<Kind> actual = instruction.operands().stream()
                .map(value -> value.type().kind())
                .toList();
        return function.accepts(actual)
                ? null
                : function.methodName() + " has no overload for " + types(instruction.operands());
    }

    private static @Nullable String multiArray(Instruction instruction) {
        ClassDesc array = instruction.classAttribute();
        int dimensions = array.descriptorString().lastIndexOf('[') + 1;
        int count = instruction.operands().size();
        if (count < 1 || count > dimensions) {
            return "it takes 1 to " + dimensions + " operands, not " + count;
        }
        return kinds(
                instruction, instruction.operands().stream().map(_ -> Kind.INT).toList());
    }

    private static @Nullable String call(Instruction instruction, boolean receiver, MethodTypeDesc type) {
        List<Kind> expected = new ArrayList<>();
        if (receiver) {
            expected.add(Kind.REFERENCE);
        }
        type.parameterList()
                .forEach(parameter -> expected.add(Type.of(parameter).kind()));
        return kinds(instruction, expected);
    }

    /** A function that has no blocks yet is under construction, and its parameters are not known. */
    private static @Nullable String function(Instruction instruction) {
        Function callee = instruction.function();
        return callee.blocks().isEmpty()
                ? null
                : kinds(
                        instruction,
                        callee.parameters().stream()
                                .map(parameter -> parameter.type().kind())
                                .toList());
    }

    private static @Nullable String resultViolation(Instruction instruction) {
        Kind expected = Instruction.resultType(instruction.opCode(), instruction.attribute(), instruction.operands())
                .kind();
        Value result = instruction.result();
        Kind actual = result == null ? Kind.VOID : result.type().kind();
        return actual == expected ? null : "the result must be " + name(expected) + ", not " + name(actual);
    }

    private static String types(List<Value> values) {
        return names(values.stream().map(value -> value.type().kind()).toList(), "(", ")");
    }

    private static String names(List<Kind> kinds) {
        return names(kinds, "", "");
    }

    private static String names(List<Kind> kinds, String prefix, String suffix) {
        return prefix + String.join(", ", kinds.stream().map(OperandRules::name).toList()) + suffix;
    }

    static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
