package dev.jacobi.ir;

import static dev.jacobi.ir.OpCode.Attribute.*;
import static dev.jacobi.ir.OpCode.Effect.*;
import static dev.jacobi.ir.OpCode.Result.*;

/**
 * The table of operations. One line each: mnemonic of the text form, number of operands, attribute, result, effect, whether it may
 * throw, and what it costs to compute it a second time.
 *
 * <p>Arithmetic is typed by its operands: {@code add} of two doubles is a double. Control flow is not here but in {@link Terminator}.
 * The derivative rules of the scalar operations are the tables in {@code dev.jacobi.autodiff}.
 */
public enum OpCode {
    //        mnemonic            operands attribute      result       effect     throws cost
    CONSTANT("constant", 0, NUMBER_STRING_OR_NULL, OF_ATTRIBUTE, PURE, false, 0),
    LOAD_CONSTANT("load_constant", 0, CONSTANT_DESC, OF_ATTRIBUTE, CALL, true, 0),
    EMBED("embed", 0, EMBEDDED_OBJECT, OF_ATTRIBUTE, PURE, false, 0),

    ADD("add", 2, NONE, OF_OPERAND, PURE, false, 1),
    SUB("sub", 2, NONE, OF_OPERAND, PURE, false, 1),
    MUL("mul", 2, NONE, OF_OPERAND, PURE, false, 1),
    DIV("div", 2, NONE, OF_OPERAND, PURE, true, 8),
    REM("rem", 2, NONE, OF_OPERAND, PURE, true, 16),
    NEG("neg", 1, NONE, OF_OPERAND, PURE, false, 1),
    SHL("shl", 2, NONE, OF_OPERAND, PURE, false, 1),
    SHR("shr", 2, NONE, OF_OPERAND, PURE, false, 1),
    USHR("ushr", 2, NONE, OF_OPERAND, PURE, false, 1),
    AND("and", 2, NONE, OF_OPERAND, PURE, false, 1),
    OR("or", 2, NONE, OF_OPERAND, PURE, false, 1),
    XOR("xor", 2, NONE, OF_OPERAND, PURE, false, 1),

    /** Three-way comparison of longs, as {@code lcmp}. */
    CMP("cmp", 2, NONE, INT, PURE, false, 1),
    /** Three-way comparison of floats or doubles, -1 if one is NaN, as {@code fcmpl} and {@code dcmpl}. */
    CMPL("cmpl", 2, NONE, INT, PURE, false, 1),
    /** Three-way comparison of floats or doubles, 1 if one is NaN, as {@code fcmpg} and {@code dcmpg}. */
    CMPG("cmpg", 2, NONE, INT, PURE, false, 1),

    // Comparisons give 1 or 0. On floats and doubles they are Java's: with NaN all but ne are false.
    EQ("eq", 2, NONE, INT, PURE, false, 1),
    NE("ne", 2, NONE, INT, PURE, false, 1),
    LT("lt", 2, NONE, INT, PURE, false, 1),
    LE("le", 2, NONE, INT, PURE, false, 1),
    GT("gt", 2, NONE, INT, PURE, false, 1),
    GE("ge", 2, NONE, INT, PURE, false, 1),

    /** {@code select c, a, b} is {@code c != 0 ? a : b}, both evaluated. */
    SELECT("select", 3, NONE, OF_SECOND_OPERAND, PURE, false, 1),
    /** Conversion to the primitive named by the attribute: int to byte, short, char too. */
    CONVERT("convert", 1, PRIMITIVE, OF_ATTRIBUTE, PURE, false, 1),
    /** A function of the table {@link MathFunction}. */
    MATH("math", -1, MATH_CALL, OF_ATTRIBUTE, PURE, false, 20),

    ARRAY_LENGTH("array_length", 1, NONE, INT, PURE, true, 1),
    /** Element of an array; the attribute is the array's component as a descriptor ({@code byte} stands for boolean[] too). */
    ARRAY_LOAD("array_load", 2, COMPONENT, OF_ATTRIBUTE, READ, true, 2),
    ARRAY_STORE("array_store", 3, COMPONENT, NOTHING, WRITE, true, 2),
    NEW_ARRAY("new_array", 1, COMPONENT, OF_ATTRIBUTE, ALLOCATE, true, 20),
    /** {@code multianewarray}: the attribute is the array class, one operand for each dimension that is allocated. */
    NEW_MULTI_ARRAY("new_multi_array", -1, CLASS, OF_ATTRIBUTE, ALLOCATE, true, 40),

    GET_FIELD("get_field", 1, FIELD, OF_ATTRIBUTE, READ, true, 2),
    PUT_FIELD("put_field", 2, FIELD, NOTHING, WRITE, true, 2),
    GET_STATIC("get_static", 0, FIELD, OF_ATTRIBUTE, READ, true, 2),
    PUT_STATIC("put_static", 1, FIELD, NOTHING, WRITE, true, 2),

