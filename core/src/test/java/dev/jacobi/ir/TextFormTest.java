package dev.jacobi.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.constant.ConstantDescs;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormTest {
    /** Every operation but embed, in the form that the printer gives. */
    private static final String EVERY_OPERATION = """
            function com.example.Every.operation(%0: double[], %1: int, %2: java.lang.Object, %3: long): double {
            b0:
              %4 = constant 0
              %5 = constant -7L
              %6 = constant 1.5f
              %7 = constant -0.0
              %8 = constant "a \\"quoted\\" \\\\ text, \\u00e9\\u000a"
              %9: java.lang.String = constant null
              %10: java.lang.Class = load_constant class java.lang.String[]
              %11: java.lang.invoke.MethodType = load_constant type (int, double[]): void
              %12: java.lang.invoke.MethodHandle = load_constant handle static java.lang.Math.abs(double): double
              %13: java.lang.Object = load_constant dynamic x: java.lang.Object by static com.example.Every.make\
            (java.lang.invoke.MethodHandles$Lookup, java.lang.String, java.lang.Class): java.lang.Object (1, "two", 3.0)
              %14: int = add %1, %4
              %15: int = sub %14, %4
              %16: int = mul %15, %4
              %17: int = div! %16, %1
              %18: int = rem %17, %1
              %19: int = neg %18
              %20: long = shl %3, %1
              %21: long = shr %20, %1
              %22: long = ushr %21, %1
              %23: long = and %22, %3
              %24: long = or %23, %3
              %25: long = xor %24, %3
              %26 = cmp %25, %3
              %27 = cmpl %7, %7
              %28 = cmpg %6, %6
              %29 = eq %2, %9
              %30 = ne %1, %4
              %31 = lt %1, %4
              %32 = le %1, %4
              %33 = gt %1, %4
              %34 = ge %1, %4
              %35: double = select %34, %7, %7
              %36: int = convert byte %1
              %37: double = convert double %36
              %38: double = math sin %37
              %39: double = math strict.pow %38, %37
              %40 = array_length %0
              %41: double = array_load! double %0, %1
              array_store double %0, %1, %41
              %42: double[] = new_array double %1
              %43: int[][][] = new_multi_array int[][][] %1, %1
              %44: int = get_field java.awt.Point.x: int %2
              put_field java.awt.Point.x: int %2, %44
              %45: java.io.PrintStream = get_static java.lang.System.out: java.io.PrintStream
              put_static `com.example.Every.odd-name`: java.io.PrintStream %45
              %46: java.lang.Object = new java.lang.Object
              invoke_special java.lang.Object.<init>(): void %46
              %47: java.lang.String = check_cast java.lang.String %2
              %48 = instance_of `int` %2
              null_check %47
              %49: double = invoke_static java.lang.Math.max(double, double): double %41, %39
              %50: java.util.List = invoke_static interface java.util.List.of(): java.util.List
              %51: java.lang.Object = invoke_virtual double[].clone(): java.lang.Object %0
              %52: int = invoke_interface java.util.List.size(): int %50
              %53: java.lang.Runnable = invoke_dynamic run(double[]): java.lang.Runnable by static \
            java.lang.invoke.LambdaMetafactory.metafactory(): java.lang.invoke.CallSite (type (): void, \
            handle interface_static com.example.Every.f(double[]): void, class int, handle getter java.awt.Point.x: int, \
            handle constructor java.lang.Object(): void) %0
              %54: double = invoke_function com.example.Every.operation %0, %52, %2, %3
              monitor_enter %2
              monitor_exit %2
              return %54
            }
            """;

    @Test
    void everyOperationIsReadAndPrintedAsItWas() {
        Function function = Parser.parse(EVERY_OPERATION);
        assertEquals(EVERY_OPERATION, Printer.print(function));
        Verifier.verify(function);

        Set<OpCode> missing = EnumSet.allOf(OpCode.class);
        function.entry().instructions().forEach(instruction -> missing.remove(instruction.opCode()));
        assertEquals(Set.of(OpCode.EMBED), missing);
    }

    @Test
    void everyTerminatorAndHandlerIsReadAndPrintedAsItWas() {
        String text = """
                function f(%0: int, %1: java.lang.Throwable): void {
                b0:
                  switch %0, -1: b1(%0), 7: b2, default: b3
                b1(%2: int):
                  %3 = eq %2, %0
                  branch %3, b2, b4
                b2:
                  return
                b3:
                  throw %1
                  catch java.lang.RuntimeException b5(%0)
                  catch * b6
                b4:
                  jump b2
                b5(%4: java.lang.RuntimeException, %5: int):
                  return
                b6(%6: java.lang.Throwable):
                  return
                }
                """;
        Function function = Parser.parse(text);
        assertEquals(text, Printer.print(function));
        Verifier.verify(function);
    }

    @Test
    void namesOfValuesAndBlocksAreFreeAndPrintedAsNumbers() {
        Function function = Parser.parse("""
                function sum(%x: double[], %n: int): double { // a comment
                entry:
                  %zero = constant 0  %start = constant 0.0
                  jump loop(%zero, %start)
                loop(%i: int, %s: double):
                  %more = lt %i, %n
                  branch %more, body(), exit
                exit: return %s
                body:
                  %e = array_load double %x, %i
                  %t = add %s, %e
                  %one = constant 1
                  %next = add %i, %one
                  jump loop(%next, %t)
                }
                """);
        Verifier.verify(function);
        assertEquals("""
                function sum(%0: double[], %1: int): double {
                b0:
                  %2 = constant 0
                  %3 = constant 0.0
                  jump b1(%2, %3)
                b1(%4: int, %5: double):
                  %6 = lt %4, %1
                  branch %6, b3, b2
                b2:
                  return %5
                b3:
                  %7: double = array_load double %0, %4
                  %8: double = add %5, %7
                  %9 = constant 1
                  %10: int = add %4, %9
                  jump b1(%10, %8)
                }
                """, Printer.print(function));
    }

    @Test
    void usesMayComeBeforeDefinitionsInTheText() {
        String text = """
                function f(%0: long): long {
                b0:
                  jump b2
                b1:
                  %1: long = add %2, %0
                  return %1
                b2:
                  %2: long = mul %0, %0
                  jump b1
                }
                """;
        assertEquals(text, Printer.print(Parser.parse(text)));
        Verifier.verify(Parser.parse(text));
    }

    @Test
    void functionsOfOneTextCallEachOther() {
        String text = """
                function even(%0: int): int {
                b0:
                  %1: int = invoke_function odd %0
                  return %1
                }

                function odd(%0: int): int {
                b0:
                  %1: int = invoke_function even %0
                  return %1
                }
                """;
        List<Function> functions = Parser.parseAll(text);
        assertEquals(text, Printer.printAll(functions));
        assertEquals(
                functions.get(1),
                functions.get(0).entry().instructions().getFirst().function());
    }

    @Test
    void everyBitOfAFloatingPointConstantSurvives() {
        List<Object> constants = Arrays.asList(
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                -0.0,
                0.1,
                1e300,
                1e-5,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Double.longBitsToDouble(0x7ff8000000000001L),
                Double.longBitsToDouble(0xfff8000000000000L),
                Float.MIN_VALUE,
                Float.MAX_VALUE,
                -0.0f,
                0.1f,
                1e20f,
                Float.NaN,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                Float.intBitsToFloat(0x7fc00001),
                Float.intBitsToFloat(0xffc00000),
                Integer.MIN_VALUE,
                Integer.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MAX_VALUE);
        Function function = new Function("constants", null, Type.VOID);
        Block block = function.newBlock();
        constants.forEach(constant -> block.append(OpCode.CONSTANT, constant, List.of(), null));
        block.setTerminator(new Terminator.Return(null, null));
        List<Object> read = Parser.parse(Printer.print(function)).entry().instructions().stream()
                .map(Instruction::attribute)
                .toList();
        assertEquals(
                constants.stream().map(TextFormTest::bits).toList(),
                read.stream().map(TextFormTest::bits).toList());
    }

    private static List<Object> bits(Object constant) {
        return switch (constant) {
            case Double number -> List.of("double", Double.doubleToRawLongBits(number));
            case Float number -> List.of("float", Float.floatToRawIntBits(number));
            default -> List.of(constant.getClass(), constant);
        };
    }

    @Test
    void positionsArePrintedAsCommentsWhereAsked() {
        Function function = new Function("f", null, Type.INT);
        Block block = function.newBlock();
        SourcePosition position = new SourcePosition("a.B", "c", 3, new SourcePosition("a.D", "e", 9, null));
        Value one = block.append(OpCode.CONSTANT, 1, List.of(), position).value();
        block.setTerminator(new Terminator.Return(one, null));
        String text = Printer.print(function, Printer.Options.WITH_POSITIONS);
        assertTrue(text.contains("  %0 = constant 1  // a.B.c:3 < a.D.e:9\n"), text);
        assertEquals(Printer.print(function), Printer.print(Parser.parse(text)));
    }

    @Test
    void embeddedObjectsAreNumberedAndNotReadAgain() {
        Function function = new Function("f", null, Type.OBJECT);
        Block block = function.newBlock();
        var object = new References.EmbeddedObject(new Object(), ConstantDescs.CD_Object);
        Value first = block.append(OpCode.EMBED, object, List.of(), null).value();
        block.append(OpCode.EMBED, object, List.of(), null);
        block.setTerminator(new Terminator.Return(first, null));
        String text = Printer.print(function);
        assertEquals("""
                function f(): java.lang.Object {
                b0:
                  %0: java.lang.Object = embed java.lang.Object <object 0>
                  %1: java.lang.Object = embed java.lang.Object <object 0>
                  return %0
                }
                """, text);
        assertEquals(
                """
                line 3, column 32: an embedded object exists in memory only and cannot be read from text
                    %0: java.lang.Object = embed java.lang.Object <object 0>
                                                 ^""",
                assertThrows(IllegalArgumentException.class, () -> Parser.parse(text))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "function f(: void { b0: return }|line 1, column 12: expected a value such as %0 but found ':'",
                "function f(): voyd {|line 1, column 21: expected the label of a block but found the end of the text",
                "function f(): void { b0: jump b1 }|line 1, column 31: there is no block of this name",
                "function f(): void { b0: return %1 }|line 1, column 33: %1 is not defined",
                "function f(): void { b0: frobnicate }"
                        + "|line 1, column 26: expected an instruction or a terminator but found 'frobnicate'",
                "function f(): void { b0: %1 = constant 1 %1 = constant 2 return }"
                        + "|line 1, column 42: %1 is defined twice",
                "function f(%1: int): void { b0: %1 = constant 1 return }|line 1, column 33: %1 is defined twice",
                "function f(): void { b0: return b0: return }|line 1, column 33: there are two blocks of this name",
                "function f(%0: int): void { b0: %1 = add %0 return }"
                        + "|line 1, column 38: add takes 2 operands, not 1",
                "function f(%0: int): void { b0: %1 = math pow %0 return }"
                        + "|line 1, column 38: pow takes 2 operands, not 1",
                "function f(%0: int): void { b0: %1 = math frob %0 return }"
                        + "|line 1, column 43: there is no mathematical function 'frob'",
                "function f(%0: int): void { b0: %1 = add %0, %2 %2 = add %0, %1 return }"
                        + "|line 1, column 38: the operands of this instruction depend on its own result",
                "function f(%0: int): void { b0: %1 = null_check %0 return }"
                        + "|line 1, column 33: null_check has no result here",
                "function f(): void { b0: invoke_function g return }"
                        + "|line 1, column 42: the text has no function of this name",
                "function f(): void { b0: %0 = constant 99999999999 return }"
                        + "|line 1, column 40: '99999999999' is not a number of Java",
                "function f(): void { b0: %0 = constant \"open |line 1, column 40: expected \" at the end of what starts here",
                "function f(%0: int): void { b0: switch %0, 1: b1, 1: b1, default: b1 }"
                        + "|line 1, column 51: the case 1 comes twice",
                "function f(%0: int): void { b0: %1 = get_field x: int %0 return }"
                        + "|line 1, column 48: expected a class, a dot and the name of its member",
                "function f(): void { b0: return } function f(): void { b0: return }"
                        + "|line 1, column 44: there are two functions of this name",
            })
    void errorsNamePlaceAndExpectation(String textAndMessage) {
        String text = textAndMessage.substring(0, textAndMessage.lastIndexOf('|'));
        String expected = textAndMessage.substring(textAndMessage.lastIndexOf('|') + 1);
        String message = assertThrows(IllegalArgumentException.class, () -> Parser.parseAll(text))
                .getMessage();
        assertEquals(expected, message.lines().findFirst().orElseThrow());
    }
}
