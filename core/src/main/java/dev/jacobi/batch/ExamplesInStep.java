package dev.jacobi.batch;

import dev.jacobi.Layout;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.batch.MaskedOrder.Region;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.OpCode.Effect;
import dev.jacobi.optimize.ConvertBranchesToSelects;
import dev.jacobi.optimize.EliminateDeadCode;
import dev.jacobi.optimize.RemoveRedundantParameters;
import dev.jacobi.optimize.SimplifyControlFlow;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether several examples go through the code in step, and makes that code. Short branches that depend on the example become choices between what both sides compute, if neither
 * can throw or read memory.
 *
 * @param body the code of one example, with such branches converted if examples go in step or there is nothing but straight code
 * @param lanes the loop over strips of examples, if there is one
 * @param explanation how the examples are done, and why
 */
public record ExamplesInStep(Function body, Optional<Strips> lanes, String explanation) {
    /**
     * The code of strips.
     *
     * @param arrays the numbers of the parameters that are arrays of examples and used
     * @param written those of them that are written
     * @param apart whether such an array must not be another argument of its example
     */
    public record Strips(Function function, List<Integer> arrays, List<Integer> written, boolean apart) {}

    /** A system property for tests: {@code always} in step where that is possible, though it may be slower, or {@code never}. */
    private static final String WHEN = "jacobi.batch.step";

    private static final int MOST_LOST_IN_TESTS = 1 << 22;

    private static final int MOST_SELECTS = 8;
    private static final int MOST_COST = 60;
    private static final int ROUNDS = 4;
    private static final int MOST_CLOSINGS_OF_A_LOOP = 4;
    /** From this cost on an operation is worth that arrays are rearranged. */
    private static final int EXPENSIVE = 8;

    /**
     * Decides.
     *
     * @param body is not changed
     * @param vectorChoices whether choices between values become vector instructions; HotSpot does not do that
     */
    public static ExamplesInStep of(BatchSignature signature, Function body, boolean vectorChoices) {
        if (signature.outputs() > 0) {
            return oneByOne(body, "its result is taken apart");
        }
        boolean always = "always".equals(System.getProperty(WHEN));
        boolean returnsRows = signature.result().isArray();
        Function converted = body.copy();
        boolean assumed = prepare(signature, converted);
        Divergence divergence = new Divergence(signature, converted);
        for (int round = 0; round < ROUNDS && convert(converted, divergence); round++) {
            divergence = new Divergence(signature, converted);
        }
        if ("never".equals(System.getProperty(WHEN))) {
            return oneByOne(body, WHEN + " is never");
        }
        Optional<String> obstacle = StepObstacles.find(divergence);
        if (obstacle.isPresent()) {
            return oneByOne(body, obstacle.get());
        }
        if (divergence.usedArguments().isEmpty() && divergence.isStraight() && !assumed && !returnsRows) {
            return new ExamplesInStep(
                    converted, Optional.empty(), "one loop over straight code, which can be vectorised as it is");
        }
        Optional<String> differing = differing(divergence);
        if (!vectorChoices && !always && differing.isPresent()) {
            return oneByOne(body, "HotSpot has no vector instructions for " + differing.get() + "; LLVM has");
        }
        if (!vectorChoices && !always && returnsRows) {
            return oneByOne(
                    body, "making the arrays that are returned would cost more than HotSpot gains; LLVM gains more");
        }
        boolean writes =
                SummedRecords.isIn(converted) || !divergence.writtenArguments().isEmpty();
        if (!vectorChoices && !always && writes && signature.layout() != Layout.LANES) {
            return oneByOne(
                    body,
                    "rearranging the arrays of the examples, and what is written, would cost more than HotSpot gains; "
                            + "LLVM gains more, and Layout.LANES needs no rearranging");
        }
        if (signature.layout() != Layout.LANES
                && !always
                && !divergence.usedArguments().isEmpty()
                && !isExpensive(converted)) {
            return oneByOne(
                    body,
                    "rearranging the arrays of the examples would cost as much as what is computed; Layout.LANES needs no rearranging");
        }
        String under = divergence.masked().parting().stream()
                .findFirst()
                .map(block ->
                        StepObstacles.at(", under masks", block.terminator().position()))
                .orElse("");
        Set<Block> closed = new HashSet<>();
        divergence = closeLoops(signature, divergence, closed);
        obstacle = StepObstacles.find(divergence);
        Optional<List<Region>> regions = regions(divergence);
        if (obstacle.isPresent()
                || regions.isEmpty()
                || openLoop(divergence, closed).isPresent()) {
            return oneByOne(body, obstacle.orElse("its ways cross too often"));
        }
        converted.blocks().forEach(block -> block.instructions().forEach(each -> each.setAdjointSum(false)));
        return new ExamplesInStep(
                body,
                Optional.of(new Strips(
                        LaneLoops.of(
                                signature.withLanes(),
                                divergence,
                                regions.get(),
                                always ? MOST_LOST_IN_TESTS : MaskWorth.MOST_LOST,
                                !vectorChoices),
                        divergence.usedArguments(),
                        divergence.writtenArguments(),
                        assumed || !divergence.writtenArguments().isEmpty())),
                Strip.WIDTH + " examples in step" + under + ", the rest one after the other");
    }

