package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.ir.Value;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops that record two numbers in each round, in columns of the tape whose distance is an argument: native code believes that they are apart only where they are. */
class TapeColumnsTest {
    private static final int ROUNDS = 37;

    /** Records {@code x[i]} and {@code 2 x[i]}, and adds up {@code 3} times the first, as the tape has it then, and the second. */
    private static final String RECORDED = """
            function recorded(%0: double[], %1: int, %2: int): double {
            b0:
              %3: double[] = invoke_static dev.jacobi.runtime.Scratch.acquireDoubles(): double[]
              %4 = constant 1000
              %5: double[] = invoke_static dev.jacobi.runtime.Scratch.ensure(double[], int): double[] %3, %4
              %6: int = add %1, %2
              %7: int = array_length %0
              %8 = constant 0
              %9 = constant 1
              jump b1(%8)
            b1(%10: int):
              %11 = lt %10, %7
              branch %11, b2, b3
            b2:
              %12: double = array_load double %0, %10
              %13: double = add %12, %12
              %14: int = add %1, %10
              array_store double %5, %14, %12
              %15: int = add %6, %10
              array_store double %5, %15, %13
              %16: int = add %10, %9
              jump b1(%16)
            b3:
              %17 = constant 0.0
              %18 = constant 3.0
              jump b4(%8, %17)
            b4(%19: int, %20: double):
              %21 = lt %19, %7
              branch %21, b5, b6
            b5:
              %22: int = add %1, %19
              %23: double = array_load double %5, %22
              %24: int = add %6, %19
              %25: double = array_load double %5, %24
              %26: double = mul %23, %18
              %27: double = add %26, %25
              %28: double = add %20, %27
              %29: int = add %19, %9
              jump b4(%29, %28)
            b6:
              invoke_static dev.jacobi.runtime.Scratch.release(double[]): void %5
              return %20
            }
            """;

    private static double[] numbers() {
        double[] x = new double[ROUNDS];
        Arrays.setAll(x, i -> Math.sin(i));
        return x;
    }

    @ParameterizedTest
    @ValueSource(ints = {ROUNDS, ROUNDS + 1, 500})
    void columnsThatAreApartAreRecordedNatively(int distance) {
        BothBackends function = BothBackends.of(RECORDED);
        function.check(numbers(), 5, distance);
        assertEquals(0, function.compiled().bailouts());
    }

    @ParameterizedTest
    @ValueSource(ints = {ROUNDS - 1, 17, 4, 3, 2, 1, 0, -1, -3, -ROUNDS})
    void columnsThatMeetAreRecordedAsJavaDoesIt(int distance) {
        BothBackends function = BothBackends.of(RECORDED);
        function.check(numbers(), 100, distance);
        assertEquals(1, function.compiled().bailouts());
    }

    @Test
    void whereNothingIsRecordedColumnsMayBeAnywhere() {
        BothBackends function = BothBackends.of(RECORDED);
        function.check(new double[0], Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertEquals(0, function.compiled().bailouts());
    }

    @Test
    void distancesThatOverflowGiveJavasException() {
        BothBackends function = BothBackends.of(RECORDED);
        // The message has the length of the JVM's array, of which it keeps several.
        assertThrows(
                ArrayIndexOutOfBoundsException.class,
                () -> function.compiled().handle().invokeWithArguments(numbers(), 5, Integer.MAX_VALUE));
        assertEquals(1, function.compiled().bailouts());
    }

    @Test
    void columnsAreFoundWhereOneStartIsTheOneBeforeAndSomethingMore() {
        Function function = Parser.parse(RECORDED);
        assertEquals(
                1, TapeColumns.of(Loops.of(function), TapeArrays.of(function)).size());
        Function other = Parser.parse(RECORDED.replace("%6: int = add %1, %2", "%6: int = sub %1, %2"));
        assertEquals(0, TapeColumns.of(Loops.of(other), TapeArrays.of(other)).size());
    }

    @Test
    void anArrayOfTheTapeIsOneWhereverItIsPassedOn() {
        assertEquals(3, tapeOf("""
                function f(%0: int): int {
                b0:
                  %1: double[] = invoke_static dev.jacobi.runtime.Scratch.acquireDoubles(): double[]
                  %2 = constant 0
                  jump b1(%1)
                b1(%3: double[]):
                  %4: double[] = invoke_static dev.jacobi.runtime.Scratch.ensure(double[], int): double[] %3, %0
                  %5: int = array_length %4
                  %6 = lt %5, %0
                  branch %6, b1(%4), b2
                b2:
                  return %2
                }
                """).size());
    }

    @Test
    void aValueThatMayBeAnotherArrayIsNone() {
        assertEquals(Set.of(), tapeOf("""
                function f(%0: double[], %1: boolean): int {
                b0:
                  %2: double[] = invoke_static dev.jacobi.runtime.Scratch.acquireDoubles(): double[]
                  branch %1, b1(%0), b1(%2)
                b1(%3: double[]):
                  %4: int = array_length %3
                  return %4
                }
                """));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "array_store java.lang.Object %0, %1, %2",
                "invoke_static dev.jacobi.llvm.TapeColumnsTest.elsewhere(double[]): void %2",
            })
    void anArrayThatIsHandedOnIsNotTheTapesAlone(String use) {
        assertEquals(Set.of(), tapeOf("""
                function f(%0: java.lang.Object[]): int {
                b0:
                  %1 = constant 0
                  %2: double[] = invoke_static dev.jacobi.runtime.Scratch.acquireDoubles(): double[]
                  USE
                  return %1
                }
                """.replace("USE", use)));
    }

    @Test
    void anotherArrayThatIsMadeLongerIsNotTheTape() {
        assertEquals(Set.of(), tapeOf("""
                function f(%0: double[], %1: int): int {
                b0:
                  %2: double[] = invoke_static dev.jacobi.runtime.Scratch.ensure(double[], int): double[] %0, %1
                  %3: int = array_length %2
                  return %3
                }
                """));
    }

    static void elsewhere(double[] array) {}

    @Test
    void arraysOfZerosAreNotTheTape() {
        assertEquals(Set.of(), tapeOf("""
                function f(%0: int): int {
                b0:
                  %1: double[] = invoke_static dev.jacobi.runtime.Scratch.acquireZeroDoubles(int): double[] %0
                  %2: int = array_length %1
                  return %2
                }
                """));
    }

    private static Set<Value> tapeOf(String text) {
        return TapeArrays.of(Parser.parse(text));
    }
}
