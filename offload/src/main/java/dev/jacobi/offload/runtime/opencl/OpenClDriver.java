package dev.jacobi.offload.runtime.opencl;

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
import java.util.List;

/** A context with one device and two queues, one for copies ahead. What commands use, OpenCL keeps until they are done. */
final class OpenClDriver implements Driver {
    private static final int BUILD_LOG = 0x1183;
    private static final int KERNEL_ARGUMENTS = 0x1191;
    private static final int LARGEST_GROUP = 0x11B0;
    private static final int GROUP_MULTIPLE = 0x11B3;
    private static final long READ_WRITE = 1;
    private static final long HOST_MEMORY = 1 << 4;
    private static final long MAP_READ_WRITE = 3;

    private final OpenCl cl;
    private final ClDevice device;
    private final String where;
    private final long context;
    private final long queue;
    private final long aheadQueue;

    /** A buffer in memory that the driver chose for fast copies, mapped for as long as it lives. */
    private final class Pinned implements Staging {
        final long buffer;
        final MemorySegment memory;
        private long lastUse;

        @SuppressWarnings("restricted") // the size is what was mapped
        Pinned(long bytes) {
            buffer = cl.create(where, ClFunction.CREATE_BUFFER, context, READ_WRITE | HOST_MEMORY, bytes, 0L);
            try {
                long address =
                        cl.create(where, ClFunction.MAP, queue, buffer, 1, MAP_READ_WRITE, 0L, bytes, 0, NULL, NULL);
                memory = MemorySegment.ofAddress(address).reinterpret(bytes);
            } catch (DeviceException e) {
                cl.status(ClFunction.RELEASE_BUFFER, buffer);
                throw e;
            }
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        void usedBy(long event) {
            long before = lastUse;
            lastUse = event;
            release(before);
        }

        private void release(long event) {
            if (event != 0) {
                cl.call(where, ClFunction.RELEASE_EVENT, event);
            }
        }

        @Override
        public void await() {
            if (lastUse != 0) {
                try (Arena arena = Arena.ofConfined()) {
                    cl.call(where, ClFunction.WAIT, 1, arena.allocateFrom(JAVA_LONG, lastUse));
                }
            }
        }

        @Override
        public void free() {
            usedBy(0);
            cl.call(where, ClFunction.UNMAP, queue, buffer, memory.address(), 0, NULL, NULL);
            cl.call(where, ClFunction.RELEASE_BUFFER, buffer);
        }
    }

    /** A kernel, whose arguments are state: locked from the first argument to the start. */
    private final class Kernel implements Code {
        final long handle;
        final List<Parameter> parameters;
        final GroupSize groups;

        Kernel(long handle, List<Parameter> parameters, GroupSize groups) {
            this.handle = handle;
            this.parameters = parameters;
            this.groups = groups;
        }

        @Override
        public void free() {
            cl.call(where, ClFunction.RELEASE_KERNEL, handle);
        }
    }

    OpenClDriver(OpenCl cl, ClDevice device) {
        this.cl = cl;
        this.device = device;
        where = device.description().id() + " (" + device.description().name() + ")";
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment devices = arena.allocateFrom(JAVA_LONG, device.handle());
            context = cl.create(where, ClFunction.CREATE_CONTEXT, NULL, 1, devices, 0L, 0L);
        }
        try {
            queue = newQueue();
            aheadQueue = newQueue();
        } catch (DeviceException e) {
            cl.status(ClFunction.RELEASE_CONTEXT, context);
            throw e;
        }
    }

    private long newQueue() {
        return cl.create(where, ClFunction.CREATE_QUEUE, context, device.handle(), 0L);
    }

    @Override
    public DeviceDescription description() {
        return device.description();
    }

    @Override
    public long allocate(long bytes) {
        return cl.create(where, ClFunction.CREATE_BUFFER, context, READ_WRITE, bytes, 0L);
    }

