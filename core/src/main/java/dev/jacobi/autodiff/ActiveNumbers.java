package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers carry derivatives: those that are varied, found along the data flow from the active parameters, and those that are useful, found against it
 * from the active results. What is found of numbers in memory is noted at its {@link Region}.
 */
final class ActiveNumbers {
    private final List<Block> blocks;
    private final Set<Block> returning;
    private final Regions regions;
    private final ValueSet varied = new ValueSet();
    private final ValueSet useful = new ValueSet();
    private boolean changed;

    /**
     * Marks the regions too.
     *
     * @param activities one for each parameter
     * @param blocks those that count, in reverse postorder
     * @param returning the blocks from which a return can be reached
     * @param resultCounts whether what the function returns is an active result
     */
    static ActiveNumbers find(
            Function function,
            List<Activity> activities,
            Regions regions,
            List<Block> blocks,
            Set<Block> returning,
            boolean resultCounts) {
        ActiveNumbers numbers = new ActiveNumbers(regions, blocks, returning);
        numbers.findVaried(function, activities);
        numbers.findUseful(function, resultCounts);
        return numbers;
    }

    private ActiveNumbers(Regions regions, List<Block> blocks, Set<Block> returning) {
        this.regions = regions;
        this.blocks = blocks;
        this.returning = returning;
    }

    /** Whether a number may vary with an active parameter. */
    boolean isVaried(Value number) {
        return varied.contains(number);
    }

    /** Whether an active result may vary with a number. */
    boolean isUseful(Value number) {
        return useful.contains(number);
    }

    private void findVaried(Function function, List<Activity> activities) {
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

    private void findUseful(Function function, boolean resultCounts) {
        // The caller finds what is put into its objects and arrays; and the other sweep what is put on the tape.
        for (Value parameter : function.parameters()) {
            if (isUsefulParameter(parameter)) {
                markUseful(Region.reachable(regions.of(parameter)));
            }
        }
        for (Block block : blocks) {
            if (resultCounts && block.terminator() instanceof Return(Value result, var _) && result != null) {
                if (result.type().isFloatingPoint()) {
                    useful.add(result);
                } else {
                    markUseful(Region.reachable(regions.of(result)));
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

    private void spreadUsefulCall(Instruction call) {
        Set<Region> within = regions.within(call);
        if (call.result() != null && useful.contains(call.value()) || anyUseful(within)) {
            markUseful(within);
            call.operands().forEach(operand -> mark(useful, operand, true));
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
        if (returning.contains(edge.target())) {
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

    private static boolean anyUseful(Collection<Region> regions) {
        for (Region region : regions) {
            if (region.useful) {
                return true;
            }
        }
        return false;
    }
}
