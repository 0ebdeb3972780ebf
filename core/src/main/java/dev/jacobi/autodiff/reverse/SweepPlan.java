package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Value;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known before code is made.
 *
 * @param augmented the primal in canonical form, with shadows, counters and decisions
 * @param tapesAreReused whether several reverse sweeps read one tape
 * @param shadowsApart whether references to shadows are recorded apart from those to primal memory
 * @param parameters the number of the primal's parameters; the shadows of some follow
 */
record SweepPlan(
        Function augmented,
        int parameters,
        ActivityAnalysis activity,
        Shadows shadows,
        AdjointRules rules,
        ReverseSweep.Plans plans,
        boolean tapesAreReused,
        boolean shadowsApart) {

    /** The block that returns, or null if none does. */
    @Nullable
    Block returning() {
        return plans.flow().returning();
    }

    /** The kinds of values that the function itself records. */
    Set<TapeKind> kinds() {
        if (FollowedCall.anyCaught(plans.calls(), activity)) {
            // The tops of all stacks are set back to what they were before the call that threw.
            return EnumSet.complementOf(EnumSet.of(TapeKind.SHADOWS));
        }
        Set<TapeKind> kinds = EnumSet.noneOf(TapeKind.class);
        for (Set<Value> record : plans.storage().records().values()) {
            for (Value value : record) {
                kinds.add(kind(value));
            }
        }
        return kinds;
    }

    /** The stack that a value is recorded on. */
    TapeKind kind(Value value) {
        return shadowsApart && shadows.isShadow(value)
                ? TapeKind.SHADOWS
                : TapeKind.of(value, plans.decisions()::isSmall);
    }
}