    @Override
    public void free(long memory) {
        cl.call(where, ClFunction.RELEASE_BUFFER, memory);
    }

    @Override
    public Staging newStaging(long bytes) {
        return new Pinned(bytes);
    }

    @Override
    public void write(Staging from, long fromOffset, long memory, long offset, long bytes, boolean ahead) {
        Pinned block = (Pinned) from;
        MemorySegment place = block.memory.asSlice(fromOffset, bytes);
        transfer(ClFunction.WRITE, ahead ? aheadQueue : queue, block, place, memory, offset);
        if (ahead) {
            cl.call(where, ClFunction.FLUSH, aheadQueue);
        }
    }

    @Override
    public void read(long memory, long offset, Staging to, long bytes) {
        Pinned block = (Pinned) to;
        transfer(ClFunction.READ, queue, block, block.memory.asSlice(0, bytes), memory, offset);
    }

    private void transfer(
            ClFunction direction, long lane, Pinned block, MemorySegment place, long memory, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(JAVA_LONG);
            cl.call(where, direction, lane, memory, 0, offset, place.byteSize(), place, 0, NULL, event);
            block.usedBy(event.get(JAVA_LONG, 0));
        }
    }

    @Override
    public void waitForAhead() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(JAVA_LONG);
            cl.call(where, ClFunction.MARK, aheadQueue, 0, NULL, event);
            try {
                cl.call(where, ClFunction.FLUSH, aheadQueue);
                cl.call(where, ClFunction.BARRIER, queue, 1, event, NULL);
            } finally {
                cl.status(ClFunction.RELEASE_EVENT, event.get(JAVA_LONG, 0));
            }
        }
    }

    @Override
    public void copy(long from, long fromOffset, long to, long toOffset, long bytes) {
        cl.call(where, ClFunction.COPY, queue, from, to, fromOffset, toOffset, bytes, 0, NULL, NULL);
    }

    @Override
    public void clear(long memory, long offset, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            long pattern = Math.min(Long.BYTES, Long.lowestOneBit(offset | bytes));
            MemorySegment zero = arena.allocate(Long.BYTES);
            cl.call(where, ClFunction.FILL, queue, memory, zero, pattern, offset, bytes, 0, NULL, NULL);
        }
    }

    @Override
    public Code load(byte[] image, String entry, List<Parameter> parameters) {
        if (!device.javaFloats() && SinglePrecision.isIn(image)) {
            throw new DeviceException(
                    DeviceException.Kind.REFUSED,
                    where + ": kernel " + entry + " computes with floats, and this driver does not round all of them as"
                            + " Java does, or takes subnormal ones for zero");
        }
        try (Arena arena = Arena.ofConfined()) {
            long program = device.spirv() ? ofSpirv(arena, image) : ofBitcode(arena, SpirvTranslator.bitcode(image));
            try {
                build(arena, program);
                return kernel(arena, program, entry, parameters);
            } finally {
                cl.status(ClFunction.RELEASE_PROGRAM, program); // the kernel keeps what it needs
            }
        }
    }

    private long ofSpirv(Arena arena, byte[] image) {
        MemorySegment code = arena.allocateFrom(JAVA_BYTE, image);
        return cl.create(where, ClFunction.PROGRAM_OF_SPIRV, context, code, (long) image.length);
    }

    private long ofBitcode(Arena arena, byte[] image) {
        MemorySegment code = arena.allocateFrom(ADDRESS, arena.allocateFrom(JAVA_BYTE, image));
        MemorySegment devices = arena.allocateFrom(JAVA_LONG, device.handle());
        MemorySegment length = arena.allocateFrom(JAVA_LONG, image.length);
        return cl.create(where, ClFunction.PROGRAM_OF_BINARY, context, 1, devices, length, code, NULL);
    }

    private void build(Arena arena, long program) {
        MemorySegment devices = arena.allocateFrom(JAVA_LONG, device.handle());
        MemorySegment options = arena.allocateFrom(device.buildOptions());
        int status = cl.status(ClFunction.BUILD, program, 1, devices, options, 0L, 0L);
        if (status != 0) {
            String log = cl.text(where, ClFunction.BUILD_INFO, BUILD_LOG, program, device.handle());
            throw new DeviceException(
                    DeviceException.Kind.BUILD,
                    where + ": " + ClFunction.BUILD.symbol() + " gives " + ClError.text(status)
                            + (log.isEmpty() ? "" : "; the driver's log:\n" + log));
        }
    }

    private Kernel kernel(Arena arena, long program, String entry, List<Parameter> parameters) {
        long kernel;
        try {
            kernel = cl.create(where, ClFunction.CREATE_KERNEL, program, arena.allocateFrom(entry));
        } catch (DeviceException e) {
            throw new DeviceException(e.kind(), e.getMessage() + " for " + entry, e);
        }
        try {
            long declared = cl.number(where, ClFunction.KERNEL_INFO, KERNEL_ARGUMENTS, kernel);
            if (declared != parameters.size()) {
                throw new DeviceException(
                        DeviceException.Kind.REFUSED,
                        where + ": kernel " + entry + " has " + declared + " parameters, not " + parameters.size());
            }
            int largest = (int) cl.number(where, ClFunction.KERNEL_GROUP_INFO, LARGEST_GROUP, kernel, device.handle());
            int multiple =
                    (int) cl.number(where, ClFunction.KERNEL_GROUP_INFO, GROUP_MULTIPLE, kernel, device.handle());
            boolean cpu = description().kind() == DeviceDescription.Kind.CPU;
            return new Kernel(
                    kernel,
                    parameters,
                    cpu
                            ? GroupSize.ofCpu(largest, description().computeUnits())
                            : GroupSize.ofGpu(largest, multiple, description().computeUnits()));
        } catch (DeviceException e) {
            cl.status(ClFunction.RELEASE_KERNEL, kernel);
            throw e;
        }
    }

    @Override
    public void launch(Code code, MemorySegment values, long items) {
        Kernel kernel = (Kernel) code;
        try (Arena arena = Arena.ofConfined()) {
            long group = kernel.groups.of(items);
            MemorySegment local = arena.allocateFrom(JAVA_LONG, group);
            MemorySegment global = arena.allocateFrom(JAVA_LONG, (items + group - 1) / group * group);
            synchronized (kernel) {
                for (int i = 0; i < kernel.parameters.size(); i++) {
                    setArgument(kernel, i, values.asSlice((long) i * Long.BYTES, Long.BYTES));
                }
                cl.call(where, ClFunction.LAUNCH, queue, kernel.handle, 1, NULL, global, local, 0, NULL, NULL);
            }
            cl.call(where, ClFunction.FLUSH, queue);
        }
    }

    private void setArgument(Kernel kernel, int index, MemorySegment value) {
        long bytes = switch (kernel.parameters.get(index)) {
            case INT, FLOAT -> JAVA_INT.byteSize();
            case LONG, DOUBLE, BUFFER -> JAVA_LONG.byteSize();
        };
        int status = cl.status(ClFunction.SET_ARGUMENT, kernel.handle, index, bytes, value);
        if (status != 0) {
            throw OpenCl.failure(where, ClFunction.SET_ARGUMENT, status, " for argument " + index);
        }
    }

    @Override
    public void finish() {
        cl.call(where, ClFunction.FINISH, aheadQueue);
        cl.call(where, ClFunction.FINISH, queue);
    }

    @Override
    public void close() {
        cl.call(where, ClFunction.RELEASE_QUEUE, aheadQueue);
        cl.call(where, ClFunction.RELEASE_QUEUE, queue);
        cl.call(where, ClFunction.RELEASE_CONTEXT, context);
    }
}
