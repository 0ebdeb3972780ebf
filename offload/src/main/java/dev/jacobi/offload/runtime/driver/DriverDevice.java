package dev.jacobi.offload.runtime.driver;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An open device of any driver: whatever could harm the driver is refused here, and everything is freed once, after its last use, whoever closes what, and when. */
public final class DriverDevice implements OpenDevice {
    private static final int MOST_MILLISECONDS_FOR_GARBAGE = 64;
    private static final System.Logger LOG = System.getLogger("dev.jacobi.offload");

    private static final class Reaper {
        static final Cleaner OF_LOST_REFERENCES = Cleaner.create();
    }

    private final Driver driver;
    private final String id;
    private final Lifetime lifetime;
    private final Ahead ahead;
    private final KeptMemory memory;
    private final CopiesIn copiesAhead;
    private final CopiesIn copiesIn;
    private final CopiesOut copiesOut;
    /** What is to be freed with the device. */
    private final Set<Resource> resources = ConcurrentHashMap.newKeySet();

    private volatile @Nullable DeviceException loss;

    /** Memory or code of the driver. Knows nothing of the object that the user holds, which closes it when it is lost. */
    private final class Resource {
        final Lifetime lifetime;
        final Runnable free;

        Resource(String what, Runnable free) {
            this.free = free;
            lifetime = new Lifetime(what, this::free);
            resources.add(this);
        }

        private void free() {
            if (!DriverDevice.this.lifetime.tryEnter()) {
                return; // goes with the device
            }
            try {
                if (resources.remove(this)) {
                    quietly(free);
                }
            } finally {
                DriverDevice.this.lifetime.exit();
            }
        }
    }

    private final class Buffer implements DeviceBuffer {
        final Resource resource;
        final Cleaner.Cleanable onLoss;
        final Ahead.Uses uses;
        final long memory;
        final long bytes;

        /** @param bytes those of the block that may be used */
        Buffer(KeptMemory.Block block, long bytes) {
            this.memory = block.memory();
            this.uses = block.uses();
            this.bytes = bytes;
            KeptMemory keeping = DriverDevice.this.memory;
            resource = new Resource("the buffer of " + id, () -> keeping.give(block));
            onLoss = Reaper.OF_LOST_REFERENCES.register(this, resource.lifetime::close);
        }

        DriverDevice device() {
            return DriverDevice.this;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void close() {
            onLoss.clean();
        }
    }

    private final class Kernel implements LoadedKernel {
        final Resource resource;
        final Cleaner.Cleanable onLoss;
        final Driver.Code code;
        final String entry;
        final List<Parameter> parameters;

        Kernel(Driver.Code code, String entry, List<Parameter> parameters) {
            this.code = code;
            this.entry = entry;
            this.parameters = parameters;
            resource = new Resource("the kernel " + entry + " of " + id, code::free);
            onLoss = Reaper.OF_LOST_REFERENCES.register(this, resource.lifetime::close);
        }

        DriverDevice device() {
            return DriverDevice.this;
        }

        @Override
        public void close() {
            onLoss.clean();
        }
    }

    public DriverDevice(Driver driver) {
        this.driver = driver;
        id = driver.description().id();
        ahead = new Ahead(driver);
        memory = new KeptMemory(driver);
        copiesAhead = new CopiesIn(driver, true);
        copiesIn = new CopiesIn(driver, false);
        copiesOut = new CopiesOut(driver);
        lifetime = new Lifetime("the device " + id, this::freeAll);
    }

    @Override
    public DeviceDescription description() {
        return driver.description();
    }

    @Override
    public LoadedKernel load(byte[] image, String entry, List<Parameter> parameters) {
        List<Parameter> kept = List.copyOf(parameters);
        if (image.length == 0) {
            throw new IllegalArgumentException("an image without a byte");
        }
        if (entry.isEmpty() || entry.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the name of a kernel is empty or has a zero in it");
        }
        if (!description().usable()) {
            throw new DeviceException(
                    DeviceException.Kind.MISSING, id + ": " + description().missing());
        }
        lifetime.enter();
        try {
            return new Kernel(guarded(() -> driver.load(image.clone(), entry, kept)), entry, kept);
        } finally {
            lifetime.exit();
        }
    }

