package dev.jacobi.refusal;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.SplitDerivative;
import dev.jacobi.compile.Explanation;
import dev.jacobi.testing.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** An array that a method reaches as an argument with a shadow and by another way too: right or refused, never a part of the derivative. */
class AliasingTest {
    private static final double[] X = {3, 4};

    /** Reverse mode of a function of one array. */
    interface OfArray {
        double apply(double[] x, double[] dx, double seed);
    }

    /** Reverse mode with a constant argument of an exact type. */
    interface WithHolder {
        double apply(double[] x, double[] dx, Aliasing.Holder holder, double seed);
    }

    /** Reverse mode with constant objects. */
    interface WithObjects {
        double apply(double[] x, double[] dx, Object[] objects, double seed);
    }

    /** Reverse mode with constant rows. */
    interface WithRows {
        double apply(double[] x, double[] dx, double[][] rows, double seed);
    }

    /** Reverse mode of a function of nested arrays. */
    interface OfNested {
        double apply(double[][] x, double[][] dx, double seed);
    }

    /** Reverse mode of a function of an object. */
    interface OfModel {
        double apply(Aliasing.Model model, Aliasing.Model shadow, double seed);
    }

    /** Forward mode. */
    interface Directional {
        double apply(double[] x, double[] dx);
    }

    private static void assertAliased(String golden, Executable work) {
        JacobiException thrown = assertThrows(JacobiException.class, work);
        assertEquals(Refusal.ALIASED_ARGUMENTS, thrown.refusal(), thrown::getMessage);
        String text = String.valueOf(thrown.getMessage()).replaceAll("lambda\\$(\\w+)\\$\\w+\\$\\d", "lambda of $1");
        Golden.check(AliasingTest.class, golden, text + "\n");
    }

    private static OfArray reverse(String method) {
        return Jacobi.of(Aliasing.class, method).reverse(DUPLICATED).as(OfArray.class);
    }

    @Test
    void anArrayInAStaticFieldIsComparedWithTheArgument() {
        OfArray derivative = reverse("timesStatic");
        double[] shadow = {0, 0};
        Aliasing.table = new double[] {5, 6};
        assertEquals(3 * 5 + 4 * 6, derivative.apply(X, shadow, 1));
        assertArrayEquals(new double[] {5, 6}, shadow);
        Aliasing.table = X;
        double[] untouched = {7, 8};
        assertAliased("static", () -> derivative.apply(X, untouched, 1));
        assertArrayEquals(new double[] {7, 8}, untouched);
    }

    @Test
    void forwardModeComparesToo() {
        Directional derivative =
                Jacobi.of(Aliasing.class, "timesStatic").forward(DUAL).as(Directional.class);
        Aliasing.table = new double[] {5, 6};
        assertEquals(11, derivative.apply(X, new double[] {1, 1}));
        Aliasing.table = X;
        assertAliased("staticForward", () -> derivative.apply(X, new double[] {1, 1}));
    }

    @Test
    void capturedArraysAreCompared() {
        double[] captured = {5, 6};
        Gradient<double[]> gradient = Jacobi.gradient((double[] x) -> Aliasing.dot(x, captured));
        assertArrayEquals(new double[] {5, 6}, gradient.at(X));
        assertAliased("captured", () -> gradient.at(captured));
    }

    @Test
    void capturedRowsAreCompared() {
        double[][] captured = {{5, 6}, X};
        Gradient<double[]> first = Jacobi.gradient((double[] x) -> Aliasing.dot(x, captured[0]));
        assertArrayEquals(new double[] {5, 6}, first.at(X));
        Gradient<double[]> all = Jacobi.gradient((double[] x) -> Aliasing.dotAll(x, captured));
        assertArrayEquals(new double[] {8, 10}, all.at(new double[] {1, 1}));
        assertAliased("capturedRow", () -> all.at(X));
    }

    @Test
    void fieldsOfConstantObjectsAreCompared() {
        WithHolder derivative = Jacobi.of(Aliasing.class, "timesField")
                .reverse(DUPLICATED, CONST)
                .as(WithHolder.class);
        double[] shadow = {0, 0};
        derivative.apply(X, shadow, new Aliasing.Holder(new double[] {5, 6}), 1);
        assertArrayEquals(new double[] {5, 6}, shadow);
        assertAliased("field", () -> derivative.apply(X, new double[2], new Aliasing.Holder(X), 1));
    }

    @Test
    void constantPartsOfObjectsWithShadowsAreComparedInCallsThatStay() {
        WithHolder derivative = Jacobi.of(Aliasing.class, "heldByAConstantPart")
                .reverse(DUPLICATED, CONST)
                .as(WithHolder.class);
        double[] shadow = {0, 0};
        assertEquals(3 * 6 * 1024, derivative.apply(X, shadow, new Aliasing.Holder(new double[] {5, 6}), 1));
        assertArrayEquals(new double[] {6 * 1024, 0}, shadow);
        assertAliased("constantPart", () -> derivative.apply(X, new double[2], new Aliasing.Holder(X), 1));
    }

