package dev.jacobi.autodiff.reverse;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.ir.Type;
import dev.jacobi.testing.Golden;
import dev.jacobi.testing.GoldenPass;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reverse derivative of each construct, as text: every number active, every array of numbers with a shadow. */
class ReverseModeTest {
    static List<String> names() {
        return Golden.names(ReverseModeTest.class);
    }

    @ParameterizedTest
    @MethodSource("names")
    void makesTheReverseDerivative(String name) {
        GoldenPass.checkResult(ReverseModeTest.class, name, primal -> {
            boolean oneConstant = name.equals("one-of-two-arrays");
            Activity[] activities = primal.parameters().stream()
                    .map(parameter ->
                            oneConstant && parameter == primal.parameters().get(1)
                                    ? Activity.CONST
                                    : activity(parameter.type()))
                    .toArray(Activity[]::new);
            return ReverseMode.transform(primal, DerivativeRequest.reverse(true, activities), true);
        });
    }

    private static Activity activity(Type type) {
        if (!DerivativeRequest.carriesDerivative(type)) {
            return Activity.CONST;
        }
        return type.isArray() ? Activity.DUPLICATED : Activity.ACTIVE;
    }
}
