package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.analysis.ReturningBlocks;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.ThrowsToJumps;
import dev.jacobi.runtime.StoppedException;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes ordinary control flow of the exceptions of a call that is not inlined and is caught: in its place a function is called that does what the method does
 * but catches its exceptions, leaves them in an {@link ExceptionHolder}, and returns. What the method has stored before, and the numbers in the
 * exception, so have derivatives like all else.
 *
 * <p>An overflow of the stack cannot be left anywhere. Where the method would catch it the derivative stops.
 */
public final class CaughtCalls {
    private static final ClassDesc VIRTUAL_MACHINE_ERROR = ClassDesc.of("java.lang.VirtualMachineError");

    private static final MethodReference STOP = new MethodReference(
            ClassDesc.ofDescriptor(StoppedException.class.descriptorString()),
            "caught",
            MethodTypeDesc.of(
                    ConstantDescs.CD_void, VIRTUAL_MACHINE_ERROR, ConstantDescs.CD_String, ConstantDescs.CD_String),
            false);

    private final Function function;
    private Set<Block> returning = Set.of();
    private final Callees callees;
    private final ExceptionHolder holding;
    private @Nullable Value holder;

    private CaughtCalls(Function function, Callees callees, ExceptionHolder holding) {
        this.holding = holding;
        this.function = function;
        this.callees = callees;
    }

    /** The exceptions that a handler of a call catches after which the function may return, in their order. */
    private static List<ClassDesc> caught(Block block, Set<Block> returning) {
        return block.handlers().stream()
                .filter(handler -> returning.contains(handler.edge().target()))
                .map(CaughtCalls::type)
                .distinct()
                .toList();
    }

    private static ClassDesc type(Handler handler) {
        ClassDesc type = handler.catchType();
        return type == null ? ConstantDescs.CD_Throwable : type;
    }

    /** What is called, for messages. */
    public static String callee(Instruction call) {
        return ActivityChecks.callee(call);
    }

    /** Whether exceptions of a call are caught in its function, which may return then. */
    public static boolean isCaught(Instruction call, Predicate<Block> mayReturn) {
        Block block = call.block();
        return block != null
                && block.handlers().stream()
                        .anyMatch(handler -> mayReturn.test(handler.edge().target()));
    }

    /**
     * Makes control flow of exceptions in a function that will be differentiated.
     *
     * @param onlyWhenThrowing whether only what a method stores where it will throw for certain gets lost otherwise, as in forward mode
     */
    public static void run(Function function, List<Activity> activities, Callees callees, boolean onlyWhenThrowing) {
        if (anyCandidate(function, callees)) {
            run(ActivityAnalysis.unchecked(function, activities, callees), callees, onlyWhenThrowing);
        }
    }

    /** As {@link #run(Function, List, Callees, boolean)}, for a function that is called. */
    public static void run(Function function, CallSignature signature, Callees callees, boolean onlyWhenThrowing) {
        if (anyCandidate(function, callees)) {
            run(ActivityAnalysis.uncheckedCallee(function, signature, callees), callees, onlyWhenThrowing);
        }
    }

    private static void run(ActivityAnalysis activity, Callees callees, boolean onlyWhenThrowing) {
        boolean needsNumbers = TextFlow.ofExceptions(activity).isRefused();
        List<Instruction> calls = new ArrayList<>();
        for (Block block : activity.blocks()) {
            for (Instruction call : block.instructions()) {
                if (activity.isFollowed(call)
                        && isCaught(call, activity::mayReturn)
                        && (needsNumbers || losesStores(call, activity, callees, onlyWhenThrowing))) {
                    calls.add(call);
                }
            }
        }
        CaughtCalls pass = new CaughtCalls(
                activity.function(),
                callees,
                needsNumbers ? ExceptionHolder.WITH_SHADOW : ExceptionHolder.WITHOUT_SHADOW);
        calls.forEach(pass::replace);
    }

