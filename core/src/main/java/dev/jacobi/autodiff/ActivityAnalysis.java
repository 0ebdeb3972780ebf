package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.analysis.ReturningBlocks;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which values and which memory carry derivatives. A number is <em>varied</em> if it may vary with an active parameter, <em>useful</em>
 * if an active result may vary with it, <em>active</em> if both ({@link ActiveNumbers}). Active results are the function's result, if its type carries
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
    private final ActiveNumbers numbers;
    private final List<Block> blocks;
    private final Set<Block> returning;
    private final boolean resultCounts;
    private final boolean isCallee;
    private final Set<Instruction> followed = new HashSet<>();
    private final Set<Region> outliving = new HashSet<>();
    private final Set<Value> thrown = new HashSet<>();
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
        this.numbers = ActiveNumbers.find(function, activities, regions, blocks, returning, resultCounts);
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
        return numbers.isVaried(number);
    }

    /** Whether an active result may vary with a number. */
    public boolean isUseful(Value number) {
        return numbers.isUseful(number);
    }

    /** Whether a number has a tangent or an adjoint. */
    public boolean isActive(Value number) {
        return numbers.isVaried(number) && numbers.isUseful(number);
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
        return !allCanHoldActive(Region.contents(regions.of(reference)));
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
                shadow(Region.reachable(regions.of(result)));
            }
        }
        for (Set<Region> set : together) {
            all.addAll(Region.reachable(set));
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
                outliving.addAll(Region.reachable(regions.of(result)));
            }
        }
        outliving.addAll(Region.reachable(regions.outside()));
        for (Value parameter : function.parameters()) {
            outliving.addAll(Region.reachable(regions.of(parameter)));
        }
    }

    private boolean carries(Instruction call) {
        return call.operands().stream().anyMatch(numbers::isVaried)
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

    private static boolean anyShadowed(Collection<Region> regions) {
        for (Region region : regions) {
            if (region.shadowed) {
                return true;
            }
        }
        return false;
    }
}
