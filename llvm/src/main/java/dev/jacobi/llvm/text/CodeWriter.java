package dev.jacobi.llvm.text;

import dev.jacobi.JacobiException;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/**
 * The body of an LLVM function while it is written, line by line. Value {@code %7} of the IR is {@code %v7}. What one kind of processor does differently from another, and a function
 * that arithmetic needs, is abstract.
 */
public abstract class CodeWriter {
    private final Function function;
    private StringBuilder lines = new StringBuilder();
    private String label = "";
    private int temporaries;
    private int labels;

    protected CodeWriter(Function function) {
        this.function = function;
    }

    public final Function function() {
        return function;
    }

    // ---- lines ----

    public final void line(String line) {
        lines.append("  ").append(line).append('\n');
    }

    /** Begins a basic block. */
    public final void label(String name) {
        label = name;
        lines.append(name).append(":\n");
    }

    /** The basic block being written: the predecessor of where it goes. */
    public final String currentLabel() {
        return label;
    }

    public final String newLabel(String prefix) {
        return prefix + labels++;
    }

    /** The lines since the last call. */
    public final String takeLines() {
        String taken = lines.toString();
        lines = new StringBuilder();
        return taken;
    }

    /** Writes an instruction with a new name, which it returns. */
    public final String let(String instruction) {
        String name = "%t" + temporaries++;
        line(name + " = " + instruction);
        return name;
    }

    /** Writes the instruction that gives a value of the IR. */
    public final void define(Value value, String instruction) {
        line("%v" + value.id() + " = " + instruction);
    }

    // ---- what differs ----

    /** Leaves, for an exception, if the condition, an i1, holds. */
    public abstract void failIf(String condition);

    /**
     * The instruction that truncates a floating-point number as Java does: NaN gives 0, and what is too large the largest.
     *
     * @param integer i32 or i64
     */
    public abstract String truncation(Type from, String operand, String integer);

    /** Of calls of functions of the same module, with a blank behind it if there is one. */
    public abstract String convention();

    /** The refusal of what this kind of code cannot be. */
    public abstract JacobiException refuse(String what, @Nullable SourcePosition position);

    public final JacobiException refuse(Instruction instruction) {
        Object attribute = instruction.attribute();
        String detail = switch (attribute) {
            case null -> "";
            case Function callee -> " " + callee.name();
            case java.lang.constant.ClassDesc type -> " " + Type.name(type);
            default -> " " + attribute;
        };
        return refuse("has " + instruction.opCode().mnemonic() + detail, instruction.position());
    }

    /**
     * Fails if not all of so many elements from a position on are there.
     *
     * @param size of the array; it and {@code length} are not negative
     * @return the position as an i64
     */
    public final String checkRange(String size, String position, String length) {
        failIf(let("icmp slt i32 " + position + ", 0"));
        String start = let("zext i32 " + position + " to i64");
        String end = let("add i64 " + start + ", " + let("zext i32 " + length + " to i64"));
        failIf(let("icmp ugt i64 " + end + ", " + let("zext i32 " + size + " to i64")));
        return start;
    }

    // ---- values ----

    /** The operand for a value: a literal or a name. */
    public final String text(Value value) {
        Instruction definition = value.definition();
        if (definition == null || definition.opCode() != OpCode.CONSTANT) {
            return "%v" + value.id();
        }
        return switch (definition.attribute()) {
            case Integer number -> number.toString();
            case Long number -> number.toString();
            case Float number -> literal(number);
            case Double number -> literal(number);
            case Object constant when constant == Instruction.NULL -> "null";
            case null, default -> throw refuse("uses a string", definition.position());
        };
    }

    /** The type and the operand of a number, and of a reference where all memory is one space. */
    public final String typed(Value value) {
        return Element.typeOf(value.type()) + " " + text(value);
    }

    public static String literal(double number) {
        return "0x%016X".formatted(Double.doubleToRawLongBits(number));
    }

    public static String literal(float number) {
        return Float.isNaN(number)
                ? "bitcast (i32 " + Float.floatToRawIntBits(number) + " to float)"
                : literal((double) number);
    }

    /** What an operation without an operand of its own type gives for zero: the initial value of this type. */
    public static String zero(Type type) {
        return switch (type.kind()) {
            case INT, LONG -> "0";
            case FLOAT, DOUBLE -> "0.0";
            case REFERENCE -> "null";
            case VOID -> "";
        };
    }
}
