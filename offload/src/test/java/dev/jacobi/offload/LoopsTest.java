package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.examples.parallel.PlainOrder;
import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import dev.jacobi.offload.shapes.DependentLoops;
import dev.jacobi.offload.shapes.Loops;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Loops that could deceive: on a device they do what they do in plain order, to the last bit and the last exception, or are refused. */
@Tag(DeviceTests.TAG)
class LoopsTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(LoopsTest.class)
                .option("-XX:-OmitStackTraceInFastThrow")
                .environment("POCL_DEVICES", "pthread pthread")
                // All of the heap from the beginning, so that only other memory can grow.
                .option("-Xms256m")
                .option("-Xmx256m")
                .option("-XX:+AlwaysPreTouch")
                .run();
    }

    /** What the arrays of a call are. */
    private enum Variant {
        APART,
        ONE_GIVEN_TWICE,
        EMPTY,
        OTHERS_SHORTER,
        SECOND_NULL,
        FIRST_NULL,
        ONE_ELEMENT,
        MANY_ELEMENTS
    }

    private static Stream<Method> methods(Class<?> owner) {
        return Arrays.stream(owner.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .sorted(Comparator.comparing(Method::getName));
    }

    private static @Nullable Object[] arguments(Method method, Variant variant) {
        Random random = new Random(5);
        Class<?>[] types = method.getParameterTypes();
        @Nullable Object[] arguments = new @Nullable Object[types.length];
        Map<Class<?>, Object> shared = new HashMap<>();
        int arrays = 0;
        for (int index = 0; index < types.length; index++) {
            Class<?> component = types[index].getComponentType();
            if (component == null) {
                arguments[index] = 4;
                continue;
            }
            int length = switch (variant) {
                case EMPTY -> 0;
                case OTHERS_SHORTER -> index == 0 ? 16 : 7;
                case ONE_ELEMENT -> 1;
                case MANY_ELEMENTS -> 4099;
                case APART, ONE_GIVEN_TWICE, SECOND_NULL, FIRST_NULL -> 16;
            };
            Object array = array(component, length, random);
            boolean isNull =
                    variant == Variant.FIRST_NULL && arrays == 0 || variant == Variant.SECOND_NULL && arrays == 1;
            arrays++;
            arguments[index] = isNull
                    ? null
                    : variant == Variant.ONE_GIVEN_TWICE ? shared.computeIfAbsent(types[index], _ -> array) : array;
        }
        return arguments;
    }

    private static Object array(Class<?> component, int length, Random random) {
        Object array = Array.newInstance(component, length);
        for (int i = 0; i < length; i++) {
            int small = random.nextInt(16);
            double real = random.nextGaussian();
            Object element = switch (component.getName()) {
                case "int" -> small;
                case "long" -> (long) small;
                case "double" -> real;
                case "float" -> (float) real;
                case "byte" -> (byte) small;
                case "short" -> (short) small;
                case "char" -> (char) small;
                default -> small % 2 == 0;
            };
            Array.set(array, i, element);
        }
        return array;
    }

    @InFork
    static void loopsDoWhatTheyDoInPlainOrder() {
        Class<?> plain = PlainOrder.of(Loops.class);
        List<Device> devices = Agreement.devices();
        List<String> wrong = new ArrayList<>();
        TreeSet<String> refused = new TreeSet<>();
        methods(Loops.class).forEach(method -> {
            OffloadedMethod offloaded = Agreement.offloaded(method);
            for (Variant variant : Variant.values()) {
                @Nullable Object[] arguments = arguments(method, variant);
                Outcome expected = Agreement.onJvm(Agreement.method(plain, method.getName()), arguments);
                try {
                    Outcome actual = Agreement.onDevices(offloaded, devices, arguments);
                    if (!expected.isSame(actual)) {
                        wrong.add(method.getName() + ", " + variant + ": on the JVM it " + expected.text()
                                + "\nbut on the device " + actual.text());
                    }
                } catch (JacobiException e) {
                    assertEquals(Refusal.NOT_INDEPENDENT, e.refusal());
                    refused.add(method.getName() + (variant == Variant.ONE_GIVEN_TWICE ? " with one given twice" : ""));
                }
            }
        });
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
        // Where one array stands for two that rounds read and write at different places, and where only the arguments
        // say that rounds would meet.
        assertEquals("""
                backwards with one given twice
                longIndexFromWhereTheCallerSays with one given twice
                permuted with one given twice
                quotientInSomeRounds with one given twice
                quotientInSomeRoundsOfALoopInEach with one given twice
                reversedInPlace
                reversedInPlace with one given twice
                shiftedInPlaceByTooLittle
                shiftedInPlaceByTooLittle with one given twice
                strideOfZero
                strideOfZero with one given twice
                strideThatWrapsAround
                strideThatWrapsAround with one given twice
                thereAndBack with one given twice
                window with one given twice""", String.join("\n", refused));
    }

    @InFork
    static void dependentLoopsAreRefused() {
        List<String> reasons = new ArrayList<>();
        methods(DependentLoops.class).forEach(method -> {
            JacobiException refusal =
                    assertThrows(JacobiException.class, () -> Agreement.offloaded(method), method.getName());
            assertEquals(Refusal.NOT_INDEPENDENT, refusal.refusal(), method.getName());
            String text = refusal.getMessage().lines().findFirst().orElse("");
            reasons.add(method.getName() + ": "
                    + text.replaceAll(".* on a device: ", "").replaceAll(" at [^ ]*( < [^ ]*)*", ""));
        });
        assertEquals("""
                anyOf: it may end before all rounds are done
                arrayThatDependsOnTheRound: which array it accesses depends on the round
                carried: each round needs what the one before it has computed
                caught: exceptions are caught in it or around it
                columnAfterItsLoop: two rounds may write the same element
                differences: each round needs what the one before it has computed
                fills: it passes an array to a method that was not inlined
                filtered: each round needs what the one before it has computed
                lock: exceptions are caught in it or around it
                ordered: the read and the write may meet in different rounds
                overlappingRows: two rounds may write the same element
                overlappingWindows: the read and the write may meet in different rounds
                placesModuloSixteen: two rounds may write the same element
                readsAFixedPlace: the read and the write may meet in different rounds
                readsThePlaceAfter: the read and the write may meet in different rounds
                readsThePlaceBefore: the read and the write may meet in different rounds
                reductionThatIsNone: each round needs what the one before it has computed
                rowsThatBeginBefore: two rounds may write the same element
                scatter: two rounds may write the same element
                setsFromThePlaceBefore: the read and the write may meet in different rounds
                staticField: it writes the field counter
                strideThatWrapsAround: two rounds may write the same element
                sumIntoAnElement: the read and the write may meet in different rounds
                theLastWins: two rounds may write the same element
                twoRoundsToAPlace: two rounds may write the same element""", String.join("\n", reasons));
    }

    private static int quotient(int dividend, int divisor) {
        return dividend / divisor;
    }

    @InFork
    static void javaStillDividesByZeroAsBefore() {
        Agreement.device();
        for (int call = 0; call < 30_000; call++) {
            assertEquals(call, quotient(call, 1));
        }
        assertThrows(ArithmeticException.class, () -> quotient(100, 0));
        assertEquals(Integer.MIN_VALUE, quotient(Integer.MIN_VALUE, -1));
    }

    @InFork
    static void sixteenThreadsAtOnceDoNotDisturbEachOther() throws Exception {
        List<Device> devices = Agreement.devices();
        Method method = Agreement.method(Loops.class, "hostBetween");
        OffloadedMethod offloaded = Agreement.offloaded(method);
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                Random random = new Random(thread);
                int length = 100 + thread;
                Callable<Boolean> calls = () -> {
                    boolean same = true;
                    for (int call = 0; call < 20; call++) {
                        Object[] arguments = {array(double.class, length, random), array(double.class, length, random)};
                        same &= Agreement.onJvm(method, arguments)
                                .isSame(Agreement.onDevices(offloaded, devices, arguments));
                    }
                    return same;
                };
                results.add(threads.submit(calls));
            }
            for (Future<Boolean> result : results) {
                assertTrue(result.get());
            }
        }
    }

    @InFork
    static void everyDeviceGivesTheSameBits() {
        Agreement.device();
        OffloadedMethod offloaded = Agreement.offloaded(Agreement.method(Loops.class, "smallFloats"));
        @Nullable Object[] arguments = arguments(Agreement.method(Loops.class, "smallFloats"), Variant.MANY_ELEMENTS);
        Outcome first = Agreement.onDevice(offloaded, Devices.all().getFirst(), arguments);
        Devices.all()
                .forEach(device ->
                        assertTrue(first.isSame(Agreement.onDevice(offloaded, device, arguments)), device::toString));
    }

    @InFork
    static void tenThousandLaunchesLeaveNoMemoryBehind() throws IOException {
        List<Device> devices = Agreement.devices();
        OffloadedMethod offloaded = Agreement.offloaded(Agreement.method(Loops.class, "writesAllThree"));
        Object[] arguments = {new int[10_000], new int[10_000], new int[10_000]};
        for (int call = 0; call < 1000; call++) {
            offloaded.run(devices, arguments);
        }
        long before = residentBytes();
        for (int call = 0; call < 9000; call++) {
            offloaded.run(devices, arguments);
        }
        long grown = residentBytes() - before;
        // Had each launch left one of its three arrays behind, it were 360 MB.
        assertTrue(grown < 100_000_000, () -> "grown by " + grown + " bytes");
    }

    private static long residentBytes() throws IOException {
        Path status = Path.of("/proc/self/statm");
        Assumptions.assumeTrue(Files.exists(status), "this system does not tell the memory of processes");
        return 4096 * Long.parseLong(Files.readString(status).split(" ", -1)[1]);
    }
}
