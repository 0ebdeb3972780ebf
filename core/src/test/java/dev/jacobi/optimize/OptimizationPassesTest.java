package dev.jacobi.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Function;
import dev.jacobi.testing.Golden;
import dev.jacobi.testing.GoldenPass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file is what one pass, the first part of its name, makes of a function: what it does, and what it must not do. */
class OptimizationPassesTest {
    static final Map<String, Predicate<Function>> PASSES = Map.ofEntries(
            Map.entry("CanonicalizeLoops", CanonicalizeLoops::run),
            Map.entry("ConvertBranchesToSelects", ConvertBranchesToSelects::run),
            Map.entry("EliminateChecks", EliminateChecks::run),
            Map.entry("EliminateDeadCode", EliminateDeadCode::run),
            Map.entry("EliminateDeadStores", EliminateDeadStores::run),
            Map.entry(
                    "EliminateInitializations",
                    function -> EliminateInitializations.run(function, ClassKnowledge.PLATFORM)),
            Map.entry("FoldConstants", FoldConstants::run),
            Map.entry("HoistLoopInvariants", HoistLoopInvariants::run),
            Map.entry("KnownZeros", KnownZeros::run),
            Map.entry("LeaveSpentLoops", LeaveSpentLoops::run),
            Map.entry("NumberValues", NumberValues::run),
            Map.entry("RemoveIdleHandlers", function -> RemoveIdleHandlers.run(function, ClassKnowledge.PLATFORM)),
            Map.entry("RemoveRedundantParameters", RemoveRedundantParameters::run),
            Map.entry("ReplaceAllocationsByScalars", ReplaceAllocationsByScalars::run),
            Map.entry("SimplifyControlFlow", SimplifyControlFlow::run),
            Map.entry("SkipZeroAdjoints", SkipZeroAdjoints::run),
            Map.entry("SplitCriticalEdges", SplitCriticalEdges::run),
            Map.entry("UnrollShortLoops", UnrollShortLoops::run),
            Map.entry("WriteOutMultiArrays", WriteOutMultiArrays::run),
            Map.entry("UseStrictMath", OptimizationPassesTest::useStrictMath));

    private static boolean useStrictMath(Function function) {
        UseStrictMath.run(function);
        return true;
    }

    static List<String> files() {
        return Golden.names(OptimizationPassesTest.class);
    }

    @ParameterizedTest
    @MethodSource("files")
    void passMakesOfTheFunctionWhatTheFileSays(String name) {
        Predicate<Function> pass = PASSES.get(name.substring(0, name.indexOf('.')));
        assertNotNull(pass, name);
        GoldenPass.check(OptimizationPassesTest.class, name, function -> {
            boolean changed = pass.test(function);
            if (changed) {
                EliminateDeadCode.run(function);
            }
        });
    }

    @Test
    void everyPassHasAFile() {
        Set<String> tested = new TreeSet<>();
        files().forEach(name -> tested.add(name.substring(0, name.indexOf('.'))));
        assertEquals(new TreeSet<>(PASSES.keySet()), tested);
    }
}
