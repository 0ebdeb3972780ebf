package dev.jacobi.optimize.inline;

import dev.jacobi.JacobiException;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.optimize.inline.Receivers.Receiver;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the objects in {@code static final} fields are, as told by the code of the static initialiser: {@code static final Statistic
 * MEAN = new Mean()} is null before that line has run and exactly a {@code Mean} ever after.
 *
 * <p>No class is initialised to find out and no field is read, so that static initialisers run when they would have run, and nothing
 * depends on the moment at which the question is asked. Reflection cannot change such fields either.
 *
 * <p>Known are new objects, constants of enums, derivatives, and lambdas and method references that capture nothing. Not known are objects that
 * the initialiser is given by a method (unless their type is final), and fields that other methods store to, which class files of Java 8
 * and before may do.
 */
final class StaticFinalFields {
    private final MethodBodies bodies;
    private final MethodResolution host;
    private final Map<Field, Optional<Receiver>> known = new HashMap<>();

    /** @param host what the names mean in the code that reads the fields */
    StaticFinalFields(MethodBodies bodies, MethodResolution host) {
        this.bodies = bodies;
        this.host = host;
    }

    /** What is known of the object in a static field once it is not null, or null if nothing is. */
    @Nullable
    Receiver of(FieldReference reference) {
        Field field = host.load(reference.owner())
                .map(type -> Access.field(type, reference.name()))
                .orElse(null);
        int wanted = Modifier.STATIC | Modifier.FINAL;
        if (field == null
                || (field.getModifiers() & wanted) != wanted
                || !field.getType().descriptorString().equals(reference.type().descriptorString())
                || !host.agrees(reference.owner(), field.getDeclaringClass())) {
            return null;
        }
        Optional<Receiver> found = known.get(field);
        if (found == null) {
            known.put(
                    field,
                    Optional.empty()); // while it is being found out, a field that leads back to itself is unknown
            found = Optional.ofNullable(initialized(field));
            known.put(field, found);
        }
        return found.orElse(null);
    }

    private @Nullable Receiver initialized(Field field) {
        Class<?> owner = field.getDeclaringClass();
        Instruction store =
                isStoredElsewhere(field) ? null : onlyStore(field, bodies).orElse(null);
        if (store == null) {
            return null;
        }
        // Names in the initialiser mean what they mean there.
        MethodResolution resolution = new MethodResolution(owner);
        StaticFinalFields fields = resolution.sameNames(host) ? this : new StaticFinalFields(bodies, resolution);
        return switch (new Receivers(resolution, fields).of(store.operand(0))) {
            case null -> null;
            case Receiver.Exact exact -> exact;
            case Receiver.Derivative derivative ->
                derivative.function().operands().isEmpty() && resolution.sameNames(host) ? derivative : null;
            case Receiver.Lambda lambda -> meansTheSame(lambda.closure(), owner) ? lambda : null;
        };
    }

    /** The one place where the static initialiser stores a field. */
    static Optional<Instruction> onlyStore(Field field, MethodBodies bodies) {
        Class<?> owner = field.getDeclaringClass();
        ClassDesc descriptor = owner.describeConstable().orElse(null);
        Function initializer = descriptor == null
                ? null
                : bodies.body(
                        owner,
                        new MethodReference(descriptor, "<clinit>", ConstantDescs.MTD_void, owner.isInterface()));
        if (initializer == null) {
            return Optional.empty();
        }
        List<Instruction> stores = initializer.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(instruction -> instruction.opCode() == OpCode.PUT_STATIC
                        && instruction.field().owner().equals(descriptor)
                        && instruction.field().name().equals(field.getName()))
                .toList();
        return stores.size() == 1 ? Optional.of(stores.getFirst()) : Optional.empty();
    }

    /** Whether a closure can be called from the host; what it captures are values of the initialiser, which are not to be had there. */
    private boolean meansTheSame(Closure closure, Class<?> owner) {
        DirectMethodHandleDesc implementation = closure.implementation();
        return closure.captured().isEmpty()
                && host.agrees(closure.type(), owner)
                && host.agrees(implementation.owner(), owner)
                && implementation.invocationType().parameterList().stream().allMatch(type -> host.agrees(type, owner))
                && host.agrees(implementation.invocationType().returnType(), owner)
                && closure.instantiated().parameterList().stream().allMatch(type -> host.agrees(type, owner))
                && host.agrees(closure.instantiated().returnType(), owner);
    }

    /** Whether the field may be stored to outside the static initialiser; true where that cannot be found out. */
    static boolean isStoredElsewhere(Field field) {
        try {
            return ClassFiles.modelOf(field.getDeclaringClass()).methods().stream()
                    .filter(method -> !method.methodName().equalsString("<clinit>"))
                    .anyMatch(method -> stores(method, field.getName()));
        } catch (JacobiException | IllegalArgumentException _) {
            return true;
        }
    }

    private static boolean stores(MethodModel method, String field) {
        return method.code().stream()
                .flatMap(code -> code.elementStream())
                .anyMatch(element -> element instanceof FieldInstruction access
                        && access.opcode() == Opcode.PUTSTATIC
                        && access.name().equalsString(field));
    }
}
