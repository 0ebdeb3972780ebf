package dev.jacobi.offload.extract;

import dev.jacobi.ir.SourcePosition;
import org.jspecify.annotations.Nullable;

/** Why a loop cannot run on a device. */
record Obstacle(String what, @Nullable SourcePosition position) {

    /** Ends the look at one loop; what called it makes a refusal of it. */
    static final class Found extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Obstacle obstacle;

        Found(String what, @Nullable SourcePosition position) {
            super(what, null, false, false);
            obstacle = new Obstacle(what, position);
        }

        Obstacle obstacle() {
            return obstacle;
        }
    }
}
