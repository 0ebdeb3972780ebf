package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.Use;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
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
    /** No round has failed. */
    static final long ALL = Long.MAX_VALUE;

    private final Session session;
    private final KernelImages images;
    private final Speeds speeds;
    private final Call call;
    private final List<@Nullable Use> uses;
    private final boolean mayFail;
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
        return StreamedShare.fewestRounds(StreamedShare.partsOf(call));
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
        List<StreamedShare> shares = new ArrayList<>();
        try {
            for (int device = 0; device < bounds.length - 1; device++) {
                if (bounds[device] < bounds[device + 1]) {
                    shares.add(share(device, call.of((int) (call.from() + bounds[device]), (int)
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
                        speeds.did(share.device(), (double) share.rounds(), System.nanoTime() - start);
                    })
                    .toList());
            return failed.get();
        } finally {
            shares.forEach(StreamedShare::close);
        }
    }

    private StreamedShare share(int device, Call own) {
        OnDevice here = session.on(device);
        return new StreamedShare(
                session.traffic(), here, images.on(here.device(), session.hasFastMath()), own, inParts, mayFail);
    }

    private long addUp(Object[] kept) {
        Object[] partly = kept.clone();
        for (long first = call.from(); first < call.to(); first += Launch.MOST_ROUNDS) {
            Call some = call.of((int) first, (int) Math.min(first + Launch.MOST_ROUNDS, call.to()));
            try (StreamedShare share = share(0, some)) {
                if (share.run() != ALL) {
                    return call.from();
                }
                call.combine(partly, share.results());
            }
        }
        System.arraycopy(partly, 0, kept, 0, kept.length);
        return ALL;
    }

    /** Whether it has come so far that something may be written. */
    boolean hasBegun() {
        return begun;
    }
}
