package dev.jacobi.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Verifier;
import dev.jacobi.jvm.RandomFunctions;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random functions, before and after each pass and after all of them in random order, in the interpreter: bit for bit the same. */
class OptimizedRandomFunctionsTest {
    private static final int FUNCTIONS = Integer.getInteger("jacobi.optimize.functions", 60);
    private static final int SIZE = 150;

    static List<Map.Entry<String, Predicate<Function>>> passes() {
        return OptimizationPassesTest.PASSES.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("passes")
    void eachPassKeepsWhatFunctionsDo(Map.Entry<String, Predicate<Function>> pass) {
        for (int seed = 0; seed < FUNCTIONS; seed++) {
            Function function = RandomFunctions.make(seed, SIZE);
            Function optimized = function.copy();
            if (seed % 2 == 1) {
                SimplifyControlFlow.run(optimized);
                RemoveRedundantParameters.run(optimized);
                FoldConstants.run(optimized);
            }
            var _ = pass.getValue().test(optimized);
            check(seed, function, optimized);
        }
    }

    @Test
    void allPassesInRandomOrderKeepWhatFunctionsDo() {
        List<Map.Entry<String, Predicate<Function>>> passes = passes();
        for (int seed = 0; seed < FUNCTIONS; seed++) {
            Function function = RandomFunctions.make(1_000_000 + seed, SIZE);
            Function optimized = function.copy();
            Random random = new Random(seed);
            for (int step = 0; step < 2 * passes.size(); step++) {
                var _ = passes.get(random.nextInt(passes.size())).getValue().test(optimized);
                Verifier.verify(optimized);
            }
            check(seed, function, optimized);
        }
    }

    private static void check(int seed, Function function, Function optimized) {
        Verifier.verify(optimized);
        for (int start = -1; start < 9; start += 3) {
            assertEquals(outcome(function, start), outcome(optimized, start), "seed " + seed + ", start " + start);
        }
    }

    private static String outcome(Function function, int start) {
        double[] array = {1, -2, 0.5, 1e10, -0.0, 3, 7, Double.NaN};
        String result;
        try {
            result = String.valueOf(
                    new Interpreter(MethodHandles.lookup()).call(function, List.of(start, -7L, 1.5f, 2.25, array)));
        } catch (Throwable thrown) {
            result = thrown.toString();
        }
        return result + " " + Arrays.toString(array);
    }
}