    @Override
    public DeviceBuffer allocate(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a buffer of " + bytes + " bytes");
        }
        long most = description().largestAllocationBytes();
        if (bytes > most) {
            throw new DeviceException(
                    DeviceException.Kind.OUT_OF_MEMORY,
                    id + ": a buffer may have " + most + " bytes at most, not " + bytes);
        }
        lifetime.enter();
        try {
            return new Buffer(guarded(() -> allocateAlsoOfGarbage(Math.max(bytes, Long.BYTES))), bytes);
        } finally {
            lifetime.exit();
        }
    }

    /** Garbage is freed by another thread, one after the other: that is given a little time. */
    private KeptMemory.Block allocateAlsoOfGarbage(long bytes) {
        for (int milliseconds = 0; ; milliseconds = Math.max(1, 2 * milliseconds)) {
            try {
                return memory.take(bytes);
            } catch (DeviceException e) {
                if (e.kind() != DeviceException.Kind.OUT_OF_MEMORY || milliseconds > MOST_MILLISECONDS_FOR_GARBAGE) {
                    throw e;
                }
                if (milliseconds == 0) {
                    System.gc();
                }
                try {
                    Thread.sleep(milliseconds);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    throw e;
                }
            }
        }
    }

    @Override
    public void copyIn(MemorySegment from, DeviceBuffer to, long toOffset) {
        Buffer buffer = own(to);
        Objects.checkFromIndexSize(toOffset, from.byteSize(), buffer.bytes);
        MemorySegment source = from.asReadOnly();
        command(
                () -> {
                    if (ahead.mayGo(buffer.uses)) {
                        try {
                            copiesAhead.copy(source, buffer.memory, toOffset);
                        } finally {
                            ahead.gone(buffer.uses); // in part, if it failed
                        }
                    } else {
                        ahead.give(List.of(buffer.uses), () -> copiesIn.copy(source, buffer.memory, toOffset));
                    }
                },
                buffer.resource);
    }

    @Override
    public void copyOut(DeviceBuffer from, long fromOffset, MemorySegment to) {
        Buffer buffer = own(from);
        Objects.checkFromIndexSize(fromOffset, to.byteSize(), buffer.bytes);
        if (to.isReadOnly()) {
            throw new IllegalArgumentException("a copy to memory that is read-only");
        }
        command(
                () -> ahead.giveAndWait(List.of(buffer.uses), () -> copiesOut.copy(buffer.memory, fromOffset, to)),
                buffer.resource);
    }

    @Override
    public void copy(DeviceBuffer from, long fromOffset, DeviceBuffer to, long toOffset, long bytes) {
        Buffer source = own(from);
        Buffer target = own(to);
        Objects.checkFromIndexSize(fromOffset, bytes, source.bytes);
        Objects.checkFromIndexSize(toOffset, bytes, target.bytes);
        if (source == target && bytes > 0 && Math.abs(fromOffset - toOffset) < bytes) {
            throw new IllegalArgumentException("a copy of " + bytes + " bytes within one buffer from " + fromOffset
                    + " to " + toOffset + ", which overlap");
        }
        if (bytes > 0) {
            command(
                    () -> ahead.give(
                            List.of(source.uses, target.uses),
                            () -> driver.copy(source.memory, fromOffset, target.memory, toOffset, bytes)),
                    source.resource,
                    target.resource);
        }
    }

    @Override
    public void clear(DeviceBuffer buffer, long offset, long bytes) {
        Buffer cleared = own(buffer);
        Objects.checkFromIndexSize(offset, bytes, cleared.bytes);
        if (bytes > 0) {
            command(
                    () -> ahead.give(List.of(cleared.uses), () -> driver.clear(cleared.memory, offset, bytes)),
                    cleared.resource);
        }
    }

