package dev.jacobi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void allEvalsRunOnGeneratedInputs() throws IOException {
        Path csv = directory.resolve("all.csv");
        Path picture = directory.resolve("all.png");
        int exit = run(
                "bench",
                "--quick",
                "--seconds",
                "0",
                "--warm-up",
                "0",
                "--backend",
                "jvm,auto",
                "--csv",
                csv.toString(),
                "--picture",
                picture.toString());
        assertEquals(0, exit, () -> out + "" + err);
        List<String> lines = Files.readAllLines(csv);
        // hello has two functions, particle and saddle have four, the others a primal and a derivative
        assertEquals(1 + 2 * (2 + 4 + 4 + 9), lines.size(), () -> String.join("\n", lines));
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            assertTrue(Double.parseDouble(cells[7]) > 0, line);
            assertEquals("true", cells[16], line);
        }
        ByteBuffer png = ByteBuffer.wrap(Files.readAllBytes(picture));
        assertEquals(0x89504E470D0A1A0AL, png.getLong(0), "the signature of a PNG");
        assertEquals(1000, png.getInt(16), "its width");
    }

    @Test
    void baselinesOfTheFolderAreDividedBy() throws IOException {
        write("inputs/lse/two.json", "{\"x\":[0.0,0.0],\"n\":2}");
        write("expected/lse/two.primal.json", String.valueOf(Math.log(2)));
        write("expected/lse/two.gradient.json", "[0.5,0.5]");
        write(
                "baselines.csv",
                "eval,size,function,tool,status,min_s\nlse,two,gradient,enzyme,ok,1e9\nlse,two,primal,manual,ok,1e9\n");
        Path csv = directory.resolve("lse.csv");
        int exit = run(
                "bench",
                "--data",
                directory.toString(),
                "--eval",
                "lse",
                "--backend",
                "jvm",
                "--seconds",
                "0",
                "--warm-up",
                "0",
                "--csv",
                csv.toString());
        assertEquals(0, exit, () -> out + "" + err);
        String[] cells = Files.readAllLines(csv).get(1).split(",", -1);
        assertEquals(Double.parseDouble(cells[7]) * 1e-9, Double.parseDouble(cells[11]), 1e-20);
        assertEquals("enzyme", cells[12]);
        assertEquals(Double.parseDouble(cells[4]) * 1e-9, Double.parseDouble(cells[14]), 1e-20);
    }

    @Test
    void aWrongOutputIsAFinding() throws IOException {
        write("inputs/lse/two.json", "{\"x\":[0.0,0.0],\"n\":2}");
        write("expected/lse/two.gradient.json", "[0.5,0.25]");
        assertEquals(
                1,
                run(
                        "bench",
                        "--data",
                        directory.toString(),
                        "--eval",
                        "lse",
                        "--backend",
                        "jvm",
                        "--seconds",
                        "0",
                        "--warm-up",
                        "0"));
        assertTrue(out.toString().contains("WRONG"), out::toString);
    }

    @Test
    void unknownEvalsAndFoldersWithoutInputsAreMisuse() {
        assertEquals(2, run("bench", "--eval", "ray"));
        assertTrue(err.toString().startsWith("There is no eval ray; there are hello ba"), err::toString);
        assertEquals(2, run("bench", "--data", directory.toString()));
        assertTrue(err.toString().contains("There is no directory inputs in "), err::toString);
    }

    @Test
    void unknownKernelsAndDevicesAreMisuse() {
        assertEquals(2, run("bench", "--device", "first", "--kernel", "axpy"));
        assertTrue(err.toString().startsWith("There is no kernel axpy; there are saxpy dot"), err::toString);
        err.getBuffer().setLength(0);
        assertEquals(2, run("bench", "--device", "cuda:99"));
        assertTrue(err.toString().startsWith("cannot find the device cuda:99: "), err::toString);
    }

    @Test
    void theFirstGradientIsTimedInJvmsOfItsOwn() {
        assertEquals(0, run("bench", "--latency", "--forks", "1"), () -> out + "" + err);
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.get(2).matches("jvm, fresh JVM( +[1-9][0-9]*){4}"), out::toString);
        assertEquals(2, run("bench", "--latency", "--forks", "0"));
    }

    @Test
    void anOptionThatWouldBeIgnoredIsMisuse() {
        assertEquals(2, run("bench", "--latency", "--eval", "gmm"));
        assertTrue(err.toString().contains("--latency does not go with --eval."), err::toString);
        assertEquals(2, run("bench", "--stalls", "--quick"));
        assertTrue(err.toString().contains("--stalls does not go with --quick."), err::toString);
        assertEquals(2, run("bench", "--quick", "--forks", "2"));
        assertTrue(err.toString().contains("--forks goes with --latency alone."), err::toString);
        assertEquals(2, run("bench", "--device", "first", "--data", "x"));
        assertTrue(err.toString().contains("--device does not go with --data."), err::toString);
        assertEquals(2, run("bench", "--kernel", "saxpy"));
        assertTrue(err.toString().contains("--kernel goes with --device alone."), err::toString);
        assertEquals(2, run("bench", "--fast-math"));
        assertTrue(err.toString().contains("--fast-math goes with --device alone."), err::toString);
    }
}
