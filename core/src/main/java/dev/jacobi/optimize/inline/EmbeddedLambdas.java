package dev.jacobi.optimize.inline;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks behind live lambdas: those whose interface is {@link Serializable} tell which method implements them. */
final class EmbeddedLambdas {
    private EmbeddedLambdas() {}

    static Optional<Closure> closure(Object object) {
        if (!object.getClass().isHidden() || !(object instanceof Serializable)) {
            return Optional.empty();
        }
        SerializedLambda form = serializedForm(object);
        if (form == null) {
            return Optional.empty();
        }
        DirectMethodHandleDesc implementation = implementation(form);
        List<Closure.Capture> captured = new ArrayList<>();
        for (int index = 0; index < form.getCapturedArgCount(); index++) {
            captured.add(new Closure.Capture.Known(form.getCapturedArg(index)));
        }
        return Optional.of(new Closure(
                ofInternalName(form.getFunctionalInterfaceClass()),
                form.getFunctionalInterfaceMethodName(),
                List.of(MethodTypeDesc.ofDescriptor(form.getFunctionalInterfaceMethodSignature())),
                implementation,
                MethodTypeDesc.ofDescriptor(form.getInstantiatedMethodType()),
                captured));
    }

    private static DirectMethodHandleDesc implementation(SerializedLambda form) {
        ClassDesc owner = ofInternalName(form.getImplClass());
        boolean ofInterface = owner.descriptorString().length() > 0
                && form.getImplMethodKind() == java.lang.invoke.MethodHandleInfo.REF_invokeInterface;
        return MethodHandleDesc.of(
                DirectMethodHandleDesc.Kind.valueOf(form.getImplMethodKind(), ofInterface),
                owner,
                form.getImplMethodName(),
                form.getImplMethodSignature());
    }

    private static ClassDesc ofInternalName(String name) {
        return ClassDesc.ofInternalName(name);
    }

    /** The form in which a lambda is serialised. Captured values need not be serialisable: they are not written. */
    private static @Nullable SerializedLambda serializedForm(Object object) {
        try (Extractor extractor = new Extractor()) {
            extractor.writeObject(object);
            return extractor.found;
        } catch (IOException _) {
            return null;
        }
    }

    private static final class Extractor extends ObjectOutputStream {
        private @Nullable SerializedLambda found;

        Extractor() throws IOException {
            super(OutputStream.nullOutputStream());
            enableReplaceObject(true);
        }

        @Override
        protected @Nullable Object replaceObject(Object object) {
            if (object instanceof SerializedLambda form) {
                found = form;
                return null;
            }
            return object;
        }
    }
}
