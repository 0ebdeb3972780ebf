package dev.jacobi.autodiff;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Parser;
import dev.jacobi.ir.Value;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivityAnalysisTest {

    @SuppressWarnings("unused")
    private static final class Refused {
        static double total;
        static double[] table = {1, 2};
        double field;
        double[] array = {1};

        static double count(double x, int n) {
            return x * n;
        }

        static double intoConstantParameter(double x, double[] buffer) {
            buffer[0] = x;
            return buffer[0];
        }

        static double copiedIntoConstantParameter(double[] x, double[] buffer) {
            System.arraycopy(x, 0, buffer, 0, x.length);
            return buffer[0];
        }

        static double filledIntoConstantParameter(double x, double[] buffer) {
            Arrays.fill(buffer, x);
            return buffer[0];
        }

        static double intoStaticArray(double x) {
            table[0] = x;
            return table[0];
        }

        static double intoStaticField(double x) {
            total = x;
            return x;
        }

        static double arrayIntoStaticField(double[] x) {
            table = x;
            return x[0];
        }

        static double intoField(double x, Refused object) {
            object.field = x;
            return object.field;
        }

        static double arrayIntoField(double[] x, Refused object) {
            object.array = x;
            return object.array[0];
        }

        static double unknownCall(double x) {
            return Double.parseDouble(Double.toString(x));
        }

        static double arrayToUnknownCall(double[] x) {
            Arrays.sort(x);
            return x[0];
        }

        static double throughBits(double x) {
            return Double.longBitsToDouble(Double.doubleToRawLongBits(x) & 0x7fffffffffffffffL);
        }

        static double exponentFromBits(double x) {
            return (double) (Double.doubleToRawLongBits(x) >> 52);
        }

        static double tableByBits(double x, double[] numbers) {
            return numbers[(int) (Double.doubleToRawLongBits(x) >>> 60)];
        }
    }

    @SuppressWarnings("unused")
    private static final class Allowed {
        double field = 2;

        static double signFromBits(double x) {
            return Double.doubleToRawLongBits(x) < 0 ? -x : x * x;
        }

        static double constantsIntoObjects(double x, Allowed object) {
            object.field = 3;
            double[] weights = {1, 2};
            Arrays.sort(weights);
            return x * object.field * weights[1];
        }

        static double inactiveBufferEscapes(double x) {
            double[] buffer = new double[3];
            buffer[0] = Math.floor(x);
            Arrays.sort(buffer);
            return x * buffer[0];
        }

        static double comparedAndPrinted(double x) {
            if (Double.isNaN(x) || Double.compare(x, 1) == 0) {
                System.out.println(x);
            }
            return x;
        }
    }

    private static JacobiException refused(String method, Activity... activities) {
        Function function = Code.lift(Refused.class, method);
        return assertThrows(JacobiException.class, () -> ActivityAnalysis.of(function, List.of(activities)));
    }

    /** What is refused, without the name of the class. */
    private static void check(Refusal refusal, String what, String method, Activity... activities) {
        JacobiException thrown = refused(method, activities);
        assertEquals(refusal, thrown.refusal());
        String first = String.valueOf(thrown.getMessage()).lines().findFirst().orElseThrow();
        String owner = Refused.class.getName();
        String signature = Code.lift(Refused.class, method).signature();
        assertTrue(signature.startsWith(owner + "." + method + "("), signature);
        assertEquals("cannot differentiate " + signature + ": " + what.replace("Refused", owner), first);
        assertTrue(thrown.where().orElseThrow().startsWith(owner + "." + method + ":"), thrown.getMessage());
    }

    @Test
    void storesIntoConstantMemoryAreRefused() {
        check(
                Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                "it stores a number that varies into parameter 1, which is CONST",
                "intoConstantParameter",
                DUAL,
                CONST);
        check(
                Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                "it copies numbers that vary into parameter 1, which is CONST",
                "copiedIntoConstantParameter",
                DUAL,
                CONST);
        check(
                Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                "it fills with a number that varies parameter 1, which is CONST",
                "filledIntoConstantParameter",
                DUAL,
                CONST);
        check(
                Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                "it stores a number that varies into memory that belongs to no parameter",
                "intoStaticArray",
                DUAL);
    }

    @Test
    void theSameStoresIntoShadowedMemoryAreAllowed() {
        ActivityAnalysis.of(Code.lift(Refused.class, "intoConstantParameter"), List.of(DUAL, DUAL));
        ActivityAnalysis.of(Code.lift(Refused.class, "intoConstantParameter"), List.of(CONST, CONST));
    }

    @Test
    void staticFieldsAreRefused() {
        check(
                Refusal.ACTIVE_STATIC,
                "it stores a value that carries a derivative into the static field Refused.total",
                "intoStaticField",
                DUAL);
        check(
                Refusal.ACTIVE_STATIC,
                "it stores a value that carries a derivative into the static field Refused.table",
                "arrayIntoStaticField",
                DUAL);
    }

    @Test
    void fieldsOfConstantObjectsAreRefused() {
        check(
                Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                "it stores a value that carries a derivative into the field Refused.field of parameter 1, which is CONST",
                "intoField",
                DUAL,
                CONST);
        check(
                Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                "it stores a value that carries a derivative into the field Refused.array of parameter 1, which is CONST",
                "arrayIntoField",
                DUAL,
                CONST);
    }

    @Test
    void unknownCallsAreRefused() {
        check(
                Refusal.ACTIVE_TEXT,
                "it may read a number out of text in which a number that varies was written, by"
                        + " java.lang.Double.parseDouble(java.lang.String)",
                "unknownCall",
                DUAL);
        check(
                Refusal.UNSUPPORTED_CALL,
                "it passes a value that carries a derivative to java.util.Arrays.sort(double[])",
                "arrayToUnknownCall",
                DUAL);
    }

    @Test
    void bitsAreRefusedUnlessTheyAreOnlyCompared() {
        String what = "it uses the bits of a number that varies for more than a comparison";
        check(Refusal.ACTIVE_BITS, what, "throughBits", DUAL);
        check(Refusal.ACTIVE_BITS, what, "exponentFromBits", DUAL);
        check(Refusal.ACTIVE_BITS, what, "tableByBits", DUAL, CONST);
        ActivityAnalysis.of(Code.lift(Allowed.class, "signFromBits"), List.of(DUAL));
        ActivityAnalysis.of(Code.lift(Refused.class, "throughBits"), List.of(CONST));
    }

    @Test
    void whatCarriesNoDerivativeGoesAnywhere() {
        ActivityAnalysis.of(Code.lift(Allowed.class, "constantsIntoObjects"), List.of(DUAL, CONST));
        ActivityAnalysis.of(Code.lift(Allowed.class, "inactiveBufferEscapes"), List.of(DUAL));
        ActivityAnalysis.of(Code.lift(Allowed.class, "comparedAndPrinted"), List.of(DUAL));
    }

    @Test
    void variedButUselessAndUsefulButConstantValuesAreInactive() {
        Function function = Parser.parse("""
                function f(%0: double, %1: double): double {
                b0:
                  %2: double = math sin %0
                  %3: double = math exp %1
                  %4: double = math floor %0
                  %5: double = mul %3, %4
                  %6: double = add %5, %0
                  return %6
                }
                """);
        ActivityAnalysis activity = ActivityAnalysis.of(function, List.of(DUAL, CONST));
        List<Value> values = function.entry().instructions().stream()
                .map(instruction -> instruction.value())
                .toList();
        assertTrue(activity.isVaried(values.get(0)));
        assertFalse(activity.isUseful(values.get(0)));
        assertTrue(activity.isUseful(values.get(1)));
        assertFalse(activity.isVaried(values.get(1)));
        assertFalse(activity.isVaried(values.get(2)));
        assertFalse(activity.isActive(values.get(3)));
        assertTrue(activity.isActive(values.get(4)));
    }

    @Test
    void onlyArraysThatHoldActiveNumbersHaveShadows() {
        Function function = Parser.parse("""
                function f(%0: double, %1: int): double {
                b0:
                  %2 = constant 0
                  %3: double[] = new_array double %1
                  %4: double[] = new_array double %1
                  %5: double[] = new_array double %1
                  array_store double %3, %2, %0
                  array_store double %5, %2, %0
                  %6: double = array_load double %3, %2
                  %7: double = array_load double %4, %2
                  %8: double = mul %6, %7
                  return %8
                }
                """);
        ActivityAnalysis activity = ActivityAnalysis.of(function, List.of(DUAL, CONST));
        List<Boolean> shadows = function.entry().instructions().stream()
                .filter(instruction -> instruction.opCode() == OpCode.NEW_ARRAY)
                .map(instruction -> activity.hasShadow(instruction.value()))
                .toList();
        assertEquals(List.of(true, false, false), shadows);
    }

    @Test
    void wrongActivitiesAreRefused() {
        Function function = Code.lift(Refused.class, "intoField");
        JacobiException few = assertThrows(
                JacobiException.class,
                () -> DerivativeRequest.forward(true, DUAL).check(function));
        assertEquals("""
                cannot differentiate %1$s.intoField(double, %1$s): it has 2 parameters, but 1 activity
                  why: each parameter takes one activity, and each activity its kind of parameter
                  try: give the activities in the order of the parameters
                  see: docs/guide/refusals.md#wrong-activities""".formatted(Refused.class.getName()), few.getMessage());
        JacobiException wrong = assertThrows(
                JacobiException.class,
                () -> DerivativeRequest.forward(true, DUAL, DUAL).check(Code.lift(Refused.class, "count")));
        assertEquals(
                "cannot differentiate %1$s.count(double, int): parameter 1 of type int cannot be DUAL in forward mode, only CONST"
                        .formatted(Refused.class.getName()),
                String.valueOf(wrong.getMessage()).lines().findFirst().orElseThrow());
        JacobiException mode = assertThrows(
                JacobiException.class,
                () -> DerivativeRequest.reverse(true, DUAL, CONST).check(function));
        assertEquals(
                "cannot differentiate %1$s.intoField(double, %1$s): parameter 0 of type double cannot be DUAL in reverse mode, only CONST or ACTIVE"
                        .formatted(Refused.class.getName()),
                String.valueOf(mode.getMessage()).lines().findFirst().orElseThrow());
    }
}
