package dev.jacobi.offload;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.DeviceRuntime;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.Runtimes;
import dev.jacobi.offload.runtime.fork.TestedDevice;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A device that does what the tested one does, but by a clock of the test, and is as slow and as unreliable as a test wants it. */
final class StandInDevice implements DeviceRuntime {
    private final String name;
    private final DeviceDescription description;
    private final AtomicLong clock;
    private final Device device;
    /** What each launch takes. */
    volatile long nanoseconds;
    /** How often kernels were started. */
    final AtomicInteger launches = new AtomicInteger();
    /** The method of the device that fails from now on, and how. */
    volatile String failing = "";

    /** The bytes that are allocated, and the most that ever were. */
    final AtomicLong allocated = new AtomicLong();

    final AtomicLong mostAllocated = new AtomicLong();
    /** How often there was too little memory. */
    final AtomicInteger refused = new AtomicInteger();

    volatile DeviceException.Kind kind = DeviceException.Kind.REFUSED;

    StandInDevice(String name, AtomicLong clock, long nanoseconds) {
        this(name, clock, nanoseconds, Long.MAX_VALUE);
    }

    StandInDevice(String name, AtomicLong clock, long nanoseconds, long memory) {
        this(name, clock, nanoseconds, memory, memory);
    }

    /** @param largest the bytes that one array may have */
    StandInDevice(String name, AtomicLong clock, long nanoseconds, long memory, long largest) {
        DeviceDescription real = TestedDevice.description();
        this.name = name;
        this.clock = clock;
        this.nanoseconds = nanoseconds;
        this.description = new DeviceDescription(
                name,
                0,
                DeviceDescription.Kind.GPU,
                "a stand-in",
                real.driver(),
                real.target(),
                real.code(),
                "",
                Math.min(real.memoryBytes(), memory),
                Math.min(real.largestAllocationBytes(), largest),
                4,
                real.doubles());
        this.device = new Device(this, description);
    }

    Device device() {
        return device;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<DeviceDescription> devices() {
        return List.of(description);
    }

    @Override
    public String absence() {
        return "";
    }

    @Override
    public OpenDevice open(DeviceDescription ignored) {
        fail("open");
        OpenDevice real = Runtimes.open(TestedDevice.description());
        return (OpenDevice) Proxy.newProxyInstance(
                OpenDevice.class.getClassLoader(), new Class<?>[] {OpenDevice.class}, (proxy, method, arguments) -> {
                    String called = method.getName();
                    if (called.equals("launch")) {
                        launches.incrementAndGet();
                        clock.addAndGet(nanoseconds);
                    }
                    fail(called);
                    return switch (called) {
                        case "description" -> description;
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "isLost" -> kind == DeviceException.Kind.LOST && !failing.isEmpty();
                        case "allocate" -> allocate(real, (Long) arguments[0]);
                        default -> {
                            try {
                                yield method.invoke(real, unwrapped(arguments));
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }
                    };
                });
    }

    /** A buffer of the real device, and its bytes. */
    private final class Memory implements OpenDevice.DeviceBuffer {
        private final OpenDevice.DeviceBuffer real;
        private boolean isClosed;

        Memory(OpenDevice.DeviceBuffer real) {
            this.real = real;
            mostAllocated.accumulateAndGet(allocated.addAndGet(real.bytes()), Math::max);
        }

        @Override
        public long bytes() {
            return real.bytes();
        }

        @Override
        public synchronized void close() {
            if (!isClosed) {
                isClosed = true;
                allocated.addAndGet(-real.bytes());
                real.close();
            }
        }
    }

    private Memory allocate(OpenDevice real, long bytes) {
        if (bytes > description.largestAllocationBytes() || bytes > description.memoryBytes() - allocated.get()) {
            refused.incrementAndGet();
            throw new DeviceException(DeviceException.Kind.OUT_OF_MEMORY, name + " is full");
        }
        return new Memory(real.allocate(bytes));
    }

    private static @Nullable Object @Nullable [] unwrapped(@Nullable Object @Nullable [] arguments) {
        if (arguments == null) {
            return null;
        }
        @Nullable Object[] own = arguments.clone();
        for (int index = 0; index < own.length; index++) {
            if (own[index] instanceof Memory memory) {
                own[index] = memory.real;
            } else if (own[index] instanceof @Nullable Object[] others) {
                own[index] = unwrapped(others);
            }
        }
        return own;
    }

    private void fail(String what) {
        if (what.equals(failing)) {
            throw new DeviceException(kind, name + " cannot " + what);
        }
    }
}
