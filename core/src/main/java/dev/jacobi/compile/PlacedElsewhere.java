package dev.jacobi.compile;

import dev.jacobi.Derivative;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.Rules;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.backend.ObjectFields;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.inline.HostClasses;
import dev.jacobi.optimize.inline.LiftedBodies;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/** What a module that puts code elsewhere than on the JVM or into native code needs of the compiler: code as it is before it is emitted, and ways to emit what is left of it. */
public final class PlacedElsewhere {
    private PlacedElsewhere() {}

    /** The method, all calls inlined that can be, parallel streams as loops that can be cut into parts, optimised. The caller's own. */
    public static Function code(Primal primal) {
        Target target = primal.target();
        return PrimalCode.reordered(target, primal.options(), new RuleTable(Rules.NONE, target.owner()));
    }

    /**
     * A derivative as it is called through a functional interface, with the checks of its arguments.
     *
     * @throws JacobiException if there is no such derivative, or the interface does not fit
     */
    public static Function code(Derivative derivative, Class<?> functionalInterface) {
        return DerivativeCompiler.reorderedCode(derivative.specification(), functionalInterface);
    }

    /** A derivative with all its results, as {@link Derivative#asMethodHandle} gives them. */
    public static Function code(Derivative derivative) {
        return DerivativeCompiler.reorderedCode(derivative.specification());
    }

    /**
     * The loop over the examples of a batch.
     *
     * @throws JacobiException if there is no such batch, or the interface does not fit
     */
    public static Function code(BatchSpecification batch, Class<?> functionalInterface) {
        return BatchCompiler.loop(batch, functionalInterface);
    }

    /** What is known of the classes that a method's code names. */
    public static ClassKnowledge classes(Target target) {
        return new HostClasses(target.owner(), LiftedBodies.INSTANCE);
    }

    /**
     * The class whose method runs when a method is called on an object of a class.
     *
     * @param descriptor of the method
     * @throws JacobiException if that is not decided: for methods that are private to a package and overridden in another
     */
    public static Class<?> selected(Class<?> receiver, Class<?> named, String method, String descriptor) {
        return new HostClasses(named, LiftedBodies.INSTANCE)
                .selected(receiver, named, method, descriptor)
                .orElseThrow(() -> new JacobiException(
                        Refusal.UNKNOWN_METHOD,
                        "cannot tell which method " + method + " of " + named.getName() + " is called on an object of "
                                + receiver.getName() + "; call it in a lambda, which names it",
                        null));
    }

    /** Emits a function into a class that may touch what the method's own class may. */
    public static MethodHandle emit(Function function, Target target) {
        return HiddenClasses.compile(function, target.lookup()).handle();
    }

    /** The method as plain Java has it. */
    public static MethodHandle onJvm(Primal primal) {
        Target target = primal.target();
        if (target.method().isEmpty()) {
            return emit(target.lift(), target);
        }
        try {
            return target.lookup().unreflect(target.method().get());
        } catch (IllegalAccessException e) {
            throw notOpen(target.owner(), e);
        }
    }

    /** A handle that calls an object's one method. */
    public static <I> MethodHandle handleOf(Class<I> functionalInterface, I object) {
        try {
            return Target.lookupIn(functionalInterface)
                    .unreflect(ResultForm.methodOf(functionalInterface))
                    .bindTo(object);
        } catch (IllegalAccessException e) {
            throw notOpen(functionalInterface, e);
        }
    }

    private static JacobiException notOpen(Class<?> owner, IllegalAccessException e) {
        return new JacobiException(
                Refusal.PACKAGE_NOT_OPEN, "cannot call methods of " + owner.getName() + " on the JVM", null, e);
    }

    /**
     * An object of a functional interface that calls a handle.
     *
     * @param handle takes what {@code like} takes, and gives what it gives, boxed or not
     */
    public static <I> I implement(MethodHandle handle, Function like, Class<I> functionalInterface, Target target) {
        Function calling = new Function(like.name(), like.origin(), like.returnType());
        Block entry = calling.newBlock();
        like.parameters().forEach(parameter -> entry.addParameter(parameter.type()));
        ObjectFields.call(entry, handle.asType(typeOf(like, target)), entry.parameters(), like.returnType());
        return HiddenClasses.implement(calling, functionalInterface, target.lookup());
    }

    /** The type of what {@link #emit} gives: what signatures have as boolean, byte, short or char is an int. */
    public static MethodType typeOf(Function function, Target target) {
        return MethodType.methodType(
                classOf(function.returnType(), target),
                function.parameters().stream()
                        .<Class<?>>map(parameter -> classOf(parameter.type(), target))
                        .toList());
    }

    private static Class<?> classOf(Type type, Target target) {
        try {
            return type.descriptor().resolveConstantDesc(target.lookup());
        } catch (ReflectiveOperationException e) {
            throw new JacobiException(Refusal.UNKNOWN_CLASS, "cannot load the class " + type, null, e);
        }
    }
}
