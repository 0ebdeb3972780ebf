package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
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
    private final Optional<Method> method;
    private final Supplier<Function> lift;
    private final List<Type> parameterTypes;
    private final Type returnType;
    private final boolean derived;
    private final int depth;
    private final boolean whole;
    /** What messages call it, if not by its name and parameters. */
    private final @Nullable String displayed;
    /** Kept while memory allows: each derivative begins with it. */
    private volatile SoftReference<@Nullable Function> lifted = new SoftReference<>(null);

    private volatile @Nullable Lookup lookup;
    private final OptimizedPrimals primals = new OptimizedPrimals();

    private Target(Class<?> owner, String name, Optional<Method> method, Supplier<Function> lift) {
        this(owner, name, method, lift, false, 0, false);
    }

    private Target(
            Class<?> owner,
            String name,
            Optional<Method> method,
            Supplier<Function> lift,
            boolean derived,
            int depth,
            boolean whole) {
        this(owner, name, method, lift, derived, depth, whole, null);
    }

    private Target(
            Class<?> owner,
            String name,
            Optional<Method> method,
            Supplier<Function> lift,
            boolean derived,
            int depth,
            boolean whole,
            @Nullable String displayed) {
        this.displayed = displayed;
        this.derived = derived;
        this.depth = depth;
        this.whole = whole;
        this.owner = owner;
        this.name = name;
        this.method = method;
        this.lift = lift;
        Function function = lifted();
        this.parameterTypes = function.parameters().stream().map(Value::type).toList();
        this.returnType = function.returnType();
    }

    /** A static method of a class; without parameter types, the one of that name. */
    public static Target of(Class<?> owner, String name, Class<?>... parameterTypes) {
        return of(owner.getClassLoader(), Methods.find(owner, name, parameterTypes));
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
        return new Target(owner, name, method, found::lift);
    }

    /** What a lambda, method reference or other functional object does. */
    public static Target of(Serializable function) {
        return of(function, functionalInterface(function.getClass()));
    }

    /** What an object does as an instance of {@code functionalInterface}. */
    public static Target of(Object function, Class<?> functionalInterface) {
        Lambdas.Target behind = Lambdas.target(function, functionalInterface);
        Class<?> owner = function.getClass().isHidden() ? function.getClass().getNestHost() : function.getClass();
        String name = Type.name(behind.method().owner()) + "." + behind.method().name();
        return new Target(owner, name, Optional.empty(), behind::function);
    }

    /** This method with other parameters, and the result elsewhere; messages name it as it is. */
    Target rearranged(Function code) {
        return new Target(owner, name, Optional.empty(), () -> code, derived, depth, whole, display());
    }

    /** A derivative of this target, to be differentiated again. */
    Target derived(String kind, Function code) {
        return new Target(owner, kind + " of " + name, Optional.empty(), () -> code, true, depth, true);
    }

    /**
     * A function whose derivative is called in code that is differentiated.
     *
     * @param depth how many derivatives are around it
     */
    static Target nested(Class<?> owner, String name, Function code, int depth) {
        return new Target(owner, name, Optional.empty(), () -> code, false, depth, true);
    }

    /** This target in one piece, for derivatives that are differentiated again: no call in it stays for its size alone. */
    Target inOnePiece() {
        return new Target(owner, name, method, lift, derived, depth, true);
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
        return method;
    }

    /** The method's code, which is the caller's own. */
    Function lift() {
        return lifted().copy();
    }

    /** The method's code, to be read only. */
    Function lifted() {
        Function function = lifted.get();
        if (function == null) {
            function = lift.get();
            lifted = new SoftReference<>(function);
        }
        return function;
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
