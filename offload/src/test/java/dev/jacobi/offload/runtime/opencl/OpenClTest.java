package dev.jacobi.offload.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.ImageOfText;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.Parameter;
import dev.jacobi.offload.runtime.TestKernels;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Code for OpenCL, and what is wrong with it. */
class OpenClTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(OpenClTest.class).run();
    }

    private static byte[] spirv(String text) {
        return ImageOfText.image(text, DeviceDescription.SPIRV);
    }

    @InFork
    static void interruptedThreadGetsAnExceptionOrItsResultAndStaysInterrupted() {
        byte[] unseen = spirv(TestKernels.SAXPY.replace("saxpy", "interrupted"));
        try (OpenDevice device = OpenClDevices.open(0);
                DeviceBuffer buffer = device.allocate(8)) {
            Thread.currentThread().interrupt();
            try {
                device.load(unseen, "interrupted", TestKernels.SAXPY_PARAMETERS).close();
            } catch (DeviceException e) {
                assertEquals("interrupted while llvm-spirv-15 translated the image", e.getMessage());
            }
            double[] number = {7};
            device.copyIn(MemorySegment.ofArray(number), buffer, 0);
            number[0] = 0;
            device.copyOut(buffer, 0, MemorySegment.ofArray(number));
            assertEquals(7, number[0]);
            assertTrue(Thread.interrupted());
            device.load(unseen, "interrupted", TestKernels.SAXPY_PARAMETERS).close();
        }
    }

    @InFork
    static void codeThatIsNoCodeIsRefused() {
        try (OpenDevice device = OpenClDevices.open(0)) {
            byte[] spirv = spirv(TestKernels.SAXPY);
            assertBuildFails(
                    "the image is no SPIR-V",
                    () -> device.load(new byte[] {1, 2, 3, 4}, "saxpy", TestKernels.SAXPY_PARAMETERS));
            assertBuildFails(
                    "the image is SPIR-V that ends too early",
                    () -> device.load(Arrays.copyOf(spirv, 24), "saxpy", TestKernels.SAXPY_PARAMETERS));
        }
    }

    @InFork
    static void codeThatTheDriverRefusesComesWithItsLog() {
        String unresolved = TestKernels.SAXPY
                .replace("define KERNEL", "declare spir_func double @nowhere(double)\ndefine KERNEL")
                .replace("%sum = fadd double %product, %vy", "%sum = call spir_func double @nowhere(double %vy)");
        try (OpenDevice device = OpenClDevices.open(0)) {
            DeviceException refusal = assertThrows(
                    DeviceException.class, () -> device.load(spirv(unresolved), "saxpy", TestKernels.SAXPY_PARAMETERS));
            assertEquals(DeviceException.Kind.BUILD, refusal.kind(), refusal::getMessage);
            assertTrue(
                    refusal.getMessage().contains("clBuildProgram gives CL_BUILD_PROGRAM_FAILURE (-11)"),
                    refusal::getMessage);
            assertTrue(refusal.getMessage().contains("nowhere"), refusal::getMessage);
            device.load(spirv(TestKernels.SAXPY), "saxpy", TestKernels.SAXPY_PARAMETERS)
                    .close();
        }
    }

    @InFork
    static void kernelsAreCheckedWhenLoaded() {
        try (OpenDevice device = OpenClDevices.open(0)) {
            String where = "opencl:0 (" + device.description().name() + "): ";
            byte[] spirv = spirv(TestKernels.SAXPY);
            DeviceException unknown = assertThrows(
                    DeviceException.class, () -> device.load(spirv, "daxpy", TestKernels.SAXPY_PARAMETERS));
            assertEquals(where + "clCreateKernel gives CL_INVALID_KERNEL_NAME (-46) for daxpy", unknown.getMessage());
            DeviceException wrong =
                    assertThrows(DeviceException.class, () -> device.load(spirv, "saxpy", List.of(Parameter.INT)));
            assertEquals(where + "kernel saxpy has 4 parameters, not 1", wrong.getMessage());
        }
    }

    private static void assertBuildFails(String text, Executable call) {
        DeviceException refusal = assertThrows(DeviceException.class, call);
        assertEquals(DeviceException.Kind.BUILD, refusal.kind(), refusal::getMessage);
        assertEquals(text, refusal.getMessage());
    }
}