    /** An object on which no constructor has run yet, as {@code new}. */
    NEW("new", 0, CLASS, OF_ATTRIBUTE, ALLOCATE, true, 20),
    CHECK_CAST("check_cast", 1, CLASS, OF_ATTRIBUTE, PURE, true, 1),
    INSTANCE_OF("instance_of", 1, CLASS, INT, PURE, true, 1),
    /** Throws NullPointerException if the operand is null. */
    NULL_CHECK("null_check", 1, NONE, NOTHING, PURE, true, 1),

    INVOKE_STATIC("invoke_static", -1, METHOD, OF_ATTRIBUTE, CALL, true, 100),
    INVOKE_SPECIAL("invoke_special", -1, METHOD, OF_ATTRIBUTE, CALL, true, 100),
    INVOKE_VIRTUAL("invoke_virtual", -1, METHOD, OF_ATTRIBUTE, CALL, true, 100),
    INVOKE_INTERFACE("invoke_interface", -1, METHOD, OF_ATTRIBUTE, CALL, true, 100),
    INVOKE_DYNAMIC("invoke_dynamic", -1, DYNAMIC_CALL, OF_ATTRIBUTE, CALL, true, 100),
    /** Call of another {@link Function} of the IR, emitted beside this one. */
    INVOKE_FUNCTION("invoke_function", -1, FUNCTION, OF_ATTRIBUTE, CALL, true, 100),

    MONITOR_ENTER("monitor_enter", 1, NONE, NOTHING, CALL, true, 20),
    MONITOR_EXIT("monitor_exit", 1, NONE, NOTHING, CALL, true, 20);

    /** What an operation does to memory, besides giving its result. */
    public enum Effect {
        /** Depends on its operands alone: may be moved, shared, dropped, computed again (subject to {@link #mayThrow}). */
        PURE,
        /** Reads memory that stores may change. */
        READ,
        WRITE,
        /** Gives a new object each time. */
        ALLOCATE,
        /** Anything: reads, writes, input and output, synchronisation. */
        CALL
    }

    /** What the attribute of an instruction is. */
    public enum Attribute {
        NONE,
        /** {@code Integer}, {@code Long}, {@code Float}, {@code Double}, {@code String} or {@link Instruction#NULL}. */
        NUMBER_STRING_OR_NULL,
        /** A {@code ClassDesc}, {@code MethodTypeDesc}, {@code DirectMethodHandleDesc} or {@code DynamicConstantDesc}. */
        CONSTANT_DESC,
        EMBEDDED_OBJECT,
        /** A primitive {@code ClassDesc}. */
        PRIMITIVE,
        MATH_CALL,
        /** The {@code ClassDesc} of an array's components. */
        COMPONENT,
        /** A {@code ClassDesc} of a class, interface or array. */
        CLASS,
        FIELD,
        METHOD,
        DYNAMIC_CALL,
        FUNCTION
    }

    /** Where the type of the result comes from. */
    public enum Result {
        NOTHING,
        INT,
        OF_OPERAND,
        OF_SECOND_OPERAND,
        OF_ATTRIBUTE
    }

    private final String mnemonic;
    private final int operandCount;
    private final Attribute attribute;
    private final Result result;
    private final Effect effect;
    private final boolean mayThrow;
    private final int cost;

    OpCode(
            String mnemonic,
            int operandCount,
            Attribute attribute,
            Result result,
            Effect effect,
            boolean mayThrow,
            int cost) {
        this.mnemonic = mnemonic;
        this.operandCount = operandCount;
        this.attribute = attribute;
        this.result = result;
        this.effect = effect;
        this.mayThrow = mayThrow;
        this.cost = cost;
    }

    /** The name in the text form. */
    public String mnemonic() {
        return mnemonic;
    }

    /** The number of operands, or -1 where the attribute decides. */
    public int operandCount() {
        return operandCount;
    }

    public Attribute attribute() {
        return attribute;
    }

    public Result result() {
        return result;
    }

    public Effect effect() {
        return effect;
    }

    /** Whether some instruction with this operation may throw; {@link Instruction#mayThrow} is sharper. */
    public boolean mayThrow() {
        return mayThrow;
    }

    /** The cost of computing the operation again, in additions. */
    public int cost() {
        return cost;
    }

    public boolean isCall() {
        return switch (this) {
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_DYNAMIC, INVOKE_FUNCTION ->
                true;
            default -> false;
        };
    }

    /** True for eq, ne, lt, le, gt, ge. */
    public boolean isComparison() {
        return compareTo(EQ) >= 0 && compareTo(GE) <= 0;
    }
}
