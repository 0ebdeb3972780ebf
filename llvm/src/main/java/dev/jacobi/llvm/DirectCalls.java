package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.invoke.MethodHandles.dropArguments;
import static java.lang.invoke.MethodHandles.filterArguments;
import static java.lang.invoke.MethodHandles.foldArguments;
import static java.lang.invoke.MethodHandles.guardWithTest;
import static java.lang.invoke.MethodType.methodType;

import dev.jacobi.ir.Type;
import dev.jacobi.llvm.text.Element;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls {@link DirectEntryText the direct entry} of a function: numbers unboxed, arrays as they lie on the heap. All threads wait for such a call when the collector
 * wants to run, so it gets fuel for a millisecond at most. If that does not suffice the call is done again with copies, and
 * for a number of calls, each time twice as many, the attempt is left out.
 */
@SuppressWarnings({"restricted", "UnusedMethod", "UnusedVariable"
}) // calls code that this package has compiled; methods are bound by their names
final class DirectCalls {
    /** A millisecond, by {@link OperationCosts}. */
    static final long FUEL = 10_000_000;

    private static final int MOST_LEFT_OUT = 1 << 10;
    private static final Lookup LOOKUP = MethodHandles.lookup();

    private final NativeFunction function;
    private final List<Type> parameters;
    private final Type result;
    private final MethodType type;
    private int leftOut;
    private int nextLeftOut = 1;

    /** @param type of the function, ints for what is narrower */
    DirectCalls(NativeFunction function, List<Type> parameters, Type result, MethodType type) {
        this.function = function;
        this.parameters = parameters;
        this.result = result;
        this.type = type;
    }

    /** A direct call, or the other one while direct calls are left out. */
    MethodHandle orElse(MethodHandle other) {
        MethodHandle test = dropArguments(bound("isDirect", methodType(boolean.class)), 0, type.parameterList());
        return guardWithTest(test, handle(), other);
    }

    private boolean isDirect() {
        // Threads may lose each other's counts.
        int left = leftOut;
        if (left > 0) {
            leftOut = left - 1;
        }
        return left <= 0;
    }

    private MethodHandle handle() {
        List<Class<?>> arguments = type.parameterList();
        // (memory, arguments): status
        MethodHandle call =
                filterArguments(withArrays(), 0, bound("begin", methodType(MemorySegment.class, CallMemory.class)));
        // (memory, arguments): whether it has done its work
        MethodHandle test = foldArguments(
                dropArguments(bound("isDone", methodType(boolean.class, int.class, CallMemory.class)), 2, arguments),
                call);
        MethodHandle stopped = spread("stopped", type);
        MethodHandle body = guardWithTest(test, result(), stopped);
        MethodHandle end = find("end", methodType(void.class, CallMemory.class));
        MethodHandle cleanup = dropArguments(end, 0, Throwable.class);
        if (type.returnType() != void.class) {
            MethodHandle back = dropArguments(MethodHandles.identity(type.returnType()), 0, Throwable.class);
            back = dropArguments(back, 2, CallMemory.class);
            cleanup = foldArguments(back, dropArguments(cleanup, 1, type.returnType()));
        }
        return foldArguments(MethodHandles.tryFinally(body, cleanup), find("take", methodType(CallMemory.class)));
    }

    /** A method of memory and arguments, these as an array of objects: (memory, arguments): result. */
    private MethodHandle spread(String method, MethodType type) {
        MethodHandle ofArray = bound(method, methodType(Object.class, CallMemory.class, Object[].class));
        return ofArray.asCollector(Object[].class, type.parameterCount())
                .asType(type.insertParameterTypes(0, CallMemory.class));
    }

    /** (frame, arguments): status, arrays as such. */
    private MethodHandle withArrays() {
        List<MemoryLayout> layouts = new ArrayList<>(List.of(ADDRESS));
        for (Type parameter : parameters) {
            switch (parameter.kind()) {
                case INT -> layouts.add(JAVA_INT);
                case LONG -> layouts.add(JAVA_LONG);
                case FLOAT -> layouts.add(JAVA_FLOAT);
                case DOUBLE -> layouts.add(JAVA_DOUBLE);
                default -> {
                    layouts.add(ADDRESS);
                    layouts.add(JAVA_INT);
                }
            }
        }
        MethodHandle call = Linker.nativeLinker()
                .downcallHandle(
                        function.code().directEntry(),
                        FunctionDescriptor.of(JAVA_INT, layouts.toArray(MemoryLayout[]::new)),
                        Linker.Option.critical(true));
        int[] order = new int[layouts.size()];
        int at = 1;
        for (int i = 0; i < parameters.size(); i++) {
            order[at] = i + 1;
            if (parameters.get(i).isReference()) {
                Class<?> array = type.parameterType(i);
                call = filterArguments(
                        call,
                        at,
                        find("segment", methodType(MemorySegment.class, array)),
                        find("length", methodType(int.class, Object.class)).asType(methodType(int.class, array)));
                at++;
                order[at] = i + 1;
            }
            at++;
        }
        return MethodHandles.permuteArguments(
                call, type.insertParameterTypes(0, MemorySegment.class).changeReturnType(int.class), order);
    }

