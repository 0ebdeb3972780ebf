package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.ReturningBlocks;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values of a function over one example differ from example to example, among those that go through the same block in the same round of its loops, and which blocks only some of them
 * go through. What is computed in a loop that some examples leave before others is the same for all in the loop, but not behind it: {@link CloseLoop} tells the two apart.
 */
final class Divergence {
    private final Function function;
    private final Set<Value> varying = new HashSet<>();
    /** Arrays of which each example has its own: of parameters, by their number, and those made here. */
    private final Map<Value, Integer> arguments = new HashMap<>();

    private final OwnArrays own;
    /** What stands for those of them that differ between examples. */
    private final Set<Value> differing = new HashSet<>();

    private final Set<Block> returning;
    private final MaskedBlocks masked;
    /** Parameters to which different values come by different ways, or from different rounds. */
    private final Set<Value> meeting = new HashSet<>();

    Divergence(BatchSignature signature, Function function) {
        this.function = function;
        returning = ReturningBlocks.of(function);
        for (int index = 0; index < signature.axes().size(); index++) {
            if (signature.axes().get(index) == Axis.EACH) {
                Value parameter = function.parameters().get(index);
                varying.add(parameter);
                if (OwnArrays.isOfNumbers(parameter)) {
                    arguments.put(parameter, index);
                }
            }
        }
        own = new OwnArrays(function);
        masked = new MaskedBlocks(function, returning);
        boolean changed = true;
        while (changed) {
            changed = spread();
            for (Block block : returning) {
                changed |= parts(block) && masked.part(block);
            }
            changed |= meet();
        }
    }

