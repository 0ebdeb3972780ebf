package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.RowsUse;
import dev.jacobi.offload.extract.Span;
import dev.jacobi.offload.extract.Use;
import dev.jacobi.offload.launch.ArrayMemory.TooLarge;
import dev.jacobi.offload.runtime.OpenDevice;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One launch of a loop: cuts the rounds into shares for the devices, sees to it that each has the arrays, and knows afterwards which has what. */
final class Launch {
    /** A kernel counts parts in ints, and what adds up is added up so often at least. */
    static final int MOST_ROUNDS = 1 << 30;
    /** So many parts of a loop that keeps something keep a device busy; so many rounds each part has at least. */
    private static final int MOST_PARTS = 1 << 16;

    private static final int FEWEST_ROUNDS = 16;
    /** Parts with sums of their own for each element of an array are fewer, and all sums together not more than these. */
    private static final int MOST_PARTS_OF_ARRAYS = 1 << 12;

    private static final long MOST_SUMS = 1 << 25;
    /** With fewer parts, though there are rounds for more, a device is mostly idle. */
    private static final int FEW_PARTS = 256;

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
    private final TrafficCount traffic;
    private final Kernel kernel;
    private final KernelImages images;
    private final Speeds speeds;
    private final Call call;
    private final RoundSpace.Plan plan;
    private final AtomicBoolean saidFewParts;
    private final AtomicBoolean saidFull;
    private final List<@Nullable Use> uses;
    private final boolean mayFail;
    /** Of which devices may write any element: what they have written is found by comparing. */
    private final Set<Object> scattered = Collections.newSetFromMap(new IdentityHashMap<>());

    private final List<Share> shares = new ArrayList<>();

    /**
     * @param saidFewParts whether it was said that a loop has not parts enough to keep a device busy
     * @param saidFull whether it was said that its arrays have pushed out others
     */
    Launch(
            Session session,
            Kernel kernel,
            KernelImages images,
            Speeds speeds,
            Call call,
            RoundSpace.Plan plan,
            AtomicBoolean saidFewParts,
            AtomicBoolean saidFull) {
        this.saidFewParts = saidFewParts;
        this.saidFull = saidFull;
        this.session = session;
        this.traffic = session.traffic();
        this.kernel = kernel;
        this.images = images;
        this.speeds = speeds;
        this.call = call;
        this.plan = plan;
        this.uses = kernel.uses();
        this.mayFail = plan.mayFail() || mayFail(kernel, call);
    }

    /**
     * Does all rounds.
     *
     * @param kept becomes what is kept after them
     */
    void run(Object[] kept) throws Failed, RanOut, TooLarge {
        try {
            cut();
            for (Share share : shares) {
                memory(share).takeArrays();
            }
            findScattered();
            shares.forEach(this::bringHomeFor);
            for (Share share : shares) {
                memory(share).take(share.bytesOfCopies(), share::takeCopies);
            }
            bringRows();
            Object[] partly = kept.clone();
            if (kernel.isInParts()) {
                inParts(partly);
            } else {
                shares.forEach(share -> share.takeMemory(share.call().rounds()));
                together(Share::run);
            }
            failIfOneDid();
            gather();
            addUp();
            System.arraycopy(partly, 0, kept, 0, kept.length);
        } finally {
            shares.forEach(Share::close);
        }
    }

    /** Whether a round may throw with these arguments. */
    static boolean mayFail(Kernel kernel, Call call) {
        return kernel.failures().others()
                || !kernel.failures().bounds().stream()
                        .allMatch(bound ->
                                call.range(bound.span()).isWithin(HostArray.lengthOf(call.given(bound.array()))));
    }

    /** Of what adds up, each share may have parts from all rounds. Where all rounds may add to an element, or other threads may not read what they read, they run on the first device. */
    private void cut() {
        List<OpenDevice> devices = session.devices();
        if (kernel.addsAtomically() || call.isForOneThread()) {
            shares.add(share(0, call));
            return;
        }
        if (kernel.isInParts() || devices.size() == 1) {
            for (int device = 0; device < devices.size(); device++) {
                shares.add(share(device, call));
            }
            return;
        }
        long[] bounds = speeds.cut(call.rounds(), devices);
        for (int device = 0; device < devices.size(); device++) {
            if (bounds[device] < bounds[device + 1]) {
                shares.add(share(device, call.of((int) (call.from() + bounds[device]), (int)
                        (call.from() + bounds[device + 1]))));
            }
        }
    }

