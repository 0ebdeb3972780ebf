package dev.jacobi.offload.runtime.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import dev.jacobi.offload.runtime.OpenDevice.Parameter;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The same calls by HIP's names. */
class HipTest {
    @TestFactory
    Stream<DynamicTest> onTheStandIn(@TempDir Path folder) throws IOException, InterruptedException {
        return ForkedTests.of(HipTest.class)
                .option("-D" + Dialect.HIP.property() + "=" + StandIn.build(folder, Dialect.HIP))
                .run();
    }

    private static final GpuRuntime RUNTIME = new GpuRuntime(Dialect.HIP);

    @InFork
    static void architectureIsTheTarget() {
        assertEquals("", RUNTIME.absence());
        DeviceDescription device = RUNTIME.devices().getFirst();
        assertEquals("hip:0", device.id());
        assertEquals("gfx90a", device.target());
        assertEquals("HIP 6.4", device.driver());
        assertEquals(4, device.computeUnits());
    }

    @InFork
    static void dataGoesThereAndBackAndKernelsStart() {
        StandIn driver = StandIn.loaded(Dialect.HIP);
        try (OpenDevice device = RUNTIME.open(RUNTIME.devices().getFirst())) {
            byte[] image = ".entry kernel(.param .u64 a, .param .u32 b)".getBytes(StandardCharsets.UTF_8);
            try (LoadedKernel kernel = device.load(image, "kernel", List.of(Parameter.BUFFER, Parameter.INT));
                    DeviceBuffer buffer = device.allocate(24)) {
                device.copyIn(MemorySegment.ofArray(new double[] {1, 2, 3}), buffer, 0);
                device.launch(kernel, 3, buffer, 3);
                double[] back = new double[2];
                device.copyOut(buffer, 8, MemorySegment.ofArray(back));
                assertEquals(3, back[1]);
            }
            List<String> calls = driver.calls();
            assertEquals(
                    List.of("launch kernel 1x1x1 of 32x1x1", "  argument of 8 bytes", "  argument 3"),
                    calls.subList(calls.indexOf("launch kernel 1x1x1 of 32x1x1"), calls.size())
                            .subList(0, 3));
            DeviceException refusal = assertThrows(DeviceException.class, () -> device.load(image, "other", List.of()));
            assertEquals(
                    "hip:0 (Stand-in 0): hipModuleGetFunction gives ERROR_NOT_FOUND (500) for other",
                    refusal.getMessage());
        }
        assertEquals(0, driver.live());
    }
}
