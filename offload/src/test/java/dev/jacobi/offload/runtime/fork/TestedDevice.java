package dev.jacobi.offload.runtime.fork;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.Runtimes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The device on which tests run: that which {@code -Djacobi.test.device=opencl:0} names, else the preferred one of this machine, which without a GPU is PoCL's. Without any, tests are skipped; without one that
 * was asked for, they fail.
 */
public final class TestedDevice {
    static final String PROPERTY = "jacobi.test.device";

    private TestedDevice() {}

    /** The name that is asked for. */
    static @Nullable String named() {
        return System.getProperty(PROPERTY);
    }

    public static DeviceDescription description() {
        String named = named();
        if (named == null) {
            return Runtimes.devices().stream()
                    .filter(DeviceDescription::usable)
                    .findFirst()
                    .orElseGet(() -> Assumptions.abort("there is no device: " + Runtimes.absence()));
        }
        DeviceDescription device = Runtimes.devices().stream()
                .filter(each -> each.id().equals(named))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("there is no device " + named + ": " + Runtimes.absence()));
        if (!device.usable()) {
            throw new IllegalStateException(named + " cannot be used: " + device.missing());
        }
        return device;
    }
}