    @Test
    void whatHasAShadowIsNotTakenForAnAliasWhereOthersHaveNone() {
        WithHolder derivative = Jacobi.of(Aliasing.class, "ownAndConstant")
                .reverse(DUPLICATED, CONST)
                .as(WithHolder.class);
        double[] shadow = {0, 0};
        derivative.apply(X, shadow, new Aliasing.Holder(new double[] {5, 6}), 1);
        assertArrayEquals(new double[] {6 * 1024, 1}, shadow);
    }

    @Test
    void elementsOfConstantArraysOfObjectsAreCompared() {
        WithObjects derivative = Jacobi.of(Aliasing.class, "timesElement")
                .reverse(DUPLICATED, CONST)
                .as(WithObjects.class);
        double[] shadow = {0, 0};
        derivative.apply(X, shadow, new Object[] {new double[] {5, 6}}, 1);
        assertArrayEquals(new double[] {5, 6}, shadow);
        assertAliased("element", () -> derivative.apply(X, new double[2], new Object[] {X}, 1));
    }

    @Test
    void rowsOfConstantNestsAreComparedOnEntry() {
        WithRows derivative =
                Jacobi.of(Aliasing.class, "dotAll").reverse(DUPLICATED, CONST).as(WithRows.class);
        assertAliased("constantRow", () -> derivative.apply(X, new double[2], new double[][] {{1, 2}, X}, 1));
    }

    @Test
    void rowsOfArgumentsAreCompared() {
        OfNested derivative =
                Jacobi.of(Aliasing.class, "rowsTimesStatic").reverse(DUPLICATED).as(OfNested.class);
        double[][] x = {{1, 2}, X};
        double[][] shadow = {{0, 0}, {0, 0}};
        Aliasing.table = new double[] {5, 6};
        derivative.apply(x, shadow, 1);
        assertArrayEquals(new double[][] {{5, 6}, {5, 6}}, shadow);
        Aliasing.table = X;
        assertAliased("rowIsStatic", () -> derivative.apply(x, new double[2][2], 1));
    }

    @Test
    void aRowThatIsThereTwiceHasOneShadow() {
        double[] row = {3, 4};
        double[][] x = {row, row};
        Gradient<double[][]> gradient = Jacobi.gradient(Aliasing::doublesFirstAndMultiplies);
        double[][] at = gradient.at(x);
        assertSame(at[0], at[1]);
        // The row is doubled through one way and read through the other: the value is (2 a)² with a = 3.
        assertArrayEquals(new double[] {24, 0}, at[0]);
        row[0] = 3;
        assertAliased("rowTwice", () -> gradient.into(x, new double[2][2]));
        assertEquals(3, row[0]);
    }

    @Test
    void weightsThatAreTheArgumentAreTakenAsTheyWere() {
        var product = Jacobi.<double[], double[]>vjp(Aliasing::doublesInPlace);
        double[] x = {5, 7};
        assertArrayEquals(new double[] {30, 7}, product.at(x, x));
        assertArrayEquals(new double[] {10, 7}, x);
    }

    @Test
    void weightsOfAnotherShapeAreRefused() {
        var product = Jacobi.<double[], double[]>vjp(Aliasing::doubled);
        assertArrayEquals(new double[] {2, 4}, product.at(X, new double[] {1, 2}));
        JacobiException thrown = assertThrows(JacobiException.class, () -> product.at(X, new double[] {1, 2, 3}));
        assertEquals(Refusal.WRONG_SHADOW, thrown.refusal());
        Golden.check(AliasingTest.class, "weightsOfOtherLength", thrown.getMessage() + "\n");
    }

    private static OfModel ofModel(String method) {
        return Jacobi.of(Aliasing.class, method).reverse(DUPLICATED).as(OfModel.class);
    }

    private static Aliasing.Model zeros() {
        Aliasing.Model zeros = new Aliasing.Model();
        zeros.scale = 0;
        zeros.weights = new double[2];
        return zeros;
    }

    @Test
    void objectsInStaticFieldsAreComparedWithObjectsThatHaveShadows() {
        OfModel derivative = ofModel("modelTimesShared");
        Aliasing.Model model = new Aliasing.Model();
        Aliasing.Model shadow = zeros();
        Aliasing.shared = new Aliasing.Model();
        Aliasing.shared.scale = 5;
        derivative.apply(model, shadow, 1);
        assertEquals(5, shadow.scale);
        Aliasing.shared = model;
        assertAliased("staticObject", () -> derivative.apply(model, zeros(), 1));
    }

    @Test
    void arraysInStaticFieldsAreComparedWithThoseOfObjects() {
        OfModel derivative = ofModel("weightsTimesTable");
        Aliasing.Model model = new Aliasing.Model();
        Aliasing.Model shadow = zeros();
        Aliasing.table = new double[] {5, 6};
        derivative.apply(model, shadow, 1);
        assertArrayEquals(new double[] {5, 6}, shadow.weights);
        Aliasing.table = model.weights;
        assertAliased("staticPart", () -> derivative.apply(model, zeros(), 1));
    }