    /** What has vector instructions in native code only, if there is anything. */
    private static Optional<String> differing(Divergence divergence) {
        for (Block block : divergence.masked().parting()) {
            return Optional.of(StepObstacles.at(
                    "ways that depend on the example", block.terminator().position()));
        }
        for (Block block : divergence.returning()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.SELECT && divergence.isVarying(instruction.operand(0))) {
                    return Optional.of("choices that depend on the example");
                }
                boolean access =
                        instruction.opCode() == OpCode.ARRAY_LOAD || instruction.opCode() == OpCode.ARRAY_STORE;
                if (access
                        && divergence.isOwnArray(instruction.operand(0))
                        && divergence.isVarying(instruction.operand(1))) {
                    return Optional.of(StepObstacles.at(
                            "places in its arrays that depend on the example", instruction.position()));
                }
            }
        }
        return Optional.empty();
    }

    /** Tells apart what values are in loops that some examples leave before others, and behind them. */
    private static Divergence closeLoops(BatchSignature signature, Divergence divergence, Set<Block> closed) {
        Function function = divergence.function();
        Divergence current = divergence;
        // Where ways cross, closing one loop opens another one, on and on, and the code grows.
        int most = MOST_CLOSINGS_OF_A_LOOP
                * divergence.masked().loops().innermostFirst().size();
        for (int round = 0; round < most; round++) {
            Optional<Loop> open = openLoop(current, closed);
            if (open.isEmpty()) {
                return current;
            }
            closed.add(open.get().header());
            CloseLoop.run(function, open.get(), current::returns);
            current = new Divergence(signature, function);
        }
        return current;
    }

    /** A loop that some examples may leave before others, or do not come to, whose edges out have no blocks of their own yet, or whose values are used behind it. */
    private static Optional<Loop> openLoop(Divergence divergence, Set<Block> closed) {
        MaskedBlocks masked = divergence.masked();
        return masked.loops().innermostFirst().stream()
                .filter(loop -> masked.isMasked(loop.header())
                        && (!closed.contains(loop.header())
                                || CloseLoop.isOpen(divergence.function(), loop, divergence::returns)))
                .findFirst();
    }

    private static Optional<List<Region>> regions(Divergence divergence) {
        return divergence.masked().parting().isEmpty()
                ? Optional.of(List.of())
                : divergence.masked().loops().isIrreducible()
                        ? Optional.empty()
                        : MaskedOrder.of(
                                divergence.returning(),
                                ReversePostorder.of(divergence.function()),
                                divergence.masked());
    }

    /** Whether arrays are taken to be apart. */
    private static boolean prepare(BatchSignature signature, Function function) {
        // The derivative's own blocks follow those that check its arguments, and get these as parameters.
        clean(function);
        boolean apart = AssumeApart.run(signature, function);
        boolean summed = SummedRecords.run(signature, function);
        if (apart || summed) {
            clean(function);
        }
        return apart || summed;
    }

    private static void clean(Function function) {
        SimplifyControlFlow.run(function);
        RemoveRedundantParameters.run(function);
        EliminateDeadCode.run(function);
    }

    private static ExamplesInStep oneByOne(Function body, String why) {
        return new ExamplesInStep(body, Optional.empty(), "one example after the other: " + why);
    }

    private static boolean convert(Function function, Divergence divergence) {
        boolean changed = ConvertBranchesToSelects.run(function, divergence::isVarying, MOST_SELECTS, MOST_COST);
        if (changed) {
            clean(function);
        }
        return changed;
    }

    private static boolean isExpensive(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (!instruction.opCode().isCall()
                        && instruction.opCode().effect() == Effect.PURE
                        && instruction.opCode().cost() >= EXPENSIVE) {
                    return true;
                }
            }
        }
        return false;
    }
}
