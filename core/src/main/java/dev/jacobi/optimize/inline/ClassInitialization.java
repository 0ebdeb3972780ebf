package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.ClassInitializer;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the point at which a class is initialised when calls of its static methods go away.
 *
 * <p>Nothing is needed for the host and its superclasses, whose initialisation comes before any code of the host runs; for classes
 * whose static initialisers do no more than fill their own fields with numbers and arrays of numbers, which no one can see before he
 * reads the fields; and for classes of the JDK, whose order of initialisation is no one's contract. For the others a read of one of
 * their static fields, or the call of an embedded {@link ClassInitializer}, stays where the call was, but where another one came before. HotSpot removes the read once the
 * class is initialised; the initializer, which is needed for classes without a static field in reach, costs a look-up each time.
 */
final class ClassInitialization {
    private static final ClassDesc RUNNABLE = Runnable.class.describeConstable().orElseThrow();
    private static final MethodReference RUN = new MethodReference(RUNNABLE, "run", ConstantDescs.MTD_void, true);

    private final Class<?> host;
    private final MethodBodies bodies;
    private final Access access;
    private final Map<Class<?>, Boolean> observable = new HashMap<>();

    ClassInitialization(Class<?> host, MethodBodies bodies, Access access) {
        this.host = host;
        this.bodies = bodies;
        this.access = access;
    }

    /** Whether code can tell if this class was initialised or not. */
    boolean isObservable(Class<?> type) {
        if (type.isAssignableFrom(host) && !type.isInterface() || type.getClassLoader() == null) {
            return false;
        }
        Boolean known = observable.get(type);
        if (known == null) {
            known = decide(type);
            observable.put(type, known);
        }
        return known;
    }

    private boolean decide(Class<?> type) {
        if (bodies.hasStaticInitializer(type) && !isHarmless(type)) {
            return true;
        }
        if (type.isInterface()) {
            return false;
        }
        Class<?> parent = type.getSuperclass();
        return parent != null && isObservable(parent) || anyInterfaceObservable(type);
    }

    /** Interfaces are initialised with a class if they have default methods. */
    private boolean anyInterfaceObservable(Class<?> type) {
        for (Class<?> each : type.getInterfaces()) {
            boolean hasDefault;
            try {
                hasDefault = List.of(each.getDeclaredMethods()).stream().anyMatch(Method::isDefault);
            } catch (LinkageError _) {
                return true;
            }
            if (hasDefault && isObservable(each) || anyInterfaceObservable(each)) {
                return true;
            }
        }
        return false;
    }

    private boolean isHarmless(Class<?> type) {
        ClassDesc descriptor = type.describeConstable().orElse(null);
        Function body = descriptor == null
                ? null
                : bodies.body(
                        type, new MethodReference(descriptor, "<clinit>", ConstantDescs.MTD_void, type.isInterface()));
        if (body == null || hasCycle(body.entry(), new HashSet<>(), new HashSet<>())) {
            return false;
        }
        return body.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .allMatch(instruction -> isHarmless(instruction, descriptor));
    }

    private static boolean isHarmless(Instruction instruction, ClassDesc own) {
        return switch (instruction.opCode()) {
            case GET_STATIC, PUT_STATIC -> instruction.field().owner().equals(own);
            case NEW_ARRAY -> constant(instruction.operand(0)) >= 0;
            case ARRAY_STORE -> {
                Instruction array = instruction.operand(0).definition();
                long index = constant(instruction.operand(1));
                yield array != null
                        && array.opCode() == OpCode.NEW_ARRAY
                        && index >= 0
                        && index < constant(array.operand(0))
                        && !instruction.operand(2).type().isReference();
            }
            case LOAD_CONSTANT -> own.equals(instruction.attribute());
            case INVOKE_VIRTUAL -> instruction.method().name().equals("desiredAssertionStatus");
            default -> instruction.isPure();
        };
    }

    private static long constant(Value value) {
        Instruction definition = value.definition();
        return definition != null
                        && definition.opCode() == OpCode.CONSTANT
                        && definition.attribute() instanceof Integer number
                ? number
                : -1;
    }

    private static boolean hasCycle(Block block, Set<Block> path, Set<Block> done) {
        if (path.contains(block)) {
            return true;
        }
        if (!done.add(block)) {
            return false;
        }
        path.add(block);
        boolean found = block.successors().stream().anyMatch(next -> hasCycle(next, path, done));
        path.remove(block);
        return found;
    }

    /** Whether {@link #trigger} embeds a live object for this class, for want of a field that can be read. */
    boolean needsLiveObject(Class<?> type) {
        return isObservable(type) && readableField(type) == null;
    }

    /** Instructions that initialise the class if it is not yet. */
    List<Instruction> trigger(Function function, Class<?> type, @Nullable SourcePosition position) {
        Field field = readableField(type);
        if (field != null) {
            FieldReference reference = new FieldReference(
                    type.describeConstable().orElseThrow(),
                    field.getName(),
                    field.getType().describeConstable().orElseThrow());
            return List.of(function.newInstruction(OpCode.GET_STATIC, reference, List.of(), position));
        }
        Instruction initializer = function.newInstruction(
                OpCode.EMBED, new EmbeddedObject(new ClassInitializer(type), RUNNABLE), List.of(), position);
        Instruction run = function.newInstruction(OpCode.INVOKE_INTERFACE, RUN, List.of(initializer.value()), position);
        return List.of(initializer, run);
    }

    private @Nullable Field readableField(Class<?> type) {
        try {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && access.permitsMember(type, field.getModifiers())
                        && access.permitsClass(field.getType())) {
                    return field;
                }
            }
            return null;
        } catch (LinkageError _) {
            return null;
        }
    }
}
