package dev.jacobi.compile;

import dev.jacobi.Backend;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.Loops;
import dev.jacobi.backend.AutomaticCode;
import dev.jacobi.backend.NativeCompiler;
import dev.jacobi.backend.NativeCompilers;
import dev.jacobi.backend.ObjectFields;
import dev.jacobi.backend.OwnMethods;
import dev.jacobi.backend.RecordResults;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.jvm.CompiledMethod;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.UseStrictMath;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Decides where the code of a derivative runs. What is to be emitted for the JVM is the function itself, or one that does nothing but call a constant handle,
 * behind which there is native code, or a choice.
 */
final class PlaceCode {
    /** Makes a handle of the type of a function. */
    private interface HandleMaker {
        MethodHandle make(Function function);
    }

    /** So many instructions without a loop are left to the JVM by {@link Backend#AUTO}. */
    private static final int SHORT = 1000;

    private PlaceCode() {}

    /**
     * The function to be emitted in the place of another.
     *
     * @throws JacobiException NOT_NATIVE or NO_LLVM if {@link Backend#LLVM} is asked for and impossible
     */
    static Function place(Function function, Target target, Options options) {
        return place(function, target, options, false);
    }

    /** The same for code that does many examples of a batch in step. */
    static Function placeInStep(Function function, Target target, Options options) {
        return place(function, target, options, true);
    }

    private static Function place(Function function, Target target, Options options, boolean inStep) {
        prepare(function, target, options);
        return switch (options.backend()) {
            case JVM -> function;
            case LLVM -> {
                NativeCompiler compiler = compiler(NativeCompilers.require(), inStep);
                yield calling(function, target, code -> pinned(compiler, code, target));
            }
            case AUTO -> {
                Optional<NativeCompiler> compiler = NativeCompilers.find();
                yield compiler.isPresent() && !isShort(function) && takesNumbers(withoutObjects(function))
                        ? calling(function, target, code -> automatic(compiler(compiler.get(), inStep), code, target))
                        : function;
            }
        };
    }

    private static NativeCompiler compiler(NativeCompiler compiler, boolean inStep) {
        return inStep ? compiler.inStep() : compiler;
    }

    /** Changes a function to that of which native code is made. */
    static void prepare(Function function, Target target, Options options) {
        if (options.strictMath() || options.backend() != Backend.JVM) {
            OwnMethods.run(function, target.owner());
        }
        if (options.strictMath()) {
            UseStrictMath.run(function);
        }
    }

    private static MethodHandle pinned(NativeCompiler compiler, Function function, Target target) {
        CompiledMethod onJvm = HiddenClasses.compile(function.copy(), target.lookup());
        NativeCompiler.Compiled compiled = compiler.compile(function, onJvm.handle());
        Dependencies.madeNative(new Dependencies.Native(
                compiled.handle(),
                function.name(),
                onJvm.name(),
                CompletableFuture.completedFuture(compiled.recipe())));
        return compiled.handle();
    }

    private static MethodHandle automatic(NativeCompiler compiler, Function function, Target target) {
        CompiledMethod onJvm = HiddenClasses.compile(function.copy(), target.lookup());
        CompletableFuture<Supplier<byte[]>> recipe = new CompletableFuture<>();
        MethodHandle handle = AutomaticCode.of(
                function.name(),
                again -> {
                    NativeCompiler.Compiled compiled = compiler.compile(function, again);
                    recipe.complete(compiled.recipe());
                    return compiled.handle();
                },
                onJvm.handle());
        Dependencies.madeNative(new Dependencies.Native(handle, function.name(), onJvm.name(), recipe));
        return handle;
    }

    /** What only the JVM does. */
    static MethodHandle onJvm(Function function, Target target, Options options) {
        if (options.strictMath()) {
            OwnMethods.run(function, target.owner());
            UseStrictMath.run(function);
        }
        return HiddenClasses.compile(function, target.lookup()).handle();
    }

    /** @throws JacobiException NOT_NATIVE if native code is asked for */
    static void onJvmOnly(Specification specification) {
        if (specification.options().backend() == Backend.LLVM) {
            throw new JacobiException(
                    Refusal.NOT_NATIVE,
                    "cannot compile the two parts of the derivative of "
                            + specification.target().display() + " natively: the tape between them is on the JVM",
                    null);
        }
    }

    private static MethodHandle jvm(Function function, Target target) {
        return HiddenClasses.compile(function.copy(), target.lookup()).handle();
    }

    private static boolean takesNumbers(Function function) {
        Type result = function.returnType();
        boolean givesNumbers = isOfNumbers(result) || result.descriptor().equals(ConstantDescs.CD_Object.arrayType());
        return givesNumbers
                && function.parameters().stream()
                        .map(Value::type)
                        .allMatch(type -> isOfNumbers(type) || type.equals(Type.OBJECT));
    }

    /** Whether it is done before a choice would have paid for itself: a call of native code takes as long as a hundred operations. */
    private static boolean isShort(Function function) {
        int instructions = 0;
        for (Block block : function.blocks()) {
            instructions += block.instructions().size();
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.INVOKE_FUNCTION) {
                    return false;
                }
            }
        }
        return instructions <= SHORT && Loops.of(function).all().isEmpty();
    }

    private static boolean isOfNumbers(Type type) {
        ClassDesc descriptor = type.descriptor();
        while (descriptor.isArray()) {
            descriptor = descriptor.componentType();
        }
        return descriptor.isPrimitive();
    }

    /** What is compiled natively in the place of a function: it takes the fields of objects, and gives the numbers of an object, if that is possible. */
    static Function withoutObjects(Function function) {
        Function numbers =
                RecordResults.of(function).map(RecordResults::function).orElse(function);
        return ObjectFields.of(numbers).map(ObjectFields::function).orElse(numbers);
    }

    /** A function of the same type that calls what is made of it. */
    private static Function calling(Function function, Target target, HandleMaker maker) {
        Optional<RecordResults> results = RecordResults.of(function);
        if (results.isPresent()) {
            return results.get().constructing(calling(results.get().function(), target, maker));
        }
        Optional<ObjectFields> fields = ObjectFields.of(function);
        if (fields.isPresent()) {
            return fields.get().calling(maker.make(fields.get().function()), jvm(function, target));
        }
        MethodHandle handle = maker.make(function);
        Function calling = new Function(function.name(), function.origin(), function.returnType());
        Block entry = calling.newBlock();
        function.parameters().forEach(parameter -> entry.addParameter(parameter.type()));
        ObjectFields.call(entry, handle, entry.parameters(), function.returnType());
        return calling;
    }
}
