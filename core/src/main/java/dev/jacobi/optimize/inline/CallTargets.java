package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.Optional;

/**
 * Which method a call that was not inlined runs, where that is certain: static, private and final methods. Not found are constructors,
 * calls of {@code super}, and methods without code or with a lock.
 */
public final class CallTargets {
    private final MethodResolution resolution;

    /** @param host the class for whose code names have their meaning */
    public CallTargets(Class<?> host) {
        this.resolution = new MethodResolution(host);
    }

    /** Whether the call runs one method that has code. */
    public boolean isCertain(Instruction call) {
        return target(call).isPresent();
    }

    private Optional<Executable> target(Instruction call) {
        return switch (call.opCode()) {
            case INVOKE_STATIC -> resolved(call).filter(method -> Modifier.isStatic(method.getModifiers()));
            case INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE ->
                resolved(call).filter(method -> !Modifier.isStatic(method.getModifiers()) && isFinal(call, method));
            default -> Optional.empty();
        };
    }

    private static boolean isFinal(Instruction call, Executable method) {
        int modifiers = method.getModifiers();
        return Modifier.isPrivate(modifiers)
                || call.opCode() != OpCode.INVOKE_SPECIAL
                        && (Modifier.isFinal(modifiers)
                                || Modifier.isFinal(method.getDeclaringClass().getModifiers()));
    }

    private Optional<Executable> resolved(Instruction call) {
        int never = Modifier.NATIVE | Modifier.ABSTRACT | Modifier.SYNCHRONIZED;
        return resolution
                .resolve(call.method())
                .filter(method -> !(method instanceof Constructor<?>) && (method.getModifiers() & never) == 0);
    }
}
