package dev.jacobi.interpret;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import dev.jacobi.ir.Value;
import dev.jacobi.ir.Verifier;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InterpreterTest {
    private final Interpreter interpreter = new Interpreter(MethodHandles.lookup());

    /** Has members that only a lookup with the rights of this class reaches. */
    @SuppressWarnings("unused") // the interpreted code uses what Java code does not
    static final class Cell {
        private int number;
        private boolean flag;
        private byte narrow;

        Cell() {}

        private Cell(int number) {
            this.number = number;
        }

        private int doubled() {
            return 2 * number;
        }
    }

    private @Nullable Object run(String text, @Nullable Object... arguments) throws Throwable {
        Function function = Parser.parseAll(text).getFirst();
        Verifier.verify(function);
        return interpreter.call(function, Arrays.asList(arguments));
    }

    private static String inCell(String text) {
        return text.replace("Cell", "dev.jacobi.interpret.InterpreterTest$Cell");
    }

    @Test
    void edgesAssignAllParametersAtOnce() throws Throwable {
        String swap = """
                function swap(%a: int, %b: int, %n: int): int {
                b0: jump loop(%a, %b, %n)
                loop(%x: int, %y: int, %k: int):
                  %one = constant 1
                  %less = sub %k, %one
                  branch %k, loop(%y, %x, %less), done
                done: return %x
                }
                """;
        assertEquals(7, run(swap, 7, 8, 2));
        assertEquals(8, run(swap, 7, 8, 3));
    }

    @Test
    void handlersAreTriedInOrderByTheClassOfTheException() throws Throwable {
        String text = """
                function f(%t: java.lang.Throwable): int {
                b0:
                  throw %t
                  catch java.lang.IllegalStateException b1
                  catch java.lang.RuntimeException b2
                  catch * b3
                b1(%e1: java.lang.Throwable): %1 = constant 1 return %1
                b2(%e2: java.lang.Throwable): %2 = constant 2 return %2
                b3(%e3: java.lang.Throwable): %3 = constant 3 return %3
                }
                """;
        assertEquals(1, run(text, new IllegalStateException()));
        assertEquals(2, run(text, new IllegalArgumentException()));
        assertEquals(3, run(text, new Error()));
        assertEquals(2, run(text, (Object) null), "throwing null throws a NullPointerException");
    }

    @Test
    void exceptionsThatNoHandlerCatchesLeaveTheFunction() {
        Exception exception = new Exception("checked");
        Throwable thrown = assertThrows(
                Exception.class, () -> run("function f(%0: java.lang.Exception): void { b0: throw %0 }", exception));
        assertSame(exception, thrown);
    }

    @Test
    void exceptionsPassFromFunctionToFunction() throws Throwable {
        String text = """
                function outer(%0: int): int {
                b0:
                  %1: int = invoke_function inner %0
                  return %1
                  catch java.lang.ArithmeticException b1
                b1(%2: java.lang.ArithmeticException):
                  %3 = constant -1
                  return %3
                }
                function inner(%0: int): int {
                b0:
                  %1 = constant 100
                  %2: int = div %1, %0
                  return %2
                }
                """;
        assertEquals(25, run(text, 4));
        assertEquals(-1, run(text, 0));
    }

    @Test
    void functionsMayCallThemselves() throws Throwable {
        String factorial = """
                function factorial(%n: long): long {
                b0:
                  %one = constant 1L
                  %small = le %n, %one
                  branch %small, b1, b2
                b1: return %one
                b2:
                  %less = sub %n, %one
                  %rest = invoke_function factorial %less
                  %product = mul %n, %rest
                  return %product
                }
                """;
        assertEquals(2432902008176640000L, run(factorial, 20L));
    }

    @Test
    void loopsEndWithTheStepBudgetEvenIfTheyCatchEverything() {
        String text = """
                function f(): void {
                b0: jump b1
                b1:
                  %0: java.lang.Object = invoke_function g
                  jump b1
                  catch * b2
                b2(%1: java.lang.Throwable): jump b1
                }
                function g(): java.lang.Object { b0: jump b1 b1: jump b1 }
                """;
        interpreter.limitSteps(1000);
        assertThrows(Interpreter.OutOfSteps.class, () -> run(text));
        assertThrows(Interpreter.OutOfSteps.class, () -> run(text), "the budget is for each call");
    }

    @Test
    void executedOperationsAreCounted() throws Throwable {
        run("""
                function f(%0: double, %1: int): void {
                b0: jump b1(%1)
                b1(%2: int):
                  %3: double = math exp %0
                  %4 = constant 1
                  %5: int = sub %2, %4
                  branch %5, b1(%5), b2
                b2: return
                }
                """, 1.0, 5);
        assertEquals(Map.of(OpCode.MATH, 5L, OpCode.CONSTANT, 5L, OpCode.SUB, 5L), interpreter.executed());
    }

    @Test
    void privateMembersOfTheCodesClassAreReached() throws Throwable {
        Object cell = run(inCell("""
                function f(): Cell {
                b0:
                  %0 = new Cell
                  %1 = constant 5
                  invoke_special Cell.<init>(int): void %0, %1
                  %2 = invoke_special Cell.doubled(): int %0
                  %3 = constant 511
                  put_field Cell.narrow: byte %0, %3
                  put_field Cell.flag: boolean %0, %3
                  put_field Cell.number: int %0, %2
                  return %0
                }
                """));
        Cell result = assertInstanceOf(Cell.class, cell);
        assertEquals(10, result.number);
        assertEquals(-1, result.narrow, "an int is truncated to the field's type");
        assertTrue(result.flag);
    }

    @Test
    void aNewObjectIsTheSameWhereverItWasHeldBeforeItsConstructorRan() throws Throwable {
        Object list = run("""
                function f(): java.lang.Object {
                b0:
                  %0 = new java.util.ArrayList
                  jump b1(%0)
                b1(%1: java.util.ArrayList):
                  invoke_function g %1
                  %2 = invoke_virtual java.util.ArrayList.add(java.lang.Object): boolean %0, %1
                  %3 = eq %0, %1
                  branch %3, b2, b3
                b2: return %0
                b3: %4 = constant null return %4
                }
                function g(%0: java.util.ArrayList): void {
                b0:
                  invoke_special java.util.ArrayList.<init>(): void %0
                  return
                }
                """);
        List<?> result = assertInstanceOf(ArrayList.class, list);
        assertSame(result, result.getFirst());
    }

    @Test
    void anObjectWhoseConstructorIsInlinedLivesAsItsFields() throws Throwable {
        String text = inCell("""
                function f(%n: int): int {
                b0:
                  %0 = new Cell
                  invoke_special java.lang.Object.<init>(): void %0
                  put_field Cell.narrow: byte %0, %n
                  %1 = get_field Cell.narrow: byte %0
                  %2 = get_field Cell.number: int %0
                  %3 = instance_of Cell %0
                  %4 = add %1, %2
                  %5 = add %4, %3
                  return %5
                }
                """);
        assertEquals(-127, run(text, 384));
    }

    @Test
    void anObjectWithoutItsOwnConstructorMayNotLeave() {
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> run(inCell("function f(): Cell { b0: %0 = new Cell "
                        + "invoke_special java.lang.Object.<init>(): void %0 return %0 }")));
        assertEquals(Refusal.INTERNAL, refusal.refusal());
        assertTrue(
                String.valueOf(refusal.getMessage()).contains("leaves it before its own constructor was called"),
                refusal.getMessage());
    }

    @Test
    void provedInstructionsThatThrowAreInternalErrors() {
        JacobiException refusal = assertThrows(JacobiException.class, () -> run("""
                        function f(%0: double[], %1: int): double {
                        b0:
                          %2: double = array_load! double %0, %1
                          return %2
                        }
                        """, new double[2], 2));
        assertEquals(Refusal.INTERNAL, refusal.refusal());
        String message = String.valueOf(refusal.getMessage());
        assertEquals(
                "%2: double = array_load! double %0, %1 threw although it is marked or known not to: "
                        + "java.lang.ArrayIndexOutOfBoundsException: Index 2 out of bounds for length 2",
                message.lines().findFirst().orElseThrow());
    }

    @Test
    void operandsOfAnotherClassThanTheTextSaysAreInternalErrors() {
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> run(
                        "function f(%0: double[], %1: int): double { b0: %2 = array_load double %0, %1 return %2 }",
                        new float[1], 0));
        assertEquals(Refusal.INTERNAL, refusal.refusal());
    }

    @Test
    void bytesAndBooleansShareTheirArrayOperations() throws Throwable {
        String text = """
                function f(%0: java.lang.Object, %1: int): int {
                b0:
                  %2 = constant 0
                  array_store byte %0, %2, %1
                  %3 = array_load byte %0, %2
                  return %3
                }
                """;
        assertEquals(1, run(text, new boolean[1], 3));
        assertEquals(0, run(text, new boolean[1], 2));
        assertEquals(-2, run(text, new byte[1], 254));
    }

    @Test
    void allDimensionsAreCheckedBeforeAnyArrayIsMade() throws Throwable {
        String text = "function f(%0: int, %1: int): java.lang.Object "
                + "{ b0: %2 = new_multi_array int[][][] %0, %1 return %2 }";
        assertArrayEquals(new int[2][3][], (int[][][]) run(text, 2, 3));
        assertArrayEquals(new int[0][][], (int[][][]) run(text, 0, 3));
        assertThrows(NegativeArraySizeException.class, () -> run(text, 0, -1));
    }

    @Test
    void aMonitorIsLeftOnlyByTheThreadThatHoldsIt() throws Throwable {
        Object lock = new Object();
        String both = "function f(%0: java.lang.Object): void { b0: monitor_enter %0 monitor_enter %0 "
                + "monitor_exit %0 monitor_exit %0 return }";
        String exit = "function f(%0: java.lang.Object): void { b0: monitor_exit %0 return }";
        assertNull(run(both, lock));
        assertThrows(IllegalMonitorStateException.class, () -> run(exit, lock));
        assertThrows(NullPointerException.class, () -> run(exit, (Object) null));
    }

    @Test
    void interpretedThreadsExcludeEachOther() throws Throwable {
        Function increment = Parser.parse(inCell("""
                function f(%cell: Cell, %n: int): void {
                b0: jump b1(%n)
                b1(%k: int):
                  monitor_enter %cell
                  %0 = get_field Cell.number: int %cell
                  %1 = constant 1
                  %2 = add %0, %1
                  put_field Cell.number: int %cell, %2
                  monitor_exit %cell
                  %3 = sub %k, %1
                  branch %3, b1(%3), b2
                b2: return
                }
                """));
        Cell cell = new Cell();
        AtomicInteger failures = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Function own = increment.copy();
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    new Interpreter(MethodHandles.lookup()).call(own, List.of(cell, 500));
                } catch (Throwable _) {
                    failures.incrementAndGet();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, failures.get());
        assertEquals(2000, cell.number);
    }

    @Test
    void embeddedObjectsAreTheObjectsThemselves() throws Throwable {
        Object object = new Object();
        Function function = new Function("f", null, Type.OBJECT);
        Block block = function.newBlock();
        Value value = block.append(OpCode.EMBED, new EmbeddedObject(object, ConstantDescs.CD_Object), List.of(), null)
                .value();
        block.setTerminator(new Terminator.Return(value, null));
        assertSame(object, interpreter.call(function, List.of()));
    }

    @Test
    void constantsOfAllKindsAreResolved() throws Throwable {
        assertEquals(
                String[].class,
                run("function f(): java.lang.Object { b0: %0 = load_constant class java.lang.String[] return %0 }"));
        assertEquals(
                MethodType.methodType(void.class, int.class, double[].class),
                run("function f(): java.lang.Object { b0: %0 = load_constant type (int, double[]): void return %0 }"));
        assertEquals(2.0, (double) ((MethodHandle) run("function f(): java.lang.Object { b0: "
                        + "%0 = load_constant handle static java.lang.Math.sqrt(double): double return %0 }"))
                .invokeExact(4.0));
        assertEquals(
                List.class,
                run("function f(): java.lang.Object { b0: %0 = load_constant dynamic List: java.lang.Class by static "
                        + "dev.jacobi.interpret.InterpreterTest.bootstrap(java.lang.invoke.MethodHandles$Lookup, "
                        + "java.lang.String, java.lang.Class, java.lang.Class): java.lang.Object "
                        + "(class java.util.List) return %0 }"));
    }

    static Object bootstrap(MethodHandles.Lookup lookup, String name, Class<?> type, Class<?> argument) {
        assertEquals(argument.getSimpleName(), name);
        return argument;
    }

    @Test
    void callSitesAreLinkedOnce() throws Throwable {
        LINKED.set(0);
        String text = """
                function f(%0: int): int {
                b0: jump b1(%0)
                b1(%1: int):
                  %2 = invoke_dynamic decrement(int): int by static dev.jacobi.interpret.InterpreterTest.link\
                (java.lang.invoke.MethodHandles$Lookup, java.lang.String, java.lang.invoke.MethodType, java.lang.Object[]): \
                java.lang.invoke.CallSite ("several", 1, 2.5) %1
                  branch %2, b1(%2), b2
                b2: return %2
                }
                """;
        assertEquals(0, run(text, 5));
        assertEquals(1, LINKED.get());
    }

    private static final AtomicInteger LINKED = new AtomicInteger();

    static java.lang.invoke.CallSite link(
            MethodHandles.Lookup lookup, String name, MethodType type, Object... arguments)
            throws ReflectiveOperationException {
        assertEquals(List.of("several", 1, 2.5), List.of(arguments));
        LINKED.incrementAndGet();
        return new java.lang.invoke.ConstantCallSite(
                MethodHandles.lookup().findStatic(InterpreterTest.class, name, type));
    }

    static int decrement(int n) {
        return n - 1;
    }

    @Test
    void failingBootstrapsThrowWhatTheJvmThrows() {
        String text = "function f(): int { b0: %0 = invoke_dynamic absent(): int by static "
                + "dev.jacobi.interpret.InterpreterTest.link(java.lang.invoke.MethodHandles$Lookup, java.lang.String, "
                + "java.lang.invoke.MethodType, java.lang.Object[]): java.lang.invoke.CallSite "
                + "(\"several\", 1, 2.5) return %0 }";
        assertThrows(BootstrapMethodError.class, () -> run(text));
    }

    @Test
    void interfaceCallsOnOtherClassesThrow() {
        assertThrows(
                IncompatibleClassChangeError.class,
                () -> run(
                        "function f(%0: java.lang.Object): int "
                                + "{ b0: %1 = invoke_interface java.util.List.size(): int %0 return %1 }",
                        "text"));
    }

    @Test
    void missingClassesAndMembersAreRefused() {
        JacobiException noClass = assertThrows(
                JacobiException.class, () -> run("function f(): void { b0: %0 = new com.example.Absent return }"));
        assertEquals(Refusal.UNKNOWN_CLASS, noClass.refusal());
        JacobiException noMethod = assertThrows(
                JacobiException.class,
                () -> run("function f(): void { b0: invoke_static java.lang.Math.absent(): void return }"));
        assertEquals(Refusal.UNKNOWN_METHOD, noMethod.refusal());
        JacobiException closed = assertThrows(
                JacobiException.class,
                () -> run(
                        "function f(%0: java.lang.String): int "
                                + "{ b0: %1 = get_field java.lang.String.hash: int %0 return %1 }",
                        "x"));
        assertEquals(Refusal.INACCESSIBLE_MEMBER, closed.refusal());
    }

    @Test
    void theNumberOfArgumentsIsChecked() {
        assertThrows(IllegalArgumentException.class, () -> run("function f(%0: int): void { b0: return }"));
    }

    @Test
    void narrowArgumentsAreInts() throws Throwable {
        String text = "function f(%0: int): int { b0: return %0 }";
        assertEquals(1, run(text, true));
        assertEquals(-3, run(text, (byte) -3));
        assertEquals(97, run(text, 'a'));
    }

    @Test
    void roundingByChanceSpreadsWhatRoundingLeavesOpen() throws Throwable {
        Function sum = Parser.parse("""
                function f(%0: double, %1: double): double {
                b0:
                  %2: double = add %0, %1
                  %3: double = sub %2, %0
                  return %3
                }
                """);
        Interpreter interpreter = new Interpreter(MethodHandles.lookup()).rounding(new SplittableRandom(1));
        Set<Object> results = new HashSet<>();
        for (int run = 0; run < 100; run++) {
            results.add(interpreter.call(sum, List.of(1e20, 1.0)));
        }
        double ulp = Math.ulp(1e20);
        assertTrue(results.containsAll(List.of(-ulp, 0.0, ulp)), results.toString());
        assertEquals(1.0, new Interpreter(MethodHandles.lookup()).call(sum, List.of(1.0, 1.0)));
    }
}
