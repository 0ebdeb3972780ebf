package dev.jacobi.offload;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceRuntime;
import dev.jacobi.offload.runtime.Runtimes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The devices of this machine to which code can be loaded; looked for once in a process. */
public final class Devices {
    private Devices() {}

    private static final class Found {
        static final List<Device> ALL = find();

        private static List<Device> find() {
            List<Device> found = new ArrayList<>();
            for (DeviceDescription description : Runtimes.devices()) {
                if (description.usable()) {
                    found.add(new Device(runtime(description.runtime()), description));
                }
            }
            return List.copyOf(found);
        }

        private static DeviceRuntime runtime(String name) {
            return Runtimes.all().stream()
                    .filter(runtime -> runtime.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** All of them, the preferred first: GPUs before processors. */
    public static List<Device> all() {
        return Found.ALL;
    }

    /**
     * The preferred one.
     *
     * @throws JacobiException NO_DEVICE if there is none, with what each driver lacks
     */
    public static Device first() {
        return first(_ -> true, "a device");
    }

    /**
     * The preferred one of a kind.
     *
     * @throws JacobiException NO_DEVICE if there is none
     */
    public static Device first(Device.Kind kind) {
        return first(device -> device.kind() == kind, "a device of kind " + kind);
    }

    /**
     * All of a kind, the preferred first.
     *
     * @throws JacobiException NO_DEVICE if there is none, with what there is instead
     */
    public static List<Device> ofKind(Device.Kind kind) {
        return matching(device -> device.kind() == kind, "a device of kind " + kind);
    }

    /**
     * All that have a property, the preferred first: {@code Devices.matching(device -> device.memoryBytes() > 8L << 30)}.
     *
     * @throws JacobiException NO_DEVICE if there is none, with what there is instead
     */
    public static List<Device> matching(Predicate<? super Device> property) {
        return matching(property, "a device with the property that is asked for");
    }

    /**
     * A device by its name, such as {@code cuda:0}.
     *
     * @throws JacobiException NO_DEVICE if there is none of this name
     */
    public static Device named(String id) {
        return first(device -> device.id().equals(id), "the device " + id);
    }

    private static Device first(Predicate<Device> wanted, String what) {
        return matching(wanted, what).getFirst();
    }

    private static List<Device> matching(Predicate<? super Device> property, String what) {
        List<Device> matching = all().stream().filter(property).toList();
        if (matching.isEmpty()) {
            throw none(what);
        }
        return matching;
    }

    private static JacobiException none(String what) {
        String others = all().isEmpty()
                ? "there is none"
                : "there are "
                        + String.join(
                                ", ", all().stream().map(Device::properties).toList());
        String absence = Runtimes.absence().strip().replace("\n", "; ");
        return new JacobiException(
                Refusal.NO_DEVICE,
                "cannot find " + what + ": " + others + (absence.isEmpty() ? "" : " (" + absence + ")"),
                null);
    }
}
