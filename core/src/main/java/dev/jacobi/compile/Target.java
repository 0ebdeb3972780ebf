package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.Lambdas;
import dev.jacobi.lift.Methods;
import java.io.Serializable;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A method that was asked for; of a lambda, what it captured is built in. Immutable. */
public final class Target {
    private final Class<?> owner;
    private final String name;
    private final Source source;
    private final List<Type> parameterTypes;
    private final Type returnType;
    private final boolean derived;
    private final int depth;
    private final boolean whole;
    /** What messages call it, if not by its name and parameters. */
    private final @Nullable String displayed;
    /** Kept while memory allows: each derivative begins with it. */
    private volatile SoftReference<@Nullable Function> lifted = new SoftReference<>(null);

    /** Of the same parameters as the code. */
    private final Function declaration;

    private final @Nullable Identity identity;
    private volatile @Nullable Lookup lookup;
    private final OptimizedPrimals primals = new OptimizedPrimals();

    /** Where the code of a target comes from. */
    interface Source {
        Function lift();

        /** The method itself, if it can be called without a receiver. */
        Optional<Method> method();
    }

    private record Code(Optional<Method> method, Supplier<Function> code) implements Source {
        @Override
        public Function lift() {
            return code.get();
        }
    }

    /**
     * What a target is to other processes.
     *
     * @param question names it
     * @param dependencies what it was found by; nothing if it was kept by another process
     */
    record Identity(String question, Dependencies dependencies) {}

    private Target(Class<?> owner, String name, Source source, @Nullable Identity identity) {
        this.owner = owner;
        this.name = name;
        this.source = source;
        this.derived = false;
        this.depth = 0;
        this.whole = false;
        this.displayed = null;
        this.identity = identity;
        this.declaration = declarationOf(lifted());
        this.parameterTypes = typesOf(declaration);
        this.returnType = declaration.returnType();
    }

    /** One whose code is not needed so far. */
    private Target(Class<?> owner, String name, Source source, @Nullable Identity identity, Function declaration) {
        this(owner, name, source, false, 0, false, identity, declaration);
    }

    private Target(
            Class<?> owner,
            String name,
            Source source,
            boolean derived,
            int depth,
            boolean whole,
            @Nullable Identity identity,
            Function declaration) {
        this(owner, name, source, derived, depth, whole, identity, declaration, null);
    }

    private Target(
            Class<?> owner,
            String name,
            Source source,
            boolean derived,
            int depth,
            boolean whole,
            @Nullable Identity identity,
            Function declaration,
            @Nullable String displayed) {
        this.displayed = displayed;
        this.owner = owner;
        this.name = name;
        this.source = source;
        this.derived = derived;
        this.depth = depth;
        this.whole = whole;
        this.identity = identity;
        this.declaration = declaration;
        this.parameterTypes = typesOf(declaration);
        this.returnType = declaration.returnType();
    }

    private static Function declarationOf(Function function) {
        Function declaration = new Function(function.name(), function.origin(), function.returnType());
        Block entry = declaration.newBlock();
        for (Value parameter : function.parameters()) {
            entry.addParameter(parameter.type());
        }
        return declaration;
    }

    private static List<Type> typesOf(Function function) {
        List<Value> parameters = function.parameters();
        Type[] types = new Type[parameters.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = parameters.get(i).type();
        }
        return List.of(types);
    }

    /** A static method of a class; without parameter types, the one of that name. */
    public static Target of(Class<?> owner, String name, Class<?>... parameterTypes) {
        String question = KeptTargets.question(owner, name, parameterTypes);
        Target kept = KeptTargets.find(question, owner, new MethodByName(owner, name, parameterTypes));
        return kept != null
                ? kept
                : found(question, () -> of(owner.getClassLoader(), Methods.find(owner, name, parameterTypes)));
    }

