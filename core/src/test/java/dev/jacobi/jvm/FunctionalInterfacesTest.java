package dev.jacobi.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

class FunctionalInterfacesTest {
    private interface Secret {
        double apply(double x, float y);
    }

    private interface Generic<T> {
        Object apply(T x, Integer y);
    }

    private interface Specialised extends Generic<Double> {
        @Override
        Double apply(Double x, Integer y);
    }

    private interface Nothing {
        void run(double x, double y);
    }

    @SuppressWarnings("UnusedMethod") // only its signature is looked at
    private interface Narrow {
        float apply(double x, double y);
    }

    @SuppressWarnings("UnusedMethod") // only its signature is looked at
    private interface Two {
        double first(double x, double y);

        double second(double x, double y);
    }

    private static final Function DIFFERENCE = Parser.parse("""
            function test.difference(%0: double, %1: double): double {
            b0:
              %2: double = sub %0, %1
              return %2
            }
            """);

    private static <T> T implement(Class<T> type) {
        return HiddenClasses.implement(DIFFERENCE, type, MethodHandles.lookup());
    }

    @Test
    void primitivesPassUnchanged() {
        assertEquals(3.5, implement(DoubleBinaryOperator.class).applyAsDouble(5, 1.5));
    }

    @Test
    void genericInterfacesAreBoxedAndUnboxed() {
        @SuppressWarnings("unchecked")
        BiFunction<Double, Double, Double> boxed = implement(BiFunction.class);
        assertEquals(3.5, boxed.apply(5.0, 1.5));
        @SuppressWarnings("unchecked")
        ToDoubleBiFunction<Double, Double> half = implement(ToDoubleBiFunction.class);
        assertEquals(3.5, half.applyAsDouble(5.0, 1.5));
    }

    @Test
    void privateInterfacesAndWideningWork() {
        assertEquals(3.5, implement(Secret.class).apply(5, 1.5f));
    }

    @Test
    void allFormsOfAnOverriddenMethodAreImplemented() {
        Specialised specialised = implement(Specialised.class);
        assertEquals(3.0, specialised.apply(5.0, 2));
        Generic<Double> generic = specialised;
        assertEquals(3.0, generic.apply(5.0, 2));
    }

    @Test
    void resultsMayBeDropped() {
        Nothing nothing = implement(Nothing.class);
        nothing.run(1, 2);
        assertTrue(nothing.getClass().isHidden());
    }

    @Test
    void mismatchesAreRefusedWithTheExpectedSignature() {
        JacobiException refusal = assertThrows(JacobiException.class, () -> implement(Narrow.class));
        assertEquals(Refusal.WRONG_SIGNATURE, refusal.refusal());
        assertEquals(
                "cannot implement dev.jacobi.jvm.FunctionalInterfacesTest$Narrow by test.difference:"
                        + " it declares float apply(double, double), expected is double apply(double, double)",
                refusal.getMessage().lines().findFirst().orElseThrow());
        assertEquals(
                Refusal.WRONG_SIGNATURE,
                assertThrows(JacobiException.class, () -> implement(DoubleUnaryOperator.class))
                        .refusal());
    }

    @Test
    void interfacesWithoutOneAbstractMethodAreRefused() {
        for (Class<?> type : List.of(Two.class, Cloneable.class, String.class)) {
            assertEquals(
                    Refusal.WRONG_SIGNATURE,
                    assertThrows(JacobiException.class, () -> implement(type)).refusal());
        }
    }

    @Test
    void threadsShareOneInstance() throws Exception {
        DoubleBinaryOperator shared = implement(DoubleBinaryOperator.class);
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Callable<Double>> tasks = new ArrayList<>();
            for (int task = 0; task < 16; task++) {
                double start = task;
                tasks.add(() -> {
                    double sum = 0;
                    for (int i = 0; i < 10_000; i++) {
                        sum += shared.applyAsDouble(start, i);
                    }
                    return sum;
                });
            }
            List<Future<Double>> results = threads.invokeAll(tasks);
            for (int task = 0; task < 16; task++) {
                assertEquals(10_000.0 * task - 49_995_000.0, results.get(task).get());
            }
        }
    }
}
