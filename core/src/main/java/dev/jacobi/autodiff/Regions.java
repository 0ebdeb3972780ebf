package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import dev.jacobi.optimize.inline.LambdaClass;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which objects each reference may lead to, whatever the control flow (Andersen's analysis, one region for each allocation site and each level of
 * an array parameter; fields and elements of an object are not told apart). Only the blocks that are given count.
 *
 * <p>Two parameters are taken to be different arrays, also in their rows. {@link ShadowChecks} sees to that where their activities or
 * shadows differ.
 */
final class Regions {
    private static final Type OPTIONAL = Type.of(ClassDesc.of("java.util.Optional"));
    private static final Type LIST = Type.of(ClassDesc.of("java.util.ArrayList"));

    private final Set<Block> blocks;
    private final ValueMap<Set<Region>> ofValue = new ValueMap<>();
    private final Map<Instruction, Region> allocations = new LinkedHashMap<>();
    /** What calls leave on stacks, all in one. */
    private @Nullable Region left;

    /** New objects that a call leaves in memory within its reach. */
    private final Map<Instruction, Region> leftInMemory = new HashMap<>();

    private final Map<Instruction, Boolean> followable = new HashMap<>();
    private final Map<Type, Boolean> leading = new HashMap<>();
    private final Callees callees;
    private final ShadowTypes types;
    private final TextObjects texts;
    private final TextObjects compared;
    private final Region outside;
    /** What came without a shadow through memory that calls share. */
    private final Region uncertain;
    /** Whether the function is a derivative that is differentiated again, which checks when it runs what gets into shared memory. */
    private final boolean ofDerivative;

    private final Orderings orderings;
    private boolean changed;

    /**
     * @param lacking the numbers of active parameters that may lead to memory without a shadow as well, and of others that lead to no memory that is known
     * @param isCallee whether a derivative calls the derivative of the function
     */
    static Regions of(
            Function function,
            Collection<Block> blocks,
            List<Activity> activities,
            Set<Integer> lacking,
            Callees callees,
            boolean isCallee) {
        Regions regions = new Regions(function, Set.copyOf(blocks), callees);
        ShadowTypes types = regions.types;
        for (int index = 0; index < activities.size(); index++) {
            Value parameter = function.parameters().get(index);
            if (parameter.type().isReference()) {
                boolean isActive = activities.get(index).isActive();
                if (!isActive && lacking.contains(index)) {
                    regions.add(parameter, Set.of(regions.uncertain));
                    continue;
                }
                Region region = isActive
                        ? Region.shadowedParameter(index, parameter.type(), types)
                        : Region.constantParameter(index, parameter.type(), types);
                regions.add(parameter, Set.of(region));
                if (isCallee && callees.memoryMayLackShadows()) {
                    regions.mayHoldUncertain(region);
                }
                if (lacking.contains(index)) {
                    regions.add(parameter, Set.of(regions.uncertain));
                }
            }
        }
        do {
            regions.changed = false;
            for (Block block : blocks) {
                regions.visit(block);
            }
        } while (regions.changed);
        return regions;
    }

    private Regions(Function function, Set<Block> blocks, Callees callees) {
        this.blocks = blocks;
        this.ofDerivative = isOfDerivative(function);
        this.callees = callees;
        this.types = new ShadowTypes(callees.classes());
        this.texts = new TextObjects(callees.classes(), false);
        this.compared = new TextObjects(callees.classes(), true);
        this.outside = Region.outside(types);
        this.uncertain = Region.uncertain(types);
        this.orderings = Orderings.of(this.blocks, callees.classes());
    }

    /** Whether a function is a derivative for calls, which is differentiated again. */
    static boolean isOfDerivative(Function function) {
        return !function.parameters().isEmpty()
                && function.parameters().getFirst().type().equals(Type.of(CallSignature.STACKS));
    }

