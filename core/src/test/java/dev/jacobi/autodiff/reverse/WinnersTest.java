package dev.jacobi.autodiff.reverse;

import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Jacobi;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.optimize.Pipeline;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The derivative of the greatest or smallest of the elements of an array is that of one element. */
class WinnersTest {
    @SuppressWarnings("unused")
    private static final class Samples {
        static double greatest(double[] x) {
            double max = x[0];
            for (int i = 1; i < x.length; i++) {
                max = Math.max(max, x[i]);
            }
            return max * max;
        }

        static double smallest(double[] x) {
            double min = Double.POSITIVE_INFINITY;
            for (double element : x) {
                min = Math.min(min, element);
            }
            return 3 * min + x[0];
        }

        static double greatestByBranch(double[] x) {
            double max = x[0];
            for (int i = 1; i < x.length; i++) {
                if (x[i] > max) {
                    max = x[i];
                }
            }
            return max * x[0];
        }

        static double smallestByChoice(double[] x) {
            double min = x[0];
            for (int i = 1; i < x.length; i++) {
                min = min > x[i] ? x[i] : min;
            }
            return Math.exp(min);
        }

        /** Neighbours, from the second element on. */
        static double greatestOfPart(double[] x) {
            double max = -1;
            for (int i = 0; i < x.length - 2; i++) {
                max = Math.max(max, x[i + 1]);
            }
            return Math.sin(max);
        }

        /** Where it is, too. */
        static double withPlace(double[] x) {
            double max = x[0];
            int at = 0;
            for (int i = 1; i < x.length; i++) {
                if (x[i] > max) {
                    max = x[i];
                    at = i;
                }
            }
            return max * (at + 1);
        }

        static double logSumExp(double[] x) {
            double max = x[0];
            for (int i = 1; i < x.length; i++) {
                max = Math.max(max, x[i]);
            }
            double sum = 0;
            for (double element : x) {
                sum += Math.exp(element - max);
            }
            return max + Math.log(sum);
        }

        /** The array is overwritten behind the loop, and again in each round of the outer one. */
        static double nested(double[] x) {
            double sum = 0;
            double[] work = x.clone();
            for (int round = 0; round < 3; round++) {
                double max = work[0];
                for (int i = 1; i < work.length; i++) {
                    max = Math.max(max, work[i]);
                }
                for (int i = 0; i < work.length; i++) {
                    work[i] = Math.sin(work[i] * (round + 1)) + 0.1 * max;
                }
                sum += max * max;
            }
            return sum;
        }

        /** Every extreme on the way counts: nothing to win. */
        static double running(double[] x) {
            double max = x[0];
            double sum = 0;
            for (int i = 1; i < x.length; i++) {
                max = Math.max(max, x[i]);
                sum += max * i;
            }
            return sum;
        }

        /** Of equal elements the last wins. */
        static double mirrored(double[] x) {
            double max = x[0];
            for (int i = 1; i < x.length; i++) {
                max = Math.max(x[i], max);
            }
            return max * 2;
        }

        static double greatestTwice(double[] x) {
            double max = x[0];
            for (int i = 1; i < x.length; i++) {
                max = Math.max(max, x[i]);
            }
            return max + max;
        }

        static double greatestByBranchTwice(double[] x) {
            double max = x[0];
            for (int i = 1; i < x.length; i++) {
                if (max < x[i]) {
                    max = x[i];
                }
            }
            return max + max;
        }

        static float single(float[] x) {
            float max = x[0];
            for (int i = 1; i < x.length; i++) {
                max = Math.max(max, x[i]);
            }
            return max * max;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "greatest", "smallest", "greatestByBranch", "smallestByChoice", "greatestOfPart", "withPlace",
                "logSumExp", "nested", "running", "mirrored", "greatestTwice", "greatestByBranchTwice"
            })
    void reverseModeDoesWhatForwardModeDoes(String method) throws Throwable {
        SplittableRandom random = new SplittableRandom(5);
        for (int length : new int[] {1, 2, 3, 8, 40}) {
            double[] x = random.doubles(length, -2, 2).toArray();
            new ReverseCheck(Samples.class, method, DUPLICATED).run((Object) x);
            for (double[] special : specials(length, random)) {
                assertSame(method, special);
            }
        }
    }

