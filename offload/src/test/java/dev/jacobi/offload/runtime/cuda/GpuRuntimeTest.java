package dev.jacobi.offload.runtime.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The calls to CUDA and their order, on a stand-in that copies memory and runs no kernels. */
class GpuRuntimeTest {
    private static final String PTX = """
            .version 7.8
            .target sm_70
            .address_size 64
            .visible .entry saxpy(
            	.param .u64 .ptr .global .align 1 saxpy_param_0,
            	.param .f64 saxpy_param_1,
            	.param .u32 saxpy_param_2
            ) { ret; }
            """;
    private static final List<Parameter> PARAMETERS = List.of(Parameter.BUFFER, Parameter.DOUBLE, Parameter.INT);

    @TestFactory
    Stream<DynamicTest> onTheStandIn(@TempDir Path folder) throws IOException, InterruptedException {
        return ForkedTests.of(GpuRuntimeTest.class)
                .option("-D" + Dialect.CUDA.property() + "=" + StandIn.build(folder, Dialect.CUDA))
                .run();
    }

    private static final GpuRuntime RUNTIME = new GpuRuntime(Dialect.CUDA);

    private static OpenDevice open() {
        return RUNTIME.open(RUNTIME.devices().getFirst());
    }

    private static StandIn driver() {
        return StandIn.loaded(Dialect.CUDA);
    }

    private static byte[] image(String ptx) {
        return ptx.getBytes(StandardCharsets.UTF_8);
    }

    @InFork
    static void devicesAreDescribed() {
        assertEquals(
                new DeviceDescription(
                        "cuda",
                        0,
                        DeviceDescription.Kind.GPU,
                        "Stand-in 0",
                        "CUDA 12.8",
                        "sm_90",
                        "PTX",
                        "",
                        64 << 20,
                        64 << 20,
                        4,
                        true),
                RUNTIME.devices().getFirst());
        assertEquals("", RUNTIME.absence());
    }

    @InFork
    static void deviceThatIsTooOldIsOpenedButTakesNoCode() {
        DeviceDescription old = RUNTIME.devices().get(1);
        assertEquals("it is sm_61, and code is made for sm_70 and later", old.missing());
        try (OpenDevice device = RUNTIME.open(old)) {
            DeviceException refusal =
                    assertThrows(DeviceException.class, () -> device.load(image(PTX), "saxpy", PARAMETERS));
            assertEquals("cuda:1: it is sm_61, and code is made for sm_70 and later", refusal.getMessage());
            assertEquals(DeviceException.Kind.MISSING, refusal.kind());
        }
    }

    @InFork
    static void deviceThatCannotBeAskedIsThereButOfNoUse() {
        driver().fail("name", 1);
        GpuRuntime other = new GpuRuntime(Dialect.CUDA);
        assertEquals(2, other.devices().size());
        assertEquals(
                "cuda:0: cuDeviceGetName gives ERROR_INVALID_VALUE (1)",
                other.devices().getFirst().missing());
        assertEquals("Stand-in 1", other.devices().get(1).name());
    }

    @InFork
    static void aLaunchIsAsFewCallsAsCanBe() {
        try (OpenDevice device = open();
                LoadedKernel kernel = device.load(image(PTX), "saxpy", PARAMETERS);
                DeviceBuffer buffer = device.allocate(8000)) {
            driver().calls();
            double[] numbers = IntStream.range(0, 1000).asDoubleStream().toArray();
            device.copyIn(MemorySegment.ofArray(numbers), buffer, 0);
            device.launch(kernel, 1000, buffer, 2.5, 1000);
            double[] back = new double[1000];
            device.copyOut(buffer, 0, MemorySegment.ofArray(back));
            assertArrayEquals(numbers, back);
            assertEquals("""
                    allocate pinned 2097152 1
                    create event 2
                    write 8000 ahead
                    record event ahead
                    record event ahead
                    stream 1 waits for event 0
                    launch saxpy 32x1x1 of 32x1x1
                      argument of 8 bytes
                      argument of 8 bytes
                      argument 1000
                    allocate pinned 2097152 1
                    create event 2
                    read 8000
                    record event
                    synchronize event""", String.join("\n", driver().calls()));
        }
        assertEquals(0, driver().live());
    }

