package dev.jacobi.autodiff.reverse;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts what may throw to a handler into a block of its own, between a block before it and a block after it, and lets each handler's edge
 * lead to a block of its own, which passes the exception on. So the reverse of the way to a handler begins behind the block before: what threw
 * had no effect, and has no adjoint. Handlers of blocks that cannot throw go away.
 */
final class HandlerForm {
    private HandlerForm() {}

    static void establish(Function function) {
        for (Block block : List.copyOf(function.blocks())) {
            if (!block.handlers().isEmpty()) {
                isolate(function, block);
            }
        }
    }

    private static void isolate(Function function, Block block) {
        List<Instruction> instructions = new ArrayList<>(block.instructions());
        List<Handler> handlers = block.handlers();
        Terminator terminator = block.terminator();
        boolean lastThrows = !instructions.isEmpty() && instructions.getLast().mayThrow();
        block.setHandlers(List.of());
        if (!lastThrows && !(terminator instanceof Throw)) {
            return;
        }
        Block throwing = function.newBlock();
        if (lastThrows) {
            Instruction last = instructions.removeLast();
            block.setInstructions(instructions);
            throwing.append(last);
            Block after = function.newBlock();
            after.setTerminator(terminator);
            throwing.setTerminator(new Jump(Edge.to(after), last.position()));
        } else {
            throwing.setTerminator(terminator);
        }
        block.setTerminator(new Jump(Edge.to(throwing), terminator.position()));
        throwing.setHandlers(handlers.stream()
                .map(handler -> new Handler(handler.catchType(), toOwnBlock(function, handler.edge(), terminator)))
                .toList());
    }

    private static Edge toOwnBlock(Function function, Edge edge, Terminator terminator) {
        Block own = function.newBlock();
        List<Value> parameters = new ArrayList<>();
        edge.target().parameters().forEach(parameter -> parameters.add(own.addParameter(parameter.type())));
        own.setTerminator(new Jump(new Edge(edge.target(), parameters), terminator.position()));
        return new Edge(own, edge.arguments());
    }

    /** Takes away the parameters of blocks that throw, which stand for what the block before has: the way back from a handler passes them by. */
    static void dropParameters(Function function) {
        Map<Value, Value> replaced = new HashMap<>();
        for (Block block : function.blocks()) {
            if (!block.handlers().isEmpty() && !block.parameters().isEmpty()) {
                Block before = before(block);
                List<Value> arguments = before.terminator().edges().getFirst().arguments();
                for (int index = arguments.size() - 1; index >= 0; index--) {
                    replaced.put(block.removeParameter(index), arguments.get(index));
                }
                before.setTerminator(before.terminator().mapEdges(edge -> Edge.to(block)));
            }
        }
        function.replaceValues(replaced);
    }

    /** The block before one that throws to handlers. */
    static Block before(Block throwing) {
        List<Block> predecessors = throwing.function().predecessors().getOrDefault(throwing, List.of());
        if (predecessors.size() != 1) {
            throw Refusals.internal(throwing + " has handlers and " + predecessors.size() + " predecessors");
        }
        return predecessors.getFirst();
    }

    /** The block after one that throws to handlers, which has the results of it. */
    static Block after(Block throwing) {
        return throwing.terminator().edges().getFirst().target();
    }
}
