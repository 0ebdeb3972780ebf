package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.List;

/** {@code Object.clone()} of classes of the user's. */
class ClonesTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    private static class State implements Cloneable {
        double time = 0.5;
        float weight = 1;
        int steps;
        double[] position;
        State previous;

        State(double[] position) {
            this.position = position;
        }

        @Override
        public State clone() {
            try {
                return (State) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        State deep() {
            State copy = clone();
            copy.position = position.clone();
            return copy;
        }

        State step(double h) {
            State next = deep();
            next.steps++;
            next.time += h;
            next.weight *= 1.5f;
            next.previous = this;
            for (int i = 0; i < position.length; i++) {
                next.position[i] += h * Math.sin(position[(i + 1) % position.length] * time);
            }
            return next;
        }
    }

    @Case(POINT)
    static double steps(double[] x) {
        State state = new State(x);
        for (int i = 0; i < 4; i++) {
            state = state.step(0.1 * x[0]);
        }
        return state.position[0] * state.time * state.weight
                + state.previous.position[1] * state.previous.previous.time;
    }

    @Case(POINT)
    static double shallowCopiesShareArrays(double[] x) {
        State state = new State(x.clone());
        state.time = x[1];
        State copy = state.clone();
        copy.time *= x[2];
        copy.position[0] *= copy.time;
        state.position[1] += state.time * state.time;
        return copy.position[0] * copy.position[1] + state.time * copy.time;
    }

    private static final class Damped extends State {
        double damping;
        double[][] history = new double[4][];

        Damped(double[] position, double damping) {
            super(position);
            this.damping = damping;
        }

        @Override
        public Damped clone() {
            Damped copy = (Damped) super.clone();
            copy.history = history.clone();
            copy.history[steps] = position.clone();
            copy.damping *= damping;
            return copy;
        }

        @Override
        State step(double h) {
            State next = super.step(h);
            next.time *= damping;
            return next;
        }
    }

    @Case(POINT)
    static double subclasses(double[] x) {
        State[] states = {new State(x), new Damped(x.clone(), x[2])};
        double sum = 0;
        for (State each : states) {
            State state = each;
            for (int i = 0; i < 3; i++) {
                state = state.step(x[1]);
            }
            sum += state.time * state.position[0];
            if (state instanceof Damped damped) {
                sum += damped.damping * damped.history[1][0] * damped.history[2][1];
            }
        }
        return sum;
    }

    private static double tree(State state, int depth) {
        if (depth == 0) {
            return state.time * state.position[0];
        }
        State left = state.clone();
        left.time *= state.position[1];
        State right = state.deep();
        right.position[0] *= 1 + 0.1 * depth * right.time;
        state.time += 0.1;
        return tree(left, depth - 1) + tree(right, depth - 1) * state.time;
    }

    @Case(POINT)
    static double recursion(double[] x) {
        State state = new State(x.clone());
        state.time = x[2];
        return tree(state, 4) * state.time;
    }

    private static final State PROTOTYPE = new State(new double[] {2, 3});

    @Case(POINT)
    static double ofAConstant(double[] x) {
        State copy = PROTOTYPE.clone();
        copy.time *= x[0];
        State other = PROTOTYPE.deep();
        other.position[0] *= x[1];
        return copy.time * copy.position[0] + other.position[0] * other.position[1] + tree(other, 3) * PROTOTYPE.time;
    }

    @Case(value = POINT, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double changesAConstant(double[] x) {
        State copy = PROTOTYPE.clone();
        copy.position[0] = x[0];
        return copy.position[0] * copy.time;
    }

    static final class Matrix implements Cloneable {
        private final int rows;
        private double[] data;

        Matrix(int rows, double... data) {
            this.rows = rows;
            this.data = data;
        }

        @Override
        protected Object clone() throws CloneNotSupportedException {
            Matrix copy = (Matrix) super.clone();
            copy.data = data.clone();
            return copy;
        }

        Matrix times(Matrix other) throws CloneNotSupportedException {
            Matrix product = (Matrix) clone();
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < rows; j++) {
                    double sum = 0;
                    for (int k = 0; k < rows; k++) {
                        sum += data[i * rows + k] * other.data[k * rows + j];
                    }
                    product.data[i * rows + j] = sum;
                }
            }
            return product;
        }
    }

    @Case(POINT)
    static double matrices(double[] x) throws CloneNotSupportedException {
        Matrix matrix = new Matrix(2, x[0], x[1], x[2], 1);
        List<Matrix> powers = new ArrayList<>();
        powers.add(matrix);
        for (int i = 0; i < 3; i++) {
            powers.add(powers.getLast().times(matrix));
        }
        double trace = 0;
        for (Matrix power : powers) {
            trace += power.data[0] + power.data[3];
        }
        return trace;
    }

    private static class Plain {
        double value = 1;

        Plain copy() throws CloneNotSupportedException {
            return (Plain) clone();
        }
    }

    @Case(POINT)
    static double thrown(double[] x) {
        Plain plain = new Plain();
        plain.value = x[0];
        try {
            return plain.copy().value;
        } catch (CloneNotSupportedException e) {
            return plain.value * x[1];
        }
    }
}
