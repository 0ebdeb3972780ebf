package dev.jacobi.llvm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.lift.Methods;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be device code is refused by name, before LLVM or a device is asked. */
class DeviceRefusalsTest {
    private static String refused(String text) {
        JacobiException refusal = assertThrows(JacobiException.class, () -> DeviceCompiler.check(Parser.parse(text)));
        assertEquals(Refusal.NOT_ON_DEVICE, refusal.refusal());
        return firstLine(refusal);
    }

    private static String firstLine(JacobiException refusal) {
        return String.valueOf(refusal.getMessage()).lines().findFirst().orElse("");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            %3: double = get_static com.example.Model.scale:double | reads the static field com.example.Model.scale
            %3: double = invoke_static com.example.Model.f(double): double %1 | calls com.example.Model.f(double)
            %3: double[] = new_array double %2 | allocates double[] of a length that is not constant
            %4 = constant 513  %3: double[] = new_array double %4 | allocates double[] of 4104 bytes, more than 4096
            %3: java.lang.Object = new java.lang.Object | has new java.lang.Object
            %3: int[][] = new_multi_array int[][] %2, %2 | has new_multi_array int[][]
            %3 = eq %0, %0 | compares arrays by identity
            %3: double = invoke_virtual java.lang.Double.doubleValue(): double %5 | has invoke_virtual java.lang.Double.doubleValue()D
            monitor_enter %0 | has monitor_enter
            """)
    void operations(String operation, String reason) {
        String text = operation.contains("%5")
                ? operation.replace("%3:", "%5: java.lang.Double = constant null  %3:")
                : operation;
        assertEquals(
                "cannot compile com.example.f for a device: it " + reason,
                refused("function com.example.f(%0: double[], %1: double, %2: int): void {\nb0:\n  " + text
                        + "\n  return\n}\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            %0: double[][], %1: int | void | takes double[][]
            %0: java.lang.String, %1: int | void | takes java.lang.String
            %0: double | void | takes no int as its last argument
            %0: int | int | returns int
            """)
    void kernelsOfAnotherForm(String parameters, String type, String reason) {
        assertEquals(
                "cannot compile com.example.f for a device: it " + reason,
                refused("function com.example.f(" + parameters + "): " + type + " {\nb0:\n  return"
                        + (type.equals("int") ? " %0" : "") + "\n}\n"));
    }

    @Test
    void arrayOfOneOfTwoMemories() {
        assertEquals(
                "cannot compile com.example.f for a device: it chooses between an array that it is given and one of its own",
                refused("""
                        function com.example.f(%0: double[], %1: int): void {
                        b0:
                          %2 = constant 3
                          %3: double[] = new_array double %2
                          branch %1, b1(%0), b1(%3)
                        b1(%4: double[]):
                          %5 = constant 0.5
                          array_store double %4, %1, %5
                          return
                        }
                        """));
    }

    @Test
    void arrayThatLivesIntoTheNextRoundOfALoop() {
        assertEquals(
                "cannot compile com.example.f for a device: it allocates double[] in a loop and keeps it for the next round",
                refused("""
                        function com.example.f(%0: double[], %1: int): void {
                        b0:
                          %2 = constant 3
                          %3: double[] = new_array double %2
                          jump b1(%3)
                        b1(%4: double[]):
                          %5: double = array_load double %4, %1
                          array_store double %0, %1, %5
                          %6: double[] = new_array double %2
                          branch %1, b1(%6), b2
                        b2:
                          return
                        }
                        """));
    }

    static void catching(int[] x, int i) {
        try {
            x[i] = 1 / x[i];
        } catch (ArithmeticException _) {
            x[i] = 7;
        }
    }

    @Test
    void caughtExceptionWithItsLine() {
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> DeviceCompiler.check(
                        Methods.find(DeviceRefusalsTest.class, "catching").lift()));
        assertEquals("""
                cannot compile dev.jacobi.llvm.device.DeviceRefusalsTest.catching(int[], int) for a device: it catches java.lang.ArithmeticException
                  at:  dev.jacobi.llvm.device.DeviceRefusalsTest.catching:LINE
                  why: device code computes with numbers and flat arrays of numbers; objects, locks, recursion, caught exceptions and calls that were not inlined stay on the JVM
                  try: keep these out of the parallel loop, or let it run on the JVM; arrays of its own may only be read, written and asked for their length
                  see: docs/guide/refusals.md#not-on-device""", String.valueOf(refusal.getMessage()).replaceAll("catching:\\d+", "catching:LINE"));
    }

    @Test
    void functionThatCallsItself() {
        String text = """
                function com.example.f(%0: int[], %1: int): void {
                b0:
                  %2: int = invoke_function com.example.g %1
                  array_store int %0, %1, %2
                  return
                }

                function com.example.g(%0: int): int {
                b0:
                  %1: int = invoke_function com.example.g %0
                  return %1
                }
                """;
        Function kernel = Parser.parseAll(text).getFirst();
        JacobiException refusal = assertThrows(JacobiException.class, () -> DeviceCompiler.check(kernel));
        assertEquals(
                "cannot compile com.example.g for a device: it calls com.example.g, which calls itself",
                firstLine(refusal));
    }

    @Test
    void targetThatDoesNotExist() {
        JacobiException refusal = assertThrows(JacobiException.class, () -> DeviceTarget.parse("sm_35"));
        assertEquals(Refusal.NO_LLVM, refusal.refusal());
        assertEquals(
                "there is no device code for sm_35: targets are spirv64, sm_70 and later, and gfx90a and the like",
                firstLine(refusal));
    }

    @ParameterizedTest
    @CsvSource({"spirv64, spirv64", "sm_90, sm_90", "sm_88, sm_87", "sm_999, sm_120", "gfx90a:sramecc+:xnack-, gfx90a"})
    void targetsAsDriversNameThem(String name, String target) {
        assertEquals(target, DeviceTarget.parse(name).name());
    }
}
