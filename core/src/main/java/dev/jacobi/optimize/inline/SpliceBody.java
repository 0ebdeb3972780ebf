package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a body, or a few instructions, in the place of one call.
 *
 * <p>The block of the call ends before it; a continuation block holds what followed, with the call's result as its parameter. What
 * may throw in the body goes to the body's own handlers first, to those of the calling block second.
 */
final class SpliceBody {
    private SpliceBody() {}

    /**
     * @param continuation the block that holds what followed the call
     * @param copies the body's blocks as they are now in the calling function
     * @param returned what the continuation's parameter is given, one value for each return of a value
     */
    record Splice(Block continuation, List<Block> copies, List<Value> returned) {}

    /** Whether the call stands where it can be replaced: in a block with handlers it must be the last instruction. */
    static boolean isPossible(Instruction call) {
        Block block = call.block();
        return block != null
                && (block.handlers().isEmpty() || block.instructions().getLast() == call);
    }

    /**
     * Replaces a call by a body.
     *
     * @param before instructions that run before the body, for example a check of the receiver
     * @param arguments one value for each parameter of the body
     */
    static Splice splice(Instruction call, List<Instruction> before, Function body, List<Value> arguments) {
        Block block = call.block();
        Function function = block.function();
        List<Handler> handlers = block.handlers();
        Block continuation = SplitAtThrows.cut(call);
        SourcePosition caller = call.position();

        Map<Value, Value> values = new HashMap<>();
        Map<Block, Block> copies = body.copyInto(
                function,
                values,
                position -> position == null ? caller : caller == null ? position : position.inlinedAt(caller));
        List<Block> copied = List.copyOf(copies.values());
        Block entry = copied.getFirst();
        Edge intoBody = new Edge(entry, passArguments(copied, arguments));

        List<Value> returned = new ArrayList<>();
        for (Block copy : copied) {
            if (copy.terminator() instanceof Terminator.Return(Value value, SourcePosition position)) {
                Edge back =
                        value == null || call.result() == null ? Edge.to(continuation) : Edge.to(continuation, value);
                returned.addAll(back.arguments());
                copy.setTerminator(new Terminator.Jump(back, position));
            }
            addHandlers(copy, handlers);
            SplitAtThrows.split(copy);
        }
        for (Instruction instruction : before) {
            block.append(instruction);
        }
        block.setTerminator(new Terminator.Jump(intoBody, caller));
        SplitAtThrows.split(block);
        return new Splice(continuation, copied, returned);
    }

    /** Replaces a call by other instructions, the last of which gives {@code result}. */
    static void replace(Instruction call, List<Instruction> replacement, @Nullable Value result) {
        Block block = call.block();
        Block continuation = SplitAtThrows.cut(call);
        for (Instruction instruction : replacement) {
            block.append(instruction);
        }
        Edge edge = call.result() == null || result == null ? Edge.to(continuation) : Edge.to(continuation, result);
        block.setTerminator(new Terminator.Jump(edge, call.position()));
        SplitAtThrows.split(block);
    }

    /**
     * Uses the arguments in the place of the entry's parameters where their types agree, and leaves a parameter where a more general
     * type is passed, so that the body sees the type it was written for. A new object is always used directly: it has no constructor
     * behind it yet when it is passed to that of its superclass.
     *
     * @return the arguments of the parameters that are left
     */
    private static List<Value> passArguments(List<Block> body, List<Value> arguments) {
        Block entry = body.getFirst();
        Map<Value, Value> direct = new HashMap<>();
        List<Value> passed = new ArrayList<>();
        for (int index = arguments.size() - 1; index >= 0; index--) {
            if (arguments.get(index).type().equals(entry.parameter(index).type())
                    || arguments.get(index).isResultOf(OpCode.NEW)) {
                direct.put(entry.parameter(index), arguments.get(index));
                entry.removeParameter(index);
            } else {
                passed.addFirst(arguments.get(index));
            }
        }
        if (!direct.isEmpty()) {
            for (Block block : body) {
                block.mapUses(value -> direct.getOrDefault(value, value));
            }
        }
        return passed;
    }

    private static void addHandlers(Block block, List<Handler> outer) {
        if (outer.isEmpty() || block.handlers().stream().anyMatch(handler -> handler.catchType() == null)) {
            return;
        }
        List<Handler> all = new ArrayList<>(block.handlers());
        all.addAll(outer);
        block.setHandlers(all);
    }
}
