package dev.jacobi.offload.launch;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Formula;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.Kernel.Requirement;
import dev.jacobi.offload.extract.MixedRadix;
import dev.jacobi.offload.extract.Span;
import dev.jacobi.offload.extract.Use;
import dev.jacobi.offload.extract.WindowedKernel;
import dev.jacobi.offload.launch.ArrayMemory.TooLarge;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.runtime.DeviceCalls;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The loops of one function on devices. What the function's host code calls goes to the session of the thread that runs it. Thread-safe. */
final class Launches implements DeviceCalls {
    private static final ThreadLocal<@Nullable Session> CURRENT = new ThreadLocal<>();

    private final String display;
    private List<Loop> loops = List.of();
    /** At which places a class was initialised, by whichever thread. Never changed: loops on the host may ask in each round. */
    private volatile boolean[] initialized = new boolean[0];

    /**
     * A loop on the device and, all rounds in a row, on the host.
     *
     * @param windows of the same kernel for parts of arrays; null if there can be none
     * @param lengths computes the lengths that are known before a launch; null if there are none
     * @param wasSlow whether it has run on the host without need, and that was said
     * @param saidFewParts whether it was said that it has few parts
     * @param saidFull whether it was said that its arrays have pushed out others
     * @param saidStreams whether it was said that it is done in parts
     */
    private record Loop(
            Kernel kernel,
            KernelImages images,
            @Nullable KernelImages windows,
            Speeds speeds,
            MethodHandle onHost,
            @Nullable MethodHandle lengths,
            StackSizes stacks,
            AtomicBoolean wasSlow,
            AtomicBoolean saidFewParts,
            AtomicBoolean saidFull,
            AtomicBoolean saidStreams) {}

    Launches(String display) {
        this.display = display;
    }

    /** @param emit makes a handle of a function */
    void set(List<Kernel> kernels, Function<dev.jacobi.ir.Function, MethodHandle> emit) {
        loops = kernels.stream()
                .map(kernel -> new Loop(
                        kernel,
                        new KernelImages(kernel.round()),
                        WindowedKernel.of(kernel).map(KernelImages::new).orElse(null),
                        new Speeds(),
                        spread(emit.apply(kernel.loop())),
                        kernel.memory().lengths() == null
                                ? null
                                : spread(emit.apply(kernel.memory().lengths())),
                        new StackSizes(kernel.memory().stacks().size()),
                        new AtomicBoolean(),
                        new AtomicBoolean(),
                        new AtomicBoolean(),
                        new AtomicBoolean()))
                .toList();
    }

    /** Compiles and loads all that a call may launch, so that nothing of that can fail when half of the call is done. */
    void load(OpenDevice device, boolean hasFastMath) {
        for (Loop loop : loops) {
            loop.images().on(device, hasFastMath);
            List<@Nullable Use> uses = loop.kernel().uses();
            for (int index = 0; index < uses.size(); index++) {
                Use use = uses.get(index);
                if (use != null && use.accumulates()) {
                    Value sums = loop.kernel().loop().parameters().get(index);
                    boolean doubles = sums.type().descriptor().equals(ConstantDescs.CD_double.arrayType());
                    PartSums.of(doubles ? double.class : float.class).on(device, false);
                }
            }
        }
    }

    private static MethodHandle spread(MethodHandle handle) {
        return handle.asSpreader(Object[].class, handle.type().parameterCount())
                .asType(MethodType.methodType(void.class, Object[].class));
    }

    /** Runs code in whose launches a session is the current one. */
    @Nullable
    Object within(Session session, MethodHandle code, @Nullable Object[] arguments) throws Throwable {
        Session before = CURRENT.get();
        CURRENT.set(session);
        try {
            return (Object) code.invokeExact(arguments);
        } finally {
            CURRENT.set(before);
        }
    }

    /** The session of this thread. */
    static @Nullable Session current() {
        return CURRENT.get();
    }

