package dev.jacobi.offload.launch;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.Kernel.Requirement;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.runtime.DeviceCalls;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The loops of one function on devices. What the function's host code calls goes to the session of the thread that runs it. Thread-safe. */
final class Launches implements DeviceCalls {
    /** More rounds are done in several launches: a kernel counts in ints. */
    private static final int MOST_ROUNDS = 1 << 30;

    /** No round has failed. */
    private static final int FINE = -1;

    private final String display;
    private final ThreadLocal<@Nullable Session> current = new ThreadLocal<>();
    private List<Loop> loops = List.of();

    /** A loop on the device and, all rounds in a row, on the host. */
    private record Loop(Kernel kernel, KernelImages images, MethodHandle onHost) {}

    Launches(String display) {
        this.display = display;
    }

    /** @param emit makes a handle of a function */
    void set(List<Kernel> kernels, Function<dev.jacobi.ir.Function, MethodHandle> emit) {
        loops = kernels.stream()
                .map(kernel -> new Loop(kernel, new KernelImages(kernel.round()), spread(emit.apply(kernel.loop()))))
                .toList();
    }

    private static MethodHandle spread(MethodHandle handle) {
        return handle.asSpreader(Object[].class, handle.type().parameterCount())
                .asType(MethodType.methodType(void.class, Object[].class));
    }

    /** Runs code in whose launches a session is the current one. */
    @Nullable
    Object within(Session session, MethodHandle code, @Nullable Object[] arguments) throws Throwable {
        Session before = current.get();
        current.set(session);
        try {
            return (Object) code.invokeExact(arguments);
        } finally {
            current.set(before);
        }
    }

    private Session session() {
        Session session = current.get();
        if (session == null) {
            throw new IllegalStateException("host code of " + display + " runs outside of an offload");
        }
        return session;
    }

    @Override
    public void touch(@Nullable Object array, boolean writing) {
        session().touch(array, writing);
    }

    @Override
    public void launch(int number, @Nullable Object[] arguments) {
        Loop loop = loops.get(number);
        int from = (Integer) arguments[arguments.length - 2];
        int to = (Integer) arguments[arguments.length - 1];
        if (from >= to) {
            return;
        }
        List<@Nullable ArrayUse> uses = loop.kernel().uses();
        for (int index = 0; index < uses.size(); index++) {
            if (uses.get(index) != null && arguments[index] == null) {
                onHost(loop, arguments, "an array that is null");
                return;
            }
        }
        loop.kernel().requirements().forEach(requirement -> require(requirement, arguments, loop.kernel()));
        try {
            new Launch(session(), loop, arguments, from, to).run();
        } catch (Failed _) {
            session().traffic().failure();
            onHost(loop, arguments, "a round that fails");
        }
    }

    /** Does all rounds in their order; one of them will probably throw. */
    private void onHost(Loop loop, @Nullable Object[] arguments, String why) {
        System.getLogger("dev.jacobi.offload")
                .log(System.Logger.Level.DEBUG, "a loop of {0} goes on on the host: {1}", display, why);
        Session session = session();
        List<@Nullable ArrayUse> uses = loop.kernel().uses();
        for (int index = 0; index < uses.size(); index++) {
            ArrayUse use = uses.get(index);
            if (use != null && arguments[index] != null) {
                session.touch(arguments[index], use.writes());
            }
        }
        try {
            loop.onHost().invokeExact(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw Launches.<RuntimeException>sneaky(e);
        }
    }

    @SuppressWarnings("unchecked") // the compiler believes it, and the JVM does not ask
    private static <T extends Throwable> T sneaky(Throwable e) throws T {
        throw (T) e;
    }

    private void require(Requirement requirement, @Nullable Object[] arguments, Kernel kernel) {
        int from = (Integer) arguments[arguments.length - 2];
        int to = (Integer) arguments[arguments.length - 1];
        switch (requirement) {
            case Requirement.Distinct(int one, int other, String what) -> {
                if (arguments[one] == arguments[other]) {
                    throw refused(kernel, "two arrays of it are one and the same here, so " + what + " may meet in different rounds");
                }
            }
            case Requirement.Stride(int constant, int factor, String what) -> {
                long stride = factor < 0 ? Math.abs((long) constant) : (Integer) arguments[factor];
                if (stride < 1 || stride > (1L << 32) / ((long) to - from)) {
                    throw refused(kernel, "the index of " + what + " wraps around here, with a stride of " + stride);
                }
            }
        }
    }

    private JacobiException refused(Kernel kernel, String what) {
        return new JacobiException(
                Refusal.NOT_INDEPENDENT,
                "cannot run the parallel loop of " + display + " on a device: " + what,
                kernel.position() == null ? null : kernel.position().toString());
    }

    /** A round has failed; the arrays are as before the launch. */
    private static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        Failed() {
            super(null, null, false, false);
        }
    }

