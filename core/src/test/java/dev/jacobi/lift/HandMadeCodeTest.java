package dev.jacobi.lift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Printer;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.DiscontinuedInstruction.JsrInstruction;
import java.lang.classfile.instruction.DiscontinuedInstruction.RetInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytecode that javac does not write, or not in this shape. */
class HandMadeCodeTest {
    private static final MethodTypeDesc INT_TO_INT = HandMade.type(int.class, int.class);

    private static void equalsOriginal(HandMade made, Object... arguments) throws Throwable {
        assertEquals(made.load().invokeWithArguments(arguments), HandMade.interpret(made.lift(), arguments));
    }

    private static void refused(Refusal refusal, String what, Consumer<CodeBuilder> code) {
        HandMade made = HandMade.unverified(INT_TO_INT, code);
        JacobiException thrown = assertThrows(JacobiException.class, made::lift);
        assertEquals(refusal, thrown.refusal());
        assertEquals(
                "cannot lift dev.jacobi.lift.Made.made(int): " + what,
                thrown.getMessage().lines().findFirst().orElseThrow());
    }

    /** Each letter is a value on the stack, a capital one a long; what is left is folded into one number. */
    @ParameterizedTest
    @CsvSource({
        "DUP_X1, ab", "DUP_X2, abc", "DUP_X2, Ab", "DUP2, ab", "DUP2, A", "DUP2_X1, abc", "DUP2_X1, aB",
        "DUP2_X2, abcd", "DUP2_X2, abC", "DUP2_X2, Abc", "DUP2_X2, AB", "SWAP, ab", "POP2, cab", "POP2, cA",
        "POP, ab", "DUP, a"
    })
    void stackShufflesMoveValuesAsOnTheJvm(Opcode opcode, String stack) throws Throwable {
        equalsOriginal(shuffle(opcode, stack, kindsAfter(opcode, stack)), 3, 5L);
    }

    private static String kindsAfter(Opcode opcode, String stack) {
        String top = stack.substring(stack.length() - 1);
        boolean wide = Character.isUpperCase(top.charAt(0));
        int taken = switch (opcode) {
            case DUP2, DUP2_X1, DUP2_X2, POP2 -> wide ? 1 : 2;
            default -> 1;
        };
        String copied = stack.substring(stack.length() - taken);
        String below = stack.substring(0, stack.length() - taken);
        return switch (opcode) {
            case POP, POP2 -> below;
            case SWAP -> copied + below;
            default -> copied + below + copied;
        };
    }

