package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.Span;
import dev.jacobi.offload.extract.Use;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A launch of a loop whose arrays do not fit into the memory of its devices: some rounds after the other, for which the part of each array goes there that these rounds touch, and comes back. To all else in the call it is as if the loop
 * ran on the host: all arrays are right there before and after it, and nothing is left on a device. What the next rounds read goes to a second window while a kernel runs.
 *
 * <p>For loops that touch all written arrays, and all others that do not fit as a whole, at their index plus or minus what is the same in all rounds. Those that add up numbers, and do nothing else, are done on one device: its parts take a round each of so
 * many as there are parts, as ever, and go on with what they have so far. So the bits are the same however many rounds fit.
 */
final class StreamedLaunch {
    /** Fewer rounds at a time would take longer to move than to do elsewhere. */
    static final int FEWEST_ROUNDS = 256;

    private static final int MOST_ROUNDS = 1 << 30;
    /** The parts take no more of a device's memory than one part in so many. */
    private static final int SHARE = 2;

    private static final int FINE = -1;

    /** No round has failed. */
    static final long ALL = Long.MAX_VALUE;

    private final Session session;
    private final KernelImages images;
    private final Speeds speeds;
    private final Call call;
    private final List<@Nullable Use> uses;
    private final boolean mayFail;
    private final Windows windows;
    /** By array: whether parts of it go to the device, and not the whole. */
    private final IdentityHashMap<Object, Boolean> inParts = new IdentityHashMap<>();

    private boolean begun;

    /** @param images of the kernel with windows */
    StreamedLaunch(Session session, KernelImages images, Speeds speeds, Call call, boolean mayFail) {
        this.session = session;
        this.images = images;
        this.speeds = speeds;
        this.call = call;
        this.uses = call.kernel().uses();
        this.mayFail = mayFail;
        this.windows = new Windows(uses);
    }

    /** Why a loop cannot be done in this way with these arguments, in words; empty if it can. */
    static String obstacle(Kernel kernel, Call call) {
        if (kernel.addsAtomically() || kernel.isInParts() && kernel.continued() == null) {
            return "its rounds add up, and do more than that with flat arrays of numbers";
        }
        List<@Nullable Use> uses = kernel.uses();
        for (int index = 0; index < uses.size(); index++) {
            if (!(uses.get(index) instanceof ArrayUse use)) {
                continue;
            }
            int length = HostArray.of(call.given(index)).length();
            if (use.isWritten() && !isWindow(use, call, length)) {
                return "it may write any element of an array";
            }
        }
        return "";
    }

    /** What is read may lie outside of the array: it is in no window either, and so the round fails. */
    private static boolean isWindow(ArrayUse use, Call call, int length) {
        return use.reads() != null && call.ranges(use.writes(), length) != null;
    }

    /** As few rounds at a time as are worth it. */
    int fewestRounds() {
        return fewestRounds(partsOf(call));
    }

    private static int fewestRounds(int partsOfSum) {
        return partsOfSum == 0 ? FEWEST_ROUNDS : partsOfSum;
    }

    /** How many parts add up; 0 if rounds do not. */
    private int partsOf(Call some) {
        return call.kernel().isInParts() ? Launch.parts((int) Math.min(some.rounds(), Launch.MOST_ROUNDS)) : 0;
    }

