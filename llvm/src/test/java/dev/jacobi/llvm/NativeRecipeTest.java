package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.backend.NativeCompiler;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.jvm.HiddenClasses;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is kept of native code gives the same native code. */
class NativeRecipeTest {
    private static final String SCALE = """
            function scale(%0: double[], %1: java.lang.Object, %2: int, %3: double): double[] {
            b0:
              %4: double = array_load double %0, %2
              %5: double = mul %4, %3
              array_store double %0, %2, %5
              return %0
            }
            """;

    private static Function function() {
        return Parser.parse(SCALE);
    }

    private static MethodHandle onJvm() {
        return HiddenClasses.compile(function(), MethodHandles.lookup()).handle();
    }

    @Test
    void itIsTheSameAfterItWasWrittenAndRead() {
        NativeRecipe recipe = NativeBackend.recipe(function(), NativeOptions.DEFAULT);
        assertEquals(recipe, NativeRecipe.read(recipe.bytes()));
        assertTrue(recipe.bytes().length < recipe.text().length() / 2, "it is compressed");
    }

    @Test
    void whatIsLoadedDoesTheSameAndGoesOnOnTheJvmWhereJavaThrows() throws Throwable {
        LlvmCompiler compiler = new LlvmCompiler();
        NativeCompiler.Compiled compiled = compiler.compile(function(), onJvm());
        MethodHandle loaded = compiler.load(compiled.recipe().get(), onJvm());
        assertEquals(compiled.handle().type(), loaded.type());
        for (MethodHandle handle : new MethodHandle[] {compiled.handle(), loaded}) {
            double[] x = {1, 2, 3};
            double[] result = (double[]) handle.invokeExact(x, (Object) new double[1], 1, 4.0);
            assertArrayEquals(new double[] {1, 8, 3}, x);
            assertArrayEquals(x, result);
            Exception thrown = assertThrows(
                    ArrayIndexOutOfBoundsException.class,
                    () -> Arrays.fill((double[]) handle.invokeExact(x, (Object) new double[1], 3, 4.0), 0));
            assertEquals("Index 3 out of bounds for length 3", thrown.getMessage());
        }
    }

    @Test
    void whatIsNoRecipeIsRefused() {
        byte[] whole = NativeBackend.recipe(function(), NativeOptions.DEFAULT).bytes();
        LlvmCompiler compiler = new LlvmCompiler();
        for (byte[] bytes : new byte[][] {{}, {1, 2, 3}, Arrays.copyOf(whole, whole.length / 2)}) {
            JacobiException thrown = assertThrows(JacobiException.class, () -> compiler.load(bytes, onJvm()));
            assertEquals(Refusal.INTERNAL, thrown.refusal());
        }
    }

    @Test
    void theMachineIsTheLibraryTheProcessorAndWhatIsDone() {
        String machine = new LlvmCompiler().machine();
        assertTrue(machine.contains(ObjectCode.features()), machine);
        assertTrue(machine.contains(ObjectCode.machine()), machine);
        assertTrue(machine.contains("default<O"), machine);
    }
}