    /** Lets shadowed memory that comes from a caller or a call lead to memory without a shadow. */
    private void mayHoldUncertain(Region shared) {
        for (Region region : reachable(Set.of(shared))) {
            if (region.canHoldActive() && !region.isStacks() && !isLeaf(region)) {
                changed |= region.contents.add(uncertain);
            }
        }
    }

    /**
     * Whether memory with a shadow that a followed call can reach holds references to memory without one. The method that is called would not know, unless
     * {@link Callees#memoryMayLackShadows}.
     */
    boolean passesConstant(Instruction call) {
        return !callees.memoryMayLackShadows()
                && within(call).stream()
                        .filter(region -> region.shadowed && !region.ofStacks)
                        .flatMap(region -> region.contents.stream())
                        .anyMatch(
                                held -> !held.canHoldActive() && !(ofDerivative && held.kind == Region.Kind.UNCERTAIN));
    }

    /** Whether memory that calls give or get is taken for such as has a shadow: see {@link Callees#memoryMayLackShadows}. */
    boolean relyOnShadows() {
        return !callees.memoryMayLackShadows();
    }

    /** Whether no memory is known to which a reference leads that may lead to numbers: there is null, or what only the run tells. */
    boolean leadsNowhere(Value reference) {
        return leadsToNumbers(reference.type())
                && of(reference).stream().allMatch(region -> region.kind == Region.Kind.UNCERTAIN);
    }

    /** Whether an instruction makes a lambda that compares objects and stores numbers. */
    boolean isStoringOrdering(Instruction instruction) {
        return orderings.stores(instruction);
    }

    /** Whether an instruction makes a lambda that only compares objects. */
    boolean isOrdering(Instruction instruction) {
        return orderings.contains(instruction);
    }

    /** Whether an instruction is a call of a method that can be differentiated on its own. */
    boolean mayFollow(Instruction instruction) {
        if (!instruction.opCode().isCall()) {
            return false;
        }
        Boolean known = followable.get(instruction);
        if (known == null) {
            known = KnownCall.of(instruction).isEmpty()
                    && ScalarRules.of(instruction).isEmpty()
                    && callees.mayFollow(instruction);
            followable.put(instruction, known);
        }
        return known;
    }

    /** Whether an instruction is a call that the user has declared to carry no derivative. */
    boolean isInactive(Instruction instruction) {
        return instruction.opCode().isCall() && callees.isInactive(instruction);
    }

    /** All that a call that {@link #mayFollow} can reach: from its operands, and what it gives. */
    Set<Region> within(Instruction call) {
        Set<Region> within = new LinkedHashSet<>();
        call.operands().forEach(operand -> within.addAll(of(operand)));
        if (allocations.containsKey(call)) {
            within.add(allocated(call));
        }
        return reachable(within);
    }

    /** The objects that a reference may lead to; empty for null, strings and other things that hold no numbers. */
    Set<Region> of(Value reference) {
        return ofValue.getOrDefault(reference, Set.of());
    }

    /** The objects that an instruction allocates, at the outermost level. */
    Region allocated(Instruction instruction) {
        Region region = allocations.get(instruction);
        if (region == null) {
            throw ScalarRule.internal(instruction.opCode().mnemonic() + " allocates nothing");
        }
        return region;
    }

    /** What the objects may refer to. */
    static Set<Region> contents(Collection<Region> regions) {
        Set<Region> contents = new LinkedHashSet<>();
        for (Region region : regions) {
            contents.addAll(region.contents);
        }
        return contents;
    }

    /** The objects and all that can be reached from them. */
    static Set<Region> reachable(Collection<Region> regions) {
        Set<Region> reached = new LinkedHashSet<>(regions);
        List<Region> open = new ArrayList<>(regions);
        while (!open.isEmpty()) {
            for (Region next : open.removeLast().contents) {
                if (reached.add(next)) {
                    open.add(next);
                }
            }
        }
        return reached;
    }

