package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Function;
import dev.jacobi.optimize.streams.SubstituteStreams;
import dev.jacobi.testing.GoldenPass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GoldenInliningTest {
    static double half(double x) {
        return x / 2;
    }

    static int element(int[] values, int index) {
        return values[index];
    }

    static double power(double x, int n) {
        return n == 0 ? 1 : x * power(x, n - 1);
    }

    private static void inline(Function function) {
        new InlineCalls(
                        InlinePolicy.forDifferentiation(),
                        LiftedBodies.INSTANCE,
                        GoldenInliningTest.class,
                        ConstructorRules.none(),
                        false)
                .run(function);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"static-call", "call-in-guarded-block", "method-reference", "call-that-stays", "call-of-itself"})
    void callsAreReplacedByBodies(String name) {
        GoldenPass.check(GoldenInliningTest.class, name, GoldenInliningTest::inline);
    }

    @ParameterizedTest
    @ValueSource(strings = {"boxes-that-meet"})
    void numbersAreReadWithoutTheirBoxes(String name) {
        GoldenPass.check(GoldenInliningTest.class, name, EliminateBoxing::run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"filtered-sum", "parallel-sum", "iterated-stream"})
    void streamsBecomeLoops(String name) {
        GoldenPass.check(
                GoldenInliningTest.class, name, function -> SubstituteStreams.run(function, ClassKnowledge.PLATFORM));
    }
}