    /** One launch. */
    private static final class Launch {
        private final Session session;
        private final OpenDevice device;
        private final Loop loop;
        private final @Nullable Object[] arguments;
        private final int from;
        private final int to;
        private final List<@Nullable ArrayUse> uses;
        /** By array: what was on the device before, and a copy of it where the host has not the same. */
        private final Map<ResidentArray, Before> before = new HashMap<>();

        private record Before(ResidentArray.State state, @Nullable DeviceBuffer copy) {}

        Launch(Session session, Loop loop, @Nullable Object[] arguments, int from, int to) {
            this.session = session;
            this.device = session.device();
            this.loop = loop;
            this.arguments = arguments;
            this.from = from;
            this.to = to;
            this.uses = loop.kernel().uses();
        }

        void run() throws Failed {
            OpenDevice.LoadedKernel code = loop.images().on(device);
            try {
                for (int index = 0; index < uses.size(); index++) {
                    ArrayUse use = uses.get(index);
                    if (use != null) {
                        prepare(session.resident(java.util.Objects.requireNonNull(arguments[index])), use);
                    }
                }
                boolean mayFail = loop.kernel().mayFail();
                DeviceBuffer status = session.status();
                if (mayFail) {
                    device.copyIn(MemorySegment.ofArray(new int[] {FINE}), status, 0);
                }
                for (long first = from; first < to; first += MOST_ROUNDS) {
                    int count = (int) Math.min(MOST_ROUNDS, to - first);
                    device.launch(code, count, operands((int) first, count, status));
                    session.traffic().launch();
                }
                if (mayFail) {
                    int[] word = new int[1];
                    device.copyOut(status, 0, MemorySegment.ofArray(word));
                    if (word[0] != FINE) {
                        restore();
                        throw new Failed();
                    }
                }
            } finally {
                before.values().forEach(each -> {
                    if (each.copy() != null) {
                        each.copy().close();
                    }
                });
            }
        }

        private void prepare(ResidentArray array, ArrayUse use) {
            int length = array.length();
            int first = Math.clamp((long) from + use.offset(), 0, length);
            int end = Math.clamp((long) to + use.offset(), 0, length);
            boolean whole = use.reads() || use.writes() && !use.exactly();
            if (whole) {
                array.toDevice();
            }
            if (!use.writes()) {
                return;
            }
            if (loop.kernel().mayFail()) {
                before.computeIfAbsent(array, this::remember);
            }
            if (use.exactly()) {
                array.writesAll(first, end);
            } else {
                array.writesAny();
            }
        }

        private Before remember(ResidentArray array) {
            if (!array.isDirty()) {
                return new Before(array.state(), null);
            }
            DeviceBuffer copy = device.allocate(array.buffer().bytes());
            device.copy(array.buffer(), 0, copy, 0, array.buffer().bytes());
            return new Before(array.state(), copy);
        }

        /** Puts the arrays that were written back to what they were. */
        private void restore() {
            before.forEach((array, was) -> {
                if (was.copy() == null) {
                    array.drop();
                } else {
                    device.copy(was.copy(), 0, array.buffer(), 0, array.buffer().bytes());
                    array.restore(was.state());
                }
            });
        }

        private Object[] operands(int first, int count, DeviceBuffer status) {
            List<Object> operands = new ArrayList<>();
            for (int index = 0; index < uses.size(); index++) {
                Object argument = java.util.Objects.requireNonNull(arguments[index]);
                if (uses.get(index) == null) {
                    operands.add(argument);
                } else {
                    ResidentArray array = session.resident(argument);
                    operands.add(array.buffer());
                    operands.add(array.length());
                }
            }
            operands.add(first);
            operands.add(count);
            operands.add(status);
            return operands.toArray();
        }
    }
}
