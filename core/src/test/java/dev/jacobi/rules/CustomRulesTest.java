package dev.jacobi.rules;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Activity;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.Rules;
import dev.jacobi.compile.DifferentialOperators;
import dev.jacobi.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Rules and marks that users give: forward = reverse = what they say, the original called as often as in the original. */
class CustomRulesTest {
    private static final Rules RULES = Rules.of(RulesOfRuled.class);

    private static Primal of(String method) {
        return Jacobi.of(Ruled.class, method).with(Options.DEFAULT.withRules(RULES));
    }

    private static Object call(java.lang.invoke.MethodHandle handle, Object... arguments) throws Throwable {
        return handle.invokeWithArguments(arguments);
    }

    private static double[] forward(String method, Object... arguments) throws Throwable {
        Activity[] activities = new Activity[arguments.length / 2];
        java.util.Arrays.fill(activities, DUAL);
        return (double[]) call(of(method).forward(activities).asMethodHandle(), arguments);
    }

    private static void assertRefused(Refusal refusal, String golden, Executable work) {
        JacobiException thrown = assertThrows(JacobiException.class, work);
        assertEquals(refusal, thrown.refusal(), thrown::getMessage);
        Golden.check(CustomRulesTest.class, golden, thrown.getMessage() + "\n");
    }

    @Test
    void aForeignFunctionHasTheDerivativeOfItsRule() throws Throwable {
        double x = 0.7;
        double derivative = Math.sin(x * x) + 2 * x * x * Math.cos(x * x);
        int before = Ruled.calls;
        double[] forward = forward("ofSine", x, 1.0);
        assertEquals(before + 1, Ruled.calls);
        assertEquals(Ruled.ofSine(x), forward[0]);
        assertEquals(derivative, forward[1], 1e-15);
        before = Ruled.calls;
        double[] reverse = (double[]) call(of("ofSine").reverse(ACTIVE).asMethodHandle(), x, 1.0);
        assertEquals(before + 1, Ruled.calls);
        assertEquals(Ruled.ofSine(x), reverse[0]);
        assertEquals(derivative, reverse[1], 1e-15);
    }

    @Test
    void rulesWorkInLoops() throws Throwable {
        double[] x = {0.3, -0.8, 1.9, 0.1};
        double[] adjoints = new double[4];
        double value = (double) call(of("ofSines").reverse(DUPLICATED).asMethodHandle(), x, adjoints, 1.0);
        assertEquals(Ruled.ofSines(x), value);
        for (int i = 0; i < x.length; i++) {
            double[] direction = new double[4];
            direction[i] = 1;
            assertEquals(forward("ofSines", x, direction)[1], adjoints[i], 1e-14);
        }
    }

    @Test
    void aTapeOfTheUsersOwnGoesFromTheAugmentedPrimalToTheReverse() throws Throwable {
        double x = 1.3;
        double y = 0.4;
        double[] reverse = (double[]) call(of("ofPower").reverse(ACTIVE, ACTIVE).asMethodHandle(), x, y, 1.0);
        assertArrayEquals(new double[] {Ruled.ofPower(x, y), 3 * x * x * y * y, 2 * x * x * x * y + 4}, reverse, 1e-14);
        assertEquals(Ruled.ofPower(x, y), reverse[0]);
        assertEquals(reverse[1], forward("ofPower", x, 1.0, y, 0.0)[1], 1e-14);
        assertEquals(reverse[2], forward("ofPower", x, 0.0, y, 1.0)[1], 1e-14);
    }

    @Test
    void aNativeMethodIsNotCalledWhereItsRuleHasAnAugmentedPrimal() throws Throwable {
        double[] reverse = (double[]) call(of("ofUnknown").reverse(ACTIVE).asMethodHandle(), 3.0, 1.0);
        assertArrayEquals(new double[] {27, 27}, reverse);
    }

