package dev.jacobi.compile;

import dev.jacobi.autodiff.CaughtCalls;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.ExceptionHolder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;

/** Makes functions that catch exceptions and leave them in a holder, which is their last parameter: see {@link CaughtCalls}. */
final class CatchingFunctions {
    private CatchingFunctions() {}

    /**
     * Lets a function return, with a result of 0 or null, where it threw.
     *
     * @param function is changed
     * @param types of the exceptions that are caught
     */
    static void make(Function function, List<ClassDesc> types, ExceptionHolder holding) {
        List<Block> blocks = List.copyOf(function.blocks());
        Value holder = function.entry().addParameter(holding.type());
        List<Handler> catching = new ArrayList<>();
        for (ClassDesc type : types) {
            catching.add(new Handler(type, Edge.to(handler(function, type, holding, holder))));
        }
        for (Block block : blocks) {
            List<Handler> handlers = new ArrayList<>(block.handlers());
            handlers.addAll(catching);
            block.setHandlers(handlers);
            SplitAtThrows.split(block);
        }
    }

    private static Block handler(Function function, ClassDesc type, ExceptionHolder holding, Value holder) {
        Block block = function.newBlock();
        Value exception = block.addParameter(Type.of(type));
        Emitter emitter = Emitter.appendingTo(block, null);
        holding.leave(emitter, holder, exception);
        Type result = function.returnType();
        block.setTerminator(new Return(
                result.equals(Type.VOID)
                        ? null
                        : result.isReference() ? emitter.nullReference() : emitter.constant(result, 0),
                null));
        return block;
    }
}