    private void visit(Block block) {
        for (Instruction instruction : block.instructions()) {
            visit(instruction);
        }
        for (Edge edge : block.terminator().edges()) {
            pass(edge, 0);
        }
        for (Handler handler : block.handlers()) {
            if (mayThrowNumbers(block)) {
                add(handler.edge().target().parameter(0), outsideAll());
            }
            pass(handler.edge(), 1);
        }
    }

    /**
     * Whether an exception that leaves the block may be of a class with numbers. What the JVM throws is not, and what the constructor of an exception does is
     * understood only if it throws nothing itself.
     */
    boolean mayThrowNumbers(Block block) {
        if (block.instructions().isEmpty() || block.terminator() instanceof Throw) {
            return true;
        }
        Instruction last = block.instructions().getLast();
        return last.opCode().isCall()
                && !(last.isNoted() && types.isException(last.operand(0).type()));
    }

    private void pass(Edge edge, int first) {
        for (int index = 0;
                blocks.contains(edge.target()) && index < edge.arguments().size();
                index++) {
            add(edge.target().parameter(index + first), of(edge.arguments().get(index)));
        }
    }

    private void visit(Instruction instruction) {
        switch (instruction.opCode()) {
            case EMBED -> add(instruction, isLambda(instruction) ? Set.of(allocate(instruction, 1)) : outsideAll());
            case LOAD_CONSTANT, GET_STATIC -> add(instruction, outsideAll());
            case ARRAY_LOAD -> add(instruction, contents(of(instruction.operand(0))));
            case GET_FIELD ->
                add(
                        instruction,
                        instruction.isNoted()
                                ? Set.of(allocate(instruction, 1))
                                : isConstantOfStacks(instruction)
                                        ? outsideAll()
                                        : contents(of(instruction.operand(0))));
            case ARRAY_STORE -> store(of(instruction.operand(0)), of(instruction.operand(2)));
            case PUT_FIELD -> {
                if (!CallSignature.isOfStacks(instruction.field())) {
                    store(of(instruction.operand(0)), of(instruction.operand(1)));
                }
            }
            case PUT_STATIC -> escape(of(instruction.operand(0)));
            case NEW_ARRAY, NEW -> add(instruction, Set.of(allocate(instruction, 1)));
            case NEW_MULTI_ARRAY ->
                add(
                        instruction,
                        Set.of(allocate(instruction, instruction.operands().size())));
            case CHECK_CAST -> add(instruction, of(instruction.operand(0)));
            case SELECT -> {
                add(instruction, of(instruction.operand(1)));
                add(instruction, of(instruction.operand(2)));
            }
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_DYNAMIC, INVOKE_FUNCTION -> {
                Optional<KnownCall> call = KnownCall.of(instruction);
                if (call.isPresent()) {
                    visit(instruction, call.get());
                } else if (isInactive(instruction)) {
                    add(instruction, outsideAll());
                } else if (mayFollow(instruction)) {
                    visitFollowed(instruction);
                } else {
                    visitCall(instruction);
                }
            }
            default -> {}
        }
    }

    /** A lambda that captures nothing gets a new, empty shadow wherever it is named. */
    static boolean isLambda(Instruction instruction) {
        return instruction.attribute() instanceof EmbeddedObject(Object object, var _)
                && LambdaClass.capturesNothing(object);
    }

