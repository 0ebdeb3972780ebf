package dev.jacobi.compile;

import dev.jacobi.analysis.ParameterWrites;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Makes the function that checks the shadows among its arguments, and then goes on to the derivative.
 *
 * <p>Arrays of numbers are compared in place: shadows of the length of their arrays, and no two the same. Only where that does not
 * hold, and for nested arrays, {@link ShadowChecks} is asked.
 */
final class GuardShadows {
    private static final ClassDesc CHECKS = ClassDesc.ofDescriptor(ShadowChecks.class.descriptorString());
    private static final MethodReference ARGUMENT = new MethodReference(
            CHECKS,
            "argument",
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_Object),
            false);
    private static final MethodReference CHECK =
            new MethodReference(CHECKS, "checkArguments", MethodTypeDesc.of(ConstantDescs.CD_void), false);

    private static final ClassDesc SHADOWS = ClassDesc.of("dev.jacobi.runtime.Shadows");
    private static final MethodReference APART = new MethodReference(
            SHADOWS,
            "apart",
            MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_Object),
            false);

    /** With more references the comparisons of each with each are too much code. */
    private static final int MOST_COMPARED = 10;

    private final List<Slot> slots;
    private final Block entry;
    /** The places among the parameters of what is checked. */
    private final List<Integer> references = new ArrayList<>();

    private GuardShadows(List<Slot> slots, Function derivative, Function guarded) {
        this.slots = slots;
        entry = guarded.newBlock();
        for (int i = 0; i < slots.size(); i++) {
            Value parameter = entry.addParameter(derivative.parameters().get(i).type());
            if (parameter.type().isReference() && slots.get(i).role() != Role.SEED) {
                references.add(i);
            }
        }
    }

    /** The parameters of a derivative that {@link ShadowChecks} are told, in order. */
    static List<Integer> references(Function primal, DerivativeRequest request) {
        List<Slot> slots = DerivativeSignature.of(primal, request).parameters();
        return IntStream.range(0, slots.size())
                .filter(index -> slots.get(index).type().isReference()
                        && slots.get(index).role() != Role.SEED)
                .boxed()
                .toList();
    }

    /** Whether there are shadows, and nothing is done before the derivative but to check these. */
    static boolean onlyChecks(Function primal, DerivativeRequest request) {
        List<Slot> slots = DerivativeSignature.of(primal, request).parameters();
        boolean seeds = slots.stream()
                .anyMatch(slot -> slot.role() == Role.SEED && slot.type().isReference());
        return !(seeds && mayWriteParameters(primal))
                && slots.stream()
                        .anyMatch(slot ->
                                slot.role() == Role.DERIVATIVE && slot.type().isReference());
    }

    /** Returns the derivative itself if it has no shadows. */
    static Function guard(Function derivative, Function primal, DerivativeRequest request) {
        List<Slot> slots = DerivativeSignature.of(primal, request).parameters();
        if (!hasShadows(slots)) {
            return derivative;
        }
        Function guarded = new Function(derivative.name(), derivative.origin(), derivative.returnType());
        new GuardShadows(slots, derivative, guarded)
                .fill(derivative, primal, ShadowChecks.of(primal, request), request.perElement() == 1);
        return guarded;
    }

    private static boolean hasShadows(List<Slot> slots) {
        for (Slot slot : slots) {
            if (slot.role() == Role.DERIVATIVE && slot.type().isReference()) {
                return true;
            }
        }
        return false;
    }

    /** @param inPlace whether shadows have the length of their arrays */
    private void fill(Function derivative, Function primal, ShadowChecks checks, boolean inPlace) {
        Function guarded = entry.function();
        Block checking = entry;
        Value right = null;
        if (inPlace && references.size() <= MOST_COMPARED && areFlat()) {
            right = isRight(Emitter.appendingTo(entry, null));
            checking = guarded.newBlock();
        }
        Emitter emitter = Emitter.appendingTo(checking, null);
        Value embedded = emitter.value(OpCode.EMBED, new EmbeddedObject(checks, CHECKS));
        for (int i = 0; i < references.size(); i++) {
            Value reference = entry.parameter(references.get(i));
            emitter.emit(OpCode.INVOKE_VIRTUAL, ARGUMENT, List.of(embedded, emitter.constant(Type.INT, i), reference));
        }
        emitter.emit(OpCode.INVOKE_VIRTUAL, CHECK, List.of(embedded));
        Block checked = checking;
        if (right != null) {
            checked = guarded.newBlock();
            checking.setTerminator(new Terminator.Jump(Edge.to(checked), null));
            entry.setTerminator(new Terminator.Branch(right, Edge.to(checked), Edge.to(checking), null));
        }
        // The derivative's blocks follow, its entry fed by the parameters: no call is left between check and work.
        Map<Value, Value> values = new HashMap<>();
        Map<Block, Block> copies = derivative.copyInto(guarded, values);
        List<Value> arguments = new ArrayList<>(entry.parameters());
        if (mayWriteParameters(primal)) {
            takeSeedsApart(arguments, Emitter.appendingTo(checked, null));
        }
        checked.setTerminator(new Terminator.Jump(new Edge(copies.get(derivative.entry()), arguments), null));
    }

    private boolean areFlat() {
        for (int index : references) {
            if (!isFlat(index)) {
                return false;
            }
        }
        return true;
    }

    /** An array of numbers, or what is neither an array nor may be one. */
    private boolean isFlat(int index) {
        Type type = slots.get(index).type();
        return type.isArray()
                ? type.descriptor().componentType().isPrimitive()
                : slots.get(index).role() == Role.PRIMAL && !ShadowChecks.mayBeArray(type);
    }

    private Value isRight(Emitter emitter) {
        List<Value> conditions = new ArrayList<>();
        for (int i = 0; i < references.size(); i++) {
            int index = references.get(i);
            boolean isShadow = slots.get(index).role() == Role.DERIVATIVE;
            Value reference = entry.parameter(index);
            int primal = isShadow ? index - 1 - slots.get(index).lane() : -1;
            if (isShadow) {
                ClassDesc type = reference.type().descriptor();
                MethodReference fit = new MethodReference(
                        SHADOWS, "fit", MethodTypeDesc.of(ConstantDescs.CD_boolean, type, type), false);
                Instruction call = emitter.emit(OpCode.INVOKE_STATIC, fit, List.of(entry.parameter(primal), reference));
                call.setProved(true);
                conditions.add(call.value());
            }
            for (int other : references.subList(0, i)) {
                boolean mayBeSame = reference.type().isArray()
                        && entry.parameter(other).type().equals(reference.type());
                if (mayBeSame && other != primal) {
                    conditions.add(emitter.value(OpCode.NE, null, reference, entry.parameter(other)));
                }
            }
        }
        Value right = conditions.getFirst();
        for (Value condition : conditions.subList(1, conditions.size())) {
            right = emitter.value(OpCode.AND, null, right, condition);
        }
        return right;
    }

    /** The primal may write the array that the adjoint of its result was given in, before the adjoint is read. */
    private void takeSeedsApart(List<Value> arguments, Emitter emitter) {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            if (slot.role() == Role.SEED
                    && slot.type().isReference()
                    && DerivativeRequest.carriesDerivative(slot.type())) {
                Value seed = entry.parameter(i);
                // A nested one is always copied, so asking once is enough.
                boolean nested = !slot.type().descriptor().componentType().isPrimitive();
                for (int reference : nested ? references.subList(0, 1) : references) {
                    seed = emitter.value(OpCode.INVOKE_STATIC, APART, seed, entry.parameter(reference));
                }
                arguments.set(i, emitter.value(OpCode.CHECK_CAST, slot.type().descriptor(), seed));
            }
        }
    }

    private static boolean mayWriteParameters(Function primal) {
        for (Value parameter : primal.parameters()) {
            if (parameter.type().isReference() && ParameterWrites.mayWrite(primal, parameter)) {
                return true;
            }
        }
        return false;
    }
}
