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

    volatile DeviceException.Kind kind = DeviceException.Kind.REFUSED;

    StandInDevice(String name, AtomicLong clock, long nanoseconds) {
        this(name, clock, nanoseconds, Long.MAX_VALUE);
    }

    StandInDevice(String name, AtomicLong clock, long nanoseconds, long memory) {
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
                Math.min(real.largestAllocationBytes(), memory),
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
                    switch (method.getName()) {
                        case "description":
                            return description;
                        case "equals":
                            return proxy == arguments[0];
                        case "hashCode":
                            return System.identityHashCode(proxy);
                        case "isLost":
                            return kind == DeviceException.Kind.LOST && !failing.isEmpty();
                        case "launch":
                            launches.incrementAndGet();
                            clock.addAndGet(nanoseconds);
                            break;
                        default:
                    }
                    fail(method.getName());
                    try {
                        return method.invoke(real, (@Nullable Object[]) arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void fail(String what) {
        if (what.equals(failing)) {
            throw new DeviceException(kind, name + " cannot " + what);
        }
    }
}
