package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.RowsUse;
import dev.jacobi.offload.extract.Use;
import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import java.lang.reflect.Array;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Memory on one device for the arrays that a launch gets. It is taken before anything is done; if there is not enough, what only earlier launches of the call have used goes home for it. */
final class ArrayMemory {
    private final Session session;
    private final OnDevice here;
    private final Kernel kernel;
    private final Call call;
    private final String display;
    private final AtomicBoolean saidFull;

    /** @param saidFull whether it was said that a loop has pushed out what others need */
    ArrayMemory(Session session, OnDevice here, Kernel kernel, Call call, String display, AtomicBoolean saidFull) {
        this.session = session;
        this.here = here;
        this.kernel = kernel;
        this.call = call;
        this.display = display;
        this.saidFull = saidFull;
    }

    /** The arrays do not fit, though nothing else of this call is there. */
    static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1;

        private final String figures;

        private TooLarge(String figures) {
            super(null, null, false, false);
            this.figures = figures;
        }

        /** What is needed, and what there is, in words. */
        String figures() {
            return figures;
        }
    }

    /** Takes memory for them, and for the word in which a launch says what failed. */
    void takeArrays() throws TooLarge {
        Need need = need();
        DeviceDescription device = here.device().description();
        if (need.all > device.memoryBytes() || need.largestBuffer > device.largestAllocationBytes()) {
            // The driver would try for long, and free what is kept for others.
            throw tooLarge(need, 0);
        }
        take(0, () -> {
            here.status();
            List<@Nullable Use> uses = kernel.uses();
            for (int index = 0; index < uses.size(); index++) {
                if (uses.get(index) instanceof ArrayUse) {
                    session.resident(call.given(index)).on(here.number());
                } else if (uses.get(index) instanceof RowsUse) {
                    here.takeUp((Object[]) call.given(index), session.traffic());
                }
            }
        });
    }

    /**
     * Allocates something beside the arrays.
     *
     * @param bytes of it
     * @param allocation leaves nothing behind if it throws
     */
    void take(long bytes, Runnable allocation) throws TooLarge {
        if (isDone(allocation)) {
            return;
        }
        if (session.free(here, needed()) && saidFull.compareAndSet(false, true)) {
            System.getLogger("dev.jacobi.offload")
                    .log(
                            System.Logger.Level.WARNING,
                            "the memory of {0} is full: arrays of other loops of {1} go home for one at {2}, and come again when they are needed; said once",
                            here.device().description().id(),
                            display,
                            kernel.position());
        }
        if (!isDone(allocation)) {
            throw tooLarge(need(), bytes);
        }
    }

    private static boolean isDone(Runnable allocation) {
        try {
            allocation.run();
            return true;
        } catch (DeviceException e) {
            if (e.kind() == DeviceException.Kind.OUT_OF_MEMORY) {
                return false;
            }
            throw e;
        }
    }

    private Set<Object> needed() {
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        List<@Nullable Use> uses = kernel.uses();
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) != null) {
                arrays.add(call.given(index));
            }
        }
        return arrays;
    }

    /**
     * The bytes of all arrays.
     *
     * @param most those of the largest, which is null if there is no array
     * @param largestBuffer the most that lie in one piece: where rows start and end lies apart from them
     */
    private record Need(long all, long most, @Nullable Object largest, long largestBuffer) {}

    private Need need() {
        long all = 0;
        long most = -1;
        Object largest = null;
        long largestBuffer = 0;
        for (Object array : needed()) {
            long bytes = bytes(array);
            all += bytes;
            largestBuffer = Math.max(largestBuffer, array instanceof Object[] rows ? bytes - ends(rows) : bytes);
            if (bytes > most) {
                most = bytes;
                largest = array;
            }
        }
        return new Need(all, most, largest, largestBuffer);
    }

    private TooLarge tooLarge(Need need, long besides) {
        DeviceDescription device = here.device().description();
        return new TooLarge("on " + device.id() + ": its arrays need " + need.all + " bytes there, "
                + (need.largest == null ? "" : "the largest, " + text(need.largest) + ", " + need.most + ", ")
                + (besides == 0 ? "" : "sums or copies of them another " + besides + ", ")
                + "and the device has "
                + device.memoryBytes() + ", of which one array may have " + device.largestAllocationBytes());
    }

    /** Of an array of arrays with where its rows start and end. */
    private static long bytes(Object array) {
        if (!(array instanceof Object[] rows)) {
            return HostArray.of(array).bytes();
        }
        Class<?> component = rows.getClass().getComponentType().getComponentType();
        long elements = 0;
        for (Object row : rows) {
            elements += Array.getLength(row);
        }
        return ends(rows)
                + elements * HostArray.of(Array.newInstance(component, 0)).elementBytes();
    }

    /** The bytes of where rows start and end. */
    private static long ends(Object[] rows) {
        return 2L * Integer.BYTES * rows.length;
    }

    private static String text(Object array) {
        return array instanceof Object[] rows
                ? "a " + rows.getClass().getComponentType().getComponentType() + "[" + rows.length + "][]"
                : "a " + HostArray.of(array).component() + "["
                        + HostArray.of(array).length() + "]";
    }
}
