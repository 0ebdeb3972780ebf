package dev.jacobi.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A way from one block to another.
 *
 * @param arguments one value for each parameter of the target (of a handler: for each after the first, which is the exception)
 */
public record Edge(Block target, List<Value> arguments) {
    public Edge {
        arguments = List.copyOf(arguments);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Edge that && target == that.target && arguments.equals(that.arguments);
    }

    @Override
    public int hashCode() {
        return 31 * target.hashCode() + arguments.hashCode();
    }

    public static Edge to(Block target, Value... arguments) {
        return new Edge(target, List.of(arguments));
    }

    public Edge map(UnaryOperator<Value> map) {
        List<Value> mapped = Value.map(arguments, map);
        return mapped == arguments ? this : new Edge(target, mapped);
    }

    Edge replace(ValueMap<Value> replacements) {
        List<Value> replaced = Value.replace(arguments, replacements);
        return replaced == arguments ? this : new Edge(target, replaced);
    }

    /** This edge with one more argument at the end. */
    public Edge plus(Value argument) {
        return plus(List.of(argument));
    }

    /** This edge with more arguments at the end. */
    public Edge plus(List<Value> others) {
        List<Value> more = new ArrayList<>(arguments);
        more.addAll(others);
        return new Edge(target, more);
    }

    /** This edge without the argument at {@code index}. */
    public Edge without(int index) {
        List<Value> fewer = new ArrayList<>(arguments);
        fewer.remove(index);
        return new Edge(target, fewer);
    }

    /** The same arguments to another block. */
    public Edge withTarget(Block other) {
        return new Edge(other, arguments);
    }
}
