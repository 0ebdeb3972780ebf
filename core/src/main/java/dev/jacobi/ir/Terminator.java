package dev.jacobi.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How a block ends. Terminators do not change; a block gets another one instead. */
public sealed interface Terminator {

    @Nullable
    SourcePosition position();

    /** The ways out, in order. */
    List<Edge> edges();

    /** The values used by the terminator itself; those passed along its edges are not among them. */
    List<Value> operands();

    /** This terminator with other values. */
    default Terminator mapValues(UnaryOperator<Value> map) {
        return map(map, edge -> edge.map(map));
    }

    /** This terminator with other edges. */
    default Terminator mapEdges(UnaryOperator<Edge> map) {
        return map(value -> value, map);
    }

    /** This terminator with other operands and other edges; itself if they are the same. */
    Terminator map(UnaryOperator<Value> values, UnaryOperator<Edge> edges);

    /** This terminator at another place in the source. */
    Terminator withPosition(@Nullable SourcePosition other);

    record Jump(Edge edge, @Nullable SourcePosition position) implements Terminator {
        @Override
        public Terminator withPosition(@Nullable SourcePosition other) {
            return new Jump(edge, other);
        }

        @Override
        public List<Edge> edges() {
            return List.of(edge);
        }

        @Override
        public List<Value> operands() {
            return List.of();
        }

        @Override
        public Terminator map(UnaryOperator<Value> values, UnaryOperator<Edge> edges) {
            Edge mapped = edges.apply(edge);
            return mapped == edge ? this : new Jump(mapped, position);
        }
    }

    /** Goes to {@code ifTrue} if the condition, an int, is not 0. */
    record Branch(
            Value condition,
            Edge ifTrue,
            Edge ifFalse,
            @Nullable SourcePosition position) implements Terminator {
        @Override
        public Terminator withPosition(@Nullable SourcePosition other) {
            return new Branch(condition, ifTrue, ifFalse, other);
        }

        @Override
        public List<Edge> edges() {
            return List.of(ifTrue, ifFalse);
        }

        @Override
        public List<Value> operands() {
            return List.of(condition);
        }

        @Override
        public Terminator map(UnaryOperator<Value> values, UnaryOperator<Edge> edges) {
            Value mapped = values.apply(condition);
            Edge mappedTrue = edges.apply(ifTrue);
            Edge mappedFalse = edges.apply(ifFalse);
            return mapped == condition && mappedTrue == ifTrue && mappedFalse == ifFalse
                    ? this
                    : new Branch(mapped, mappedTrue, mappedFalse, position);
        }
    }

    /** Goes to the case of the selector, an int, or to {@code otherwise}. Edges come in the order of keys, then {@code otherwise}. */
    record Switch(
            Value selector,
            SortedMap<Integer, Edge> cases,
            Edge otherwise,
            @Nullable SourcePosition position) implements Terminator {
        public Switch {
            cases = new TreeMap<>(cases);
        }

        @Override
        public Terminator withPosition(@Nullable SourcePosition other) {
            return new Switch(selector, cases, otherwise, other);
        }

        @Override
        public List<Edge> edges() {
            List<Edge> all = new ArrayList<>(cases.values());
            all.add(otherwise);
            return Collections.unmodifiableList(all);
        }

        @Override
        public List<Value> operands() {
            return List.of(selector);
        }

        @Override
        public Terminator map(UnaryOperator<Value> values, UnaryOperator<Edge> edges) {
            SortedMap<Integer, Edge> mapped = new TreeMap<>();
            boolean changed = false;
            for (Map.Entry<Integer, Edge> entry : cases.entrySet()) {
                Edge edge = edges.apply(entry.getValue());
                changed |= edge != entry.getValue();
                mapped.put(entry.getKey(), edge);
            }
            Value mappedSelector = values.apply(selector);
            Edge mappedOtherwise = edges.apply(otherwise);
            return changed || mappedSelector != selector || mappedOtherwise != otherwise
                    ? new Switch(mappedSelector, mapped, mappedOtherwise, position)
                    : this;
        }
    }

    /** Returns from the function; {@code value} is null if it returns nothing. */
    record Return(@Nullable Value value, @Nullable SourcePosition position) implements Terminator {
        @Override
        public Terminator withPosition(@Nullable SourcePosition other) {
            return new Return(value, other);
        }

        @Override
        public List<Edge> edges() {
            return List.of();
        }

        @Override
        public List<Value> operands() {
            return value == null ? List.of() : List.of(value);
        }

        @Override
        public Terminator map(UnaryOperator<Value> values, UnaryOperator<Edge> edges) {
            Value mapped = value == null ? null : values.apply(value);
            return mapped == value ? this : new Return(mapped, position);
        }
    }

    /** Throws the operand (or NullPointerException if it is null), to the handlers of the block first. */
    record Throw(Value exception, @Nullable SourcePosition position) implements Terminator {
        @Override
        public Terminator withPosition(@Nullable SourcePosition other) {
            return new Throw(exception, other);
        }

        @Override
        public List<Edge> edges() {
            return List.of();
        }

        @Override
        public List<Value> operands() {
            return List.of(exception);
        }

        @Override
        public Terminator map(UnaryOperator<Value> values, UnaryOperator<Edge> edges) {
            Value mapped = values.apply(exception);
            return mapped == exception ? this : new Throw(mapped, position);
        }
    }
}
