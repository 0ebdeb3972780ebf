package dev.jacobi.optimize.inline;

import dev.jacobi.cache.Dependencies;
import dev.jacobi.lift.SerializedForm;
import java.io.IOException;
import java.io.Serializable;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks behind live lambdas: those whose interface is {@link Serializable} tell which method implements them, others are {@linkplain LambdaOrigins found} if it is certain. */
final class EmbeddedLambdas {
    private EmbeddedLambdas() {}

    static Optional<Closure> closure(Object object) {
        Dependencies.obstacle("a lambda that lives");
        Optional<Closure> told = serialized(object);
        return told.isPresent()
                ? told
                : Optional.ofNullable(LambdaOrigins.of(object)).map(origin -> closure(object, origin));
    }

    private static Closure closure(Object object, LambdaOrigins.Origin origin) {
        try {
            List<Closure.Capture> captured = new ArrayList<>();
            for (MethodHandle getter : origin.getters()) {
                captured.add(new Closure.Capture.Known(getter.invoke(object)));
            }
            return origin.form().closure().capturing(captured);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a serialisable lambda tells. */
    static Optional<Closure> serialized(Object object) {
        if (!object.getClass().isHidden() || !(object instanceof Serializable serializable)) {
            return Optional.empty();
        }
        SerializedLambda form;
        try {
            form = SerializedForm.of(serializable);
        } catch (IOException _) {
            return Optional.empty();
        }
        if (form == null) {
            return Optional.empty();
        }
        DirectMethodHandleDesc implementation = implementation(form);
        List<Closure.Capture> captured = new ArrayList<>();
        for (int index = 0; index < form.getCapturedArgCount(); index++) {
            captured.add(new Closure.Capture.Known(form.getCapturedArg(index)));
        }
        return Optional.of(new Closure(
                ClassDesc.ofInternalName(form.getFunctionalInterfaceClass()),
                form.getFunctionalInterfaceMethodName(),
                List.of(MethodTypeDesc.ofDescriptor(form.getFunctionalInterfaceMethodSignature())),
                implementation,
                MethodTypeDesc.ofDescriptor(form.getInstantiatedMethodType()),
                captured));
    }

    private static DirectMethodHandleDesc implementation(SerializedLambda form) {
        ClassDesc owner = ClassDesc.ofInternalName(form.getImplClass());
        boolean ofInterface = form.getImplMethodKind() == MethodHandleInfo.REF_invokeInterface;
        return MethodHandleDesc.of(
                DirectMethodHandleDesc.Kind.valueOf(form.getImplMethodKind(), ofInterface),
                owner,
                form.getImplMethodName(),
                form.getImplMethodSignature());
    }
}
