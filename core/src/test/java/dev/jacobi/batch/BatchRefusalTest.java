package dev.jacobi.batch;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Axis;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What batches refuse, by the exact first lines of the messages. */
class BatchRefusalTest {
    private static final String DOT = "dev.jacobi.batch.Examples.dot(double[], double[], double)";

    /** Not the signature of a batch. */
    interface OfOne {
        double apply(double[] weights, double[] x, double y);
    }

    private static Primal of(String method) {
        return Jacobi.of(Examples.class, method);
    }

    private static void refused(Refusal refusal, String message, Executable work) {
        JacobiException thrown = assertThrows(JacobiException.class, work);
        assertEquals(refusal, thrown.refusal(), thrown::getMessage);
        String text = thrown.getMessage().substring(0, thrown.getMessage().indexOf("\n  why: "));
        assertEquals(message, text.replaceAll(":\\d+", ":LINE").replaceAll(" < .*", ""));
    }

    private static MethodHandle dot(Layout layout) {
        return of("dot").batch(SHARED, EACH, EACH).layout(layout).asMethodHandle();
    }

    @Test
    void axesThatDoNotFit() {
        refused(
                Refusal.WRONG_AXES,
                "cannot batch " + DOT + ": it has 3 parameters, but 2 axes",
                () -> of("dot").batch(SHARED, EACH));
        refused(
                Refusal.WRONG_AXES,
                "cannot batch " + DOT + ": no parameter is EACH",
                () -> of("dot").batch(SHARED, SHARED, SHARED));
        refused(
                Refusal.WRONG_AXES,
                "cannot batch " + DOT + ": parameter 0 cannot be SUMMED, only shadows in reverse mode can",
                () -> of("dot").batch(SUMMED, EACH, EACH));
        refused(
                Refusal.WRONG_AXES,
                "cannot batch the reverse derivative of " + DOT
                        + ": parameter 1 cannot be SHARED, as it is written: it can be SUMMED or EACH",
                () -> of("dot").reverse(DUPLICATED, CONST, CONST).batch(SHARED, SHARED, EACH, EACH, EACH));
        refused(
                Refusal.WRONG_AXES,
                "cannot batch the reverse derivative of " + DOT
                        + ": parameter 1 cannot be SUMMED, only shadows, in reverse mode, of arrays of numbers that are SHARED can",
                () -> of("dot").reverse(DUPLICATED, CONST, CONST).batch(EACH, SUMMED, EACH, EACH, EACH));
    }

    @Test
    void argumentsOfDifferentLengths() {
        refused(
                Refusal.BATCH_LENGTHS,
                "cannot run the batch of " + DOT + ": parameter 1 has 3 examples, parameter 2 has 4",
                () -> dot(Layout.SEPARATE).invokeWithArguments(new double[2], new double[3][2], new double[4]));
        refused(
                Refusal.BATCH_LENGTHS,
                "cannot run the batch of " + DOT + ": parameter 2 has 4 elements for 3 examples",
                () -> dot(Layout.LANES).invokeWithArguments(3, new double[2], new double[6], new double[4]));
        refused(
                Refusal.BATCH_LENGTHS,
                "cannot run the batch of " + DOT + ": the number of examples is -1",
                () -> dot(Layout.PACKED).invokeWithArguments(-1, new double[2], new double[6], new double[4]));
    }

    @Test
    void raggedArgumentsAndResultsWherePacked() {
        refused(
                Refusal.BATCH_RAGGED,
                "cannot run the batch of " + DOT + ": parameter 1 has 7 elements for 3 examples",
                () -> dot(Layout.PACKED).invokeWithArguments(3, new double[2], new double[7], new double[3]));
        refused(
                Refusal.BATCH_RAGGED,
                "cannot run the batch of " + DOT + ": parameter 1 has 2 elements for 0 examples",
                () -> dot(Layout.PACKED).invokeWithArguments(0, new double[2], new double[2], new double[0]));
        refused(
                Refusal.BATCH_RAGGED,
                "cannot return the results of the batch of dev.jacobi.batch.Examples.some(int) in layout LANES: "
                        + "that of example 0 has 1 elements, that of example 1 has 2",
                () -> of("some")
                        .batch(EACH)
                        .layout(Layout.LANES)
                        .asMethodHandle()
                        .invokeWithArguments(2, new int[] {1, 2}));
    }

