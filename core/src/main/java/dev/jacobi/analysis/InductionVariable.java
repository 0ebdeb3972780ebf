package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An int or long parameter of a loop's header that each round changes by the same constant (modulo the width of the type).
 *
 * @param start the value on entry, which one edge from outside passes
 * @param next the value that the latch passes
 */
public record InductionVariable(Loop loop, Value parameter, Value start, Value next, long step) {

    /** The basic induction variables of a loop with one latch and one way in. */
    public static List<InductionVariable> of(Loop loop) {
        Edge entry = onlyEdge(loop.entering(), loop.header());
        Edge back = onlyEdge(loop.latches(), loop.header());
        List<InductionVariable> found = new ArrayList<>();
        if (entry == null || back == null) {
            return found;
        }
        for (int index = 0; index < loop.header().parameters().size(); index++) {
            Value parameter = loop.header().parameter(index);
            Value next = back.arguments().get(index);
            Long step = step(next, parameter);
            if (step != null && step != 0) {
                found.add(
                        new InductionVariable(loop, parameter, entry.arguments().get(index), next, step));
            }
        }
        return found;
    }

    /** The only edge from these blocks to {@code target} if it is no handler's, or null. */
    private static @Nullable Edge onlyEdge(List<Block> sources, Block target) {
        if (sources.size() != 1) {
            return null;
        }
        Block source = sources.getFirst();
        Edge only = null;
        for (Edge edge : source.terminator().edges()) {
            if (edge.target() == target) {
                if (only != null) {
                    return null;
                }
                only = edge;
            }
        }
        for (Handler handler : source.handlers()) {
            if (handler.edge().target() == target) {
                return null;
            }
        }
        return only;
    }

    /** The constant by which {@code next} differs from {@code from}, or null. */
    private static @Nullable Long step(Value next, Value from) {
        if (from.type().kind() == Type.Kind.INT) {
            Offset offset = Offset.of(next);
            return offset.value() == from ? (Long) (long) offset.constant() : null;
        }
        Instruction definition = next.definition();
        if (from.type().kind() != Type.Kind.LONG
                || definition == null
                || definition.opCode() != OpCode.ADD && definition.opCode() != OpCode.SUB
                || definition.operand(0) != from) {
            return null;
        }
        Instruction right = definition.operand(1).definition();
        if (right == null || !(right.attribute() instanceof Long amount) || right.opCode() != OpCode.CONSTANT) {
            return null;
        }
        return definition.opCode() == OpCode.ADD ? amount : (Long) (-amount);
    }
}
