package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.Origins;
import dev.jacobi.analysis.ParameterWrites;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Refuses functions that may write into an argument that is the same for all examples, or into what it leads to.
 *
 * <p>Followed are copies, elements, fields, and what is kept in arrays and objects that the function makes itself. Where a reference is kept anywhere else, or given to a call that
 * may write, that counts as a write.
 */
public final class SharedWrites {
    private final Function function;
    private final Origins origins;
    private final Predicate<Instruction> mayWrite;
    /** References to shared memory. */
    private final Set<Value> shared = new HashSet<>();
    /** What was made here and holds such references. */
    private final Set<Value> holders = new HashSet<>();

    private @Nullable Instruction offender;

    private SharedWrites(Function function, Value parameter, Predicate<Instruction> mayWrite) {
        this.function = function;
        this.mayWrite = mayWrite;
        origins = Origins.of(function);
        shared.add(parameter);
    }

    /**
     * Refuses.
     *
     * @param axes those of the function's own parameters
     * @param mayWrite whether a call may write into memory that its arguments lead to
     */
    public static void refuse(String display, Function function, List<Axis> axes, Predicate<Instruction> mayWrite) {
        for (int index = 0; index < axes.size(); index++) {
            Value parameter = function.parameters().get(index);
            if (axes.get(index) != Axis.SHARED || !parameter.type().isReference()) {
                continue;
            }
            Optional<Instruction> write = of(function, parameter, mayWrite);
            if (write.isPresent()) {
                SourcePosition position = write.get().position();
                throw new JacobiException(
                        Refusal.SHARED_WRITTEN,
                        "cannot batch " + display + ": parameter " + index + " is SHARED, and " + describe(write.get()),
                        position == null ? null : position.toString());
            }
        }
    }

    private static String describe(Instruction write) {
        return write.opCode().isCall()
                ? "may be written in a call"
                        + (write.opCode() == OpCode.INVOKE_DYNAMIC || write.opCode() == OpCode.INVOKE_FUNCTION
                                ? ""
                                : " of " + write.method().signature())
                : "is written";
    }

    /** The first instruction found that may write into what a parameter leads to. */
    static Optional<Instruction> of(Function function, Value parameter, Predicate<Instruction> mayWrite) {
        SharedWrites writes = new SharedWrites(function, parameter, mayWrite);
        while (writes.offender == null && writes.follow()) {}
        return Optional.ofNullable(writes.offender).or(writes::find);
    }

    private boolean follow() {
        boolean changed = false;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                changed |= follow(instruction);
            }
            for (Edge edge : block.terminator().edges()) {
                changed |= pass(edge, 0);
            }
            for (Handler handler : block.handlers()) {
                changed |= pass(handler.edge(), 1);
            }
        }
        return changed;
    }

    private boolean pass(Edge edge, int exceptions) {
        boolean changed = false;
        for (int index = 0; index < edge.arguments().size(); index++) {
            changed |= copy(edge.arguments().get(index), edge.target().parameter(index + exceptions));
        }
        return changed;
    }

    private boolean copy(Value from, Value to) {
        boolean changed = shared.contains(from) && shared.add(to);
        return holders.contains(from) && holders.add(to) || changed;
    }

    private boolean follow(Instruction instruction) {
        if (instruction.opCode() == OpCode.ARRAY_STORE || instruction.opCode() == OpCode.PUT_FIELD) {
            return keep(instruction, instruction.operands().getLast(), instruction.operand(0));
        }
        if (isArrayCopy(instruction)) {
            Value target = instruction.operand(2);
            boolean ofNumbers = target.type().isArray()
                    && target.type().descriptor().componentType().isPrimitive();
            return !ofNumbers && keep(instruction, instruction.operand(0), target);
        }
        if (instruction.opCode() == OpCode.PUT_STATIC && leadsToShared(instruction.operand(0))) {
            offender = instruction;
        }
        if (instruction.result() == null || !instruction.value().type().isReference()) {
            return false;
        }
        Value result = instruction.value();
        boolean changed = false;
        switch (instruction.opCode()) {
            case CHECK_CAST, SELECT -> {
                for (Value operand : instruction.operands()) {
                    changed |= copy(operand, result);
                }
            }
            case ARRAY_LOAD, GET_FIELD -> {
                // What is got out of a holder may be anything that is in it.
                changed |= leadsToShared(instruction.operand(0)) && shared.add(result);
                changed |= holders.contains(instruction.operand(0)) && holders.add(result);
            }
            default -> {
                if (copies(instruction)) {
                    changed |= instruction.operands().stream().anyMatch(this::leadsToShared) && holders.add(result);
                } else if (ParameterWrites.isReadingCall(instruction)) {
                    changed |= instruction.operands().stream().anyMatch(this::leadsToShared) && shared.add(result);
                }
            }
        }
        return changed;
    }

    private static boolean copies(Instruction instruction) {
        return KnownCall.of(instruction)
                .map(call -> call == KnownCall.CLONE || call == KnownCall.COPY_OF || call == KnownCall.COPY_OF_RANGE)
                .orElse(false);
    }

    private static boolean isArrayCopy(Instruction instruction) {
        return KnownCall.of(instruction)
                .map(call -> call == KnownCall.ARRAY_COPY)
                .orElse(false);
    }

    private boolean leadsToShared(Value value) {
        return shared.contains(value) || holders.contains(value);
    }

    private boolean keep(Instruction store, Value kept, Value holder) {
        if (!leadsToShared(kept)) {
            return false;
        }
        boolean ownOnly = origins.isComplete(holder)
                && origins.of(holder).stream()
                        .allMatch(origin -> origin.isResultOf(OpCode.NEW)
                                || origin.isResultOf(OpCode.NEW_ARRAY)
                                || origin.isResultOf(OpCode.NEW_MULTI_ARRAY));
        if (!ownOnly) {
            offender = store;
            return false;
        }
        boolean changed = holders.add(holder);
        for (Value origin : origins.of(holder)) {
            changed |= holders.add(origin);
        }
        return changed;
    }

    private Optional<Instruction> find() {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (!instruction.isNote() && writes(instruction)) {
                    return Optional.of(instruction);
                }
            }
        }
        return Optional.empty();
    }

    private boolean writes(Instruction instruction) {
        return switch (instruction.opCode()) {
            case ARRAY_STORE, PUT_FIELD -> shared.contains(instruction.operand(0));
            default ->
                instruction.opCode().isCall()
                        && instruction.operands().stream().anyMatch(this::leadsToShared)
                        && !instruction.isNoted()
                        && !ParameterWrites.isReadingCall(instruction)
                        && !copies(instruction)
                        && !(isArrayCopy(instruction) && !shared.contains(instruction.operand(2)))
                        && mayWrite.test(instruction);
        };
    }
}
