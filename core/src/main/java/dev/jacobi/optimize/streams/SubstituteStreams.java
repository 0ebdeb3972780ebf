package dev.jacobi.optimize.streams;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.StandIns;
import dev.jacobi.optimize.streams.StreamChain.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Replaces streams by loops, if all of the stream is in the function: from a range, an array, given values, a collection, an optional, {@code iterate} or {@code generate}, or two streams put together by {@code concat}, through
 * {@code map} (to all kinds), {@code flatMap}, {@code mapMulti}, {@code filter}, {@code peek}, {@code boxed}, {@code as..Stream}, {@code limit}, {@code skip}, {@code takeWhile}, {@code dropWhile}, {@code distinct} and
 * {@code sorted}, to a terminal operation: {@code sum}, {@code average}, {@code min}, {@code max}, {@code count}, {@code reduce},
 * {@code collect} (also by collectors of {@code Collectors} that {@code dev.jacobi.runtime.library} knows), {@code toList}, {@code toArray},
 * {@code summaryStatistics}, {@code forEach}, {@code findFirst}, and the matches, or a loop over its iterator.
 *
 * <p>The loop gives the same bits as the JDK: sums of doubles are compensated, {@code count} does not look at elements whose number is
 * known. Functions are called in the same order on the same elements. Parallel streams become the same loops: one of the orders in
 * which they may run, and no race. Streams that conditions put together are written out before ({@code ChosenStreams}). Everything else stays a stream, such as those that leave
 * the function or are put together in a loop.
 */
public final class SubstituteStreams {
    private SubstituteStreams() {}

    public static boolean run(Function function, ClassKnowledge classes) {
        return run(function, classes, false);
    }

    /** @param reordering whether parallel streams become loops that are easy to cut into parts, whose sums need not have the bits of the JDK's */
    public static boolean run(Function function, ClassKnowledge classes, boolean reordering) {
        if (!usesStreams(function)) {
            return false;
        }
        PushedOrder order = new PushedOrder(classes);
        boolean cut = ChosenStreams.run(function, order);
        cut |= cutAtSorted(function);
        Map<Value, Integer> uses = countUses(function);
        List<StreamChain> chains = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                StreamChain.endingWith(instruction, uses).filter(order::isAll).ifPresent(chains::add);
            }
        }
        for (StreamChain chain : chains) {
            new StreamLoop(chain, function, reordering && chain.isParallel()).replace();
        }
        boolean iterated = false;
        while (replaceIteration(function)) {
            iterated = true;
        }
        return cut || iterated || !chains.isEmpty();
    }

    private static boolean usesStreams(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                boolean uses = switch (instruction.opCode()) {
                    case INVOKE_INTERFACE ->
                        Element.of(instruction.method().owner()).isPresent();
                    case INVOKE_STATIC -> StandIns.isElementsOf(instruction);
                    default -> false;
                };
                if (uses) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean replaceIteration(Function function) {
        List<Instruction> iterations = function.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(call -> StreamIteration.elementOfIterated(call).isPresent())
                .toList();
        if (iterations.isEmpty()) {
            return false;
        }
        Map<Value, Integer> uses = countUses(function);
        Optional<StreamIteration> found = iterations.stream()
                .flatMap(call -> StreamIteration.of(call, uses, function).stream())
                .findFirst();
        found.ifPresent(StreamIteration::replace);
        return found.isPresent();
    }

    private static boolean cutAtSorted(Function function) {
        boolean any = false;
        boolean changed = true;
        while (changed) {
            changed = false;
            Map<Value, Integer> uses = countUses(function);
            List<Instruction> all = function.blocks().stream()
                    .flatMap(block -> block.instructions().stream())
                    .toList();
            for (Instruction instruction : all) {
                if (!changed && SortedStages.cut(instruction, uses)) {
                    changed = true;
                }
            }
            any |= changed;
        }
        return any;
    }

    private static Map<Value, Integer> countUses(Function function) {
        Map<Value, Integer> uses = new HashMap<>();
        for (Block block : function.blocks()) {
            block.instructions()
                    .forEach(
                            instruction -> instruction.operands().forEach(value -> uses.merge(value, 1, Integer::sum)));
            block.terminator().operands().forEach(value -> uses.merge(value, 1, Integer::sum));
            block.edges().forEach(edge -> edge.arguments().forEach(value -> uses.merge(value, 1, Integer::sum)));
        }
        return uses;
    }
}
