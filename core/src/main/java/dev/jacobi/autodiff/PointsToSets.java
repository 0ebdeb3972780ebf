package dev.jacobi.autodiff;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import java.lang.constant.ClassDesc;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The points-to sets of Andersen's analysis: to which regions each reference may lead, and what these may refer to, as far as it is known. They only grow;
 * {@link Regions} says by which instruction.
 */
final class PointsToSets {
    private static final Type OPTIONAL = Type.of(ClassDesc.of("java.util.Optional"));
    private static final Type LIST = Type.of(ClassDesc.of("java.util.ArrayList"));

    private final ShadowTypes types;
    private final ValueMap<Set<Region>> ofValue = new ValueMap<>();
    private final Map<Instruction, Region> allocations = new LinkedHashMap<>();
    private final Map<Type, Boolean> leading = new HashMap<>();
    private final Region outside;
    private final Region uncertain;
    private boolean changed;

    PointsToSets(ShadowTypes types) {
        this.types = types;
        this.outside = Region.outside(types);
        this.uncertain = Region.uncertain(types);
    }

    /** Does something again and again until it finds nothing new. */
    void untilStable(Runnable round) {
        do {
            changed = false;
            round.run();
        } while (changed);
    }

    /** The objects that a reference may lead to; empty for null, strings and other things that hold no numbers. */
    Set<Region> of(Value reference) {
        return ofValue.getOrDefault(reference, Set.of());
    }

    /** All that a call can reach: from its operands, and what it gives. */
    Set<Region> within(Instruction call) {
        Set<Region> within = new LinkedHashSet<>();
        call.operands().forEach(operand -> within.addAll(of(operand)));
        if (allocations.containsKey(call)) {
            within.add(allocated(call));
        }
        return Region.reachable(within);
    }

    /** Whether an instruction is known to allocate. */
    boolean allocates(Instruction instruction) {
        return allocations.containsKey(instruction);
    }

    /** The objects that an instruction allocates, at the outermost level. */
    Region allocated(Instruction instruction) {
        Region region = allocations.get(instruction);
        if (region == null) {
            throw ScalarRule.internal(instruction.opCode().mnemonic() + " allocates nothing");
        }
        return region;
    }

    /** All that can be reached from static fields, constants and the arguments of unknown calls. */
    Set<Region> outside() {
        return outside.contents;
    }

    /** {@link #outside} as it is now. */
    Set<Region> outsideAll() {
        return Set.copyOf(outside.contents);
    }

    /** What came without a shadow through memory that calls share. */
    Region uncertain() {
        return uncertain;
    }

    /** Whether what a reference of this static type leads to may carry derivatives. */
    boolean leadsToNumbers(Type type) {
        Boolean known = leading.get(type);
        if (known == null) {
            known = types.leadsToNumbers(type);
            leading.put(type, known);
        }
        return known;
    }

    /** Notes that the result of an instruction, if it has one, may lead to these. */
    void add(Instruction instruction, Set<Region> regions) {
        if (instruction.result() != null) {
            add(instruction.value(), regions);
        }
    }

    /** Notes that a reference may lead to these, as far as its static type allows it. */
    void add(Value value, Set<Region> regions) {
        if (!value.type().isReference() || regions.isEmpty() || !leadsToNumbers(value.type())) {
            return;
        }
        Set<Region> known = Multimaps.set(ofValue, value);
        for (Region region : regions) {
            if (region.fits(value.type())) {
                changed |= known.add(region);
            }
        }
    }

    /** Notes that objects may refer to others. */
    void link(Region holder, Region held) {
        changed |= holder.contents.add(held);
    }

    /** As {@link #link(Region, Region)}, for each of the others. */
    void link(Region holder, Collection<Region> held) {
        changed |= holder.contents.addAll(held);
    }

    /** Notes that objects of all these regions may refer to others. */
    void store(Set<Region> into, Set<Region> stored) {
        Set<Region> copy = Set.copyOf(stored);
        for (Region region : List.copyOf(into)) {
            changed |= region.contents.addAll(copy);
        }
    }

    /** Passes objects, and all that can be reached from them, to the outside, where anything may be linked. */
    void escape(Set<Region> regions) {
        changed |= outside.contents.addAll(Region.reachable(regions));
        for (Region region : List.copyOf(outside.contents)) {
            if (!region.isLeaf()) {
                changed |= region.contents.addAll(outside.contents);
            }
        }
    }

    /** Lets shadowed memory that comes from a caller or a call lead to memory without a shadow. */
    void mayHoldUncertain(Region shared) {
        for (Region region : Region.reachable(Set.of(shared))) {
            if (region.canHoldActive() && !region.isStacks() && !region.isLeaf()) {
                changed |= region.contents.add(uncertain);
            }
        }
    }

    /** What an instruction allocates, of its static type; {@code dimensions} levels of arrays come with their rows. */
    Region allocate(Instruction instruction, int dimensions) {
        Region known = allocations.get(instruction);
        if (known == null) {
            known = allocation(instruction, dimensions);
            allocations.put(instruction, known);
        }
        return known;
    }

    /** What an instruction gives, of whatever class. */
    Region result(Instruction instruction) {
        return allocations.computeIfAbsent(instruction, made -> Region.result(made, types));
    }

    /** The stacks that an instruction takes from the pool. */
    Region stacks(Instruction instruction) {
        return allocations.computeIfAbsent(instruction, made -> Region.stacks(-1, made, types));
    }

    private Region allocation(Instruction instruction, int dimensions) {
        // Shadows are known as objects, whatever they are.
        Type result = instruction.opCode() == OpCode.NEW_ARRAY
                ? Type.of(instruction.classAttribute().arrayType())
                : instruction.value().type();
        // The static type of a copy may be Object; its class is that of what is copied.
        boolean copies = KnownCall.of(instruction).equals(Optional.of(KnownCall.CLONE)) && !result.isArray();
        if (KnownCall.of(instruction).equals(Optional.of(KnownCall.CONTAINER))) {
            boolean ofKnownClass = result.isArray() || result.equals(OPTIONAL);
            return Region.allocation(instruction, ofKnownClass ? result : LIST, dimensions, types);
        }
        return Region.allocation(instruction, copies ? instruction.operand(0).type() : result, dimensions, types);
    }
}
