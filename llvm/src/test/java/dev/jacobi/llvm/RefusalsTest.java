package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.llvm.library.CompileThread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
    private static String refused(String text) {
        JacobiException refusal = assertThrows(JacobiException.class, () -> BothBackends.of(text));
        assertEquals(Refusal.NOT_NATIVE, refusal.refusal());
        return refusal.getMessage().lines().findFirst().orElse("");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            java.lang.String[] | takes java.lang.String[]
            java.lang.String | takes java.lang.String
            """)
    void parametersThatAreNeitherNumbersNorArraysOfThem(String type, String reason) {
        assertEquals(
                "cannot compile f natively: it " + reason,
                refused("function f(%0: " + type + "): void {\nb0:\n  return\n}\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            %2: double = math exp %0 | calls Math.exp, whose bits on the JVM are HotSpot's own; StrictMath's are allowed by NativeOptions.strictMath
            %2: double = math ulp %0 | has math ulp
            %2: double = get_static com.example.Model.scale:double | has get_static com.example.Model.scale:double
            %2: double = invoke_static com.example.Model.f(double): double %0 | has invoke_static com.example.Model.f(D)D
            """)
    void operationsThatDependOnMoreThanNumbers(String operation, String reason) {
        assertEquals(
                "cannot compile f natively: it " + reason,
                refused("function f(%0: double): double {\nb0:\n  " + operation + "\n  return %2\n}\n"));
    }

    @Test
    void framesThatAreTooLargeForTheStack() {
        String message = refused(LargeFrame.text(120));
        assertTrue(message.contains("stack frame size"), message);
    }

    @Test
    void blocksThatOnlyThrowMayHoldAnything() {
        BothBackends function = BothBackends.of("""
                function f(%0: int): int {
                b0:
                  branch %0, b1, b2
                b1:
                  return %0
                b2:
                  %1 = constant "zero"
                  %2: java.lang.IllegalStateException = new java.lang.IllegalStateException
                  invoke_special java.lang.IllegalStateException.<init>(java.lang.String): void %2, %1
                  throw %2
                }
                """);
        assertTrue(function.check(0).startsWith("java.lang.IllegalStateException: zero"));
        assertEquals(1, function.compiled().bailouts());
        function.check(5);
        assertEquals(1, function.compiled().bailouts());
    }

    @Test
    void whatLlvmRejectsIsAnExceptionAndLaterWorkGoesOn() {
        for (String broken : new String[] {
            "define i32 @f() {\n  ret double 1.0\n}\n",
            "define i32 @f() {\n  %x = add i32 1, 2\n}\n",
            "no module at all",
            "define i32 @f(i1 %c) {\na:\n  br i1 %c, label %b, label %d\nb:\n  %x = add i32 1, 2\n  br label %d\nd:\n  ret i32 %x\n}\n",
        }) {
            JacobiException failure = assertThrows(
                    JacobiException.class, () -> CompileThread.run(() -> ObjectCode.compile(broken, "broken")));
            assertEquals(Refusal.INTERNAL, failure.refusal());
        }
        BothBackends.of("function f(%0: int): int {\nb0:\n  return %0\n}\n").check(7);
    }

    @Test
    void fatalErrorsOfLlvmEndNeitherTheJvmNorLaterWork() {
        // An instruction that no processor of this kind has: LLVM cannot select it.
        String impossible = """
                declare void @llvm.nvvm.barrier0()
                define void @f() {
                  call void @llvm.nvvm.barrier0()
                  ret void
                }
                """;
        for (int i = 0; i < 3; i++) {
            assertThrows(
                    JacobiException.class, () -> CompileThread.run(() -> ObjectCode.compile(impossible, "impossible")));
            BothBackends.of("function f(%0: int): int {\nb0:\n  return %0\n}\n").check(i);
        }
    }
}
