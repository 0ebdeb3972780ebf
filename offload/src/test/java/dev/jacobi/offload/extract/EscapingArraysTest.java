package dev.jacobi.offload.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What host code may do with an array that a device has. */
class EscapingArraysTest {
    /** How a function that stores the array in another one, of what it is called with, may keep it. */
    private static Optional<String> escape(String use) {
        Function function = Parser.parse("""
                function f(%%0: double[], %%1: dev.jacobi.runtime.DeviceCalls): java.lang.Object {
                b0:
                  %%2 = constant 1
                  %%3 = constant 0
                  %%4 = new_array java.lang.Object %%2
                  array_store java.lang.Object %%4, %%3, %%0
                  %s
                }
                """.formatted(use));
        return EscapingArrays.of(function, function.parameters().getFirst());
    }

    private static final String LAUNCH =
            "invoke_interface dev.jacobi.runtime.DeviceCalls.launch(int, java.lang.Object[]): void %1, %3, %4\n";

    @Test
    void argumentOfLaunchIsNotKept() {
        assertEquals(Optional.empty(), escape(LAUNCH + "%5 = constant null\nreturn %5"));
    }

    @Test
    void elementOfArgumentsThatAreGivenBackTooIsKept() {
        assertEquals(Optional.of("is stored in another array"), escape(LAUNCH + "return %4"));
    }

    @Test
    void elementOfArgumentsThatAreReadAgainIsKept() {
        assertEquals(
                Optional.of("is stored in another array"),
                escape(LAUNCH + "%5: java.lang.Object = array_load java.lang.Object %4, %3\nreturn %5"));
    }

    @Test
    void elementOfAnArrayThatNoLaunchGetsIsKept() {
        assertEquals(Optional.of("is stored in another array"), escape("return %4"));
    }
}
