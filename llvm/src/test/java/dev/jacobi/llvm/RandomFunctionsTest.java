package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.ir.Verifier;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random functions do the same on the JVM and in native code. More by {@code -Djacobi.llvm.random=COUNT}, from {@code -Djacobi.llvm.seed=SEED}. */
class RandomFunctionsTest {
    private static final int CALLS = 6;

    @Test
    void sameBitsAndExceptionsOnBothBackends() {
        long first = Long.getLong("jacobi.llvm.seed", 1);
        int count = Integer.getInteger("jacobi.llvm.random", 150);
        int returned = 0;
        int bailedOut = 0;
        for (long seed = first; seed < first + count; seed++) {
            String text = RandomFunction.text(seed, seed % 10 == 0);
            long bailouts = run(seed, text);
            bailedOut += (int) bailouts;
            returned += (int) (CALLS - bailouts);
        }
        // Both ways out are common.
        assertTrue(returned > count, returned + " returned");
        assertTrue(bailedOut > count / 10, bailedOut + " bailed out");
    }

    private static long run(long seed, String text) {
        try {
            Function function = Parser.parse(text);
            Verifier.verify(function);
            BothBackends both = BothBackends.of(function, NativeOptions.DEFAULT);
            SplittableRandom random = new SplittableRandom(~seed);
            for (int call = 0; call < CALLS; call++) {
                @Nullable
                Object[] arguments = RandomFunction.arguments(both.jvm().type().parameterArray(), random);
                both.check(arguments);
            }
            return both.compiled().bailouts();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + "\n" + text, e);
        }
    }
}
