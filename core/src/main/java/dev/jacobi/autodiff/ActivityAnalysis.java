package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.analysis.ReturningBlocks;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values and which memory carry derivatives. A number is <em>varied</em> if it may vary with an active parameter, <em>useful</em>
 * if an active result may vary with it, <em>active</em> if both. Active results are the function's result, if its type carries
 * derivatives, and the arrays that have a shadow as parameters.
 *
 * <p>Memory is told apart by {@link Regions}: a region is varied if a varied number is stored anywhere in it, at any time. A region has a shadow if
 * the caller gives one, or if it is active, or if it is allocated here and some reference leads to it or to a region with a shadow. So a
 * reference that {@linkplain #hasShadow has a shadow} always leads to objects with one, except to those that
 * {@linkplain #mayLackShadow cannot have one}: constant parameters, memory from outside, null.
 *
 * <p>Blocks from which no return can be reached (they end in an exception) do not count: nothing in them is active.
 *
 * <p>What would lose a derivative is refused, see {@link ActivityChecks}.
 */
public final class ActivityAnalysis {
    private final Function function;
    private final Regions regions;
    private final List<Block> blocks;
    private final Set<Block> returning;
    private final boolean resultCounts;
    private final boolean isCallee;
    private final Set<Instruction> followed = new HashSet<>();
    private final Set<Region> outliving = new HashSet<>();
    private final Set<Value> thrown = new HashSet<>();
    private final ValueSet varied = new ValueSet();
    private final ValueSet useful = new ValueSet();
    private boolean changed;

    /**
     * Analyses a function.
     *
     * @param activities one for each parameter
     * @throws dev.jacobi.JacobiException if a derivative would get lost
     */
    public static ActivityAnalysis of(Function function, List<Activity> activities) {
        return of(function, activities, Callees.NONE);
    }

    /**
     * Analyses a function.
     *
     * @param callees knows the calls to methods that can be differentiated on their own
     */
    public static ActivityAnalysis of(Function function, List<Activity> activities, Callees callees) {
        return unchecked(function, activities, callees).checked(false);
    }

    /** As {@link #of(Function, List, Callees)}; nothing is refused. */
    static ActivityAnalysis unchecked(Function function, List<Activity> activities, Callees callees) {
        boolean resultCounts = DerivativeRequest.carriesDerivative(function.returnType());
        return of(function, activities, Set.of(), callees, resultCounts, false);
    }

    /** As {@link #of(Function, List, Callees)}, for a function that is called, and of whose result the caller gets the shadow. */
    public static ActivityAnalysis ofCallee(Function function, CallSignature signature, Callees callees) {
        return uncheckedCallee(function, signature, callees).checked(true);
    }

    /** As {@link #ofCallee}; nothing is refused. */
    static ActivityAnalysis uncheckedCallee(Function function, CallSignature signature, Callees callees) {
        Type result = function.returnType();
        boolean resultCounts = result.isFloatingPoint() || result.isReference();
        return of(function, signature.activities(), signature.lacking(), callees, resultCounts, true);
    }

    private static ActivityAnalysis of(
            Function function,
            List<Activity> activities,
            Set<Integer> lacking,
            Callees callees,
            boolean resultCounts,
            boolean isCallee) {
        ActivityAnalysis analysis =
                new ActivityAnalysis(function, activities, lacking, callees, resultCounts, isCallee);
        analysis.findVaried(activities);
        analysis.findUseful();
        analysis.findOutliving();
        analysis.findShadows();
        analysis.findFollowed();
        return analysis;
    }

    private ActivityAnalysis checked(boolean isCallee) {
        new ActivityChecks(this, isCallee).run();
        return this;
    }

    private ActivityAnalysis(
            Function function,
            List<Activity> activities,
            Set<Integer> lacking,
            Callees callees,
            boolean resultCounts,
            boolean isCallee) {
        this.resultCounts = resultCounts;
        this.isCallee = isCallee;
        this.function = function;
        this.returning = ReturningBlocks.of(function);
        List<Block> reached = new ArrayList<>(ReversePostorder.of(function).blocks());
        reached.retainAll(returning);
        this.blocks = List.copyOf(reached);
        this.regions = Regions.of(function, blocks, activities, lacking, callees, isCallee);
        for (Block block : blocks) {
            for (Handler handler : block.handlers()) {
                thrown.add(handler.edge().target().parameter(0));
            }
        }
    }

    public Function function() {
        return function;
    }

    /** Whether a number may vary with an active parameter. */
    public boolean isVaried(Value number) {
        return varied.contains(number);
    }

    /** Whether an active result may vary with a number. */
    public boolean isUseful(Value number) {
        return useful.contains(number);
    }

    /** Whether a number has a tangent or an adjoint. */
    public boolean isActive(Value number) {
        return varied.contains(number) && useful.contains(number);
    }

    /** Whether a reference has a shadow beside it. Exceptions come to their handlers without one. */
    public boolean hasShadow(Value reference) {
        return !thrown.contains(reference) && anyShadowed(regions.of(reference));
    }

    /** Whether the shadow of a reference that {@link #hasShadow} may be null although the reference is not. */
    public boolean mayLackShadow(Value reference) {
        for (Region region : regions.of(reference)) {
            if (!region.shadowed) {
                return true;
            }
        }
        return false;
    }

    /** Whether only uncertain memory may lack a shadow among what a reference leads to: that is found out when the code runs. */
    public boolean isCheckedWhenRun(Value reference) {
        Set<Region> found = regions.of(reference);
        return found.stream().anyMatch(region -> region.kind == Region.Kind.UNCERTAIN)
                && found.stream().allMatch(region -> region.shadowed || region.kind == Region.Kind.UNCERTAIN);
    }

    /** Whether it is found out when the code runs if a reference without a shadow leads to memory that a method stores into that it is passed to. */
    boolean isPassedUnknown(Value reference) {
        return !regions.relyOnShadows() && reference.type().isReference() && regions.leadsNowhere(reference);
    }

    /** Whether a reference may lead to memory that cannot have a shadow, so that nothing that carries a derivative may be stored where it is null. */
    public boolean mustHaveShadow(Value reference) {
        return !allCanHoldActive(regions.of(reference));
    }

    /** Whether the objects that a reference leads to may refer to memory that cannot have a shadow. */
    boolean holdsConstant(Value reference) {
        return !allCanHoldActive(Regions.contents(regions.of(reference)));
    }

    private static boolean allCanHoldActive(Set<Region> regions) {
        for (Region region : regions) {
            if (!region.canHoldActive()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether two references may lead to the same array or object.
     *
     * @param parametersDistinct whether the caller has made sure that no two parameters lead to the same array
     */
    public boolean mayOverlap(Value one, Value other, boolean parametersDistinct) {
        Set<Region> others = regions.of(other);
        for (Region region : regions.of(one)) {
            for (Region next : others) {
                if (region.mayOverlap(next, parametersDistinct)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether code that was called, and was not looked into, may get hold of an array that a reference may lead to. */
    public boolean isKnownOutside(Value reference, boolean parametersDistinct) {
        return regions.of(reference).stream()
                .anyMatch(region ->
                        regions.outside().stream().anyMatch(known -> region.mayOverlap(known, parametersDistinct)));
    }

    /** Whether a call stands for the derivative of the method that is called: something that carries a derivative gets in or comes out. */
    public boolean isFollowed(Instruction call) {
        return followed.contains(call);
    }

    /** Whether an embedded object counts as made where it is named, and gets a shadow there: a lambda that captures nothing. What comes from elsewhere has none. */
    public boolean isMadeHere(Instruction embed) {
        return Regions.isLambda(embed);
    }

    /** The refusal of a call that {@link #isFollowed} of whose method no derivative can be made. */
    public JacobiException unfollowed(Instruction call) {
        return new ActivityChecks(this, false).unfollowed(call);
    }

    /** Whether a call of a method that can be differentiated on its own may write to an array that a reference may lead to. */
    public boolean mayWrite(Instruction call, Value reference, boolean parametersDistinct) {
        if (!regions.mayFollow(call) && !regions.isInactive(call)) {
            return false;
        }
        Set<Region> within = regions.within(call);
        return regions.of(reference).stream()
                .anyMatch(region -> within.stream().anyMatch(known -> region.mayOverlap(known, parametersDistinct)));
    }

    /** Whether memory is stacks that derivatives share, or their arrays. */
    public boolean isOfStacks(Value reference) {
        return regions.of(reference).stream().anyMatch(region -> region.ofStacks);
    }

    /** Whether an array that a reference may lead to can be reached by others when the function has returned. */
    public boolean outlives(Value reference) {
        return regions.of(reference).stream().anyMatch(outliving::contains);
    }

    /** Whether a return can be reached from a block. Elsewhere nothing is active. */
    public boolean mayReturn(Block block) {
        return returning.contains(block);
    }

    /** The blocks that can be reached from the entry and from which a return can be reached, in reverse postorder. */
    List<Block> blocks() {
        return blocks;
    }

    Regions regions() {
        return regions;
    }

    private void findVaried(List<Activity> activities) {
        for (int index = 0; index < activities.size(); index++) {
            Value parameter = function.parameters().get(index);
            if (activities.get(index).isActive() && parameter.type().isFloatingPoint()) {
                varied.add(parameter);
            }
        }
        do {
            changed = false;
            for (Block block : blocks) {
                for (Instruction instruction : block.instructions()) {
                    spreadVaried(instruction);
                }
                passes(block, (argument, parameter) -> mark(varied, parameter, varied.contains(argument)));
            }
        } while (changed);
    }

    private void spreadVaried(Instruction instruction) {
        if (regions.mayFollow(instruction)) {
            spreadVariedCall(instruction);
            return;
        }
        switch (instruction.opCode()) {
            case ARRAY_LOAD, GET_FIELD -> mark(varied, instruction, anyVaried(regions.of(instruction.operand(0))));
            case ARRAY_STORE, PUT_FIELD -> {
                if (varied.contains(instruction.operands().getLast())) {
                    markVaried(regions.of(instruction.operand(0)));
                }
            }
            default -> {
                KnownCall call = KnownCall.of(instruction).orElse(null);
                if (call != null) {
                    spreadVaried(instruction, call);
                    return;
                }
                ScalarRule rule = rule(instruction);
                for (int index = 0;
                        rule != null && index < instruction.operands().size();
                        index++) {
                    mark(varied, instruction, rule.dependsOn(index) && varied.contains(instruction.operand(index)));
                }
            }
        }
    }

    /** What varies anywhere within reach of the call may have got everywhere within its reach. */
    private void spreadVariedCall(Instruction call) {
        Set<Region> within = regions.within(call);
        if (call.operands().stream().anyMatch(varied::contains) || anyVaried(within)) {
            markVaried(within);
            if (call.result() != null) {
                mark(varied, call, true);
            }
        }
    }

    private void spreadUsefulCall(Instruction call) {
        Set<Region> within = regions.within(call);
        if (call.result() != null && useful.contains(call.value()) || anyUseful(within)) {
            markUseful(within);
            call.operands().forEach(operand -> mark(useful, operand, true));
        }
    }

    private void spreadVaried(Instruction instruction, KnownCall call) {
        switch (call) {
            case ARRAY_COPY -> {
                if (anyVaried(regions.of(instruction.operand(0)))) {
                    markVaried(regions.of(instruction.operand(2)));
                }
            }
            case MOVE_DOWN, MOVE_UP -> {
                Set<Region> arrays = ofBoth(instruction);
                if (anyVaried(arrays)) {
                    markVaried(arrays);
                }
            }
            case FILL, FILL_RANGE -> {
                if (varied.contains(instruction.operands().getLast())) {
                    markVaried(regions.of(instruction.operand(0)));
                }
            }
            case CLONE, OBJECT_CLONE, COPY_OF, COPY_OF_RANGE -> {
                if (anyVaried(regions.of(instruction.operand(0)))) {
                    markVaried(Set.of(regions.allocated(instruction)));
                }
            }
            case BOX -> {
                if (varied.contains(instruction.operand(0))) {
                    markVaried(Set.of(regions.allocated(instruction)));
                }
            }
            case UNBOX -> mark(varied, instruction, anyVaried(regions.of(instruction.operand(0))));
            case ACQUIRE,
                    ACQUIRE_ZEROS,
                    ENSURE,
                    RELEASE,
                    ACQUIRE_STACKS,
                    ACQUIRE_ZERO_STACKS,
                    RELEASE_STACKS,
                    CONTAINER,
                    TEXT,
                    INACTIVE -> {}
        }
    }

    private Set<Region> ofBoth(Instruction move) {
        Set<Region> arrays = new HashSet<>(regions.of(move.operand(0)));
        arrays.addAll(regions.of(move.operand(1)));
        return arrays;
    }

    /** How the result of a scalar operation varies with its operands; null if it is none, or its result is an integer. */
    private static @Nullable ScalarRule rule(Instruction instruction) {
        return instruction.result() != null && instruction.value().type().isFloatingPoint()
                ? ScalarRules.of(instruction).orElse(null)
                : null;
    }

    private void findUseful() {
        // The caller finds what is put into its objects and arrays; and the other sweep what is put on the tape.
        for (Value parameter : function.parameters()) {
            if (isUsefulParameter(parameter)) {
                markUseful(Regions.reachable(regions.of(parameter)));
            }
        }
        for (Block block : blocks) {
            if (resultCounts && block.terminator() instanceof Return(Value result, var _) && result != null) {
                if (result.type().isFloatingPoint()) {
                    useful.add(result);
                } else {
                    markUseful(Regions.reachable(regions.of(result)));
                }
            }
        }
        do {
            changed = false;
            for (Block block : blocks.reversed()) {
                passes(block, (argument, parameter) -> mark(useful, argument, useful.contains(parameter)));
                for (Instruction instruction : block.instructions().reversed()) {
                    spreadUseful(instruction);
                }
            }
        } while (changed);
    }

    private boolean isUsefulParameter(Value parameter) {
        for (Region region : regions.of(parameter)) {
            if (region.kind == Region.Kind.SHADOWED_PARAMETER) {
                return true;
            }
        }
        return false;
    }

    private void spreadUseful(Instruction instruction) {
        if (regions.mayFollow(instruction)) {
            spreadUsefulCall(instruction);
            return;
        }
        switch (instruction.opCode()) {
            case ARRAY_LOAD, GET_FIELD -> {
                if (useful.contains(instruction.value())) {
                    markUseful(regions.of(instruction.operand(0)));
                }
            }
            case ARRAY_STORE, PUT_FIELD ->
                mark(useful, instruction.operands().getLast(), anyUseful(regions.of(instruction.operand(0))));
            default -> {
                KnownCall call = KnownCall.of(instruction).orElse(null);
                if (call != null) {
                    spreadUseful(instruction, call);
                    return;
                }
                ScalarRule rule = rule(instruction);
                if (rule == null || !useful.contains(instruction.value())) {
                    return;
                }
                for (int index = 0; index < instruction.operands().size(); index++) {
                    mark(useful, instruction.operand(index), rule.dependsOn(index));
                }
            }
        }
    }

    private void spreadUseful(Instruction instruction, KnownCall call) {
        switch (call) {
            case ARRAY_COPY -> {
                if (anyUseful(regions.of(instruction.operand(2)))) {
                    markUseful(regions.of(instruction.operand(0)));
                }
            }
            case MOVE_DOWN, MOVE_UP -> {
                Set<Region> arrays = ofBoth(instruction);
                if (anyUseful(arrays)) {
                    markUseful(arrays);
                }
            }
            case FILL, FILL_RANGE ->
                mark(useful, instruction.operands().getLast(), anyUseful(regions.of(instruction.operand(0))));
            case CLONE, OBJECT_CLONE, COPY_OF, COPY_OF_RANGE -> {
                if (regions.allocated(instruction).useful) {
                    markUseful(regions.of(instruction.operand(0)));
                }
            }
            case BOX -> mark(useful, instruction.operand(0), regions.allocated(instruction).useful);
            case UNBOX -> {
                if (useful.contains(instruction.value())) {
                    markUseful(regions.of(instruction.operand(0)));
                }
            }
            case ACQUIRE,
                    ACQUIRE_ZEROS,
                    ENSURE,
                    RELEASE,
                    ACQUIRE_STACKS,
                    ACQUIRE_ZERO_STACKS,
                    RELEASE_STACKS,
                    CONTAINER,
                    TEXT,
                    INACTIVE -> {}
        }
    }

    /** Active memory has a shadow, so has what holds references to it, and what is not told apart from it. */
    private void findShadows() {
        Set<Region> all = new HashSet<>();
        Set<Set<Region>> together = new HashSet<>();
        for (Block block : blocks) {
            for (Value parameter : block.parameters()) {
                together.add(regions.of(parameter));
            }
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() != null) {
                    together.add(regions.of(instruction.value()));
                }
                if (regions.mayFollow(instruction)) {
                    // The method's own code needs them for what it reads and puts there, also if nobody reads it
                    // afterwards: only its derivative knows if it does something else with that.
                    for (Region region : regions.within(instruction)) {
                        if (region.varied) {
                            shadow(Set.of(region));
                        }
                    }
                }
            }
            if (resultCounts && block.terminator() instanceof Return(Value result, var _) && result != null) {
                shadow(Regions.reachable(regions.of(result)));
            }
        }
        for (Set<Region> set : together) {
            all.addAll(Regions.reachable(set));
        }
        for (Region region : all) {
            together.add(region.contents);
            if (region.isStacks()) {
                together.add(region.parts());
            }
            if (region.canHoldActive() && region.varied && region.useful) {
                region.shadowed = true;
            }
        }
        do {
            changed = false;
            for (Set<Region> set : together) {
                if (anyShadowed(set)) {
                    shadow(set);
                }
            }
            for (Region region : all) {
                if (anyShadowed(region.contents)) {
                    shadow(Set.of(region));
                }
                if (isCallee && region.shadowed && !region.ofStacks && outliving.contains(region)) {
                    // The caller may store into what it finds there.
                    shadow(region.contents);
                }
            }
        } while (changed);
    }

    private void findFollowed() {
        for (Block block : blocks) {
            for (Instruction instruction : block.instructions()) {
                if (regions.mayFollow(instruction) && carries(instruction)) {
                    followed.add(instruction);
                }
            }
        }
    }

    private void findOutliving() {
        for (Block block : blocks) {
            if (block.terminator() instanceof Return(Value result, var _) && result != null) {
                outliving.addAll(Regions.reachable(regions.of(result)));
            }
        }
        outliving.addAll(Regions.reachable(regions.outside()));
        for (Value parameter : function.parameters()) {
            outliving.addAll(Regions.reachable(regions.of(parameter)));
        }
    }

    private boolean carries(Instruction call) {
        return call.operands().stream().anyMatch(varied::contains)
                || call.result() != null && hasShadow(call.value())
                || anyShadowed(regions.within(call));
    }

    private void shadow(Collection<Region> set) {
        for (Region region : set) {
            if (region.canHoldActive() && !region.shadowed) {
                region.shadowed = true;
                changed = true;
            }
        }
    }

    /** What happens to an argument that is passed to a parameter. */
    private interface Passing {
        void pass(Value argument, Value parameter);
    }

    private void passes(Block block, Passing passing) {
        for (Edge edge : block.terminator().edges()) {
            passes(edge, 0, passing);
        }
        for (Handler handler : block.handlers()) {
            passes(handler.edge(), 1, passing);
        }
    }

    private void passes(Edge edge, int first, Passing passing) {
        if (mayReturn(edge.target())) {
            for (int index = 0; index < edge.arguments().size(); index++) {
                passing.pass(edge.arguments().get(index), edge.target().parameter(index + first));
            }
        }
    }

    private void mark(ValueSet set, Instruction instruction, boolean marked) {
        mark(set, instruction.value(), marked);
    }

    private void mark(ValueSet set, Value value, boolean marked) {
        if (marked && value.type().isFloatingPoint()) {
            changed |= set.add(value);
        }
    }

    private void markVaried(Collection<Region> marked) {
        for (Region region : marked) {
            changed |= region.canHoldActive() && !region.varied;
            region.varied |= region.canHoldActive();
        }
    }

    private void markUseful(Collection<Region> marked) {
        for (Region region : marked) {
            changed |= !region.useful;
            region.useful = true;
        }
    }

    private static boolean anyVaried(Collection<Region> regions) {
        for (Region region : regions) {
            if (region.varied) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyShadowed(Collection<Region> regions) {
        for (Region region : regions) {
            if (region.shadowed) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyUseful(Collection<Region> regions) {
        for (Region region : regions) {
            if (region.useful) {
                return true;
            }
        }
        return false;
    }
}
