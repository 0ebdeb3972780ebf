package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.RowsUse;
import dev.jacobi.offload.extract.Span;
import dev.jacobi.offload.extract.Use;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One launch of a loop: brings the arrays to the device, starts the rounds, and sees whether one has failed. */
final class Launch {
    /** More rounds are done in several launches: a kernel counts in ints. */
    private static final int MOST_ROUNDS = 1 << 30;
    /** So many parts of a loop that keeps something keep a device busy; so many rounds each part has at least. */
    private static final int MOST_PARTS = 1 << 16;

    private static final int FEWEST_ROUNDS = 16;
    /** Parts with sums of their own for each element of an array are fewer, and all sums together not more than these. */
    private static final int MOST_PARTS_OF_ARRAYS = 1 << 12;

    private static final long MOST_SUMS = 1 << 25;

    /** No round has failed. */
    private static final int FINE = -1;

    /** A round has failed; the arrays are as before the launch. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        private Failed() {
            super(null, null, false, false);
        }
    }

    /** A round has not had memory enough; the arrays are as before the launch. */
    static final class RanOut extends Exception {
        private static final long serialVersionUID = 1;

        private RanOut() {
            super(null, null, false, false);
        }
    }

    private final Session session;
    private final OpenDevice device;
    private final RoundSpace space;
    private final Kernel kernel;
    private final LoadedKernel code;
    private final Call call;
    private final List<@Nullable Use> uses;
    private final boolean mayFail;
    /** By array: what was on the device before, and a copy of it where the host has not the same. */
    private final Map<ResidentArray, Before> before = new HashMap<>();

    private record Before(
            ResidentArray.State state, @Nullable DeviceBuffer copy) {}

    Launch(Session session, Kernel kernel, LoadedKernel code, Call call, RoundSpace space) {
        this.session = session;
        this.device = session.device();
        this.kernel = kernel;
        this.code = code;
        this.call = call;
        this.uses = kernel.uses();
        this.space = space;
        this.mayFail = space.mayFail() || mayFail(kernel, call);
    }

    /**
     * Does all rounds.
     *
     * @param kept becomes what is kept after them
     */
    void run(Object[] kept) throws Failed, RanOut {
        try {
            int items = (int) Math.min(call.rounds(), MOST_ROUNDS);
            items = space.take(kernel.isInParts() ? parts(items) : items);
            // One array may be given twice: what is read must have come before another use is said to write all of it.
            forEachArray(this::bring);
            bringRows();
            forEachArray(this::write);
            if (mayFail) {
                device.copyIn(MemorySegment.ofArray(new int[] {FINE}), session.status(), 0);
            }
            Object[] partly = kept.clone();
            int most = kernel.isInParts() ? MOST_ROUNDS : items;
            for (long first = call.from(); first < call.to(); first += most) {
                int end = (int) Math.min(first + most, call.to());
                if (kernel.isInParts()) {
                    inParts((int) first, end, items, partly);
                } else {
                    List<Object> operands = outside();
                    operands.addAll(space.operands((int) first));
                    start(code, operands, (int) first, (int) (end - first));
                    fail();
                }
            }
            forEachRows(this::bringHome);
            System.arraycopy(partly, 0, kept, 0, kept.length);
        } finally {
            before.values().forEach(each -> {
                if (each.copy() != null) {
                    each.copy().close();
                }
            });
        }
    }

    /** Looks whether a round has failed, if one may have. */
    private void fail() throws Failed, RanOut {
        if (mayFail) {
            int[] word = new int[1];
            device.copyOut(session.status(), 0, MemorySegment.ofArray(word));
            if (word[0] != FINE) {
                restore();
                if (space.hasRunOut()) {
                    throw new RanOut();
                }
                throw new Failed();
            }
        }
    }

