package dev.jacobi.cli.bench.device;

/** One of the ways to run a case. */
enum Way {
    /** In one thread of the JVM, without parallel streams. */
    SEQUENTIAL("1 core"),
    /** In all of its threads. */
    PARALLEL("all cores"),
    /** On the device, with all that moves. */
    END_TO_END("device"),
    /** On the device, where the data are: one of many runs in one call. */
    RESIDENT("resident"),
    /** The same by a kernel that was written in CUDA by hand. */
    CUDA("CUDA");

    private final String label;

    Way(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
