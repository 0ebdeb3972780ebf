package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.RowsUse;
import dev.jacobi.offload.extract.Span;
import dev.jacobi.offload.extract.Use;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one device does of a launch: some of the rounds, or of the parts. Brings the arrays, starts the rounds, and sees whether one has failed. One thread's at a time. */
final class Share implements AutoCloseable {
    /** More rounds are done in several launches: a kernel counts in ints. */
    private static final int MOST_ROUNDS = 1 << 30;

    /** No round has failed. */
    private static final int FINE = -1;

    private final Session session;
    private final OnDevice here;
    private final OpenDevice device;
    private final LoadedKernel code;
    private final Call call;
    private final List<@Nullable Use> uses;
    private final boolean mayFail;
    private final Set<Object> scattered;
    private final RoundSpace.Plan plan;
    private final RoundSpace space;
    /** By array: what was right on the device before, and a copy of it where the host has not the same. */
    private final Map<ResidentArray, Before> before = new HashMap<>();

    /** By array: memory for that copy. */
    private final Map<ResidentArray, DeviceBuffer> forCopies = new HashMap<>();

    /** For what the parts that are done next give. */
    private List<DeviceBuffer> forResults = List.of();

    /** Of each chunk of rounds: by the number of the array, the sums of its parts, and how many these are. */
    private final List<Map<Integer, DeviceBuffer>> sums = new ArrayList<>();

    private final List<Integer> partsOfSums = new ArrayList<>();

    private int items;
    private double rounds;
    private boolean begun;
    private boolean failed;
    private boolean ranOut;

    private record Before(DeviceCopy.State state, @Nullable DeviceBuffer copy) {}

    /**
     * @param call with the rounds of this share; where they are in parts, with all
     * @param scattered arrays of which it is found out by comparing what was written, which need to be here as a whole
     */
    Share(
            Session session,
            OnDevice here,
            LoadedKernel code,
            Call call,
            RoundSpace.Plan plan,
            boolean mayFail,
            Set<Object> scattered) {
        this.session = session;
        this.here = here;
        this.device = here.device();
        this.code = code;
        this.call = call;
        this.uses = call.kernel().uses();
        this.plan = plan;
        this.space = plan.on(here);
        this.mayFail = mayFail;
        this.scattered = scattered;
    }

    /** The number of the device. */
    int device() {
        return here.number();
    }

    Call call() {
        return call;
    }

    /** The rows of an array of arrays here. */
    ResidentRows rows(Object array) {
        return here.rows(array);
    }

    /** How many rounds were done last. */
    double rounds() {
        return rounds;
    }

    /** Whether it has done any. */
    boolean hasBegun() {
        return begun;
    }

    boolean hasFailed() {
        return failed;
    }

    /** Whether a round has failed since it had not memory enough. */
    boolean hasRunOut() {
        return ranOut;
    }

    void await() {
        device.sync();
    }

    /**
     * Takes the memory that rounds need for their arrays: before any share does anything, so that none has written when another cannot.
     *
     * @param count of the rounds, or parts, that are to be done next
     */
    void takeMemory(long count) {
        if (count > 0) {
            items = space.take((int) Math.min(count, MOST_ROUNDS));
        }
    }

    /** The bytes that {@link #takeCopies} takes. */
    long bytesOfCopies() {
        return written().stream().mapToLong(array -> array.host().bytes()).sum();
    }

    /** Takes memory for copies of what rounds may write that is newer here than on the host, if one may fail; each share before any does anything. */
    void takeCopies() {
        List<ResidentArray> arrays = written();
        List<DeviceBuffer> buffers = WorkMemory.allocate(
                device, arrays.stream().map(array -> array.host().bytes()).toList());
        for (int index = 0; index < buffers.size(); index++) {
            forCopies.put(arrays.get(index), buffers.get(index));
        }
    }

    private List<ResidentArray> written() {
        Set<ResidentArray> arrays = new LinkedHashSet<>();
        for (int index = 0; index < uses.size() && mayFail; index++) {
            if (uses.get(index) instanceof ArrayUse use && use.isWritten() && !use.accumulates()) {
                ResidentArray array = session.resident(call.given(index));
                if (!array.on(device()).newer().isEmpty()) {
                    arrays.add(array);
                }
            }
        }
        return List.copyOf(arrays);
    }

