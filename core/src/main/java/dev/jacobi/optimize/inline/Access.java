package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether code of one class may run in another: every class it names must mean the same there, and every member must be one that
 * the other class may touch.
 *
 * <p>Protected members count as accessible within the package alone, although subclasses may touch them too.
 */
final class Access {
    private final Class<?> host;
    private final MethodResolution resolution;
    private final MethodBodies bodies;
    private final boolean throughHandles;
    private final Map<Class<?>, Boolean> open = new HashMap<>();
    private final Map<Executable, Boolean> inlinable = new HashMap<>();

    /**
     * @param throughHandles whether members also count that a method handle made by Jacobi may reach, those in open packages; and
     *     methods that the host may not call, but whose bodies may run there
     */
    Access(Class<?> host, MethodResolution resolution, MethodBodies bodies, boolean throughHandles) {
        this.host = host;
        this.resolution = resolution;
        this.bodies = bodies;
        this.throughHandles = throughHandles;
    }

    /** Whether the body of a method of {@code owner} may run in the host. */
    boolean permits(Function body, Class<?> owner) {
        if (owner == host) {
            return true;
        }
        for (Block block : body.blocks()) {
            for (Value parameter : block.parameters()) {
                if (parameter.type().isReference()
                        && !permitsClass(parameter.type().descriptor(), owner)) {
                    return false;
                }
            }
            for (Handler handler : block.handlers()) {
                if (handler.catchType() != null && !permitsClass(handler.catchType(), owner)) {
                    return false;
                }
            }
            for (Instruction instruction : block.instructions()) {
                if (!permits(instruction, owner)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean permits(Instruction instruction, Class<?> owner) {
        return switch (instruction.attribute()) {
            case null -> true;
            case ClassDesc descriptor -> permitsClass(descriptor, owner);
            case MethodTypeDesc type -> permitsTypes(type, owner);
            case FieldReference field -> permitsClass(field.type(), owner) && permitsField(field, owner);
            case MethodReference method -> permitsTypes(method.type(), owner) && permitsMethod(method, owner);
            case DynamicCall call ->
                permitsTypes(call.type(), owner)
                        && permitsHandle(call.bootstrap(), owner)
                        && call.arguments().stream().allMatch(argument -> permitsConstant(argument, owner));
            case ConstantDesc constant -> permitsConstant(constant, owner);
            default -> true;
        };
    }

    private boolean permitsConstant(ConstantDesc constant, Class<?> owner) {
        return switch (constant) {
            case ClassDesc descriptor -> permitsClass(descriptor, owner);
            case MethodTypeDesc type -> permitsTypes(type, owner);
            case DirectMethodHandleDesc handle -> permitsHandle(handle, owner);
            case MethodHandleDesc _ -> false;
            case DynamicConstantDesc<?> _ -> false; // its bootstrap may look at the class it is called from
            default -> true;
        };
    }

    private boolean permitsHandle(DirectMethodHandleDesc handle, Class<?> owner) {
        if (throughHandles) {
            // What implements a lambda is private; the lambda is expected to go away together with the calls of it.
            return resolution.agrees(handle.owner(), owner);
        }
        return switch (handle.kind()) {
            case GETTER, SETTER, STATIC_GETTER, STATIC_SETTER -> false;
            default ->
                permitsMethod(
                        new MethodReference(
                                handle.owner(),
                                handle.methodName(),
                                MethodTypeDesc.ofDescriptor(handle.lookupDescriptor()),
                                handle.isOwnerInterface()),
                        owner);
        };
    }

    private boolean permitsTypes(MethodTypeDesc type, Class<?> owner) {
        return Stream.concat(Stream.of(type.returnType()), type.parameterList().stream())
                .allMatch(each -> resolution.agrees(each, owner));
    }

    private boolean permitsClass(ClassDesc descriptor, Class<?> owner) {
        return resolution.agrees(descriptor, owner)
                && resolution.load(descriptor).filter(this::permitsClass).isPresent();
    }

    private boolean permitsField(FieldReference reference, Class<?> owner) {
        Field field = resolution
                .load(reference.owner())
                .map(type -> field(type, reference.name()))
                .orElse(null);
        return field != null
                && resolution.agrees(reference.owner(), owner)
                && permitsMember(field.getDeclaringClass(), field.getModifiers());
    }

    static Field field(Class<?> type, String name) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            try {
                for (Field field : each.getDeclaredFields()) {
                    if (field.getName().equals(name)) {
                        return field;
                    }
                }
                for (Class<?> parent : each.getInterfaces()) {
                    Field field = field(parent, name);
                    if (field != null) {
                        return field;
                    }
                }
            } catch (LinkageError _) {
                return null;
            }
        }
        return null;
    }

    private boolean permitsMethod(MethodReference reference, Class<?> owner) {
        if (reference.owner().isArray()) {
            return permitsClass(reference.owner(), owner);
        }
        Executable method = resolution.resolve(reference).orElse(null);
        return method != null
                && resolution.agrees(reference.owner(), owner)
                && permitsClass(reference.owner(), owner)
                && (permitsMember(method.getDeclaringClass(), method.getModifiers())
                        || permitsBody(method)
                        || isSuperOfRecord(method)
                        || isObjectClone(method));
    }

    /** The method that copies objects is called with the rights of their class. */
    private boolean isObjectClone(Executable method) {
        return throughHandles
                && method.getDeclaringClass() == Object.class
                && method.getName().equals("clone");
    }

    /** The constructor that those of records call does nothing, and goes when they are inlined. */
    private boolean isSuperOfRecord(Executable method) {
        return throughHandles && method instanceof Constructor<?> && method.getDeclaringClass() == Record.class;
    }

    /** Whether a method that the host may not call can be inlined there, with all that it calls in turn. */
    private boolean permitsBody(Executable method) {
        if (!throughHandles || (method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) == 0) {
            return false;
        }
        Boolean known = inlinable.get(method);
        if (known == null) {
            inlinable.put(method, false); // a method that calls itself cannot go
            int never = Modifier.NATIVE | Modifier.ABSTRACT | Modifier.SYNCHRONIZED;
            Function body = (method.getModifiers() & never) != 0
                    ? null
                    : bodies.body(method.getDeclaringClass(), MethodResolution.reference(method));
            known = body != null && permits(body, method.getDeclaringClass());
            inlinable.put(method, known);
        }
        return known;
    }

    /** Whether the host may name the class. */
    boolean permitsClass(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        if (element.isPrimitive() || MethodResolution.samePackage(element, host) || isOpen(element)) {
            return true;
        }
        Module module = element.getModule();
        return (element.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0
                && host.getModule().canRead(module)
                && module.isExported(element.getPackageName(), host.getModule());
    }

    /** Whether the host may touch a member of this class with these modifiers. */
    boolean permitsMember(Class<?> declaring, int modifiers) {
        if (isOpen(declaring)) {
            return true;
        }
        if (Modifier.isPrivate(modifiers)) {
            return host.isNestmateOf(declaring);
        }
        return permitsClass(declaring)
                && (Modifier.isPublic(modifiers) || MethodResolution.samePackage(declaring, host));
    }

    private boolean isOpen(Class<?> type) {
        return throughHandles
                && open.computeIfAbsent(
                        type, each -> each.getModule().isOpen(each.getPackageName(), Access.class.getModule()));
    }
}
