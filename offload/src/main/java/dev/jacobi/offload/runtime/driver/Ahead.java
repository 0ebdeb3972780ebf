package dev.jacobi.offload.runtime.driver;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Which copies went ahead of the other commands, beside them, and for which of these the other commands wait already. A buffer that no other command has used may be filled ahead; the first other command
 * that uses it waits. So data come while kernels run that do not need them, and what commands do is as if they ran in their order.
 *
 * <p>Thread-safe, also where one thread's command waits already for copies that another thread's is about to wait for: a copy counts as waited for only after the wait has been given to the driver.
 */
final class Ahead {
    private final Driver driver;
    private final AtomicLong given = new AtomicLong();
    private final AtomicLong waitedFor = new AtomicLong();

    /** What is known of one buffer. */
    static final class Uses {
        private final AtomicLong lastAhead = new AtomicLong();
        private volatile boolean byOthers;
    }

    Ahead(Driver driver) {
        this.driver = driver;
    }

    /** Whether a copy to a buffer may go ahead. */
    static boolean mayGo(Uses uses) {
        return !uses.byOthers;
    }

    /** To be called when a copy has been given to the driver. */
    void gone(Uses uses) {
        uses.lastAhead.accumulateAndGet(given.incrementAndGet(), Math::max);
    }

    /** To be called before any other command is given that uses a buffer. */
    void settle(Uses uses) {
        uses.byOthers = true;
        if (uses.lastAhead.get() > waitedFor.get()) {
            long now = given.get();
            driver.waitForAhead();
            waitedFor.accumulateAndGet(now, Math::max);
        }
    }
}
