package dev.jacobi.offload.launch;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.device.DeviceCompiler;
import dev.jacobi.llvm.device.DeviceImage;
import dev.jacobi.llvm.device.DeviceTarget;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import dev.jacobi.offload.runtime.OpenDevice.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One kernel, compiled for each device that it was launched on, when it is launched there first. Thread-safe. */
final class KernelImages {
    private final Function round;
    private final Map<OpenDevice, LoadedKernel> exact = new ConcurrentHashMap<>();
    private final Map<OpenDevice, LoadedKernel> fast = new ConcurrentHashMap<>();

    KernelImages(Function round) {
        this.round = round;
    }

    /** @param hasFastMath as for {@link DeviceCompiler#compile} */
    LoadedKernel on(OpenDevice device, boolean hasFastMath) {
        return (hasFastMath ? fast : exact).computeIfAbsent(device, each -> load(each, hasFastMath));
    }

    private LoadedKernel load(OpenDevice device, boolean hasFastMath) {
        DeviceTarget target = DeviceTarget.parse(device.description().target());
        DeviceImage image = DeviceCompiler.compile(round, target, hasFastMath);
        return device.load(image.bytes(), image.entry(), parameters());
    }

    /** As docs/offload.md has it. */
    private List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        List<Value> own = round.parameters();
        for (Value parameter : own.subList(0, own.size() - 1)) {
            switch (parameter.type().kind()) {
                case INT -> parameters.add(Parameter.INT);
                case LONG -> parameters.add(Parameter.LONG);
                case FLOAT -> parameters.add(Parameter.FLOAT);
                case DOUBLE -> parameters.add(Parameter.DOUBLE);
                case REFERENCE -> {
                    parameters.add(Parameter.BUFFER);
                    parameters.add(Parameter.INT);
                }
                case VOID -> throw new IllegalStateException("a parameter without a type");
            }
        }
        parameters.add(Parameter.INT);
        parameters.add(Parameter.INT);
        parameters.add(Parameter.BUFFER);
        return parameters;
    }
}
