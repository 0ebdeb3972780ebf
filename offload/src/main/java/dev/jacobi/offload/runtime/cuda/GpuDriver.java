package dev.jacobi.offload.runtime.cuda;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice.Parameter;
import dev.jacobi.offload.runtime.driver.Driver;
import dev.jacobi.offload.runtime.driver.GroupSize;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The primary context of a GPU with two streams, one for copies ahead. What commands use, is freed when the streams are known to be done with them: when somebody waits, when there is much of it, or when memory is short.
 *
 * <p>The context is made the current one of each thread that calls, and stays so.
 */
final class GpuDriver implements Driver {
    private static final int NON_BLOCKING_STREAM = 1;
    private static final int EVENT_WITHOUT_TIME = 2;
    private static final int PORTABLE = 1;
    private static final int JIT_ERROR_LOG = 5;
    private static final int JIT_ERROR_LOG_BYTES = 6;
    private static final int LOG_BYTES = 1 << 14;
    private static final int LARGEST_GROUP = 0;
    private static final int MOST_LEFT_TO_FREE = 256;

    private final GpuDevice device;
    private final GpuLibrary library;
    private final String where;
    private final long context;
    private final long stream;
    private final long aheadStream;
    /** Follows copies ahead. */
    private final long aheadEvent;

    private final List<Runnable> toFree = new ArrayList<>();
    private volatile boolean lost;

    /** Page-locked memory, and an event that follows its last use. */
    private final class Pinned implements Staging {
        final MemorySegment memory;
        final long event;
        private boolean used;

        @SuppressWarnings("restricted") // the size is what was allocated
        Pinned(long bytes) {
            memory = MemorySegment.ofAddress(create(GpuFunction.ALLOCATE_PINNED, bytes, PORTABLE))
                    .reinterpret(bytes);
            try {
                event = create(GpuFunction.CREATE_EVENT, EVENT_WITHOUT_TIME);
            } catch (DeviceException e) {
                library.status(GpuFunction.FREE_PINNED, memory);
                throw e;
            }
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        void isUsed(long lane) {
            call(GpuFunction.RECORD_EVENT, event, lane);
            used = true;
        }

        @Override
        public void await() {
            if (used) {
                call(GpuFunction.SYNCHRONIZE_EVENT, event);
            }
        }

        @Override
        public void free() {
            call(GpuFunction.DESTROY_EVENT, event);
            call(GpuFunction.FREE_PINNED, memory);
        }
    }

    private final class Kernel implements Code {
        final long module;
        final long function;
        final int parameters;
        final GroupSize groups;

        Kernel(long module, long function, int parameters, GroupSize groups) {
            this.module = module;
            this.function = function;
            this.parameters = parameters;
            this.groups = groups;
        }

        @Override
        public void free() {
            later(() -> call(GpuFunction.UNLOAD_MODULE, module));
        }
    }

    GpuDriver(GpuDevice device) {
        this.device = device;
        library = device.library();
        where = device.description().id() + " (" + device.description().name() + ")";
        context = device.retain(where);
        try {
            stream = create(GpuFunction.CREATE_STREAM, NON_BLOCKING_STREAM);
            aheadStream = create(GpuFunction.CREATE_STREAM, NON_BLOCKING_STREAM);
            aheadEvent = create(GpuFunction.CREATE_EVENT, EVENT_WITHOUT_TIME);
        } catch (DeviceException e) {
            device.release(where, e.lost());
            throw e;
        }
    }

    @Override
    public DeviceDescription description() {
        return device.description();
    }

    private void enter() {
        check(GpuFunction.SET_CONTEXT, library.status(GpuFunction.SET_CONTEXT, context));
    }

    private void call(GpuFunction function, Object... arguments) {
        enter();
        check(function, library.status(function, arguments));
    }

    private void check(GpuFunction function, int status) {
        if (status != 0) {
            throw failure(function, status, "");
        }
    }

    private DeviceException failure(GpuFunction function, int status, String more) {
        DeviceException failure = library.failure(where, function, status, more);
        lost |= failure.lost();
        return failure;
    }

    private long create(GpuFunction function, Object... arguments) {
        enter();
        try {
            return library.create(where, function, arguments);
        } catch (DeviceException e) {
            lost |= e.lost();
            throw e;
        }
    }

    @Override
    public long allocate(long bytes) {
        boolean waiting;
        synchronized (toFree) {
            waiting = toFree.size() >= MOST_LEFT_TO_FREE;
        }
        if (waiting) {
            finish();
        }
        try {
            return create(GpuFunction.ALLOCATE, bytes);
        } catch (DeviceException e) {
            if (e.kind() != DeviceException.Kind.OUT_OF_MEMORY) {
                throw e;
            }
            finish();
            return create(GpuFunction.ALLOCATE, bytes);
        }
    }

    @Override
    public void free(long memory) {
        later(() -> call(GpuFunction.FREE, memory));
    }

    private void later(Runnable free) {
        synchronized (toFree) {
            toFree.add(free);
        }
    }

    @Override
    public Staging newStaging(long bytes) {
        return new Pinned(bytes);
    }

    @Override
    public void write(Staging from, long fromOffset, long memory, long offset, long bytes, boolean ahead) {
        Pinned block = (Pinned) from;
        long lane = ahead ? aheadStream : stream;
        call(GpuFunction.WRITE, memory + offset, block.memory.asSlice(fromOffset, bytes), bytes, lane);
        block.isUsed(lane);
    }

    @Override
    public synchronized void waitForAhead() {
        call(GpuFunction.RECORD_EVENT, aheadEvent, aheadStream);
        call(GpuFunction.WAIT_FOR_EVENT, stream, aheadEvent, 0);
    }

