package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.KnownFunctions;
import dev.jacobi.backend.ObjectFields;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.Pipeline;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;

/** What a module that puts code elsewhere than on the JVM or into native code needs of the compiler: code as it is before it is emitted, and ways to emit what is left of it. */
public final class PlacedElsewhere {
    private PlacedElsewhere() {}

    /** The method, all calls inlined that can be, parallel streams as loops that can be cut into parts, optimised. The caller's own. */
    public static Function code(Primal primal) {
        Target target = primal.target();
        Options options = primal.options();
        Function function = KnownFunctions.insteadOf(target.lift());
        Pipeline.forDifferentiation(target.owner(), _ -> false)
                .inliningAll()
                .nesting(new NestedCode(options, target.depth()))
                .verifying(options.verify())
                .reordering()
                .run(function);
        return function;
    }

    /** Emits a function into a class that may touch what the method's own class may. */
    public static MethodHandle emit(Function function, Primal primal) {
        return HiddenClasses.compile(function, primal.target().lookup()).handle();
    }

    /**
     * An object of a functional interface that calls a handle.
     *
     * @param handle takes what {@code like} takes, and gives what it gives, boxed or not
     */
    public static <I> I implement(MethodHandle handle, Function like, Class<I> functionalInterface, Primal primal) {
        Function calling = new Function(like.name(), like.origin(), like.returnType());
        Block entry = calling.newBlock();
        like.parameters().forEach(parameter -> entry.addParameter(parameter.type()));
        List<Type> types = like.parameters().stream().map(Value::type).toList();
        MethodType type =
                MethodType.methodType(classOf(like.returnType(), primal), types.stream()
                        .<Class<?>>map(each -> classOf(each, primal))
                        .toList());
        ObjectFields.call(entry, handle.asType(type), entry.parameters(), like.returnType());
        return HiddenClasses.implement(
                calling, functionalInterface, primal.target().lookup());
    }

    private static Class<?> classOf(Type type, Primal primal) {
        try {
            return type.descriptor().resolveConstantDesc(primal.target().lookup());
        } catch (ReflectiveOperationException e) {
            throw new JacobiException(Refusal.UNKNOWN_CLASS, "cannot load the class " + type, null, e);
        }
    }
}