    @InFork
    static void copiesToUnusedBuffersGoAheadAndAreWaitedForOnce() {
        try (OpenDevice device = open();
                LoadedKernel kernel = device.load(image(PTX), "saxpy", PARAMETERS);
                DeviceBuffer first = device.allocate(8);
                DeviceBuffer second = device.allocate(8)) {
            MemorySegment one = MemorySegment.ofArray(new double[1]);
            device.copyIn(one, first, 0);
            device.copyIn(one, second, 0);
            driver().calls();
            device.launch(kernel, 1, second, 2.5, 1);
            device.launch(kernel, 1, first, 2.5, 1);
            device.copyIn(one, second, 0);
            assertEquals(
                    List.of(
                            "record event ahead",
                            "stream 1 waits for event 0",
                            "launch saxpy 1x1x1 of 32x1x1",
                            "launch saxpy 1x1x1 of 32x1x1",
                            "write 8",
                            "record event"),
                    driver().calls().stream()
                            .filter(call -> !call.startsWith("  ")
                                    && !call.startsWith("allocate")
                                    && !call.startsWith("create"))
                            .toList());
        }
    }

    @InFork
    static void manyItemsRunInLargeGroups() {
        try (OpenDevice device = open();
                LoadedKernel kernel = device.load(image(PTX), "saxpy", PARAMETERS);
                DeviceBuffer buffer = device.allocate(8)) {
            driver().calls();
            device.launch(kernel, 100_001, buffer, 2.5, 7);
            assertEquals("launch saxpy 391x1x1 of 256x1x1", driver().calls().getFirst());
            device.launch(kernel, 0, buffer, 2.5, 7);
            assertEquals(List.of(), driver().calls());
        }
    }

    @InFork
    static void longCopiesGoInBlocksThatOverlap() {
        try (OpenDevice device = open();
                DeviceBuffer buffer = device.allocate(16 << 20)) {
            driver().calls();
            long[] numbers = IntStream.range(0, 2 << 20).asLongStream().toArray();
            device.copyIn(MemorySegment.ofArray(numbers), buffer, 0);
            long[] back = new long[numbers.length];
            device.copyOut(buffer, 0, MemorySegment.ofArray(back));
            assertArrayEquals(numbers, back);
            List<String> calls = driver().calls();
            assertEquals(8, calls.stream().filter("write 2097152 ahead"::equals).count(), calls::toString);
            int firstWait = calls.lastIndexOf("create event 2") + 1;
            assertEquals(
                    List.of("read 2097152", "record event", "read 2097152", "record event", "synchronize event"),
                    calls.subList(firstWait, firstWait + 5));
        }
        assertEquals(0, driver().live());
    }