    @Test
    void arraysTakeTheirShadowsAlong() throws Throwable {
        double[] x = {3, 5};
        double[] shadow = {0, 0};
        double[] reverse =
                (double[]) call(of("ofScale").reverse(DUPLICATED, ACTIVE).asMethodHandle(), x, shadow, 2.0, 1.0);
        assertEquals(Ruled.ofScale(x, 2), reverse[0]);
        assertArrayEquals(new double[] {2 * 3 * 16, 2 * 5 * 16}, shadow);
        assertEquals(4 * 8 * 34, reverse[1]);
        double[] forward = forward("ofScale", x, new double[] {1, 0}, 2.0, 0.0);
        assertEquals(shadow[0], forward[1]);
        assertEquals(reverse[1], forward("ofScale", x, new double[2], 2.0, 1.0)[1]);
    }

    @Test
    void severalDirectionsCallTheRuleOnceEach() throws Throwable {
        var handle = of("ofSine").forward(2, DUAL).asMethodHandle();
        int before = Ruled.calls;
        double[] both = (double[]) call(handle, 0.7, 1.0, 2.0);
        assertEquals(before + 1, Ruled.calls);
        assertEquals(2 * both[1], both[2]);
    }

    @Test
    void floatsStayFloats() throws Throwable {
        double[] reverse = (double[]) call(of("ofHalf").reverse(ACTIVE).asMethodHandle(), 3f, 1.0);
        assertArrayEquals(new double[] {4.5, 3}, reverse);
    }

    @Test
    void inactiveMethodsRunOnceAndGiveConstants() throws Throwable {
        double[] shadow = {0, 0};
        Ruled.log = "";
        double value =
                (double) call(of("ofInactive").reverse(DUPLICATED).asMethodHandle(), new double[] {2, 7}, shadow, 1.0);
        assertEquals("choose [2.0, 7.0];", Ruled.log);
        assertEquals(140, value);
        assertArrayEquals(new double[] {0, 20}, shadow);
        assertEquals(20, forward("ofInactive", new double[] {2, 7}, new double[] {0, 1})[1]);
    }

    @Test
    void inactiveInterfacesTakeNumbersThatVary() throws Throwable {
        List<Double> written = new ArrayList<>();
        Ruled.Log log = (_, value) -> written.add(value);
        assertEquals(6.0, ((double[]) call(of("logged").reverse(ACTIVE, CONST).asMethodHandle(), 3.0, log, 1.0))[1]);
        assertEquals(List.of(3.0), written);
    }

    @Test
    void methodsOfOthersAreMarkedByName() throws Throwable {
        Rules rules = Rules.NONE.inactive(Ruled.class, "sine");
        double[] derivative = (double[]) call(
                Jacobi.of(Ruled.class, "ofSine")
                        .with(Options.DEFAULT.withRules(rules))
                        .forward(DUAL)
                        .asMethodHandle(),
                0.7,
                1.0);
        assertEquals(Math.sin(0.49), derivative[1], 1e-15);
    }

    @Test
    void programsGiveTheSameRules() throws Throwable {
        Rules rules = Rules.NONE
                .forward(Ruled.class, "sine", RulesOfRuled.class, "tangentOfSine")
                .reverse(Ruled.class, "power", RulesOfRuled.class, "augmentedPower", "reverseOfPower")
                .reverse(Ruled.class, "sine", RulesOfRuled.class, "reverseOfSine", ACTIVE);
        Primal power = Jacobi.of(Ruled.class, "ofPower").with(Options.DEFAULT.withRules(rules));
        double[] reverse = (double[]) call(power.reverse(ACTIVE, CONST).asMethodHandle(), 1.3, 0.4, 1.0);
        assertEquals(3 * 1.3 * 1.3 * 0.4 * 0.4, reverse[1], 1e-14);
        assertEquals(3, rules.entries().size());
    }

    @Test
    void aMethodWithARuleIsDifferentiatedByIt() throws Throwable {
        double[] reverse = (double[]) call(of("sine").reverse(ACTIVE).asMethodHandle(), 0.7, 1.0);
        assertEquals(Math.cos(0.7), reverse[1]);
    }

    @Test
    void callsWithoutAFittingRuleAreRefused() {
        assertRefused(
                Refusal.UNSUPPORTED_CALL,
                "noForwardRule",
                () -> of("ofUnknown").forward(DUAL).asMethodHandle());
        assertRefused(
                Refusal.UNSUPPORTED_CALL,
                "arrayWithoutShadow",
                () -> of("ofConstantScale").reverse(DUPLICATED, CONST, ACTIVE).asMethodHandle());
        assertRefused(
                Refusal.NATIVE_METHOD,
                "nativeWithoutRule",
                () -> Jacobi.of(Ruled.class, "ofUnknown").reverse(ACTIVE).asMethodHandle());
    }

