package dev.jacobi.cli.bench;

import dev.jacobi.Backend;
import dev.jacobi.Options;
import java.util.Locale;

/** One of the ways to make derivatives that are compared. */
record Variant(String label, Options options) {
    /** What a backend makes. */
    static Variant of(Backend backend) {
        return new Variant(backend.name().toLowerCase(Locale.ROOT), Options.DEFAULT.withBackend(backend));
    }

    /** The same, differentiated before it is optimised: only what differentiation needs is done first, calls are inlined. */
    Variant optimizedLater() {
        return new Variant(label + "-late", options.withOptimizeFirst(false));
    }
}
