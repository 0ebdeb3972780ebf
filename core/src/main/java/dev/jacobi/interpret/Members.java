package dev.jacobi.interpret;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds classes, fields and methods, and makes callers of them that take and give boxed values of computational types.
 *
 * <p>Access is tried as the class that holds the code (the host), as the owner of the member, and as anyone. What none of them may
 * touch is refused; linkage errors that the JVM would throw into the program are refusals here too.
 */
final class Members {
    /** Takes the operands of an instruction, gives its result or null. */
    interface Caller {
        @Nullable
        Object call(@Nullable Object[] operands) throws Throwable;
    }

    enum Access {
        STATIC,
        SPECIAL,
        VIRTUAL,
        CONSTRUCTOR,
        GET_FIELD,
        PUT_FIELD,
        GET_STATIC,
        PUT_STATIC
    }

    private record Key(Access access, Object reference, Class<?> host) {}

    private interface Find {
        MethodHandle with(Lookup lookup) throws ReflectiveOperationException;
    }

    private final Lookup base;
    private final Map<ClassDesc, Class<?>> classes = new HashMap<>();
    private final Map<Key, Caller> callers = new HashMap<>();

    Members(Lookup base) {
        this.base = base;
    }

    Class<?> resolve(ClassDesc descriptor) {
        Class<?> known = classes.get(descriptor);
        if (known == null) {
            known = load(descriptor);
            classes.put(descriptor, known);
        }
        return known;
    }

    private Class<?> load(ClassDesc descriptor) {
        ClassLoader loader = base.lookupClass().getClassLoader();
        try {
            return MethodType.fromMethodDescriptorString("()" + descriptor.descriptorString(), loader)
                    .returnType();
        } catch (TypeNotPresentException e) {
            throw new JacobiException(
                    Refusal.UNKNOWN_CLASS, "cannot interpret the code: class " + e.typeName() + " is missing", null, e);
        }
    }

    MethodType resolve(MethodTypeDesc type) {
        return MethodType.methodType(
                resolve(type.returnType()),
                type.parameterList().stream().map(this::resolve).toList());
    }

    /** The class of this binary name, or the class of the lookup if there is none. */
    Class<?> hostNamed(@Nullable String name) {
        if (name == null) {
            return base.lookupClass();
        }
        try {
            return Class.forName(name, false, base.lookupClass().getClassLoader());
        } catch (ClassNotFoundException | LinkageError _) {
            return base.lookupClass();
        }
    }

    /** Initialises a class as {@code new} does; throws what its initialiser throws. */
    static void initialize(Class<?> type) throws ClassNotFoundException {
        Class.forName(type.getName(), true, type.getClassLoader());
    }

    Caller method(Access access, MethodReference method, Class<?> host) {
        Key key = new Key(access, method, host);
        Caller known = callers.get(key);
        if (known == null) {
            known = caller(findMethod(access, method, host));
            callers.put(key, known);
        }
        return known;
    }

    private MethodHandle findMethod(Access access, MethodReference method, Class<?> host) {
        Class<?> owner = resolve(method.owner());
        MethodType type = resolve(method.type());
        String name = method.name();
        Find find = switch (access) {
            case STATIC -> lookup -> lookup.findStatic(owner, name, type);
            case CONSTRUCTOR -> lookup -> lookup.findConstructor(owner, type);
            case VIRTUAL -> lookup -> lookup.findVirtual(owner, name, type);
            case SPECIAL -> lookup -> lookup.findSpecial(owner, name, type, lookup.lookupClass());
            default -> throw new IllegalStateException(access + " is not an access to a method");
        };
        return find(method, owner, host, find).asFixedArity();
    }

    Caller field(Access access, FieldReference field, Class<?> host) {
        Key key = new Key(access, field, host);
        Caller known = callers.get(key);
        if (known == null) {
            known = caller(findField(access, field, host));
            callers.put(key, known);
        }
        return known;
    }

    private MethodHandle findField(Access access, FieldReference field, Class<?> host) {
        Class<?> owner = resolve(field.owner());
        Class<?> type = resolve(field.type());
        String name = field.name();
        Find find = switch (access) {
            case GET_FIELD -> lookup -> lookup.findGetter(owner, name, type);
            case PUT_FIELD -> lookup -> lookup.findSetter(owner, name, type);
            case GET_STATIC -> lookup -> lookup.findStaticGetter(owner, name, type);
            case PUT_STATIC -> lookup -> lookup.findStaticSetter(owner, name, type);
            default -> throw new IllegalStateException(access + " is not an access to a field");
        };
        return find(field, owner, host, find);
    }

    private MethodHandle find(Object reference, Class<?> owner, Class<?> host, Find find) {
        ReflectiveOperationException problem = null;
        for (Lookup lookup : List.of(lookupIn(host), lookupIn(owner), base, MethodHandles.publicLookup())) {
            try {
                return find.with(lookup);
            } catch (ReflectiveOperationException e) {
                problem = problem == null ? e : problem;
            }
        }
        boolean missing = problem instanceof NoSuchMethodException || problem instanceof NoSuchFieldException;
        throw new JacobiException(
                missing ? Refusal.UNKNOWN_METHOD : Refusal.INACCESSIBLE_MEMBER,
                "cannot interpret the code: " + reference + (missing ? " does not exist" : " is out of reach"),
                null,
                problem);
    }

    /** A lookup with all rights of {@code type}, or with those of everyone if its package is not open. */
    Lookup lookupIn(Class<?> type) {
        if (type.isPrimitive() || type.isArray()) {
            return MethodHandles.publicLookup();
        }
        try {
            return type == base.lookupClass() ? base : MethodHandles.privateLookupIn(type, base);
        } catch (IllegalAccessException _) {
            return lookupOfOwnIn(type);
        }
    }

    /** As {@link #lookupIn}, from this module, which can at least make itself read the other one. */
    private static Lookup lookupOfOwnIn(Class<?> type) {
        try {
            Members.class.getModule().addReads(type.getModule());
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException _) {
            return MethodHandles.publicLookup().in(type);
        }
    }

    /** Narrow ints are ints on the outside: explicit casts truncate them as the JVM does, and take the lowest bit for booleans. */
    static Caller caller(MethodHandle handle) {
        MethodType declared = handle.type();
        List<Class<?>> parameters = new ArrayList<>();
        declared.parameterList().forEach(parameter -> parameters.add(computational(parameter)));
        MethodType computational = MethodType.methodType(computational(declared.returnType()), parameters);
        MethodHandle spread = MethodHandles.explicitCastArguments(handle, computational)
                .asType(computational.generic())
                .asSpreader(Object[].class, parameters.size());
        return operands -> spread.invokeExact(operands);
    }

    private static Class<?> computational(Class<?> type) {
        boolean narrow = type == boolean.class || type == byte.class || type == short.class || type == char.class;
        return narrow ? int.class : type;
    }

    /** The constructor call of {@code Object}, which does nothing. */
    static boolean isObjectConstructor(MethodReference method) {
        return method.owner().equals(ConstantDescs.CD_Object) && method.name().equals("<init>");
    }
}
