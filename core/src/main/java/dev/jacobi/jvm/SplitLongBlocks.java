package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Prepares a function for being cut into regions: unreachable blocks and handlers that nothing reaches go away, all returns go through one
 * block, long blocks become chains of short ones, and large switches become trees of small ones.
 *
 * <p>No cut is made between an allocation and the call of the constructor.
 */
final class SplitLongBlocks {
    private static final int MAX_CASES = 128;

    private final Function function;
    private final int maxBlockSize;

    private SplitLongBlocks(Function function, int maxBlockSize) {
        this.function = function;
        this.maxBlockSize = maxBlockSize;
    }

    /** Changes the function, and gives the block that returns from it. */
    static Block run(Function function, int maxBlockSize) {
        SplitLongBlocks split = new SplitLongBlocks(function, maxBlockSize);
        function.retainBlocks(BlockOrder.of(function).blocks());
        for (Block block : List.copyOf(function.blocks())) {
            if (!BlockOrder.usesHandlers(block)) {
                block.setHandlers(List.of());
            }
        }
        for (Block block : List.copyOf(function.blocks())) {
            split.splitSwitch(block);
            split.splitInstructions(block);
        }
        return split.unifyReturns();
    }

    private Block unifyReturns() {
        Block exit = function.newBlock();
        Value result = function.returnType().equals(Type.VOID) ? null : exit.addParameter(function.returnType());
        for (Block block : function.blocks()) {
            if (block != exit && block.terminator() instanceof Terminator.Return leaving) {
                Value value = leaving.value();
                block.setTerminator(
                        new Terminator.Jump(value == null ? Edge.to(exit) : Edge.to(exit, value), leaving.position()));
            }
        }
        exit.setTerminator(new Terminator.Return(result, null));
        return exit;
    }

    private void splitInstructions(Block start) {
        List<List<Instruction>> pieces = pieces(start);
        if (pieces.size() < 2) {
            return;
        }
        Terminator terminator = start.terminator();
        var handlers = start.handlers();
        start.setHandlers(List.of());
        start.setInstructions(pieces.getFirst());
        Block last = start;
        for (List<Instruction> piece : pieces.subList(1, pieces.size())) {
            Block next = function.newBlock();
            piece.forEach(next::append);
            last.setTerminator(new Terminator.Jump(Edge.to(next), null));
            last = next;
        }
        last.setTerminator(terminator);
        last.setHandlers(handlers);
    }

    private List<List<Instruction>> pieces(Block block) {
        List<List<Instruction>> pieces = new ArrayList<>();
        Set<Value> completed = new HashSet<>();
        for (Instruction instruction : block.instructions()) {
            if (initialises(instruction)) {
                completed.add(instruction.operand(0));
            }
        }
        Set<Value> unfinished = new HashSet<>();
        List<Instruction> piece = new ArrayList<>();
        int size = 0;
        for (Instruction instruction : block.instructions()) {
            if (size > maxBlockSize && unfinished.isEmpty()) {
                pieces.add(piece);
                piece = new ArrayList<>();
                size = 0;
            }
            piece.add(instruction);
            size += CodeSize.of(instruction);
            if (instruction.opCode() == OpCode.NEW && completed.contains(instruction.value())) {
                unfinished.add(instruction.value());
            } else if (initialises(instruction)) {
                unfinished.remove(instruction.operand(0));
            }
        }
        pieces.add(piece);
        return pieces;
    }

    /** Whether the instruction calls a constructor. */
    static boolean initialises(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_SPECIAL
                && instruction.method().name().equals(ConstantDescs.INIT_NAME);
    }

    private void splitSwitch(Block block) {
        if (block.terminator() instanceof Terminator.Switch choice
                && choice.cases().size() > MAX_CASES) {
            List<Map.Entry<Integer, Edge>> entries = List.copyOf(choice.cases().entrySet());
            int middle = entries.size() / 2;
            int pivot = entries.get(middle).getKey();
            if (BlockOrder.usesHandlers(block)) {
                // What may throw stays the last instruction of a block with handlers.
                Block after = function.newBlock();
                after.setTerminator(choice);
                block.setTerminator(new Terminator.Jump(Edge.to(after), choice.position()));
                splitSwitch(after);
                return;
            }
            Block low = function.newBlock();
            Block high = function.newBlock();
            low.setTerminator(with(choice, entries.subList(0, middle)));
            high.setTerminator(with(choice, entries.subList(middle, entries.size())));
            Value constant = block.append(OpCode.CONSTANT, pivot, List.of(), choice.position())
                    .value();
            Value isLow = block.append(OpCode.LT, null, List.of(choice.selector(), constant), choice.position())
                    .value();
            block.setTerminator(new Terminator.Branch(isLow, Edge.to(low), Edge.to(high), choice.position()));
            splitSwitch(low);
            splitSwitch(high);
        }
    }

    private static Terminator.Switch with(Terminator.Switch choice, List<Map.Entry<Integer, Edge>> entries) {
        SortedMap<Integer, Edge> cases = new TreeMap<>();
        entries.forEach(entry -> cases.put(entry.getKey(), entry.getValue()));
        return new Terminator.Switch(choice.selector(), cases, choice.otherwise(), choice.position());
    }
}
