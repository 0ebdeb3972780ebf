package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes what is known at compile time: arithmetic on constants, exact algebraic identities, comparisons, type tests and casts of
 * objects whose class is known, lengths of arrays made here, null checks of what is not null.
 *
 * <p>Not folded: what would throw, what gives NaN (which one is up to the hardware), and floating-point identities that are not exact.
 */
public final class FoldConstants {
    private final Function function;
    private final ClassKnowledge classes;
    private final ValueMap<Value> replacements = new ValueMap<>();
    private boolean changed;

    private FoldConstants(Function function, ClassKnowledge classes) {
        this.function = function;
        this.classes = classes;
    }

    public static boolean run(Function function) {
        return run(function, ClassKnowledge.PLATFORM);
    }

    public static boolean run(Function function, ClassKnowledge classes) {
        FoldConstants fold = new FoldConstants(function, classes);
        for (Block block : ReversePostorder.of(function).blocks()) {
            fold.fold(block);
        }
        function.replaceValues(fold.replacements);
        return fold.changed;
    }

    private Value current(Value value) {
        return value.resolve(replacements);
    }

    private void fold(Block block) {
        List<Instruction> kept = new ArrayList<>();
        boolean changedHere = false;
        for (Instruction instruction : block.instructions()) {
            if (!replacements.isEmpty()) {
                instruction.mapOperands(this::current);
            }
            if (drop(instruction, kept)) {
                changedHere = true;
            } else {
                kept.add(instruction);
            }
        }
        if (changedHere) {
            block.setInstructions(kept);
            changed = true;
        }
        block.setTerminator(block.terminator().mapValues(this::current));
        if (block.terminator() instanceof Branch branch) {
            decideOnOperand(block, branch);
        }
    }

    /** A branch on {@code x == 0} or {@code x != 0} is one on {@code x}. */
    private void decideOnOperand(Block block, Branch branch) {
        Instruction condition = branch.condition().definition();
        if (condition == null
                || condition.opCode() != OpCode.EQ && condition.opCode() != OpCode.NE
                || !(Constants.of(condition.operand(1)) instanceof Integer zero)
                || zero != 0) {
            return;
        }
        boolean swap = condition.opCode() == OpCode.EQ;
        block.setTerminator(new Branch(
                condition.operand(0),
                swap ? branch.ifFalse() : branch.ifTrue(),
                swap ? branch.ifTrue() : branch.ifFalse(),
                branch.position()));
        changed = true;
    }

    /** Whether something else, now among {@code kept} or before, takes the place of the instruction. */
    private boolean drop(Instruction instruction, List<Instruction> kept) {
        if (instruction.result() == null) {
            return instruction.opCode() == OpCode.NULL_CHECK && Constants.isNonNull(instruction.operand(0));
        }
        if (instruction.opCode() == OpCode.CONSTANT) {
            return false;
        }
        List<Instruction> made = new ArrayList<>(0);
        Value value = foldedValue(instruction, made);
        if (value == null || !fits(value, instruction.value())) {
            return false;
        }
        kept.addAll(made);
        replacements.put(instruction.value(), value);
        return true;
    }

    private static boolean fits(Value value, Value replaced) {
        return value != replaced && value.type().kind() == replaced.type().kind();
    }

    private @Nullable Value foldedValue(Instruction instruction, List<Instruction> made) {
        Builder builder = new Builder(instruction, made);
        switch (instruction.opCode()) {
            case CHECK_CAST -> {
                return Boolean.TRUE.equals(isInstance(instruction.operand(0), instruction.classAttribute(), true))
                        ? instruction.operand(0)
                        : null;
            }
            case INSTANCE_OF -> {
                Boolean known = isInstance(instruction.operand(0), instruction.classAttribute(), false);
                return known == null ? null : builder.constant(known ? 1 : 0);
            }
            case ARRAY_LENGTH -> {
                Instruction array = instruction.operand(0).definition();
                boolean made1 = array != null
                        && (array.opCode() == OpCode.NEW_ARRAY || array.opCode() == OpCode.NEW_MULTI_ARRAY);
                return made1 ? array.operand(0) : null;
            }
            default -> {}
        }
        List<Object> constants = new ArrayList<>(2);
        for (Value operand : instruction.operands()) {
            if (!(Constants.of(operand) instanceof Number number)) {
                break;
            }
            constants.add(number);
        }
        if (!constants.isEmpty() && constants.size() == instruction.operands().size()) {
            Object result = ConstantArithmetic.evaluate(instruction.opCode(), instruction.attribute(), constants);
            if (result != null) {
                return builder.constant(result);
            }
        }
        return AlgebraicIdentities.simplify(instruction, builder);
    }

    private @Nullable Boolean isInstance(Value value, ClassDesc target, boolean ofNull) {
        if (Constants.isNull(value)) {
            return ofNull;
        }
        ClassDesc exact = Constants.exactClass(value);
        if (exact != null) {
            return classes.isInstance(exact, target);
        }
        boolean always = classes.isAlways(value.type(), target);
        return always && (ofNull || Constants.isNonNull(value)) ? Boolean.TRUE : null;
    }

    private final class Builder implements AlgebraicIdentities.Builder {
        private final Instruction at;
        private final List<Instruction> made;

        Builder(Instruction at, List<Instruction> made) {
            this.at = at;
            this.made = made;
        }

        @Override
        public Value constant(Object number) {
            return make(OpCode.CONSTANT, number);
        }

        @Override
        public Value make(OpCode opCode, @Nullable Object attribute, Value... operands) {
            Instruction instruction = function.newInstruction(opCode, attribute, List.of(operands), at.position());
            instruction.setUnorderedStep(at.isUnorderedStep() && opCode == OpCode.ADD);
            instruction.setIndependentStep(at.isIndependentStep() && opCode == OpCode.ADD);
            made.add(instruction);
            return instruction.value();
        }
    }
}
