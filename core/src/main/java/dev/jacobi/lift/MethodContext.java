package dev.jacobi.lift;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The method being lifted, for source positions and for the texts of refusals. */
record MethodContext(MethodReference method, Map<Integer, SourcePosition> positions) {
    MethodContext(MethodReference method) {
        this(method, new HashMap<>());
    }

    /** The name in the text form. */
    String name() {
        return Type.name(method.owner()) + "." + method.name();
    }

    SourcePosition position(int line) {
        SourcePosition known = positions.get(line);
        if (known == null) {
            known = new SourcePosition(Type.name(method.owner()), method.name(), line, null);
            positions.put(line, known);
        }
        return known;
    }

    JacobiException corrupt(String reason, int line) {
        return refuse(Refusal.CORRUPT_CLASS_FILE, reason, line, null);
    }

    JacobiException refuse(Refusal refusal, String reason, int line, @Nullable Throwable cause) {
        return new JacobiException(
                refusal,
                "cannot lift " + signature(method) + ": " + reason,
                position(line).toString(),
                cause);
    }

    /** For example {@code com.example.Model.loss(double[], int)}. */
    static String signature(MethodReference method) {
        return method.signature();
    }
}
