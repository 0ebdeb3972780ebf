package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import dev.jacobi.offload.shapes.CompiledSources;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which method runs on the device if a method of an object is given. */
@Tag(DeviceTests.TAG)
class CapturedCodeTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(CapturedCodeTest.class).run();
    }

    static class Doubling {
        final double[] x = {1, 2, 3};

        void step() {
            IntStream.range(0, x.length).parallel().forEach(i -> x[i] *= 2);
        }
    }

    static class Adding extends Doubling {
        @Override
        void step() {
            IntStream.range(0, x.length).parallel().forEach(i -> x[i] += 100);
        }
    }

    @InFork
    static void theMethodOfTheObjectsOwnClassRuns() {
        Device device = Agreement.device();
        for (Doubling object : new Doubling[] {new Doubling(), new Adding()}) {
            Offload.offload(device, object::step);
            assertArrayEquals(
                    object instanceof Adding ? new double[] {101, 102, 103} : new double[] {2, 4, 6}, object.x);
        }
    }

    /** How often each of the methods below has run. */
    private static final int[] RUNS = new int[3];

    interface Steps {
        default void step() {
            int[] runs = RUNS;
            IntStream.range(0, 1).parallel().forEach(i -> runs[i]++);
        }
    }

    interface OtherSteps extends Steps {
        @Override
        default void step() {
            int[] runs = RUNS;
            IntStream.range(1, 2).parallel().forEach(i -> runs[i]++);
        }
    }

    static class OwnStep {
        public void step() {
            int[] runs = RUNS;
            IntStream.range(2, 3).parallel().forEach(i -> runs[i]++);
        }
    }

    private static final class Inherits implements Steps {}

    private static final class InheritsTheNearest implements Steps, OtherSteps {}

    private static final class InheritsFromAClass extends OwnStep implements OtherSteps {}

    private static int[] runsAfterStepOf(Steps object) {
        Arrays.fill(RUNS, 0);
        Offload.offload(Agreement.device(), object::step);
        return RUNS;
    }

    @InFork
    static void theDefaultMethodRunsThatTheJvmWouldSelect() {
        assertArrayEquals(new int[] {1, 0, 0}, runsAfterStepOf(new Inherits()));
        assertArrayEquals(new int[] {0, 1, 0}, runsAfterStepOf(new InheritsTheNearest()));
        assertArrayEquals(new int[] {0, 0, 1}, runsAfterStepOf(new InheritsFromAClass()));
    }

    @Test
    void aMethodPrivateToAPackageThatAnotherPackageHasTooIsRefused() throws ReflectiveOperationException {
        Map<String, String> sources = Map.of("Base", """
                package here;

                public class Base {
                    void step() {}

                    public static dev.jacobi.offload.Offload.Code stepOf(Base object) {
                        return object::step;
                    }
                }
                """, "Derived", """
                package there;

                public class Derived extends here.Base {
                    void step() {}
                }
                """);
        try (CompiledSources compiled = new CompiledSources(sources)) {
            Method stepOf = compiled.load("here.Base").getMethod("stepOf", compiled.load("here.Base"));
            Object derived = compiled.load("there.Derived").getConstructor().newInstance();
            Offload.Code code = (Offload.Code) stepOf.invoke(null, derived);
            JacobiException refusal = assertThrows(JacobiException.class, () -> CapturedCode.of(code));
            assertEquals(Refusal.UNKNOWN_METHOD, refusal.refusal());
            assertEquals(
                    "cannot tell which method step of here.Base is called on an object of there.Derived; call it in a lambda, which names it",
                    refusal.getMessage().lines().findFirst().orElse(""));
        }
    }
}
