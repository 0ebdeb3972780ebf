package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Ranges;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Marks instructions that cannot throw as proved: array accesses within bounds, dereferences of what is not null, divisions by what is
 * not 0, arrays whose length is not negative. Null checks that cannot fail are removed.
 *
 * <p>A reference is not null once it has been dereferenced, compared with null or made here. Bounds come from {@link Ranges}. The
 * {@code ArrayStoreException} of arrays of references is excluded only for null and for arrays made here.
 */
public final class EliminateChecks extends DominatorWalk {
    private record NonNull(Value reference) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof NonNull that && reference == that.reference;
        }

        @Override
        public int hashCode() {
            return reference.hashCode();
        }
    }

    private final ClassKnowledge classes;
    private final Ranges ranges;
    private boolean changed;

    private EliminateChecks(Ranges ranges, ClassKnowledge classes) {
        super(ranges.dominators());
        this.ranges = ranges;
        this.classes = classes;
    }

    public static boolean run(Function function) {
        return run(function, ClassKnowledge.PLATFORM);
    }

    public static boolean run(Function function, ClassKnowledge classes) {
        EliminateChecks pass = new EliminateChecks(Ranges.of(function), classes);
        Value receiver = receiver(function);
        if (receiver != null) {
            pass.put(new NonNull(receiver), true);
        }
        pass.walk();
        return pass.changed;
    }

    /** The receiver of an instance method, if the parameters are still those that the method declares. */
    private static @Nullable Value receiver(Function function) {
        if (function.origin() == null
                || function.parameters().size() != function.origin().type().parameterCount() + 1) {
            return null;
        }
        Value first = function.parameters().getFirst();
        return first.type().equals(Type.of(function.origin().owner())) ? first : null;
    }

    @Override
    void enter(Block block, @Nullable Block dominator) {
        if (dominator != null) {
            learnFromBranch(dominator, block);
        }
        List<Instruction> dropped = new ArrayList<>();
        for (Instruction instruction : block.instructions()) {
            boolean threw = instruction.mayThrow();
            if (instruction.opCode() == OpCode.NULL_CHECK && isNonNull(instruction.operand(0))) {
                dropped.add(instruction);
                continue;
            }
            if (threw && cannotThrow(instruction, block)) {
                instruction.setProved(true);
                changed = true;
            }
            Value dereferenced = dereferenced(instruction);
            if (dereferenced != null) {
                putIfCompleted(block, instruction.mayThrow(), new NonNull(plain(dereferenced)), true);
            }
        }
        if (!dropped.isEmpty()) {
            List<Instruction> kept = new ArrayList<>(block.instructions());
            kept.removeAll(dropped);
            block.setInstructions(kept);
            changed = true;
        }
    }

    private void learnFromBranch(Block from, Block block) {
        if (!(from.terminator() instanceof Branch(Value condition, Edge ifTrue, Edge ifFalse, var _))
                || ifTrue.target() == ifFalse.target()
                || ifTrue.target() != block && ifFalse.target() != block
                || dominators().order().predecessors(block).size() != 1) {
            return;
        }
        boolean truth = ifTrue.target() == block;
        Instruction test = condition.definition();
        if (test == null) {
            return;
        }
        if (test.opCode() == OpCode.INSTANCE_OF && truth) {
            put(new NonNull(plain(test.operand(0))), true);
        } else if (test.opCode() == OpCode.NE && truth || test.opCode() == OpCode.EQ && !truth) {
            if (Constants.isNull(test.operand(1))) {
                put(new NonNull(plain(test.operand(0))), true);
            } else if (Constants.isNull(test.operand(0))) {
                put(new NonNull(plain(test.operand(1))), true);
            }
        }
    }

    private static Value plain(Value reference) {
        Value current = reference;
        while (current.definition() instanceof Instruction cast && cast.opCode() == OpCode.CHECK_CAST) {
            current = cast.operand(0);
        }
        return current;
    }

    private boolean isNonNull(Value reference) {
        return Constants.isNonNull(reference) || contains(new NonNull(plain(reference)));
    }

    /** The reference that is certainly not null once the instruction has not thrown. */
    static @Nullable Value dereferenced(Instruction instruction) {
        return switch (instruction.opCode()) {
            case ARRAY_LENGTH,
                    ARRAY_LOAD,
                    ARRAY_STORE,
                    GET_FIELD,
                    PUT_FIELD,
                    NULL_CHECK,
                    MONITOR_ENTER,
                    MONITOR_EXIT,
                    INVOKE_VIRTUAL,
                    INVOKE_INTERFACE,
                    INVOKE_SPECIAL -> instruction.operand(0);
            default -> null;
        };
    }

    private boolean cannotThrow(Instruction instruction, Block block) {
        return switch (instruction.opCode()) {
            case ARRAY_LENGTH, GET_FIELD, PUT_FIELD -> isNonNull(instruction.operand(0));
            case ARRAY_LOAD -> isNonNull(instruction.operand(0)) && isInBounds(instruction, block);
            case ARRAY_STORE ->
                isNonNull(instruction.operand(0)) && isStorable(instruction) && isInBounds(instruction, block);
            case DIV, REM -> {
                Value divisor = instruction.operand(1);
                yield divisor.type().kind() == Type.Kind.INT
                        && !ranges.of(divisor, block).contains(0);
            }
            case NEW_ARRAY -> ranges.of(instruction.operand(0), block).low() >= 0;
            case NEW_MULTI_ARRAY -> {
                boolean known = true;
                for (Value length : instruction.operands()) {
                    known &= ranges.of(length, block).low() >= 0;
                }
                yield known;
            }
            default -> false;
        };
    }

    private boolean isInBounds(Instruction access, Block block) {
        return ranges.isInBounds(access.operand(1), access.operand(0), block, access);
    }

    private boolean isStorable(Instruction store) {
        if (store.classAttribute().isPrimitive() || Constants.isNull(store.operand(2))) {
            return true;
        }
        Instruction array = store.operand(0).definition();
        return array != null
                && array.opCode() == OpCode.NEW_ARRAY
                && classes.isAlways(store.operand(2).type(), array.classAttribute());
    }
}
