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
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A method that was asked for; of a lambda, what it captured is built in. Immutable. */
public final class Target {
    static {
        // JDK 25 fails at the first descriptor that it reads if that is of a primitive type, unless this class was
        // initialised before: its initialiser meets constants that are still null.
        Objects.requireNonNull(ConstantDescs.CD_Object);
    }

    private final Class<?> owner;
    private final String name;
    private final Source source;
    private final boolean derived;
    private final int depth;
    private final boolean whole;
    /** What messages call it, if not by its name and parameters. */
    private final @Nullable String displayed;
    /** Kept while memory allows: each derivative begins with it. */
    private volatile SoftReference<@Nullable Lifted> lifted = new SoftReference<>(null);

    /** Code, and what it depends on. */
    private record Lifted(Function code, Dependencies dependencies) {}

    private volatile @Nullable Function declaration;

    private final @Nullable Identity identity;
    private volatile @Nullable Lookup lookup;
    private final OptimizedPrimals primals = new OptimizedPrimals();

    /** Where the code of a target comes from. */
    interface Source {
        Function lift();

        /** A function without code, of the same name and parameters. */
        default Function declaration() {
            return declarationOf(lift());
        }

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
     * @param dependencies what it was found by, or null if it was kept by another process
     * @param requests derivatives that fit it, see {@link KeptTargets#request}
     */
    record Identity(String question, @Nullable Dependencies dependencies, List<String> requests) {}

    /** One that was just found: its code is read at once. */
    private Target(Class<?> owner, String name, Source source) {
        this(owner, name, source, false, 0, false, null, null);
        declaration = declarationOf(lifted());
    }

    private Target(
            Class<?> owner,
            String name,
            Source source,
            boolean derived,
            int depth,
            boolean whole,
            @Nullable Identity identity,
            @Nullable String displayed) {
        this.displayed = displayed;
        this.owner = owner;
        this.name = name;
        this.source = source;
        this.derived = derived;
        this.depth = depth;
        this.whole = whole;
        this.identity = identity;
    }

    static Function declarationOf(Function function) {
        Function declaration = new Function(function.name(), function.origin(), function.returnType());
        Block entry = declaration.newBlock();
        for (Value parameter : function.parameters()) {
            entry.addParameter(parameter.type());
        }
        return declaration;
    }

    /** A static method of a class; without parameter types, the one of that name. */
    public static Target of(Class<?> owner, String name, Class<?>... parameterTypes) {
        String question = KeptTargets.question(owner, name, parameterTypes);
        Target kept = question == null ? null : KeptTargets.findMethod(question, owner, name, parameterTypes);
        return kept != null ? kept : found(question, () -> search(owner, name, parameterTypes));
    }

    /** Finds a static method by its class file. */
    static Target search(Class<?> owner, String name, Class<?>... parameterTypes) {
        PreloadClasses.begin();
        return of(owner.getClassLoader(), Methods.find(owner, name, parameterTypes));
    }

    /** Finds a target, and notes by what. */
    private static Target found(@Nullable String question, Supplier<Target> search) {
        if (question == null) {
            return search.get();
        }
        Dependencies dependencies = new Dependencies();
        Target target = dependencies.during(search::get);
        return target.known(new Identity(question, dependencies, List.of()));
    }

    /** A target that another process has found. */
    static Target kept(Class<?> owner, String name, Source source, Identity identity) {
        return new Target(owner, name, source, false, 0, false, identity, null);
    }

    private Target known(Identity known) {
        Target target = new Target(owner, name, source, derived, depth, whole, known, displayed);
        target.declaration = declaration;
        target.lifted = lifted;
        return target;
    }

    /** A static method by a selector such as {@code pkg.Class::method(double[],int)}. */
    public static Target of(ClassLoader loader, String selector) {
        PreloadClasses.begin();
        return of(loader, Methods.find(selector, loader));
    }

    private static Target of(ClassLoader loader, Methods.Found found) {
        Class<?> owner = load(found.reference().owner(), loader);
        String name =
                Type.name(found.reference().owner()) + "." + found.reference().name();
        Method method =
                reflected(owner, found.reference().name(), found.reference().type());
        return new Target(
                owner,
                name,
                new Code(
                        Modifier.isStatic(method.getModifiers()) ? Optional.of(method) : Optional.empty(),
                        found::lift));
    }

    /** What a lambda, method reference or other functional object does. */
    public static Target of(Serializable function) {
        return of(function, functionalInterface(function.getClass()));
    }

    /** What an object does as an instance of {@code functionalInterface}. */
    public static Target of(Object function, Class<?> functionalInterface) {
        Class<?> owner = function.getClass().isHidden() ? function.getClass().getNestHost() : function.getClass();
        String question = KeptTargets.question(owner, function, functionalInterface);
        Target kept = question == null ? null : KeptTargets.findLambda(question, owner, function, functionalInterface);
        return kept != null ? kept : found(question, () -> search(owner, function, functionalInterface));
    }

    /** Looks behind an object. */
    static Target search(Class<?> owner, Object function, Class<?> functionalInterface) {
        PreloadClasses.begin();
        Lambdas.Target behind = Lambdas.target(function, functionalInterface);
        String name = Type.name(behind.method().owner()) + "." + behind.method().name();
        return new Target(owner, name, new Code(Optional.empty(), behind::function));
    }

    /** This method with other parameters, and the result elsewhere; messages name it as it is. */
    Target rearranged(Function code) {
        return new Target(owner, name, new Code(Optional.empty(), () -> code), derived, depth, whole, null, display());
    }

    /** A derivative of this target, to be differentiated again. */
    Target derived(String kind, Function code) {
        return new Target(
                owner, kind + " of " + name, new Code(Optional.empty(), () -> code), true, depth, true, null, null);
    }

    /**
     * A function whose derivative is called in code that is differentiated.
     *
     * @param depth how many derivatives are around it
     */
    static Target nested(Class<?> owner, String name, Function code, int depth) {
        return new Target(owner, name, new Code(Optional.empty(), () -> code), false, depth, true, null, null);
    }

    /** This target in one piece, for derivatives that are differentiated again: no call in it stays for its size alone. */
    Target inOnePiece() {
        return new Target(owner, name, source, derived, depth, true, null, null);
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
        Lifted known = lifted.get();
        if (known == null) {
            Dependencies dependencies = new Dependencies();
            known = new Lifted(dependencies.during(source::lift), dependencies);
            lifted = new SoftReference<>(known);
        } else {
            Dependencies.remembered(known.dependencies());
        }
        return known.code();
    }

    /** A function without code, of the same name and parameters, to be read only. */
    Function declaration() {
        Function known = declaration;
        if (known == null) {
            known = source.declaration();
            declaration = known;
        }
        return known;
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
        List<Type> types = new ArrayList<>();
        for (Value parameter : declaration().parameters()) {
            types.add(parameter.type());
        }
        return List.copyOf(types);
    }

    public Type returnType() {
        return declaration().returnType();
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
        for (Type type : parameterTypes()) {
            joiner.add(type.toString());
        }
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