    /** Finds a target, and notes by what. */
    private static Target found(@Nullable String question, Supplier<Target> search) {
        if (question == null) {
            return search.get();
        }
        Dependencies dependencies = new Dependencies();
        Target target = dependencies.during(search::get);
        return target.known(new Identity(question, dependencies));
    }

    /** A method to be found again, with its code. */
    private record MethodByName(Class<?> owner, String name, Class<?>[] parameterTypes) implements Source {
        private Target target() {
            return of(owner.getClassLoader(), Methods.find(owner, name, parameterTypes));
        }

        @Override
        public Function lift() {
            return target().lift();
        }

        @Override
        public Optional<Method> method() {
            return target().method();
        }
    }

    /** A lambda or method reference that captures nothing, whose code is to be found. */
    private record Lambda(Object function, Class<?> functionalInterface) implements Source {
        @Override
        public Function lift() {
            return Lambdas.target(function, functionalInterface).function();
        }

        @Override
        public Optional<Method> method() {
            return Optional.empty();
        }
    }

    /** A target that another process has found. */
    static Target kept(Class<?> owner, String name, Source source, String question, Function declaration) {
        return new Target(owner, name, source, new Identity(question, new Dependencies()), declaration);
    }

    private Target known(Identity known) {
        return new Target(owner, name, source, derived, depth, whole, known, declaration);
    }

    /** A static method by a selector such as {@code pkg.Class::method(double[],int)}. */
    public static Target of(ClassLoader loader, String selector) {
        return of(loader, Methods.find(selector, loader));
    }

    private static Target of(ClassLoader loader, Methods.Found found) {
        Class<?> owner = load(found.reference().owner(), loader);
        String name =
                Type.name(found.reference().owner()) + "." + found.reference().name();
        Optional<Method> method = Optional.of(reflected(
                        owner, found.reference().name(), found.reference().type()))
                .filter(candidate -> Modifier.isStatic(candidate.getModifiers()));
        return new Target(owner, name, new Code(method, found::lift), null);
    }

    /** What a lambda, method reference or other functional object does. */
    public static Target of(Serializable function) {
        return of(function, functionalInterface(function.getClass()));
    }

    /** What an object does as an instance of {@code functionalInterface}. */
    public static Target of(Object function, Class<?> functionalInterface) {
        Class<?> owner = function.getClass().isHidden() ? function.getClass().getNestHost() : function.getClass();
        String question = KeptTargets.question(owner, function, functionalInterface);
        Target kept = KeptTargets.find(question, owner, new Lambda(function, functionalInterface));
        return kept != null ? kept : found(question, () -> {
            Lambdas.Target behind = Lambdas.target(function, functionalInterface);
            String name = Type.name(behind.method().owner()) + "." + behind.method().name();
            return new Target(owner, name, new Code(Optional.empty(), behind::function), null);
        });
    }

    /** This method with other parameters, and the result elsewhere; messages name it as it is. */
    Target rearranged(Function code) {
        return new Target(
                owner,
                name,
                new Code(Optional.empty(), () -> code),
                derived,
                depth,
                whole,
                null,
                declarationOf(code),
                display());
    }

    /** A derivative of this target, to be differentiated again. */
    Target derived(String kind, Function code) {
        return new Target(
                owner,
                kind + " of " + name,
                new Code(Optional.empty(), () -> code),
                true,
                depth,
                true,
                null,
                declarationOf(code));
    }

    /**
     * A function whose derivative is called in code that is differentiated.
     *
     * @param depth how many derivatives are around it
     */
    static Target nested(Class<?> owner, String name, Function code, int depth) {
        return new Target(
                owner, name, new Code(Optional.empty(), () -> code), false, depth, true, null, declarationOf(code));
    }

    /** This target in one piece, for derivatives that are differentiated again: no call in it stays for its size alone. */
    Target inOnePiece() {
        return new Target(owner, name, source, derived, depth, true, null, declaration);
    }

    boolean isInOnePiece() {
        return whole;
    }