    private Session session() {
        Session session = current();
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
    public void forget(Object array) {
        session().forget(array);
    }

    @Override
    public void made(int place, Object array) {
        session().made(place, array);
    }

    @Override
    public void ensured(Object before, Object after, int top) {
        session().ensured(before, after, top);
    }

    @Override
    public void initializing(int place) {
        if (!isInitialized(place)) {
            session().touch(null, true);
        }
    }

    @Override
    public void initialized(int place) {
        if (!isInitialized(place)) {
            note(place);
        }
    }

    private boolean isInitialized(int place) {
        boolean[] known = initialized;
        return place < known.length && known[place];
    }

    private synchronized void note(int place) {
        boolean[] more = Arrays.copyOf(initialized, Math.max(initialized.length, place + 1));
        more[place] = true;
        initialized = more;
    }

    @Override
    public void launch(int number, @Nullable Object[] arguments) {
        run(loops.get(number), arguments);
    }

    @Override
    public @Nullable Object[] reduce(int number, @Nullable Object[] arguments) {
        return run(loops.get(number), arguments);
    }

    /** Gives what is kept after the last round. */
    private Object[] run(Loop loop, @Nullable Object[] arguments) {
        Call given = new Call(loop.kernel(), arguments);
        Object[] kept = given.initial();
        if (given.from() >= given.to()) {
            return kept;
        }
        refuseLong(given);
        Call call = SegmentArguments.asArrays(given, session());
        List<Requirement> requirements = loop.kernel().requirements();
        if (SegmentArguments.overlap(call)) {
            throw refused(
                    call.kernel(),
                    "two memory segments of it, or a segment and an array, have memory in common here, and one is written; give the same segment twice, or such as do not overlap");
        }
        // Even for the host: a round may do again what another has done, which is right if nothing has changed since.
        check(requirements, Requirement.Distinct.class, call);
        if (call.hasNull()) {
            onHost(loop, given, kept, "an array is null");
            return kept;
        }
        String why = SegmentArguments.whyOnHost(given);
        if (why != null) {
            onHost(loop, given, kept, why);
            return kept;
        }
        if (requirements.stream().anyMatch(requirement -> isIdle(requirement, call))) {
            onHost(loop, given, kept, null);
            return kept;
        }
        if (!check(requirements, Requirement.Digits.class, call)
                || !check(requirements, Requirement.Apart.class, call)
                || !check(requirements, Requirement.Separate.class, call)) {
            onHost(loop, given, kept, "an index is out of bounds or wraps around");
            return kept;
        }
        int[] lengths;
        try {
            lengths = loop.lengths() == null ? new int[0] : given.lengths(loop.lengths());
        } catch (RuntimeException _) {
            onHost(loop, given, kept, "how long an array is cannot be computed");
            return kept;
        } catch (Throwable e) {
            throw Rethrown.rethrow(e);
        }
        try {
            SegmentArguments.settle(call, session());
            launch(loop, call, lengths, kept);
        } catch (Launch.Failed _) {
            onHost(loop, given, kept, "a round fails");
        } catch (TooLarge e) {
            stream(loop, call, given, kept, e);
        }
        return kept;
    }

    /**
     * Does a loop whose arrays are too large some rounds after the other.
     *
     * @param given as the host's code has it
     */
    private void stream(Loop loop, Call call, Call given, Object[] kept, TooLarge large) {
        KernelImages windows = loop.windows();
        String obstacle = StreamedLaunch.obstacle(loop.kernel(), call);
        if (obstacle.isEmpty() && windows == null) {
            obstacle = "it does not only read and write elements of flat arrays";
        }
        if (!obstacle.isEmpty() || windows == null) {
            throw tooLarge(loop, large, "it cannot be done in parts, since " + obstacle);
        }
        StreamedLaunch launch =
                new StreamedLaunch(session(), windows, loop.speeds(), call, Launch.mayFail(loop.kernel(), call));
        long failed;
        try {
            failed = launch.run(kept);
        } catch (DeviceException e) {
            if (e.kind() != DeviceException.Kind.OUT_OF_MEMORY || launch.hasBegun()) {
                throw e;
            }
            throw tooLarge(loop, large, "there is no place for parts of " + launch.fewestRounds() + " rounds either");
        }
        if (loop.saidStreams().compareAndSet(false, true)) {
            System.getLogger("dev.jacobi.offload")
                    .log(
                            System.Logger.Level.WARNING,
                            "the parallel loop of {0} at {1} is done in parts {2}; all of them move in and out at each launch; said once",
                            display,
                            loop.kernel().position(),
                            large.figures());
        }
        if (failed != StreamedLaunch.ALL) {
            onHost(loop, given.of((int) failed, given.to()), kept, "a round fails");
        }
    }

    private JacobiException tooLarge(Loop loop, TooLarge large, String why) {
        Kernel kernel = loop.kernel();
        return new JacobiException(
                Refusal.DEVICE_MEMORY,
                "cannot run the parallel loop of " + display + " " + large.figures() + "; " + why,
                kernel.position() == null ? null : kernel.position().toString());
    }

    /** Whether an inner loop of those that are done as one has no rounds: there is next to nothing to do. */
    private static boolean isIdle(Requirement requirement, Call call) {
        return requirement instanceof Requirement.Digits(Formula divisor, boolean isRaised, String _)
                && divisor != null
                && isRaised
                && value(divisor, call) < 1;
    }

    private boolean check(List<Requirement> requirements, Class<? extends Requirement> kind, Call call) {
        return requirements.stream().filter(kind::isInstance).allMatch(requirement -> holds(requirement, call));
    }

    /** Launches, again with more memory as often as a round has not had enough. */
    private void launch(Loop loop, Call call, int[] lengths, Object[] kept) throws Launch.Failed, TooLarge {
        while (true) {
            try {
                new Launch(
                                session(),
                                loop.kernel(),
                                loop.images(),
                                loop.speeds(),
                                call,
                                new RoundSpace.Plan(loop.kernel(), lengths, loop.stacks(), display),
                                loop.saidFewParts(),
                                loop.saidFull())
                        .run(kept);
                return;
            } catch (Launch.RanOut _) {
                System.getLogger("dev.jacobi.offload")
                        .log(
                                System.Logger.Level.INFO,
                                "a loop of {0} is launched again: its rounds need more memory, now {1} elements each",
                                display,
                                loop.stacks());
            }
        }
    }

    /**
     * Does all rounds in their order; one of them will probably throw. If none does, the loop was slow, which is not passed over in silence.
     *
     * @param why null if it is not slow
     */
    private void onHost(Loop loop, Call call, Object[] kept, @Nullable String why) {
        Session session = session();
        if (why != null) {
            session.traffic().failure();
        }
        List<@Nullable Use> uses = loop.kernel().uses();
        for (int index = 0; index < uses.size(); index++) {
            Use use = uses.get(index);
            if (use != null && call.argument(index) != null) {
                for (Object array : call.arraysOf(index)) {
                    if (array != null) {
                        session.touch(array, use.isWritten());
                    }
                }
            }
        }
        try {
            call.onHost(loop.onHost(), kept);
        } catch (Throwable e) {
            throw Rethrown.rethrow(e);
        }
        if (why != null && loop.wasSlow().compareAndSet(false, true)) {
            System.getLogger("dev.jacobi.offload")
                    .log(
                            System.Logger.Level.WARNING,
                            "the parallel loop of {0} at {1} ran on the JVM, not on the device, since {2}; said once, counted in Traffic.failures",
                            display,
                            loop.kernel().position(),
                            why);
        }
    }

    /**
     * Whether a requirement holds; false if only Java knows what happens.
     *
     * @throws JacobiException NOT_INDEPENDENT if it does not
     */
    private boolean holds(Requirement requirement, Call call) {
        switch (requirement) {
            case Requirement.Distinct(int one, int other, String what) -> {
                if (haveSame(one, other, call)) {
                    throw refused(
                            call.kernel(),
                            "two arrays of it are one and the same here, so " + what + " may meet in different rounds");
                }
            }
            case Requirement.Apart(int one, Span span, int other, Span otherSpan, String what) -> {
                Span.Range range = call.range(span);
                Span.Range otherRange = call.range(otherSpan);
                if (call.argument(one) != call.argument(other)) {
                    return true;
                }
                int length = HostArray.of(call.given(one)).length();
                if (!range.isWithin(length) || !otherRange.isWithin(length)) {
                    return false;
                }
                if (range.overlaps(otherRange)) {
                    throw refused(call.kernel(), what + " may meet in different rounds here");
                }
            }
            case Requirement.Separate(int one, int other, MixedRadix places, String what) -> {
                if (call.argument(one) == call.argument(other)
                        && !places.separates(call.from(), call.to(), call::integer)) {
                    throw refused(call.kernel(), what + " here");
                }
            }
            case Requirement.Digits(Formula divisor, boolean isRaised, String what) -> {
                long number = divisor == null ? 1 : value(divisor, call);
                if (number == 0) {
                    return false;
                }
                if (number < 0 || number > Integer.MAX_VALUE || call.from() < 0) {
                    throw refused(
                            call.kernel(),
                            "the index of " + what + " is computed from the index of the round by dividing it, and "
                                    + (call.from() < 0
                                            ? "that is negative here"
                                            : "what it is divided by is no positive int here"));
                }
            }
        }
        return true;
    }

    /** A value, or one that is no int. */
    private static long value(Formula formula, Call call) {
        try {
            return formula.value(call::integer);
        } catch (ArithmeticException _) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether the arrays of numbers that two arguments stand for have one in common; of one argument, whether one is there twice. Those without elements do not count. */
    private static boolean haveSame(int one, int other, Call call) {
        Set<@Nullable Object> met = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Object array : call.arraysOf(one)) {
            if (array != null && HostArray.lengthOf(array) > 0 && !met.add(array) && one == other) {
                return true;
            }
        }
        return one != other && call.arraysOf(other).stream().anyMatch(met::contains);
    }

    private void refuseLong(Call given) {
        long elements = SegmentArguments.mostElements(given);
        if (elements > Integer.MAX_VALUE) {
            throw new JacobiException(
                    Refusal.NOT_ON_DEVICE,
                    "cannot run the parallel loop of " + display + " on a device: a memory segment of it has "
                            + elements
                            + " elements, and no array has more than " + Integer.MAX_VALUE
                            + "; make slices of it before the loop",
                    given.kernel().position() == null
                            ? null
                            : given.kernel().position().toString());
        }
    }

    private JacobiException refused(Kernel kernel, String what) {
        return new JacobiException(
                Refusal.NOT_INDEPENDENT,
                "cannot run the parallel loop of " + display + " on a device: " + what,
                kernel.position() == null ? null : kernel.position().toString());
    }
}
