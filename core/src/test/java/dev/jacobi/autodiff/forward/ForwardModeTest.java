package dev.jacobi.autodiff.forward;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.testing.GoldenPass;
import java.lang.constant.ClassDesc;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text of the derivative for each construct. */
class ForwardModeTest {
    @ParameterizedTest
    @CsvSource({
        "straight_line, DUAL DUAL",
        "inactive_operand, DUAL CONST",
        "branch, DUAL CONST",
        "select, DUAL CONST DUAL DUAL",
        "loop, DUAL",
        "store, DUAL CONST DUAL",
        "nested_array, DUAL CONST DUAL",
        "local_arrays, DUAL CONST",
        "returned_array, DUAL CONST",
        "known_calls, DUAL CONST CONST",
        "known_function, DUAL CONST",
        "constant_or_active_array, DUAL CONST CONST",
        "handler, DUAL DUAL",
        "ends_in_exception, DUAL",
        "float_through_double, DUAL",
    })
    void textOfTheDerivative(String name, String activities) {
        check(name, new DerivativeRequest(Mode.FORWARD, parse(activities), true, Optional.empty()));
    }

    @Test
    void onlyTheTangentIsReturned() {
        check("only_tangent", new DerivativeRequest(Mode.FORWARD, parse("DUAL"), false, Optional.empty()));
    }

    @Test
    void resultsInARecord() {
        ClassDesc pair = ClassDesc.of("dev.jacobi.autodiff.forward.Pair");
        check("result_record", new DerivativeRequest(Mode.FORWARD, parse("DUAL"), true, Optional.of(pair)));
    }

    private static List<Activity> parse(String activities) {
        return Arrays.stream(activities.split(" ")).map(Activity::valueOf).toList();
    }

    private static void check(String name, DerivativeRequest request) {
        GoldenPass.checkResult(ForwardModeTest.class, name, primal -> ForwardMode.transform(primal, request));
    }
}
