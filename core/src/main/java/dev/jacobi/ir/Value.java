package dev.jacobi.ir;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A value in static single assignment form: the result of one {@link Instruction}, or a parameter of one {@link Block}. */
public final class Value {
    private final int id;
    private Type type;
    private @Nullable Instruction definition;
    private @Nullable Block parameterOf;

    Value(int id, Type type) {
        this.id = id;
        this.type = type;
    }

    /** The number that names this value within its function. */
    public int id() {
        return id;
    }

    public Type type() {
        return type;
    }

    /** Sharpens or widens what is known of the class of a reference. */
    public void setType(Type type) {
        this.type = type;
    }

    /** The instruction with this result, or null for a block parameter. */
    public @Nullable Instruction definition() {
        return definition;
    }

    /** The block with this parameter, or null for the result of an instruction. */
    public @Nullable Block parameterOf() {
        return parameterOf;
    }

    /** The block in which this value is defined. */
    public Block block() {
        Block block = definition != null ? definition.block() : parameterOf;
        if (block == null) {
            throw new IllegalStateException(this + " is not part of a function");
        }
        return block;
    }

    /** True if this is the result of an instruction with the given operation. */
    public boolean isResultOf(OpCode opCode) {
        return definition != null && definition.opCode() == opCode;
    }

    /** What {@code map} gives for each value: the list itself if that is nothing new. */
    static List<Value> map(List<Value> values, UnaryOperator<Value> map) {
        Value @Nullable [] mapped = null;
        for (int index = 0; index < values.size(); index++) {
            Value value = values.get(index);
            Value other = map.apply(value);
            if (other != value && mapped == null) {
                mapped = values.toArray(Value[]::new);
            }
            if (mapped != null) {
                mapped[index] = other;
            }
        }
        return mapped == null ? values : List.of(mapped);
    }

    /** What stands for each value in the end: the list itself if that is nothing new. */
    public static List<Value> replace(List<Value> values, ValueMap<Value> replacements) {
        if (!replacements.isEmpty()) {
            for (int index = 0; index < values.size(); index++) {
                if (replacements.containsKey(values.get(index))) {
                    return map(values, value -> value.resolve(replacements));
                }
            }
        }
        return values;
    }

    /** What stands for this value in the end, if each of the replacements may have another one. */
    public Value resolve(ValueMap<Value> replacements) {
        Value current = this;
        for (Value next = replacements.get(current); next != null; next = replacements.get(current)) {
            current = next;
        }
        return current;
    }

    void definedBy(@Nullable Instruction instruction) {
        definition = instruction;
        parameterOf = null;
    }

    void definedBy(@Nullable Block block) {
        parameterOf = block;
        definition = null;
    }

    /** The number: faster than the hash code of objects, and tables of values have the same order in each run. */
    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public String toString() {
        return "%" + id;
    }
}