    /** Elements that are equal, zeros of both signs, infinities, and NaN. */
    private static List<double[]> specials(int length, SplittableRandom random) {
        double[] values = {0.0, -0.0, 1, 1, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        return random.ints(60, 2, values.length + 1)
                .mapToObj(kinds -> random.ints(length, 0, kinds)
                        .mapToDouble(i -> values[i])
                        .toArray())
                .toList();
    }

    interface Tangent {
        double[] apply(double[] x, double[] direction);
    }

    interface Gradient {
        double apply(double[] x, double[] gradient, double seed);
    }

    /** Their derivatives are finite wherever they are. */
    private static final Set<String> LINEAR = Set.of("smallest", "mirrored", "greatestTwice", "greatestByBranchTwice");

    private static void assertSame(String method, double[] x) {
        Tangent forward = Jacobi.of(Samples.class, method).forward(DUAL).as(Tangent.class);
        double[] gradient = new double[x.length];
        double value = Jacobi.of(Samples.class, method)
                .reverse(DUPLICATED)
                .as(Gradient.class)
                .apply(x, gradient, 1);
        for (int i = 0; i < x.length; i++) {
            double[] direction = new double[x.length];
            direction[i] = 1;
            double[] both = forward.apply(x, direction);
            assertEquals(both[0], value, method + Arrays.toString(x));
            double allowed = 1e-12 * Math.max(1, Math.abs(both[1]));
            if (LINEAR.contains(method) || Double.isFinite(both[1]) && Double.isFinite(gradient[i])) {
                assertEquals(both[1] + 0.0, gradient[i] + 0.0, allowed, method + Arrays.toString(x) + " by " + i);
            }
        }
    }

    private static double[] gradient(String method, double... x) {
        double[] gradient = new double[x.length];
        Jacobi.of(Samples.class, method).reverse(DUPLICATED).as(Gradient.class).apply(x, gradient, 1);
        return gradient;
    }

    @Test
    void theFirstOfEqualElementsWins() {
        assertArrayEquals(new double[] {0, 6, 0, 0}, gradient("greatest", 1, 3, 3, 2));
        assertArrayEquals(new double[] {1, 3, 0, 0}, gradient("smallest", 5, 2, 2, 4));
        assertArrayEquals(new double[] {0, 2, 0}, gradient("withPlace", 1, 2, 2));
    }

    @Test
    void theValueBeforeTheLoopMayWin() {
        assertArrayEquals(new double[] {0, 0, 0, 0}, gradient("greatestOfPart", 5, -2, -3, 5));
        assertArrayEquals(new double[] {0, Math.cos(-0.5), 0, 0}, gradient("greatestOfPart", 5, -0.5, -3, 5));
    }

    @Test
    void nothingIsRecordedInTheLoop() {
        for (String method : List.of("greatest", "smallest", "greatestByBranch", "smallestByChoice", "withPlace")) {
            Function reverse = ReverseMode.transform(
                    ReverseCheck.primal(Samples.class, method, true),
                    DerivativeRequest.reverse(true, DUPLICATED),
                    true);
            Pipeline.standard().run(reverse);
            assertTrue(
                    reverse.blocks().stream()
                            .flatMap(block -> block.instructions().stream())
                            .map(Instruction::opCode)
                            .noneMatch(OpCode::isCall),
                    method);
        }
    }

    interface SingleGradient {
        float apply(float[] x, float[] gradient, float seed);
    }

    @Test
    void floatsToo() {
        float[] gradient = new float[4];
        Jacobi.of(Samples.class, "single")
                .reverse(DUPLICATED)
                .as(SingleGradient.class)
                .apply(new float[] {1, 3, 2, 3}, gradient, 1);
        assertArrayEquals(new float[] {0, 6, 0, 0}, gradient);
    }
}