    private Share share(int device, Call own) {
        return new Share(
                session,
                session.on(device),
                images.on(session.devices().get(device), session.hasFastMath()),
                own,
                plan,
                mayFail,
                scattered);
    }

    private ArrayMemory memory(Share share) {
        return new ArrayMemory(session, session.on(share.device()), kernel, call, plan.display(), saidFull);
    }

    private void findScattered() {
        if (shares.size() == 1) {
            return;
        }
        forEachUse((array, use) -> {
            List<Span> written = use instanceof ArrayUse flat ? flat.writes() : ((RowsUse) use).writtenRows();
            boolean known = !kernel.isInParts() && call.ranges(written, HostArray.lengthOf(array)) != null;
            if (use.isWritten() && !use.accumulates() && !known) {
                scattered.add(array);
            }
        });
    }

    private interface OfArray {
        void accept(Object array, Use use);
    }

    private void forEachUse(OfArray what) {
        for (int index = 0; index < uses.size(); index++) {
            Use use = uses.get(index);
            if (use != null) {
                what.accept(call.given(index), use);
            }
        }
    }

    /** Makes the host right where a share needs what another device has newer. */
    private void bringHomeFor(Share share) {
        forEachUse((array, use) -> {
            if (use instanceof ArrayUse flat) {
                ResidentArray resident = session.resident(array);
                Span.Range needed = share.needed(flat, resident);
                resident.bringHomeFor(share.device(), (int) needed.from(), (int) needed.to(), traffic);
                if (scattered.contains(array)) {
                    resident.bringHome(traffic);
                }
            }
        });
    }

    /** Brings arrays of arrays. Those that are written count for nothing until they have come home. */
    private void bringRows() {
        for (Share share : shares) {
            forEachUse((array, use) -> {
                if (use instanceof RowsUse rows) {
                    session.bringRows(session.on(share.device()), (Object[]) array, rows.isTouched());
                }
            });
        }
        forEachUse((array, use) -> {
            if (use.isWritten() && use instanceof RowsUse) {
                shares.forEach(share -> share.rows(array).drop());
            } else if (use.isWritten()) {
                session.writesFlat(array);
            }
        });
    }

    /** Lets each share do something; several at the same time, and measures how long that takes. */
    private void together(Consumer<Share> what) {
        if (shares.size() == 1) {
            what.accept(shares.getFirst());
            return;
        }
        DeviceThreads.run(shares.stream()
                .map(share -> (Runnable) () -> {
                    long start = System.nanoTime();
                    what.accept(share);
                    share.await();
                    if (share.rounds() > 0 && !share.hasFailed()) {
                        speeds.did(session.devices().get(share.device()), share.rounds(), System.nanoTime() - start);
                    }
                })
                .toList());
    }

    private void failIfOneDid() throws Failed, RanOut {
        if (shares.stream().anyMatch(Share::hasFailed)) {
            shares.forEach(Share::restore);
            if (shares.stream().anyMatch(Share::hasRunOut)) {
                throw new RanOut();
            }
            throw new Failed();
        }
    }

