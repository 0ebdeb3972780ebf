package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
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
import org.jspecify.annotations.Nullable;

/** The rounds of one device in a {@link StreamedLaunch}: as many at a time as there is memory for the parts of arrays that they touch. */
final class StreamedShare implements AutoCloseable {
    /** Fewer rounds at a time would take longer to move than to do elsewhere. */
    private static final int FEWEST_ROUNDS = 256;

    private static final int MOST_ROUNDS = 1 << 30;
    /** The parts take no more of a device's memory than one part in so many. */
    private static final int SHARE = 2;

    private static final int FINE = -1;

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

    private final TrafficCount traffic;
    private final Windows windows;
    private final List<@Nullable Use> uses;
    /** By array: whether parts of it go to the device, and not the whole. */
    private final Map<Object, Boolean> inParts;

    private final boolean mayFail;
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

    /**
     * Takes memory.
     *
     * @param code the kernel with windows
     * @param own the rounds
     * @param inParts by array: whether parts of it go to the device, and not the whole
     * @throws DeviceException OUT_OF_MEMORY if there is no memory for as few rounds as are worth it
     */
    StreamedShare(
            TrafficCount traffic,
            OnDevice here,
            LoadedKernel code,
            Call own,
            Map<Object, Boolean> inParts,
            boolean mayFail) {
        this.traffic = traffic;
        this.uses = own.kernel().uses();
        this.windows = new Windows(uses);
        this.inParts = inParts;
        this.mayFail = mayFail;
        this.here = here;
        this.device = here.device();
        this.own = own;
        this.code = code;
        this.partsOfSum = partsOf(own);
        this.results = partsOfSum == 0 ? List.of() : own.neutralResults(partsOfSum);
        this.rounds = take();
    }

    /** As few rounds at a time as are worth it; of those that add up, one for each part. */
    static int fewestRounds(int partsOfSum) {
        return partsOfSum == 0 ? FEWEST_ROUNDS : partsOfSum;
    }

    /** How many parts add up; 0 if rounds do not. */
    static int partsOf(Call some) {
        return some.kernel().isInParts() ? Launch.parts((int) Math.min(some.rounds(), Launch.MOST_ROUNDS)) : 0;
    }

    OpenDevice device() {
        return device;
    }

    long rounds() {
        return own.rounds();
    }

    /** What each part has, for each thing that is kept, once all rounds are done. */
    List<Object> results() {
        return results;
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
        long besides =
                results.stream().mapToLong(each -> HostArray.of(each).bytes()).sum();
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
        long fitting =
                Math.min(budget / Math.max(1, perRound), device.description().largestAllocationBytes() / widest);
        return fitting >= wanted ? wanted : Math.min(wanted, whole((int) Math.max(0, fitting)));
    }

    private boolean isRead(Object array) {
        return windows.read(array, own) != null;
    }

    private void allocate(int fitting, boolean turns) {
        here.status();
        forResults.addAll(WorkMemory.allocate(
                device, results.stream().map(each -> HostArray.of(each).bytes()).toList()));
        // Where places move against each other, they are furthest apart at one of the ends.
        Call first = own.of(own.from(), own.from() + fitting);
        Call last = own.of(own.to() - fitting, own.to());
        inParts.forEach((array, isWindow) -> {
            HostArray host = HostArray.of(array);
            long elements =
                    isWindow ? Math.max(windows.width(array, first), windows.width(array, last)) : host.length();
            List<DeviceBuffer> buffers = WorkMemory.allocate(
                    device,
                    Collections.nCopies(isWindow && turns && isRead(array) ? 2 : 1, elements * host.elementBytes()));
            parts.put(array, new Part(host, isWindow, buffers));
        });
    }

    /** Does all rounds; gives the first of those of which one has failed. */
    long run() {
        parts.values().forEach(part -> {
            if (!part.isWindow && part.host.length() > 0) {
                traffic.in(part.host.copyIn(device, part.buffer(0), 0, part.host.length()));
            }
        });
        for (int index = 0; index < results.size(); index++) {
            traffic.in(HostArray.of(results.get(index)).copyIn(device, forResults.get(index), 0, 0, partsOfSum));
        }
        int turn = 0;
        for (long first = own.from(); first < own.to(); first += rounds) {
            if (!run(some(first), turn++)) {
                return first;
            }
        }
        for (int index = 0; index < results.size(); index++) {
            traffic.out(HostArray.of(results.get(index)).copyOut(device, forResults.get(index), 0, 0, partsOfSum));
        }
        return StreamedLaunch.ALL;
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
                traffic.in(part.host.copyIn(
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
        traffic.launch();
        if (inTurn && some.to() < own.to()) {
            send(some(some.to()), turn + 1);
        }
        int[] word = new int[1];
        device.copyOut(here.status(), 0, MemorySegment.ofArray(word));
        if (word[0] != FINE) {
            if (!mayFail) {
                throw new IllegalStateException("a round touches an element that it is known not to touch: "
                        + own.kernel().round().name());
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
            traffic.out(part.host.copyOut(
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
