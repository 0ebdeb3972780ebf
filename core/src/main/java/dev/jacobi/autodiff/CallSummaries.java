package dev.jacobi.autodiff;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What calls may do to memory: those of {@link KnownCall} what the table says, those of methods that are differentiated on their own and unknown ones the
 * worst.
 */
final class CallSummaries {
    private final PointsToSets points;
    private final ShadowTypes types;
    private final TextObjects texts;
    private final TextObjects compared;
    private final boolean memoryMayLackShadows;
    /** What calls leave on stacks, all in one. */
    private @Nullable Region left;

    /** New objects that a call leaves in memory within its reach. */
    private final Map<Instruction, Region> leftInMemory = new HashMap<>();

    CallSummaries(PointsToSets points, ShadowTypes types, Callees callees) {
        this.points = points;
        this.types = types;
        this.texts = new TextObjects(callees.classes(), false);
        this.compared = new TextObjects(callees.classes(), true);
        this.memoryMayLackShadows = callees.memoryMayLackShadows();
    }

    /** What a call of the table does. */
    void known(Instruction instruction, KnownCall call) {
        switch (call) {
            case ARRAY_COPY ->
                points.store(points.of(instruction.operand(2)), Region.contents(points.of(instruction.operand(0))));
            case OBJECT_CLONE -> {
                // The class may be a subclass of the static type.
                Region copy = points.result(instruction);
                points.add(instruction, Set.of(copy));
                points.store(Set.of(copy), Region.contents(points.of(instruction.operand(0))));
            }
            case CLONE, COPY_OF, COPY_OF_RANGE -> {
                Region copy = points.allocate(instruction, 1);
                points.add(instruction, Set.of(copy));
                points.store(Set.of(copy), Region.contents(points.of(instruction.operand(0))));
            }
            case ACQUIRE, ACQUIRE_ZEROS -> points.add(instruction, Set.of(points.allocate(instruction, 1)));
            case ACQUIRE_STACKS, ACQUIRE_ZERO_STACKS -> points.add(instruction, Set.of(points.stacks(instruction)));
            // What the array was is not used any more: the longer array is taken for the same.
            case ENSURE -> points.add(instruction, points.of(instruction.operand(0)));
            case INACTIVE -> {
                if (ExceptionHolder.takes(instruction)) {
                    points.add(instruction, points.outsideAll());
                }
            }
            case FILL, FILL_RANGE, MOVE_DOWN, MOVE_UP, UNBOX, RELEASE, RELEASE_STACKS -> {}
            case TEXT -> visitText(instruction);
            case BOX -> points.add(instruction, Set.of(points.allocate(instruction, 1)));
            case CONTAINER ->
                visitContainer(instruction, ContainerCall.of(instruction).orElseThrow());
        }
    }

    private void visitContainer(Instruction instruction, ContainerCall call) {
        boolean isStatic = !call.hasReceiver(instruction);
        if (call.result() == ContainerCall.Result.SAME) {
            points.add(instruction, points.of(instruction.operand(0)));
            return;
        }
        Set<Region> container = isStatic ? Set.of(points.allocate(instruction, 1)) : points.of(instruction.operand(0));
        for (int index : call.stored(instruction, 'e')) {
            points.store(container, points.of(instruction.operand(index)));
        }
        for (int index : call.stored(instruction, 'c')) {
            points.store(container, Region.contents(points.of(instruction.operand(index))));
            // What is in the other one may be entries, which count as the map itself.
            points.store(container, points.of(instruction.operand(index)));
            if (isStatic) {
                // The list may be a view of the array.
                points.store(points.of(instruction.operand(index)), Region.contents(container));
            }
        }
        switch (call.result()) {
            case ELEMENT -> {
                points.add(instruction, Region.contents(container));
                // What iterators give may be entries.
                points.add(instruction, container);
                call.stored(instruction, 'e')
                        .forEach(index -> points.add(instruction, points.of(instruction.operand(index))));
            }
            case VIEW, COLLECTION -> points.add(instruction, container);
            case ARRAY -> {
                Region array = points.allocate(instruction, 1);
                points.add(instruction, Set.of(array));
                points.store(Set.of(array), Region.contents(container));
                points.store(Set.of(array), container);
            }
            case NOTHING, CONSTRUCTED, SAME -> {}
        }
    }

