package dev.jacobi.autodiff;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import org.junit.jupiter.api.Test;

class ShadowChecksTest {
    private static final double[] X = {1, 2};
    private static final double[] Y = {3, 4};
    private static final double[] DX = {0, 0};
    private static final double[] DY = {0, 0};

    private static ShadowChecks of(String parameters, Activity... activities) {
        return ShadowChecks.of(function(parameters), DerivativeRequest.forward(true, activities));
    }

    private static Function function(String parameters) {
        return Parser.parse("function f(" + parameters + "): void {\nb0:\n  return\n}\n");
    }

    private static void refused(Refusal refusal, String what, ShadowChecks checks, Object... references) {
        JacobiException thrown = assertThrows(JacobiException.class, () -> checks.check(references));
        assertEquals(
                "cannot call the derivative of f: " + what + "\n  why: " + refusal.why() + "\n  try: "
                        + refusal.remedy() + "\n  see: " + refusal.page(),
                thrown.getMessage());
    }

    @Test
    void rightShadowsPass() {
        of("%0: double[], %1: double[]", DUAL, DUAL).check(new Object[] {X, DX, Y, DY});
        of("%0: double[], %1: double[]", DUAL, CONST).check(new Object[] {X, DX, Y});
        of("%0: float[]", DUAL).check(new Object[] {new float[2], new float[2]});
        of("%0: double[][]", DUAL).check(new Object[] {new double[][] {X, null, Y}, new double[][] {DX, null, DY}});
    }

    @Test
    void anArrayPassedTwiceWithOneShadowPasses() {
        of("%0: double[], %1: double[]", DUAL, DUAL).check(new Object[] {X, DX, X, DX});
        of("%0: double[][]", DUAL).check(new Object[] {new double[][] {X, X}, new double[][] {DX, DX}});
    }

    @Test
    void manyRowsAreCheckedAndForgotten() {
        ShadowChecks checks = of("%0: double[][], %1: double[]", DUAL, CONST);
        double[][] rows = new double[300][2];
        double[][] shadows = new double[300][2];
        checks.check(new Object[] {rows, shadows, X});
        checks.check(new Object[] {rows, shadows, X});
        refused(
                Refusal.ALIASED_ARGUMENTS,
                "parameter 0[271] and parameter 1 are the same array, but only one of them has a shadow",
                checks,
                rows,
                shadows,
                rows[271]);
        checks.check(new Object[] {rows, shadows, X});
        shadows[18] = shadows[264];
        refused(
                Refusal.WRONG_SHADOW,
                "the shadow of parameter 0[264] is also that of parameter 0[18]",
                checks,
                rows,
                shadows,
                X);
    }

    @Test
    void argumentsHandedOverOneByOneAreChecked() {
        ShadowChecks checks = of("%0: double[][], %1: double[]", DUAL, CONST);
        double[][] rows = {X, Y};
        checks.argument(0, rows);
        checks.argument(1, new double[][] {DX, DY});
        checks.argument(2, new double[1]);
        checks.checkArguments();
        checks.argument(0, rows);
        checks.argument(1, new double[][] {DX, Y});
        checks.argument(2, new double[1]);
        assertThrows(JacobiException.class, checks::checkArguments);
        checks.argument(0, rows);
        checks.argument(1, new double[][] {DX, DY});
        checks.argument(2, X);
        assertThrows(JacobiException.class, checks::checkArguments);
    }

    @Test
    void nullArraysNeedNoShadow() {
        of("%0: double[]", DUAL).check(new Object[] {null, null});
        of("%0: double[]", DUAL).check(new Object[] {null, DX});
    }

    @Test
    void shadowsOfAnotherFormAreRefused() {
        ShadowChecks checks = of("%0: double[]", DUAL);
        refused(Refusal.WRONG_SHADOW, "the shadow of parameter 0 is null", checks, X, null);
        refused(Refusal.WRONG_SHADOW, "the shadow of parameter 0 is the array itself", checks, X, X);
        refused(
                Refusal.WRONG_SHADOW,
                "the shadow of parameter 0 has length 3, the array has length 2",
                checks,
                X,
                new double[3]);
        refused(
                Refusal.WRONG_SHADOW,
                "the shadow of parameter 0 is of class float[], the array is of class double[]",
                checks,
                X,
                new float[2]);
    }

    @Test
    void rowsAreChecked() {
        ShadowChecks checks = of("%0: double[][]", DUAL);
        double[][] rows = {X, null, Y};
        refused(
                Refusal.WRONG_SHADOW,
                "the shadow of parameter 0[2] has length 1, the array has length 2",
                checks,
                rows,
                new double[][] {DX, null, {1}});
        refused(Refusal.WRONG_SHADOW, "the shadow of parameter 0[2] is null", checks, rows, new double[][] {
            DX, null, null
        });
        refused(
                Refusal.WRONG_SHADOW,
                "the shadow of parameter 0[1] is not null, the array is",
                checks,
                rows,
                new double[][] {DX, {}, DY});
        refused(
                Refusal.WRONG_SHADOW,
                "the shadow of parameter 0[2] is also that of parameter 0[0]",
                checks,
                rows,
                new double[][] {DX, null, DX});
        refused(
                Refusal.WRONG_SHADOW,
                "the shadow of parameter 0[0] is the array of parameter 0[2]",
                checks,
                rows,
                new double[][] {Y, null, DY});
    }

    @Test
    void shadowsBelongToOneArray() {
        refused(
                Refusal.WRONG_SHADOW,
                "the shadow of parameter 1 is also that of parameter 0",
                of("%0: double[], %1: double[]", DUAL, DUAL),
                X,
                DX,
                Y,
                DX);
        refused(
                Refusal.WRONG_SHADOW,
                "the shadow of parameter 0 is the array of parameter 1",
                of("%0: double[], %1: double[]", DUAL, CONST),
                X,
                Y,
                Y);
    }

    @Test
    void oneArrayWithSeveralMeaningsIsRefused() {
        refused(
                Refusal.ALIASED_ARGUMENTS,
                "parameter 0 and parameter 1 are the same array, but have different shadows",
                of("%0: double[], %1: double[]", DUAL, DUAL),
                X,
                DX,
                X,
                DY);
        refused(
                Refusal.ALIASED_ARGUMENTS,
                "parameter 0 and parameter 1 are the same array, but only one of them has a shadow",
                of("%0: double[], %1: double[]", DUAL, CONST),
                X,
                DX,
                X);
        refused(
                Refusal.ALIASED_ARGUMENTS,
                "parameter 0[1] and parameter 1 are the same array, but have different shadows",
                of("%0: double[][], %1: double[]", DUAL, DUAL),
                new double[][] {Y, X},
                new double[][] {DY, DX},
                X,
                new double[2]);
        refused(
                Refusal.ALIASED_ARGUMENTS,
                "parameter 0 and parameter 1[0] are the same array, but only one of them has a shadow",
                of("%0: double[], %1: double[][]", DUAL, CONST),
                X,
                DX,
                new double[][] {X});
    }
}
