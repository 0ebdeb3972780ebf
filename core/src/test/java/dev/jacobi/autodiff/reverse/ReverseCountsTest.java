package dev.jacobi.autodiff.reverse;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.optimize.Pipeline;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is stored and what is computed twice: a lost optimisation fails here, without a clock. */
class ReverseCountsTest {

    @SuppressWarnings("unused")
    private static final class Samples {
        static double squares(double[] x, double[] y) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                double difference = x[i] - y[i];
                sum += difference * difference / (1 + y[i]);
            }
            return sum;
        }

        static double exponentials(double[] x, double shift) {
            double sum = 0;
            for (double element : x) {
                sum += Math.exp(element - shift);
            }
            return sum;
        }

        static double productOfExponentials(double[] x) {
            double sum = 0;
            for (double element : x) {
                double factor = Math.exp(element) * Math.sin(element) * element;
                sum += factor * factor;
            }
            return sum;
        }

        static void accumulated(double[] x, double[] y) {
            for (int i = 0; i < x.length; i++) {
                x[i] += 3 * y[i];
            }
        }

        static double matrixVector(double[][] a, double[] x) {
            double sum = 0;
            for (double[] row : a) {
                for (int j = 0; j < x.length; j++) {
                    sum += row[j] * x[j];
                }
            }
            return sum;
        }

        static double minimum(double[] x) {
            double least = x[0];
            for (int i = 1; i < x.length; i++) {
                if (x[i] < least) {
                    least = x[i];
                }
            }
            return least;
        }

        static double minimumOfHalves(double[] x) {
            double least = 0.5 * x[0];
            for (int i = 1; i < x.length; i++) {
                double half = 0.5 * x[i];
                if (half < least) {
                    least = half;
                }
            }
            return least;
        }

        static double unused(double[] x, double[] y) {
            double sum = 0;
            double ignored = 0;
            for (int i = 0; i < x.length; i++) {
                ignored += Math.exp(y[i]) * x[i];
                sum += x[i];
            }
            return ignored > 7 ? sum : 2 * sum;
        }
    }

    private static Function reverse(String name, Activity... activities) {
        Function primal = ReverseCheck.primal(Samples.class, name, true);
        Function reverse = ReverseMode.transform(primal, DerivativeRequest.reverse(true, activities), true);
        Pipeline.standard().run(reverse);
        return reverse;
    }

    private static Stream<Instruction> instructions(Function function) {
        return function.blocks().stream().map(Block::instructions).flatMap(java.util.List::stream);
    }

    private static long tapes(Function function) {
        return instructions(function)
                .filter(instruction -> instruction.attribute() instanceof MethodReference method
                        && method.name().startsWith("acquire"))
                .count();
    }

    /** Numbers that the forward sweep stores on a tape, each in one place of the code. */
    private static long stored(Function function) {
        return instructions(function)
                .filter(instruction -> instruction.opCode() == OpCode.ARRAY_STORE)
                .filter(store -> store.operand(0).definition() != null
                        && store.operand(0).definition().attribute() instanceof MethodReference method
                        && method.name().equals("ensure"))
                .count();
    }

    private static long mathCalls(Function function, String name) {
        return instructions(function)
                .filter(instruction -> instruction.opCode() == OpCode.MATH
                        && instruction.math().function().methodName().equals(name))
                .count();
    }

    @Test
    void whatCanBeReadAgainIsNotStored() {
        assertEquals(0, tapes(reverse("squares", DUPLICATED, DUPLICATED)));
        assertEquals(0, tapes(reverse("squares", DUPLICATED, CONST)));
        assertEquals(0, tapes(reverse("matrixVector", DUPLICATED, DUPLICATED)));
    }

    @Test
    void anExponentialIsComputedOnceAndStored() {
        Function reverse = reverse("exponentials", DUPLICATED, CONST);
        assertEquals(1, mathCalls(reverse, "exp"));
        assertEquals(1, stored(reverse));
    }

    @Test
    void expensiveFunctionsAreStoredAndTheRestIsComputedFromThem() {
        Function reverse = reverse("productOfExponentials", DUPLICATED);
        assertEquals(1, mathCalls(reverse, "exp"));
        assertEquals(1, mathCalls(reverse, "sin"));
        assertEquals(1, mathCalls(reverse, "cos"));
        assertEquals(2, stored(reverse));
    }

    @Test
    void sumsInPlaceStoreNothing() {
        assertEquals(0, tapes(reverse("accumulated", DUPLICATED, DUPLICATED)));
    }

    @Test
    void aMinimumOfElementsStoresNothing() {
        assertEquals(0, tapes(reverse("minimum", DUPLICATED)));
    }

    @Test
    void aMinimumOfWhatIsComputedStoresItsDecisionsOnly() {
        Function reverse = reverse("minimumOfHalves", DUPLICATED);
        assertEquals(1, tapes(reverse));
        assertEquals(1, stored(reverse));
        assertEquals(
                1,
                instructions(reverse)
                        .filter(instruction -> instruction.attribute() instanceof MethodReference method
                                && method.name().equals("acquireBytes"))
                        .count());
    }

    @Test
    void whatDoesNotMatterHasNoAdjoint() {
        Function reverse = reverse("unused", DUPLICATED, CONST);
        assertEquals(0, tapes(reverse));
        assertEquals(1, mathCalls(reverse, "exp"));
    }
}
