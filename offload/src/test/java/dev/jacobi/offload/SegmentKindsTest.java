package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.examples.parallel.PlainOrder;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.InFork;
import dev.jacobi.offload.shapes.SegmentLoops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Loops over memory segments of all kinds: on a device they do what they do in plain order, to the last bit and the last exception, or are refused. */
@Tag(DeviceTests.TAG)
class SegmentKindsTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return SegmentCalls.onADevice(SegmentKindsTest.class);
    }

    /** What a segment of some bytes is. */
    enum Kind {
        NATIVE,
        SLICE,
        MISALIGNED,
        MAPPED,
        OF_BYTES,
        OF_FLOATS,
        OF_DOUBLES,
        PART_OF_DOUBLES,
        READ_ONLY,
        READ_ONLY_OF_INTS,
        CONFINED,
        ANOTHER_THREADS,
        CLOSED,
        EMPTY,
        SHORT,
        NULL;

        @Nullable
        MemorySegment make(int bytes) {
            return switch (this) {
                case NATIVE -> Arena.ofAuto().allocate(bytes, 8);
                case SLICE -> Arena.ofAuto().allocate(bytes + 24, 8).asSlice(16, bytes);
                case MISALIGNED -> Arena.ofAuto().allocate(bytes + 8, 8).asSlice(1, bytes);
                case MAPPED -> mapped(bytes);
                case OF_BYTES -> MemorySegment.ofArray(new byte[bytes]);
                case OF_FLOATS -> MemorySegment.ofArray(new float[bytes / 4]);
                case OF_DOUBLES -> MemorySegment.ofArray(new double[bytes / 8]);
                case PART_OF_DOUBLES ->
                    MemorySegment.ofArray(new double[bytes / 8 + 2]).asSlice(8, bytes);
                case READ_ONLY -> Arena.ofAuto().allocate(bytes, 8);
                case READ_ONLY_OF_INTS -> MemorySegment.ofArray(new int[bytes / 4]);
                case CONFINED -> Arena.ofConfined().allocate(bytes, 8);
                case ANOTHER_THREADS -> anotherThreads(bytes);
                case CLOSED -> closed();
                case EMPTY -> Arena.ofAuto().allocate(bytes, 8).asSlice(8, 0);
                case SHORT -> Arena.ofAuto().allocate(bytes, 8).asSlice(0, 23);
                case NULL -> null;
            };
        }

        boolean isReadOnly() {
            return this == READ_ONLY || this == READ_ONLY_OF_INTS;
        }
    }

    private static MemorySegment anotherThreads(int bytes) {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            return thread.submit(() -> Arena.ofConfined().allocate(bytes, 8)).get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment mapped(int bytes) {
        try {
            Path file = Files.createTempFile("segment", "");
            Files.write(file, new byte[bytes + 8]);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return channel.map(FileChannel.MapMode.READ_WRITE, 8, bytes, Arena.ofAuto());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a call has given or thrown, and what memory holds afterwards. */
    private record Outcome(
            @Nullable Object result, @Nullable Throwable thrown, List<byte[]> memory) {
        boolean isSame(Outcome other) {
            return Objects.equals(result, other.result)
                    && what().equals(other.what())
                    && Arrays.deepEquals(memory.toArray(), other.memory.toArray());
        }

        /** The JVM says more of a null than code that it has not from a file. */
        private String what() {
            return thrown == null
                    ? ""
                    : thrown instanceof NullPointerException ? thrown.getClass().getName() : thrown.toString();
        }

        String text() {
            return "gave " + result + ", threw " + what();
        }

        /** The first byte that is another. */
        String place(Outcome other) {
            for (int index = 0; index < memory.size(); index++) {
                int place = Arrays.mismatch(memory.get(index), other.memory.get(index));
                if (place >= 0) {
                    return "byte " + place + " of segment " + index;
                }
            }
            return "all memory is the same";
        }
    }

    private static List<byte[]> contents(List<@Nullable MemorySegment> memory) {
        return memory.stream()
                .map(segment -> segment == null ? new byte[0] : segment.toArray(ValueLayout.JAVA_BYTE))
                .toList();
    }

    private static void restore(List<@Nullable MemorySegment> memory, List<byte[]> contents) {
        for (int index = 0; index < contents.size(); index++) {
            MemorySegment segment = memory.get(index);
            if (segment != null) {
                MemorySegment.copy(
                        contents.get(index), 0, segment, ValueLayout.JAVA_BYTE, 0, contents.get(index).length);
            }
        }
    }

    private interface Running {
        @Nullable
        Object run() throws Throwable;
    }

    /** @param memory what is compared */
    private static Outcome outcome(Running call, List<@Nullable MemorySegment> memory) {
        try {
            return new Outcome(call.run(), null, contents(memory));
        } catch (JacobiException e) {
            throw e;
        } catch (InvocationTargetException e) {
            return new Outcome(null, e.getCause(), contents(memory));
        } catch (Throwable e) {
            return new Outcome(null, e, contents(memory));
        }
    }

    /**
     * Compares what a method does in plain order with what it does on devices, with the same segments.
     *
     * @param memory where all of them lie, restored between the two
     */
    private static @Nullable String difference(
            Method plain,
            OffloadedMethod offloaded,
            List<@Nullable MemorySegment> memory,
            @Nullable Object... arguments) {
        List<byte[]> before = contents(memory);
        Outcome expected = outcome(() -> plain.invoke(null, arguments), memory);
        restore(memory, before);
        Outcome actual = outcome(() -> offloaded.run(Agreement.devices(), arguments), memory);
        return expected.isSame(actual)
                ? null
                : "in plain order it " + expected.text() + ", but on the device " + actual.text() + "; "
                        + expected.place(actual);
    }

    private static final int BYTES = 248;

    @InFork
    static void loopsDoWhatTheyDoInPlainOrder() {
        loopsDoWhatTheyDoInPlainOrder(EnumSet.allOf(Kind.class));
    }

    /** @param kinds of one of the segments, where the other is native, and of both */
    static void loopsDoWhatTheyDoInPlainOrder(Set<Kind> kinds) {
        Class<?> plain = PlainOrder.of(SegmentLoops.class);
        List<String> wrong = new ArrayList<>();
        Arrays.stream(SegmentLoops.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers()))
                .sorted(Comparator.comparing(Method::getName))
                .forEach(method -> {
                    OffloadedMethod offloaded = Agreement.offloaded(method);
                    Method reference = Agreement.method(plain, method.getName());
                    boolean isFar = method.getName().startsWith("far");
                    for (Kind kind : kinds) {
                        for (int rounds : isFar ? IntStream.range(0, 20).toArray() : new int[] {0, 1, 6, 31}) {
                            for (List<Kind> both : new LinkedHashSet<>(List.of(
                                    List.of(kind, Kind.NATIVE), List.of(Kind.NATIVE, kind), List.of(kind, kind)))) {
                                String difference = difference(reference, offloaded, both.get(0), both.get(1), rounds);
                                if (difference != null) {
                                    wrong.add(method.getName() + ", " + both + ", " + rounds + ": " + difference);
                                }
                            }
                        }
                    }
                });
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }

    private static @Nullable String difference(
            Method plain, OffloadedMethod offloaded, Kind first, Kind second, int rounds) {
        List<@Nullable MemorySegment> memory = new ArrayList<>();
        List<@Nullable MemorySegment> given = new ArrayList<>();
        Random random = new Random(rounds);
        for (Kind kind : List.of(first, second)) {
            MemorySegment segment = kind.make(BYTES);
            boolean isSeen = segment != null && segment.isAccessibleBy(Thread.currentThread()) && kind != Kind.CLOSED;
            if (isSeen) {
                byte[] bytes = new byte[(int) segment.byteSize()];
                random.nextBytes(bytes);
                segment.copyFrom(MemorySegment.ofArray(bytes));
            }
            memory.add(isSeen ? segment : null);
            given.add(kind.isReadOnly() ? segment.asReadOnly() : segment);
        }
        return difference(plain, offloaded, memory, given.get(0), given.get(1), rounds);
    }

    private static MemorySegment closed() {
        try (Arena arena = Arena.ofConfined()) {
            return arena.allocate(BYTES, 8);
        }
    }
}
