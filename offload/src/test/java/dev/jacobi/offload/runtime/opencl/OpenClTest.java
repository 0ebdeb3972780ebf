package dev.jacobi.offload.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import dev.jacobi.offload.runtime.SpirvOfText;
import dev.jacobi.offload.runtime.TestKernels;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** On whatever OpenCL there is; of this machine's processor by PoCL. */
class OpenClTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(OpenClTest.class).run();
    }

    private static OpenDevice open() {
        return OpenClDevices.open(0);
    }

    private static LoadedKernel saxpy(OpenDevice device) {
        return device.load(SpirvOfText.spirv(TestKernels.SAXPY), "saxpy", TestKernels.SAXPY_PARAMETERS);
    }

    @InFork
    static void kernelComputesTheBitsOfJava() {
        double[] x = new double[10_001];
        double[] y = new double[x.length];
        Arrays.setAll(x, i -> Math.sin(i) * 1e3);
        Arrays.setAll(y, i -> Math.cos(i) / 3);
        double[] expected = new double[x.length];
        Arrays.setAll(expected, i -> 2.5 * x[i] + y[i]);
        try (OpenDevice device = open();
                LoadedKernel kernel = saxpy(device);
                DeviceBuffer onDeviceX = device.allocate(8L * x.length);
                DeviceBuffer onDeviceY = device.allocate(8L * y.length)) {
            device.copyIn(MemorySegment.ofArray(x), onDeviceX, 0);
            device.copyIn(MemorySegment.ofArray(y), onDeviceY, 0);
            device.launch(kernel, x.length, onDeviceX, onDeviceY, 2.5, x.length);
            device.copyOut(onDeviceY, 0, MemorySegment.ofArray(y));
        }
        assertArrayEquals(expected, y, 0);
    }
}
