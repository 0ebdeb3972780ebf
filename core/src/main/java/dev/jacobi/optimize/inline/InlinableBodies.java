package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.ClassInitializer;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import java.lang.annotation.Annotation;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/**
 * Which methods have bodies that may stand in another function in place of a call, wherever the call is. Remembers its answers.
 *
 * <p>None are native, abstract and synchronized methods, those that ask who calls them, those of exceptions, boxes and streams, which other
 * passes know as what they are, and those that are too large or touch what the function has no right to.
 */
final class InlinableBodies {
    private final InlinePolicy policy;
    private final MethodBodies bodies;
    private final Class<?> host;
    private final MethodResolution resolution;
    private final Access access;
    private final Map<Executable, Optional<Function>> known = new HashMap<>();

    InlinableBodies(
            InlinePolicy policy, MethodBodies bodies, Class<?> host, MethodResolution resolution, Access access) {
        this.policy = policy;
        this.bodies = bodies;
        this.host = host;
        this.resolution = resolution;
        this.access = access;
    }

    /** The body of a method, or null if its calls stay. */
    @Nullable
    Function of(Executable method) {
        Optional<Function> body = known.get(method);
        if (body == null) {
            // while it is being decided, a method that leads back to itself is none
            known.put(method, Optional.empty());
            body = decide(method);
            known.put(method, body);
        }
        return body.orElse(null);
    }

    /** Whether {@code super.method()} in {@code caller} is a call of this method. */
    boolean isDirectSuper(Executable resolved, MethodReference reference, Class<?> caller) {
        Class<?> named = resolution.load(reference.owner()).orElse(null);
        return !Modifier.isAbstract(resolved.getModifiers())
                && (named == caller.getSuperclass()
                        || List.of(caller.getInterfaces()).contains(named));
    }

    private Optional<Function> decide(Executable method) {
        Class<?> owner = method.getDeclaringClass();
        int never = Modifier.NATIVE | Modifier.ABSTRACT | Modifier.SYNCHRONIZED;
        if ((method.getModifiers() & never) != 0
                || owner.isHidden()
                || owner == ClassInitializer.class // its calls are known for what they are
                || isBoxing(method)
                || makesStream(method)
                || Throwable.class.isAssignableFrom(owner) && !(method instanceof Constructor<?>)
                || hasAnnotation(method, "CallerSensitive")
                || !policy.everything() && hasAnnotation(method, "IntrinsicCandidate")) {
            return Optional.empty();
        }
        Function body = bodies.body(owner, MethodResolution.reference(method));
        if (body == null
                || size(body) > policy.calleeSize()
                || !access.permits(body, owner)
                || asksWhoCalls(body)
                || owner != host && !superCallsCanGo(body, owner)) {
            return Optional.empty();
        }
        return Optional.of(body);
    }

    /** Boxes are taken away as what they are, see {@link EliminateBoxing}. */
    private static boolean isBoxing(Executable method) {
        MethodReference reference = MethodResolution.reference(method);
        Box box = Box.ofWrapper(reference.owner());
        return box != null
                && (reference.equals(box.boxing())
                        || method.getParameterCount() == 0 && method.getName().endsWith("Value"));
    }

    /** The JDK's streams do not become loops by inlining; that is left to {@code dev.jacobi.optimize.streams}. */
    private static boolean makesStream(Executable method) {
        Class<?> owner = method.getDeclaringClass();
        return owner.getPackageName().equals("java.util.stream")
                || owner.getClassLoader() == null
                        && method instanceof Method declared
                        && BaseStream.class.isAssignableFrom(declared.getReturnType());
    }

    /** The number of instructions. */
    static int size(Function body) {
        int size = 0;
        for (Block block : body.blocks()) {
            size += block.instructions().size();
        }
        return size;
    }

    /** The JDK's own annotations cannot be named here, but they can be seen. */
    private static boolean hasAnnotation(Executable method, String simpleName) {
        if (method.getDeclaringClass().getClassLoader() == null) {
            for (Annotation annotation : method.getAnnotations()) {
                if (annotation.annotationType().getSimpleName().equals(simpleName)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean asksWhoCalls(Function body) {
        for (Instruction call : calls(body)) {
            Executable method = resolution.resolve(call.method()).orElse(null);
            if (method != null && hasAnnotation(method, "CallerSensitive")) {
                return true;
            }
        }
        return false;
    }

    /** The method that copies an object means the same wherever it is called. */
    static boolean isObjectClone(MethodReference method) {
        return method.owner().equals(ConstantDescs.CD_Object) && method.name().equals("clone");
    }

    /** Whether all calls in the body that mean the superclass of the class it stands in can be inlined with it. */
    private boolean superCallsCanGo(Function body, Class<?> owner) {
        for (Instruction call : calls(body)) {
            if (call.opCode() == OpCode.INVOKE_SPECIAL
                    && !call.method().name().equals("<init>")
                    && !(policy.everything() && isObjectClone(call.method()))) {
                Executable method = resolution.resolve(call.method()).orElse(null);
                boolean canGo = method != null
                        && (Modifier.isPrivate(method.getModifiers())
                                || isDirectSuper(method, call.method(), owner) && of(method) != null);
                if (!canGo) {
                    return false;
                }
            }
        }
        return true;
    }

    private static List<Instruction> calls(Function body) {
        List<Instruction> calls = new ArrayList<>();
        for (Block block : body.blocks()) {
            for (Instruction call : block.instructions()) {
                if (InlineCalls.isCandidate(call) && call.opCode() != OpCode.INVOKE_DYNAMIC) {
                    calls.add(call);
                }
            }
        }
        return calls;
    }
}