    private void visit(Instruction instruction, KnownCall call) {
        switch (call) {
            case ARRAY_COPY -> store(of(instruction.operand(2)), contents(of(instruction.operand(0))));
            case OBJECT_CLONE -> {
                // The class may be a subclass of the static type.
                Region copy = allocations.computeIfAbsent(instruction, made -> Region.result(made, types));
                add(instruction, Set.of(copy));
                store(Set.of(copy), contents(of(instruction.operand(0))));
            }
            case CLONE, COPY_OF, COPY_OF_RANGE -> {
                Region copy = allocate(instruction, 1);
                add(instruction, Set.of(copy));
                store(Set.of(copy), contents(of(instruction.operand(0))));
            }
            case ACQUIRE, ACQUIRE_ZEROS -> add(instruction, Set.of(allocate(instruction, 1)));
            case ACQUIRE_STACKS, ACQUIRE_ZERO_STACKS ->
                add(
                        instruction,
                        Set.of(allocations.computeIfAbsent(instruction, made -> Region.stacks(-1, made, types))));
            // What the array was is not used any more: the longer array is taken for the same.
            case ENSURE -> add(instruction, of(instruction.operand(0)));
            case INACTIVE -> {
                if (ExceptionHolder.takes(instruction)) {
                    add(instruction, outsideAll());
                }
            }
            case FILL, FILL_RANGE, MOVE_DOWN, MOVE_UP, UNBOX, RELEASE, RELEASE_STACKS -> {}
            case TEXT -> visitText(instruction);
            case BOX -> add(instruction, Set.of(allocate(instruction, 1)));
            case CONTAINER ->
                visitContainer(instruction, ContainerCall.of(instruction).orElseThrow());
        }
    }

    private void visitContainer(Instruction instruction, ContainerCall call) {
        boolean isStatic = !call.hasReceiver(instruction);
        if (call.result() == ContainerCall.Result.SAME) {
            add(instruction, of(instruction.operand(0)));
            return;
        }
        Set<Region> container = isStatic ? Set.of(allocate(instruction, 1)) : of(instruction.operand(0));
        for (int index : call.stored(instruction, 'e')) {
            store(container, of(instruction.operand(index)));
        }
        for (int index : call.stored(instruction, 'c')) {
            store(container, contents(of(instruction.operand(index))));
            // What is in the other one may be entries, which count as the map itself.
            store(container, of(instruction.operand(index)));
            if (isStatic) {
                // The list may be a view of the array.
                store(of(instruction.operand(index)), contents(container));
            }
        }
        switch (call.result()) {
            case ELEMENT -> {
                add(instruction, contents(container));
                // What iterators give may be entries.
                add(instruction, container);
                call.stored(instruction, 'e').forEach(index -> add(instruction, of(instruction.operand(index))));
            }
            case VIEW, COLLECTION -> add(instruction, container);
            case ARRAY -> {
                Region array = allocate(instruction, 1);
                add(instruction, Set.of(array));
                store(Set.of(array), contents(container));
                store(Set.of(array), container);
            }
            case NOTHING, CONSTRUCTED, SAME -> {}
        }
    }

    /** An unknown call may store its arguments anywhere it can reach, and give anything that was ever passed to the outside. */
    private void visitCall(Instruction instruction) {
        if (instruction.isNoted() || isOrdering(instruction)) {
            return;
        }
        for (Value operand : instruction.operands()) {
            escape(of(operand));
        }
        add(instruction, outsideAll());
    }

    /** The methods of objects that are written as text may do anything, unless they are known to read only. */
    private void visitText(Instruction call) {
        for (Value operand : call.operands()) {
            escape(of(operand).stream()
                    .filter(region -> !objects(call).isHarmless(region, operand.type()))
                    .collect(Collectors.toSet()));
        }
        add(call, of(call.operands().isEmpty() ? call.value() : call.operands().getFirst()));
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
        return call.operands().stream().anyMatch(operand -> objects(call).isRefused(operand, of(operand)));
    }

