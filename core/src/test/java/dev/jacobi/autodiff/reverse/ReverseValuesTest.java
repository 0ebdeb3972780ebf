package dev.jacobi.autodiff.reverse;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;

import dev.jacobi.autodiff.forward.Samples;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adjoints of plain methods against tangents, interpreted and compiled; the primal's results bit for bit. */
class ReverseValuesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "straightLine",
                "branches",
                "ternary",
                "whileLoop",
                "earlyReturn",
                "integersBetween",
                "checkedWithMessage",
                "calledMath",
                "caughtDivision",
                "finallyBlock"
            })
    void numbers(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int trial = 0; trial < 4; trial++) {
            Object[] arguments = {0.4 + random.nextDouble(), 0.4 + random.nextDouble()};
            new ReverseCheck(Samples.class, method, ACTIVE, ACTIVE).run(arguments);
            new ReverseCheck(Samples.class, method, ACTIVE, CONST).run(arguments);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum",
                "rosenbrock",
                "nestedLoops",
                "prefixProductsInPlace",
                "localArray",
                "localMatrix",
                "swappedBuffers",
                "copied",
                "copiedRange",
                "cloned",
                "filled",
                "filledRange",
                "copiedWithinItself",
                "clearedByCopyOfConstants",
                "chosenArray",
                "arraysInObjectArray",
                "outOfBoundsCaught",
                "returnedArray",
                "returnedInput",
                "overwrittenInput",
                "arrayHoldingConstants",
                "breaksAndContinues",
            })
    void arrays(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int length : new int[] {1, 2, 5, 8}) {
            new ReverseCheck(Samples.class, method, DUPLICATED).run(numbers(random, length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "breakInTheMiddle",
                "innerBreaks",
                "labelledBreak",
                "earlyReturnFromNestedLoops",
                "doWhile",
                "newtonInLoop",
                "downwards",
                "strides",
                "doubling",
                "minimum",
                "switchInLoop",
                "overwritten",
                "inPlaceSums",
                "freshRowsInLoop",
                "reusedRowInLoop",
                "conditionalWork",
                "triangular",
                "integersDecide",
                "zeroTrips",
                "lastValueLeaves",
                "swappedValues",
                "deadEnds",
                "infiniteUntilReturn",
                "referencesInLoop",
                "nestedLocalArrays",
                "strictlyNeededCondition",
                "caughtInLoop",
                "loopLeftByException",
                "thrownAndCaught",
                "finallyInLoop",
                "rowFoundByTrying",
                "guarded",
                "indicesMoveOn",
                "indicesInRowsSwapped",
                "cursorsMoveOn",
                "staticIndexMovesOn",
                "alternations",
            })
    void loops(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int length : new int[] {1, 2, 3, 5, 8}) {
            new ReverseCheck(LoopSamples.class, method, DUPLICATED).run(numbers(random, length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two",
                "onBothLevels",
                "before",
                "sideBySide",
                "three",
                "downAndUp",
                "downInDownInDown",
                "fromWhereTheCallerSays",
                "innermostDependsOnTheMiddle",
                "innerOnlySometimes",
                "leavesEarly",
                "testedAfterEachIteration",
                "withinALoopOfUnknownLength",
                "limitChanges",
                "ofManyKinds"
            })
    void loopsInLoops(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int[] trips : new int[][] {{-1, 2}, {0, 3}, {1, 1}, {4, -2}, {3, 0}, {3, 4}}) {
            new ReverseCheck(NestSamples.class, method, DUPLICATED, CONST, CONST)
                    .run(numbers(random, 5), trips[0], trips[1]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"matrixVector", "rowsMoved", "rowsOfLocalMatrix", "clonedRows", "raggedSum"})
    void matrices(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int length : new int[] {1, 2, 5}) {
            double[][] matrix = new double[length][];
            Arrays.setAll(matrix, _ -> numbers(random, length));
            Object[] arguments = {matrix, numbers(random, length)};
            new ReverseCheck(Samples.class, method, DUPLICATED, DUPLICATED).run(arguments);
            new ReverseCheck(Samples.class, method, DUPLICATED, CONST).run(arguments);
        }
    }

    @Test
    void constantMatrix() throws Throwable {
        new ReverseCheck(Samples.class, "matrixVector", CONST, DUPLICATED)
                .run(new double[][] {{1, 2}, {3, 4}}, new double[] {5, 6});
    }

    @Test
    void constantOrActiveArray() throws Throwable {
        for (int choice = 0; choice < 2; choice++) {
            Object[] arguments = {new double[] {1, 2}, new double[] {5, 6}, choice};
            new ReverseCheck(Samples.class, "oneOfTwo", DUPLICATED, CONST, CONST).run(arguments);
            new ReverseCheck(Samples.class, "oneOfTwo", DUPLICATED, DUPLICATED, CONST).run(arguments);
            new ReverseCheck(Samples.class, "copyOfOneOfTwo", DUPLICATED, CONST, CONST).run(arguments);
            new ReverseCheck(Samples.class, "copyOfOneOfTwo", CONST, DUPLICATED, CONST).run(arguments);
        }
    }

    @Test
    void switchOnInt() throws Throwable {
        for (int which = 0; which < 3; which++) {
            new ReverseCheck(Samples.class, "switchOnInt", ACTIVE, ACTIVE, CONST).run(1.5, 0.7, which);
        }
    }

    @Test
    void outputArray() throws Throwable {
        Random random = new Random(1);
        new ReverseCheck(Samples.class, "outer", DUPLICATED, DUPLICATED, DUPLICATED)
                .run(numbers(random, 3), numbers(random, 2), new double[6]);
    }

    @Test
    void integersThatChangeAreThoseOfThatMoment() throws Throwable {
        new ReverseCheck(LoopSamples.class, "permuted", DUPLICATED, CONST)
                .run(numbers(new Random(2), 4), new int[] {2, 0, 3, 1, 0});
    }

    private static double[] numbers(Random random, int length) {
        return random.doubles(length, 0.5, 2).toArray();
    }
}
