package dev.jacobi.lift;

import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Local variables and operand stack at one point of the code. A long or double is one element of the stack; as a local variable it has
 * its first slot, and the second holds nothing.
 *
 * <p>Errors of the bytecode come out as {@link Malformed}, to which {@link Translation} adds where they are.
 */
final class Frame {
    /** What the code does at this point is against the rules of the JVM. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    private final @Nullable Value[] locals;
    private final List<Value> stack;

    Frame(int slots) {
        this(new @Nullable Value[slots], new ArrayList<>());
    }

    private Frame(@Nullable Value[] locals, List<Value> stack) {
        this.locals = locals;
        this.stack = stack;
    }

    Frame copy() {
        return new Frame(locals.clone(), new ArrayList<>(stack));
    }

    List<Value> stack() {
        return stack;
    }

    /** The local variable that starts at {@code slot}, or null if none does. */
    @Nullable
    Value local(int slot) {
        return locals[slot];
    }

    Value load(int slot, Type.Kind kind) {
        Value value = locals[slot];
        if (value == null) {
            throw new Malformed("local variable " + slot + " is read where it has no value");
        }
        return require(value, kind);
    }

    void store(int slot, Value value) {
        if (slot > 0) {
            Value below = locals[slot - 1];
            if (below != null && below.type().slots() == 2) {
                locals[slot - 1] = null;
            }
        }
        locals[slot] = value;
        if (value.type().slots() == 2) {
            locals[slot + 1] = null;
        }
    }

    void push(Value value) {
        stack.add(value);
    }

    Value pop(Type.Kind kind) {
        return require(popAny(), kind);
    }

    Value popAny() {
        try {
            return stack.removeLast();
        } catch (NoSuchElementException _) {
            throw new Malformed("the operand stack is empty");
        }
    }

    static Value require(Value value, Type.Kind kind) {
        if (value.type().kind() != kind) {
            throw new Malformed("a value of kind " + name(kind) + " is needed, but there is one of kind "
                    + name(value.type().kind()));
        }
        return value;
    }

    static String name(Type.Kind kind) {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Takes values that make up {@code slots} slots from the stack, the topmost last. */
    private List<Value> take(int slots) {
        List<Value> taken = new ArrayList<>(2);
        int open = slots;
        while (open > 0) {
            Value value = popAny();
            taken.addFirst(value);
            open -= value.type().slots();
        }
        if (open < 0) {
            throw new Malformed("half of a long or double is taken from the operand stack");
        }
        return taken;
    }

    void drop(int slots) {
        take(slots);
    }

    /** Copies the topmost {@code slots} slots and puts the copy {@code below} slots under them. */
    void duplicate(int slots, int below) {
        List<Value> top = take(slots);
        List<Value> under = take(below);
        stack.addAll(top);
        stack.addAll(under);
        stack.addAll(top);
    }

    void swap() {
        List<Value> top = take(1);
        List<Value> under = take(1);
        stack.addAll(top);
        stack.addAll(under);
    }
}
