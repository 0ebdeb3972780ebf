package dev.jacobi.offload.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.ImageOfText;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import dev.jacobi.offload.runtime.TestKernels;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that translate the same code at the same time, and keep it in the same folder. */
class SharedCacheTest {
    private static final int KERNELS = 4;

    @TestFactory
    Stream<DynamicTest> inTwoProcesses(@TempDir Path cache) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Stream<DynamicTest>>> processes = Stream.of(1, 2)
                    .map(process -> threads.submit(() -> ForkedTests.of(SharedCacheTest.class)
                            .option("-Djacobi.cache=" + cache)
                            .run()))
                    .toList();
            Stream<DynamicTest> folder = Stream.of(DynamicTest.dynamicTest("eachKernelIsKeptOnce", () -> {
                Path bitcode = cache.resolve("bitcode");
                // not there, where the driver needs no translation or there is none
                List<String> files = files(bitcode);
                assertEquals(Files.isDirectory(bitcode) ? KERNELS : 0, files.size(), files::toString);
            }));
            return Stream.concat(
                    Stream.concat(processes.get(0).get(), processes.get(1).get()), folder);
        }
    }

    private static List<String> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @InFork
    static void kernelsAreRight() {
        try (OpenDevice device = OpenClDevices.open(0)) {
            for (int kernel = 0; kernel < KERNELS; kernel++) {
                String text = TestKernels.SAXPY.replace(
                        "%sum = fadd double %product, %vy", "%sum = fadd double %product, " + kernel + ".0");
                byte[] code = ImageOfText.image(text, DeviceDescription.SPIRV);
                double[] numbers = {1, 2};
                try (LoadedKernel loaded = device.load(code, "saxpy", TestKernels.SAXPY_PARAMETERS);
                        DeviceBuffer x = device.allocate(16);
                        DeviceBuffer y = device.allocate(16)) {
                    device.copyIn(MemorySegment.ofArray(numbers), x, 0);
                    device.launch(loaded, 2, x, y, 10.0, 2);
                    device.copyOut(y, 0, MemorySegment.ofArray(numbers));
                }
                assertArrayEquals(new double[] {10 + kernel, 20 + kernel}, numbers);
            }
        }
    }
}
