package dev.jacobi.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Options;
import dev.jacobi.cache.OtherProcess.Outcome;
import dev.jacobi.compile.Specification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives that one process compiles and another one uses: only where nothing has changed that they depend on. */
@EnabledOnOs(OS.LINUX)
final class KeptDerivativesTest {
    @TempDir
    static Path shared;

    private static Path jar;

    @TempDir
    Path folder;

    private OtherProcess processes;

    @BeforeAll
    static void makeJar() throws IOException {
        jar = OtherProcess.jar(shared);
    }

    /** A method that calls one of another class, with an object of a third one that goes away. */
    @BeforeEach
    void compileClasses() throws IOException {
        processes = new OtherProcess(folder, jar);
        processes.compile("Base", "class Base { double half(double x) { return 0.5 * x; } }");
        processes.compile("Scaled", "final class Scaled extends Base { double twice(double x) { return 2 * x; } }");
        processes.compile("Callee", "class Callee { static double of(double x) { return x * x * 3; } }");
        processes.compile("Model", """
                public class Model {
                    public static double value(double[] x, double y) {
                        Scaled scaled = new Scaled();
                        double sum = 0;
                        for (double element : x) {
                            sum += Callee.of(element) + scaled.half(element) * Math.sin(y);
                        }
                        return sum;
                    }
                }
                """);
        compileMain("Options.DEFAULT");
    }

    private void compileMain(String options) throws IOException {
        processes.compile("Main", """
                import dev.jacobi.*;
                import java.util.Arrays;

                public class Main {
                    public interface Reverse {
                        double apply(double[] x, double[] shadow, double y, double seed);
                    }

                    public static void main(String[] args) {
                        Reverse reverse = Jacobi.of(Model.class, "value")
                                .with(%s)
                                .reverse(Activity.DUPLICATED, Activity.CONST)
                                .as(Reverse.class);
                        double[] shadow = new double[3];
                        double value = reverse.apply(new double[] {0.3, -1.7, 2.9}, shadow, 0.7, 1);
                        System.out.println("result " + value + " " + Arrays.toString(shadow));
                        Gradient<double[]> gradient = Jacobi.gradient(x -> Model.value(x, 1.1));
                        System.out.println("result " + Arrays.toString(gradient.at(new double[] {1, 2, 3.3})));
                    }
                }
                """.formatted(options));
    }

    private Outcome run() throws IOException, InterruptedException {
        return processes.run("Main");
    }

    /** Keeps derivatives, and sees that they are used. */
    private String keep() throws IOException, InterruptedException {
        Outcome first = run();
        assertTrue(first.lifted());
        assertEquals("", first.obstacle());
        assertFalse(run().lifted(), "nothing has changed, but it was compiled again");
        return first.output();
    }

    /** Nothing that was kept is used now. */
    private String afterChange() throws IOException, InterruptedException {
        Outcome changed = run();
        assertTrue(changed.lifted());
        Outcome without = processes.with("-Djacobi.cache.derivatives=false").run("Main");
        assertEquals(without.output(), changed.output());
        return changed.output();
    }

    @Test
    void anotherProcessGetsTheSameBitsWithoutLifting() throws Exception {
        String output = keep();
        assertEquals(output, run().output());
        assertEquals(
                output,
                processes.with("-Djacobi.cache.derivatives=false").run("Main").output());
        assertEquals(4, processes.kept().size()); // two methods, two derivatives
    }

    @Test
    void aMethodWithAnotherConstantIsCompiledAgain() throws Exception {
        String output = keep();
        processes.compile("Callee", "class Callee { static double of(double x) { return x * x * 4; } }");
        assertNotEquals(output, afterChange());
    }

    /** What they have in common is optimised once. */
    @Test
    void eachOfTwoDerivativesOfOneMethodDependsOnWhatItCalls() throws Exception {
        processes.compile("Main", """
                import dev.jacobi.*;
                import java.util.Arrays;

                public class Main {
                    public interface Reverse {
                        double apply(double[] x, double[] shadow, double y, double seed);
                    }

                    public interface Forward {
                        double[] apply(double[] x, double[] direction, double y);
                    }

                    public static void main(String[] args) {
                        Primal primal = Jacobi.of(Model.class, "value");
                        double[] x = {0.3, -1.7, 2.9};
                        double[] shadow = new double[3];
                        primal.reverse(Activity.DUPLICATED, Activity.CONST).as(Reverse.class).apply(x, shadow, 0.7, 1);
                        System.out.println("result " + Arrays.toString(shadow));
                        double[] both = primal.forward(Activity.DUAL, Activity.CONST).as(Forward.class)
                                .apply(x, new double[] {1, 0, 0}, 0.7);
                        System.out.println("result " + Arrays.toString(both));
                    }
                }
                """);
        String output = keep();
        processes.compile("Callee", "class Callee { static double of(double x) { return x * x * 4; } }");
        assertNotEquals(output, afterChange());
    }

