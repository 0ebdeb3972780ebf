package dev.jacobi.compile;

import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.ShadowGraph;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the function that takes the shadows of objects as objects of the same classes: it turns them into the shadows that the derivative
 * works with, calls it, and writes what came out into the objects again.
 */
final class GuardObjects {
    private static final ClassDesc GRAPH = ClassDesc.ofDescriptor(ShadowGraph.class.descriptorString());
    private static final ClassDesc SESSION = ClassDesc.ofDescriptor(ShadowGraph.Session.class.descriptorString());
    private static final MethodReference OPEN = new MethodReference(GRAPH, "open", MethodTypeDesc.of(SESSION), false);
    private static final MethodReference OPEN_FORWARD =
            new MethodReference(GRAPH, "openForward", MethodTypeDesc.of(SESSION), false);
    private static final MethodReference READ = new MethodReference(
            SESSION,
            "read",
            MethodTypeDesc.of(
                    ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_int),
            false);
    private static final MethodReference CONSTANT = new MethodReference(
            SESSION,
            "constant",
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_int),
            false);
    private static final MethodReference WRITE =
            new MethodReference(SESSION, "write", MethodTypeDesc.of(ConstantDescs.CD_void), false);

    private GuardObjects() {}

    /** Whether a parameter is the shadow of an object, or of an array of objects. */
    static boolean takesObjects(Function primal, DerivativeRequest request) {
        for (Slot slot : DerivativeSignature.of(primal, request).parameters()) {
            if (slot.role() == Role.DERIVATIVE && isObject(slot)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isObject(Slot slot) {
        return slot.type().isReference() && !DerivativeRequest.carriesDerivative(slot.type());
    }

    static Function guard(Function derivative, Function primal, DerivativeRequest request, ShadowGraph graph) {
        List<Slot> slots = DerivativeSignature.of(primal, request).parameters();
        Function guarded = new Function(derivative.name(), derivative.origin(), derivative.returnType());
        Block entry = guarded.newBlock();
        for (Slot slot : slots) {
            boolean object = slot.role() == Role.DERIVATIVE && isObject(slot);
            entry.addParameter(object ? primal.parameters().get(slot.primal()).type() : slot.type());
        }
        Emitter emitter = Emitter.appendingTo(entry, null);
        Value embedded = emitter.value(OpCode.EMBED, new EmbeddedObject(graph, GRAPH));
        List<Value> sessions = new ArrayList<>();
        for (int lane = 0; lane < request.width(); lane++) {
            MethodReference open = request.mode() == Mode.FORWARD ? OPEN_FORWARD : OPEN;
            sessions.add(emitter.value(OpCode.INVOKE_VIRTUAL, open, embedded));
        }
        List<Value> arguments = new ArrayList<>(entry.parameters());
        for (int index = 0; index < slots.size(); index++) {
            Slot slot = slots.get(index);
            if (slot.role() == Role.DERIVATIVE && slot.type().isReference()) {
                Value shadow = emitter.value(
                        OpCode.INVOKE_VIRTUAL,
                        READ,
                        sessions.get(slot.lane()),
                        primal(slots, entry, slot.primal()),
                        entry.parameter(index),
                        emitter.constant(Type.INT, slot.primal()));
                if (isObject(slot)) {
                    Instruction cast =
                            emitter.emit(OpCode.CHECK_CAST, slot.type().descriptor(), List.of(shadow));
                    arguments.set(index, cast.value());
                }
            }
        }
        for (int index = 0; index < slots.size(); index++) {
            Slot slot = slots.get(index);
            boolean shadowed = index + 1 < slots.size() && slots.get(index + 1).role() == Role.DERIVATIVE;
            if (slot.role() == Role.PRIMAL && slot.type().isReference() && !shadowed) {
                emitter.emit(
                        OpCode.INVOKE_VIRTUAL,
                        CONSTANT,
                        List.of(
                                sessions.getFirst(),
                                entry.parameter(index),
                                emitter.constant(Type.INT, slot.primal())));
            }
        }
        Instruction call = emitter.emit(OpCode.INVOKE_FUNCTION, derivative, arguments);
        sessions.forEach(session -> emitter.emit(OpCode.INVOKE_VIRTUAL, WRITE, List.of(session)));
        entry.setTerminator(new Return(call.result(), null));
        return guarded;
    }

    private static Value primal(List<Slot> slots, Block entry, int number) {
        for (int index = 0; index < slots.size(); index++) {
            if (slots.get(index).role() == Role.PRIMAL && slots.get(index).primal() == number) {
                return entry.parameter(index);
            }
        }
        throw new IllegalArgumentException("no parameter " + number);
    }
}
