package dev.jacobi.offload.runtime.driver;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which copies went ahead of the other commands, beside them, and for which of these the other commands wait already. Memory that no other command uses, or all of whose commands are known to be done, may be filled ahead; the next other
 * command that uses it waits. So data come while kernels run that do not need them, and what commands do is as if they ran in their order.
 *
 * <p>Thread-safe, also where one thread's command waits already for copies that another thread's is about to wait for: a copy counts as waited for only after the wait has been given to the driver, and a command as done only if what
 * waited was begun after it had been given.
 */
final class Ahead {
    private final Driver driver;
    private final AtomicLong copies = new AtomicLong();
    private final AtomicLong waitedFor = new AtomicLong();
    /** How many other commands were given to the driver, each counted after that. */
    private final AtomicLong commands = new AtomicLong();
    /** So many of these are done for certain. */
    private final AtomicLong done = new AtomicLong();

    /** What is known of the memory of one buffer, or of several, one after the other. */
    static final class Uses {
        private final AtomicLong lastCopy = new AtomicLong();
        private final AtomicLong lastCommand = new AtomicLong();
        /** How many commands are just being given that use it. */
        private final AtomicInteger beingGiven = new AtomicInteger();
    }

    Ahead(Driver driver) {
        this.driver = driver;
    }

    /** Whether a copy to this memory may go ahead. */
    boolean mayGo(Uses uses) {
        return uses.beingGiven.get() == 0 && uses.lastCommand.get() <= done.get();
    }

    /** To be called when a copy has been given to the driver. */
    void gone(Uses uses) {
        uses.lastCopy.accumulateAndGet(copies.incrementAndGet(), Math::max);
    }

    /** Gives any other command to the driver, which waits for what went ahead to the memory that it uses. */
    void give(List<Uses> used, Runnable command) {
        give(used, command, false);
    }

    /** As {@link #give}; the command waits until it is done, and all that have been given before. */
    void giveAndWait(List<Uses> used, Runnable command) {
        give(used, command, true);
    }

    private void give(List<Uses> used, Runnable command, boolean waits) {
        used.forEach(uses -> uses.beingGiven.incrementAndGet());
        long before = commands.get();
        boolean isDone = false;
        try {
            used.forEach(this::settle);
            command.run();
            isDone = waits;
        } finally {
            if (isDone) {
                done.accumulateAndGet(before, Math::max);
            } else {
                long number = commands.incrementAndGet();
                used.forEach(uses -> uses.lastCommand.accumulateAndGet(number, Math::max));
            }
            used.forEach(uses -> uses.beingGiven.decrementAndGet());
        }
    }

    private void settle(Uses uses) {
        if (uses.lastCopy.get() > waitedFor.get()) {
            long now = copies.get();
            driver.waitForAhead();
            waitedFor.accumulateAndGet(now, Math::max);
        }
    }
}
