package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each reference to a class or a member whether a hidden class beside {@code host} may link to it directly, and if not, finds
 * the method handle that does the work in its place.
 *
 * <p>Directly linked is what is public in an exported package, in the same package, or in the same nest; protected members of superclasses
 * in other packages are not, because the hidden class does not extend what the host extends. Handles come from
 * {@link MethodHandles#privateLookupIn}, for which the package must be open to Jacobi, as all of the class path is. Types that the hidden
 * class cannot name are {@code Object} in the type of the handle.
 *
 * <p>Call sites of {@code invokedynamic} are linked when the code is emitted, on behalf of the class they come from, and not at the first
 * call. An object of a class that cannot be named is allocated when its constructor runs, not before the arguments are computed.
 */
public final class MemberAccess {
    private final Lookup host;
    private final boolean nestmate;
    private final Map<ClassDesc, Optional<Class<?>>> found = new HashMap<>();
    private final Map<ClassDesc, Boolean> accessible = new HashMap<>();
    private final Map<Object, Optional<MethodHandle>> handles = new HashMap<>();

    private record Key(OpCode opCode, Object reference) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && opCode == that.opCode && reference.equals(that.reference);
        }

        @Override
        public int hashCode() {
            return 31 * opCode.hashCode() + reference.hashCode();
        }
    }

    /** What a hidden class may link to that is defined by {@code lookup}, or by Jacobi itself if that has not full privilege access. */
    public MemberAccess(Lookup lookup) {
        this.nestmate = lookup.hasFullPrivilegeAccess();
        this.host = nestmate ? lookup : MethodHandles.lookup();
    }

    /** The lookup that defines the hidden class. */
    Lookup host() {
        return host;
    }

    /** Whether the hidden class joins the nest of the host. */
    boolean isNestmate() {
        return nestmate;
    }

    /** Whether the instruction can be emitted, directly or through a handle. */
    public boolean permits(Instruction instruction) {
        try {
            handle(instruction, null);
            return true;
        } catch (JacobiException _) {
            return false;
        }
    }

    /** Whether the class can be named in the code. Classes that do not exist can be: using them fails as it did in the original. */
    boolean isVisible(ClassDesc descriptor) {
        Boolean known = accessible.get(descriptor);
        if (known == null) {
            Class<?> type = find(descriptor).orElse(null);
            known = type == null || isAccessible(type);
            accessible.put(descriptor, known);
        }
        return known;
    }

    /** The class as a loaded one, if it exists. */
    Optional<Class<?>> find(ClassDesc descriptor) {
        Optional<Class<?>> known = found.get(descriptor);
        if (known == null) {
            known = load(descriptor);
            found.put(descriptor, known);
        }
        return known;
    }

    private Optional<Class<?>> load(ClassDesc descriptor) {
        if (descriptor.isArray()) {
            return find(descriptor.componentType()).map(Class::arrayType);
        }
        Dependencies.asked(descriptor);
        String name = descriptor.descriptorString();
        try {
            return Optional.of(
                    descriptor.isPrimitive()
                            ? Class.forPrimitiveName(descriptor.displayName())
                            : Class.forName(name.substring(1, name.length() - 1).replace('/', '.'), false, loader()));
        } catch (ClassNotFoundException | LinkageError _) {
            return Optional.empty();
        }
    }

    /** As for the types of method handles, classes are found by the application's loader where the host has none. */
    private ClassLoader loader() {
        ClassLoader loader = host.lookupClass().getClassLoader();
        return loader == null ? ClassLoader.getSystemClassLoader() : loader;
    }

    private boolean isAccessible(Class<?> type) {
        try {
            host.accessClass(type);
            return true;
        } catch (IllegalAccessException _) {
            return false;
        }
    }

    /** The handle that does the work of the instruction, or null if it may be emitted as it is. */
    @Nullable
    MethodHandle handle(Instruction instruction, @Nullable Function function) {
        OpCode opCode = instruction.opCode();
        return switch (opCode) {
            case GET_FIELD,
                    PUT_FIELD,
                    GET_STATIC,
                    PUT_STATIC,
                    INVOKE_STATIC,
                    INVOKE_VIRTUAL,
                    INVOKE_INTERFACE,
                    INVOKE_SPECIAL -> {
                Object reference = Objects.requireNonNull(instruction.attribute());
                Key key = new Key(opCode, isObjectClone(instruction) ? clonedClass(instruction) : reference);
                Optional<MethodHandle> known = handles.get(key);
                if (known == null) {
                    known = Optional.ofNullable(member(instruction, function));
                    handles.put(key, known);
                }
                MethodHandle handle = known.orElse(null);
                if (handle != null && isUnfinishedObject(instruction)) {
                    throw refusal(
                            Refusal.INACCESSIBLE_MEMBER,
                            "the object that the constructor " + reference + " gets comes from several places",
                            instruction,
                            function,
                            null);
                }
                yield handle;
            }
            case INVOKE_DYNAMIC -> callSite(instruction, function);
            case LOAD_CONSTANT -> constant(instruction, function);
            case CHECK_CAST, INSTANCE_OF, NEW_ARRAY, NEW_MULTI_ARRAY -> ofClass(instruction);
            default -> null;
        };
    }

    private static boolean isUnfinishedObject(Instruction call) {
        return call.opCode() == OpCode.INVOKE_SPECIAL
                && call.method().name().equals(ConstantDescs.INIT_NAME)
                && !call.operand(0).isResultOf(OpCode.NEW);
    }

    private @Nullable MethodHandle member(Instruction instruction, @Nullable Function function) {
        ClassDesc ownerName = instruction.attribute() instanceof FieldReference field
                ? field.owner()
                : instruction.method().owner();
        Class<?> owner = find(ownerName).orElse(null);
        if (owner == null || owner.isArray()) {
            return null;
        }
        if (isObjectClone(instruction)) {
            return objectClone(instruction, function);
        }
        boolean special = instruction.opCode() == OpCode.INVOKE_SPECIAL
                && !instruction.method().name().equals(ConstantDescs.INIT_NAME);
        if (!special && isAccessible(owner)) {
            try {
                if (isDirect(host.revealDirect(find(instruction, owner, host)))) {
                    return null;
                }
            } catch (NoSuchFieldException | NoSuchMethodException | TypeNotPresentException | LinkageError _) {
                // The original fails when it gets there, and so does this.
                return null;
            } catch (IllegalAccessException | IllegalArgumentException _) {
                // Signature polymorphic methods cannot be revealed; they are public.
                if (owner == MethodHandle.class || owner.getName().equals("java.lang.invoke.VarHandle")) {
                    return null;
                }
            }
        }
        Lookup inside = lookupIn(owner, instruction, function);
        try {
            return find(instruction, owner, inside);
        } catch (ReflectiveOperationException | TypeNotPresentException | LinkageError e) {
            throw refusal(
                    Refusal.INACCESSIBLE_MEMBER,
                    "it " + verb(instruction) + " " + instruction.attribute(),
                    instruction,
                    function,
                    e);
        }
    }

    /** A call of the method that copies objects, which is protected, on something else than an array. */
    private static boolean isObjectClone(Instruction instruction) {
        return (instruction.opCode() == OpCode.INVOKE_SPECIAL || instruction.opCode() == OpCode.INVOKE_VIRTUAL)
                && instruction.method().owner().equals(ConstantDescs.CD_Object)
                && instruction.method().name().equals("clone")
                && !instruction.operand(0).type().isArray()
                && !instruction.operand(0).type().equals(Type.OBJECT);
    }

    /**
     * With whose rights an object is copied: those of its class; to call the method of {@code Object} itself, those of the class directly below that, whose
     * superclass overrides nothing.
     */
    private Class<?> clonedClass(Instruction clone) {
        Class<?> type = find(clone.operand(0).type().descriptor()).orElse(Object.class);
        while (clone.opCode() == OpCode.INVOKE_SPECIAL
                && type.getSuperclass() != null
                && type.getSuperclass() != Object.class) {
            type = type.getSuperclass();
        }
        return type;
    }

    private MethodHandle objectClone(Instruction clone, @Nullable Function function) {
        Class<?> type = clonedClass(clone);
        MethodType copying = MethodType.methodType(Object.class);
        try {
            Lookup inside = lookupIn(type, clone, function);
            return clone.opCode() == OpCode.INVOKE_SPECIAL
                    ? inside.findSpecial(Object.class, "clone", copying, type)
                    : inside.findVirtual(type, "clone", copying);
        } catch (ReflectiveOperationException e) {
            throw refusal(
                    Refusal.INACCESSIBLE_MEMBER, "it " + verb(clone) + " " + clone.attribute(), clone, function, e);
        }
    }

    private boolean isDirect(MethodHandleInfo member) {
        int modifiers = member.getModifiers();
        Class<?> declaring = member.getDeclaringClass();
        if (Modifier.isPublic(modifiers)) {
            return true;
        }
        if (Modifier.isPrivate(modifiers)) {
            return nestmate && declaring.isNestmateOf(host.lookupClass());
        }
        return declaring.getPackageName().equals(host.lookupClass().getPackageName())
                && declaring.getClassLoader() == host.lookupClass().getClassLoader();
    }

    private static MethodHandle find(Instruction instruction, Class<?> owner, Lookup lookup)
            throws NoSuchMethodException, NoSuchFieldException, IllegalAccessException {
        ClassLoader loader = owner.getClassLoader();
        if (instruction.attribute() instanceof FieldReference field) {
            Class<?> type = MethodType.fromMethodDescriptorString(
                            "()" + field.type().descriptorString(), loader)
                    .returnType();
            return switch (instruction.opCode()) {
                case GET_FIELD -> lookup.findGetter(owner, field.name(), type);
                case PUT_FIELD -> lookup.findSetter(owner, field.name(), type);
                case GET_STATIC -> lookup.findStaticGetter(owner, field.name(), type);
                default -> lookup.findStaticSetter(owner, field.name(), type);
            };
        }
        MethodReference method = instruction.method();
        MethodType type = MethodType.fromMethodDescriptorString(method.type().descriptorString(), loader);
        return switch (instruction.opCode()) {
            case INVOKE_STATIC -> lookup.findStatic(owner, method.name(), type).asFixedArity();
            case INVOKE_SPECIAL ->
                method.name().equals(ConstantDescs.INIT_NAME)
                        ? lookup.findConstructor(owner, type).asFixedArity()
                        : lookup.findSpecial(owner, method.name(), type, owner).asFixedArity();
            default -> lookup.findVirtual(owner, method.name(), type).asFixedArity();
        };
    }

    /** A lookup with all rights of a class, if its package is open to the host or to Jacobi. */
    private Lookup lookupIn(Class<?> owner, Instruction instruction, @Nullable Function function) {
        for (Lookup caller : new Lookup[] {host, MethodHandles.lookup()}) {
            try {
                return MethodHandles.privateLookupIn(owner, caller);
            } catch (IllegalAccessException _) {
                // Perhaps the package is open to the other one.
            }
        }
        throw refusal(
                Refusal.PACKAGE_NOT_OPEN,
                "it " + verb(instruction) + " " + instruction.attribute() + ", which needs " + openOption(owner),
                instruction,
                function,
                null);
    }

    /** The option of the JVM that opens the package of a class to Jacobi. */
    static String openOption(Class<?> owner) {
        Module self = MemberAccess.class.getModule();
        return "--add-opens " + owner.getModule().getName() + "/" + owner.getPackageName() + "="
                + (self.isNamed() ? self.getName() : "ALL-UNNAMED");
    }

    private static String verb(Instruction instruction) {
        return switch (instruction.opCode()) {
            case GET_FIELD, GET_STATIC -> "reads";
            case PUT_FIELD, PUT_STATIC -> "writes";
            default -> instruction.opCode().isCall() ? "calls" : "uses";
        };
    }

    private @Nullable MethodHandle ofClass(Instruction instruction) {
        ClassDesc descriptor = instruction.classAttribute();
        if (isVisible(descriptor)) {
            return null;
        }
        Class<?> type = find(descriptor).orElseThrow();
        try {
            return switch (instruction.opCode()) {
                case CHECK_CAST ->
                    MethodHandles.lookup()
                            .findVirtual(Class.class, "cast", MethodType.methodType(Object.class, Object.class))
                            .bindTo(type)
                            .asType(MethodType.methodType(type, Object.class));
                case INSTANCE_OF ->
                    MethodHandles.lookup()
                            .findVirtual(Class.class, "isInstance", MethodType.methodType(boolean.class, Object.class))
                            .bindTo(type);
                case NEW_ARRAY -> MethodHandles.arrayConstructor(type.arrayType());
                default -> multiArray(type, instruction.operands().size());
            };
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle multiArray(Class<?> type, int dimensions) throws ReflectiveOperationException {
        Class<?> component = type;
        for (int i = 0; i < dimensions; i++) {
            component = component.componentType();
        }
        MethodType made = MethodType.methodType(Object.class, Class.class, int[].class);
        MethodHandle maker = MethodHandles.lookup()
                .findStatic(java.lang.reflect.Array.class, "newInstance", made)
                .bindTo(component)
                .asCollector(int[].class, dimensions);
        return maker.asType(maker.type().changeReturnType(type));
    }

    private @Nullable MethodHandle callSite(Instruction instruction, @Nullable Function function) {
        Key key = new Key(OpCode.INVOKE_DYNAMIC, instruction);
        Optional<MethodHandle> known = handles.get(key);
        if (known == null) {
            Lookup caller = callerOf(instruction, function);
            try {
                known = Optional.of(CallSites.link(instruction.dynamicCall(), caller));
            } catch (ReflectiveOperationException | LinkageError | IllegalArgumentException e) {
                throw refusal(
                        Refusal.INACCESSIBLE_MEMBER,
                        "its dynamic call " + instruction.dynamicCall().name() + " cannot be linked",
                        instruction,
                        function,
                        e);
            }
            handles.put(key, known);
        }
        return known.orElse(null);
    }

    private @Nullable MethodHandle constant(Instruction instruction, @Nullable Function function) {
        if (instruction.attribute() instanceof ClassDesc descriptor && isVisible(descriptor)) {
            return null;
        }
        if (instruction.attribute() instanceof ClassDesc descriptor) {
            return MethodHandles.constant(Class.class, find(descriptor).orElseThrow());
        }
        Lookup caller = callerOf(instruction, function);
        try {
            Object value = ((java.lang.constant.ConstantDesc) Objects.requireNonNull(instruction.attribute()))
                    .resolveConstantDesc(caller);
            ClassDesc type = Instruction.resultType(
                            instruction.opCode(), instruction.attribute(), instruction.operands())
                    .descriptor();
            return MethodHandles.constant(find(type).orElseThrow(), value);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw refusal(
                    Refusal.INACCESSIBLE_MEMBER, "a constant that it loads cannot be linked", instruction, function, e);
        }
    }

    /** A lookup with the rights of the class whose code the instruction comes from. */
    private Lookup callerOf(Instruction instruction, @Nullable Function function) {
        SourcePosition position = instruction.position();
        ClassDesc caller = null;
        if (position != null) {
            caller = ClassDesc.of(position.className());
        } else if (function != null && function.origin() != null) {
            caller = function.origin().owner();
        }
        Class<?> owner = caller == null ? null : find(caller).orElse(null);
        if (owner == null || owner == host.lookupClass()) {
            return host;
        }
        return lookupIn(owner, instruction, function);
    }

    /** The type with {@code Object} in the place of classes that the hidden class cannot name. */
    MethodType erased(MethodType type) {
        MethodType erased = type;
        for (int i = 0; i < type.parameterCount(); i++) {
            erased = erased.changeParameterType(i, erased(type.parameterType(i)));
        }
        return erased.changeReturnType(erased(type.returnType()));
    }

    private Class<?> erased(Class<?> type) {
        if (type.isPrimitive()) {
            return type;
        }
        if (type.isArray()) {
            return erased(type.componentType()).arrayType();
        }
        return find(type.describeConstable().orElse(ConstantDescs.CD_Object)).orElse(null) == type && isAccessible(type)
                ? type
                : Object.class;
    }

    private static JacobiException refusal(
            Refusal refusal,
            String what,
            Instruction instruction,
            @Nullable Function function,
            @Nullable Throwable cause) {
        return new JacobiException(
                refusal,
                "cannot emit " + (function == null ? "code" : function.name()) + ": " + what,
                instruction.position() == null ? null : instruction.position().toString(),
                cause);
    }

    /** The name of a class for messages. */
    static String name(Class<?> type) {
        return Type.name(type.describeConstable().orElse(ConstantDescs.CD_Object));
    }
}