    @Test
    void anInactiveMethodMustNotReturnAnArrayThatCarriesADerivative() {
        Rules rules = Rules.NONE.inactive(Ruled.class, "pass");
        assertRefused(
                Refusal.UNSUPPORTED_CALL,
                "inactiveReturnsItsArgument",
                () -> Jacobi.of(Ruled.class, "ofPass")
                        .with(Options.DEFAULT.withRules(rules))
                        .reverse(DUPLICATED)
                        .asMethodHandle());
    }

    @Test
    void rulesThatDoNotFitAreRefused() {
        assertRefused(
                Refusal.WRONG_RULE,
                "wrongParameters",
                () -> Rules.NONE.forward(Ruled.class, "sine", RulesOfRuled.class, "wrong"));
        assertRefused(
                Refusal.WRONG_RULE,
                "ruleIsNotStatic",
                () -> Rules.NONE.forward(Ruled.class, "sine", RulesOfRuled.class, "notStatic"));
        assertRefused(
                Refusal.WRONG_RULE,
                "tapeIsNoRecord",
                () -> Rules.NONE.reverse(Ruled.class, "sine", RulesOfRuled.class, "noRecord", "reverseOfSine"));
        assertRefused(
                Refusal.WRONG_RULE,
                "reverseWithoutTapeOfArray",
                () -> Rules.NONE.reverse(Ruled.class, "scale", RulesOfRuled.class, "reverseOfScale"));
        assertRefused(
                Refusal.WRONG_RULE,
                "activityThatDoesNotFit",
                () -> Rules.NONE.reverse(Ruled.class, "sine", RulesOfRuled.class, "reverseOfSine", DUPLICATED));
        assertRefused(
                Refusal.WRONG_RULE,
                "activitiesOfOtherCount",
                () -> Rules.NONE.reverse(Ruled.class, "sine", RulesOfRuled.class, "reverseOfSine", ACTIVE, CONST));
        assertRefused(
                Refusal.WRONG_RULE,
                "ruleForAReference",
                () -> Rules.NONE.forward(Ruled.class, "pass", RulesOfRuled.class, "tangentOfSine"));
        assertRefused(
                Refusal.UNKNOWN_METHOD,
                "unknownMethod",
                () -> Rules.NONE.inactive(RulesOfRuled.Powers.class, "nothing"));
    }

    private static double[][] hessian(String method, double... x) {
        return DifferentialOperators.hessian(of(method).target(), Options.DEFAULT.withRules(RULES))
                .at(x);
    }

    @Test
    void rulesAreDifferentiatedAgain() {
        double[] x = {0.3, -0.8, 1.9};
        double[][] hessian = hessian("ofSines", x);
        double[][] expected = Jacobi.hessian((double[] y) -> {
                    double sum = 0;
                    for (double each : y) {
                        sum += Math.sin(each) * Math.sin(sum);
                    }
                    return sum + 0 * y[0];
                })
                .at(x);
        for (int i = 0; i < x.length; i++) {
            assertArrayEquals(expected[i], hessian[i], 1e-15);
        }
    }

    static double ofPowers(double[] x) {
        return Ruled.ofPower(x[0], x[1]) * Ruled.ofUnknown(x[1]);
    }

    @Test
    void tapesOfTheUsersOwnAreDifferentiatedAgain() {
        double[][] hessian = DifferentialOperators.hessian(
                        Jacobi.of(CustomRulesTest.class, "ofPowers").target(), Options.DEFAULT.withRules(RULES))
                .at(new double[] {1.3, 0.4});
        // (x^3 y^2 + 4 y) y^3
        assertEquals(6 * 1.3 * Math.pow(0.4, 5), hessian[0][0], 1e-14);
        assertEquals(3 * 1.3 * 1.3 * 5 * Math.pow(0.4, 4), hessian[0][1], 1e-14);
        assertEquals(20 * Math.pow(1.3, 3) * Math.pow(0.4, 3) + 48 * 0.4 * 0.4, hessian[1][1], 1e-14);
    }
}