    /** The bytes that {@link #takeSums} takes. */
    long bytesOfSums(int parts, List<Object> results) {
        return Stream.concat(bytesOfResults(results), bytesOfAccumulated(parts).values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    private static Stream<Long> bytesOfResults(List<Object> results) {
        return results.stream().map(result -> HostArray.of(result).bytes());
    }

    private Map<Integer, Long> bytesOfAccumulated(int parts) {
        Map<Integer, Long> bytes = new LinkedHashMap<>();
        for (int index = 0; index < uses.size(); index++) {
            Use use = uses.get(index);
            if (use != null && use.accumulates()) {
                bytes.put(index, session.resident(call.given(index)).host().bytes() * parts);
            }
        }
        return bytes;
    }

    /** Takes memory for what the parts that are done next give, and for their sums of arrays; each share before any does anything. */
    void takeSums(int parts, List<Object> results) {
        Map<Integer, Long> accumulated = bytesOfAccumulated(parts);
        List<DeviceBuffer> buffers = WorkMemory.allocate(
                device,
                Stream.concat(bytesOfResults(results), accumulated.values().stream())
                        .toList());
        forResults = buffers.subList(0, results.size());
        Map<Integer, DeviceBuffer> ofArrays = new HashMap<>();
        sums.add(ofArrays);
        int next = results.size();
        for (int index : accumulated.keySet()) {
            ofArrays.put(index, buffers.get(next++));
        }
    }

    /** Does its rounds, for which memory has been taken. */
    void run() {
        begin();
        for (long first = call.from(); first < call.to() && !failed; first += items) {
            int end = (int) Math.min(first + items, call.to());
            List<Object> operands = outside();
            operands.addAll(space.operands((int) first));
            start(code, operands, (int) first, (int) (end - first));
            look();
        }
        rounds = call.rounds();
    }

    /**
     * Does some of the parts of rounds, for which memory has been taken, also for what they give.
     *
     * @param first of the parts, of which there are {@code parts}
     * @param results get what these parts give, each in its place
     */
    void runParts(int from, int to, int parts, int first, int end, List<Object> results) {
        rounds = ((double) to - from) * (end - first) / parts;
        partsOfSums.add(first < end ? parts : 0);
        if (first == end) {
            return;
        }
        begin();
        List<Object> operands = outside();
        operands.add(from);
        operands.add(to);
        operands.add(parts);
        for (DeviceBuffer result : forResults) {
            operands.add(result);
            operands.add(parts);
        }
        for (int index = 0; index < uses.size(); index++) {
            Use use = uses.get(index);
            if (use != null && use.accumulates()) {
                DeviceBuffer ofArray = Objects.requireNonNull(sums.getLast().get(index));
                device.clear(ofArray, 0, ofArray.bytes());
                operands.add(ofArray);
                operands.add(session.resident(call.given(index)).length() * parts);
            }
        }
        for (int part = first; part < end && !failed; part += items) {
            List<Object> own = new ArrayList<>(operands);
            own.addAll(space.operands(part));
            start(code, own, part, Math.min(items, end - part));
            look();
        }
        for (int index = 0; index < results.size() && !failed; index++) {
            session.traffic().out(HostArray.of(results.get(index)).copyOut(device, forResults.get(index), first, end));
        }
        forResults.forEach(DeviceBuffer::close);
    }

    /** How many times sums of arrays were made. */
    int chunksOfSums() {
        return sums.size();
    }

    /** Adds to each element of an array what the parts that were done here have for it, in their order. Those of others are zeros here, which change nothing. */
    void addUp(ResidentArray array, int index, int chunk) {
        int parts = partsOfSums.get(chunk);
        DeviceBuffer ofArray = sums.get(chunk).get(index);
        if (parts == 0 || ofArray == null) {
            return;
        }
        array.bringHomeFor(device(), 0, array.length(), session.traffic());
        DeviceCopy copy = array.on(device());
        array.bring(device(), 0, array.length(), session.traffic());
        copy.beginWrite(0, array.length());
        List<Object> operands = new ArrayList<>();
        operands.add(copy.buffer());
        operands.add(array.length());
        operands.add(ofArray);
        operands.add(array.length() * parts);
        operands.add(parts);
        start(PartSums.of(array.component()).on(device, false), operands, 0, array.length());
        array.endWrite(device(), 0, array.length(), session.traffic());
    }

    /** The first time, brings what the rounds read, and what they may leave as it is of an array that comes home, and remembers what they may write. */
    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        // One array may be given twice: what is read must have come before another use is said to write all of it.
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) instanceof ArrayUse use) {
                ResidentArray array = session.resident(call.given(index));
                Span.Range needed = needed(use, array);
                array.bring(device(), (int) needed.from(), (int) needed.to(), session.traffic());
            }
        }
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) instanceof ArrayUse use && use.isWritten() && !use.accumulates()) {
                ResidentArray array = session.resident(call.given(index));
                if (mayFail) {
                    before.computeIfAbsent(array, this::remember);
                }
            }
        }
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) instanceof ArrayUse use && use.isWritten() && !use.accumulates()) {
                ResidentArray array = session.resident(call.given(index));
                for (Span.Range range : written(use, array)) {
                    array.on(device()).beginWrite((int) range.from(), (int) range.to());
                }
            }
        }
        if (mayFail) {
            device.copyIn(MemorySegment.ofArray(new int[] {FINE}), here.status(), 0);
        }
    }

    /** The elements of an array that the rounds need. */
    Span.Range needed(ArrayUse use, ResidentArray array) {
        int length = array.length();
        List<Span.Range> reads = call.ranges(use.reads(), length);
        if (reads == null || call.ranges(use.writes(), length) == null || isScattered(array)) {
            return new Span.Range(0, length);
        }
        // What lies between ranges would come along anyway, and one copy is cheaper than several.
        return reads.stream().reduce(Span.Range::hull).orElse(new Span.Range(0, 0));
    }

    private boolean isScattered(ResidentArray array) {
        return scattered.contains(array.host().array());
    }

    private List<Span.Range> written(ArrayUse use, ResidentArray array) {
        List<Span.Range> ranges = isScattered(array) ? null : call.ranges(use.writes(), array.length());
        return ranges == null ? List.of(new Span.Range(0, array.length())) : ranges;
    }

    /** Notes that the rounds have written an array, and that no other share has written it but elsewhere. */
    void endWrite(ArrayUse use, ResidentArray array) {
        for (Span.Range range : written(use, array)) {
            array.endWrite(device(), (int) range.from(), (int) range.to(), session.traffic());
        }
    }

    private Before remember(ResidentArray array) {
        DeviceCopy own = array.on(device());
        if (own.newer().isEmpty()) {
            return new Before(own.state(), null);
        }
        DeviceBuffer buffer = own.buffer();
        DeviceBuffer copy = Objects.requireNonNull(forCopies.get(array));
        device.copy(buffer, 0, copy, 0, buffer.bytes());
        return new Before(own.state(), copy);
    }

    /** Puts the arrays that were written here back to what they were. */
    void restore() {
        before.forEach((array, was) -> {
            DeviceCopy own = array.on(device());
            if (was.copy() == null) {
                own.lose(0, array.length());
            } else {
                device.copy(was.copy(), 0, own.buffer(), 0, own.buffer().bytes());
                own.restore(was.state());
            }
        });
    }

    /** Looks whether a round has failed, if one may have. */
    private void look() {
        if (mayFail) {
            int[] word = new int[1];
            device.copyOut(here.status(), 0, MemorySegment.ofArray(word));
            failed = word[0] != FINE;
            ranOut = failed && space.hasRunOut();
        }
    }

    private void start(LoadedKernel kernelCode, List<Object> operands, int first, int count) {
        operands.add(first);
        operands.add(count);
        operands.add(here.status());
        device.launch(kernelCode, count, operands.toArray());
        session.traffic().launch();
    }

    /** What the loop uses from outside. */
    private List<Object> outside() {
        List<Object> operands = new ArrayList<>();
        for (int index = 0; index < uses.size(); index++) {
            Object argument = call.given(index);
            if (uses.get(index) == null) {
                operands.add(argument);
            } else if (uses.get(index) instanceof RowsUse) {
                operands.addAll(here.rows(argument).operands());
            } else {
                ResidentArray array = session.resident(argument);
                operands.add(array.on(device()).buffer());
                operands.add(array.length());
            }
        }
        operands.addAll(plan.operands());
        return operands;
    }

    /** Frees what is not needed any more. */
    @Override
    public void close() {
        forCopies.values().forEach(DeviceBuffer::close);
        forResults.forEach(DeviceBuffer::close);
        sums.forEach(buffers -> buffers.values().forEach(DeviceBuffer::close));
    }
}
