package dev.jacobi.conformance.groups;

import java.util.stream.IntStream;

/** Parallel streams whose rounds have loops and conditions in them: each step keeps what the way back needs at a place of its own. */
class ParallelRoundsTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9, 0.3]";

    /** In one order, whatever that of the rounds. */
    private static double total(double[] terms) {
        double sum = 0;
        for (double term : terms) {
            sum += term;
        }
        return sum;
    }

    @Case(POINT)
    @Case("[]")
    static double loopsInRounds(double[] x) {
        return total(IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> {
                    double state = x[i];
                    for (int j = 0; j < 3; j++) {
                        for (int k = x.length - 1; k >= 0; k--) {
                            state = Math.sin(state * x[k]) + state;
                        }
                        state = Math.exp(-state);
                    }
                    return state;
                })
                .toArray());
    }

    @Case(POINT)
    static double triangles(double[] x) {
        return total(IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> {
                    double state = x[i];
                    for (int j = 0; j <= i; j++) {
                        for (int k = j + 1; k < x.length; k++) {
                            state = Math.sin(state * x[k]) + state * x[j];
                        }
                        for (int k = i; k > j; k--) {
                            state = Math.cos(state + x[k]);
                        }
                    }
                    return state;
                })
                .toArray());
    }

    @Case(POINT)
    static double conditions(double[] x) {
        double[] y = new double[x.length];
        IntStream.range(0, x.length).parallel().forEach(i -> {
            double state = x[i];
            for (int j = 0; j < 4; j++) {
                if (state > 0.62) {
                    state = Math.sin(state * state);
                } else if (j > 0) {
                    double root = Math.sqrt(state);
                    state = root + x[(i + j) % x.length] * root;
                }
            }
            if (i % 2 == 0) {
                y[i] = Math.log(1 + state * state);
            }
        });
        return y[0] * x[1] + y[2] + y[1];
    }

    @Case(POINT)
    static double loopsUnderConditions(double[] x) {
        return total(IntStream.rangeClosed(1, x.length)
                .parallel()
                .mapToDouble(i -> {
                    double state = x[i - 1];
                    if (state > 0.35) {
                        for (int j = 0; j < i; j++) {
                            state = Math.sin(state * x[j]) + 0.1;
                        }
                    }
                    for (int j = i; j < i + 2; j++) {
                        state = Math.cos(state * x[j % x.length]);
                    }
                    return state;
                })
                .toArray());
    }

    @Case(POINT)
    static double closedRanges(double[] x) {
        int last = x.length - 1;
        return total(IntStream.rangeClosed(0, last)
                .parallel()
                .mapToDouble(i -> {
                    double state = x[i];
                    for (int j = 0; j <= i; j++) {
                        state = Math.sin(state * x[j]) + 0.1;
                        for (int k = last - i; k > 0; k--) {
                            state = Math.cos(state * x[k]);
                        }
                    }
                    return state;
                })
                .toArray());
    }

    @Case(POINT)
    static double limitsOfOtherKinds(double[] x) {
        return total(IntStream.range(-2, x.length)
                .parallel()
                .mapToDouble(i -> {
                    double state = x[(i + 2) % x.length];
                    for (int j = i - 3; j < 2 - i; j++) {
                        state = Math.sin(state * x[(j + 8) % x.length]);
                    }
                    for (int j = Math.min(i, 1); j < 2; j++) {
                        state = Math.cos(state) * x[(j + 8) % x.length];
                    }
                    for (int j = 0; j < (i & 3); j++) {
                        state = Math.exp(-state) * x[j];
                    }
                    return state;
                })
                .toArray());
    }

    @Case(POINT)
    static double streamsInLoops(double[] x) {
        double[] y = x.clone();
        double sum = 0;
        for (int round = 0; round < 3; round++) {
            int shift = round;
            IntStream.range(0, y.length).parallel().forEach(i -> {
                double state = y[i];
                for (int j = 0; j <= shift; j++) {
                    state = Math.sin(state * x[(i + j) % x.length]) + 0.2;
                }
                y[i] = state;
            });
            sum = sum * y[round] + y[3];
        }
        return sum;
    }
}
