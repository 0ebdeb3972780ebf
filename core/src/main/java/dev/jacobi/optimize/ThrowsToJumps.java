package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a {@code throw} that handlers of its own block may catch jump to them, after a look at the exception's class where that is not known. So
 * what the exception holds goes to the handler like any other value.
 */
public final class ThrowsToJumps {
    private final Function function;
    private final ClassKnowledge classes;
    private final Set<Block> reached = new HashSet<>();

    private ThrowsToJumps(Function function, ClassKnowledge classes) {
        this.function = function;
        this.classes = classes;
    }

    public static boolean run(Function function, ClassKnowledge classes) {
        ThrowsToJumps pass = new ThrowsToJumps(function, classes);
        boolean changed = false;
        for (Block block : List.copyOf(function.blocks())) {
            if (block.terminator() instanceof Throw end && !block.handlers().isEmpty()) {
                pass.resolve(block, end);
                changed = true;
            }
        }
        pass.separateHandlers();
        return changed;
    }

    /**
     * Lets a block without terminator jump to the first of some handlers that catches an exception, or throw it.
     *
     * @param exception is not null
     */
    public static void leave(
            Block block,
            Value exception,
            List<Handler> handlers,
            @Nullable SourcePosition position,
            ClassKnowledge classes) {
        ThrowsToJumps pass = new ThrowsToJumps(block.function(), classes);
        pass.leave(block, handlers, exception, position);
        pass.separateHandlers();
    }

    private void resolve(Block block, Throw end) {
        Value exception = end.exception();
        List<Handler> handlers = block.handlers();
        Block current = block;
        if (exception.isResultOf(OpCode.NEW)) {
            block.setHandlers(List.of());
        } else {
            // What is thrown instead of null goes to the handlers from here.
            append(block, OpCode.NULL_CHECK, null, exception, end.position());
            current = function.newBlock();
            block.setTerminator(new Jump(Edge.to(current), end.position()));
        }
        leave(current, handlers, exception, end.position());
    }

    private void leave(Block from, List<Handler> handlers, Value exception, @Nullable SourcePosition position) {
        Block current = from;
        for (Handler handler : handlers) {
            Boolean caught = isCaught(exception, handler.catchType());
            if (Boolean.FALSE.equals(caught)) {
                continue;
            }
            if (caught != null) {
                jump(current, handler, exception, position);
                return;
            }
            Block yes = function.newBlock();
            Block no = function.newBlock();
            Value is = append(current, OpCode.INSTANCE_OF, handler.catchType(), exception, position)
                    .value();
            current.setTerminator(new Branch(is, Edge.to(yes), Edge.to(no), position));
            jump(yes, handler, exception, position);
            current = no;
        }
        current.setTerminator(new Throw(exception, position));
    }

    /** Whether the handler catches the exception; null if that is seen when it is thrown. */
    private @Nullable Boolean isCaught(Value exception, @Nullable ClassDesc catchType) {
        if (catchType == null || classes.isAlways(exception.type(), catchType)) {
            return true;
        }
        return exception.isResultOf(OpCode.NEW)
                ? classes.isInstance(exception.type().descriptor(), catchType)
                : null;
    }

    private void jump(Block from, Handler handler, Value exception, @Nullable SourcePosition position) {
        Edge edge = handler.edge();
        Type wanted = edge.target().parameter(0).type();
        Value passed = exception;
        if (!exception.type().equals(wanted)) {
            Instruction cast = append(from, OpCode.CHECK_CAST, wanted.descriptor(), exception, position);
            cast.setProved(true);
            passed = cast.value();
        }
        List<Value> arguments = new ArrayList<>(List.of(passed));
        arguments.addAll(edge.arguments());
        from.setTerminator(new Jump(new Edge(edge.target(), arguments), position));
        reached.add(edge.target());
    }

    private static Instruction append(
            Block block, OpCode opCode, @Nullable Object attribute, Value operand, @Nullable SourcePosition position) {
        return block.append(opCode, attribute, List.of(operand), position);
    }

    /** Handlers lead to jumped-at blocks by blocks of their own, so that the exceptions are parameters like others. */
    private void separateHandlers() {
        for (Block block : List.copyOf(function.blocks())) {
            boolean leadsToReached = false;
            for (Handler handler : block.handlers()) {
                leadsToReached |= reached.contains(handler.edge().target());
            }
            if (leadsToReached) {
                block.setHandlers(block.handlers().stream().map(this::separate).toList());
            }
        }
    }

    private Handler separate(Handler handler) {
        Edge edge = handler.edge();
        if (!reached.contains(edge.target())) {
            return handler;
        }
        Block own = function.newBlock();
        List<Value> parameters = new ArrayList<>();
        edge.target().parameters().forEach(parameter -> parameters.add(own.addParameter(parameter.type())));
        own.setTerminator(new Jump(new Edge(edge.target(), parameters), null));
        return new Handler(handler.catchType(), new Edge(own, edge.arguments()));
    }
}
