package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import java.util.Collections;
import java.util.List;

/** Where each value is used, in all blocks, reachable or not. */
public final class Uses {
    private final ValueMap<List<Use>> uses = new ValueMap<>();

    private Uses() {}

    public static Uses of(Function function) {
        Uses uses = new Uses();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                List<Value> operands = instruction.operands();
                for (int index = 0; index < operands.size(); index++) {
                    uses.add(operands.get(index), new Use.Operand(instruction, index));
                }
            }
            for (Value value : block.terminator().operands()) {
                uses.add(value, new Use.OfTerminator(block));
            }
            for (Edge edge : block.terminator().edges()) {
                uses.addPassed(block, edge, false);
            }
            for (Handler handler : block.handlers()) {
                uses.addPassed(block, handler.edge(), true);
            }
        }
        return uses;
    }

    private void addPassed(Block block, Edge edge, boolean byHandler) {
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value parameter = edge.target().parameter(byHandler ? index + 1 : index);
            add(edge.arguments().get(index), new Use.Passed(block, edge, index, parameter, byHandler));
        }
    }

    private void add(Value value, Use use) {
        Multimaps.list(uses, value).add(use);
    }

    /** All uses of the value; a value that one instruction uses twice is here twice. */
    public List<Use> of(Value value) {
        return Collections.unmodifiableList(uses.getOrDefault(value, List.of()));
    }

    public int count(Value value) {
        return uses.getOrDefault(value, List.of()).size();
    }

    public boolean isUsed(Value value) {
        return uses.containsKey(value);
    }
}
