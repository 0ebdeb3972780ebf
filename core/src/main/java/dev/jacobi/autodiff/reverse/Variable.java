package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Loop;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/** What has one number at a time, but several definitions, in the generated code. */
sealed interface Variable {
    Type type();

    /** What a value of the primal was in the instance that the reverse sweep is at. */
    record Primal(Value value) implements Variable {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Primal that && value == that.value;
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }

        @Override
        public Type type() {
            return value.type();
        }
    }

    /** The adjoint of a value of the primal, as far as it is summed up. */
    record Adjoint(Value value) implements Variable {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Adjoint that && value == that.value;
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }

        @Override
        public Type type() {
            return value.type();
        }
    }

    /** The array of a stack of the tape. */
    record TapeArray(TapeKind kind) implements Variable {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof TapeArray that && kind == that.kind;
        }

        @Override
        public int hashCode() {
            return kind.hashCode();
        }

        @Override
        public Type type() {
            return kind.type();
        }
    }

    /** The number of elements on a stack of the tape. */
    record TapeTop(TapeKind kind) implements Variable {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof TapeTop that && kind == that.kind;
        }

        @Override
        public int hashCode() {
            return kind.hashCode();
        }

        @Override
        public Type type() {
            return Type.INT;
        }
    }

    /** How many iterations a loop has. */
    record Trips(Loop loop) implements Variable {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Trips that && loop == that.loop;
        }

        @Override
        public int hashCode() {
            return loop.hashCode();
        }

        @Override
        public Type type() {
            return Type.INT;
        }
    }

    /** Where the elements of one value of a loop's records are on the tape. */
    record Place(Value value) implements Variable {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Place that && value == that.value;
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }

        @Override
        public Type type() {
            return Type.INT;
        }
    }
}
