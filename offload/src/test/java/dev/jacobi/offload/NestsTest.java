package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.examples.parallel.PlainOrder;
import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import dev.jacobi.offload.shapes.CompiledSources;
import dev.jacobi.offload.shapes.Nests;
import dev.jacobi.offload.shapes.Places;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Nests of parallel loops and flat indices, on a device and in plain order, whatever the numbers of rows and columns are. */
@Tag(DeviceTests.TAG)
class NestsTest {
    private static final int[][] SIZES = {
        {4, 5}, {5, 4}, {4, 4}, {1, 5}, {5, 1}, {0, 3}, {3, 0}, {-2, 3}, {3, -2}, {-2, -3}, {7, 9}, {3, 2}, {2, 3}
    };

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(NestsTest.class)
                .option("-XX:-OmitStackTraceInFastThrow")
                .option("-Djacobi.shapes.seed=" + Long.getLong("jacobi.shapes.seed", 1))
                .run();
    }

    private enum Variant {
        APART,
        ONE_GIVEN_TWICE,
        SHORT,
        SECOND_SHORT,
        FIRST_NULL,
        SECOND_NULL
    }

    private static double[] numbers(int length, Random random) {
        return random.doubles(length, -2, 2).toArray();
    }

    private static @Nullable Object[] arguments(Method method, Variant variant, int[] size) {
        Random random = new Random(7);
        double[] second = numbers(variant == Variant.SECOND_SHORT ? 2 : 40, random);
        Object first = numbers(variant == Variant.SHORT ? 11 : 40, random);
        if (method.getParameterTypes()[0] == double[][].class) {
            double[][] rows = new double[variant == Variant.SHORT ? 3 : 12][];
            Arrays.setAll(rows, row -> numbers(variant == Variant.SHORT ? 2 + row : 9, random));
            if (variant == Variant.ONE_GIVEN_TWICE) {
                rows[1] = rows[2];
            }
            first = rows;
        }
        return new @Nullable Object[] {
            variant == Variant.FIRST_NULL ? null : first,
            variant == Variant.SECOND_NULL
                    ? null
                    : variant == Variant.ONE_GIVEN_TWICE && first instanceof double[] ? first : second,
            size[0],
            size[1]
        };
    }

    @InFork
    static void nestsDoWhatTheyDoInPlainOrder() {
        Class<?> plain = PlainOrder.of(Nests.class);
        Device device = Agreement.device();
        List<String> wrong = new ArrayList<>();
        TreeMap<String, TreeSet<String>> refused = new TreeMap<>();
        List<Method> methods = Arrays.stream(Nests.class.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .sorted(Comparator.comparing(Method::getName))
                .toList();
        for (Method method : methods) {
            OffloadedMethod offloaded;
            try {
                offloaded = Agreement.offloaded(method);
            } catch (JacobiException e) {
                assertEquals(Refusal.NOT_INDEPENDENT, e.refusal());
                refused.put(method.getName(), new TreeSet<>(List.of("always")));
                continue;
            }
            for (int[] size : SIZES) {
                for (Variant variant : Variant.values()) {
                    @Nullable Object[] arguments = arguments(method, variant, size);
                    String call = method.getName() + ", " + variant + " " + Arrays.toString(size);
                    Outcome expected = Agreement.onJvm(Agreement.method(plain, method.getName()), arguments);
                    try {
                        Outcome actual = Agreement.onDevice(offloaded, device, arguments);
                        if (!expected.isSame(actual)) {
                            wrong.add(call + ": on the JVM it " + expected.text() + "\nbut on the device "
                                    + actual.text());
                        }
                    } catch (JacobiException e) {
                        assertEquals(Refusal.NOT_INDEPENDENT, e.refusal(), call);
                        if (variant == Variant.APART) {
                            refused.computeIfAbsent(method.getName(), _ -> new TreeSet<>())
                                    .add(size[0] + "x" + size[1]);
                        }
                    }
                }
            }
        }
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
        List<String> lines = new ArrayList<>();
        refused.forEach((name, sizes) -> lines.add(name + ": " + String.join(" ", sizes)));
        // With more rows than the stride allows for, with digits that are none, and where rounds meet whatever the
        // sizes.
        assertEquals("""
                columnOfTooMany: always
                flat: -2x-3
                flatFromBelowZero: -2x-3 1x5 2x3 3x0 3x2 4x4 4x5 5x1 5x4 7x9
                flatInThree: -2x-3
                flatInThreeWithBorder: -2x-3
                flatOfOtherRadix: always
                flatTurned: -2x-3
                lengthAfterARead: always
                onlyTheRow: always
                quotientAlone: always
                remainderAlone: always
                rowsThatMeet: always
                strideIsOther: 3x-2 3x0 3x2 5x1
                strideOneTooSmall: always
                strideThatWrapsAround: 3x0 4x4 4x5 5x4 7x9""", String.join("\n", lines));
    }

    private static boolean haveMet(Outcome outcome) {
        return Arrays.stream((int[]) Objects.requireNonNull(outcome.arguments()[0]))
                .anyMatch(left -> left == -1);
    }

    @InFork
    static void placesThatMeetAreNeverSaidToBeApart() {
        long seed = Long.getLong("jacobi.shapes.seed", 1) * 1000;
        int count = 60;
        Device device = Agreement.device();
        Map<String, String> texts = new LinkedHashMap<>();
        for (int number = 0; number < count; number++) {
            String text = Places.source("Place" + number, seed + number);
            texts.put("Place" + number, text);
            texts.put("Plain" + number, Places.sequential(text, "Plain" + number));
        }
        List<String> wrong = new ArrayList<>();
        int right = 0;
        int refused = 0;
        int refusedThoughApart = 0;
        try (CompiledSources compiled = new CompiledSources(texts)) {
            for (int number = 0; number < count; number++) {
                String text = texts.get("Place" + number);
                Method plain = Agreement.method(compiled.load("Plain" + number), "run");
                OffloadedMethod offloaded;
                try {
                    offloaded = Agreement.offloaded(Agreement.method(compiled.load("Place" + number), "run"));
                } catch (JacobiException e) {
                    assertEquals(Refusal.NOT_INDEPENDENT, e.refusal(), text);
                    offloaded = null;
                }
                for (int[] size : new int[][] {{3, 4}, {4, 3}, {2, 6}, {5, 1}, {1, 3}}) {
                    Object[] arguments = {new int[3000], size[0], size[1]};
                    Outcome expected = Agreement.onJvm(plain, arguments);
                    boolean meet = expected.thrown() == null && haveMet(expected);
                    try {
                        if (offloaded != null) {
                            Outcome actual = Agreement.onDevice(offloaded, device, arguments);
                            right++;
                            if (!expected.isSame(actual) || meet) {
                                wrong.add("seed " + seed + ", n " + size[0] + ", m " + size[1] + ": " + text);
                            }
                            continue;
                        }
                    } catch (JacobiException e) {
                        assertEquals(Refusal.NOT_INDEPENDENT, e.refusal(), text);
                    }
                    refused++;
                    refusedThoughApart += meet ? 0 : 1;
                }
            }
        }
        String tally = right + " calls on the device, " + refused + " refused, of which " + refusedThoughApart
                + " where no rounds meet";
        System.out.println(tally);
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
        assertTrue(right > 2 * count && refused > count / 2, tally);
    }
}
