package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.OutOfStep;
import dev.jacobi.runtime.Shadows;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Takes it for granted that an array of an example is no other argument, and that the shadows among the arguments are like their arrays, as far as that is tested. {@link Rows} sees to the
 * former where it need not be so. Where the latter is not, the full check of shadows would follow: examples leave the step there, and are done one by one.
 */
final class AssumeApart {
    static final ClassDesc OUT_OF_STEP = ClassDesc.ofDescriptor(OutOfStep.class.descriptorString());
    private static final MethodReference LEAVE =
            new MethodReference(OUT_OF_STEP, "get", MethodTypeDesc.of(OUT_OF_STEP), false);
    private static final ClassDesc CHECKS = ClassDesc.ofDescriptor(ShadowChecks.class.descriptorString());
    private static final ClassDesc SHADOWS = ClassDesc.ofDescriptor(Shadows.class.descriptorString());

    private AssumeApart() {}

    /** Whether anything was taken for granted. */
    static boolean run(BatchSignature signature, Function function) {
        Set<Value> own = new HashSet<>();
        for (int index = 0; index < signature.axes().size(); index++) {
            Value parameter = function.parameters().get(index);
            if (signature.axes().get(index) == Axis.EACH && parameter.type().isArray()) {
                own.add(parameter);
            }
        }
        boolean changed = false;
        for (Block block : List.copyOf(function.blocks())) {
            if (checksShadows(block) && isChosen(function, block)) {
                leave(function, block);
                changed = true;
            }
            changed |= takeForGranted(block, own);
        }
        return changed;
    }

    private static boolean checksShadows(Block block) {
        return block.instructions().stream()
                .anyMatch(instruction -> instruction.opCode() == OpCode.INVOKE_VIRTUAL
                        && instruction.method().owner().equals(CHECKS));
    }

    /** Whether there is another way than this block. */
    private static boolean isChosen(Function function, Block block) {
        List<Block> before = function.predecessors().getOrDefault(block, List.of());
        return !before.isEmpty() && before.stream().allMatch(each -> each.terminator() instanceof Branch);
    }

    private static void leave(Function function, Block block) {
        Instruction leaving = function.newInstruction(OpCode.INVOKE_STATIC, LEAVE, List.of(), null);
        block.setInstructions(List.of(leaving));
        block.setTerminator(new Throw(leaving.value(), null));
    }

    private static boolean takeForGranted(Block block, Set<Value> own) {
        List<Instruction> instructions = new ArrayList<>();
        boolean changed = false;
        for (Instruction instruction : block.instructions()) {
            boolean concerns = instruction.operands().stream().anyMatch(own::contains);
            if (concerns && compares(instruction)) {
                Instruction constant = block.function()
                        .newInstruction(OpCode.CONSTANT, instruction.opCode() == OpCode.NE ? 1 : 0, List.of(), null);
                replace(block.function(), instruction, constant);
                instructions.add(constant);
                changed = true;
            } else if (concerns && fits(instruction)) {
                Instruction length = block.function()
                        .newInstruction(OpCode.ARRAY_LENGTH, null, List.of(instruction.operand(0)), null);
                Instruction other = block.function()
                        .newInstruction(OpCode.ARRAY_LENGTH, null, List.of(instruction.operand(1)), null);
                Instruction same =
                        block.function().newInstruction(OpCode.EQ, null, List.of(length.value(), other.value()), null);
                replace(block.function(), instruction, same);
                instructions.addAll(List.of(length, other, same));
                changed = true;
            } else {
                instructions.add(instruction);
            }
        }
        if (changed) {
            block.setInstructions(instructions);
        }
        return changed;
    }

    /** Whether two arguments are compared. Of what else an array may be the same as, {@link Rows} knows nothing. */
    private static boolean compares(Instruction instruction) {
        List<Value> operands = instruction.operands();
        return (instruction.opCode() == OpCode.EQ || instruction.opCode() == OpCode.NE)
                && operands.get(0) != operands.get(1)
                && operands.stream()
                        .allMatch(each -> each.type().isArray()
                                && Objects.requireNonNull(instruction.block())
                                        .function()
                                        .parameters()
                                        .contains(each));
    }

    private static boolean fits(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_STATIC
                && instruction.method().owner().equals(SHADOWS)
                && instruction.method().name().equals("fit")
                && instruction.method().type().returnType().equals(ConstantDescs.CD_boolean)
                && instruction.operands().stream().map(Value::type).allMatch(Type::isArray);
    }

    private static void replace(Function function, Instruction from, Instruction to) {
        function.blocks().forEach(block -> block.mapUses(value -> value == from.value() ? to.value() : value));
    }
}
