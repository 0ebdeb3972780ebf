package dev.jacobi.llvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.CodeWriter;
import dev.jacobi.llvm.text.Element;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The body of a function for the processor of the JVM. The length of value {@code %7} is {@code %n7}. */
final class Body extends CodeWriter {
    private final StringBuilder allocas = new StringBuilder();
    private final SortedSet<Integer> statuses = new TreeSet<>();

    Body(Function function) {
        super(function);
    }

    @Override
    public void failIf(String condition) {
        bailIf(condition, Frame.EXCEPTION);
    }

    @Override
    public String convention() {
        return "";
    }

    @Override
    public String truncation(Type from, String operand, String integer) {
        return "call " + integer + " @llvm.fptosi.sat." + integer + "." + MathText.suffix(from) + "("
                + Element.typeOf(from) + " " + operand + ")";
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
        String name = newLabel("%s");
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

    // ---- refusals ----

    @Override
    public JacobiException refuse(String what, @Nullable SourcePosition position) {
        return refuse(function(), what, position);
    }

    static JacobiException refuse(Function function, String what, @Nullable SourcePosition position) {
        return new JacobiException(
                Refusal.NOT_NATIVE,
                "cannot compile " + function.signature() + " natively: it " + what,
                position == null ? null : position.toString());
    }
}