    @Override
    public void read(long memory, long offset, Staging to, long bytes) {
        Pinned block = (Pinned) to;
        call(GpuFunction.READ, block.memory, memory + offset, bytes, stream);
        block.isUsed(stream);
    }

    @Override
    public void copy(long from, long fromOffset, long to, long toOffset, long bytes) {
        call(GpuFunction.COPY, to + toOffset, from + fromOffset, bytes, stream);
    }

    @Override
    public void clear(long memory, long offset, long bytes) {
        call(GpuFunction.FILL, memory + offset, (byte) 0, bytes, stream);
    }

    @Override
    public Code load(byte[] image, String entry, List<Parameter> parameters) {
        try (Arena arena = Arena.ofConfined()) {
            long module = module(arena, image);
            try {
                return kernel(arena, module, entry, parameters);
            } catch (DeviceException e) {
                library.status(GpuFunction.UNLOAD_MODULE, module);
                throw e;
            }
        }
    }

    private long module(Arena arena, byte[] image) {
        // Text has to end with a zero, and is not harmed by more of them.
        MemorySegment code = arena.allocate(image.length + 1L, Long.BYTES);
        MemorySegment.copy(image, 0, code, JAVA_BYTE, 0, image.length);
        MemorySegment log = arena.allocate(LOG_BYTES);
        MemorySegment options = arena.allocateFrom(JAVA_INT, JIT_ERROR_LOG, JIT_ERROR_LOG_BYTES);
        MemorySegment values = arena.allocateFrom(JAVA_LONG, log.address(), LOG_BYTES - 1);
        MemorySegment module = arena.allocate(JAVA_LONG);
        boolean compiles = library.dialect() == Dialect.CUDA;
        enter();
        int status = library.status(
                GpuFunction.LOAD_MODULE,
                module,
                code,
                compiles ? 2 : 0,
                compiles ? options : NULL,
                compiles ? values : NULL);
        if (status != 0) {
            String text = log.getString(0).strip();
            throw failure(GpuFunction.LOAD_MODULE, status, text.isEmpty() ? "" : "; the driver's log:\n" + text);
        }
        return module.get(JAVA_LONG, 0);
    }

    private Kernel kernel(Arena arena, long module, String entry, List<Parameter> parameters) {
        MemorySegment place = arena.allocate(JAVA_LONG);
        enter();
        int status = library.status(GpuFunction.FUNCTION, place, module, arena.allocateFrom(entry));
        if (status != 0) {
            throw failure(GpuFunction.FUNCTION, status, " for " + entry);
        }
        long function = place.get(JAVA_LONG, 0);
        if (library.has(GpuFunction.FUNCTION_PARAMETER)) {
            checkParameters(arena, function, entry, parameters);
        }
        enter();
        int largest = library.number(where, GpuFunction.FUNCTION_ATTRIBUTE, LARGEST_GROUP, function);
        GroupSize groups = GroupSize.ofGpu(largest, device.warp(), description().computeUnits());
        return new Kernel(module, function, parameters.size(), groups);
    }

    private void checkParameters(Arena arena, long function, String entry, List<Parameter> parameters) {
        MemorySegment offset = arena.allocate(JAVA_LONG);
        MemorySegment size = arena.allocate(JAVA_LONG);
        int declared = 0;
        enter();
        while (library.status(GpuFunction.FUNCTION_PARAMETER, function, (long) declared, offset, size) == 0) {
            if (declared < parameters.size() && size.get(JAVA_LONG, 0) != bytes(parameters.get(declared))) {
                throw new DeviceException(
                        DeviceException.Kind.REFUSED,
                        where + ": parameter " + declared + " of kernel " + entry + " has " + size.get(JAVA_LONG, 0)
                                + " bytes and is no " + parameters.get(declared));
            }
            declared++;
        }
        if (declared != parameters.size()) {
            throw new DeviceException(
                    DeviceException.Kind.REFUSED,
                    where + ": kernel " + entry + " has " + declared + " parameters, not " + parameters.size());
        }
    }

    private static long bytes(Parameter parameter) {
        return switch (parameter) {
            case INT, FLOAT -> Integer.BYTES;
            case LONG, DOUBLE, BUFFER -> Long.BYTES;
        };
    }

    @Override
    public void launch(Code code, MemorySegment values, long items) {
        Kernel kernel = (Kernel) code;
        int group = kernel.groups.of(items);
        int groups = Math.toIntExact((items + group - 1) / group);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment places = arena.allocate(ADDRESS, Math.max(1, kernel.parameters));
            for (int i = 0; i < kernel.parameters; i++) {
                places.setAtIndex(ADDRESS, i, values.asSlice((long) i * Long.BYTES));
            }
            call(GpuFunction.LAUNCH, kernel.function, groups, 1, 1, group, 1, 1, 0, stream, places, NULL);
        }
    }

    @Override
    public void finish() {
        List<Runnable> done;
        synchronized (toFree) {
            done = List.copyOf(toFree);
            toFree.clear();
        }
        try {
            call(GpuFunction.SYNCHRONIZE_STREAM, aheadStream);
            call(GpuFunction.SYNCHRONIZE_STREAM, stream);
        } catch (DeviceException e) {
            if (!lost) {
                synchronized (toFree) {
                    toFree.addAll(done);
                }
            }
            throw e;
        }
        done.forEach(Runnable::run);
    }

    @Override
    public void close() {
        try {
            if (!lost) {
                finish();
                call(GpuFunction.DESTROY_EVENT, aheadEvent);
                call(GpuFunction.DESTROY_STREAM, aheadStream);
                call(GpuFunction.DESTROY_STREAM, stream);
            }
        } finally {
            device.release(where, lost);
        }
    }
}