    @Test
    void typesWithoutALayout() {
        refused(
                Refusal.BATCH_LAYOUT,
                "cannot batch dev.jacobi.batch.Examples.points(int) in layout PACKED: "
                        + "its result is of type dev.jacobi.batch.Examples$Point[]",
                () -> of("points").batch(EACH).layout(Layout.PACKED));
        refused(
                Refusal.BATCH_LAYOUT,
                "cannot batch dev.jacobi.batch.Examples.heaviest(dev.jacobi.batch.Examples$Point[]) in layout LANES: "
                        + "parameter 0 is of type dev.jacobi.batch.Examples$Point[]",
                () -> of("heaviest").batch(EACH).layout(Layout.LANES));
    }

    private static void writes(String method, String what, String where, Axis... axes) {
        refused(
                Refusal.SHARED_WRITTEN,
                "cannot batch dev.jacobi.batch.Examples." + method + ": parameter 0 is SHARED, and " + what
                        + "\n  at:  dev.jacobi.batch.Examples." + where + ":LINE",
                () -> of(method.substring(0, method.indexOf('('))).batch(axes).asMethodHandle());
    }

    @Test
    void sharedArraysThatAreWritten() {
        writes("writing(double[], double)", "is written", "writing", SHARED, EACH);
        writes("writingThroughRow(double[][], double)", "is written", "writingThroughRow", SHARED, EACH);
        writes(
                "writingInCall(double[], double[], int)",
                "may be written in a call of dev.jacobi.batch.Examples.writingInCall(double[], double[], int)",
                "writingInCall",
                SHARED,
                EACH,
                EACH);
        writes("keeping(double[], double)", "is written", "keeping", SHARED, EACH);
    }

    @Test
    void sharedArraysThatTheDerivativeWouldWrite() {
        refused(
                Refusal.SHARED_WRITTEN,
                "cannot batch the reverse derivative of dev.jacobi.batch.Examples.writing(double[], double): "
                        + "parameter 0 is SHARED, and is written\n  at:  dev.jacobi.batch.Examples.writing:LINE",
                () -> of("writing")
                        .reverse(DUPLICATED, CONST)
                        .batch(SHARED, SUMMED, EACH, EACH)
                        .asMethodHandle());
    }

    @Test
    void oneArrayGivenTwiceWhereItIsCopied() {
        double[] twice = {1, 2, 3, 4};
        refused(
                Refusal.ALIASED_ARGUMENTS,
                "cannot run the batch of dev.jacobi.batch.Examples.swap(double[], double[]): parameter 0 and "
                        + "parameter 1 are the same array, and parameter 0 may be written",
                () -> of("swap")
                        .batch(EACH, EACH)
                        .layout(Layout.PACKED)
                        .asMethodHandle()
                        .invokeWithArguments(2, twice, twice));
    }

    @Test
    void interfacesThatDoNotFit() {
        refused(
                Refusal.WRONG_SIGNATURE,
                "cannot implement dev.jacobi.batch.BatchRefusalTest$OfOne by the batch of dev.jacobi.batch.Examples.dot: "
                        + "it declares double apply(double[], double[], double), "
                        + "expected is double[] apply(double[], double[][], double[])",
                () -> of("dot").batch(SHARED, EACH, EACH).as(OfOne.class));
    }

    @Test
    void goingOnFromWhatIsNoLoopOverAMethod() {
        refused(
                Refusal.DERIVATIVE_OF_BATCH,
                "cannot go on from the batch of the reverse derivative of " + DOT + ": it is the batch of a derivative",
                () -> of("dot")
                        .reverse(DUPLICATED, CONST, CONST)
                        .batch(SHARED, SUMMED, EACH, EACH, EACH)
                        .batch(EACH, EACH, EACH, EACH, EACH));
        refused(
                Refusal.DERIVATIVE_OF_BATCH,
                "cannot go on from the batch of " + DOT + ": it is to be parallel",
                () -> of("dot").batch(SHARED, EACH, EACH).parallel().batch(SHARED, EACH, EACH));
        refused(
                Refusal.BATCH_LAYOUT,
                "cannot go on from the batch of dev.jacobi.batch.Examples.some(int) in layout PACKED: "
                        + "its result is of type double[]",
                () -> of("some").batch(EACH).layout(Layout.PACKED).batch(EACH));
    }
}
