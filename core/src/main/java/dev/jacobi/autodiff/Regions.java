package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.LambdaClass;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which objects each reference may lead to, whatever the control flow (Andersen's analysis, one region for each allocation site and each level of
 * an array parameter; fields and elements of an object are not told apart). Only the blocks that are given count.
 *
 * <p>Here is what each instruction adds to the {@link PointsToSets}; {@link CallSummaries} say it of calls.
 *
 * <p>Two parameters are taken to be different arrays, also in their rows. {@link ShadowChecks} sees to that where their activities or
 * shadows differ.
 */
final class Regions {
    private final Set<Block> blocks;
    private final Map<Instruction, Boolean> followable = new HashMap<>();
    private final Callees callees;
    private final ShadowTypes types;
    private final PointsToSets points;
    private final CallSummaries calls;
    /** Whether the function is a derivative that is differentiated again, which checks when it runs what gets into shared memory. */
    private final boolean ofDerivative;

    private final Orderings orderings;

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
                    regions.points.add(parameter, Set.of(regions.points.uncertain()));
                    continue;
                }
                Region region = isActive
                        ? Region.shadowedParameter(index, parameter.type(), types)
                        : Region.constantParameter(index, parameter.type(), types);
                regions.points.add(parameter, Set.of(region));
                if (isCallee && callees.memoryMayLackShadows()) {
                    regions.points.mayHoldUncertain(region);
                }
                if (lacking.contains(index)) {
                    regions.points.add(parameter, Set.of(regions.points.uncertain()));
                }
            }
        }
        regions.points.untilStable(() -> blocks.forEach(regions::visit));
        return regions;
    }

    private Regions(Function function, Set<Block> blocks, Callees callees) {
        this.blocks = blocks;
        this.ofDerivative = isOfDerivative(function);
        this.callees = callees;
        this.types = new ShadowTypes(callees.classes());
        this.points = new PointsToSets(types);
        this.calls = new CallSummaries(points, types, callees);
        this.orderings = Orderings.of(this.blocks, callees.classes());
    }

    /** Whether a function is a derivative for calls, which is differentiated again. */
    static boolean isOfDerivative(Function function) {
        return !function.parameters().isEmpty()
                && function.parameters().getFirst().type().equals(Type.of(CallSignature.STACKS));
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

    /** Whether a call that makes text may change, or link, objects that carry derivatives. */
    boolean isTextRefused(Instruction call) {
        return calls.isTextRefused(call);
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
        return points.within(call);
    }

    /** The objects that a reference may lead to; empty for null, strings and other things that hold no numbers. */
    Set<Region> of(Value reference) {
        return points.of(reference);
    }

    /** The objects that an instruction allocates, at the outermost level. */
    Region allocated(Instruction instruction) {
        return points.allocated(instruction);
    }

    /** Whether what a reference of this static type leads to may carry derivatives. */
    boolean leadsToNumbers(Type type) {
        return points.leadsToNumbers(type);
    }

    /** All that can be reached from static fields, constants and the arguments of unknown calls. */
    Set<Region> outside() {
        return points.outside();
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
                points.add(handler.edge().target().parameter(0), points.outsideAll());
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
            points.add(
                    edge.target().parameter(index + first), of(edge.arguments().get(index)));
        }
    }

    private void visit(Instruction instruction) {
        switch (instruction.opCode()) {
            case EMBED ->
                points.add(
                        instruction,
                        isLambda(instruction) ? Set.of(points.allocate(instruction, 1)) : points.outsideAll());
            case LOAD_CONSTANT, GET_STATIC -> points.add(instruction, points.outsideAll());
            case ARRAY_LOAD -> points.add(instruction, Region.contents(of(instruction.operand(0))));
            case GET_FIELD ->
                points.add(
                        instruction,
                        instruction.isNoted()
                                ? Set.of(points.allocate(instruction, 1))
                                : isConstantOfStacks(instruction)
                                        ? points.outsideAll()
                                        : Region.contents(of(instruction.operand(0))));
            case ARRAY_STORE -> points.store(of(instruction.operand(0)), of(instruction.operand(2)));
            case PUT_FIELD -> {
                if (!CallSignature.isOfStacks(instruction.field())) {
                    points.store(of(instruction.operand(0)), of(instruction.operand(1)));
                }
            }
            case PUT_STATIC -> points.escape(of(instruction.operand(0)));
            case NEW_ARRAY, NEW -> points.add(instruction, Set.of(points.allocate(instruction, 1)));
            case NEW_MULTI_ARRAY ->
                points.add(
                        instruction,
                        Set.of(points.allocate(
                                instruction, instruction.operands().size())));
            case CHECK_CAST -> points.add(instruction, of(instruction.operand(0)));
            case SELECT -> {
                points.add(instruction, of(instruction.operand(1)));
                points.add(instruction, of(instruction.operand(2)));
            }
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_DYNAMIC, INVOKE_FUNCTION -> {
                Optional<KnownCall> call = KnownCall.of(instruction);
                if (call.isPresent()) {
                    calls.known(instruction, call.get());
                } else if (isInactive(instruction)) {
                    points.add(instruction, points.outsideAll());
                } else if (mayFollow(instruction)) {
                    calls.followed(instruction);
                } else if (!instruction.isNoted() && !isOrdering(instruction)) {
                    calls.unknown(instruction);
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

    /** What the stacks hold beside the tape has no shadow. */
    private static boolean isConstantOfStacks(Instruction get) {
        return CallSignature.isOfStacks(get.field()) && !CallSignature.carriesDerivative(get.field());
    }
}
