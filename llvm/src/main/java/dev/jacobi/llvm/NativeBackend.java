package dev.jacobi.llvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.backend.OwnMethods;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.lift.Methods;
import dev.jacobi.llvm.library.LibLlvm;
import dev.jacobi.optimize.DropNotes;
import dev.jacobi.optimize.Pipeline;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Compiles functions of the IR to native code. Thread-safe. What is handled, and how, is in {@code docs/native.md}. */
public final class NativeBackend {
    /** Instructions; LLVM takes seconds and more for larger functions. */
    private static final int MAX_SIZE = 50_000;

    private NativeBackend() {}

    /** Why there is no native code in this process, or nothing if there is. */
    public static Optional<String> absence() {
        try {
            LibLlvm.get();
            return Optional.empty();
        } catch (JacobiException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * The library and the processor for which it compiles.
     *
     * @throws JacobiException NO_LLVM
     */
    public static String description() {
        LibLlvm llvm = LibLlvm.get();
        return "LLVM " + llvm.version() + " (" + llvm.file() + ") for " + ObjectCode.machine();
    }

    /**
     * Compiles a static method of the lookup's class, with what it calls inlined. Where it throws an exception, the method itself does.
     *
     * @param lookup has private access to the class that declares the method
     * @param parameterTypes may be left out where only one method has this name
     * @throws JacobiException NOT_NATIVE if something in it is not handled, NO_LLVM if there is no library
     */
    public static NativeFunction compile(
            Lookup lookup, String method, NativeOptions options, Class<?>... parameterTypes) {
        Class<?> owner = lookup.lookupClass();
        Methods.Found found = Methods.find(owner, method, parameterTypes);
        if (!found.isStatic()) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    "cannot compile " + found.reference().signature() + " natively: it is not static",
                    null);
        }
        MethodHandle original = original(lookup, found.reference());
        Function function = found.lift();
        Pipeline.forDifferentiation(owner, _ -> false).run(function);
        OwnMethods.run(function, owner);
        MethodType erased = NativeRecipe.typeOf(
                function.parameters().stream().map(Value::type).toList(), function.returnType());
        return compile(function, original.type(), () -> MethodHandles.explicitCastArguments(original, erased), options);
    }

    /** The method itself; its class is initialised, as a call of it would do. */
    private static MethodHandle original(Lookup lookup, MethodReference reference) {
        try {
            Class<?> owner = lookup.ensureInitialized(lookup.lookupClass());
            MethodType type =
                    MethodType.fromMethodDescriptorString(reference.type().descriptorString(), owner.getClassLoader());
            return lookup.findStatic(owner, reference.name(), type);
        } catch (ReflectiveOperationException e) {
            throw new JacobiException(
                    Refusal.INACCESSIBLE_MEMBER,
                    "cannot compile " + reference.signature() + " natively: the lookup may not call it",
                    null,
                    e);
        }
    }

    /**
     * Compiles a function and all that it calls.
     *
     * @param lookup what the function's code may touch if it runs on the JVM
     * @throws JacobiException NOT_NATIVE if something in it is not handled, NO_LLVM if there is no library
     */
    public static NativeFunction compile(Function function, Lookup lookup, NativeOptions options) {
        Function copy = function.copy();
        return compile(function, () -> HiddenClasses.compile(copy, lookup).handle(), options);
    }

    /**
     * As {@link #compile(Function, Lookup, NativeOptions)}.
     *
     * @param onJvm gives what does the same on the JVM, and is asked when it is needed
     */
    public static NativeFunction compile(Function function, Supplier<MethodHandle> onJvm, NativeOptions options) {
        return compile(function, null, onJvm, options);
    }

    private static NativeFunction compile(
            Function function, @Nullable MethodType type, Supplier<MethodHandle> onJvm, NativeOptions options) {
        return recipe(function.copy(), options).load(type, onJvm);
    }

    /**
     * What native code of a function is made of.
     *
     * @param function is changed
     * @throws JacobiException NOT_NATIVE or NO_LLVM
     */
    static NativeRecipe recipe(Function function, NativeOptions options) {
        String text = text(function, CodeLoader.ENTRY, options);
        return NativeRecipe.of(function, text);
    }

    /**
     * The module of LLVM for a function, as text.
     *
     * @throws JacobiException NOT_NATIVE or NO_LLVM
     */
    static String text(Function function, String symbol, NativeOptions options) {
        // What asks later, in the middle of something or in another thread, counts on it.
        LibLlvm.get();
        int size = function.blocks().stream()
                .mapToInt(block -> block.instructions().size())
                .sum();
        if (size > MAX_SIZE) {
            throw Body.refuse(function, "has " + size + " instructions, more than " + MAX_SIZE, null);
        }
        DropNotes.run(function);
        return ModuleText.of(function, symbol, options);
    }
}
