package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * From a reverse derivative for one adjoint to one for several, which share the primal, its tape and all control flow: what {@linkplain AdjointDependence depends on the adjoint} is
 * done for each, one right after the other, as if written out so many times, with the bits of the derivative for one.
 *
 * <p>{@link CombinedSweeps} makes a function with the parameters of all adjoints, which computes with those of the first, and marks the results of each.
 */
public final class SeveralAdjoints {
    private static final ClassDesc MARK = ClassDesc.of("dev.jacobi.autodiff.reverse.SeveralAdjoints");
    private static final String MARK_NAME = "resultOf";

    private final Function function;
    private final int width;
    private final AdjointDependence dependence;
    /** For the first adjoint's values those of all. */
    private final ValueMap<List<Value>> all = new ValueMap<>();
    /** What was repeated, with the operands of the first adjoint until all have results. */
    private final List<Copy> copies = new ArrayList<>();

    private record Copy(Instruction made, int lane) {}

    private SeveralAdjoints(Function function, DerivativeSignature signature, int width, String display) {
        this.function = function;
        this.width = width;
        List<Value> adjoints = new ArrayList<>();
        List<Slot> slots = signature.parameters();
        for (int index = 0; index < slots.size(); index++) {
            if (slots.get(index).role() != Role.PRIMAL && slots.get(index).lane() == 0) {
                Value first = function.parameters().get(index);
                adjoints.add(first);
                all.put(first, List.copyOf(function.parameters().subList(index, index + width)));
            }
        }
        dependence = new AdjointDependence(function, adjoints, display);
    }

    /** Emits a number that stands for what an adjoint makes of what is {@code ofFirst} for the first one. */
    static Value mark(Emitter emitter, Value ofFirst, int lane) {
        ClassDesc type = ofFirst.type().descriptor();
        MethodTypeDesc signature = MethodTypeDesc.of(type, type, ConstantDescs.CD_int);
        return emitter.value(
                OpCode.INVOKE_STATIC,
                new MethodReference(MARK, MARK_NAME, signature, false),
                ofFirst,
                emitter.constant(Type.INT, lane));
    }

    static boolean isMark(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_STATIC
                && instruction.method().owner().equals(MARK)
                && instruction.method().name().equals(MARK_NAME);
    }

    /**
     * Changes a function that {@link ReverseMode} has made for a request of several adjoints.
     *
     * @param display the method that was differentiated, in messages
     * @throws dev.jacobi.JacobiException if something that depends on an adjoint cannot be done several times
     */
    public static void run(Function function, DerivativeSignature signature, int width, String display) {
        SeveralAdjoints adjoints = new SeveralAdjoints(function, signature, width, display);
        Map<Block, List<Value>> ofOne = new LinkedHashMap<>();
        for (Block block : function.blocks()) {
            ofOne.put(block, List.copyOf(block.parameters()));
        }
        ofOne.forEach(adjoints::repeatParameters);
        ofOne.keySet().forEach(adjoints::repeatInstructions);
        for (Copy copy : adjoints.copies) {
            copy.made().mapOperands(value -> adjoints.ofLane(value, copy.lane()));
        }
        for (Block block : ofOne.keySet()) {
            block.mapEdges(edge -> adjoints.passAll(edge, Objects.requireNonNull(ofOne.get(edge.target()))));
        }
        adjoints.resolveMarks();
    }

    private Value ofLane(Value value, int lane) {
        List<Value> lanes = all.get(value);
        return lanes == null ? value : lanes.get(lane);
    }

    private void repeatParameters(Block block, List<Value> parameters) {
        if (block == function.entry()) {
            return;
        }
        for (Value parameter : parameters) {
            if (dependence.contains(parameter)) {
                List<Value> lanes = new ArrayList<>(List.of(parameter));
                for (int lane = 1; lane < width; lane++) {
                    lanes.add(block.addParameter(parameter.type()));
                }
                all.put(parameter, lanes);
            }
        }
    }

    /** As {@link #repeatParameters} does it. */
    private Edge passAll(Edge edge, List<Value> parameters) {
        // A handler's first parameter, the exception, is not passed.
        int first = parameters.size() - edge.arguments().size();
        List<Value> more = new ArrayList<>();
        for (int index = first; index < parameters.size(); index++) {
            if (dependence.contains(parameters.get(index))) {
                Value argument = edge.arguments().get(index - first);
                for (int lane = 1; lane < width; lane++) {
                    more.add(ofLane(argument, lane));
                }
            }
        }
        return more.isEmpty() ? edge : edge.plus(more);
    }

    private void repeatInstructions(Block block) {
        List<Instruction> repeated = new ArrayList<>();
        for (Instruction instruction : block.instructions()) {
            repeated.add(instruction);
            if (!isMark(instruction) && dependence.isDone(instruction)) {
                repeat(instruction, repeated);
            }
        }
        block.setInstructions(repeated);
    }

    private void repeat(Instruction instruction, List<Instruction> repeated) {
        List<Value> results = new ArrayList<>();
        for (int lane = 1; lane < width; lane++) {
            Instruction made = function.newInstruction(
                    instruction.opCode(), instruction.attribute(), instruction.operands(), instruction.position());
            made.copyMarks(instruction);
            repeated.add(made);
            copies.add(new Copy(made, lane));
            if (instruction.result() != null) {
                made.value().setType(instruction.value().type());
                results.add(made.value());
            }
        }
        if (instruction.result() != null) {
            results.addFirst(instruction.value());
            all.put(instruction.value(), results);
        }
    }

    private void resolveMarks() {
        ValueMap<Value> results = new ValueMap<>();
        for (Block block : function.blocks()) {
            block.retainInstructions(instruction -> {
                if (!isMark(instruction)) {
                    return true;
                }
                Instruction lane = Objects.requireNonNull(instruction.operand(1).definition());
                results.put(instruction.value(), ofLane(instruction.operand(0), (Integer)
                        Objects.requireNonNull(lane.attribute())));
                return false;
            });
        }
        function.replaceValues(results);
    }
}
