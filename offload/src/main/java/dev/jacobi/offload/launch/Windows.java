package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.Span;
import dev.jacobi.offload.extract.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which part of an array some rounds of a loop touch, if they touch it in spans. */
final class Windows {
    private final List<@Nullable Use> uses;

    Windows(List<@Nullable Use> uses) {
        this.uses = uses;
    }

    /** How many elements there are from the first to the last that some rounds touch. */
    long width(Object array, Call some) {
        Span.Range all = hull(array, some, true);
        return all == null ? 0 : all.to() - all.from();
    }

    /** The first element that some rounds touch; 0 if there is none. */
    int base(Object array, Call some) {
        Span.Range all = hull(array, some, true);
        return all == null ? 0 : (int) all.from();
    }

    /** The elements that some rounds read, and what lies between them; null if there are none. */
    Span.@Nullable Range read(Object array, Call some) {
        return hull(array, some, false);
    }

    /** The elements that some rounds read, or read and write, and what lies between them, by whichever parameters they get the array; null if there are none. */
    private Span.@Nullable Range hull(Object array, Call some, boolean withWrites) {
        int length = HostArray.of(array).length();
        Span.Range hull = null;
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) instanceof ArrayUse use && some.argument(index) == array) {
                List<Span> spans = new ArrayList<>(Objects.requireNonNull(use.reads()));
                if (withWrites) {
                    spans.addAll(Objects.requireNonNull(use.writes()));
                }
                for (Span span : spans) {
                    Span.Range range = some.range(span);
                    Span.Range there = new Span.Range(Math.max(0, range.from()), Math.min(length, range.to()));
                    if (there.from() < there.to()) {
                        hull = hull == null ? there : hull.hull(there);
                    }
                }
            }
        }
        return hull;
    }
}
