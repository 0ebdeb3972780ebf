package dev.jacobi.offload;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.backend.ArgumentSizes;
import dev.jacobi.offload.choice.CostModel;
import dev.jacobi.offload.choice.CostModel.Rates;
import dev.jacobi.offload.choice.FastestPlace;
import dev.jacobi.offload.choice.FastestPlace.Run;
import dev.jacobi.offload.launch.DeviceThreads;
import dev.jacobi.offload.launch.OffloadedFunction;
import dev.jacobi.offload.runtime.DeviceException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lets the calls of one method run at one of several places each: devices, and the JVM, which comes last. Thread-safe. */
final class Chooser {
    private static final System.Logger LOG = System.getLogger("dev.jacobi.offload");
    /** Guarded by itself. */
    private static final Set<Chooser> ALIVE = Collections.newSetFromMap(new WeakHashMap<>());

    /** What a call does at each place. */
    interface Places {
        @Nullable
        Object onDevice(Device device) throws Throwable;

        @Nullable
        Object onJvm() throws Throwable;
    }

    private final String display;
    private final OffloadedFunction code;
    private final boolean hasFastMath;
    private final List<Device> devices;
    /** Makes what is needed to run it there. */
    private final Runnable prepareJvm;

    private final CostModel costs;
    private final List<Rates> rates;
    private final FastestPlace fastest;
    private final LongSupplier clock;
    private final Executor background;

    Chooser(String display, OffloadedFunction code, boolean hasFastMath, DeviceChoice choice, Runnable prepareJvm) {
        this.display = display;
        this.code = code;
        this.hasFastMath = hasFastMath;
        this.devices = choice.devices();
        this.prepareJvm = prepareJvm;
        this.costs = new CostModel(code.kernels());
        List<String> names = new ArrayList<>(devices.stream().map(Device::id).toList());
        List<Rates> known = new ArrayList<>(devices.stream().map(Chooser::rates).toList());
        if (choice.hasJvm()) {
            names.add("the JVM");
            known.add(Rates.ofJvm(Runtime.getRuntime().availableProcessors()));
        }
        this.rates = List.copyOf(known);
        this.fastest = new FastestPlace(
                names,
                this::prepareInBackground,
                (size, outcome) -> LOG.log(Level.DEBUG, "{0}, {1}: {2}", display, size, outcome));
        LongSupplier given = choice.clock();
        this.clock = given == null ? System::nanoTime : given;
        Executor threads = choice.background();
        this.background = threads == null ? DeviceThreads::inBackground : threads;
        synchronized (ALIVE) {
            ALIVE.add(this);
        }
    }

    private static Rates rates(Device device) {
        int units = device.computeUnits();
        return device.kind() == Device.Kind.CPU
                ? Rates.ofProcessor(units, device.memoryBytes(), device.largestArrayBytes())
                : Rates.ofAccelerator(units, device.memoryBytes(), device.largestArrayBytes());
    }

    /** Where calls run of all methods that are in use. */
    static List<ChosenPlace> allChoices() {
        List<Chooser> choosers;
        synchronized (ALIVE) {
            choosers = List.copyOf(ALIVE);
        }
        return choosers.stream()
                .sorted(Comparator.comparing((Chooser chooser) -> chooser.display))
                .flatMap(chooser -> chooser.choices().stream())
                .toList();
    }

    /** Where calls run, by their sizes. */
    List<ChosenPlace> choices() {
        return fastest.choices(display);
    }

    /**
     * Makes a call where calls of its size are fastest.
     *
     * @param arguments from which its size is taken
     */
    @Nullable
    Object call(@Nullable Object[] arguments, Places places) throws Throwable {
        int key = ArgumentSizes.key(arguments);
        double[] estimates = costs.estimates(rates, arguments);
        Set<Integer> refused = new HashSet<>();
        RuntimeException first = null;
        while (true) {
            Run run = fastest.choose(key, estimates, refused);
            if (run == null) {
                throw first == null ? new IllegalStateException("no place to run " + display) : first;
            }
            int place = run.place();
            try {
                prepare(place);
            } catch (DeviceException | JacobiException e) {
                fastest.dropped(run);
                leaveOut(place, e);
                refused.add(place);
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
                continue;
            } catch (Throwable e) {
                fastest.dropped(run);
                throw e;
            }
            return call(run, places);
        }
    }