    private static HandMade shuffle(Opcode opcode, String before, String after) {
        return HandMade.of(HandMade.type(long.class, int.class, long.class), code -> {
            for (int i = 0; i < before.length(); i++) {
                if (Character.isUpperCase(before.charAt(i))) {
                    code.lload(1).loadConstant((long) i + 1).ladd();
                } else {
                    code.iload(0).loadConstant(i + 1).iadd();
                }
            }
            code.with(StackInstruction.of(opcode));
            code.loadConstant(7L).lstore(3);
            for (int i = after.length() - 1; i >= 0; i--) {
                if (Character.isLowerCase(after.charAt(i))) {
                    code.i2l();
                }
                code.lload(3).loadConstant(31L).lmul().ladd().lstore(3);
            }
            code.lload(3).lreturn();
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"DCMPL", "DCMPG", "FCMPL", "FCMPG", "LCMP"})
    void comparisonsBranchAsOnTheJvmAlsoOnNaN(Opcode compare) throws Throwable {
        double[] numbers = {-1, -0.0, 0.0, 2, Double.NaN, Double.POSITIVE_INFINITY};
        for (Opcode test : List.of(Opcode.IFEQ, Opcode.IFNE, Opcode.IFLT, Opcode.IFLE, Opcode.IFGT, Opcode.IFGE)) {
            for (boolean apart : new boolean[] {false, true}) {
                HandMade made = comparison(compare, test, apart);
                MethodHandle original = made.load();
                Function lifted = made.lift();
                for (double a : numbers) {
                    for (double b : numbers) {
                        assertEquals(original.invoke(a, b), HandMade.interpret(lifted, a, b));
                    }
                }
            }
        }
    }

    private static HandMade comparison(Opcode compare, Opcode test, boolean apart) {
        return HandMade.of(HandMade.type(int.class, double.class, double.class), code -> {
            Label taken = code.newLabel();
            for (int slot = 0; slot <= 2; slot += 2) {
                code.dload(slot);
                switch (compare) {
                    case FCMPL, FCMPG -> code.d2f();
                    case LCMP -> code.d2l();
                    default -> {}
                }
            }
            code.with(OperatorInstruction.of(compare));
            if (apart) {
                Label between = code.newLabel();
                code.goto_(between).labelBinding(between);
            }
            code.with(BranchInstruction.of(test, taken));
            code.iconst_0().ireturn().labelBinding(taken).iconst_1().ireturn();
        });
    }

    @Test
    void wideInstructionsReachHighSlots() throws Throwable {
        HandMade made = HandMade.of(
                HandMade.type(double.class, int.class, double.class),
                code -> code.iload(0)
                        .istore(400)
                        .iinc(400, 1000)
                        .dload(1)
                        .dstore(700)
                        .iload(400)
                        .i2d()
                        .dload(700)
                        .dadd()
                        .dreturn());
        equalsOriginal(made, 5, 0.5);
    }

    @Test
    void overwrittenHalfOfALongHasNoValue() {
        refused(
                Refusal.CORRUPT_CLASS_FILE,
                "instruction 4: local variable 1 is read where it has no value",
                code -> code.lconst_1()
                        .lstore(1)
                        .iload(0)
                        .istore(2)
                        .lload(1)
                        .l2i()
                        .ireturn());
    }

    @Test
    void constantsOfAllKindsAreLoaded() throws Throwable {
        DynamicConstantDesc<?> computed = DynamicConstantDesc.ofNamed(
                ConstantDescs.ofConstantBootstrap(
                        ClassDesc.of("java.lang.invoke.ConstantBootstraps"), "primitiveClass", ConstantDescs.CD_Class),
                "I",
                ConstantDescs.CD_Class);
        List<java.lang.constant.ConstantDesc> constants =
                List.of(ConstantDescs.CD_String, computed, MethodTypeDesc.ofDescriptor("(DI)V"), "text");
        for (java.lang.constant.ConstantDesc constant : constants) {
            equalsOriginal(HandMade.of(
                    HandMade.type(Object.class),
                    code -> code.loadConstant(constant).areturn()));
        }
    }

    @Test
    void deadCodeIsDropped() {
        Function function = HandMade.unverified(INT_TO_INT, code -> {
                    Label end = code.newLabel();
                    code.iload(0)
                            .goto_(end)
                            .aload(0)
                            .monitorexit()
                            .pop2()
                            .labelBinding(end)
                            .ireturn()
                            .nop();
                })
                .lift();
        assertEquals("""
                function dev.jacobi.lift.Made.made(%0: int): int {
                b0:
                  return %0
                }
                """, Printer.print(function));
    }

    @Test
    void aLoopFromTheFirstInstructionGetsAnEntryOfItsOwn() throws Throwable {
        HandMade made = HandMade.of(INT_TO_INT, code -> {
            Label start = code.newLabel();
            code.labelBinding(start).iinc(0, -3).iload(0).ifgt(start).iload(0).ireturn();
        });
        assertEquals("""
                function dev.jacobi.lift.Made.made(%0: int): int {
                b0:
                  jump b1(%0)
                b1(%1: int):
                  %2 = constant -3
                  %3: int = add %1, %2
                  %4 = constant 0
                  %5 = gt %3, %4
                  branch %5, b1(%3), b2
                b2:
                  return %3
                }
                """, Printer.print(made.lift()));
        equalsOriginal(made, 10);
    }

    @Test
    void aHandlerThatIsEnteredNormallyTooGetsABlockInFront() throws Throwable {
        HandMade made = HandMade.of(INT_TO_INT, code -> {
            Label start = code.newLabel();
            Label end = code.newLabel();
            Label handler = code.newLabel();
            code.exceptionCatch(start, end, handler, ClassDesc.of("java.lang.ArithmeticException"));
            code.labelBinding(start).loadConstant(100).iload(0).idiv().istore(0).labelBinding(end);
            code.new_(ClassDesc.of("java.lang.ArithmeticException")).dup();
            code.invokespecial(ClassDesc.of("java.lang.ArithmeticException"), "<init>", ConstantDescs.MTD_void);
            code.labelBinding(handler).pop().iload(0).ireturn();
        });
        equalsOriginal(made, 7);
        equalsOriginal(made, 0);
    }

    @Test
    void aHandlerThatCoversItselfIsALoop() throws Throwable {
        HandMade made = HandMade.of(INT_TO_INT, code -> {
            Label start = code.newLabel();
            Label end = code.newLabel();
            Label handler = code.newLabel();
            code.exceptionCatchAll(start, end, handler);
            code.labelBinding(start).loadConstant(100).iload(0).idiv().ireturn();
            code.labelBinding(handler)
                    .pop()
                    .iinc(0, 1)
                    .loadConstant(100)
                    .iload(0)
                    .iconst_2()
                    .isub()
                    .idiv();
            code.labelBinding(end).ireturn();
        });
        equalsOriginal(made, 0);
        equalsOriginal(made, 5);
    }

    @Test
    void resultsOfNarrowTypesAreNarrowedWhereTheCompilerDidNot() throws Throwable {
        for (Class<?> type : List.of(byte.class, short.class)) {
            HandMade made = HandMade.of(
                    HandMade.type(type, int.class), code -> code.iload(0).ireturn());
            Object original = made.load().invokeWithArguments(0x12345678);
            assertEquals(((Number) original).intValue(), HandMade.interpret(made.lift(), 0x12345678));
        }
        HandMade made = HandMade.of(
                HandMade.type(boolean.class, int.class), code -> code.iload(0).ireturn());
        assertEquals("""
                function dev.jacobi.lift.Made.made(%0: int): int {
                b0:
                  %1 = constant 1
                  %2: int = and %0, %1
                  return %2
                }
                """, Printer.print(made.lift()));
    }

    @Test
    void resultsThatAreNarrowAlreadyAreLeftAlone() {
        HandMade made = HandMade.of(HandMade.type(boolean.class, boolean.class, int.class), code -> {
            Label loop = code.newLabel();
            code.labelBinding(loop)
                    .iload(0)
                    .iconst_1()
                    .ixor()
                    .istore(0)
                    .iinc(1, -1)
                    .iload(1)
                    .ifgt(loop);
            code.iload(0).ireturn();
        });
        assertEquals(-1, Printer.print(made.lift()).indexOf(" and "));
    }

    @Test
    void subroutinesAreRefused() {
        HandMade made = HandMade.unverified(INT_TO_INT, code -> {
            Label routine = code.newLabel();
            code.with(JsrInstruction.of(routine)).iload(0).ireturn();
            code.labelBinding(routine).astore(1).with(RetInstruction.of(1));
        });
        JacobiException thrown = assertThrows(JacobiException.class, made::lift);
        assertEquals("""
                cannot lift dev.jacobi.lift.Made.made(int): it has a jsr or ret instruction
                  at:  dev.jacobi.lift.Made.made
                  why: jsr and ret, which compilers stopped emitting with Java 6, have no structured form
                  try: compile the class again with a current compiler
                  see: docs/guide/refusals.md#subroutine""", thrown.getMessage());
    }

    @Test
    void codeAgainstTheRulesIsRefused() {
        refused(
                Refusal.CORRUPT_CLASS_FILE,
                "instruction 1: the operand stack is empty",
                code -> code.iload(0).iadd().pop().ireturn());
        refused(
                Refusal.CORRUPT_CLASS_FILE,
                "instruction 1: a value of kind reference is needed, but there is one of kind int",
                code -> code.iload(0).arraylength().ireturn());
        refused(
                Refusal.CORRUPT_CLASS_FILE,
                "instruction 1: a result of kind long is returned from a method of type int",
                code -> code.lconst_0().lreturn());
        refused(
                Refusal.CORRUPT_CLASS_FILE,
                "instruction 1: half of a long or double is taken from the operand stack",
                code -> code.lconst_0().pop().iconst_0().ireturn());
        refused(
                Refusal.CORRUPT_CLASS_FILE,
                "instruction 0: control falls off the end of the code",
                code -> code.iload(0));
        refused(
                Refusal.CORRUPT_CLASS_FILE,
                "instruction 0: local variable 3 is read where it has no value",
                code -> code.iload(3).ireturn());
        refused(
                Refusal.CORRUPT_CLASS_FILE,
                "an element of kind double is accessed in a value of type int[]",
                code -> code.iload(0)
                        .newarray(TypeKind.INT)
                        .iconst_0()
                        .daload()
                        .d2i()
                        .ireturn());
    }

    @Test
    void stacksOfDifferentHeightDoNotMeet() {
        refused(Refusal.CORRUPT_CLASS_FILE, "instruction 3: operand stacks of different height meet", code -> {
            Label end = code.newLabel();
            Label other = code.newLabel();
            code.iload(0).ifeq(other).iconst_1().goto_(end);
            code.labelBinding(other).nop().labelBinding(end).iload(0).ireturn();
        });
    }
}
