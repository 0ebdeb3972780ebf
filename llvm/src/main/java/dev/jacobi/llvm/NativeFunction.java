package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.ir.Type;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A function with native code. It is thread-safe, and a call of it may run for any time without holding up the collector. Where Java
 * would throw an exception, or memory does not suffice, the same function runs on the JVM instead, with the original arguments.
 */
@SuppressWarnings("restricted") // calls code that this package has compiled
public final class NativeFunction {
    private static final System.Logger LOG = System.getLogger("dev.jacobi.llvm");
    /** Calls any code: all are functions of their frame. */
    private static final MethodHandle CALL =
            Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private static final MethodHandle INVOKE = invoker();

    private final String name;
    private final LoadedCode code;
    private final MemorySegment entry;
    /** Of what the code keeps for its way back, if it does. */
    private final @Nullable TapeLengths tapes;

    private final Type[] parameters;
    /** Of the parameters that are references. */
    private final int[] tags;

    private final boolean[] written;
    private final Type result;
    private final Supplier<MethodHandle> onJvm;
    private final MethodHandle handle;
    private final LongAdder bailouts = new LongAdder();
    private volatile @Nullable MethodHandle spreadOnJvm;
    /** What the last calls needed, so that the next ones get it at once. */
    private volatile long expectedBytes;

    NativeFunction(
            String name,
            LoadedCode code,
            @Nullable TapeLengths tapes,
            List<Type> parameters,
            boolean[] written,
            Type result,
            MethodType type,
            Supplier<MethodHandle> onJvm) {
        this.name = name;
        this.code = code;
        this.entry = code.entry();
        this.tapes = tapes;
        this.parameters = parameters.toArray(Type[]::new);
        this.tags = parameters.stream().mapToInt(NativeArguments::tag).toArray();
        this.written = written.clone();
        this.result = result;
        this.onJvm = onJvm;
        MethodHandle boxed = INVOKE.bindTo(this).asCollector(Object[].class, type.parameterCount());
        // The types on the operand stack: int for byte, short, char and boolean.
        MethodType stacked = MethodType.methodType(
                stacked(type.returnType()),
                type.parameterList().stream()
                        .<Class<?>>map(NativeFunction::stacked)
                        .toArray(Class<?>[]::new));
        MethodHandle normal = boxed.asType(stacked);
        MethodHandle either = code.directEntry().equals(MemorySegment.NULL)
                ? normal
                : new DirectCalls(this, parameters, result, stacked).orElse(normal);
        this.handle = MethodHandles.explicitCastArguments(either, type);
    }

    private static Class<?> stacked(Class<?> type) {
        return type == byte.class || type == short.class || type == char.class || type == boolean.class
                ? int.class
                : type;
    }

    private static MethodHandle invoker() {
        try {
            return MethodHandles.lookup()
                    .findVirtual(NativeFunction.class, "invoke", MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Calls the function. Its type has the function's parameters and result. */
    public MethodHandle handle() {
        return handle;
    }

    /** How often a call went on to the JVM: because it threw an exception there, or because it needed more memory than it may have. */
    public long bailouts() {
        return bailouts.sum();
    }

    LoadedCode code() {
        return code;
    }

    /** Prepares the frame of any call. */
    void beforeCall(MemorySegment block) {
        if (tapes != null) {
            tapes.write(block);
        }
    }

    /** Learns from a call that has done its work. */
    void afterCall(MemorySegment block) {
        long used = block.get(JAVA_LONG, Frame.TOP) - block.address();
        long expected = expectedBytes;
        if (expected > 2 * used) {
            // Large memory is got and cleared anew for each call, so not more of it than is needed; calls differ, so
            // not at once.
            expectedBytes = expected - expected / 8;
        }
        if (tapes != null) {
            tapes.learn(block);
        }
    }

    /** How much memory a call probably needs. */
    long expectedBytes() {
        return expectedBytes;
    }

    /** Of what a call needed, up to the limit. */
    void expectBytes(long bytes) {
        expectedBytes = Math.max(expectedBytes, Math.min(bytes, CallMemory.limit()));
    }

    /** Goes on after a direct call that has stopped. */
    @Nullable
    Object afterDirect(int status, @Nullable Object[] arguments) throws Throwable {
        return status == Frame.EXCEPTION ? bailOut(arguments) : invoke(arguments);
    }

    private @Nullable Object bailOut(@Nullable Object[] arguments) throws Throwable {
        bailouts.increment();
        LOG.log(System.Logger.Level.DEBUG, "{0} goes on on the JVM", name);
        return (Object) onJvm().invokeExact(arguments);
    }

    /** Calls the function, numbers boxed. */
    @Nullable
    Object invoke(@Nullable Object[] arguments) throws Throwable {
        CallMemory memory = CallMemory.take();
        try {
            long limit = CallMemory.limit();
            NativeArguments.Size size = size(arguments);
            long bytes = size == null ? 0 : Math.max(expectedBytes, size.bytes());
            while (size != null && bytes <= limit) {
                MemorySegment block = memory.block(bytes);
                NativeArguments copies;
                try {
                    copies = NativeArguments.write(block, size, parameters, tags, written, arguments);
                } catch (IndexOutOfBoundsException | NativeArguments.NotAnArrayException _) {
                    break; // another thread has put something larger into an array
                }
                beforeCall(block);
                int status = (int) CALL.invokeExact(entry, block);
                if (status == Frame.DONE) {
                    afterCall(block);
                    copies.writeBack();
                    return result(block, copies);
                } else if (status == Frame.EXCEPTION) {
                    break;
                }
                // The code starts again from the same arguments, of which it has seen copies only.
                long more = block.get(JAVA_LONG, Frame.NEEDED);
                bytes = Math.max(2 * block.byteSize(), block.byteSize() + 2 * more);
                if (bytes > limit && block.byteSize() + more <= limit && block.byteSize() < limit) {
                    bytes = limit;
                }
                expectBytes(bytes);
            }
        } finally {
            memory.giveBack();
            Reference.reachabilityFence(code);
        }
        return bailOut(arguments);
    }

    /** What the arguments take; null if only the JVM knows what to do with them. */
    private NativeArguments.@Nullable Size size(@Nullable Object[] arguments) {
        try {
            return new NativeArguments.Size(tags, written, arguments);
        } catch (NativeArguments.NotAnArrayException _) {
            return null;
        }
    }

    private MethodHandle onJvm() {
        MethodHandle present = spreadOnJvm;
        if (present == null) {
            MethodHandle made = onJvm.get();
            present = made.asSpreader(Object[].class, made.type().parameterCount())
                    .asType(MethodType.methodType(Object.class, Object[].class));
            spreadOnJvm = present;
        }
        return present;
    }

    private @Nullable Object result(MemorySegment block, NativeArguments copies) {
        return switch (result.kind()) {
            case INT -> block.get(JAVA_INT, Frame.RESULT);
            case LONG -> block.get(JAVA_LONG, Frame.RESULT);
            case FLOAT -> block.get(JAVA_FLOAT, Frame.RESULT);
            case DOUBLE -> block.get(JAVA_DOUBLE, Frame.RESULT);
            case VOID -> null;
            case REFERENCE ->
                copies.array(
                        block.get(JAVA_LONG, Frame.RESULT),
                        block.get(JAVA_INT, Frame.RESULT_LENGTH),
                        Tags.isDynamic(result)
                                ? block.get(JAVA_INT, Frame.RESULT_TAG)
                                : Tags.of(result.descriptor()).orElseThrow());
        };
    }
}
