package dev.jacobi.optimize.inline;

import dev.jacobi.lift.SerializedForm;
import java.io.IOException;
import java.io.Serializable;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks behind live lambdas: those whose interface is {@link Serializable} tell which method implements them. */
final class EmbeddedLambdas {
    private EmbeddedLambdas() {}

    static Optional<Closure> closure(Object object) {
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