    private boolean spread() {
        boolean changed = false;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                changed |= makeDiffer(instruction);
                boolean same = instruction.opCode() == OpCode.ARRAY_LENGTH && isOwnArray(instruction.operand(0));
                if (instruction.result() != null
                        && !same
                        && instruction.operands().stream().anyMatch(varying::contains)) {
                    changed |= varying.add(instruction.value());
                }
            }
            for (Edge edge : block.terminator().edges()) {
                for (int index = 0; index < edge.arguments().size(); index++) {
                    if (varying.contains(edge.arguments().get(index))) {
                        changed |= varying.add(edge.target().parameter(index));
                    }
                }
            }
        }
        return changed;
    }

    /** Arrays into which something is put that differs between examples differ, and those into which only some put something. */
    private boolean makeDiffer(Instruction instruction) {
        boolean changed = false;
        List<Value> operands = instruction.operands();
        if (instruction.opCode() == OpCode.ARRAY_STORE
                && own.isMade(operands.getFirst())
                && (varying.contains(operands.get(1))
                        || varying.contains(operands.get(2))
                        || masked.isMasked(Objects.requireNonNull(instruction.block())))) {
            changed = differing.add(own.of(operands.getFirst()));
        }
        // Each lane needs its own space, of which the longest counts.
        if (OwnArrays.isTape(instruction, KnownCall.ENSURE)
                && own.isMade(operands.getFirst())
                && operands.stream().skip(1).anyMatch(varying::contains)) {
            changed |= differing.add(own.of(operands.getFirst()));
        }
        // The lanes would find there what is put there behind the load.
        if (instruction.opCode() == OpCode.ARRAY_LOAD
                && own.isMade(operands.getFirst())
                && varying.contains(operands.get(1))) {
            changed |= differing.add(own.of(operands.getFirst()));
        }
        for (Value operand : operands) {
            changed |= own.isMade(operand) && differing.contains(own.of(operand)) && varying.add(operand);
        }
        if (instruction.result() != null && own.isMade(instruction.value())) {
            if (differing.contains(own.of(instruction.value()))) {
                changed |= varying.add(instruction.value());
            } else if (varying.contains(instruction.value())) {
                changed |= differing.add(own.of(instruction.value()));
            }
        }
        return changed;
    }

    boolean isVarying(Value value) {
        return varying.contains(value);
    }

    /** Whether each lane has an element for a value. Arrays that examples make are one array for all lanes. */
    boolean isInLanes(Value value) {
        return varying.contains(value) && !isLocalArray(value);
    }

    /** Whether each example has an array of its own here, all of the same length. */
    boolean isOwnArray(Value array) {
        return isLocalArray(array) || arguments.containsKey(array);
    }

    /** Whether each example has an array of its own here, which it has made. */
    boolean isLocalArray(Value array) {
        return own.isMade(array) && differing.contains(own.of(array));
    }

    /**
     * Whether this is an array of which each example has one only, kept for all lanes from where it is made until the strip is done, tapes as long as the strip: not all examples may come to
     * where theirs are made, made longer and given back. All values that may be this array are the same one, a tape as long as that of the example that needs most.
     */
    boolean isKept(Value array) {
        return !masked.parting().isEmpty() && own.isOnly(array);
    }

    /** Whether this is an array that the function has made, and no tape. */
    boolean isNew(Value array) {
        return own.isMade(array) && !own.isAcquired(array);
    }

    /** Whether an instruction makes a tape longer to a length that differs between examples. */
    boolean isUnevenEnsure(Instruction instruction) {
        return OwnArrays.isTape(instruction, KnownCall.ENSURE)
                && isKept(instruction.operand(0))
                && instruction.operands().stream().skip(1).anyMatch(varying::contains);
    }

    /** What stands for all values that may be the same array of an example. */
    Value memory(Value array) {
        return own.of(array);
    }

    /** Whether an instruction makes an array that each example has, makes it longer, or gives it back. */
    boolean isArrayWork(Instruction instruction) {
        return switch (instruction.opCode()) {
            case NEW_ARRAY -> isLocalArray(instruction.value());
            case INVOKE_STATIC ->
                OwnArrays.isTape(instruction, KnownCall.ACQUIRE) && isLocalArray(instruction.value())
                        || OwnArrays.isTape(instruction, KnownCall.ENSURE) && isLocalArray(instruction.operand(0))
                        || OwnArrays.isTape(instruction, KnownCall.RELEASE) && isLocalArray(instruction.operand(0));
            default -> false;
        };
    }

    /** The arrays of the examples that are written. */
    List<Integer> writtenArguments() {
        return function.blocks().stream()
                .filter(this::returns)
                .flatMap(block -> block.instructions().stream())
                .filter(instruction -> instruction.opCode() == OpCode.ARRAY_STORE)
                .map(store -> arguments.get(store.operand(0)))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** The number of the parameter that is this array of each example, or null. */
    @Nullable
    Integer argument(Value array) {
        return arguments.get(array);
    }

    /** Whether the end of the function can be reached from here: if not, there is nothing but an exception. */
    boolean returns(Block block) {
        return returning.contains(block);
    }

    /** Whether examples go different ways at the end of a block, of ways that end in no exception. */
    private boolean parts(Block block) {
        Terminator terminator = block.terminator();
        return terminator.operands().stream().anyMatch(varying::contains)
                && terminator.edges().stream()
                                .filter(edge -> returns(edge.target()))
                                .count()
                        > 1;
    }

    /** Whether each lane finds its own way at the end of a block, if only that some examples are not there, or go to an exception. */
    boolean decidesInLanes(Block block) {
        return masked.isMasked(block)
                || block.terminator().edges().size() > 1
                        && block.terminator().operands().stream().anyMatch(varying::contains);
    }

    /**
     * Values that come by different ways at once differ, and so do those that come from different rounds of a loop.
     *
     * <p>Of a loop that all examples are in, but go to the next round of by different ways, the value from outside counts as one of these. So what is not said to differ is the same in all
     * rounds, and {@link LaneLoops} may pass it on by one way while other ways of the same round, which read it, are still to be done.
     */
    private boolean meet() {
        Map<Block, List<Map.Entry<Block, Edge>>> entries = new LinkedHashMap<>();
        boolean changed = false;
        for (Block block : returning) {
            for (Edge edge : block.terminator().edges()) {
                if (returns(edge.target()) && !edge.arguments().isEmpty()) {
                    entries.computeIfAbsent(edge.target(), _ -> new ArrayList<>())
                            .add(Map.entry(block, edge));
                    if (leavesUneven(block, edge.target())) {
                        for (Value parameter : edge.target().parameters()) {
                            changed |= differ(parameter);
                        }
                    }
                }
            }
        }
        for (Map.Entry<Block, List<Map.Entry<Block, Edge>>> of : entries.entrySet()) {
            Block target = of.getKey();
            Loop loop = masked.maskedLoop(target);
            if (loop != null && loop.header() == target) {
                changed |= differ(of.getValue().stream()
                        .filter(entry -> loop.contains(entry.getKey()))
                        .toList());
                changed |= differ(of.getValue().stream()
                        .filter(entry -> !loop.contains(entry.getKey()))
                        .toList());
            } else if (masked.isMasked(target)
                    || of.getValue().stream()
                            .anyMatch(entry -> masked.isMasked(entry.getKey()) || masked.isParting(entry.getKey()))) {
                changed |= differ(of.getValue());
            }
        }
        return changed;
    }

    private boolean leavesUneven(Block from, Block to) {
        for (Loop loop = masked.loops().loopOf(from); loop != null && !loop.contains(to); loop = loop.parent()) {
            if (masked.isUneven(loop)) {
                return true;
            }
        }
        return false;
    }

    private boolean differ(List<Map.Entry<Block, Edge>> entries) {
        boolean changed = false;
        for (Map.Entry<Block, Edge> entry : entries) {
            Edge first = entries.getFirst().getValue();
            Edge other = entry.getValue();
            for (int index = 0; index < other.arguments().size(); index++) {
                if (other.arguments().get(index) != first.arguments().get(index)) {
                    changed |= differ(first.target().parameter(index));
                }
            }
        }
        return changed;
    }

    /** Arrays that meet are one, if an example has one only. */
    private boolean differ(Value parameter) {
        if (own.isOnly(parameter)) {
            return false;
        }
        boolean changed = varying.add(parameter);
        return meeting.add(parameter) || changed;
    }

    /** Whether different values may come to a parameter by different ways, or from different rounds of a loop. */
    boolean isMeeting(Value parameter) {
        return meeting.contains(parameter);
    }

    /** Whether this is an array that the function has made, of which each example may have its own. */
    boolean isMade(Value array) {
        return own.isMade(array);
    }

    /** The blocks that only some of the examples go through. */
    MaskedBlocks masked() {
        return masked;
    }

    Function function() {
        return function;
    }

    /** The blocks from which the end can be reached, in order. */
    List<Block> returning() {
        return ReversePostorder.of(function).blocks().stream()
                .filter(this::returns)
                .toList();
    }

    /** Whether there is a loop, or a way to choose. */
    boolean isStraight() {
        return function.blocks().stream().filter(this::returns).count() == 1;
    }

    /** The arrays of the examples that are used. */
    List<Integer> usedArguments() {
        Set<Value> used = new HashSet<>();
        for (Block block : function.blocks()) {
            block.instructions().forEach(instruction -> used.addAll(instruction.operands()));
        }
        List<Integer> numbers = new ArrayList<>();
        arguments.forEach((value, number) -> {
            if (used.contains(value)) {
                numbers.add(number);
            }
        });
        return numbers;
    }

    /** The component of an array of numbers. */
    static ClassDesc component(Value array) {
        return array.type().descriptor().componentType();
    }
}