    private @Nullable Object call(Run run, Places places) throws Throwable {
        int place = run.place();
        long start = clock.getAsLong();
        Object result;
        try {
            result = place < devices.size() ? places.onDevice(devices.get(place)) : places.onJvm();
        } catch (DeviceException | JacobiException e) {
            boolean isOfDevice = !(e instanceof JacobiException refused) || refused.refusal() == Refusal.DEVICE_MEMORY;
            if (place < devices.size() && isOfDevice) {
                failed(run, clock.getAsLong() - start, e);
            } else {
                fastest.threw(run, clock.getAsLong() - start);
            }
            throw e;
        } catch (Throwable e) {
            fastest.threw(run, clock.getAsLong() - start);
            throw e;
        }
        fastest.ended(run, clock.getAsLong() - start);
        return result;
    }

    private void failed(Run run, long nanoseconds, RuntimeException e) {
        boolean isLost = e instanceof DeviceException refused && refused.lost();
        fastest.failed(run, nanoseconds, message(e));
        if (isLost) {
            fastest.leaveOut(run.place(), message(e));
        }
        if (rates.size() > 1) {
            LOG.log(
                    Level.WARNING,
                    "a call of {0} has failed on {1}; calls of {2} go elsewhere: {3}",
                    display,
                    devices.get(run.place()).id(),
                    isLost ? "all sizes" : "this size",
                    message(e));
        }
    }

    /** Makes all that a call at a place needs, if it is not there. */
    private void prepare(int place) {
        if (place < devices.size()) {
            code.load(devices.get(place).open(), hasFastMath);
        } else {
            prepareJvm.run();
        }
        fastest.isReady(place);
    }

    private void prepareInBackground(int place) {
        background.execute(() -> {
            try {
                prepare(place);
            } catch (RuntimeException | Error e) {
                leaveOut(place, e);
            }
        });
    }

    private void leaveOut(int place, Throwable e) {
        if (fastest.leaveOut(place, message(e)) && rates.size() > 1) {
            LOG.log(
                    Level.WARNING,
                    "{0} does not run on {1}: {2}",
                    display,
                    place < devices.size() ? devices.get(place).id() : "the JVM",
                    message(e));
        }
    }

    private static String message(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message.lines().findFirst().orElse("");
    }

    /**
     * The devices of the arrays among the arguments of a call that stay on devices; none if there are no such arrays.
     *
     * @throws IllegalStateException if the call cannot go there
     */
    List<Device> devicesOf(@Nullable Object[] arguments) {
        List<Device> own = List.of();
        for (Object argument : arguments) {
            List<Device> others = devicesOf(argument);
            if (!own.isEmpty() && !others.isEmpty() && !own.equals(others)) {
                throw new IllegalStateException("cannot call " + display + ": one DeviceArray is of " + ids(own)
                        + ", another of " + ids(others) + "; make both for the same");
            }
            own = others.isEmpty() ? own : others;
        }
        if (!devices.containsAll(own)) {
            throw new IllegalStateException("cannot call " + display + " on one of " + ids(devices)
                    + ": a DeviceArray is of " + ids(own) + "; make it for one of these");
        }
        if (own.isEmpty() && code.findsHeldArrays()) {
            if (rates.size() == 1 && !devices.isEmpty()) {
                return devices;
            }
            throw new JacobiException(
                    Refusal.NOT_ON_DEVICE,
                    "cannot choose where " + display
                            + " runs: it uses a DeviceArray that is not among its arguments; name the device of that",
                    null);
        }
        return own;
    }

    private static List<Device> devicesOf(@Nullable Object argument) {
        return switch (argument) {
            case DeviceArray<?> array -> array.devices();
            case DeviceSegment segment -> segment.devices();
            case null, default -> List.of();
        };
    }

    private static List<String> ids(List<Device> devices) {
        return devices.stream().map(Device::id).toList();
    }
}