    private static boolean anyCandidate(Function function, Callees callees) {
        Set<Block> returning = null;
        for (Block block : function.blocks()) {
            if (block.handlers().isEmpty()) {
                continue;
            }
            returning = returning == null ? ReturningBlocks.of(function) : returning;
            for (Instruction call : block.instructions()) {
                if (call.opCode().isCall()
                        && isCaught(call, returning::contains)
                        && KnownCall.of(call).isEmpty()
                        && ScalarRules.of(call).isEmpty()
                        && callees.mayFollow(call)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a method that is called may have stored something with a derivative before it throws an exception that is caught. */
    public static boolean losesStores(
            Instruction call, ActivityAnalysis activity, Callees callees, boolean onlyWhenThrowing) {
        return call.operands().stream().anyMatch(activity::hasShadow) && callees.mayWrite(call, onlyWhenThrowing);
    }

    private void replace(Instruction call) {
        Block block = call.block();
        List<Handler> handlers = block.handlers();
        // The call before this one may have put new blocks on the ways to the handlers.
        returning = ReturningBlocks.of(function);
        Optional<Function> catching = callees.catching(call, caught(block, returning), holding);
        if (catching.isEmpty()) {
            return;
        }
        SourcePosition position = call.position();
        Value array = holder();
        List<Value> operands = new ArrayList<>(call.operands());
        operands.add(array);
        Instruction made = function.newInstruction(OpCode.INVOKE_FUNCTION, catching.get(), operands, position);
        Block rest = function.newBlock();
        rest.setTerminator(block.terminator());
        Block after = function.newBlock();
        block.remove(call);
        block.append(made);
        block.setTerminator(new Jump(Edge.to(after), position));
        block.setHandlers(remaining(call, handlers));
        Emitter emitter = Emitter.appendingTo(after, position);
        Value exception = holding.find(emitter, array);
        Value none = emitter.value(OpCode.EQ, null, exception, emitter.nullReference());
        Block thrown = function.newBlock();
        after.setTerminator(new Branch(none, Edge.to(rest), Edge.to(thrown), position));
        holding.clear(Emitter.appendingTo(thrown, position), array);
        ThrowsToJumps.leave(thrown, exception, handlers, position, callees.classes());
        if (call.result() != null) {
            function.replaceValues(Map.of(call.value(), made.value()));
        }
    }

    private Value holder() {
        if (holder == null) {
            holder = holding.given(function).orElseGet(() -> {
                List<Instruction> making = new ArrayList<>();
                Value made = holding.make(new Emitter(function, making::add, null));
                making.reversed().forEach(instruction -> function.entry().insert(0, instruction));
                return made;
            });
        }
        return holder;
    }

    /** Handlers for what the call throws nevertheless: those that clean up, and one that stops where the stack is too short. */
    private List<Handler> remaining(Instruction call, List<Handler> handlers) {
        List<Handler> remaining = new ArrayList<>();
        for (Handler handler : handlers) {
            if (!returning.contains(handler.edge().target())) {
                remaining.add(handler);
            } else if (mayCatchOverflow(handler)) {
                remaining.add(new Handler(VIRTUAL_MACHINE_ERROR, Edge.to(stop(call))));
            }
        }
        return remaining;
    }

    private boolean mayCatchOverflow(Handler handler) {
        Class<?> type = callees.classes().find(type(handler));
        return type == null
                || type.isAssignableFrom(VirtualMachineError.class)
                || VirtualMachineError.class.isAssignableFrom(type);
    }

    private Block stop(Instruction call) {
        StoppedException.linkCaught();
        Block stop = function.newBlock();
        Value error = stop.addParameter(Type.of(VIRTUAL_MACHINE_ERROR));
        Emitter emitter = Emitter.appendingTo(stop, call.position());
        String where = call.position() == null ? "" : call.position().toString();
        emitter.emit(
                OpCode.INVOKE_STATIC,
                STOP,
                List.of(error, emitter.value(OpCode.CONSTANT, callee(call)), emitter.value(OpCode.CONSTANT, where)));
        stop.setTerminator(new Throw(error, call.position()));
        return stop;
    }
}
