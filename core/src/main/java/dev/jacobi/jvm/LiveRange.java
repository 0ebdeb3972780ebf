package dev.jacobi.jvm;

import java.util.Arrays;

/** A set of positions in the laid out code, as disjoint half-open segments in ascending order. */
final class LiveRange {
    private int[] bounds = new int[2];
    private int size;

    /** Adds a segment that begins at or after the end of all those that are here. */
    void append(int start, int end) {
        if (start >= end) {
            return;
        }
        if (size > 0 && bounds[size - 1] == start) {
            bounds[size - 1] = end;
            return;
        }
        if (size == bounds.length) {
            bounds = Arrays.copyOf(bounds, size * 2);
        }
        bounds[size++] = start;
        bounds[size++] = end;
    }

    int segments() {
        return size / 2;
    }

    int start(int segment) {
        return bounds[2 * segment];
    }

    int end(int segment) {
        return bounds[2 * segment + 1];
    }

    boolean intersects(LiveRange other) {
        int i = 0;
        int j = 0;
        while (i < size && j < other.size) {
            if (bounds[i + 1] <= other.bounds[j]) {
                i += 2;
            } else if (other.bounds[j + 1] <= bounds[i]) {
                j += 2;
            } else {
                return true;
            }
        }
        return false;
    }

    /** The union with a range that does not intersect this one. */
    LiveRange union(LiveRange other) {
        LiveRange union = new LiveRange();
        union.bounds = new int[Math.max(2, size + other.size)];
        int i = 0;
        int j = 0;
        while (i < size || j < other.size) {
            if (j == other.size || i < size && bounds[i] < other.bounds[j]) {
                union.append(bounds[i], bounds[i + 1]);
                i += 2;
            } else {
                union.append(other.bounds[j], other.bounds[j + 1]);
                j += 2;
            }
        }
        return union;
    }
}