    @InFork
    static void copiesAndZerosWithinTheDevice() {
        try (OpenDevice device = open();
                DeviceBuffer from = device.allocate(8);
                DeviceBuffer to = device.allocate(8)) {
            device.copyIn(MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), from, 0);
            device.clear(to, 0, 8);
            device.copy(from, 2, to, 1, 3);
            device.clear(to, 2, 1);
            byte[] back = new byte[8];
            device.copyOut(to, 0, MemorySegment.ofArray(back));
            assertArrayEquals(new byte[] {0, 3, 0, 5, 0, 0, 0, 0}, back);
        }
    }

    @InFork
    static void codeThatTheDriverRefusesComesWithItsLog() {
        try (OpenDevice device = open()) {
            DeviceException refusal = assertThrows(
                    DeviceException.class,
                    () -> device.load(image(PTX.replace("ret;", "bogus;")), "saxpy", PARAMETERS));
            assertEquals("""
                    cuda:0 (Stand-in 0): cuModuleLoadDataEx gives ERROR_INVALID_PTX (218); the driver's log:
                    ptxas application ptx input, line 5; error: Not a name of any known instruction: 'bogus'""", refusal.getMessage());
            assertEquals(DeviceException.Kind.BUILD, refusal.kind());
            device.load(image(PTX), "saxpy", PARAMETERS).close();
        }
        assertEquals(0, driver().live());
    }

    @InFork
    static void kernelsAreCheckedWhenLoaded() {
        try (OpenDevice device = open()) {
            assertRefused(
                    "cuda:0 (Stand-in 0): cuModuleGetFunction gives ERROR_NOT_FOUND (500) for daxpy",
                    () -> device.load(image(PTX), "daxpy", PARAMETERS));
            assertRefused(
                    "cuda:0 (Stand-in 0): kernel saxpy has 3 parameters, not 2",
                    () -> device.load(image(PTX), "saxpy", PARAMETERS.subList(0, 2)));
            assertRefused(
                    "cuda:0 (Stand-in 0): parameter 2 of kernel saxpy has 4 bytes and is no LONG",
                    () -> device.load(
                            image(PTX), "saxpy", List.of(Parameter.BUFFER, Parameter.DOUBLE, Parameter.LONG)));
        }
        assertEquals(0, driver().live());
    }

    private static void assertRefused(String text, Runnable call) {
        DeviceException refusal = assertThrows(DeviceException.class, call::run);
        assertEquals(text, refusal.getMessage());
        assertEquals(DeviceException.Kind.REFUSED, refusal.kind());
    }

    @InFork
    static void memoryThatIsUsedUpIsSaidAndClosedBuffersMakeRoom() {
        try (OpenDevice device = open()) {
            DeviceBuffer large = device.allocate(40 << 20);
            DeviceException refusal = assertThrows(DeviceException.class, () -> device.allocate(40 << 20));
            assertEquals("cuda:0 (Stand-in 0): cuMemAlloc_v2 gives ERROR_OUT_OF_MEMORY (2)", refusal.getMessage());
            assertEquals(DeviceException.Kind.OUT_OF_MEMORY, refusal.kind());
            large.close();
            device.allocate(40 << 20).close();
            DeviceException tooLarge = assertThrows(DeviceException.class, () -> device.allocate(65 << 20));
            assertEquals("cuda:0: a buffer may have 67108864 bytes at most, not 68157440", tooLarge.getMessage());
        }
        assertEquals(0, driver().live());
    }

    @InFork
    static void buffersThatNobodyClosesGoWithTheGarbage() {
        try (OpenDevice device = open()) {
            for (int i = 0; i < 200; i++) {
                assertEquals(1 << 20, device.allocate(1 << 20).bytes());
            }
        }
        assertEquals(0, driver().live());
    }

    @InFork
    static void deviceThatIsLostIsSaidUntilItIsOpenedAgain() {
        try (OpenDevice device = open()) {
            DeviceBuffer buffer = device.allocate(8);
            driver().fail("synchronize", 719);
            DeviceException loss = assertThrows(DeviceException.class, device::sync);
            String text = "cuda:0 (Stand-in 0): cuStreamSynchronize gives ERROR_LAUNCH_FAILED (719), "
                    + "unspecified launch failure";
            assertEquals(text, loss.getMessage());
            assertTrue(loss.lost());
            assertEquals(
                    text,
                    assertThrows(DeviceException.class, () -> device.clear(buffer, 0, 8))
                            .getMessage());
            assertEquals(
                    text,
                    assertThrows(DeviceException.class, () -> device.allocate(8))
                            .getMessage());
            buffer.close();
        }
        assertEquals(0, driver().live());
        try (OpenDevice device = open();
                DeviceBuffer buffer = device.allocate(8)) {
            device.clear(buffer, 0, 8);
            device.sync();
        }
        assertEquals(0, driver().live());
    }

    @InFork
    static void failingCallLeavesTheDeviceUsable() {
        try (OpenDevice device = open();
                DeviceBuffer buffer = device.allocate(8)) {
            driver().fail("write", 1);
            assertRefused(
                    "cuda:0 (Stand-in 0): cuMemcpyHtoDAsync_v2 gives ERROR_INVALID_VALUE (1)",
                    () -> device.copyIn(MemorySegment.ofArray(new double[1]), buffer, 0));
            device.copyIn(MemorySegment.ofArray(new double[] {3}), buffer, 0);
            double[] back = new double[1];
            device.copyOut(buffer, 0, MemorySegment.ofArray(back));
            assertEquals(3, back[0]);
        }
        assertEquals(0, driver().live());
    }

    @InFork
    static void everyThreadHasTheContext() throws Exception {
        try (OpenDevice device = open();
                ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<Boolean>> results = IntStream.range(0, 16)
                    .mapToObj(thread -> threads.submit(() -> {
                        boolean same = true;
                        for (int i = 0; i < 100; i++) {
                            try (DeviceBuffer buffer = device.allocate(8 * 100)) {
                                double[] sent = IntStream.range(0, 100)
                                        .mapToDouble(k -> thread * 1e6 + k)
                                        .toArray();
                                device.copyIn(MemorySegment.ofArray(sent), buffer, 0);
                                double[] back = new double[100];
                                device.copyOut(buffer, 0, MemorySegment.ofArray(back));
                                same &= Arrays.equals(sent, back);
                            }
                        }
                        return same;
                    }))
                    .toList();
            for (Future<Boolean> result : results) {
                assertTrue(result.get());
            }
        }
        assertEquals(0, driver().live());
    }

    @InFork
    static void thousandsOfBuffersAndLaunchesLeaveNothing() {
        try (OpenDevice device = open();
                LoadedKernel kernel = device.load(image(PTX), "saxpy", PARAMETERS)) {
            long most = 0;
            for (int i = 0; i < 10_000; i++) {
                try (DeviceBuffer buffer = device.allocate(1 << 10)) {
                    device.launch(kernel, 1, buffer, 2.5, i);
                }
                most = Math.max(most, driver().live());
            }
            assertTrue(most < 300, "up to " + most + " at once");
        }
        assertEquals(0, driver().live());
    }
}
