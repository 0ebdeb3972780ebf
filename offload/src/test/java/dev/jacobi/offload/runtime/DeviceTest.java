package dev.jacobi.offload.runtime;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import dev.jacobi.offload.runtime.OpenDevice.Parameter;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import dev.jacobi.offload.runtime.fork.TestedDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** What holds for every driver, on one device. */
@Tag(DeviceTests.TAG)
class DeviceTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(DeviceTest.class).run();
    }

    private static OpenDevice open() {
        return Runtimes.open(TestedDevice.description());
    }

    private static LoadedKernel saxpy(OpenDevice device) {
        return load(device, TestKernels.SAXPY, "saxpy", TestKernels.SAXPY_PARAMETERS);
    }

    private static LoadedKernel load(OpenDevice device, String text, String entry, List<Parameter> parameters) {
        return device.load(ImageOfText.image(text, device.description().target()), entry, parameters);
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

    @InFork
    static void copiesOfManyBlocksKeepEveryByte() {
        long[] sent =
                LongStream.range(0, 1_500_000).map(i -> i * 0x9E3779B97F4A7C15L).toArray();
        long[] back = new long[sent.length + 2];
        try (OpenDevice device = open();
                DeviceBuffer buffer = device.allocate(8L * sent.length + 3)) {
            device.copyIn(MemorySegment.ofArray(sent), buffer, 3);
            Arrays.fill(sent, 0, 3, -1);
            device.copyOut(buffer, 3, MemorySegment.ofArray(back).asSlice(8, 8L * sent.length));
        }
        assertEquals(0, back[0]);
        assertEquals(0, back[1]);
        assertEquals(0x9E3779B97F4A7C15L, back[2]);
        assertArrayEquals(Arrays.copyOfRange(sent, 3, sent.length), Arrays.copyOfRange(back, 4, back.length - 1));
        assertEquals(0, back[back.length - 1]);
    }

    @InFork
    static void memoryOutsideOfTheHeapIsCopiedToo() {
        try (OpenDevice device = open();
                DeviceBuffer buffer = device.allocate(40);
                Arena arena = Arena.ofConfined()) {
            device.copyIn(arena.allocateFrom(JAVA_INT, 1, 2, 3), buffer, 4);
            MemorySegment back = arena.allocate(JAVA_INT, 2);
            device.copyOut(buffer, 8, back);
            assertArrayEquals(new int[] {2, 3}, back.toArray(JAVA_INT));
        }
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
            device.copy(from, 0, from, 4, 4);
            device.copyOut(from, 0, MemorySegment.ofArray(back));
            assertArrayEquals(new byte[] {1, 2, 3, 4, 1, 2, 3, 4}, back);
        }
    }

    @InFork
    static void buffersWithoutAByteArePlacesAllTheSame() {
        try (OpenDevice device = open();
                LoadedKernel kernel = saxpy(device);
                DeviceBuffer nothing = device.allocate(0)) {
            assertEquals(0, nothing.bytes());
            device.copyIn(MemorySegment.ofArray(new double[0]), nothing, 0);
            device.launch(kernel, 1, nothing, nothing, 1.0, 0);
            device.launch(kernel, 0, nothing, nothing, 1.0, 0);
            device.copyOut(nothing, 0, MemorySegment.ofArray(new double[0]));
        }
    }

    @InFork
    static void commandsRunInTheirOrder() {
        try (OpenDevice device = open();
                LoadedKernel kernel = load(device, TestKernels.SLOW, "slow", TestKernels.SLOW_PARAMETERS);
                DeviceBuffer buffer = device.allocate(8 * 10)) {
            device.clear(buffer, 0, 80);
            for (int i = 0; i < 20; i++) {
                device.launch(kernel, 10, buffer, 100_000L, 2f, 10);
            }
            long[] before = new long[10];
            device.copyIn(MemorySegment.ofArray(new long[] {5}), buffer, 0);
            device.copyOut(buffer, 0, MemorySegment.ofArray(before));
            assertArrayEquals(new long[] {5, 4_000_000, 4_000_000}, Arrays.copyOf(before, 3));
            device.sync();
        }
    }

    @InFork
    static void copiesThatGoAheadAreThereForWhomeverUsesThem() throws Exception {
        int length = 300_000;
        double[] numbers = new double[length];
        try (OpenDevice device = open();
                LoadedKernel kernel = saxpy(device);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 1; round <= 10; round++) {
                Arrays.fill(numbers, round);
                try (DeviceBuffer shared = device.allocate(8L * length)) {
                    device.copyIn(MemorySegment.ofArray(numbers), shared, 0);
                    List<Future<double[]>> results = IntStream.range(0, 4)
                            .mapToObj(thread -> threads.submit(() -> {
                                double[] sums = new double[length];
                                try (DeviceBuffer own = device.allocate(8L * length)) {
                                    device.clear(own, 0, own.bytes());
                                    device.launch(kernel, length, shared, own, 1.0 + thread, length);
                                    device.copyOut(own, 0, MemorySegment.ofArray(sums));
                                }
                                return sums;
                            }))
                            .toList();
                    for (int thread = 0; thread < results.size(); thread++) {
                        double[] expected = new double[length];
                        Arrays.fill(expected, round * (1.0 + thread));
                        assertArrayEquals(expected, results.get(thread).get());
                    }
                }
            }
        }
    }

    @InFork
    static void memoryThatIsUsedAgainWaitsForWhatUsedItBefore() {
        int length = 10;
        try (OpenDevice device = open();
                LoadedKernel slow = load(device, TestKernels.SLOW, "slow", TestKernels.SLOW_PARAMETERS)) {
            for (int round = 0; round < 20; round++) {
                long[] first = new long[length];
                DeviceBuffer before = device.allocate(8L * length);
                try (DeviceBuffer result = device.allocate(8L * length)) {
                    device.clear(before, 0, before.bytes());
                    device.launch(slow, length, before, 300_000L, 2f, length);
                    device.copy(before, 0, result, 0, before.bytes());
                    before.close();
                    try (DeviceBuffer after = device.allocate(8L * length)) {
                        long[] others = new long[length];
                        Arrays.fill(others, round);
                        device.copyIn(MemorySegment.ofArray(others), after, 0);
                        device.copyOut(result, 0, MemorySegment.ofArray(first));
                        long[] back = new long[length];
                        device.copyOut(after, 0, MemorySegment.ofArray(back));
                        assertArrayEquals(others, back);
                    }
                }
                long[] expected = new long[length];
                Arrays.fill(expected, 600_000);
                assertArrayEquals(expected, first);
            }
        }
    }

    /** Many threads take, fill, use and close memory of few sizes, so that what one has closed another has next. */
    @InFork
    static void memoryThatIsUsedAgainByOthersIsEachOnesOwn() throws Exception {
        try (OpenDevice device = open();
                LoadedKernel kernel = saxpy(device);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                        Random random = new Random(thread);
                        for (int round = 0; round < 200; round++) {
                            int length = 20_000 + 500 * random.nextInt(3);
                            double[] numbers = random.doubles(length).toArray();
                            double[] sums = new double[length];
                            double factor = random.nextDouble();
                            try (DeviceBuffer x = device.allocate(8L * length);
                                    DeviceBuffer y = device.allocate(8L * length)) {
                                device.copyIn(MemorySegment.ofArray(numbers), x, 0);
                                device.copyIn(MemorySegment.ofArray(numbers), y, 0);
                                device.launch(kernel, length, x, y, factor, length);
                                if (random.nextInt(4) > 0) {
                                    device.copyOut(y, 0, MemorySegment.ofArray(sums));
                                    for (int i = 0; i < length; i++) {
                                        assertEquals(numbers[i] + factor * numbers[i], sums[i], 1e-15);
                                    }
                                }
                            }
                        }
                    }))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    @InFork
    static void misuseIsRefusedBeforeTheDriverSeesIt() {
        try (OpenDevice device = open();
                OpenDevice other = open();
                LoadedKernel kernel = saxpy(device);
                DeviceBuffer buffer = device.allocate(80);
                DeviceBuffer foreign = other.allocate(80)) {
            MemorySegment ten = MemorySegment.ofArray(new double[10]);
            assertMisuse("a buffer of -1 bytes", () -> device.allocate(-1));
            assertMisuse("an image without a byte", () -> device.load(new byte[0], "saxpy", List.of()));
            assertMisuse("a buffer that was not allocated by this device", () -> device.copyIn(ten, foreign, 0));
            assertMisuse("a buffer that was not allocated by this device", () -> device.copyOut(foreign, 0, ten));
            assertMisuse("a copy to memory that is read-only", () -> device.copyOut(buffer, 0, ten.asReadOnly()));
            assertMisuse(
                    "a copy of 40 bytes within one buffer from 0 to 8, which overlap",
                    () -> device.copy(buffer, 0, buffer, 8, 40));
            assertMisuse(
                    "a kernel that was not loaded by this device", () -> other.launch(kernel, 1, foreign, foreign));
            assertMisuse("-1 work items", () -> device.launch(kernel, -1, buffer, buffer, 1.0, 10));
            assertMisuse("2147483648 work items", () -> device.launch(kernel, 1L << 31, buffer, buffer, 1.0, 10));
            assertMisuse("kernel saxpy has 4 parameters, not 3", () -> device.launch(kernel, 1, buffer, buffer, 1.0));
            assertMisuse(
                    "argument 3 of kernel saxpy is to be of type INT, not Long",
                    () -> device.launch(kernel, 1, buffer, buffer, 1.0, 10L));
            assertMisuse(
                    "argument 0 of kernel saxpy is to be of type BUFFER, not null",
                    () -> device.launch(kernel, 1, null, buffer, 1.0, 10));
            assertMisuse(
                    "a buffer that was not allocated by this device",
                    () -> device.launch(kernel, 1, buffer, foreign, 1.0, 10));
            for (Executable outside : List.<Executable>of(
                    () -> device.copyIn(ten, buffer, 1),
                    () -> device.copyIn(ten, buffer, -1),
                    () -> device.copyOut(buffer, 8, ten),
                    () -> device.copy(buffer, 72, buffer, 0, 9),
                    () -> device.copy(buffer, 0, buffer, Long.MAX_VALUE, 8),
                    () -> device.clear(buffer, 0, 81),
                    () -> device.clear(buffer, 0, -1))) {
                assertThrows(IndexOutOfBoundsException.class, outside);
            }
        }
    }

    private static void assertMisuse(String text, Executable call) {
        assertEquals(text, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @InFork
    static void whatIsClosedIsRefused() {
        OpenDevice device = open();
        String id = device.description().id();
        LoadedKernel kernel = saxpy(device);
        DeviceBuffer buffer = device.allocate(80);
        DeviceBuffer kept = device.allocate(80);
        LoadedKernel keptKernel = saxpy(device);
        buffer.close();
        buffer.close();
        kernel.close();
        MemorySegment ten = MemorySegment.ofArray(new double[10]);
        assertClosed("the buffer of " + id + " is closed", () -> device.copyIn(ten, buffer, 0));
        assertClosed("the buffer of " + id + " is closed", () -> device.copy(kept, 0, buffer, 0, 8));
        assertClosed("the buffer of " + id + " is closed", () -> device.launch(keptKernel, 1, kept, buffer, 1.0, 10));
        assertClosed("the kernel saxpy of " + id + " is closed", () -> device.launch(kernel, 1, kept, kept, 1.0, 10));
        device.close();
        device.close();
        assertClosed("the device " + id + " is closed", device::sync);
        assertClosed("the device " + id + " is closed", () -> device.allocate(8));
        assertClosed("the device " + id + " is closed", () -> device.copyOut(kept, 0, ten));
        assertClosed("the device " + id + " is closed", () -> device.launch(keptKernel, 1, kept, kept, 1.0, 10));
        kept.close();
        keptKernel.close();
    }

    private static void assertClosed(String text, Executable call) {
        assertEquals(text, assertThrows(IllegalStateException.class, call).getMessage());
    }

    @InFork
    static void buffersThatAreTooLargeAreRefusedWithTheFigure() {
        try (OpenDevice device = open()) {
            long most = device.description().largestAllocationBytes();
            DeviceException refusal = assertThrows(DeviceException.class, () -> device.allocate(1L << 50));
            assertEquals(
                    device.description().id() + ": a buffer may have " + most + " bytes at most, not " + (1L << 50),
                    refusal.getMessage());
            assertEquals(DeviceException.Kind.OUT_OF_MEMORY, refusal.kind());
        }
    }

    @InFork
    static void sixteenThreadsShareADeviceAndAKernel() throws Exception {
        try (OpenDevice device = open();
                LoadedKernel kernel = saxpy(device);
                ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<?>> results = IntStream.range(0, 16)
                    .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                        for (int round = 0; round < 20; round++) {
                            addInRounds(device, kernel, 100 * thread + round);
                        }
                    }))
                    .toList();
            for (Future<?> result : results) {
                result.get();
            }
        }
    }

    private static void addInRounds(OpenDevice device, LoadedKernel kernel, double number) {
        double[] ones = new double[50 + (int) number % 7];
        Arrays.fill(ones, 1);
        double[] sums = new double[ones.length];
        try (DeviceBuffer x = device.allocate(8L * ones.length);
                DeviceBuffer y = device.allocate(8L * ones.length)) {
            device.copyIn(MemorySegment.ofArray(ones), x, 0);
            device.clear(y, 0, y.bytes());
            for (int i = 1; i <= 5; i++) {
                device.launch(kernel, ones.length, x, y, i * number, ones.length);
            }
            device.copyOut(y, 0, MemorySegment.ofArray(sums));
        }
        double[] expected = new double[ones.length];
        Arrays.fill(expected, 15 * number);
        assertArrayEquals(expected, sums);
    }

    @InFork
    static void deviceMayBeClosedWhileOthersUseIt() throws Exception {
        for (int round = 0; round < 10; round++) {
            OpenDevice device = open();
            LoadedKernel kernel = saxpy(device);
            CountDownLatch begun = new CountDownLatch(4);
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                List<Future<?>> results = IntStream.range(0, 4)
                        .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                            try {
                                for (int i = 0; ; i++) {
                                    addInRounds(device, kernel, i);
                                    begun.countDown();
                                }
                            } catch (IllegalStateException closed) {
                                return closed.getMessage();
                            }
                        }))
                        .toList();
                begun.await();
                device.close();
                for (Future<?> result : results) {
                    assertTrue(result.get().toString().endsWith("is closed"), () -> result.resultNow() + "");
                }
            }
        }
    }

    @InFork
    static void tenThousandLaunchesLeaveMemoryFlat() throws IOException {
        tenThousandLaunches();
        System.setProperty("jacobi.offload.keptMemory", "0");
        tenThousandLaunches();
    }

    private static void tenThousandLaunches() throws IOException {
        try (OpenDevice device = open();
                LoadedKernel kernel = saxpy(device)) {
            double[] numbers = new double[1000];
            long after2000 = 0;
            for (int i = 0; i < 10_000; i++) {
                if (i == 2000) {
                    after2000 = residentBytes();
                }
                try (DeviceBuffer buffer = device.allocate(8000)) {
                    device.copyIn(MemorySegment.ofArray(numbers), buffer, 0);
                    device.launch(kernel, 1000, buffer, buffer, 1.0, 1000);
                    if (i % 10 == 0) {
                        device.copyOut(buffer, 0, MemorySegment.ofArray(numbers));
                    }
                }
            }
            long grown = residentBytes() - after2000;
            // 8,000 buffers have 64 MB.
            assertTrue(grown < 32 << 20, () -> "grown by " + grown + " bytes");
        }
    }

    private static long residentBytes() throws IOException {
        Path status = Path.of("/proc/self/statm");
        Assumptions.assumeTrue(Files.exists(status), "this system does not tell the memory of processes");
        return 4096 * Long.parseLong(Files.readString(status).split(" ", -1)[1]);
    }
}
