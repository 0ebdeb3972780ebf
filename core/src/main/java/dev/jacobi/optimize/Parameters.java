package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What several passes do with block parameters and the edges that feed them. */
final class Parameters {
    private Parameters() {}

    /** Gives each parameter together with each value that an edge passes to it. The exception of a handler is passed by no edge. */
    static void forEachPassed(Block block, BiConsumer<Value, Value> parameterAndArgument) {
        for (Edge edge : block.terminator().edges()) {
            List<Value> arguments = edge.arguments();
            for (int index = 0; index < arguments.size(); index++) {
                parameterAndArgument.accept(edge.target().parameter(index), arguments.get(index));
            }
        }
        for (Handler handler : block.handlers()) {
            List<Value> arguments = handler.edge().arguments();
            for (int index = 0; index < arguments.size(); index++) {
                parameterAndArgument.accept(handler.edge().target().parameter(index + 1), arguments.get(index));
            }
        }
    }

    /** The parameters that take exceptions. They stay where they are, even if ordinary edges lead to the block as well. */
    static Set<Value> exceptions(Function function) {
        Set<Value> exceptions = new HashSet<>();
        for (Block block : function.blocks()) {
            for (Handler handler : block.handlers()) {
                exceptions.add(handler.edge().target().parameter(0));
            }
        }
        return exceptions;
    }

    /** Removes parameters and what edges pass to them. */
    static void remove(Function function, Collection<Value> parameters) {
        if (parameters.isEmpty()) {
            return;
        }
        Map<Block, boolean[]> removed = new HashMap<>();
        for (Value parameter : parameters) {
            Block block = parameter.block();
            boolean[] flags = removed.get(block);
            if (flags == null) {
                flags = new boolean[block.parameters().size()];
                removed.put(block, flags);
            }
            flags[block.parameters().indexOf(parameter)] = true;
        }
        for (Block block : function.blocks()) {
            block.setTerminator(block.terminator().mapEdges(edge -> without(edge, removed.get(edge.target()), 0)));
            if (!block.handlers().isEmpty()) {
                block.setHandlers(block.handlers().stream()
                        .map(handler -> new Handler(
                                handler.catchType(),
                                without(
                                        handler.edge(),
                                        removed.get(handler.edge().target()),
                                        1)))
                        .toList());
            }
        }
        for (Map.Entry<Block, boolean[]> entry : removed.entrySet()) {
            boolean[] flags = entry.getValue();
            for (int index = flags.length - 1; index >= 0; index--) {
                if (flags[index]) {
                    entry.getKey().removeParameter(index);
                }
            }
        }
    }

    private static Edge without(Edge edge, boolean @Nullable [] removed, int offset) {
        if (removed == null) {
            return edge;
        }
        List<Value> kept = new ArrayList<>();
        for (int index = 0; index < edge.arguments().size(); index++) {
            if (!removed[index + offset]) {
                kept.add(edge.arguments().get(index));
            }
        }
        return new Edge(edge.target(), kept);
    }
}