    @Test
    void aSuperclassWithAnotherConstantIsCompiledAgain() throws Exception {
        String output = keep();
        processes.compile("Base", "class Base { double half(double x) { return 0.25 * x; } }");
        assertNotEquals(output, afterChange());
    }

    @Test
    void aClassThatNowOverridesAMethodIsCompiledAgain() throws Exception {
        String output = keep();
        processes.compile("Scaled", "final class Scaled extends Base { double half(double x) { return 0.1 * x; } }");
        assertNotEquals(output, afterChange());
    }

    @Test
    void aClassThatHidesAnotherOneOnTheClassPathIsSeen() throws Exception {
        String output = keep();
        Path front = Files.createDirectory(folder.resolve("front"));
        Files.move(processes.classes().resolve("Callee.class"), front.resolve("Callee.class"));
        processes.compile("Callee", "class Callee { static double of(double x) { return x * x * 4; } }");
        Files.move(processes.classes().resolve("Callee.class"), folder.resolve("other"));
        Files.move(front.resolve("Callee.class"), processes.classes().resolve("Callee.class"));
        OtherProcess withFront = processes.withClassPathBefore(front);
        assertEquals(output, withFront.run("Main").output());
        assertFalse(withFront.run("Main").lifted());
        Files.move(folder.resolve("other"), front.resolve("Callee.class"));
        Outcome hidden = withFront.run("Main");
        assertTrue(hidden.lifted());
        assertNotEquals(output, hidden.output());
    }

    @Test
    void otherOptionsAreAnotherDerivative() throws Exception {
        keep();
        compileMain("Options.DEFAULT.withStrictMath(true)");
        assertTrue(run().lifted());
        compileMain("Options.DEFAULT.withTapeBudget(1 << 20)");
        assertTrue(run().lifted());
        compileMain("Options.DEFAULT.withOptimizeFirst(false)");
        assertTrue(run().lifted());
    }

    @Test
    void allOptionsAreKnownToTheCache() {
        // A new one is to be part of the question of KeptDerivatives.
        assertEquals(6, Options.class.getRecordComponents().length);
        assertEquals(6, Specification.class.getRecordComponents().length);
    }

    @Test
    void anotherBuildOfJacobiCompilesAgain() throws Exception {
        keep();
        Path other = Files.copy(jar, folder.resolve("other.jar"));
        try (java.nio.file.FileSystem files = java.nio.file.FileSystems.newFileSystem(other)) {
            Files.writeString(files.getPath("dev", "jacobi", "note.txt"), "another build");
        }
        Files.move(other, folder.resolve("jacobi.jar"));
        Files.setLastModifiedTime(folder.resolve("jacobi.jar"), Files.getLastModifiedTime(jar));
        OtherProcess another = new OtherProcess(folder, folder.resolve("jacobi.jar"));
        assertTrue(another.run("Main").lifted());
        assertFalse(another.run("Main").lifted());
    }

    @Test
    void anotherClassPathOrOptionsOfTheModulesAreAnotherEnvironment() throws Exception {
        keep();
        assertTrue(processes
                .with("--add-opens", "java.base/java.util=ALL-UNNAMED")
                .run("Main")
                .lifted());
    }

    @Test
    void nothingIsKeptWherePartsOfTheJvmMayBeOthers() throws Exception {
        keep();
        Path empty = Files.createDirectory(folder.resolve("patch"));
        assertTrue(
                processes.with("--patch-module=java.base=" + empty).run("Main").lifted());
        assertTrue(processes.with("-Xbootclasspath/a:" + empty).run("Main").lifted());
        Path options = Files.writeString(folder.resolve("options"), "-Xmx300m");
        assertTrue(processes.with("@" + options).run("Main").lifted());
    }

