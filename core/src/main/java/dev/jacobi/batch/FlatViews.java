package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.BatchLengths;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets the code of an example read its array where it lies among those of the others, instead of in a copy. For arrays of numbers that the code only reads, and asks for their length.
 */
final class FlatViews {
    private static final ClassDesc LENGTHS = ClassDesc.ofDescriptor(BatchLengths.class.descriptorString());
    private static final MethodReference OUTSIDE = new MethodReference(
            LENGTHS,
            "outside",
            MethodTypeDesc.of(ClassDesc.of("java.lang.RuntimeException"), ConstantDescs.CD_int, ConstantDescs.CD_int),
            false);

    private final Value view;
    private final Value flat;
    private final Value length;
    private final Value example;
    private final @Nullable Value count;
    private final Map<Value, Value> replaced = new HashMap<>();

    /**
     * @param view what code takes for the array of its example
     * @param flat the array with those of all
     * @param length of the array of one example
     * @param count how many examples there are, if the same element of all lies side by side; null if the elements of one example do
     */
    FlatViews(Value view, Value flat, Value length, Value example, @Nullable Value count) {
        this.view = view;
        this.flat = flat;
        this.length = length;
        this.example = example;
        this.count = count;
    }

    /** The parameters of which code does nothing but read elements and lengths. */
    static Set<Integer> possible(BatchSignature signature, Function body) {
        Set<Integer> possible = new HashSet<>();
        Uses uses = Uses.of(body);
        for (int index = 0; index < body.parameters().size(); index++) {
            if (signature.axes().get(index) == Axis.EACH
                    && signature.isFlat(index)
                    && signature.parameters().get(index).componentType().isPrimitive()
                    && uses.of(body.parameters().get(index)).stream().allMatch(FlatViews::isRead)) {
                possible.add(index);
            }
        }
        return possible;
    }

    private static boolean isRead(Use use) {
        return use instanceof Use.Operand(Instruction user, int place)
                && place == 0
                && switch (user.opCode()) {
                    case ARRAY_LOAD, ARRAY_LENGTH, NULL_CHECK -> true;
                    default -> false;
                };
    }

    /** Changes what is done with the array. */
    void read(Collection<Block> code) {
        for (Block block : code) {
            Block current = block;
            List<Instruction> kept = new ArrayList<>();
            for (Instruction instruction : List.copyOf(block.instructions())) {
                boolean ofView = !instruction.operands().isEmpty() && instruction.operand(0) == view;
                if (!ofView) {
                    kept.add(instruction);
                } else if (instruction.opCode() == OpCode.ARRAY_LENGTH) {
                    replaced.put(instruction.value(), length);
                } else if (instruction.opCode() == OpCode.ARRAY_LOAD) {
                    if (instruction.mayThrow()) {
                        current = checked(current, kept, instruction);
                        kept = new ArrayList<>();
                    }
                    load(instruction, new Emitter(block.function(), kept::add, instruction.position()));
                    kept.add(instruction);
                }
            }
            current.setInstructions(kept);
        }
        code.iterator().next().function().replaceValues(replaced);
    }

    private void load(Instruction load, Emitter emitter) {
        Value place = load.operand(1);
        Value before = count == null ? emitter.value(OpCode.MUL, null, example, length) : example;
        Value own = count == null ? place : emitter.value(OpCode.MUL, null, place, count);
        Value inFlat = emitter.value(OpCode.ADD, null, before, own);
        load.mapOperands(operand -> operand == view ? flat : inFlat);
        load.setProved(true);
    }

    /** Ends a block with a check of an index; gives the block in which it holds. */
    private Block checked(Block block, List<Instruction> before, Instruction access) {
        Function function = block.function();
        Block inside = function.newBlock();
        Block outside = function.newBlock();
        inside.setTerminator(block.terminator());
        inside.setHandlers(block.handlers());
        List<Instruction> all = new ArrayList<>(before);
        Emitter emitter = new Emitter(function, all::add, access.position());
        Value index = access.operand(1);
        Value fits = emitter.lessUnsigned(index, length);
        block.setInstructions(all);
        block.setTerminator(new Branch(fits, Edge.to(inside), Edge.to(outside), access.position()));
        Value exception =
                Emitter.appendingTo(outside, access.position()).value(OpCode.INVOKE_STATIC, OUTSIDE, index, length);
        outside.setTerminator(new Throw(exception, access.position()));
        outside.setHandlers(block.handlers());
        return inside;
    }
}
