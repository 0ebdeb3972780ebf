package dev.jacobi.offload.launch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Threads for the devices of a launch. */
class DeviceThreadsTest {
    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tasksRunAtTheSameTime() {
        CountDownLatch all = new CountDownLatch(3);
        Runnable task = () -> {
            all.countDown();
            await(all);
        };
        DeviceThreads.run(List.of(task, task, task));
        assertEquals(0, all.getCount());
    }

    @Test
    void theFirstInTheirOrderIsThrownWhenAllAreDone() {
        AtomicInteger done = new AtomicInteger();
        IllegalStateException second = new IllegalStateException("second");
        AssertionError third = new AssertionError("third");
        CountDownLatch thirdIsDone = new CountDownLatch(1);
        Throwable thrown = assertThrows(
                IllegalStateException.class,
                () -> DeviceThreads.run(List.of(
                        done::incrementAndGet,
                        () -> {
                            await(thirdIsDone);
                            throw second;
                        },
                        () -> {
                            thirdIsDone.countDown();
                            throw third;
                        },
                        done::incrementAndGet)));
        assertSame(second, thrown);
        assertArrayEquals(new Throwable[] {third}, thrown.getSuppressed());
        assertEquals(2, done.get());
    }

    @Test
    void anInterruptDoesNotEndTheWait() {
        AtomicInteger done = new AtomicInteger();
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        DeviceThreads.run(List.of(
                () -> {
                    caller.interrupt();
                    interrupted.countDown();
                },
                () -> {
                    await(interrupted);
                    done.incrementAndGet();
                }));
        assertTrue(Thread.interrupted());
        assertEquals(1, done.get());
    }
}