    /** How many derivatives are around this one, in whose code it is called. */
    int depth() {
        return depth;
    }

    /** Whether this is a derivative, and not a method. */
    boolean isDerived() {
        return derived;
    }

    private static Class<?> functionalInterface(Class<?> type) {
        return Arrays.stream(type.getInterfaces())
                .filter(candidate -> candidate != Serializable.class)
                .findFirst()
                .orElseThrow(() -> new JacobiException(
                        Refusal.WRONG_SIGNATURE, type.getName() + " implements no functional interface", null));
    }

    private static Class<?> load(ClassDesc descriptor, ClassLoader loader) {
        try {
            return Class.forName(Type.name(descriptor), false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new JacobiException(
                    Refusal.UNKNOWN_CLASS, "cannot load the class " + Type.name(descriptor) + ": " + e, null, e);
        }
    }

    private static Method reflected(Class<?> owner, String name, MethodTypeDesc type) {
        try {
            Class<?>[] parameters = MethodType.fromMethodDescriptorString(
                            type.descriptorString(), owner.getClassLoader())
                    .parameterArray();
            for (Method candidate : owner.getDeclaredMethods()) {
                if (candidate.getName().equals(name)
                        && Arrays.equals(candidate.getParameterTypes(), parameters)
                        && candidate
                                .getReturnType()
                                .descriptorString()
                                .equals(type.returnType().descriptorString())) {
                    return candidate;
                }
            }
        } catch (TypeNotPresentException | LinkageError e) {
            throw new JacobiException(
                    Refusal.UNKNOWN_CLASS,
                    "cannot load the classes that " + owner.getName() + "." + name + " needs: " + e,
                    null,
                    e);
        }
        throw new JacobiException(
                Refusal.UNKNOWN_METHOD,
                "the class " + owner.getName() + " that is loaded has no method " + name + type.displayDescriptor()
                        + ", its class file has",
                null);
    }

    /** The class that declares the method, or the lambda; it decides what the derivative may touch. */
    Class<?> owner() {
        return owner;
    }

    /** The method itself, if it can be called without a receiver. */
    public Optional<Method> method() {
        return source.method();
    }

    /** The method's code, which is the caller's own. */
    Function lift() {
        return lifted().copy();
    }

    /** The method's code, to be read only. */
    Function lifted() {
        Function function = lifted.get();
        if (function == null) {
            function = source.lift();
            lifted = new SoftReference<>(function);
        }
        return function;
    }

    /** A function without code, of the same name and parameters, to be read only. */
    Function declaration() {
        return declaration;
    }

    /** Null if it is nothing to other processes. */
    @Nullable
    Identity identity() {
        return identity;
    }

    /** What derivatives of this target have in common. */
    OptimizedPrimals primals() {
        return primals;
    }

    /** The types of the parameters that are not captured. */
    public List<Type> parameterTypes() {
        return parameterTypes;
    }

    public Type returnType() {
        return returnType;
    }

    /** The method without its parameters. */
    String name() {
        return name;
    }

    /** The method as messages name it: {@code com.example.Model.loss(double[], int)}. */
    public String display() {
        if (displayed != null) {
            return displayed;
        }
        StringJoiner joiner = new StringJoiner(", ", name + "(", ")");
        parameterTypes.forEach(type -> joiner.add(type.toString()));
        return joiner.toString();
    }

    /** Access to what the method's class may touch, as far as its module grants it to Jacobi. */
    Lookup lookup() {
        Lookup known = lookup;
        if (known == null) {
            known = lookupIn(owner);
            lookup = known;
        }
        return known;
    }

    /** As {@link #lookup}, for any class. */
    static Lookup lookupIn(Class<?> owner) {
        Lookup own = MethodHandles.lookup();
        try {
            Target.class.getModule().addReads(owner.getModule());
            return FullPrivilege.of(MethodHandles.privateLookupIn(owner, own));
        } catch (IllegalAccessException _) {
            return own;
        }
    }
}