    @Override
    public void launch(LoadedKernel kernel, long items, Object... arguments) {
        if (!(kernel instanceof Kernel started) || started.device() != this) {
            throw new IllegalArgumentException("a kernel that was not loaded by this device");
        }
        if (items < 0 || items > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(items + " work items");
        }
        if (arguments.length != started.parameters.size()) {
            throw new IllegalArgumentException("kernel " + started.entry + " has " + started.parameters.size()
                    + " parameters, not " + arguments.length);
        }
        List<Buffer> buffers = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(JAVA_LONG, Math.max(1, arguments.length));
            for (int i = 0; i < arguments.length; i++) {
                store(started, i, arguments[i], values, buffers);
            }
            if (items > 0) {
                Resource[] used = new Resource[buffers.size() + 1];
                used[0] = started.resource;
                for (int i = 1; i < used.length; i++) {
                    used[i] = buffers.get(i - 1).resource;
                }
                command(
                        () -> ahead.give(
                                buffers.stream().map(buffer -> buffer.uses).toList(),
                                () -> driver.launch(started.code, values, items)),
                        used);
            }
        } finally {
            Reference.reachabilityFence(kernel);
            Reference.reachabilityFence(arguments);
        }
    }

    private void store(Kernel kernel, int index, Object argument, MemorySegment values, List<Buffer> buffers) {
        long place = (long) index * Long.BYTES;
        Parameter parameter = kernel.parameters.get(index);
        switch (argument) {
            case Integer number when parameter == Parameter.INT -> values.set(JAVA_INT, place, number);
            case Long number when parameter == Parameter.LONG -> values.set(JAVA_LONG, place, number);
            case Float number when parameter == Parameter.FLOAT -> values.set(JAVA_FLOAT, place, number);
            case Double number when parameter == Parameter.DOUBLE -> values.set(JAVA_DOUBLE, place, number);
            case DeviceBuffer buffer
            when parameter == Parameter.BUFFER -> {
                Buffer own = own(buffer);
                values.set(JAVA_LONG, place, own.memory);
                buffers.add(own);
            }
            case null, default ->
                throw new IllegalArgumentException("argument " + index + " of kernel " + kernel.entry
                        + " is to be of type " + parameter + ", not "
                        + (argument == null ? "null" : argument.getClass().getSimpleName()));
        }
    }

    @Override
    public void sync() {
        command(() -> ahead.giveAndWait(List.of(), driver::finish));
    }

    @Override
    public boolean isLost() {
        return loss != null;
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private Buffer own(DeviceBuffer buffer) {
        if (buffer instanceof Buffer own && own.device() == this) {
            return own;
        }
        throw new IllegalArgumentException("a buffer that was not allocated by this device");
    }

    /** Runs a command while nothing that it uses can be freed. */
    private void command(Runnable command, Resource... used) {
        lifetime.enter();
        int entered = 0;
        try {
            for (; entered < used.length; entered++) {
                used[entered].lifetime.enter();
            }
            guarded(() -> {
                command.run();
                return null;
            });
        } finally {
            while (entered > 0) {
                used[--entered].lifetime.exit();
            }
            lifetime.exit();
        }
    }

    private <T extends @Nullable Object> T guarded(Supplier<T> call) {
        DeviceException before = loss;
        if (before != null) {
            throw new DeviceException(DeviceException.Kind.LOST, before.getMessage(), before);
        }
        try {
            return call.get();
        } catch (DeviceException e) {
            if (e.lost()) {
                loss = e;
            }
            throw e;
        }
    }

    private void freeAll() {
        quietly(driver::finish);
        for (Resource resource : resources) {
            quietly(resource.free);
        }
        resources.clear();
        quietly(memory::freeAll);
        quietly(copiesAhead::free);
        quietly(copiesIn::free);
        quietly(copiesOut::free);
        quietly(driver::close);
    }

    /** What cannot be freed is no reason to fail: there is nothing that the caller could do. */
    private static void quietly(Runnable free) {
        try {
            free.run();
        } catch (DeviceException e) {
            LOG.log(Level.DEBUG, "while freeing", e);
        }
    }
}