    /**
     * A call of a method that is differentiated on its own links what it can reach in any way, and gives some of it or new arrays. It gives nothing that could
     * carry derivatives but has no shadow, which {@link CalleeChecks} sees to, unless {@link Callees#memoryMayLackShadows}. So what has a shadow does not escape
     * here.
     */
    private void visitFollowed(Instruction instruction) {
        if (instruction.result() != null && instruction.value().type().isReference()) {
            if (DerivativeRequest.carriesDerivative(instruction.value().type())) {
                add(
                        instruction,
                        Set.of(allocate(instruction, depth(instruction.value().type()))));
                add(instruction, activeWithin(instruction));
            } else if (leadsToNumbers(instruction.value().type())) {
                add(instruction, Set.of(allocations.computeIfAbsent(instruction, call -> Region.result(call, types))));
                add(instruction, activeWithin(instruction));
            }
            if (callees.memoryMayLackShadows()
                    && leadsToNumbers(instruction.value().type())) {
                if (allocations.containsKey(instruction)) {
                    mayHoldUncertain(allocated(instruction));
                }
                add(instruction, Set.of(uncertain));
                add(instruction, madeHere(outside.contents));
            }
        }
        Set<Region> within = within(instruction);
        within.forEach(region -> region.passed = true);
        for (Region references : within.stream().filter(Region::holdsReferences).toList()) {
            // The shadow of the result is there, which may be new.
            left = left == null ? Region.result(instruction, types) : left;
            changed |= references.contents.add(left);
            // Memory that cannot have a shadow counts as the uncertain one, which is there.
            within.stream()
                    .filter(held -> held.canHoldActive() && !held.ofStacks)
                    .forEach(held -> changed |= references.contents.add(held));
        }
        within.removeIf(region -> region.ofStacks);
        for (Region region : within) {
            if (!isLeaf(region)) {
                // CalleeChecks refuses a method that puts one without a shadow into one with a shadow, or the other way
                // round.
                boolean lenient = callees.memoryMayLackShadows() && region.canHoldActive();
                within.stream()
                        .filter(held -> held.canHoldActive() == region.canHoldActive())
                        .forEach(held -> changed |= region.contents.add(held));
                if (lenient) {
                    // Whatever has no shadow counts as uncertain from now on: it is not told apart from what has one.
                    changed |= region.contents.add(uncertain);
                    changed |= region.contents.addAll(madeHere(outside.contents));
                }
                if (region.kind == Region.Kind.ALLOCATION && region.canHoldActive()) {
                    Region made = leftInMemory.computeIfAbsent(instruction, call -> Region.result(call, types));
                    changed |= region.contents.add(made);
                    if (lenient) {
                        changed |= made.contents.add(uncertain);
                    }
                }
            }
        }
    }

    private Set<Region> activeWithin(Instruction call) {
        Set<Region> active = new HashSet<>();
        for (Region region : within(call)) {
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

    /** What the stacks hold beside the tape has no shadow. */
    private static boolean isConstantOfStacks(Instruction get) {
        return CallSignature.isOfStacks(get.field()) && !CallSignature.carriesDerivative(get.field());
    }

    private static int depth(Type array) {
        return array.descriptor().descriptorString().lastIndexOf('[') + 1;
    }

    private void escape(Set<Region> regions) {
        changed |= outside.contents.addAll(reachable(regions));
        for (Region region : List.copyOf(outside.contents)) {
            if (!isLeaf(region)) {
                changed |= region.contents.addAll(outside.contents);
            }
        }
    }

    private static boolean isLeaf(Region region) {
        return region.type.isArray() && region.type.descriptor().componentType().isPrimitive();
    }

    /** All that can be reached from static fields, constants and the arguments of unknown calls. */
    Set<Region> outside() {
        return outside.contents;
    }

    private Set<Region> outsideAll() {
        return Set.copyOf(outside.contents);
    }

    private void store(Set<Region> into, Set<Region> stored) {
        Set<Region> copy = Set.copyOf(stored);
        for (Region region : List.copyOf(into)) {
            changed |= region.contents.addAll(copy);
        }
    }

    private Region allocate(Instruction instruction, int dimensions) {
        Region known = allocations.get(instruction);
        if (known == null) {
            known = allocation(instruction, dimensions);
            allocations.put(instruction, known);
        }
        return known;
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

    /** Whether what a reference of this static type leads to may carry derivatives. */
    boolean leadsToNumbers(Type type) {
        Boolean known = leading.get(type);
        if (known == null) {
            known = types.leadsToNumbers(type);
            leading.put(type, known);
        }
        return known;
    }

    private void add(Instruction instruction, Set<Region> regions) {
        if (instruction.result() != null) {
            add(instruction.value(), regions);
        }
    }

    private void add(Value value, Set<Region> regions) {
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
}
