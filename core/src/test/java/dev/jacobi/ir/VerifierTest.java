package dev.jacobi.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.References.FieldReference;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifierTest {

    private static void assertRefused(Function function, String expected) {
        JacobiException refusal = assertThrows(JacobiException.class, () -> Verifier.verify(function));
        assertEquals(Refusal.INTERNAL, refusal.refusal());
        String message = String.valueOf(refusal.getMessage());
        assertEquals(
                "the IR of " + function.name() + " is not well formed: " + expected,
                message.substring(0, message.indexOf("\n  why:")));
    }

    private static void assertTextRefused(String text, String expected) {
        assertRefused(Parser.parse(text), expected);
    }

    /** A function of an int that returns, changed in a way that the parser would not let through. */
    private static void assertRefusedAfter(Consumer<Function> change, String expected) {
        Function function = Parser.parse("function f(%0: int): void { b0: jump b1 b1: return }");
        change.accept(function);
        assertRefused(function, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "add %i, %d | the operands must be numbers of one type, not (int, double)",
                "neg %r | the operands must be numbers of one type, not (reference)",
                "and %d, %d | the operands must be ints or longs of one type, not (double, double)",
                "shl %i, %l | the operands must be (int, int), not (int, long)",
                "ushr %l, %l | the operands must be (long, int), not (long, long)",
                "cmp %i, %i | the operands must be (long, long), not (int, int)",
                "cmpg %l, %l | the operands must be floats or doubles of one type, not (long, long)",
                "eq %r, %i | the operands must be numbers or references of one type, not (reference, int)",
                "lt %r, %r | the operands must be numbers of one type, not (reference, reference)",
                "select %d, %d, %d | the operands must be (int, double, double), not (double, double, double)",
                "select %i, %d, %l | the operands must be (int, double, double), not (int, double, long)",
                "convert byte %d | the operands must be (int), not (double)",
                "convert int %r | the operands must be numbers of one type, not (reference)",
                "convert boolean %i | the attribute must be a numeric type",
                "math sin %i | sin has no overload for (int)",
                "math pow %d, %f | pow has no overload for (double, float)",
                "math max %r, %r | max has no overload for (reference, reference)",
                "array_length %i | the operands must be (reference), not (int)",
                "array_load double %r, %l | the operands must be (reference, int), not (reference, long)",
                "array_store float %r, %i, %d | the operands must be (reference, int, float), "
                        + "not (reference, int, double)",
                "array_store byte %r, %i, %l | the operands must be (reference, int, int), "
                        + "not (reference, int, long)",
                "new_array double %d | the operands must be (int), not (double)",
                "array_load void %r, %i | the attribute must be the type of an array's elements",
                "new_multi_array int[] %i, %i | it takes 1 to 1 operands, not 2",
                "new_multi_array int[][] %i, %d | the operands must be (int, int), not (int, double)",
                "new int[] | an array is made by new_array",
                "check_cast int %r | the attribute must be a class, interface or array",
                "get_field A.x: int %i | the operands must be (reference), not (int)",
                "put_field A.x: boolean %r, %d | the operands must be (reference, int), not (reference, double)",
                "put_static A.x: double %i | the operands must be (double), not (int)",
                "invoke_static A.f(int, double): void %i, %i | the operands must be (int, double), not (int, int)",
                "invoke_static A.f(): void %i | the operands must be (), not (int)",
                "invoke_virtual A.f(int): void %i | the operands must be (reference, int), not (int)",
                "invoke_virtual interface A.f(): void %r | the method must be of a class",
                "invoke_static A.<init>(): void | constructors are called by invoke_special",
                "invoke_dynamic f(int): int by static A.b(): java.lang.invoke.CallSite () %d"
                        + " | the operands must be (int), not (double)",
                "invoke_function f %i | the operands must be (int, long, float, double, reference), not (int)",
                "monitor_enter %i | the operands must be (reference), not (int)",
                "null_check %d | the operands must be (reference), not (double)",
            })
    void operandsThatTheOperationDoesNotTakeAreRefused(String instruction, String rule) {
        Function function =
                Parser.parse("function f(%i: int, %l: long, %f: float, %d: double, %r: java.lang.Object): void { b0: "
                        + instruction + " return }");
        String text = Printer.print(function.entry().instructions().getFirst());
        assertRefused(function, "b0: " + text + "\n  " + rule);
    }

    @Test
    void aResultOfAnotherKindIsRefused() {
        assertTextRefused(
                "function f(%0: int): void { b0: %1: double = add %0, %0 return }",
                "b0: %1: double = add %0, %0\n  the result must be int, not double");
    }

    @Test
    void attributesThatTheTableDoesNotAllowAreRefused() {
        assertRefusedAfter(
                f -> f.entry().append(OpCode.CONSTANT, 'c', List.of(), null),
                "b0: %1 = constant <c>\n  the attribute must be a number, a string or null");
        assertRefusedAfter(
                f -> f.entry().append(OpCode.NEG, "x", f.parameters(), null),
                "b0: %1: int = neg <x> %0\n  the attribute must be absent");
        assertRefusedAfter(
                f -> f.entry()
                        .append(
                                OpCode.INVOKE_STATIC,
                                new FieldReference(ConstantDescs.CD_Object, "x", ConstantDescs.CD_int),
                                List.of(),
                                null),
                "b0: %1: int = invoke_static <java.lang.Object.x:int>\n" + "  the attribute must be a method");
    }

    @Test
    void wrongNumbersOfOperandsAreRefused() {
        assertRefusedAfter(
                f -> f.entry().append(OpCode.ADD, null, f.parameters(), null),
                "b0: %1: int = add %0\n  it takes 2 operands, not 1");
    }

    @Test
    void usesThatTheDefinitionDoesNotDominateAreRefused() {
        assertTextRefused("""
                function f(%0: int): int {
                b0:
                  branch %0, b1, b2
                b1:
                  %1: int = neg %0
                  jump b2
                b2:
                  return %1
                }
                """, "b2: return %1\n  the definition of %1 does not dominate this use");
        assertTextRefused(
                "function f(%0: int): void { b0: %1 = add %0, %2 %2 = neg %0 return }",
                "b0: %1: int = add %0, %2\n  the definition of %2 does not dominate this use");
        assertTextRefused("""
                function f(%0: int): int {
                b0:
                  jump b1(%0)
                b1(%1: int):
                  %2: int = neg %1
                  branch %2, b2, b1(%3)
                b2:
                  %3: int = neg %2
                  return %3
                }
                """, "b1: branch %2, b2, b1(%3)\n  the definition of %3 does not dominate this use");
    }

    @Test
    void usesInUnreachableBlocksNeedNoDominatingDefinition() {
        Verifier.verify(Parser.parse("""
                function f(%0: int): int {
                b0:
                  return %0
                b1:
                  %1: int = neg %2
                  %2: int = neg %0
                  jump b1
                }
                """));
    }

    @Test
    void valuesOfOtherFunctionsAreRefused() {
        Value foreign = Parser.parse("function g(%0: int): void { b0: return }")
                .parameters()
                .getFirst();
        assertRefusedAfter(
                f -> f.entry().append(OpCode.NEG, null, List.of(foreign), null),
                "b0: %1: int = neg %?0\n  %?0 is not defined in the function");
    }

    @Test
    void valuesOfRemovedInstructionsAreRefused() {
        Function function = Parser.parse("function f(%0: int): int { b0: %1 = neg %0 %2 = neg %1 return %2 }");
        function.entry().remove(function.entry().instructions().getFirst());
        assertRefused(function, "b0: %1: int = neg %?1\n  %?1 is not defined in the function");
    }

    @Test
    void edgesMustFitTheParametersOfTheirTarget() {
        assertTextRefused(
                "function f(%0: int): void { b0: jump b1 b1(%1: int): return }",
                "b0: jump b1\n  b1 takes 1 arguments, not 0");
        assertTextRefused(
                "function f(%0: int): void { b0: jump b1(%0) b1(%1: double): return }",
                "b0: jump b1(%0)\n  argument %0 to b1 is int, not double");
    }

    @Test
    void noEdgeMayLeadToTheEntry() {
        assertTextRefused("function f(): void { b0: jump b0 }", "b0: jump b0\n  no edge may lead to the entry");
    }

    @Test
    void edgesToBlocksOutsideTheFunctionAreRefused() {
        assertRefusedAfter(
                f -> f.retainBlocks(List.of(f.entry())), "b0: jump b?1\n  b?1 is not a block of the function");
    }

    @Test
    void blocksWithoutTerminatorAreRefused() {
        assertRefusedAfter(f -> f.newBlock(), "b2\n  the block has no terminator");
    }

    @Test
    void functionsWithoutBlocksAreRefused() {
        assertRefused(new Function("f", null, Type.VOID), "a function has at least one block");
    }

    @Test
    void terminatorsTakeTheirKindOfOperand() {
        assertTextRefused(
                "function f(%0: double): void { b0: branch %0, b1, b1 b1: return }",
                "b0: branch %0, b1, b1\n  the condition must be int, not double");
        assertTextRefused(
                "function f(%0: long): void { b0: switch %0, default: b1 b1: return }",
                "b0: switch %0, default: b1\n  the selector must be int, not long");
        assertTextRefused(
                "function f(%0: int): void { b0: throw %0 }",
                "b0: throw %0\n  the exception must be reference, not int");
        assertTextRefused(
                "function f(%0: int): double { b0: return %0 }",
                "b0: return %0\n  the returned value must be double, not int");
        assertTextRefused("function f(): double { b0: return }", "b0: return\n  the function returns double");
        assertTextRefused(
                "function f(%0: int): void { b0: return %0 }",
                "b0: return %0\n  the returned value must be void, not int");
    }

    @Test
    void handlersTakeTheExceptionFirst() {
        assertTextRefused(
                "function f(): void { b0: return catch * b1 b1: return }",
                "b0: catch * b1\n  the first parameter of a handler takes the exception");
        assertTextRefused(
                "function f(): void { b0: return catch * b1 b1(%0: int): return }",
                "b0: catch * b1\n  the first parameter of a handler takes the exception");
        assertTextRefused(
                "function f(): void { b0: return catch * b1 b1(%0: java.lang.Object, %1: int): return }",
                "b0: catch * b1\n  b1 takes 1 arguments, not 0");
    }

    @Test
    void onlyTheLastInstructionOfABlockWithHandlersMayThrow() {
        assertTextRefused(
                """
                function f(%0: int): int {
                b0:
                  %1: int = div %0, %0
                  %2: int = neg %1
                  return %2
                  catch * b1
                b1(%3: java.lang.Throwable):
                  return %0
                }
                """, "b0: %1: int = div %0, %0\n  in a block with handlers, only the last instruction may throw");
        assertTextRefused(
                """
                function f(%0: int, %1: java.lang.Throwable): int {
                b0:
                  %2: int = div %0, %0
                  throw %1
                  catch * b1
                b1(%3: java.lang.Throwable):
                  return %0
                }
                """,
                "b0: %2: int = div %0, %0\n"
                        + "  in a block with handlers, no instruction may throw besides the terminator");
    }

    @Test
    void handlersDoNotSeeTheResultOfWhatThrows() {
        assertTextRefused(
                """
                function f(%0: int): int {
                b0:
                  %1: int = div %0, %0
                  return %1
                  catch * b1(%1)
                b1(%2: java.lang.Throwable, %3: int):
                  return %3
                }
                """, "b0: catch * b1(%1)\n  the result of the instruction that throws is not defined in its handler");
    }

    @Test
    void provedInstructionsMayStandAnywhereInABlockWithHandlers() {
        Verifier.verify(Parser.parse("""
                function f(%0: int): int {
                b0:
                  %1: int = div! %0, %0
                  %2: int = div %1, %0
                  return %2
                  catch * b1(%1)
                b1(%3: java.lang.Throwable, %4: int):
                  return %4
                }
                """));
    }

    @Test
    void theMessageNamesTheSourcePosition() {
        Function function = Parser.parse("function f(%0: int): void { b0: return }");
        SourcePosition position = new SourcePosition("a.B", "c", 7, null);
        function.entry().append(OpCode.ADD, null, function.parameters(), position);
        JacobiException refusal = assertThrows(JacobiException.class, () -> Verifier.verify(function));
        assertEquals("a.B.c:7", refusal.where().orElseThrow());
    }
}
