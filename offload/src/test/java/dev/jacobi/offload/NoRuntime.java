package dev.jacobi.offload;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.DeviceRuntime;
import dev.jacobi.offload.runtime.OpenDevice;
import java.util.List;

/** A driver whose device cannot be opened. */
final class NoRuntime implements DeviceRuntime {
    static final DeviceDescription DEVICE = new DeviceDescription(
            "none", 0, DeviceDescription.Kind.GPU, "none", "none", DeviceDescription.SPIRV, "", "", 1, 1, 1, true);

    @Override
    public String name() {
        return "none";
    }

    @Override
    public List<DeviceDescription> devices() {
        return List.of(DEVICE);
    }

    @Override
    public String absence() {
        return "";
    }

    @Override
    public OpenDevice open(DeviceDescription device) {
        throw new DeviceException(DeviceException.Kind.MISSING, "there is no such device");
    }
}
