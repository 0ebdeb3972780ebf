package dev.jacobi.offload.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** On devices which PoCL makes of one processor. */
class DevicesOfOneProcessorTest {
    @TestFactory
    Stream<DynamicTest> onThreeDevices() throws IOException, InterruptedException {
        return ForkedTests.of(DevicesOfOneProcessorTest.class)
                .environment("POCL_DEVICES", "pthread pthread pthread")
                .run();
    }

    @InFork
    static void eachHasMemoryAndCodeOfItsOwn() {
        byte[] code = ImageOfText.image(TestKernels.SAXPY, DeviceDescription.SPIRV);
        try (OpenDevice second = OpenClDevices.open(1)) {
            assertEquals("opencl:1", second.description().id());
            try (OpenDevice first = OpenClDevices.open(0);
                    DeviceBuffer ofSecond = second.allocate(8)) {
                assertEquals("opencl:0", first.description().id());
                assertArrayEquals(new double[] {3, 5}, run(first, code, 2));
                assertArrayEquals(new double[] {4, 7}, run(second, code, 3));
                assertThrows(IllegalArgumentException.class, () -> first.clear(ofSecond, 0, 8));
            }
            assertArrayEquals(new double[] {5, 9}, run(second, code, 4));
        }
    }

    /** PoCL before 7.0 takes kernels of the same code in flight on different devices for one another, and aborts. */
    @InFork
    static void theSameCodeRunsOnAllAtOnceWithDifferentNumbersOfItems() throws Exception {
        byte[] code = ImageOfText.image(TestKernels.SAXPY, DeviceDescription.SPIRV);
        int count = 3;
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<?>> all = new ArrayList<>();
            for (int index = 0; index < count; index++) {
                OpenDevice device = OpenClDevices.open(index);
                all.add(threads.submit(() -> {
                    try (device) {
                        launchMoreAndMore(device, code);
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    private static void launchMoreAndMore(OpenDevice device, byte[] code) {
        Random random = new Random(device.description().index());
        long most = 100_000;
        try (LoadedKernel kernel = device.load(code, "saxpy", TestKernels.SAXPY_PARAMETERS);
                DeviceBuffer x = device.allocate(most * Double.BYTES);
                DeviceBuffer y = device.allocate(most * Double.BYTES)) {
            device.clear(x, 0, x.bytes());
            device.clear(y, 0, y.bytes());
            for (long items = 1; items < most; items += random.nextInt(200)) {
                device.launch(kernel, items, x, y, 1.0, (int) most);
                device.sync();
            }
        }
    }

    private static double[] run(OpenDevice device, byte[] code, double factor) {
        try (LoadedKernel kernel = device.load(code, "saxpy", TestKernels.SAXPY_PARAMETERS);
                DeviceBuffer x = device.allocate(16);
                DeviceBuffer y = device.allocate(16)) {
            double[] result = {1, 1};
            device.copyIn(MemorySegment.ofArray(new double[] {1, 2}), x, 0);
            device.copyIn(MemorySegment.ofArray(result), y, 0);
            device.launch(kernel, 2, x, y, factor, 2);
            device.copyOut(y, 0, MemorySegment.ofArray(result));
            return result;
        }
    }
}