    /** The methods of objects that are written as text may do anything, unless they are known to read only. */
    private void visitText(Instruction call) {
        for (Value operand : call.operands()) {
            points.escape(points.of(operand).stream()
                    .filter(region -> !objects(call).isHarmless(region, operand.type()))
                    .collect(Collectors.toSet()));
        }
        points.add(
                call,
                points.of(
                        call.operands().isEmpty()
                                ? call.value()
                                : call.operands().getFirst()));
    }

    private TextObjects objects(Instruction call) {
        return TextCall.compares(call) ? compared : texts;
    }

    /** Whether a call that makes text may change, or link, objects that carry derivatives. */
    boolean isTextRefused(Instruction call) {
        if (call.opCode() == OpCode.INVOKE_DYNAMIC) {
            Optional<DirectMethodHandleDesc> lambda = TextCall.supplierOfText(call.dynamicCall());
            if (lambda.isPresent() && !texts.readsOnly(lambda.get())) {
                return true;
            }
        }
        return call.operands().stream().anyMatch(operand -> objects(call).isRefused(operand, points.of(operand)));
    }

    /** An unknown call may store its arguments anywhere it can reach, and give anything that was ever passed to the outside. */
    void unknown(Instruction instruction) {
        for (Value operand : instruction.operands()) {
            points.escape(points.of(operand));
        }
        points.add(instruction, points.outsideAll());
    }

    /**
     * A call of a method that is differentiated on its own links what it can reach in any way, and gives some of it or new arrays. It gives nothing that could
     * carry derivatives but has no shadow, which {@link CalleeChecks} sees to, unless {@link Callees#memoryMayLackShadows}. So what has a shadow does not escape
     * here.
     */
    void followed(Instruction instruction) {
        if (instruction.result() != null && instruction.value().type().isReference()) {
            if (DerivativeRequest.carriesDerivative(instruction.value().type())) {
                points.add(
                        instruction,
                        Set.of(points.allocate(
                                instruction, depth(instruction.value().type()))));
                points.add(instruction, activeWithin(instruction));
            } else if (points.leadsToNumbers(instruction.value().type())) {
                points.add(instruction, Set.of(points.result(instruction)));
                points.add(instruction, activeWithin(instruction));
            }
            if (memoryMayLackShadows
                    && points.leadsToNumbers(instruction.value().type())) {
                if (points.allocates(instruction)) {
                    points.mayHoldUncertain(points.allocated(instruction));
                }
                points.add(instruction, Set.of(points.uncertain()));
                points.add(instruction, madeHere(points.outside()));
            }
        }
        Set<Region> within = points.within(instruction);
        within.forEach(region -> region.passed = true);
        for (Region references : within.stream().filter(Region::holdsReferences).toList()) {
            // The shadow of the result is there, which may be new.
            left = left == null ? Region.result(instruction, types) : left;
            points.link(references, left);
            // Memory that cannot have a shadow counts as the uncertain one, which is there.
            within.stream()
                    .filter(held -> held.canHoldActive() && !held.ofStacks)
                    .forEach(held -> points.link(references, held));
        }
        within.removeIf(region -> region.ofStacks);
        for (Region region : within) {
            if (!region.isLeaf()) {
                // CalleeChecks refuses a method that puts one without a shadow into one with a shadow, or the other way
                // round.
                boolean lenient = memoryMayLackShadows && region.canHoldActive();
                within.stream()
                        .filter(held -> held.canHoldActive() == region.canHoldActive())
                        .forEach(held -> points.link(region, held));
                if (lenient) {
                    // Whatever has no shadow counts as uncertain from now on: it is not told apart from what has one.
                    points.link(region, points.uncertain());
                    points.link(region, madeHere(points.outside()));
                }
                if (region.kind == Region.Kind.ALLOCATION && region.canHoldActive()) {
                    Region made = leftInMemory.computeIfAbsent(instruction, call -> Region.result(call, types));
                    points.link(region, made);
                    if (lenient) {
                        points.link(made, points.uncertain());
                    }
                }
            }
        }
    }

    private Set<Region> activeWithin(Instruction call) {
        Set<Region> active = new HashSet<>();
        for (Region region : points.within(call)) {
            if (region.canHoldActive() && !region.ofStacks) {
                active.add(region);
            }
        }
        return active;
    }

    private static Set<Region> madeHere(Collection<Region> regions) {
        Set<Region> made = new HashSet<>();
        for (Region region : regions) {
            if (region.canHoldActive()) {
                made.add(region);
            }
        }
        return made;
    }

    private static int depth(Type array) {
        return array.descriptor().descriptorString().lastIndexOf('[') + 1;
    }
}
