package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Location;
import dev.jacobi.analysis.Memory;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ScalarRules;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether an element that was loaded still holds the same in the reverse sweep: no write that may meet it can come after the load.
 *
 * <p>What was {@linkplain Instruction#isNoted noted} of a constructor was written before anything could be loaded from the new object.
 *
 * <p>Activity analysis knows where numbers that can carry derivatives are; of other memory, integers among it, it knows nothing. There
 * {@link Memory} tells what may meet.
 *
 * <p>If both go through the reference that an allocation gives, a write that comes after the next execution of the allocation meets
 * another array. What other threads do to arrays meanwhile is not considered, as nowhere in Jacobi.
 */
final class Overwrites {
    private final ClassKnowledge classes;
    private final ActivityAnalysis activity;
    private final Shadows shadows;
    private final boolean parametersDistinct;
    private final boolean callerWrites;
    private final Set<Value> staying;
    /** Nobody has made sure that parameters without shadows are distinct. */
    private final Memory memory;

    private final List<Instruction> writes = new ArrayList<>();
    private final Map<Instruction, Boolean> known = new HashMap<>();

    /**
     * @param callerWrites whether others may write to what they can reach between the return and the reverse sweep
     * @param staying arrays that are known not to be written to at all
     */
    Overwrites(
            Function function,
            ActivityAnalysis activity,
            Shadows shadows,
            boolean parametersDistinct,
            boolean callerWrites,
            Set<Value> staying,
            ClassKnowledge classes) {
        this.classes = classes;
        this.callerWrites = callerWrites;
        this.staying = staying;
        this.activity = activity;
        this.shadows = shadows;
        this.parametersDistinct = parametersDistinct;
        this.memory = Memory.of(function, false, classes);
        for (Block block : function.blocks()) {
            if (activity.mayReturn(block)) {
                for (Instruction instruction : block.instructions()) {
                    if (shadows.primal(instruction) == instruction && !instruction.isNoted() && mayWrite(instruction)) {
                        writes.add(instruction);
                    }
                }
            }
        }
    }

    private static boolean mayWrite(Instruction instruction) {
        if (!instruction.opCode().isCall()) {
            return instruction.opCode() == OpCode.ARRAY_STORE || instruction.opCode() == OpCode.PUT_FIELD;
        }
        Optional<KnownCall> call = KnownCall.of(instruction);
        if (call.isEmpty()) {
            return ScalarRules.of(instruction).isEmpty();
        }
        return switch (call.get()) {
            case ARRAY_COPY, FILL, FILL_RANGE, MOVE_DOWN, MOVE_UP, RELEASE, RELEASE_STACKS -> true;
            case CLONE,
                    BOX,
                    UNBOX,
                    CONTAINER,
                    COPY_OF,
                    COPY_OF_RANGE,
                    OBJECT_CLONE,
                    ACQUIRE,
                    ACQUIRE_ZEROS,
                    ACQUIRE_STACKS,
                    ACQUIRE_ZERO_STACKS,
                    ENSURE,
                    INACTIVE -> false;
            case TEXT -> mayRunCode(instruction);
        };
    }

    /** Whether text is made of objects, whose methods may do anything, see {@link dev.jacobi.autodiff.ActivityChecks}. */
    private static boolean mayRunCode(Instruction text) {
        return text.operands().stream()
                .map(Value::type)
                .anyMatch(type -> type.isReference() && !type.descriptor().equals(ConstantDescs.CD_String));
    }

    /** Whether the element that the load reads keeps its contents from the load to the end of the function. */
    boolean keepsElement(Instruction load) {
        Boolean keeps = known.get(load);
        if (keeps == null) {
            keeps = keeps(shadows.primal(load));
            known.put(load, keeps);
        }
        return keeps;
    }

    private boolean keeps(Instruction load) {
        if (load.opCode() != OpCode.GET_FIELD && load.opCode() != OpCode.ARRAY_LOAD) {
            return false; // what a call returned is read where the next call puts its own
        }
        if (load.opCode() == OpCode.GET_FIELD && classes.isFinal(load.field())) {
            return true;
        }
        if (staying.contains(load.operand(0))) {
            return true;
        }
        boolean analysed = isAnalysed(load);
        if (callerWrites && (analysed ? activity.outlives(load.operand(0)) : outlives(load.operand(0)))) {
            return false;
        }
        List<Instruction> meeting = new ArrayList<>();
        for (Instruction write : writes) {
            if (analysed ? meets(load, write) : meetsInMemory(load, write)) {
                meeting.add(write);
            }
        }
        if (meeting.isEmpty()) {
            return true;
        }
        Value array = load.operand(0);
        Instruction allocation = array.definition();
        boolean fresh =
                allocation != null && (allocation.opCode() == OpCode.NEW_ARRAY || allocation.opCode() == OpCode.NEW);
        Set<Instruction> reachable = new HashSet<>();
        Set<Instruction> reachableBeforeAllocation = new HashSet<>();
        collect(load, null, reachable);
        if (fresh) {
            collect(load, allocation, reachableBeforeAllocation);
        }
        for (Instruction write : meeting) {
            boolean sameReference = fresh && isStore(write) && write.operand(0) == array;
            if ((sameReference ? reachableBeforeAllocation : reachable).contains(write)) {
                return false;
            }
        }
        return true;
    }

    /** Whether activity analysis knows all memory that the load may read: numbers that can carry derivatives, and rows of them. */
    private boolean isAnalysed(Instruction load) {
        if (load.opCode() == OpCode.GET_FIELD) {
            return DerivativeRequest.carriesDerivative(Type.of(load.field().type()));
        }
        return DerivativeRequest.carriesDerivative(load.operand(0).type());
    }

    /** Whether others may reach the object when the function has returned. */
    private boolean outlives(Value reference) {
        return !memory.isPrivate(reference)
                || memory.origins().of(reference).stream().anyMatch(memory.escapes()::isReturned);
    }

    private boolean meetsInMemory(Instruction load, Instruction write) {
        if (releasesStacks(write)) {
            return !memory.isPrivate(load.operand(0));
        }
        Location location = Objects.requireNonNull(Location.of(load));
        if (isStore(write)) {
            return memory.mayMeet(Objects.requireNonNull(Location.of(write)), location, false);
        }
        List<Value> written = written(write);
        return written.isEmpty()
                ? !memory.isPrivate(load.operand(0))
                : written.stream().anyMatch(array -> memory.mayBeSame(array, load.operand(0)));
    }

    private boolean meets(Instruction load, Instruction write) {
        if (releasesStacks(write)) {
            return activity.isOfStacks(load.operand(0));
        }
        List<Value> written = written(write);
        if (written.isEmpty()) {
            return activity.isKnownOutside(load.operand(0), parametersDistinct)
                    || activity.mayWrite(write, load.operand(0), parametersDistinct);
        }
        for (Value array : written) {
            if (meets(load, array, write)) {
                return true;
            }
        }
        return false;
    }

    /** From then on others may overwrite all arrays of the stacks. */
    private static boolean releasesStacks(Instruction write) {
        return KnownCall.of(write).equals(Optional.of(KnownCall.RELEASE_STACKS));
    }

    private static boolean isStore(Instruction write) {
        return write.opCode() == OpCode.ARRAY_STORE || write.opCode() == OpCode.PUT_FIELD;
    }

    private boolean meets(Instruction load, Value array, Instruction write) {
        if (load.opCode() == OpCode.GET_FIELD || write.opCode() == OpCode.PUT_FIELD) {
            return load.opCode() == OpCode.GET_FIELD
                    && write.opCode() == OpCode.PUT_FIELD
                    && load.field().name().equals(write.field().name())
                    && load.field().type().equals(write.field().type())
                    && activity.mayOverlap(load.operand(0), array, parametersDistinct);
        }
        boolean otherElements = write.opCode() == OpCode.ARRAY_STORE
                && !Optional.ofNullable(write.attribute()).equals(Optional.ofNullable(load.attribute()))
                && (write.classAttribute().isPrimitive()
                        || load.classAttribute().isPrimitive());
        return !otherElements && activity.mayOverlap(load.operand(0), array, parametersDistinct);
    }

    /** The arrays that are written, or empty for a call that may write all that it can reach. */
    private static List<Value> written(Instruction write) {
        if (isStore(write)) {
            return List.of(write.operand(0));
        }
        return KnownCall.of(write)
                .map(call -> switch (call) {
                    case ARRAY_COPY -> List.of(write.operand(2));
                    case MOVE_DOWN, MOVE_UP -> write.operands();
                    default -> List.of(write.operand(0));
                })
                .orElse(List.of());
    }

    /** Collects the instructions that may be executed after {@code start}, up to the next execution of {@code barrier}. */
    private void collect(Instruction start, @Nullable Instruction barrier, Set<Instruction> found) {
        Block first = start.block();
        if (first == null) {
            return;
        }
        List<Instruction> rest = first.instructions();
        int from = rest.indexOf(start) + 1;
        List<Block> open = new ArrayList<>();
        Set<Block> seen = new HashSet<>();
        if (!passes(rest.subList(from, rest.size()), barrier, found)) {
            return;
        }
        open.add(first);
        while (!open.isEmpty()) {
            for (Block next : open.removeLast().successors()) {
                if (activity.mayReturn(next) && seen.add(next) && passes(next.instructions(), barrier, found)) {
                    open.add(next);
                }
            }
        }
    }

    private static boolean passes(
            List<Instruction> instructions, @Nullable Instruction barrier, Set<Instruction> found) {
        for (Instruction instruction : instructions) {
            if (instruction == barrier) {
                return false;
            }
            found.add(instruction);
        }
        return true;
    }
}
