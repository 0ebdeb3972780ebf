package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.analysis.ReturningBlocks;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.StoppedException;
import dev.jacobi.runtime.library.WholeNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The derivative of a method that is called may refuse to go on, by an exception that no handler of the user's may take for one of the method's
 * own. So each handler that would catch it first lets it out again. Handlers of {@code finally} and {@code synchronized} that throw on
 * stay as they are.
 */
public final class LetRefusalsOut {
    private static final Set<ClassDesc> CATCHING = Set.of(
            ConstantDescs.CD_Throwable,
            ClassDesc.of("java.lang.Exception"),
            ClassDesc.of("java.lang.RuntimeException"),
            ClassDesc.ofDescriptor(JacobiException.class.descriptorString()));

    private static final ClassDesc WHOLE_NUMBER = ClassDesc.ofDescriptor(WholeNumber.class.descriptorString());

    private static final MethodReference LET_OUT = new MethodReference(
            ClassDesc.ofDescriptor(StoppedException.class.descriptorString()),
            "letOut",
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Throwable),
            false);

    private LetRefusalsOut() {}

    /** Adds the calls to a function that is about to be differentiated. */
    public static void add(Function function, Callees callees) {
        Set<Block> returning = ReturningBlocks.of(function);
        for (Block block : List.copyOf(function.blocks())) {
            boolean mayRefuse = !block.handlers().isEmpty()
                    && block.instructions().stream().anyMatch(instruction -> mayRefuse(instruction, callees));
            if (mayRefuse) {
                block.setHandlers(guarded(block, returning));
            }
        }
    }

    private static boolean mayRefuse(Instruction instruction, Callees callees) {
        boolean looksAtNumber = instruction.opCode() == OpCode.INVOKE_STATIC
                && instruction.method().owner().equals(WHOLE_NUMBER);
        return looksAtNumber
                || instruction.opCode().isCall()
                        && KnownCall.of(instruction).isEmpty()
                        && ScalarRules.of(instruction).isEmpty()
                        && callees.mayFollow(instruction);
    }

    /** Handlers from the last to the first, since what leaves one of them goes to those of the later ones that clean up. */
    private static List<Handler> guarded(Block block, Set<Block> returning) {
        List<Handler> guarded = new ArrayList<>();
        for (Handler handler : block.handlers().reversed()) {
            boolean cleansUp = handler.catchType() == null
                    && !returning.contains(handler.edge().target());
            boolean catches = handler.catchType() == null || CATCHING.contains(handler.catchType());
            guarded.addFirst(
                    catches && !cleansUp ? new Handler(handler.catchType(), guard(handler, guarded)) : handler);
        }
        return guarded;
    }

    private static Edge guard(Handler handler, List<Handler> later) {
        Edge edge = handler.edge();
        Function function = edge.target().function();
        Block guard = function.newBlock();
        List<Value> parameters = new ArrayList<>();
        for (Value parameter : edge.target().parameters()) {
            Type type = parameter.type();
            parameters.add(guard.addParameter(type));
        }
        Block rest = function.newBlock();
        rest.setTerminator(new Jump(new Edge(edge.target(), parameters), null));
        guard.append(OpCode.INVOKE_STATIC, LET_OUT, List.of(parameters.getFirst()), null);
        guard.setTerminator(new Jump(Edge.to(rest), null));
        guard.setHandlers(
                later.stream().filter(other -> other.catchType() == null).toList());
        return new Edge(guard, edge.arguments());
    }
}
