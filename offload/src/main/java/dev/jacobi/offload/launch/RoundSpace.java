package dev.jacobi.offload.launch;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.RoundMemory;
import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import java.lang.constant.ClassDesc;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The memory that one launch gives its rounds on one device for the arrays that they make: for as many rounds as run at a time. */
final class RoundSpace {
    /**
     * What a launch needs on each device.
     *
     * @param lengths that are known before the launch
     * @param stacks how much rounds have needed so far
     */
    record Plan(Kernel kernel, int[] lengths, StackSizes stacks, String display) {
        /** Whether a round would make an array of a negative length. */
        boolean mayFail() {
            return kernel.memory().slices().stream().anyMatch(slice -> slice.length(lengths) < 0);
        }

        /** The lengths as the kernel takes them. */
        List<Object> operands() {
            return new ArrayList<>(Arrays.stream(lengths).boxed().toList());
        }

        RoundSpace on(OnDevice device) {
            return new RoundSpace(this, device);
        }
    }

    /** So many rounds at a time keep a device busy. */
    private static final int MOST_ITEMS = 1 << 16;
    /** With fewer at a time, though there are more, a device is mostly idle. */
    private static final int FEW_ITEMS = 256;
    /** All of it together takes no more of the device's memory than one part in so many. */
    private static final int SHARE = 4;

    /** Takes another limit, in bytes, for the place of that part. */
    private static final String LIMIT = "jacobi.offload.roundMemory";

    private final Kernel kernel;
    private final RoundMemory memory;
    private final int[] lengths;
    private final StackSizes stacks;
    private final int[] capacities;
    private final OnDevice here;
    private final OpenDevice device;
    private final String display;
    private List<DeviceBuffer> buffers = List.of();
    private int items;

    private RoundSpace(Plan plan, OnDevice here) {
        this.kernel = plan.kernel();
        this.memory = kernel.memory();
        this.lengths = plan.lengths();
        this.stacks = plan.stacks();
        this.capacities = stacks.now();
        this.here = here;
        this.device = here.device();
        this.display = plan.display();
    }

    /**
     * Takes memory, for fewer rounds if there is not enough for all.
     *
     * @return how many rounds may run at a time
     * @throws JacobiException DEVICE_MEMORY if there is not enough for one
     */
    int take(int rounds) {
        if (!memory.isNeeded()) {
            items = rounds;
            return rounds;
        }
        long bytes = 0;
        long largest = 1;
        long most = 1;
        for (Part part : parts()) {
            bytes += part.elements() * part.bytes();
            largest = Math.max(largest, part.elements() * part.bytes());
            most = Math.max(most, part.elements());
        }
        DeviceDescription description = device.description();
        long budget = Long.getLong(LIMIT, description.memoryBytes() / SHARE);
        long fitting = Math.min(budget / Math.max(1, bytes), description.largestAllocationBytes() / largest);
        // Places are ints.
        fitting = Math.min(fitting, (Integer.MAX_VALUE - 8L) / most);
        items = (int) Math.min(Math.min(rounds, MOST_ITEMS), fitting);
        while (items > 0) {
            try {
                buffers = here.workMemory()
                        .take(parts().stream()
                                .map(part -> Math.max(1, part.elements()) * part.bytes() * items)
                                .toList());
                break;
            } catch (DeviceException e) {
                if (e.kind() != DeviceException.Kind.OUT_OF_MEMORY) {
                    throw e;
                }
                items /= 2;
            }
        }
        if (items == 0) {
            throw tooLarge(bytes, budget);
        }
        if (items < Math.min(rounds, FEW_ITEMS)) {
            System.getLogger("dev.jacobi.offload")
                    .log(
                            System.Logger.Level.WARNING,
                            "only {0} rounds of a loop of {1} run at a time on {2}: each needs {3} bytes for arrays that it makes",
                            items,
                            display,
                            description.id(),
                            bytes);
        }
        return items;
    }

    /** One buffer: so many elements of so many bytes for each item. */
    private record Part(long elements, int bytes) {}

    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (RoundMemory.Slice slice : memory.slices()) {
            parts.add(new Part(Math.max(0, slice.length(lengths)), bytes(slice.component())));
        }
        for (int stack = 0; stack < capacities.length; stack++) {
            parts.add(new Part(capacities[stack], bytes(memory.stacks().get(stack))));
        }
        if (capacities.length > 0) {
            parts.add(new Part(capacities.length, Integer.BYTES));
        }
        return parts;
    }

    private static int bytes(ClassDesc component) {
        return switch (component.descriptorString()) {
            case "D", "J" -> Long.BYTES;
            case "F", "I" -> Integer.BYTES;
            case "S", "C" -> Short.BYTES;
            default -> 1;
        };
    }

    /**
     * What the kernel gets of it.
     *
     * @param first the index of the first item
     */
    List<Object> operands(int first) {
        List<Object> operands = new ArrayList<>();
        if (!memory.isNeeded()) {
            return operands;
        }
        List<Part> parts = parts();
        for (int index = 0; index < parts.size(); index++) {
            operands.add(buffers.get(index));
            operands.add((int) (parts.get(index).elements() * items));
            int stack = index - memory.slices().size();
            if (stack >= 0 && stack < capacities.length) {
                operands.add(capacities[stack]);
            }
        }
        if (capacities.length > 0) {
            DeviceBuffer needed = buffers.getLast();
            device.clear(needed, 0, (long) capacities.length * items * Integer.BYTES);
        }
        operands.add(items);
        operands.add(first);
        return operands;
    }

    /** Whether a round has failed since its stacks were too small: then the next launch has larger ones. */
    boolean hasRunOut() {
        boolean any = false;
        if (capacities.length > 0) {
            int[] needed = new int[capacities.length * items];
            device.copyOut(buffers.getLast(), 0, MemorySegment.ofArray(needed));
            for (int stack = 0; stack < capacities.length; stack++) {
                long most = 0;
                for (int item = 0; item < items; item++) {
                    most = Math.max(most, Integer.toUnsignedLong(needed[stack * items + item]));
                }
                if (most > 0) {
                    stacks.atLeast(stack, capacities[stack], most);
                    any = true;
                }
            }
        }
        return any;
    }

    private JacobiException tooLarge(long bytes, long budget) {
        return new JacobiException(
                Refusal.DEVICE_MEMORY,
                "cannot run the parallel loop of " + display + " on "
                        + device.description().id() + ": a round needs " + bytes
                        + " bytes for arrays that it makes, and there are " + budget,
                kernel.position() == null ? null : kernel.position().toString());
    }
}