    /**
     * Does all rounds.
     *
     * @param kept becomes what is kept after them, if none has failed
     * @return the first of some rounds of which one has failed, which have written nothing, and all before them are done, if rounds do not add up; or {@link #ALL}
     * @throws DeviceException OUT_OF_MEMORY if there is no memory for as few rounds as are worth it, before anything is done
     */
    long run(Object[] kept) {
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) instanceof ArrayUse use) {
                Object array = call.given(index);
                session.touch(array, use.isWritten());
                boolean isWindow = isWindow(use, call, HostArray.of(array).length());
                inParts.merge(array, isWindow, Boolean::logicalAnd);
            }
        }
        List<OpenDevice> devices = session.devices();
        for (int device = 0; device < devices.size(); device++) {
            session.free(session.on(device), Set.of());
        }
        if (call.kernel().isInParts()) {
            return addUp(kept);
        }
        // Rounds after one that fails must not have written, and some memory is for this thread alone.
        long[] bounds = devices.size() == 1 || mayFail || call.isForOneThread()
                ? new long[] {0, call.rounds()}
                : speeds.cut(call.rounds(), devices);
        List<OnOneDevice> shares = new ArrayList<>();
        try {
            for (int device = 0; device < bounds.length - 1; device++) {
                if (bounds[device] < bounds[device + 1]) {
                    shares.add(new OnOneDevice(session.on(device), call.of((int) (call.from() + bounds[device]), (int)
                            (call.from() + bounds[device + 1]))));
                }
            }
            begun = true;
            AtomicLong failed = new AtomicLong(ALL);
            DeviceThreads.run(shares.stream()
                    .map(share -> (Runnable) () -> {
                        long start = System.nanoTime();
                        long first = share.run();
                        failed.accumulateAndGet(first, Math::min);
                        speeds.did(share.device, (double) share.own.rounds(), System.nanoTime() - start);
                    })
                    .toList());
            return failed.get();
        } finally {
            shares.forEach(OnOneDevice::close);
        }
    }

    private long addUp(Object[] kept) {
        Object[] partly = kept.clone();
        for (long first = call.from(); first < call.to(); first += Launch.MOST_ROUNDS) {
            Call some = call.of((int) first, (int) Math.min(first + Launch.MOST_ROUNDS, call.to()));
            try (OnOneDevice share = new OnOneDevice(session.on(0), some)) {
                if (share.run() != ALL) {
                    return call.from();
                }
                call.combine(partly, share.results);
            }
        }
        System.arraycopy(partly, 0, kept, 0, kept.length);
        return ALL;
    }

    /** Whether it has come so far that something may be written. */
    boolean hasBegun() {
        return begun;
    }

    /**
     * What one device has of an array.
     *
     * @param buffers windows that are used in turn, or the one for all
     */
    private record Part(HostArray host, boolean isWindow, List<DeviceBuffer> buffers) {
        DeviceBuffer buffer(int turn) {
            return buffers.get(turn % buffers.size());
        }

        /** How far from the beginning of the array its part for some rounds begins. */
        int base(Windows windows, Call some) {
            return isWindow ? windows.base(host.array(), some) : 0;
        }
    }

    /** The rounds of one device. */
    private final class OnOneDevice implements AutoCloseable {
        private final OpenDevice device;
        private final OnDevice here;
        private final LoadedKernel code;
        private final Call own;
        private final IdentityHashMap<Object, Part> parts = new IdentityHashMap<>();
        private final int partsOfSum;
        /** A place for each part, for each thing that is kept. */
        private final List<Object> results;

        private final List<DeviceBuffer> forResults = new ArrayList<>();
        private final int rounds;
        /** Whether what is read has two windows. */
        private boolean inTurn;

        private @Nullable DeviceException refused;

        OnOneDevice(OnDevice here, Call own) {
            this.here = here;
            this.device = here.device();
            this.own = own;
            this.code = images.on(device);
            this.partsOfSum = partsOf(own);
            this.results = partsOfSum == 0 ? List.of() : own.neutralResults(partsOfSum);
            this.rounds = take();
        }

        /** Takes memory for as many rounds as there is memory for; of windows that are read two if these are not all rounds, and one if even the fewest rounds do not fit into two. */
        private int take() {
            int wanted = (int) Math.min(own.rounds(), MOST_ROUNDS);
            if (fitting(wanted, false) == wanted && isTaken(wanted, false)) {
                return wanted;
            }
            for (boolean turns : new boolean[] {true, false}) {
                int fitting = fitting(wanted, turns);
                while (!isTaken(fitting, turns)) {
                    if (fitting <= fewestRounds(partsOfSum)) {
                        fitting = 0;
                        break;
                    }
                    fitting = whole(fitting / 2);
                }
                if (fitting > 0) {
                    inTurn = turns;
                    return fitting;
                }
            }
            throw Objects.requireNonNull(refused);
        }

        /** So many rounds or somewhat fewer, but as many for each part, and the fewest at least. */
        private int whole(int fitting) {
            int fewest = fewestRounds(partsOfSum);
            return Math.max(fewest, partsOfSum == 0 ? fitting : fitting / fewest * fewest);
        }

        private boolean isTaken(int fitting, boolean turns) {
            try {
                allocate(fitting, turns);
                return true;
            } catch (DeviceException e) {
                close();
                parts.clear();
                if (e.kind() != DeviceException.Kind.OUT_OF_MEMORY) {
                    throw e;
                }
                refused = e;
                return false;
            }
        }

        /**
         * How many rounds there is memory for.
         *
         * @param turns whether what is read has two windows
         */
        private int fitting(int wanted, boolean turns) {
            long perRound = 0;
            long widest = 1;
            long besides = results.stream()
                    .mapToLong(each -> HostArray.of(each).bytes())
                    .sum();
            for (Map.Entry<Object, Boolean> each : inParts.entrySet()) {
                HostArray host = HostArray.of(each.getKey());
                if (each.getValue()) {
                    long count = turns && isRead(host.array()) ? 2 : 1;
                    perRound += count * host.elementBytes();
                    widest = Math.max(widest, host.elementBytes());
                    besides += count * (windows.width(each.getKey(), own) - own.rounds()) * host.elementBytes();
                } else {
                    besides += host.bytes();
                }
            }
            long budget = device.description().memoryBytes() / SHARE - besides;
            long fitting = Math.min(
                    budget / Math.max(1, perRound), device.description().largestAllocationBytes() / widest);
            return fitting >= wanted ? wanted : whole((int) Math.max(0, fitting));
        }

        private boolean isRead(Object array) {
            return windows.read(array, own) != null;
        }

        private void allocate(int fitting, boolean turns) {
            here.status();
            forResults.addAll(WorkMemory.allocate(
                    device,
                    results.stream().map(each -> HostArray.of(each).bytes()).toList()));
            // Where places move against each other, they are furthest apart at one of the ends.
            Call first = own.of(own.from(), own.from() + fitting);
            Call last = own.of(own.to() - fitting, own.to());
            inParts.forEach((array, isWindow) -> {
                HostArray host = HostArray.of(array);
                long elements =
                        isWindow ? Math.max(windows.width(array, first), windows.width(array, last)) : host.length();
                List<DeviceBuffer> buffers = WorkMemory.allocate(
                        device,
                        Collections.nCopies(
                                isWindow && turns && isRead(array) ? 2 : 1, elements * host.elementBytes()));
                parts.put(array, new Part(host, isWindow, buffers));
            });
        }

        /** Does all rounds; gives the first of those of which one has failed. */
        long run() {
            parts.values().forEach(part -> {
                if (!part.isWindow && part.host.length() > 0) {
                    session.traffic().in(part.host.copyIn(device, part.buffer(0), 0, part.host.length()));
                }
            });
            for (int index = 0; index < results.size(); index++) {
                session.traffic()
                        .in(HostArray.of(results.get(index)).copyIn(device, forResults.get(index), 0, 0, partsOfSum));
            }
            int turn = 0;
            for (long first = own.from(); first < own.to(); first += rounds) {
                if (!run(some(first), turn++)) {
                    return first;
                }
            }
            for (int index = 0; index < results.size(); index++) {
                session.traffic()
                        .out(HostArray.of(results.get(index)).copyOut(device, forResults.get(index), 0, 0, partsOfSum));
            }
            return ALL;
        }

        /** As many rounds as are done at a time, or those that are left. */
        private Call some(long first) {
            return own.of((int) first, (int) Math.min(first + rounds, own.to()));
        }

        /** Windows that are free take what is read while the kernel before still runs. */
        private void send(Call some, int turn) {
            parts.forEach((array, part) -> {
                Span.Range read = part.isWindow ? windows.read(array, some) : null;
                if (read != null) {
                    int from = (int) read.from();
                    session.traffic()
                            .in(part.host.copyIn(
                                    device, part.buffer(turn), from - part.base(windows, some), from, (int) read.to()));
                }
            });
        }

        private boolean run(Call some, int turn) {
            if (turn == 0 || !inTurn) {
                send(some, turn);
            }
            device.copyIn(MemorySegment.ofArray(new int[] {FINE}), here.status(), 0);
            device.launch(
                    code,
                    partsOfSum == 0 ? some.rounds() : partsOfSum,
                    operands(some, turn).toArray());
            session.traffic().launch();
            if (inTurn && some.to() < own.to()) {
                send(some(some.to()), turn + 1);
            }
            int[] word = new int[1];
            device.copyOut(here.status(), 0, MemorySegment.ofArray(word));
            if (word[0] != FINE) {
                if (!mayFail) {
                    throw new IllegalStateException("a round touches an element that it is known not to touch: "
                            + call.kernel().round().name());
                }
                return false;
            }
            for (int index = 0; index < uses.size(); index++) {
                if (uses.get(index) instanceof ArrayUse use && use.isWritten()) {
                    bringHome(some, turn, use, some.given(index));
                }
            }
            return true;
        }

        private void bringHome(Call some, int turn, ArrayUse use, Object array) {
            Part part = Objects.requireNonNull(parts.get(array));
            for (Span.Range range : Objects.requireNonNull(some.ranges(use.writes(), part.host.length()))) {
                int from = (int) range.from();
                session.traffic()
                        .out(part.host.copyOut(
                                device, part.buffer(turn), from - part.base(windows, some), from, (int) range.to()));
            }
        }

        /** As {@link dev.jacobi.offload.extract.WindowedKernel} takes them. */
        private List<Object> operands(Call some, int turn) {
            List<Object> operands = new ArrayList<>();
            List<Object> places = new ArrayList<>();
            for (int index = 0; index < uses.size(); index++) {
                Object argument = some.given(index);
                if (uses.get(index) == null) {
                    operands.add(argument);
                    continue;
                }
                Part part = Objects.requireNonNull(parts.get(argument));
                operands.add(part.buffer(turn));
                operands.add(part.isWindow ? (int) windows.width(argument, some) : part.host.length());
                places.add(part.base(windows, some));
                places.add(part.host.length());
            }
            if (partsOfSum == 0) {
                operands.addAll(places);
                operands.add(some.from());
                operands.add((int) some.rounds());
            } else {
                operands.addAll(List.of(some.from(), some.to(), partsOfSum));
                for (DeviceBuffer result : forResults) {
                    operands.add(result);
                    operands.add(partsOfSum);
                }
                operands.addAll(places);
                operands.add(0);
                operands.add(partsOfSum);
            }
            operands.add(here.status());
            return operands;
        }

        @Override
        public void close() {
            parts.values().forEach(part -> part.buffers.forEach(DeviceBuffer::close));
            forResults.forEach(DeviceBuffer::close);
            forResults.clear();
        }
    }
}