    private void inParts(Object[] kept) throws Failed, RanOut, TooLarge {
        long longest = 1;
        boolean accumulates = false;
        for (int index = 0; index < uses.size(); index++) {
            Use use = uses.get(index);
            if (use != null && use.accumulates()) {
                accumulates = true;
                longest = Math.max(longest, Array.getLength(call.given(index)));
            }
        }
        int most = Math.clamp(MOST_SUMS / longest, 1, accumulates ? MOST_PARTS_OF_ARRAYS : MOST_PARTS);
        for (long first = call.from(); first < call.to(); first += MOST_ROUNDS) {
            int from = (int) first;
            int to = (int) Math.min(first + MOST_ROUNDS, call.to());
            // Nothing of this may depend on the devices: it decides on the bits.
            int parts = parts(to - from, most);
            if (parts == most && parts < FEW_PARTS && saidFewParts.compareAndSet(false, true)) {
                System.getLogger("dev.jacobi.offload")
                        .log(
                                System.Logger.Level.WARNING,
                                "a loop of {0} at {1} is done in {2} parts at a time, as each adds to {3} elements of its own; said once",
                                plan.display(),
                                kernel.position(),
                                parts,
                                longest);
            }
            List<Object> results = call.results(parts);
            long[] bounds = shares.size() == 1 ? new long[] {0, parts} : speeds.cut(parts, session.devices());
            shares.forEach(share -> share.takeMemory(bounds[share.device() + 1] - bounds[share.device()]));
            for (Share share : shares) {
                int own = bounds[share.device()] < bounds[share.device() + 1] ? parts : 0;
                memory(share).take(share.bytesOfSums(own, results), () -> share.takeSums(own, results));
            }
            together(share -> share.runParts(
                    from, to, parts, (int) bounds[share.device()], (int) bounds[share.device() + 1], results));
            failIfOneDid();
            call.combine(kept, results);
        }
    }

    /** How many parts there are of so many rounds that add up numbers. */
    static int parts(int rounds) {
        return parts(rounds, MOST_PARTS);
    }

    private static int parts(int rounds, int most) {
        return Math.clamp(rounds / FEWEST_ROUNDS, 1, most);
    }

    /** Adds to each element of the arrays what the parts have for it, in their order, whichever devices have them. */
    private void addUp() {
        int chunks = shares.stream().mapToInt(Share::chunksOfSums).max().orElse(0);
        for (int chunk = 0; chunk < chunks; chunk++) {
            for (int index = 0; index < uses.size(); index++) {
                Use use = uses.get(index);
                if (use != null && use.accumulates()) {
                    ResidentArray array = session.resident(call.given(index));
                    for (Share share : shares) {
                        share.addUp(array, index, chunk);
                    }
                }
            }
        }
    }

    /** Notes what has been written, and brings home what has to be. */
    private void gather() {
        List<Share> begun = shares.stream().filter(Share::hasBegun).toList();
        forEachUse((array, use) -> {
            if (!use.isWritten() || use.accumulates() || scattered.contains(array)) {
                return;
            }
            switch (use) {
                case ArrayUse flat -> {
                    ResidentArray resident = session.resident(array);
                    begun.forEach(share -> share.endWrite(flat, resident));
                }
                case RowsUse rows -> {
                    begun.forEach(share -> bringHome(share, rows, array));
                    if (shares.size() > 1) {
                        shares.forEach(share -> share.rows(array).drop());
                    }
                }
            }
        });
        for (Object array : scattered) {
            if (array instanceof Object[]) {
                mergeRows(array, begun);
            } else {
                merge(array, begun);
            }
        }
    }

    private void bringHome(Share share, RowsUse use, Object array) {
        ResidentRows rows = share.rows(array);
        List<Span.Range> written = share.call().ranges(use.writtenRows(), rows.rowCount());
        Span.Range range = written == null
                ? new Span.Range(0, rows.rowCount())
                : written.stream().reduce(Span.Range::hull).orElseThrow();
        session.bringHome(rows, (int) range.from(), (int) range.to());
    }

    private void merge(Object array, List<Share> writers) {
        ResidentArray resident = session.resident(array);
        List<Object> copies = new ArrayList<>();
        for (Share share : writers) {
            Object copy = Array.newInstance(resident.component(), resident.length());
            resident.on(share.device()).readAll(copy, traffic);
            copies.add(copy);
        }
        List<Elements> changed = Merged.into(array, copies);
        changed.forEach(resident::drop);
        for (int index = 0; index < copies.size(); index++) {
            Elements there = Elements.of(0, resident.length());
            for (int other = 0; other < copies.size(); other++) {
                there = other == index ? there : there.minus(changed.get(other));
            }
            resident.on(writers.get(index).device()).isAsOnHost(there);
        }
    }

    private void mergeRows(Object array, List<Share> writers) {
        List<ResidentRows> there =
                writers.stream().map(share -> share.rows(array)).toList();
        Object elements = there.getFirst().elementsHere();
        Merged.into(elements, there.stream().map(ResidentRows::elementsThere).toList());
        there.getFirst().rows().forEach(row -> session.touch(row, true));
        there.getFirst().put(elements);
    }
}