    @Test
    void objectsThatAreWrittenInAnotherWayAreCompared() {
        OfModel derivative = ofModel("nextTimesShared");
        Aliasing.Model model = new Aliasing.Model();
        model.next = new Aliasing.Model();
        model.next.scale = 3;
        Aliasing.shared = model.next;
        Aliasing.Model shadow = zeros();
        shadow.next = zeros();
        assertAliased("staticObjectWrite", () -> derivative.apply(model, shadow, 1));
        assertEquals(3, model.next.scale);
    }

    @Test
    void methodsThatAreNotInlinedCompareWithTheArgumentsOfTheDerivative() {
        OfArray derivative = reverse("recursiveStatic");
        SplitDerivative split =
                Jacobi.of(Aliasing.class, "recursiveStatic").reverse(DUPLICATED).split();
        Directional forward =
                Jacobi.of(Aliasing.class, "recursiveStatic").forward(DUAL).as(Directional.class);
        double[] shadow = {0, 0};
        Aliasing.table = new double[] {5};
        derivative.apply(X, shadow, 1);
        assertArrayEquals(new double[] {5 * 27, 1}, shadow);
        assertEquals(5 * 27, forward.apply(X, new double[] {1, 0}));
        Aliasing.table = X;
        assertAliased("recursion", () -> derivative.apply(X, new double[2], 1));
        assertAliased("recursion", () -> forward.apply(X, new double[2]));
        assertAliased("recursion", () -> split.augment(X, new double[2]));
    }

    @Test
    void aRefusalGetsOutOfAMethodThatCatchesExceptions() {
        for (String method : List.of("catchesRecursion", "rethrowsOfRecursion")) {
            OfArray derivative = reverse(method);
            Aliasing.table = new double[] {5};
            double[] shadow = {0, 0};
            derivative.apply(X, shadow, 1);
            assertArrayEquals(new double[] {5 * 27, 0}, shadow);
            Aliasing.table = X;
            JacobiException thrown = assertThrows(JacobiException.class, () -> derivative.apply(X, new double[2], 1));
            assertEquals(Refusal.ALIASED_ARGUMENTS, thrown.refusal());
        }
    }

    /** Reverse mode with an object whose class is known when it comes. */
    interface WithScaling {
        double apply(double[] x, double[] dx, Aliasing.Scaling scaling, double seed);
    }

    @Test
    void methodsThatAreFoundWhenTheyAreCalledCompareToo() {
        WithScaling derivative = Jacobi.of(Aliasing.class, "dispatched")
                .reverse(DUPLICATED, CONST)
                .as(WithScaling.class);
        double[] shadow = {0, 0};
        Aliasing.table = new double[] {5};
        derivative.apply(X, shadow, new Aliasing.ByTable(), 1);
        assertArrayEquals(new double[] {5, 0}, shadow);
        Aliasing.table = X;
        assertAliased("dispatched", () -> derivative.apply(X, new double[2], new Aliasing.ByTable(), 1));
    }

    @Test
    void writesThroughAnotherWayAreCompared() {
        OfArray derivative = reverse("clearsStatic");
        Aliasing.table = new double[] {5, 6};
        double[] shadow = {0, 0};
        derivative.apply(X, shadow, 1);
        assertArrayEquals(new double[] {6, 0}, shadow);
        Aliasing.table = X;
        assertAliased("staticWrite", () -> derivative.apply(X, new double[2], 1));
        assertArrayEquals(new double[] {3, 4}, X);
    }

    @Test
    void copiesOutOfAnotherWayAreCompared() {
        OfArray derivative = reverse("copiesStatic");
        Aliasing.table = X;
        assertAliased("staticCopy", () -> derivative.apply(X, new double[2], 1));
    }

    @Test
    void theMethodCannotCatchTheRefusal() {
        OfArray derivative = reverse("catchesAll");
        Aliasing.table = X;
        assertAliased("caught", () -> derivative.apply(X, new double[2], 1));
    }

    @Test
    void arraysThatAreOnlyMeasuredOrComparedPass() {
        OfArray derivative = reverse("measuresStatic");
        Aliasing.table = X;
        double[] shadow = {0, 0};
        assertEquals(6, derivative.apply(X, shadow, 1));
        assertArrayEquals(new double[] {2, 0}, shadow);
    }

    @Test
    void theComparisonIsOutsideOfLoops() {
        var stages = Explanation.of(Jacobi.of(Aliasing.class, "timesStatic"), Explanation.Transformation.REVERSE, null);
        List<String> lines = stages.getLast().text().lines().toList();
        long comparisons = lines.stream()
                .filter(line -> line.matches(".* = eq %\\d+, %\\d+.*"))
                .count();
        assertEquals(1, comparisons, stages.getLast()::text);
        int comparison = lines.indexOf(lines.stream()
                .filter(line -> line.matches(".* = eq %\\d+, %\\d+.*"))
                .findFirst()
                .orElseThrow());
        int multiplication = lines.indexOf(lines.stream()
                .filter(line -> line.contains(" = mul "))
                .findFirst()
                .orElseThrow());
        assertTrue(comparison < multiplication, stages.getLast()::text);
    }
}
