package dev.jacobi.offload.runtime.driver;

/**
 * How many work items run in one group. There are few sizes, as some drivers compile a kernel for each.
 *
 * @param large if there is work enough for all compute units
 * @param small if not, so that all have some
 * @param manyItems how many items are enough
 */
public record GroupSize(int large, int small, long manyItems) {
    private static final int GROUPS_FOR_EACH_UNIT = 4;

    /** A group runs on one core, item after item: it should be long only if there are many. */
    public static GroupSize ofCpu(int largest, int units) {
        return of(Math.min(largest, 64), 1, units);
    }

    /**
     * A group runs on one compute unit, as many items at once as its vectors have.
     *
     * @param multiple a vector's length
     */
    public static GroupSize ofGpu(int largest, int multiple, int units) {
        int vector = Math.clamp(multiple, 1, largest);
        return of(Math.max(vector, Math.min(largest, 256) / vector * vector), vector, units);
    }

    private static GroupSize of(int large, int small, int units) {
        return new GroupSize(large, small, (long) large * units * GROUPS_FOR_EACH_UNIT);
    }

    /** For that many items. */
    public int of(long items) {
        return items >= manyItems ? large : small;
    }
}
