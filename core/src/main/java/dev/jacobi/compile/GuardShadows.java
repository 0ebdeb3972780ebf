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

/** Makes the function that checks the shadows among its arguments, and then calls the derivative. */
final class GuardShadows {
    private static final ClassDesc CHECKS = ClassDesc.ofDescriptor(ShadowChecks.class.descriptorString());
    private static final MethodReference CHECK = new MethodReference(
            CHECKS, "check", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object.arrayType()), false);

    private static final MethodReference APART = new MethodReference(
            ClassDesc.of("dev.jacobi.runtime.Shadows"),
            "apart",
            MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_Object.arrayType()),
            false);

    private GuardShadows() {}

    /** Returns the derivative itself if it has no shadows. */
    static Function guard(Function derivative, Function primal, DerivativeRequest request) {
        List<Slot> slots = DerivativeSignature.of(primal, request).parameters();
        if (slots.stream()
                .noneMatch(slot -> slot.role() == Role.DERIVATIVE && slot.type().isReference())) {
            return derivative;
        }
        Function guarded = new Function(derivative.name(), derivative.origin(), derivative.returnType());
        Block entry = guarded.newBlock();
        List<Value> references = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            Value parameter = entry.addParameter(derivative.parameters().get(i).type());
            if (parameter.type().isReference() && slots.get(i).role() != Role.SEED) {
                references.add(parameter);
            }
        }
        Emitter emitter = Emitter.appendingTo(entry, null);
        Value checks = emitter.value(OpCode.EMBED, new EmbeddedObject(ShadowChecks.of(primal, request), CHECKS));
        Value array =
                emitter.value(OpCode.NEW_ARRAY, ConstantDescs.CD_Object, emitter.constant(Type.INT, references.size()));
        for (int i = 0; i < references.size(); i++) {
            emitter.emit(
                            OpCode.ARRAY_STORE,
                            ConstantDescs.CD_Object,
                            List.of(array, emitter.constant(Type.INT, i), references.get(i)))
                    .setProved(true);
        }
        emitter.emit(OpCode.INVOKE_VIRTUAL, CHECK, List.of(checks, array));
        // The derivative's blocks follow, its entry fed by the parameters: no call is left between check and work.
        Map<Value, Value> values = new HashMap<>();
        Map<Block, Block> copies = derivative.copyInto(guarded, values);
        Block body = copies.get(derivative.entry());
        List<Value> arguments = new ArrayList<>(entry.parameters());
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            if (slot.role() == Role.SEED
                    && slot.type().isReference()
                    && DerivativeRequest.carriesDerivative(slot.type())
                    && mayWriteParameters(primal)) {
                Value seed = emitter.value(OpCode.INVOKE_STATIC, APART, entry.parameter(i), array);
                arguments.set(i, emitter.value(OpCode.CHECK_CAST, slot.type().descriptor(), seed));
            }
        }
        entry.setTerminator(new Terminator.Jump(new Edge(body, arguments), null));
        return guarded;
    }

    private static boolean mayWriteParameters(Function primal) {
        return primal.parameters().stream()
                .anyMatch(parameter -> parameter.type().isReference() && ParameterWrites.mayWrite(primal, parameter));
    }
}
