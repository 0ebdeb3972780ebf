package dev.jacobi.offload.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.Methods;
import dev.jacobi.llvm.device.DeviceCompiler;
import dev.jacobi.llvm.device.DeviceImage;
import dev.jacobi.llvm.device.DeviceTarget;
import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import dev.jacobi.offload.runtime.OpenDevice.Parameter;
import dev.jacobi.offload.runtime.Runtimes;
import dev.jacobi.offload.runtime.fork.TestedDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rounds of a loop, on a device and by the interpreter. */
final class Rounds {
    private static final int NONE = -1;

    private final Function kernel;

    private Rounds(Function kernel) {
        this.kernel = kernel;
    }

    /** @param method of {@link Kernels} */
    static Rounds of(String method) {
        return new Rounds(Methods.find(Kernels.class, method).lift());
    }

    /** Does all rounds on both sides, on copies of the arrays; these have the same bits then, and the same round has failed first. */
    void assertSame(int first, int count, @Nullable Object... arguments) throws Throwable {
        @Nullable Object[] onDevice = copies(arguments);
        @Nullable Object[] expected = copies(arguments);
        int failed = onDevice(first, count, onDevice);
        assertEquals(interpreted(first, count, expected), failed, kernel.name() + ": the first round that fails");
        for (int parameter = 0; parameter < arguments.length; parameter++) {
            if (expected[parameter] != null && expected[parameter].getClass().isArray()) {
                assertSameBits(expected[parameter], onDevice[parameter], parameter);
            }
        }
    }

    private static @Nullable Object[] copies(@Nullable Object[] arguments) {
        @Nullable Object[] copies = arguments.clone();
        for (int i = 0; i < copies.length; i++) {
            copies[i] = copy(copies[i]);
        }
        return copies;
    }

    private static @Nullable Object copy(@Nullable Object argument) {
        return switch (argument) {
            case byte[] array -> array.clone();
            case boolean[] array -> array.clone();
            case short[] array -> array.clone();
            case char[] array -> array.clone();
            case int[] array -> array.clone();
            case long[] array -> array.clone();
            case float[] array -> array.clone();
            case double[] array -> array.clone();
            case null, default -> argument;
        };
    }

    private void assertSameBits(Object expected, @Nullable Object actual, int parameter) {
        for (int i = 0; i < Array.getLength(expected); i++) {
            int place = i;
            // Of NaN there is one: equals and Double.toString take all alike, and tell zeros apart.
            assertEquals(
                    Array.get(expected, i),
                    Array.get(actual, i),
                    () -> kernel.name() + ": argument " + parameter + " at " + place);
        }
    }

    /** The number of the first round that fails, or -1. Rounds after it are done too, as on a device. */
    private int interpreted(int first, int count, @Nullable Object[] arguments) throws Throwable {
        Interpreter interpreter = new Interpreter(MethodHandles.lookup()).keepingFunctions();
        int failed = NONE;
        for (int round = 0; round < count; round++) {
            List<@Nullable Object> all = new ArrayList<>();
            for (Object argument : arguments) {
                all.add(argument);
            }
            all.add(first + round);
            try {
                interpreter.call(kernel, all);
            } catch (RuntimeException _) {
                failed = failed == NONE ? round : failed;
            }
        }
        return failed;
    }

    private List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        for (Value parameter :
                kernel.parameters().subList(0, kernel.parameters().size() - 1)) {
            switch (parameter.type().kind()) {
                case INT -> parameters.add(Parameter.INT);
                case LONG -> parameters.add(Parameter.LONG);
                case FLOAT -> parameters.add(Parameter.FLOAT);
                case DOUBLE -> parameters.add(Parameter.DOUBLE);
                case REFERENCE, VOID -> parameters.addAll(List.of(Parameter.BUFFER, Parameter.INT));
            }
        }
        parameters.addAll(List.of(Parameter.INT, Parameter.INT, Parameter.BUFFER));
        return parameters;
    }

    private int onDevice(int first, int count, @Nullable Object[] arguments) {
        DeviceDescription description = TestedDevice.description();
        DeviceImage image = DeviceCompiler.compile(kernel, DeviceTarget.parse(description.target()), false);
        try (OpenDevice device = Runtimes.open(description);
                LoadedKernel loaded = device.load(image.bytes(), image.entry(), parameters())) {
            List<Object> passed = new ArrayList<>();
            List<@Nullable DeviceBuffer> buffers = new ArrayList<>();
            for (Object argument : arguments) {
                MemorySegment memory = memory(argument);
                if (memory == null && argument != null) {
                    passed.add(argument);
                    buffers.add(null);
                    continue;
                }
                DeviceBuffer buffer = device.allocate(Math.max(8, memory == null ? 0 : memory.byteSize()));
                if (memory != null) {
                    device.copyIn(memory, buffer, 0);
                }
                passed.add(buffer);
                passed.add(argument == null ? -1 : Array.getLength(argument));
                buffers.add(buffer);
            }
            int[] status = {NONE};
            DeviceBuffer statusOnDevice = device.allocate(4);
            device.copyIn(MemorySegment.ofArray(status), statusOnDevice, 0);
            passed.add(first);
            passed.add(count);
            passed.add(statusOnDevice);
            device.launch(loaded, count, passed.toArray());
            device.copyOut(statusOnDevice, 0, MemorySegment.ofArray(status));
            for (int i = 0; i < arguments.length; i++) {
                MemorySegment memory = memory(arguments[i]);
                DeviceBuffer buffer = buffers.get(i);
                if (memory != null && buffer != null) {
                    copyOut(device, buffer, memory, arguments[i]);
                }
            }
            return status[0];
        }
    }

    private static void copyOut(OpenDevice device, DeviceBuffer buffer, MemorySegment memory, Object array) {
        device.copyOut(buffer, 0, memory);
        if (array instanceof boolean[] bits) {
            byte[] bytes = memory.toArray(ValueLayout.JAVA_BYTE);
            for (int i = 0; i < bits.length; i++) {
                bits[i] = bytes[i] != 0;
            }
        }
    }

    /** The memory of an array; of booleans, which have none, a copy. */
    private static @Nullable MemorySegment memory(@Nullable Object argument) {
        return switch (argument) {
            case byte[] array -> MemorySegment.ofArray(array);
            case boolean[] array -> {
                byte[] bytes = new byte[array.length];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) (array[i] ? 1 : 0);
                }
                yield MemorySegment.ofArray(bytes);
            }
            case short[] array -> MemorySegment.ofArray(array);
            case char[] array -> MemorySegment.ofArray(array);
            case int[] array -> MemorySegment.ofArray(array);
            case long[] array -> MemorySegment.ofArray(array);
            case float[] array -> MemorySegment.ofArray(array);
            case double[] array -> MemorySegment.ofArray(array);
            case null, default -> null;
        };
    }
}
