package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import dev.jacobi.offload.shapes.CompiledSources;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Rounds that use classes whose static initialisers can be observed: these run on the host when Java would have run them, once, or not at all, and throw what they throw in Java. The oracle is the same source without {@code parallel()}, in
 * which the rounds are done in their order by one thread.
 */
@Tag(DeviceTests.TAG)
class ClassInitializationTest {
    /** Says what is initialised. */
    private static final String EVENTS = """
            import java.util.*;
            public class Events {
                public static final List<String> ALL = new ArrayList<>();
                public static double[] shared;
                static int say(String event) {
                    ALL.add(event);
                    return ALL.size();
                }
            }
            """;

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(ClassInitializationTest.class).run();
    }

    /** What calls of {@code Caller.run(double[])} did, one after the other. */
    private record Calls(List<Outcome> outcomes, List<String> events, List<Traffic> traffic) {
        int launches() {
            return traffic.stream().mapToInt(Traffic::launches).sum();
        }

        String text() {
            return outcomes.stream().map(Outcome::text).toList() + ", events " + events;
        }
    }

    /** Calls it in a class loader of its own, so that no class is initialised yet. */
    private static Calls calls(Map<String, String> sources, boolean onDevice, double[][] arguments) {
        try (CompiledSources compiled = new CompiledSources(sources)) {
            Method run = Agreement.method(compiled.load("Caller"), "run");
            List<Traffic> traffic = new ArrayList<>();
            List<Outcome> outcomes = new ArrayList<>();
            OffloadedMethod offloaded = onDevice ? Agreement.offloaded(run).measuring(traffic::add) : null;
            for (double[] argument : arguments) {
                outcomes.add(
                        offloaded == null
                                ? Agreement.onJvm(run, (Object) argument)
                                : Agreement.onDevices(offloaded, Agreement.devices(), (Object) argument));
            }
            List<?> events = (List<?>) compiled.load("Events").getField("ALL").get(null);
            return new Calls(outcomes, events.stream().map(Object::toString).toList(), traffic);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Shows that both do the same, without a loop that ended on the JVM; gives what the device did. */
    private static Calls same(String caller, String others, double[]... arguments) {
        String imports = "import java.lang.foreign.*; import java.nio.ByteOrder; import java.util.stream.*; ";
        String parallel = imports + "public class Caller { " + caller + " } " + others;
        Calls expected =
                calls(Map.of("Events", EVENTS, "Caller", parallel.replace(".parallel()", "")), false, arguments);
        Calls actual = calls(Map.of("Events", EVENTS, "Caller", parallel), true, arguments);
        assertEquals(expected.events(), actual.events());
        for (int index = 0; index < arguments.length; index++) {
            assertTrue(
                    expected.outcomes().get(index).isSame(actual.outcomes().get(index)),
                    () -> "on the JVM: " + expected.text() + "\non the device: " + actual.text());
        }
        assertTrue(
                actual.traffic().stream().allMatch(each -> each.failures() == 0),
                () -> actual.traffic().toString());
        return actual;
    }

    private static final String OWNER = """
            class Owner {
                static final ValueLayout.OfInt LAYOUT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
                static final int NUMBER = Events.say("Owner");
                static void twice(double[] a) {
                    IntStream.range(0, a.length).parallel().forEach(i -> a[i] *= 2);
                }
            }
            """;

    @InFork
    static void loopOfAnotherClassIsInitialisedOnceWhereTheCallIs() {
        Calls calls = same("""
                public static void run(double[] a) {
                    Events.say("before");
                    Owner.twice(a);
                    Events.say("between");
                    Owner.twice(a);
                }
                """, OWNER, new double[] {1, 2, 3}, new double[] {});
        assertEquals(List.of("before", "Owner", "between", "before", "between"), calls.events());
        assertEquals(2, calls.launches());
    }

    @InFork
    static void loopOfAnotherClassWithoutRoundsInitialisesItAllTheSame() {
        Calls calls = same("public static void run(double[] a) { Owner.twice(a); }", OWNER, new double[][] {{}});
        assertEquals(List.of("Owner"), calls.events());
    }

    @InFork
    static void classWithoutFieldsIsInitialisedOnce() {
        String quiet = """
                class Quiet {
                    static { Events.say("Quiet"); }
                    static void add(double[] a) {
                        IntStream.range(0, a.length).parallel().forEach(i -> a[i] += 1);
                    }
                }
                """;
        Calls calls = same("""
                public static void run(double[] a) {
                    Events.say("before");
                    Quiet.add(a);
                    Quiet.add(a);
                }
                """, quiet, new double[] {1, 2}, new double[] {3});
        assertEquals(List.of("before", "Quiet", "before"), calls.events());
        assertEquals(4, calls.launches());
    }

    private static final String FAILING = """
            class Failing {
                static final int NUMBER = fail();
                static int fail() {
                    Events.say("Failing");
                    throw new IllegalStateException("no table");
                }
                static void twice(double[] a) {
                    IntStream.range(0, a.length).parallel().forEach(i -> a[i] *= 2);
                }
                static double value(int i) { return i + 0.5; }
            }
            """;

    @InFork
    static void initialiserThatThrowsDoesSoWhereTheCallIs() {
        Calls calls = same("""
                public static void run(double[] a) {
                    a[0] = 7;
                    Failing.twice(a);
                }
                """, FAILING, new double[] {1, 2}, new double[] {1, 2});
        assertEquals(ExceptionInInitializerError.class, thrownBy(calls, 0));
        assertEquals(NoClassDefFoundError.class, thrownBy(calls, 1));
        assertEquals(List.of("Failing"), calls.events());
        assertEquals(0, calls.launches());
    }

    @InFork
    static void initialiserThatThrowsInTheFirstRoundDoesSoOnlyIfThereIsOne() {
        Calls calls = same("""
                public static void run(double[] a) {
                    IntStream.range(0, a.length).parallel().forEach(i -> a[i] = Failing.value(i));
                }
                """, FAILING, new double[] {}, new double[] {1, 2}, new double[] {}, new double[] {3});
        assertEquals(null, thrownBy(calls, 0));
        assertEquals(ExceptionInInitializerError.class, thrownBy(calls, 1));
        assertEquals(null, thrownBy(calls, 2));
        assertEquals(NoClassDefFoundError.class, thrownBy(calls, 3));
    }

    @InFork
    static void exceptionOfAnInitialiserIsCaughtAroundTheCall() {
        Calls calls = same("""
                public static void run(double[] a) {
                    try {
                        Failing.twice(a);
                    } catch (LinkageError e) {
                        Events.say(e.getClass().getName());
                    }
                    IntStream.range(0, a.length).parallel().forEach(i -> a[i] += 1);
                }
                """, FAILING, new double[] {1, 2}, new double[] {1, 2});
        assertEquals(
                List.of("Failing", "java.lang.ExceptionInInitializerError", "java.lang.NoClassDefFoundError"),
                calls.events());
        assertEquals(2, calls.launches());
    }

    private static Class<?> thrownBy(Calls calls, int call) {
        Throwable thrown = calls.outcomes().get(call).thrown();
        return thrown == null ? null : thrown.getClass();
    }

    private static final String TABLES = """
            class Tables {
                static final double[] ROOTS = roots(3);
                static double shift = 0.25;
                static volatile int other;
                static double[] roots(int n) {
                    Events.say("Tables");
                    double[] roots = new double[n];
                    for (int i = 0; i < n; i++) {
                        roots[i] = Math.sqrt(i);
                    }
                    return roots;
                }
                static double root(int i) { return ROOTS[i % 3] + shift; }
            }
            """;

    @InFork
    static void classThatEachRoundUsesFirstIsInitialisedIfThereIsARound() {
        Calls calls = same("""
                public static void run(double[] a) {
                    IntStream.range(0, a.length).parallel().forEach(i -> a[i] = Tables.root(i) * a[i]);
                    Events.say("after");
                }
                """, TABLES, new double[] {}, new double[] {1, 2, 3, 4}, new double[] {5});
        assertEquals(List.of("after", "Tables", "after", "after"), calls.events());
        assertEquals(2, calls.launches());
    }

    @InFork
    static void classThatIsUsedBeforeTheLoopMayBeUsedAnywhereInIt() {
        Calls calls = same("""
                public static void run(double[] a) {
                    int n = Tables.ROOTS.length;
                    IntStream.range(0, a.length).parallel().forEach(i -> {
                        if (a[i] > 1) {
                            a[i] = a[i] + Tables.root(i) - Tables.shift;
                        }
                    });
                }
                """, TABLES, new double[] {1, 2, 3, 4});
        assertEquals(List.of("Tables"), calls.events());
        assertEquals(1, calls.launches());
    }

    @InFork
    static void loopOfAnObjectOfAnotherClass() {
        Calls calls = same("""
                public static void run(double[] a) {
                    Holder.SCALING.twice(a);
                    new Scaling(3).scale(a);
                }
                """, """
                class Holder {
                    static final Scaling SCALING = new Scaling(1.5);
                }
                class Scaling {
                    static final int NUMBER = Events.say("Scaling");
                    final double by;
                    Scaling(double by) { this.by = by; }
                    void scale(double[] a) {
                        IntStream.range(0, a.length).parallel().forEach(i -> a[i] *= by);
                    }
                    void twice(double[] a) {
                        IntStream.range(0, a.length).parallel().forEach(i -> a[i] *= 2);
                    }
                }
                """, new double[] {1, 2}, new double[] {3});
        assertEquals(List.of("Scaling"), calls.events());
        assertEquals(4, calls.launches());
    }

    @InFork
    static void initialiserSeesAndChangesWhatEarlierLoopsHaveWritten() {
        Calls calls = same("""
                public static void run(double[] a) {
                    Events.shared = a;
                    IntStream.range(0, a.length).parallel().forEach(i -> a[i] += 1);
                    Summing.add(a);
                    new Marking();
                    Summing.add(a);
                }
                """, """
                class Summing {
                    static final double SUM = sum();
                    static double sum() {
                        double sum = 0;
                        for (double x : Events.shared) { sum += x; }
                        Events.say("sum " + sum);
                        return sum;
                    }
                    static void add(double[] a) {
                        IntStream.range(0, a.length).parallel().forEach(i -> a[i] += SUM);
                    }
                }
                class Marking {
                    static { Events.say("first " + Events.shared[0]); Events.shared[0] = 100; }
                }
                """, new double[] {1, 2, 3}, new double[] {4, 5});
        assertEquals(List.of("sum 9.0", "first 11.0"), calls.events());
        assertEquals(6, calls.launches());
    }

    @InFork
    static void arraysComeHomeForAnInitialiserOnceOnly() {
        String stepping = """
                class Stepping {
                    static final int NUMBER = Events.say("Stepping");
                    static void step(double[] a) {
                        IntStream.range(0, a.length).parallel().forEach(i -> a[i] *= 0.5);
                    }
                }
                """;
        Calls calls = same("""
                public static void run(double[] a) {
                    IntStream.range(0, a.length).parallel().forEach(i -> a[i] += 1);
                    for (int step = 0; step < 10; step++) {
                        Stepping.step(a);
                    }
                }
                """, stepping, new double[100], new double[100]);
        assertEquals(new Traffic(1600, 2, 1600, 2, 11, 0), calls.traffic().get(0));
        assertEquals(new Traffic(800, 1, 800, 1, 11, 0), calls.traffic().get(1));
    }
}
