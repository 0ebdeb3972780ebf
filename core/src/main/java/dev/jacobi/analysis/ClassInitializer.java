package dev.jacobi.analysis;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import org.jspecify.annotations.Nullable;

/** Initialises a class if it is not yet: embedded in code where no static field of the class can be read for that. */
public record ClassInitializer(Class<?> type) implements Runnable {
    @Override
    public void run() {
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new NoClassDefFoundError(missing.getMessage());
        }
    }

    /** The class that an instruction initialises by calling an embedded initializer; null if it is no such call. */
    public static @Nullable Class<?> initializedBy(Instruction call) {
        if (call.opCode() != OpCode.INVOKE_INTERFACE) {
            return null;
        }
        Instruction receiver = call.operand(0).definition();
        return receiver != null
                        && receiver.opCode() == OpCode.EMBED
                        && receiver.attribute() instanceof EmbeddedObject(ClassInitializer(Class<?> type), var _)
                ? type
                : null;
    }
}
