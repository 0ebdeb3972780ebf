package dev.jacobi.llvm.device;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.device.DeviceTarget.Space;
import dev.jacobi.llvm.text.CodeWriter;
import dev.jacobi.llvm.text.Element;
import org.jspecify.annotations.Nullable;

/** The body of a function for a device. The array {@code %7} has its first element at {@code %v7} and the length {@code %n7}, which is -1 for null. */
final class DeviceCode extends CodeWriter {
    /** Goes where the round ends because of an exception. */
    static final String FAIL = "fail";

    private final DeviceTarget target;
    private final AddressSpaces spaces;
    private final StringBuilder allocas = new StringBuilder();
    private boolean fails;

    DeviceCode(Function function, DeviceTarget target, AddressSpaces spaces) {
        super(function);
        this.target = target;
        this.spaces = spaces;
    }

    DeviceTarget target() {
        return target;
    }

    @Override
    public void failIf(String condition) {
        String next = newLabel("k");
        line("br i1 " + condition + ", label %" + failing() + ", label %" + next);
        label(next);
    }

    /** The label for an exception. */
    String failing() {
        fails = true;
        return FAIL;
    }

    boolean fails() {
        return fails;
    }

    @Override
    public String convention() {
        return target.convention();
    }

    /** By choices: not all back ends know LLVM's own instruction. */
    @Override
    public String truncation(Type from, String operand, String integer) {
        String number = Element.typeOf(from) + " " + operand;
        double least = integer.equals("i32") ? Integer.MIN_VALUE : Long.MIN_VALUE;
        String low = from.equals(Type.FLOAT) ? literal((float) least) : literal(least);
        String high = from.equals(Type.FLOAT) ? literal((float) -least) : literal(-least);
        String isNaN = let("fcmp uno " + number + ", 0.0");
        String isLow = let("fcmp olt " + number + ", " + low);
        String isHigh = let("fcmp oge " + number + ", " + high);
        String inside = let("fptosi " + number + " to " + integer);
        String[] ends = integer.equals("i32")
                ? new String[] {Integer.toString(Integer.MIN_VALUE), Integer.toString(Integer.MAX_VALUE)}
                : new String[] {Long.toString(Long.MIN_VALUE), Long.toString(Long.MAX_VALUE)};
        String atLeast = let("select i1 " + isLow + ", " + integer + " " + ends[0] + ", " + integer + " " + inside);
        String ordered = let("select i1 " + isHigh + ", " + integer + " " + ends[1] + ", " + integer + " " + atLeast);
        return "select i1 " + isNaN + ", " + integer + " 0, " + integer + " " + ordered;
    }

    // ---- memory ----

    /** Memory of the work item, made once for each call of the function. */
    String alloca(String type) {
        String name = newLabel("%s");
        int number = target.number(Space.PRIVATE);
        allocas.append("  ").append(name).append(" = alloca ").append(type).append(", align 8");
        allocas.append(number == 0 ? "" : ", addrspace(" + number + ")").append('\n');
        return name;
    }

    String allocas() {
        return allocas.toString();
    }

    /** The type of a value. */
    String type(Value value) {
        return value.type().isReference() ? target.pointer(spaces.of(value)) : Element.typeOf(value.type());
    }

    /** What the value is where an array in this memory is needed: null is in each. */
    Space space(Value array) {
        return spaces.of(array);
    }

    /** The length of an array, -1 for null. */
    String length(Value array) {
        return isNull(array) ? "-1" : "%n" + array.id();
    }

    static boolean isNull(Value value) {
        Instruction definition = value.definition();
        return definition != null && definition.attribute() == Instruction.NULL;
    }

    void defineArray(Value value, String pointer, String length) {
        define(value, "getelementptr i8, " + type(value) + " " + pointer + ", i64 0");
        line("%n" + value.id() + " = add i32 " + length + ", 0");
    }

    // ---- refusals ----

    @Override
    public JacobiException refuse(String what, @Nullable SourcePosition position) {
        return refuse(function(), what, position);
    }

    static JacobiException refuse(Function function, String what, @Nullable SourcePosition position) {
        return new JacobiException(
                Refusal.NOT_ON_DEVICE,
                "cannot compile " + function.signature() + " for a device: it " + what,
                position == null ? null : position.toString());
    }
}
