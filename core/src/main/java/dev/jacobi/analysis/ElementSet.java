package dev.jacobi.analysis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elements of an array, as ranges between ints that are known but for a value each, such as {@code [1, n)}. A set holds at least the elements that it is about: what cannot be compared stays in. A range is empty if its end is not
 * behind its start, whatever the values are. Immutable.
 *
 * @param isAll whether it holds all elements; there are no ranges then
 */
public record ElementSet(boolean isAll, List<Range> ranges) {
    public static final ElementSet NONE = new ElementSet(false, List.of());
    public static final ElementSet ALL = new ElementSet(true, List.of());

    /** With more ranges a set becomes {@link #ALL}. */
    private static final int MOST = 6;

    /**
     * Half open.
     *
     * @param from the first element
     * @param to the one behind the last
     */
    public record Range(Offset from, Offset to) {
        /** Whether certainly no element is in both. */
        public boolean isApart(Range other) {
            return isAtMost(to, other.from) || isAtMost(other.to, from);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Range that && from.equals(that.from) && to.equals(that.to);
        }

        @Override
        public int hashCode() {
            return 31 * from.hashCode() + to.hashCode();
        }

        private boolean isWithin(Range other) {
            return isAtMost(other.from, from) && isAtMost(to, other.to);
        }
    }

    private static boolean isAtMost(Offset one, Offset other) {
        return one.value() == other.value() && one.constant() <= other.constant();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ElementSet that && isAll == that.isAll && ranges.equals(that.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    public ElementSet plus(Range range) {
        if (isAll) {
            return this;
        }
        List<Range> more = new ArrayList<>(ranges.size() + 1);
        for (Range each : ranges) {
            if (range.isWithin(each)) {
                return this;
            }
            if (!each.isWithin(range)) {
                more.add(each);
            }
        }
        more.add(range);
        return more.size() > MOST ? ALL : new ElementSet(false, List.copyOf(more));
    }

    public ElementSet plus(ElementSet other) {
        if (other.isAll) {
            return ALL;
        }
        ElementSet sum = this;
        for (Range range : other.ranges) {
            sum = sum.plus(range);
        }
        return sum;
    }

    /** Without the elements of a range: what is before it, and what is behind it. */
    public ElementSet minus(Range range) {
        if (isAll) {
            return this;
        }
        ElementSet rest = NONE;
        for (Range each : ranges) {
            if (each.isApart(range)) {
                rest = rest.plus(each);
                continue;
            }
            if (!isAtMost(range.from, each.from)) {
                rest = rest.plus(new Range(each.from, range.from));
            }
            if (!isAtMost(each.to, range.to)) {
                rest = rest.plus(new Range(range.to, each.to));
            }
        }
        return rest;
    }

    /** Whether certainly no element of the range is in the set. */
    public boolean isApart(Range range) {
        for (Range each : ranges) {
            if (!each.isApart(range)) {
                return false;
            }
        }
        return !isAll;
    }

    /** Whether certainly no element of the range is in both sets. */
    public boolean isApart(ElementSet other, Range range) {
        if (isApart(range) || other.isApart(range)) {
            return true;
        }
        if (isAll || other.isAll) {
            return false;
        }
        for (Range each : ranges) {
            for (Range another : other.ranges) {
                if (!each.isApart(range) && !another.isApart(range) && !each.isApart(another)) {
                    return false;
                }
            }
        }
        return true;
    }
}
