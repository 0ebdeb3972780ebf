package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.Set;

/**
 * Which method a call that was not inlined runs, where that is certain: static, private and final methods. Not found are constructors,
 * calls of {@code super}, and methods without code or with a lock.
 */
public final class CallTargets {
    /** Functional interfaces of the JDK outside of {@code java.util.function}. */
    private static final Set<ClassDesc> TASKS =
            Set.of(ClassDesc.of("java.lang.Runnable"), ClassDesc.of("java.util.concurrent.Callable"));

    private final MethodResolution resolution;

    /** @param host the class for whose code names have their meaning */
    public CallTargets(Class<?> host) {
        this.resolution = new MethodResolution(host);
    }

    /**
     * The method that a call names, where the class of the receiver decides which one runs. Methods of the JDK's classes are not found, except
     * those of functional interfaces, and of lambdas that are known: Jacobi has no code of these, or knows them otherwise.
     */
    public Optional<Executable> overridable(Instruction call) {
        if (call.opCode() != OpCode.INVOKE_VIRTUAL && call.opCode() != OpCode.INVOKE_INTERFACE) {
            return Optional.empty();
        }
        String owner = call.method().owner().packageName();
        Instruction receiver = call.operand(0).definition();
        boolean isLambda = receiver != null
                && receiver.attribute() instanceof EmbeddedObject embedded
                && embedded.object().getClass().isHidden();
        boolean known = isLambda
                || owner.startsWith("java.")
                        && !owner.equals("java.util.function")
                        && !TASKS.contains(call.method().owner())
                || owner.equals("dev.jacobi")
                || owner.startsWith("dev.jacobi.runtime");
        return known
                ? Optional.empty()
                : resolution
                        .resolve(call.method())
                        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !isFinal(call, method));
    }

    /** The method that runs when {@code named} is called on an object of exactly this class, if it has code. */
    public Optional<Executable> selected(Class<?> type, Executable named) {
        int never = Modifier.NATIVE | Modifier.ABSTRACT | Modifier.SYNCHRONIZED;
        return resolution.select(type, named).filter(method -> (method.getModifiers() & never) == 0);
    }

    /** The method as a class file names it. */
    public static MethodReference reference(Executable method) {
        return MethodResolution.reference(method);
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
