package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees.ReversePair;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.UnfollowedCallException;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.inline.CallTargets;
import dev.jacobi.optimize.inline.LiftedBodies;
import dev.jacobi.runtime.Dispatch;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Executable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The derivatives of a method that the class of the receiver decides, each made when the first object of its class comes. The code of a class is
 * differentiated with the rights of that class, in a hidden class of its own. What cannot be differentiated is refused at the call, in the
 * forward sweep, before any shadow has changed.
 */
final class ClassDispatch extends Dispatch {
    private static final ClassDesc DISPATCH = ClassDesc.ofDescriptor(Dispatch.class.descriptorString());
    private static final ClassDesc CHOSEN = ClassDesc.ofDescriptor(Chosen.class.descriptorString());
    private static final MethodReference SELECT =
            new MethodReference(DISPATCH, "select", MethodTypeDesc.of(CHOSEN, ConstantDescs.CD_Object), false);
    private static final MethodReference PUSH = new MethodReference(
            CallSignature.STACKS, "push", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object), false);
    private static final MethodReference POP = new MethodReference(
            CallSignature.STACKS, "pop", MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_boolean), false);
    private static final FieldReference FORWARDS =
            new FieldReference(CHOSEN, "forwards", ConstantDescs.CD_MethodHandle);
    private static final FieldReference BACKWARDS =
            new FieldReference(CHOSEN, "backwards", ConstantDescs.CD_MethodHandle);

    private final Executable named;
    private final CallTargets targets;
    private final CallSignature signature;
    private final boolean forward;
    private final Settings settings;
    private final @Nullable String where;

    /** How derivatives of callees are made. */
    record Settings(Options options, NestedCode nested, boolean tapesAreReused, boolean objectsMayLackShadows) {
        CalleeCompiler in(Class<?> host) {
            return new CalleeCompiler(host, options, nested, tapesAreReused, objectsMayLackShadows);
        }
    }

    /**
     * @param named the method that the call names
     * @param forward whether forward mode is wanted
     * @param where the source position of the call
     */
    ClassDispatch(
            Executable named,
            CallTargets targets,
            CallSignature signature,
            boolean forward,
            Settings settings,
            @Nullable String where) {
        this.named = named;
        this.targets = targets;
        this.signature = signature;
        this.forward = forward;
        this.settings = settings;
        this.where = where;
    }

    @Override
    protected Chosen link(Class<?> type) {
        try {
            return derivative(type);
        } catch (UnfollowedCallException refusal) {
            throw refusal(type, UnfollowedCalls.explain(refusal, type));
        } catch (JacobiException refusal) {
            throw refusal(type, refusal);
        }
    }

    private JacobiException refusal(Class<?> type, JacobiException cause) {
        String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new JacobiException(
                cause.refusal(),
                "cannot go on with the derivative at a call of "
                        + CallTargets.reference(named).signature() + " on an object of " + type.getName() + ": "
                        + reason,
                cause.where().map(at -> where == null ? at : at + " < " + where).orElse(where),
                cause);
    }

    private Chosen derivative(Class<?> type) {
        Executable method = targets.selected(type, named).orElseThrow(() -> unfollowed("it has no code"));
        Class<?> owner = method.getDeclaringClass();
        if (owner.isHidden()) {
            throw unfollowed("it is a lambda or a hidden class, of which the JVM shows no code");
        }
        MethodReference reference = CallTargets.reference(method);
        Function body = LiftedBodies.INSTANCE.body(owner, reference);
        if (body == null) {
            throw unfollowed("its code cannot be read");
        }
        CalleeCompiler callees = settings.in(owner);
        Function primal = callees.optimized(body.copy());
        List<Type> parameters = new ArrayList<>(signature.parameters());
        parameters.set(0, Type.of(reference.owner()));
        CallSignature own = new CallSignature(
                primal.name(),
                parameters,
                signature.result(),
                signature.activities(),
                signature.lacking(),
                signature.width());
        Lookup lookup = Target.lookupIn(owner);
        if (forward) {
            MethodHandle handle = handle(callees.makeForward(primal, own), lookup);
            return new Chosen(type, handle, handle);
        }
        ReversePair pair = callees.makePair(primal, own);
        return new Chosen(type, handle(pair.augmented(), lookup), handle(pair.reverse(), lookup));
    }

    private static JacobiException unfollowed(String why) {
        return new JacobiException(Refusal.UNSUPPORTED_CALL, why, null);
    }

    private static MethodHandle handle(Function function, Lookup lookup) {
        MethodHandle handle = HiddenClasses.compile(function, lookup).handle();
        return handle.asType(handle.type().erase());
    }

    /** The code of the forward derivative for the call. */
    Function forward() {
        Function function = signature.newForward();
        call(function, select(function), FORWARDS, false);
        return function;
    }

    /** The code of the two functions of reverse mode for the call: the first leaves its choice on the tape. */
    ReversePair pair() {
        ReversePair pair = signature.newPair();
        call(pair.augmented(), select(pair.augmented()), FORWARDS, true);
        Block entry = pair.reverse().entry();
        Emitter emitter = Emitter.appendingTo(entry, null);
        Value last = emitter.constant(Type.INT, settings.tapesAreReused() ? 0 : 1);
        Value popped = proved(emitter, OpCode.INVOKE_VIRTUAL, POP, entry.parameter(0), last);
        call(pair.reverse(), proved(emitter, OpCode.CHECK_CAST, CHOSEN, popped), BACKWARDS, false);
        return pair;
    }

    private Value select(Function function) {
        Emitter emitter = Emitter.appendingTo(function.entry(), null);
        Value dispatch = emitter.value(OpCode.EMBED, new EmbeddedObject(this, DISPATCH));
        return emitter.value(
                OpCode.INVOKE_VIRTUAL, SELECT, dispatch, function.parameters().get(1));
    }

    private static void call(Function function, Value chosen, FieldReference field, boolean push) {
        Block entry = function.entry();
        Emitter emitter = Emitter.appendingTo(entry, null);
        List<Value> operands = new ArrayList<>();
        operands.add(proved(emitter, OpCode.GET_FIELD, field, chosen));
        operands.addAll(entry.parameters());
        List<ClassDesc> types = entry.parameters().stream()
                .map(parameter -> erased(parameter.type()))
                .toList();
        MethodReference invoke = new MethodReference(
                ConstantDescs.CD_MethodHandle,
                "invokeExact",
                MethodTypeDesc.of(erased(function.returnType()), types),
                false);
        Value result = emitter.emit(OpCode.INVOKE_VIRTUAL, invoke, operands).result();
        if (push) {
            emitter.emit(OpCode.INVOKE_VIRTUAL, PUSH, List.of(entry.parameter(0), chosen));
        }
        if (result != null
                && function.returnType().isReference()
                && !function.returnType().equals(Type.OBJECT)) {
            result = proved(emitter, OpCode.CHECK_CAST, function.returnType().descriptor(), result);
        }
        entry.setTerminator(new Return(result, null));
    }

    private static ClassDesc erased(Type type) {
        return type.isReference() ? ConstantDescs.CD_Object : type.descriptor();
    }

    private static Value proved(Emitter emitter, OpCode opCode, Object attribute, Value... operands) {
        var made = emitter.emit(opCode, attribute, List.of(operands));
        made.setProved(true);
        return made.value();
    }
}
