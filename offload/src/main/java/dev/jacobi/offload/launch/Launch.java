package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One launch of a loop: brings the arrays to the device, starts the rounds, and sees whether one has failed. */
final class Launch {
    /** More rounds are done in several launches: a kernel counts in ints. */
    private static final int MOST_ROUNDS = 1 << 30;
    /** So many parts of a loop that keeps something keep a device busy; so many rounds each part has at least. */
    private static final int MOST_PARTS = 1 << 16;

    private static final int FEWEST_ROUNDS = 16;

    /** No round has failed. */
    private static final int FINE = -1;

    /** A round has failed; the arrays are as before the launch. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        private Failed() {
            super(null, null, false, false);
        }
    }

    private final Session session;
    private final OpenDevice device;
    private final Kernel kernel;
    private final LoadedKernel code;
    private final Call call;
    private final List<@Nullable ArrayUse> uses;
    /** By array: what was on the device before, and a copy of it where the host has not the same. */
    private final Map<ResidentArray, Before> before = new HashMap<>();

    private record Before(ResidentArray.State state, @Nullable DeviceBuffer copy) {}

    Launch(Session session, Kernel kernel, LoadedKernel code, Call call) {
        this.session = session;
        this.device = session.device();
        this.kernel = kernel;
        this.code = code;
        this.call = call;
        this.uses = kernel.uses();
    }

    /**
     * Does all rounds.
     *
     * @param kept becomes what is kept after them
     */
    void run(Object[] kept) throws Failed {
        try {
            for (int index = 0; index < uses.size(); index++) {
                ArrayUse use = uses.get(index);
                if (use != null) {
                    prepare(session.resident(call.given(index)), use);
                }
            }
            if (kernel.mayFail()) {
                device.copyIn(MemorySegment.ofArray(new int[] {FINE}), session.status(), 0);
            }
            Object[] partly = kept.clone();
            for (long first = call.from(); first < call.to(); first += MOST_ROUNDS) {
                int end = (int) Math.min(first + MOST_ROUNDS, call.to());
                if (kernel.reductions().isEmpty()) {
                    List<Object> operands = outside();
                    start(operands, (int) first, (int) (end - first));
                } else {
                    reduce((int) first, end, partly);
                }
            }
            if (kernel.mayFail() && failed()) {
                restore();
                throw new Failed();
            }
            System.arraycopy(partly, 0, kept, 0, kept.length);
        } finally {
            before.values().forEach(each -> {
                if (each.copy() != null) {
                    each.copy().close();
                }
            });
        }
    }

    private boolean failed() {
        int[] word = new int[1];
        device.copyOut(session.status(), 0, MemorySegment.ofArray(word));
        return word[0] != FINE;
    }

    private void prepare(ResidentArray array, ArrayUse use) {
        int length = array.length();
        int first = Math.clamp((long) call.from() + use.offset(), 0, length);
        int end = Math.clamp((long) call.to() + use.offset(), 0, length);
        if (use.reads() || use.writes() && !use.exactly()) {
            array.toDevice();
        }
        if (!use.writes()) {
            return;
        }
        if (kernel.mayFail()) {
            before.computeIfAbsent(array, this::remember);
        }
        if (use.exactly()) {
            array.writesAll(first, end);
        } else {
            array.writesAny();
        }
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

    private void reduce(int from, int to, Object[] kept) {
        int rounds = to - from;
        int parts = Math.clamp(rounds / FEWEST_ROUNDS, 1, MOST_PARTS);
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
            start(operands, 0, parts);
            for (int index = 0; index < results.size(); index++) {
                session.traffic().out(HostArray.of(results.get(index)).copyOut(device, buffers.get(index), 0, parts));
            }
        } finally {
            buffers.forEach(DeviceBuffer::close);
        }
        call.combine(kept, results);
    }

    private void start(List<Object> operands, int first, int count) {
        operands.add(first);
        operands.add(count);
        operands.add(session.status());
        device.launch(code, count, operands.toArray());
        session.traffic().launch();
    }

    /** What the loop uses from outside. */
    private List<Object> outside() {
        List<Object> operands = new ArrayList<>();
        for (int index = 0; index < uses.size(); index++) {
            Object argument = call.given(index);
            if (uses.get(index) == null) {
                operands.add(argument);
            } else {
                ResidentArray array = session.resident(argument);
                operands.add(array.buffer());
                operands.add(array.length());
            }
        }
        return operands;
    }
}
