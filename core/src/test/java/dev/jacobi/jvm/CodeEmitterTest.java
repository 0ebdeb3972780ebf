package dev.jacobi.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Parser;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeEmitterTest {
    private static MethodHandle emit(String text) {
        return HiddenClasses.compile(Parser.parse(text), MethodHandles.lookup()).handle();
    }

    @Test
    void parametersThatSwapAndRotateKeepTheirValues() throws Throwable {
        MethodHandle handle = emit("""
                function test.rotate(%0: long, %1: long, %2: long, %3: int): long {
                b0:
                  jump b1(%0, %1, %2, %3)
                b1(%4: long, %5: long, %6: long, %7: int):
                  %8 = constant 0
                  %9 = gt %7, %8
                  branch %9, b2, b3
                b2:
                  %10 = constant 1
                  %11: int = sub %7, %10
                  jump b1(%5, %6, %4, %11)
                b3:
                  %12 = constant 100L
                  %13: long = mul %4, %12
                  %14: long = add %13, %5
                  %15: long = mul %14, %12
                  %16: long = add %15, %6
                  return %16
                }
                """);
        assertEquals(10203L, (long) handle.invokeExact(1L, 2L, 3L, 0));
        assertEquals(20301L, (long) handle.invokeExact(1L, 2L, 3L, 1));
        assertEquals(30102L, (long) handle.invokeExact(1L, 2L, 3L, 2));
        assertEquals(10203L, (long) handle.invokeExact(1L, 2L, 3L, 3));
    }

    @ParameterizedTest
    @CsvSource({
        "lt, 1, 2, 1", "lt, 2, 1, 0", "lt, NaN, 1, 0", "le, 1, 1, 1", "le, 1, NaN, 0", "gt, 2, 1, 1", "gt, NaN, 1, 0",
        "ge, 1, 1, 1", "ge, 1, NaN, 0", "eq, 1, 1, 1", "eq, NaN, NaN, 0", "ne, NaN, NaN, 1", "ne, 1, 1, 0",
                "eq, 0.0, -0.0, 1"
    })
    void comparisonsTreatNaNAsJavaDoes(String test, double left, double right, int expected) throws Throwable {
        MethodHandle value = emit("""
                function test.compare(%%0: double, %%1: double): int {
                b0:
                  %%2 = %s %%0, %%1
                  return %%2
                }
                """.formatted(test));
        assertEquals(expected, (int) value.invokeExact(left, right));
        MethodHandle branch = emit("""
                function test.branch(%%0: double, %%1: double): int {
                b0:
                  %%2 = %s %%0, %%1
                  branch %%2, b1, b2
                b1:
                  %%3 = constant 1
                  return %%3
                b2:
                  %%4 = constant 0
                  return %%4
                }
                """.formatted(test));
        assertEquals(expected, (int) branch.invokeExact(left, right));
        MethodHandle other = emit("""
                function test.other(%%0: double, %%1: double): int {
                b0:
                  %%2 = %s %%0, %%1
                  branch %%2, b2, b1
                b1:
                  %%4 = constant 0
                  return %%4
                b2:
                  %%3 = constant 1
                  return %%3
                }
                """.formatted(test));
        assertEquals(expected, (int) other.invokeExact(left, right));
    }

    @Test
    void handlersAreTriedInOrderAndGetTheStateBeforeTheException() throws Throwable {
        MethodHandle handle = emit("""
                function test.handle(%0: int[], %1: int): int {
                b0:
                  %2 = constant 10
                  jump b1(%2)
                b1(%3: int):
                  %4: int = array_load int %0, %1
                  jump b4(%4)
                  catch java.lang.ArrayIndexOutOfBoundsException b2(%3)
                  catch java.lang.RuntimeException b3(%3, %1)
                b2(%5: java.lang.Throwable, %6: int):
                  %7 = constant 1
                  %8: int = add %6, %7
                  jump b4(%8)
                b3(%9: java.lang.Throwable, %10: int, %11: int):
                  %12: int = sub %10, %11
                  jump b4(%12)
                b4(%13: int):
                  return %13
                }
                """);
        int[] array = {42};
        assertEquals(42, (int) handle.invokeExact(array, 0));
        assertEquals(11, (int) handle.invokeExact(array, 5));
        assertEquals(3, (int) handle.invokeExact((int[]) null, 7));
    }

    @Test
    void effectsKeepTheirOrder() throws Throwable {
        MethodHandle handle = emit("""
                function test.order(%0: int[]): int {
                b0:
                  %1 = constant 0
                  %2: int = array_load int %0, %1
                  %3 = constant 7
                  array_store int %0, %1, %3
                  %4: int = array_load int %0, %1
                  %5: int = mul %4, %3
                  %6: int = sub %2, %5
                  return %6
                }
                """);
        assertEquals(5 - 49, (int) handle.invokeExact(new int[] {5}));
    }

    @Test
    void castsAreInsertedWhereTheVerifierLostTheClass() throws Throwable {
        Function function = Parser.parse("""
                function test.length(%0: java.lang.Object): int {
                b0:
                  jump b1(%0)
                b1(%1: java.lang.Object):
                  %2: int = invoke_virtual java.lang.String.length():int %1
                  return %2
                }
                """);
        MethodHandle handle =
                HiddenClasses.compile(function, MethodHandles.lookup()).handle();
        assertEquals(3, (int) handle.invokeExact((Object) "abc"));
    }

    @Test
    void arraysOfTruthAndOfBytesStayWhatTheyAreWhereTheVerifierKnowsThemAsObjects() throws Throwable {
        MethodHandle handle = emit("""
                function test.kept(%0: java.lang.Object[], %1: int): int {
                b0:
                  %2 = constant 0
                  %3: boolean[] = array_load! java.lang.Object %0, %2
                  %4: int = array_load byte %3, %1
                  array_store byte %3, %2, %4
                  %5 = constant 1
                  %6: byte[] = array_load! java.lang.Object %0, %5
                  %7: int = array_load byte %6, %1
                  %8: int = add %4, %7
                  return %8
                }
                """);
        boolean[] truths = {false, true};
        assertEquals(8, (int) handle.invokeExact(new Object[] {truths, new byte[] {3, 7}}, 1));
        assertTrue(truths[0]);
    }

    @Test
    void embeddedObjectsAreTheSameObjects() throws Throwable {
        Object object = new Object();
        Function function = new Function("test.embedded", null, Type.OBJECT);
        Block block = function.newBlock();
        block.setTerminator(new Terminator.Return(
                block.append(OpCode.EMBED, new EmbeddedObject(object, ConstantDescs.CD_Object), List.of(), null)
                        .value(),
                null));
        assertSame(object, (Object)
                HiddenClasses.compile(function, MethodHandles.lookup()).handle().invokeExact());
    }

    @Test
    void throwingInstructionsInTheMiddleOfCoveredBlocksAreRefused() {
        Function function = Parser.parse("""
                function test.middle(%0: int[], %1: int): int {
                b0:
                  jump b1
                b1:
                  %2: int = array_load int %0, %1
                  %3: int = array_load int %0, %2
                  jump b2
                  catch * b3
                b2:
                  return %3
                b3(%4: java.lang.Throwable):
                  return %1
                }
                """);
        JacobiException refusal =
                assertThrows(JacobiException.class, () -> HiddenClasses.compile(function, MethodHandles.lookup()));
        assertEquals(Refusal.INTERNAL, refusal.refusal());
    }

    @Test
    void conversionsBetweenAllPrimitiveTypesAreJavas() throws Throwable {
        for (String from : List.of("int", "long", "float", "double")) {
            for (String to : List.of("int", "long", "float", "double", "byte", "short", "char")) {
                String result = List.of("byte", "short", "char").contains(to) ? "int" : to;
                MethodHandle handle = emit("""
                        function test.convert(%%0: %s): %s {
                        b0:
                          %%1: %s = convert %s %%0
                          return %%1
                        }
                        """.formatted(from, result, result, to));
                for (double value : new double[] {0, -1, 1e5, 3e9, -7.9, Double.NaN, 1e30}) {
                    Object argument = converted(value, from);
                    Number expected = converted(((Number) argument), to);
                    assertEquals(
                            expected.doubleValue(),
                            ((Number) handle.invoke(argument)).doubleValue(),
                            from + " " + argument + " to " + to);
                }
            }
        }
    }

    private static Number converted(Number value, String to) {
        boolean integral = value instanceof Integer || value instanceof Long;
        int asInt = value.intValue();
        return switch (to) {
            case "int" -> asInt;
            case "long" -> value.longValue();
            case "float" -> integral ? (float) value.longValue() : value.floatValue();
            case "double" -> value.doubleValue();
            case "byte" -> (int) (byte) asInt;
            case "short" -> (int) (short) asInt;
            default -> (int) (char) asInt;
        };
    }

    @Test
    void mathFunctionsThatDoNotExistAreRefused() {
        Function function = new Function("test.sine", null, Type.FLOAT);
        Block block = function.newBlock();
        var parameter = block.addParameter(Type.FLOAT);
        block.setTerminator(new Terminator.Return(
                block.append(
                                OpCode.MATH,
                                new dev.jacobi.ir.References.MathCall(dev.jacobi.ir.MathFunction.SIN, false),
                                List.of(parameter),
                                null)
                        .value(),
                null));
        assertEquals(
                Refusal.INTERNAL,
                assertThrows(JacobiException.class, () -> HiddenClasses.compile(function, MethodHandles.lookup()))
                        .refusal());
    }
}