    @Test
    void filesThatAreNotWholeAreCompiledAgain() throws Exception {
        String output = keep();
        for (Path file : processes.kept()) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 4;
            Files.write(file, bytes);
        }
        assertEquals(output, afterChange());
        for (Path file : processes.kept()) {
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 7));
        }
        assertEquals(output, afterChange());
        for (Path file : processes.kept()) {
            Files.write(file, new byte[0]);
        }
        assertEquals(output, afterChange());
        assertFalse(run().lifted());
    }

    @Test
    void aFileUnderTheNameOfAnotherIsNotUsed() throws Exception {
        String output = keep();
        Path first = processes.kept().getFirst();
        byte[] bytes = Files.readAllBytes(first);
        for (Path file : processes.kept()) {
            Files.write(file, bytes);
        }
        assertEquals(output, run().output());
    }

    @Test
    void classFilesThatAreNewerThanTheProcessAreNotKept() throws Exception {
        Files.setLastModifiedTime(
                processes.classes().resolve("Callee.class"),
                java.nio.file.attribute.FileTime.from(java.time.Instant.now().plusSeconds(3_600)));
        Outcome outcome = run();
        assertEquals("the class file of Callee is newer than this process", outcome.obstacle());
        assertTrue(run().lifted());
    }

    @Test
    void twoProcessesAtOnceKeepTheSame() throws Exception {
        Process one = processes.start("Main");
        Process other = processes.start("Main");
        String output = OtherProcess.end(one).output();
        assertEquals(output, OtherProcess.end(other).output());
        Outcome third = run();
        assertFalse(third.lifted());
        assertEquals(output, third.output());
        assertEquals(4, processes.kept().size());
    }

    @Test
    void whatWasCompiledForOtherDerivativesBeforeIsDependedOnToo() throws Exception {
        processes.compile("Main", """
                import dev.jacobi.*;
                import java.util.Arrays;

                public class Main {
                    public interface Forward {
                        double apply(double[] x, double[] tangent, double y);
                    }

                    static double twice(double[] x, double y) {
                        return 2 * Model.value(x, y);
                    }

                    public static void main(String[] args) {
                        Primal primal = Jacobi.of(Model.class, "value");
                        var _ = primal.forward(Activity.DUAL, Activity.CONST).asMethodHandle();
                        var _ = Jacobi.of(Main.class, "twice").forward(Activity.DUAL, Activity.CONST).asMethodHandle();
                        Forward first = primal.forward(Activity.DUAL, Activity.CONST).as(Forward.class);
                        Forward second = Jacobi.of(Main.class, "twice")
                                .forward(Activity.DUAL, Activity.CONST).as(Forward.class);
                        double[] ones = {1, 1};
                        System.out.println("result " + first.apply(new double[] {2, 3}, ones, 0.4));
                        System.out.println("result " + second.apply(new double[] {2, 3}, ones, 0.4));
                    }
                }
                """);
        String output = run().output();
        assertEquals(4, processes.kept().size());
        processes.compile("Callee", "class Callee { static double of(double x) { return x * x * 4; } }");
        assertNotEquals(output, afterChange());
    }

    /** The native code of this test is the JVM's; it says when it is made or loaded, and the program waits for that. */
    private void compileNative() throws IOException {
        processes.compile("Native", """
                import dev.jacobi.backend.NativeCompiler;
                import dev.jacobi.ir.Function;
                import java.lang.invoke.MethodHandle;
                import java.util.Optional;
                import java.util.concurrent.CountDownLatch;

                public class Native implements NativeCompiler {
                    static final CountDownLatch MADE = new CountDownLatch(2);
                    public String machine() { return System.getProperty("machine", ""); }
                    public Optional<String> absence() { return Optional.empty(); }
                    public String description() { return ""; }
                    public String text(Function function) { return ""; }
                    public synchronized Compiled compile(Function function, MethodHandle onJvm) {
                        String made = function.parameters().size() + onJvm.type().toString();
                        System.out.println("result compiled " + made);
                        MADE.countDown();
                        return new Compiled(onJvm, made::getBytes);
                    }
                    public synchronized MethodHandle load(byte[] recipe, MethodHandle onJvm) {
                        if (Boolean.getBoolean("broken")) {
                            throw new dev.jacobi.JacobiException(dev.jacobi.Refusal.INTERNAL, "broken", null);
                        }
                        System.out.println("result loaded " + new String(recipe));
                        MADE.countDown();
                        return onJvm;
                    }
                }
                """);
        Path services =
                Files.createDirectories(processes.classes().resolve("META-INF").resolve("services"));
        Files.writeString(services.resolve("dev.jacobi.backend.NativeCompiler"), "Native");
    }

    private void compileMainWith(String backend) throws IOException {
        processes.compile("Main", """
                import dev.jacobi.*;
                import java.util.Arrays;

                public class Main {
                    public interface Reverse {
                        double apply(double[] x, double[] shadow, double y, double seed);
                    }

                    public static double rows(double[][] x) {
                        return Model.value(x[1], 0.3);
                    }

                    public static void main(String[] args) throws Exception {
                        Options options = Options.DEFAULT.withBackend(Backend.%s);
                        Reverse reverse = Jacobi.of(Model.class, "value")
                                .with(options)
                                .reverse(Activity.DUPLICATED, Activity.CONST)
                                .as(Reverse.class);
                        Gradient<double[][]> gradient = Jacobi.gradient(Main::rows, options);
                        double[] shadow = new double[3];
                        double value = reverse.apply(new double[] {0.3, -1.7, 2.9}, shadow, 0.7, 1);
                        String first = "result of " + value + " " + Arrays.toString(shadow)
                                + Arrays.deepToString(gradient.at(new double[][] {{1, 2}, {3.3}}));
                        System.out.println(first);
                        Native.MADE.await(60, java.util.concurrent.TimeUnit.SECONDS);
                        for (Thread thread : Thread.getAllStackTraces().keySet()) {
                            if (thread.getName().equals("jacobi-native")) {
                                // It keeps what it has made behind that.
                                while (thread.getState() != Thread.State.WAITING) {
                                    Thread.sleep(10);
                                }
                            }
                        }
                    }
                }
                """.formatted(backend));
    }

    private static List<String> lines(Outcome outcome, String start) {
        return outcome.output()
                .lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO", "LLVM"})
    void nativeCodeIsKeptToo(String backend) throws Exception {
        compileNative();
        compileMainWith(backend);
        Outcome first = run();
        assertEquals("", first.obstacle());
        assertEquals(2, lines(first, "result compiled ").size());
        assertEquals(6, processes.kept().size());
        assertTrue(first.liftedBeforeResult());

        Outcome second = run();
        assertEquals(lines(first, "result of "), lines(second, "result of "));
        assertEquals(lines(first, "result compiled "), lines(second, "result loaded "));
        assertEquals(List.of(), lines(second, "result compiled "));
        assertFalse(second.lifted());

        processes.compile("Callee", "class Callee { static double of(double x) { return x * x * 4; } }");
        Outcome changed = run();
        assertTrue(changed.liftedBeforeResult());
        assertEquals(lines(first, "result compiled "), lines(changed, "result compiled "));
        assertNotEquals(lines(first, "result of "), lines(changed, "result of "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO", "LLVM"})
    void nativeCodeIsOfOneMachine(String backend) throws Exception {
        compileNative();
        compileMainWith(backend);
        Outcome first = run();
        OtherProcess onOther = processes.with("-Dmachine=other");
        Outcome other = onOther.run("Main");
        assertEquals(lines(first, "result of "), lines(other, "result of "));
        assertEquals(lines(first, "result compiled "), lines(other, "result compiled "));
        assertEquals(backend.equals("LLVM"), other.liftedBeforeResult());
        Outcome again = onOther.run("Main");
        assertEquals(lines(first, "result compiled "), lines(again, "result loaded "));
        assertFalse(again.lifted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO", "LLVM"})
    void nativeCodeThatCannotBeLoadedIsCompiledAgain(String backend) throws Exception {
        compileNative();
        compileMainWith(backend);
        Outcome first = run();
        Outcome broken = processes.with("-Dbroken=true").run("Main");
        assertEquals(lines(first, "result of "), lines(broken, "result of "));
        assertEquals(lines(first, "result compiled "), lines(broken, "result compiled "));
    }

    private void compileMainThatCalls(String derivative) throws IOException {
        processes.compile("Main", """
                import dev.jacobi.*;
                import java.util.Arrays;
                import java.util.function.*;

                public class Main {
                    static double factor = Double.parseDouble("2.5");
                    static final double[] WEIGHTS = {1, 2, 3};
                    public static double square(double x) { return x * x; }
                    public static double squareForward(double x, double dx) { return 2 * x * dx; }

                    public static void main(String[] args) {
                        double y = factor;
                        double[] weights = WEIGHTS;
                        Gradient<double[]> gradient = %s;
                        System.out.println("result " + Arrays.toString(gradient.at(new double[] {1, 2, 3.3})));
                    }
                }
                """.formatted(derivative));
    }

    @Test
    void capturedValuesAreNotKept() throws Exception {
        compileMainThatCalls("Jacobi.gradient(x -> y * Model.value(x, 1.1))");
        String output = run().output();
        Outcome again = run();
        assertTrue(again.lifted());
        assertEquals(output, again.output());
        assertTrue(processes.kept().isEmpty());
    }

    @Test
    void methodsThatReferToLiveObjectsAreNotKept() throws Exception {
        processes.compile("Text", """
                public class Text {
                    public static double value(double[] x) {
                        String text = "at " + x.length + " " + x[0];
                        return text.length() > 100 ? 0 : x[0] * x[1];
                    }
                }
                """);
        compileMainThatCalls("Jacobi.gradient(Text::value)");
        Outcome first = run();
        assertTrue(first.obstacle().startsWith("it refers to an object of java.lang.invoke."), first.obstacle());
        assertTrue(run().lifted());
        assertTrue(processes.kept().isEmpty());
    }

    @Test
    void rulesAreNotKept() throws Exception {
        compileMainThatCalls("""
                Jacobi.gradient(x -> Model.value(x, 1.1), Options.DEFAULT.withRules(
                        Rules.NONE.inactive(Callee.class)))""");
        String output = run().output();
        assertTrue(run().lifted());
        assertEquals(output, run().output());
        assertTrue(processes.kept().isEmpty());
    }
}
