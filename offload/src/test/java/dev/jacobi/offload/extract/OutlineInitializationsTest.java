package dev.jacobi.offload.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Printer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Classes that rounds may be the first to use, whose static initialisers can be observed: which loops are taken out, and which are refused, in which words. */
class OutlineInitializationsTest {
    private static final List<String> INITIALIZED = new ArrayList<>();

    static final class Table {
        static final double[] ROOTS = roots();

        private static double[] roots() {
            INITIALIZED.add("Table");
            return new double[] {0, 1, Math.sqrt(2)};
        }

        static double plusRoot(double x, int i) {
            return x + ROOTS[i % 3];
        }

        static double half(int i) {
            return i * 0.5;
        }
    }

    record Pair(double left, double right) {
        static final Pair ZERO = new Pair(0, 0);

        double sum() {
            return left + right;
        }
    }

    private static Outlined take(String method) {
        Outlined taken = Outlined.take(OutlineInitializationsTest.class, method);
        assertEquals(List.of(), INITIALIZED, "compiling initialises nothing");
        return taken;
    }

    private static void assertRefused(String method, Class<?> used, String where) {
        JacobiException refused = assertThrows(JacobiException.class, () -> take(method));
        assertEquals(Refusal.CLASS_INITIALIZATION, refused.refusal());
        String own = OutlineInitializationsTest.class.getName();
        assertEquals(
                """
                cannot run the parallel loop of %s(double[]) at %s on a device: a round of it may be the first to use the class %s, whose static initialiser does more than fill its fields with numbers
                  at:  %s
                  why: a class is initialised by the first code that uses it, and static initialisers do not run on devices
                  try: use the class in the same method before the loop, as by reading one of its static fields; or keep its static initialiser to numbers and arrays of constants
                  see: docs/guide/refusals.md#class-initialization""".formatted(method, method, used.getName(), where),
                refused.getMessage()
                        .replaceAll(":\\d+", "")
                        .replace(own + ".", "")
                        .replaceAll("lambda\\$(\\w+)\\$\\d+", "lambda"));
        assertEquals(List.of(), INITIALIZED);
    }

    static void afterALoad(double[] a) {
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] = Table.plusRoot(a[i], i));
    }

    @Test
    void useBehindALoadIntoWhichTheInitialiserMightHaveWrittenIsRefused() {
        assertRefused("afterALoad", Table.class, "lambda < afterALoad");
    }

    static void sometimes(double[] a) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            if (i > 5) {
                a[i] = Table.half(i);
            }
        });
    }

    @Test
    void useInSomeRoundsOnlyIsRefused() {
        assertRefused("sometimes", Table.class, "lambda < sometimes");
    }

    static void objects(double[] a) {
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] = new Pair(a[i], i).sum());
    }

    @Test
    void objectOfAClassThatIsNotInitialisedIsRefused() {
        assertRefused("objects", Pair.class, "lambda < objects");
    }

    static void objectsAfterUse(double[] a) {
        double zero = Pair.ZERO.sum();
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] = new Pair(a[i], i).sum() + zero);
    }

    @Test
    void objectOfAClassThatWasUsedBeforeIsItsNumbers() {
        assertEquals(1, take("objectsAfterUse").kernels().size());
    }

    static void afterUse(double[] a) {
        double root = Table.ROOTS[2];
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] = Table.plusRoot(a[i], i) + root);
    }

    @Test
    void fieldsOfAClassThatWasUsedBeforeAreReadBeforeTheLoop() {
        Kernel kernel = take("afterUse").only();
        assertFalse(Printer.print(kernel.round()).contains("get_static"), () -> Printer.print(kernel.round()));
    }

    static void first(double[] a) {
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] = Table.half(i));
    }

    @Test
    void useThatComesFirstInEachRoundIsDoneBeforeTheLoopIfThereIsARound() {
        Outlined taken = take("first");
        assertFalse(Printer.print(taken.only().round()).contains("get_static"));
        String host = Printer.print(taken.host());
        assertTrue(host.indexOf("branch") >= 0 && host.indexOf("branch") < host.indexOf("get_static"), host);
    }

    static final class Constants {
        static final double[] WEIGHTS = {1, 2, 3};
    }

    static void constants(double[] a) {
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] *= Constants.WEIGHTS[i % 3]);
    }

    @Test
    void arraysOfConstantsOfAnotherClassAreArguments() {
        Kernel kernel = take("constants").only();
        assertFalse(Printer.print(kernel.round()).contains("get_static"), () -> Printer.print(kernel.round()));
    }

    static double sequential(double[] a) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Table.plusRoot(a[i], i);
        }
        return sum;
    }

    @Test
    void loopsThatStayOnTheHostMayBeTheFirst() {
        assertEquals(List.of(), take("sequential").kernels());
    }
}
