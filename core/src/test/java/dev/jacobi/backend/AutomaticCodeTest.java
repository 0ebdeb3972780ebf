package dev.jacobi.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Backend;
import dev.jacobi.BackendChoice;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.jvm.HiddenClasses;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AutomaticCodeTest {
    private static final String FIRST = """
            function first(%0: double[], %1: int): double {
            b0:
              %2: double = array_load double %0, %1
              return %2
            }
            """;

    private static final AtomicInteger NATIVE_CALLS = new AtomicInteger();

    /** What a compiler makes of the JVM's version. */
    private record Made(UnaryOperator<MethodHandle> maker, CountDownLatch asked) implements NativeCompiler {
        Made(UnaryOperator<MethodHandle> maker) {
            this(maker, new CountDownLatch(1));
        }

        @Override
        public Optional<String> absence() {
            return Optional.empty();
        }

        @Override
        public String description() {
            return "a test";
        }

        @Override
        public Compiled compile(Function function, MethodHandle onJvm) {
            asked.countDown();
            return new Compiled(maker.apply(onJvm), () -> new byte[0]);
        }

        @Override
        public String machine() {
            return "";
        }

        @Override
        public MethodHandle load(byte[] recipe, MethodHandle onJvm) {
            throw new AssertionError("nothing is kept");
        }

        @Override
        public String text(Function function) {
            return "";
        }
    }

    private static MethodHandle automatic(Made compiler) {
        return automatic(compiler, "first");
    }

    private static MethodHandle automatic(Made compiler, String name) {
        Function function = Parser.parse(FIRST.replace("first", name));
        MethodHandle onJvm =
                HiddenClasses.compile(function.copy(), MethodHandles.lookup()).handle();
        return AutomaticCode.of(name, again -> compiler.compile(function, again).handle(), onJvm);
    }

    private static MethodHandle counting(MethodHandle onJvm) {
        try {
            MethodHandle count = MethodHandles.lookup()
                    .findStatic(AutomaticCodeTest.class, "count", MethodType.methodType(void.class));
            return MethodHandles.foldArguments(onJvm, count);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("UnusedMethod") // bound by its name
    private static void count() {
        NATIVE_CALLS.incrementAndGet();
    }

    @Test
    void callsGoToTheNativeVersionOnceThereIsOne() throws Throwable {
        MethodHandle handle = automatic(new Made(AutomaticCodeTest::counting));
        int before = NATIVE_CALLS.get();
        while (NATIVE_CALLS.get() < before + 8) {
            assertEquals(7.0, (double) handle.invokeExact(new double[] {5, 7}, 1));
        }
    }

    @Test
    void exceptionsAreThoseOfTheVersionThatRuns() throws Throwable {
        MethodHandle handle = automatic(new Made(AutomaticCodeTest::counting));
        int before = NATIVE_CALLS.get();
        while (NATIVE_CALLS.get() < before + 8) {
            var thrown = assertThrows(ArrayIndexOutOfBoundsException.class, () -> {
                double _ = (double) handle.invokeExact(new double[] {5, 7}, 2);
            });
            assertEquals("Index 2 out of bounds for length 2", thrown.getMessage());
            assertThrows(NullPointerException.class, () -> {
                double _ = (double) handle.invokeExact((double[]) null, 2);
            });
        }
    }

    @Test
    void whatCannotBeCompiledStaysOnTheJvm() throws Throwable {
        Made refusing = new Made(_ -> {
            throw new JacobiException(Refusal.NOT_NATIVE, "no", null);
        });
        MethodHandle handle = automatic(refusing);
        assertEquals(5.0, (double) handle.invokeExact(new double[] {5}, 0));
        refusing.asked.await();
        for (int call = 0; call < 1_000; call++) {
            assertEquals(5.0, (double) handle.invokeExact(new double[] {5}, 0));
        }
    }

    @Test
    void nothingIsCompiledBeforeTheFirstCall() throws Throwable {
        Made never = new Made(AutomaticCodeTest::counting);
        automatic(never);
        // Work is done in order, so that of the first would be done by then.
        Made called = new Made(AutomaticCodeTest::counting);
        assertEquals(5.0, (double) automatic(called).invokeExact(new double[] {5}, 0));
        called.asked.await();
        assertTrue(never.asked.getCount() == 1);
    }

    private static List<BackendChoice> choices(String name) {
        return AutomaticCode.choices().stream()
                .filter(choice -> choice.derivative().equals(name))
                .toList();
    }

    @Test
    void choicesSayWhatRunsWhereAndWhy() throws Throwable {
        Made compiler = new Made(AutomaticCodeTest::counting);
        MethodHandle handle = automatic(compiler, "listed");
        assertEquals(List.of(new BackendChoice("listed", "", Backend.JVM, "not called yet", true)), choices("listed"));
        while (choices("listed").getFirst().arguments().isEmpty()) {
            assertEquals(7.0, (double) handle.invokeExact(new double[] {5, 7}, 1));
        }
        BackendChoice choice = choices("listed").getFirst();
        assertEquals("arrays of 2 to 3 elements in all, integers of 1 to 1", choice.arguments());
        assertTrue(choice.reason().matches("\\d+ ns natively, \\d+ ns on the JVM"), choice::toString);
    }

    @Test
    void whatStaysOnTheJvmSaysWhy() throws Throwable {
        Made refusing = new Made(_ -> {
            throw new JacobiException(Refusal.NOT_NATIVE, "no", null);
        });
        MethodHandle handle = automatic(refusing, "refused");
        assertEquals(5.0, (double) handle.invokeExact(new double[] {5}, 0));
        List<BackendChoice> expected = List.of(new BackendChoice("refused", "", Backend.JVM, "no", false));
        while (!choices("refused").equals(expected)) {
            // the compiler's thread is about to say it
            Thread.onSpinWait();
        }
        assertEquals(5.0, (double) handle.invokeExact(new double[] {5}, 0));
    }
}
