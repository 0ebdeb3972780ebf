package dev.jacobi.cli.bench.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.examples.parallel.LinearAlgebra;
import dev.jacobi.examples.parallel.Repeated;
import dev.jacobi.examples.parallel.WellKnownKernel;
import dev.jacobi.offload.Devices;
import dev.jacobi.offload.Offload;
import dev.jacobi.offload.OffloadedMethod;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceBenchTest {
    private static void needsDevice() {
        Assumptions.assumeFalse(Devices.all().isEmpty(), "there is no device");
    }

    private static DeviceRun quickRun() {
        return new DeviceRun(Devices.first(), null, true, false, 0, 0, 30);
    }

    private static DeviceCase saxpy() {
        return DeviceCase.all().stream()
                .filter(each -> each.label().equals("saxpy"))
                .findFirst()
                .orElseThrow();
    }

    /** A case whose calls on a device are others. */
    private static DeviceCase onDevice(
            DeviceCase of, Supplier<OffloadedMethod> onDevice, Supplier<OffloadedMethod> repeated) {
        return new DeviceCase(
                "changed",
                of.bound(),
                of.bits(),
                of.arguments(),
                of.sequential(),
                of.parallel(),
                onDevice,
                repeated,
                of.repeatedOnJvm());
    }

    @Test
    void kernelsAndGradientsAreTimedInAllWaysAndAreRight(@TempDir Path directory) throws IOException {
        needsDevice();
        Path csv = directory.resolve("device.csv");
        Path picture = directory.resolve("device.png");
        StringWriter out = new StringWriter();
        assertTrue(
                DeviceBench.of("first", List.of("saxpy", "dot", "gradient-of-perceptron"), true, false, 0, 0, 30)
                        .write(new PrintWriter(out, true), csv, picture),
                out::toString);
        List<String> lines = Files.readAllLines(csv);
        assertEquals(1 + 6 + 3, lines.size(), out::toString);
        List<String> head = List.of(lines.getFirst().split(",", -1));
        for (String line : lines.subList(1, 7)) {
            assertTrue(Double.parseDouble(line.split(",", -1)[head.indexOf("resident_min_s")]) > 0, line);
        }
        for (String line : lines.subList(7, 10)) {
            String[] cells = line.split(",", -1);
            for (String column : List.of("sequential", "parallel", "end_to_end", "resident")) {
                double least = Double.parseDouble(cells[head.indexOf(column + "_min_s")]);
                assertTrue(least > 0 && least <= Double.parseDouble(cells[head.indexOf(column + "_median_s")]), line);
            }
            assertEquals("true", cells[head.indexOf("right")], line);
            double all = Double.parseDouble(cells[head.indexOf("parallel_min_s")]);
            double there = Double.parseDouble(cells[head.indexOf("end_to_end_min_s")]);
            assertEquals(all / there, Double.parseDouble(cells[head.indexOf("cores_to_device")]), 1e-9 * all / there);
        }
        assertEquals(
                0x89504E470D0A1A0AL,
                ByteBuffer.wrap(Files.readAllBytes(picture)).getLong(0),
                "a PNG");
    }

    @Test
    void fastFunctionsAreRightWithinWhatRoundingMayDo() throws IOException {
        needsDevice();
        StringWriter out = new StringWriter();
        List<String> names = List.of("black-scholes", "dft", "gradient-of-mixture");
        assertTrue(
                DeviceBench.of("first", names, true, true, 0, 0, 30).write(new PrintWriter(out, true), null, null),
                out::toString);
        assertTrue(out.toString().contains("functions of Math on it are its fast ones"), out::toString);
    }

    @Test
    void aKernelThatIsWrongOnTheDeviceIsAFinding() {
        needsDevice();
        DeviceCase right = saxpy();
        // The same number of launches, of something else.
        DeviceCase wrong = onDevice(right, () -> Offload.of(DeviceBenchTest.class, "twice"), right.repeated());
        DeviceMeasurement measured = quickRun().measure(wrong);
        assertFalse(measured.right());
        assertEquals("device gives WRONG results", measured.remark());
        assertTrue(measured.error() > 0.1);
    }

    static void twice(float a, float[] x, float[] y) {
        LinearAlgebra.saxpy(a, x, y);
        LinearAlgebra.saxpy(a, x, y);
    }

    @Test
    void aRepetitionThatLeavesOutARunIsAFinding() {
        needsDevice();
        DeviceCase right = saxpy();
        DeviceCase wrong = onDevice(right, right.onDevice(), () -> Offload.of(DeviceBenchTest.class, "oneLess"));
        DeviceMeasurement measured = quickRun().measure(wrong);
        assertFalse(measured.right());
        assertEquals("resident gives WRONG results", measured.remark());
    }

    static void oneLess(int times, long[] clock, int[] mark, float a, float[] x, float[] y) {
        Repeated.saxpy(times - 1, clock, mark, a, x, y);
    }

    @Test
    void aCaseThatIsRefusedIsAFindingWithItsReasonAndTheJvmIsTimed() {
        needsDevice();
        DeviceCase right = saxpy();
        DeviceCase refused = onDevice(right, () -> Offload.of(LinearAlgebra.class, "none"), right.repeated());
        DeviceMeasurement measured = quickRun().measure(refused);
        assertFalse(measured.right());
        assertTrue(measured.remark().startsWith("device failed: "), measured.remark());
        assertTrue(
                measured.times().containsKey(Way.PARALLEL) && !measured.times().containsKey(Way.END_TO_END));
    }

    @Test
    void eachKernelIsMeasuredOnceAndItsMethodsAreThere() {
        List<String> labels = DeviceCase.all().stream().map(DeviceCase::label).toList();
        assertEquals(labels.stream().distinct().toList(), labels);
        assertEquals(
                Stream.concat(
                                Arrays.stream(WellKnownKernel.values()).map(WellKnownKernel::label),
                                Stream.of("gradient-of-mixture", "gradient-of-perceptron"))
                        .toList(),
                labels);
    }

    @Test
    void allKernelsButGradientsAreWrittenInCudaByHandToo() {
        assertEquals(
                Arrays.stream(WellKnownKernel.values())
                        .map(WellKnownKernel::label)
                        .sorted()
                        .toList(),
                HandWrittenCuda.labels());
    }

    @Test
    void nvccTakesTheKernelsWrittenByHand() throws IOException {
        Path nvcc = HandWrittenCuda.nvcc().orElse(null);
        Assumptions.assumeTrue(nvcc != null, "there is no nvcc on the PATH");
        String image = new String(HandWrittenCuda.compile(nvcc, "sm_90"), StandardCharsets.ISO_8859_1);
        for (String entry : HandWrittenCuda.entries()) {
            assertTrue(image.contains(".text." + entry), entry);
        }
    }

    @Test
    void theBitsOfTheJvmsWaysAreTheSameForAllKernels() {
        for (WellKnownKernel kernel : WellKnownKernel.values()) {
            int size = kernel == WellKnownKernel.FFT ? 6 : 70;
            Object[] plain = kernel.arguments(size);
            Object[] parallel = kernel.arguments(size);
            Outcome expected =
                    new Outcome(DeviceCase.call(kernel.inPlainOrder()).call(plain), plain);
            Outcome actual = new Outcome(DeviceCase.call(kernel.method()).call(parallel), parallel);
            assertTrue(Outcome.isRight(actual.error(expected), kernel.bits()), kernel::label);
        }
    }
}
