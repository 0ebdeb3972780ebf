package dev.jacobi.calls;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;

import dev.jacobi.Options;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.compile.DerivativeCompiler;
import dev.jacobi.compile.Specification;
import dev.jacobi.compile.Target;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Printer;
import dev.jacobi.optimize.StageObserver;
import dev.jacobi.testing.Golden;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The functions that stand for calls, as text. */
class CallFunctionsTest {
    private static void check(String golden, String method, DerivativeRequest request, Class<?>... parameters) {
        Target target = Target.of(Recursions.class, method, parameters);
        Specification specification = new Specification(target, Options.DEFAULT, request.mode(), request.activities());
        Function derivative = DerivativeCompiler.derive(specification, request, StageObserver.NONE);
        Set<Function> all = new LinkedHashSet<>();
        collect(derivative, all);
        Golden.check(CallFunctionsTest.class, golden, Printer.printAll(all));
    }

    private static void collect(Function function, Set<Function> all) {
        if (all.add(function)) {
            function.blocks().stream()
                    .flatMap(block -> block.instructions().stream())
                    .filter(instruction -> instruction.opCode() == OpCode.INVOKE_FUNCTION)
                    .forEach(instruction -> collect(instruction.function(), all));
        }
    }

    @Test
    void recursionOfNumbersInReverse() {
        check("power-reverse", "power", DerivativeRequest.reverse(true, ACTIVE, CONST), double.class, int.class);
    }

    @Test
    void recursionOfNumbersForward() {
        check("power-forward", "power", DerivativeRequest.forward(true, DUAL, CONST), double.class, int.class);
    }

    @Test
    void recursionOverAnArray() {
        check("sum-reverse", "sum", DerivativeRequest.reverse(true, DUPLICATED), double[].class);
    }

    @Test
    void arraysThatAreOnlyRead() {
        check("read-reverse", "rows", DerivativeRequest.reverse(false, DUPLICATED), double[][].class);
    }

    @Test
    void callsInALoop() {
        check("tree-reverse", "tree", DerivativeRequest.reverse(false, DUPLICATED), double[].class);
    }

    @Test
    void exceptionsThatAreCaughtAfterWriting() {
        check("caught-reverse", "caughtAfterWriting", DerivativeRequest.reverse(false, DUPLICATED), double[].class);
    }

    @Test
    void exceptionsThatAreCaught() {
        check("thrown-reverse", "thrown", DerivativeRequest.reverse(false, ACTIVE), double.class);
    }
}
