package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes an array of arrays row by row, in a loop: HotSpot makes the rows where it runs, but leaves {@code multianewarray} to a call that takes three
 * times as long.
 *
 * <p>Only where no length is negative: with no rows, nothing would ask for the length of one. Goes directly before emission, as derivatives
 * and analyses know the one instruction better than the loop. Arrays of objects, and blocks with handlers, are left as they are.
 */
public final class WriteOutMultiArrays {
    private WriteOutMultiArrays() {}

    public static boolean run(Function function) {
        boolean changed = false;
        List<Block> open = new ArrayList<>(function.blocks());
        while (!open.isEmpty()) {
            Block block = open.removeLast();
            Instruction found = block.handlers().isEmpty() ? firstWithRows(block) : null;
            if (found != null) {
                open.addAll(writeOut(function, block, found));
                changed = true;
            }
        }
        return changed;
    }

    private static @Nullable Instruction firstWithRows(Block block) {
        for (Instruction instruction : block.instructions()) {
            if (hasRows(instruction)) {
                return instruction;
            }
        }
        return null;
    }

    private static boolean hasRows(Instruction instruction) {
        return instruction.opCode() == OpCode.NEW_MULTI_ARRAY
                && instruction.isProved()
                && instruction.operands().size() >= 2
                && !instruction.classAttribute().descriptorString().endsWith(";");
    }

    /** Returns the blocks in which there may be more to do. */
    private static List<Block> writeOut(Function function, Block block, Instruction multi) {
        int place = block.instructions().indexOf(multi);
        List<Instruction> after = List.copyOf(
                block.instructions().subList(place + 1, block.instructions().size()));
        Block header = function.newBlock();
        Block body = function.newBlock();
        Block behind = function.newBlock();
        SourcePosition position = multi.position();

        ClassDesc row = multi.classAttribute().componentType();
        block.setInstructions(List.copyOf(block.instructions().subList(0, place)));
        Instruction rows = block.append(OpCode.NEW_ARRAY, row, List.of(multi.operand(0)), position);
        rows.setProved(true);
        Value none = constant(block, 0, position);
        Value one = constant(block, 1, position);
        behind.setTerminator(block.terminator());
        block.setTerminator(new Jump(Edge.to(header, none), position));
        behind.setInstructions(after);

        Value index = header.addParameter(Type.INT);
        Value end = header.append(OpCode.GE, null, List.of(index, multi.operand(0)), position)
                .value();
        header.setTerminator(new Branch(end, Edge.to(behind), Edge.to(body), position));

        List<Value> lengths = multi.operands().subList(1, multi.operands().size());
        Instruction made = lengths.size() == 1
                ? body.append(OpCode.NEW_ARRAY, row.componentType(), lengths, position)
                : body.append(OpCode.NEW_MULTI_ARRAY, row, lengths, position);
        made.setProved(true);
        body.append(OpCode.ARRAY_STORE, row, List.of(rows.value(), index, made.value()), position)
                .setProved(true);
        Value next =
                body.append(OpCode.ADD, null, List.of(index, one), position).value();
        body.setTerminator(new Jump(Edge.to(header, next), position));

        function.replaceValues(Map.of(multi.value(), rows.value()));
        return List.of(body, behind);
    }

    private static Value constant(Block block, int number, SourcePosition position) {
        return block.append(OpCode.CONSTANT, number, List.of(), position).value();
    }
}
