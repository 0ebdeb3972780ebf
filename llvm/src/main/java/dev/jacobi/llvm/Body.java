package dev.jacobi.llvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The body of an LLVM function while it is written, line by line. Value {@code %7} of the IR is {@code %v7}, its length {@code %n7}. */
final class Body {
    private final Function function;
    private final StringBuilder allocas = new StringBuilder();
    private StringBuilder lines = new StringBuilder();
    private final SortedSet<Integer> statuses = new TreeSet<>();
    private String label = "";
    private int temporaries;
    private int labels;

    Body(Function function) {
        this.function = function;
    }

    Function function() {
        return function;
    }

    // ---- lines ----

    void line(String line) {
        lines.append("  ").append(line).append('\n');
    }

    /** Begins a basic block. */
    void label(String name) {
        label = name;
        lines.append(name).append(":\n");
    }

    /** The basic block being written: the predecessor of where it goes. */
    String currentLabel() {
        return label;
    }

    String newLabel(String prefix) {
        return prefix + labels++;
    }

    /** The lines since the last call. */
    String takeLines() {
        String taken = lines.toString();
        lines = new StringBuilder();
        return taken;
    }

    /** Writes an instruction with a new name, which it returns. */
    String let(String instruction) {
        String name = "%t" + temporaries++;
        line(name + " = " + instruction);
        return name;
    }

    /** Writes the instruction that gives a value of the IR. */
    void define(Value value, String instruction) {
        line("%v" + value.id() + " = " + instruction);
    }

    /** Gives a reference of the IR whose type says what it is its pointer and its length. */
    void defineReference(Value value, String pointer, String length) {
        if (Tags.isDynamic(value.type())) {
            throw refuse("has an unknown " + value.type(), null);
        }
        defineReference(value, pointer, length, "0");
    }

    /** Gives a reference of the IR its pointer, its length, and its tag if its type does not say it. */
    void defineReference(Value value, String pointer, String length, String tag) {
        define(value, "getelementptr i8, ptr " + pointer + ", i64 0");
        line("%n" + value.id() + " = add i32 " + length + ", 0");
        if (Tags.isDynamic(value.type())) {
            line("%g" + value.id() + " = add i32 " + tag + ", 0");
        }
    }

    /** Memory on the stack, made once for each call of the function. */
    String alloca(String type) {
        String name = "%s" + labels++;
        allocas.append("  ").append(name).append(" = alloca ").append(type).append(", align 64\n");
        return name;
    }

    String allocas() {
        return allocas.toString();
    }

    // ---- leaving for the JVM ----

    /** Leaves with a status if the condition, an i1, holds. */
    void bailIf(String condition, int status) {
        String next = newLabel("k");
        line("br i1 " + condition + ", label %" + bail(status) + ", label %" + next + ", !prof !1");
        label(next);
    }

    /** Leaves if less than so much fuel, an i64 of at least 0, is left. */
    void burn(String amount) {
        String place = let("getelementptr i8, ptr %frame, i64 " + Frame.FUEL);
        String left = let("sub i64 " + let("load i64, ptr " + place + ", align 8, !tbaa !5") + ", " + amount);
        line("store i64 " + left + ", ptr " + place + ", align 8, !tbaa !5");
        bailIf(let("icmp slt i64 " + left + ", 0"), Frame.FUEL_USED);
    }

    /** The block that leaves with this status. */
    String bail(int status) {
        statuses.add(status);
        return "bail" + status;
    }

    SortedSet<Integer> statuses() {
        return statuses;
    }

    // ---- values ----

    /** The operand for a value: a literal or a name. */
    String text(Value value) {
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

    /** The type and the operand. */
    String typed(Value value) {
        return Element.typeOf(value.type()) + " " + text(value);
    }

    /** The length of an array. */
    String length(Value array) {
        Instruction definition = array.definition();
        return definition != null && definition.attribute() == Instruction.NULL ? "0" : "%n" + array.id();
    }

    /** Refuses a value whose type does not tell that it fits where a nest of arrays of numbers is needed. */
    void requireFits(Type target, Value value) {
        Instruction definition = value.definition();
        boolean isNull = definition != null && definition.attribute() == Instruction.NULL;
        if (target.isReference()
                && !isNull
                && !Tags.isDynamic(target)
                && !Tags.of(target.descriptor()).equals(Tags.of(value.type().descriptor()))) {
            throw refuse("takes a " + value.type() + " for a " + target, null);
        }
    }

    /** The tag of an array, as an i32. */
    String tag(Value array) {
        Instruction definition = array.definition();
        if (definition != null && definition.attribute() == Instruction.NULL) {
            return "0";
        }
        return Tags.isDynamic(array.type())
                ? "%g" + array.id()
                : Integer.toString(
                        Tags.of(array.type().descriptor()).orElseThrow(() -> refuse("has a " + array.type(), null)));
    }

    static String literal(double number) {
        return "0x%016X".formatted(Double.doubleToRawLongBits(number));
    }

    static String literal(float number) {
        return Float.isNaN(number)
                ? "bitcast (i32 " + Float.floatToRawIntBits(number) + " to float)"
                : literal((double) number);
    }

    /** What an operation without an operand of its own type gives for zero: the initial value of this type. */
    static String zero(Type type) {
        return switch (type.kind()) {
            case INT, LONG -> "0";
            case FLOAT, DOUBLE -> "0.0";
            case REFERENCE -> "null";
            case VOID -> "";
        };
    }

    // ---- refusals ----

    JacobiException refuse(String what, @Nullable SourcePosition position) {
        return refuse(function, what, position);
    }

    static JacobiException refuse(Function function, String what, @Nullable SourcePosition position) {
        return new JacobiException(
                Refusal.NOT_NATIVE,
                "cannot compile " + function.signature() + " natively: it " + what,
                position == null ? null : position.toString());
    }

    JacobiException refuse(Instruction instruction) {
        Object attribute = instruction.attribute();
        String detail = switch (attribute) {
            case null -> "";
            case Function callee -> " " + callee.name();
            case java.lang.constant.ClassDesc type -> " " + Type.name(type);
            default -> " " + attribute;
        };
        return refuse("has " + instruction.opCode().mnemonic() + detail, instruction.position());
    }
}
