package dev.jacobi.llvm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.ir.Function;
import dev.jacobi.lift.Methods;
import dev.jacobi.runtime.AtomicSums;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of a kernel with most of what there is: each is made, and read by those who will run it as far as they are installed. */
class DeviceImagesTest {
    private static final int AMD = 224;

    @TempDir
    private Path folder;

    static void kernel(double[] x, float[] f, long[] n, int[] counts, boolean[] flags, double[] out, int i) {
        double[] own = new double[4];
        for (int j = 0; j < own.length; j++) {
            own[j] = StrictMath.pow(x[i], j) + Math.sin(x[i]) % 3.0;
        }
        float g = f[i] / 3f + (float) Math.sqrt(f[i]) % 2f;
        long bits = Long.reverse(n[i]) ^ Long.bitCount(n[i]) + n[i] / (i + 1);
        AtomicSums.increase(counts, i & 3, (int) g);
        flags[i] = Double.isNaN(x[i]) || Math.abs(x[i]) == Double.POSITIVE_INFINITY;
        out[i] = Math.min(own[i & 3], g) + Math.round(x[i]) + Math.hypot((double) bits, (int) x[i]) + Math.ulp(g);
    }

    static void sums(long[] sums, long[] summands, int i) {
        AtomicSums.increase(sums, (int) summands[i] & 7, summands[i]);
    }

    static void functions(double[] x, float[] f, double[] y, float[] g, int i) {
        y[i] = Math.exp(x[i]) + Math.log(x[i]) + Math.sin(x[i]) + Math.tanh(x[i]) + Math.pow(x[i], y[i]);
        g[i] = (float) Math.log1p(f[i]) + (float) Math.cos(f[i]) + (float) Math.pow(f[i], g[i]);
    }

    private static DeviceImage image(String target) {
        return image("kernel", target, false);
    }

    private static DeviceImage image(String method, String target, boolean hasFastMath) {
        Function function = Methods.find(DeviceImagesTest.class, method).lift();
        return DeviceCompiler.compile(function, DeviceTarget.parse(target), hasFastMath);
    }

    /** Runs a program of the PATH; the test is skipped if there is none. */
    private void accepts(DeviceImage image, String name, List<String> arguments)
            throws IOException, InterruptedException {
        String path = System.getenv("PATH");
        Path program = Stream.of(path == null ? new String[0] : path.split(File.pathSeparator))
                .map(place -> Path.of(place).resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> Assumptions.abort(name + " is not on the PATH"));
        Path file = Files.write(folder.resolve("image"), image.bytes());
        Path said = folder.resolve("said");
        List<String> command = Stream.of(Stream.of(program.toString()), arguments.stream(), Stream.of(file.toString()))
                .flatMap(part -> part)
                .toList();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), name);
        assertEquals(0, process.exitValue(), () -> {
            try {
                return Files.readString(said);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void spirvIsValidForOpenCl() throws IOException, InterruptedException {
        DeviceImage image = image("spirv64");
        int[] words = new int[2];
        ByteBuffer.wrap(image.bytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(words);
        assertEquals(0x0723_0203, words[0]);
        assertEquals(0x0001_0200, words[1], "version 1.2");
        accepts(image, "spirv-val", List.of("--target-env", "opencl2.2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_80", "sm_90"})
    void ptxIsAssembled(String target) throws IOException, InterruptedException {
        DeviceImage image = image(target);
        String text = new String(image.bytes(), StandardCharsets.UTF_8);
        assertTrue(text.contains(".visible .entry " + image.entry() + "("), text);
        accepts(image, "ptxas", List.of("-arch=" + target, "-o", "cubin"));
    }

    @Test
    void fastMathIsCodeForAllTargets() throws IOException, InterruptedException {
        accepts(image("functions", "spirv64", true), "spirv-val", List.of("--target-env", "opencl2.2"));
        DeviceImage ptx = image("functions", "sm_80", true);
        assertTrue(new String(ptx.bytes(), StandardCharsets.UTF_8).contains("fma.rn.f32"));
        accepts(ptx, "ptxas", List.of("-arch=sm_80", "-o", "cubin"));
        assertTrue(image("functions", "gfx90a", true).bytes().length > 0);
    }

    @Test
    void sumsOfLongsAreAtomic() throws IOException, InterruptedException {
        DeviceImage image = image("sums", "sm_80", false);
        String text = new String(image.bytes(), StandardCharsets.UTF_8);
        assertTrue(text.contains("add.u64"), text);
        assertTrue(text.contains("atom.") || text.contains("red."), text);
        accepts(image, "ptxas", List.of("-arch=sm_80", "-o", "cubin"));
        assertTrue(image("sums", "gfx90a", false).bytes().length > 0);
        // Valid SPIR-V only for devices with cl_khr_int64_base_atomics.
        assertTrue(image("sums", "spirv64", false).bytes().length > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gfx90a", "gfx942", "gfx1100"})
    void amdgcnIsASharedObjectWithTheKernel(String target) {
        DeviceImage image = image(target);
        ByteBuffer elf = ByteBuffer.wrap(image.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0x464C_457F, elf.getInt(0));
        assertEquals(3, elf.getShort(16), "a shared object");
        assertEquals(AMD, elf.getShort(18));
        String names = new String(image.bytes(), StandardCharsets.ISO_8859_1);
        assertTrue(names.contains(image.entry() + ".kd"));
        assertTrue(names.contains(".kernarg_segment_size"));
    }
}
