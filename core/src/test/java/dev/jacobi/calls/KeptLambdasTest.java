package dev.jacobi.calls;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lambdas in arrays, fields, collections and arguments: forward, reverse, split mode and differences agree. */
class KeptLambdasTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "layers",
                "chosen",
                "functionsOfFunctions",
                "list",
                "table",
                "andThen",
                "andThenOfNumbers",
                "identity",
                "conditions",
                "curried",
                "fieldsInARecursion",
                "strategy",
                "strategiesThatCaptureNothing",
                "expressionTree",
                "memo",
                "tasks",
                "consumers",
                "constructors",
                "boundMethods",
                "adapted",
                "identityOfObjects"
            })
    void derivativesAreRight(String method) throws Throwable {
        new CallCheck(KeptLambdas.class, method).run((Object) new double[] {0.7, 1.3, 0.4});
    }
}
