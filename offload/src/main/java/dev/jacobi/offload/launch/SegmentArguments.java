package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.SegmentLayout;
import dev.jacobi.offload.extract.SegmentView;
import dev.jacobi.offload.extract.Use;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is looked at before a launch that has memory segments among its arguments. */
final class SegmentArguments {
    private SegmentArguments() {}

    /** The call with arrays in the places of segments. */
    static Call asArrays(Call given, Session session) {
        @Nullable Object[] arrays = given.arguments().clone();
        boolean any = false;
        List<@Nullable SegmentView> views = given.kernel().segments();
        for (int index = 0; index < views.size(); index++) {
            SegmentView view = views.get(index);
            if (view != null && arrays[index] instanceof MemorySegment segment) {
                arrays[index] = session.elementsOf(segment, view.layout());
                any = true;
            }
        }
        return any ? new Call(given.kernel(), arrays) : given;
    }

    /**
     * Whether two arguments that are not the same array have memory in common, one of which is written: on a device they would be apart.
     *
     * @param call with arrays in the places of segments
     */
    static boolean overlap(Call call) {
        List<@Nullable Use> uses = call.kernel().uses();
        for (int index = 0; index < uses.size(); index++) {
            Use use = uses.get(index);
            if (use == null || !(call.argument(index) instanceof SegmentArray elements)) {
                continue;
            }
            for (int other = 0; other < uses.size(); other++) {
                Use otherUse = uses.get(other);
                if (otherUse != null
                        && (use.isWritten() || otherUse.isWritten())
                        && call.arraysOf(other).stream()
                                .anyMatch(array -> array != null && array != elements && elements.overlaps(array))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Why only Java knows what happens with the segments of a call, or null. */
    static @Nullable String whyOnHost(Call given) {
        List<@Nullable SegmentView> views = given.kernel().segments();
        for (int index = 0; index < views.size(); index++) {
            SegmentView view = views.get(index);
            Use use = given.kernel().uses().get(index);
            if (view == null || use == null || !(given.argument(index) instanceof MemorySegment segment)) {
                continue;
            }
            if (!segment.scope().isAlive()) {
                return "the arena of a memory segment is closed";
            }
            if (!segment.isAccessibleBy(Thread.currentThread())) {
                return "a memory segment is another thread's";
            }
            if (segment.isReadOnly() && use.isWritten()) {
                return "a memory segment is read-only";
            }
            SegmentLayout layout = view.layout();
            if (segment.maxByteAlignment() < layout.alignment()) {
                return "a memory segment is not aligned as " + layout + " asks for";
            }
        }
        return null;
    }

    /** How many elements the segment of a call has that has most. */
    static long mostElements(Call given) {
        long most = 0;
        List<@Nullable SegmentView> views = given.kernel().segments();
        for (int index = 0; index < views.size(); index++) {
            SegmentView view = views.get(index);
            if (view != null && given.argument(index) instanceof MemorySegment segment) {
                most = Math.max(most, segment.byteSize() / view.layout().bytes());
            }
        }
        return most;
    }

    /**
     * Makes the host right where another array than those of a call has memory in common with one of these, and forgets what is on devices of what the call will write.
     *
     * @param call with arrays in the places of segments
     */
    static void settle(Call call, Session session) {
        List<@Nullable Use> uses = call.kernel().uses();
        for (int index = 0; index < uses.size(); index++) {
            Use use = uses.get(index);
            if (use instanceof ArrayUse) {
                session.touchOverlapping(call.given(index), use.isWritten());
            }
        }
    }
}
