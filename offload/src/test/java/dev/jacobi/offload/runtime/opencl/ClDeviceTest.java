package dev.jacobi.offload.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClDeviceTest {
    @Test
    void spirvOfVersion12AndLaterIsTaken() {
        assertTrue(ClDevice.takesSpirv("SPIR-V_1.2"));
        assertTrue(ClDevice.takesSpirv("SPIR-V_1.0 SPIR-V_1.1 SPIR-V_1.5 "));
        assertTrue(ClDevice.takesSpirv("SPIR_2.0 SPIR-V_1.10"));
        assertFalse(ClDevice.takesSpirv("SPIR-V_1.0 SPIR-V_1.1"));
        assertFalse(ClDevice.takesSpirv("SPIR-V_1.x"));
        assertFalse(ClDevice.takesSpirv(""));
    }
}
