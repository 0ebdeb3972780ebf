package dev.jacobi.lift;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/** The form in which a lambda is serialised: the one place where the JDK tells which method implements it. */
public final class SerializedForm {
    private SerializedForm() {}

    private static final class Catcher extends ObjectOutputStream {
        private @Nullable SerializedLambda caught;

        Catcher() throws IOException {
            super(OutputStream.nullOutputStream());
            enableReplaceObject(true);
        }

        @Override
        protected @Nullable Object replaceObject(Object object) {
            if (object instanceof SerializedLambda form) {
                caught = form;
                return null; // captured values are not written, and need not be serialisable
            }
            return object;
        }
    }

    /**
     * The form of a lambda or method reference whose interface is {@link Serializable}, or null if the object is something else.
     *
     * @throws IOException if the object cannot be written
     */
    public static @Nullable SerializedLambda of(Serializable object) throws IOException {
        try (Catcher catcher = new Catcher()) {
            catcher.writeObject(object);
            return catcher.caught;
        }
    }
}
