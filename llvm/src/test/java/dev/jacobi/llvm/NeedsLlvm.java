package dev.jacobi.llvm;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the tests of this package, and those below it, where there is no LLVM, except on machines that say that they run for continuous integration ({@code CI}): those have it. */
public final class NeedsLlvm implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean isOurs = context.getTestClass()
                .filter(type -> type.getPackageName().startsWith(NeedsLlvm.class.getPackageName()))
                .isPresent();
        Optional<String> absence = isOurs && System.getenv("CI") == null ? NativeBackend.absence() : Optional.empty();
        return absence.map(reason -> ConditionEvaluationResult.disabled(
                        "skipped: " + reason.lines().findFirst().orElse("")))
                .orElse(ConditionEvaluationResult.enabled("LLVM is there, or is not needed"));
    }
}