    private void forEachArray(BiConsumer<ResidentArray, ArrayUse> what) {
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) instanceof ArrayUse use) {
                what.accept(session.resident(call.given(index)), use);
            }
        }
    }

    private void forEachRows(BiConsumer<ResidentRows, RowsUse> what) {
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) instanceof RowsUse use) {
                what.accept(session.rows(call.given(index)), use);
            }
        }
    }

    /** Brings arrays of arrays. Those that are written count for nothing until they have come home. */
    private void bringRows() {
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) instanceof RowsUse use) {
                session.bringRows((Object[]) call.given(index), use.isTouched());
            }
        }
        forEachRows((rows, use) -> {
            if (use.isWritten()) {
                rows.drop();
            }
        });
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) instanceof ArrayUse use && use.isWritten()) {
                session.writesFlat(call.given(index));
            }
        }
    }

    private void bringHome(ResidentRows rows, RowsUse use) {
        if (!use.isWritten()) {
            return;
        }
        List<Span.Range> written = ranges(use.writtenRows(), rows.rowCount());
        Span.Range range = written == null
                ? new Span.Range(0, rows.rowCount())
                : written.stream().reduce(Span.Range::hull).orElseThrow();
        session.bringHome(rows, (int) range.from(), (int) range.to());
    }

    /** Brings what the rounds read, and what they may leave as it is of an array that comes home. */
    private void bring(ResidentArray array, ArrayUse use) {
        List<Span.Range> reads = ranges(use.reads(), array.length());
        if (reads == null || ranges(use.writes(), array.length()) == null) {
            array.toDevice();
        } else {
            // What lies between ranges would come along anyway, and one copy is cheaper than several.
            reads.stream()
                    .reduce(Span.Range::hull)
                    .ifPresent(range -> array.toDevice((int) range.from(), (int) range.to()));
        }
    }

    private void write(ResidentArray array, ArrayUse use) {
        List<Span.Range> writes = ranges(use.writes(), array.length());
        if (mayFail && use.isWritten()) {
            before.computeIfAbsent(array, this::remember);
        }
        if (writes == null) {
            array.writesAny();
        } else {
            writes.forEach(range -> array.writesAll((int) range.from(), (int) range.to()));
        }
    }

    /** The elements of an array that lie in the spans, or null for any: where they leave the array, ints may wrap around and come back. */
    private @Nullable List<Span.Range> ranges(@Nullable List<Span> spans, int length) {
        if (spans == null) {
            return null;
        }
        List<Span.Range> ranges = spans.stream().map(call::range).toList();
        return ranges.stream().allMatch(range -> range.isWithin(length)) ? ranges : null;
    }

    /** Whether a round may throw with these arguments. */
    private static boolean mayFail(Kernel kernel, Call call) {
        return kernel.failures().others()
                || !kernel.failures().bounds().stream()
                        .allMatch(
                                bound -> call.range(bound.span()).isWithin(Array.getLength(call.given(bound.array()))));
    }

    private Before remember(ResidentArray array) {
        if (!array.isDirty()) {
            return new Before(array.state(), null);
        }
        long bytes = array.buffer().bytes();
        DeviceBuffer copy = device.allocate(bytes);
        device.copy(array.buffer(), 0, copy, 0, bytes);
        return new Before(array.state(), copy);
    }

    /** Puts the arrays that were written back to what they were. */
    private void restore() {
        before.forEach((array, was) -> {
            if (was.copy() == null) {
                array.drop();
            } else {
                device.copy(was.copy(), 0, array.buffer(), 0, array.buffer().bytes());
                array.restore(was.state());
            }
        });
    }

    private List<ResidentArray> accumulated() {
        List<ResidentArray> accumulated = new ArrayList<>();
        for (int index = 0; index < uses.size(); index++) {
            Use use = uses.get(index);
            if (use != null && use.accumulates()) {
                accumulated.add(session.resident(call.given(index)));
            }
        }
        return accumulated;
    }

    /** Into how many parts so many rounds are cut. */
    private int parts(int rounds) {
        long longest = 1;
        List<ResidentArray> accumulated = accumulated();
        for (ResidentArray array : accumulated) {
            longest = Math.max(longest, array.length());
        }
        int most = Math.clamp(MOST_SUMS / longest, 1, accumulated.isEmpty() ? MOST_PARTS : MOST_PARTS_OF_ARRAYS);
        return Math.clamp(rounds / FEWEST_ROUNDS, 1, most);
    }

    /** @param items how many parts may run at a time; how many there are, which decides on the bits of sums, does not depend on it */
    private void inParts(int from, int to, int items, Object[] kept) throws Failed, RanOut {
        List<ResidentArray> accumulated = accumulated();
        int parts = parts(to - from);
        List<Object> results = call.results(parts);
        List<Object> operands = outside();
        operands.add(from);
        operands.add(to);
        operands.add(parts);
        List<DeviceBuffer> buffers = new ArrayList<>();
        try {
            for (Object result : results) {
                DeviceBuffer buffer = device.allocate(HostArray.of(result).bytes());
                buffers.add(buffer);
                operands.add(buffer);
                operands.add(parts);
            }
            for (ResidentArray array : accumulated) {
                DeviceBuffer sums = device.allocate(array.buffer().bytes() * parts);
                buffers.add(sums);
                device.clear(sums, 0, sums.bytes());
                operands.add(sums);
                operands.add(array.length() * parts);
            }
            for (int first = 0; first < parts; first += items) {
                List<Object> own = new ArrayList<>(operands);
                own.addAll(space.operands(first));
                start(code, own, first, Math.min(items, parts - first));
                fail();
            }
            for (int index = 0; index < results.size(); index++) {
                session.traffic().out(HostArray.of(results.get(index)).copyOut(device, buffers.get(index), 0, parts));
            }
            for (int index = 0; index < accumulated.size(); index++) {
                addUp(accumulated.get(index), buffers.get(results.size() + index), parts);
            }
        } finally {
            buffers.forEach(DeviceBuffer::close);
        }
        call.combine(kept, results);
    }

    /** Adds to each element of an array what the parts have for it, in their order. */
    private void addUp(ResidentArray array, DeviceBuffer sums, int parts) {
        array.toDevice();
        array.writesAny();
        List<Object> operands = new ArrayList<>();
        operands.add(array.buffer());
        operands.add(array.length());
        operands.add(sums);
        operands.add(array.length() * parts);
        operands.add(parts);
        start(PartSums.of(array.component()).on(device), operands, 0, array.length());
    }

    private void start(LoadedKernel kernelCode, List<Object> operands, int first, int count) {
        operands.add(first);
        operands.add(count);
        operands.add(session.status());
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
                operands.addAll(session.rows(argument).operands());
            } else {
                ResidentArray array = session.resident(argument);
                operands.add(array.buffer());
                operands.add(array.length());
            }
        }
        operands.addAll(space.lengths());
        return operands;
    }
}