    /** (memory, arguments): result. */
    private MethodHandle result() {
        String name = switch (result.kind()) {
            case INT -> "intResult";
            case LONG -> "longResult";
            case FLOAT -> "floatResult";
            case DOUBLE -> "doubleResult";
            case VOID -> "noResult";
            case REFERENCE -> "arrayResult";
        };
        return result.isReference()
                ? spread(name, type)
                : dropArguments(find(name, methodType(type.returnType(), CallMemory.class)), 1, type.parameterList());
    }

    private MethodHandle bound(String method, MethodType methodType) {
        try {
            return LOOKUP.findVirtual(DirectCalls.class, method, methodType).bindTo(this);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle find(String method, MethodType methodType) {
        try {
            return LOOKUP.findStatic(DirectCalls.class, method, methodType);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- called through handles ----

    private static CallMemory take() {
        return CallMemory.take();
    }

    private static void end(CallMemory memory) {
        memory.giveBack();
    }

    private MemorySegment begin(CallMemory memory) {
        MemorySegment block = memory.direct(function.expectedBytes(), FUEL);
        function.beforeCall(block);
        return block;
    }

    private boolean isDone(int status, CallMemory memory) {
        try {
            if (status == Frame.DONE) {
                nextLeftOut = 1;
                function.afterCall(memory.present());
                return true;
            }
            memory.setStatus(status);
            return false;
        } finally {
            // The code is there until here.
            Reference.reachabilityFence(function.code());
        }
    }

    private @Nullable Object stopped(CallMemory memory, @Nullable Object[] arguments) throws Throwable {
        int status = memory.status();
        if (status == Frame.FUEL_USED) {
            leftOut = nextLeftOut;
            nextLeftOut = Math.min(MOST_LEFT_OUT, 2 * nextLeftOut);
        } else if (status == Frame.MEMORY) {
            MemorySegment block = memory.present();
            function.expectBytes(2 * block.byteSize() + block.get(JAVA_LONG, Frame.NEEDED));
        }
        // The call with copies, or the JVM's code, may need it.
        memory.giveBack();
        return function.afterDirect(status, arguments);
    }

    private static int intResult(CallMemory memory) {
        return memory.present().get(JAVA_INT, Frame.RESULT);
    }

    private static long longResult(CallMemory memory) {
        return memory.present().get(JAVA_LONG, Frame.RESULT);
    }

    private static float floatResult(CallMemory memory) {
        return memory.present().get(JAVA_FLOAT, Frame.RESULT);
    }

    private static double doubleResult(CallMemory memory) {
        return memory.present().get(JAVA_DOUBLE, Frame.RESULT);
    }

    private static void noResult(CallMemory memory) {}

    private @Nullable Object arrayResult(CallMemory memory, @Nullable Object[] arguments) {
        MemorySegment block = memory.present();
        int argument = (int) block.get(JAVA_LONG, Frame.RESULT_ARGUMENT);
        if (argument > 0) {
            return arguments[argument - 1];
        }
        long address = block.get(JAVA_LONG, Frame.RESULT);
        return address == 0
                ? null
                : NativeArguments.newArray(
                        block,
                        address - block.address(),
                        block.get(JAVA_INT, Frame.RESULT_LENGTH),
                        Element.ofArray(result.descriptor()).orElseThrow());
    }

    private static int length(@Nullable Object array) {
        return array == null ? 0 : java.lang.reflect.Array.getLength(array);
    }

    private static MemorySegment segment(double @Nullable [] array) {
        return array == null ? MemorySegment.NULL : MemorySegment.ofArray(array);
    }

    private static MemorySegment segment(float @Nullable [] array) {
        return array == null ? MemorySegment.NULL : MemorySegment.ofArray(array);
    }

    private static MemorySegment segment(long @Nullable [] array) {
        return array == null ? MemorySegment.NULL : MemorySegment.ofArray(array);
    }

    private static MemorySegment segment(int @Nullable [] array) {
        return array == null ? MemorySegment.NULL : MemorySegment.ofArray(array);
    }

    private static MemorySegment segment(short @Nullable [] array) {
        return array == null ? MemorySegment.NULL : MemorySegment.ofArray(array);
    }

    private static MemorySegment segment(char @Nullable [] array) {
        return array == null ? MemorySegment.NULL : MemorySegment.ofArray(array);
    }

    private static MemorySegment segment(byte @Nullable [] array) {
        return array == null ? MemorySegment.NULL : MemorySegment.ofArray(array);
    }
}
