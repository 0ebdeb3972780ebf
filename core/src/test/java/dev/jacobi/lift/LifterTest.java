package dev.jacobi.lift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Printer;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.Verifier;
import dev.jacobi.testing.Golden;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of lifted methods, and what holds for all of them. */
class LifterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nestedLoops",
                "breaksAndContinues",
                "loopFromTheFirstInstruction",
                "switchOnStrings",
                "switchFallingThrough",
                "catches",
                "synchronizes",
                "comparisons",
                "arraysOfArrays",
                "mixedReferences",
                "buildsWithConditions"
            })
    void textIsTheGoldenOne(String name) {
        Function function = Methods.find(Samples.class, name).lift();
        Verifier.verify(function);
        Golden.check(LifterTest.class, name, Printer.print(function));
    }

    @Test
    void constructorsHaveTheirObjectAsParameter() {
        Function function =
                Methods.find(Samples.Circle.class, "<init>", double.class).lift();
        Verifier.verify(function);
        assertEquals("""
                function dev.jacobi.lift.Samples$Circle.<init>(%0: dev.jacobi.lift.Samples$Circle, %1: double): void {
                b0:
                  invoke_special java.lang.Record.<init>(): void %0
                  put_field dev.jacobi.lift.Samples$Circle.radius: double %0, %1
                  return
                }
                """, Printer.print(function));
    }

    @Test
    void methodsThatAreOperationsAreNotReadFromTheirBytecode() {
        assertEquals(
                """
                function java.lang.Math.sin(%0: double): double {
                b0:
                  %1: double = math sin %0
                  return %1
                }
                """,
                Printer.print(
                        Methods.find("java.lang.Math::sin", (ClassLoader) null).lift()));
    }

    private static List<Function> allSamples() {
        ClassModel model = ClassFiles.modelOf(Samples.class);
        ClassHierarchy hierarchy = ClassFiles.of(Samples.class.getClassLoader()).hierarchy();
        return model.methods().stream()
                .filter((MethodModel method) -> method.code().isPresent())
                .map(method -> Lifter.lift(model, method, hierarchy))
                .toList();
    }

    @Test
    void eachInstructionHasTheLineItComesFrom() {
        for (Function function : allSamples()) {
            for (Block block : function.blocks()) {
                for (Instruction instruction : block.instructions()) {
                    SourcePosition position = instruction.position();
                    assertNotNull(position);
                    assertTrue(position.line() > 0, position::toString);
                }
            }
        }
    }

    @Test
    void objectsAreNotPassedAroundBeforeTheyAreInitialised() {
        for (Function function : allSamples()) {
            Dominators dominators = Dominators.of(function);
            for (Block block : function.blocks()) {
                block.edges().stream()
                        .flatMap(edge -> edge.arguments().stream())
                        .filter(argument -> argument.isResultOf(OpCode.NEW))
                        .forEach(argument -> assertTrue(
                                function.blocks().stream()
                                        .filter(other -> dominators.dominates(other, block))
                                        .anyMatch(other -> initialises(other, argument)),
                                function::name));
            }
        }
    }

    private static boolean initialises(Block block, Value object) {
        return block.instructions().stream()
                .anyMatch(instruction -> instruction.opCode() == OpCode.INVOKE_SPECIAL
                        && instruction.operand(0).equals(object));
    }

    @Test
    void manyThreadsLiftTheSameMethodAtOnce() throws Exception {
        String expected =
                Printer.print(Methods.find(Samples.class, "typePatterns").lift());
        ClassModel fresh = ClassFiles.parse(bytes(), "Samples");
        MethodModel method = fresh.methods().stream()
                .filter(candidate -> candidate.methodName().equalsString("typePatterns"))
                .findFirst()
                .orElseThrow();
        ClassHierarchy hierarchy = ClassFiles.of(Samples.class.getClassLoader()).hierarchy();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            Callable<String> lift = () -> Printer.print(Lifter.lift(fresh, method, hierarchy));
            List<Future<String>> results =
                    threads.invokeAll(IntStream.range(0, 64).mapToObj(_ -> lift).toList());
            for (Future<String> result : results) {
                assertEquals(expected, result.get());
            }
        }
    }

    private static byte[] bytes() throws java.io.IOException {
        try (var stream = java.util.Objects.requireNonNull(Samples.class.getResourceAsStream("Samples.class"))) {
            return stream.readAllBytes();
        }
    }
}
