package dev.jacobi.offload.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.ImageOfText;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.Runtimes;
import dev.jacobi.offload.runtime.TestKernels;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is said where something is not installed. */
class AbsenceTest {
    private static final String HELP =
            "install a driver with OpenCL: of the maker of the GPU, or for this processor apt-get install pocl-opencl-icd";

    @TestFactory
    Stream<DynamicTest> withoutAnyLibrary() throws IOException, InterruptedException {
        return ForkedTests.of(WithoutLibrary.class)
                .option("-Djacobi.opencl.library=nowhere/libOpenCL.so")
                .option("-Djacobi.cuda.library=nowhere/libcuda.so")
                .option("-Djacobi.hip.library=nowhere/libamdhip64.so")
                .run();
    }

    static final class WithoutLibrary {
        @InFork
        static void theReasonAndAWayOutAreSaidForEachRuntime() {
            assertEquals(List.of(), Runtimes.devices());
            assertEquals("""
                    cuda: -Djacobi.cuda.library names nowhere/libcuda.so, which is no file: \
                    for a GPU of NVIDIA install its driver, which has all that is needed
                    hip: -Djacobi.hip.library names nowhere/libamdhip64.so, which is no file: \
                    for a GPU of AMD install the HIP runtime of ROCm 6 or later
                    opencl: -Djacobi.opencl.library names nowhere/libOpenCL.so, which is no file: \
                    """ + HELP + "\n", Runtimes.absence());
        }
    }

    @TestFactory
    Stream<DynamicTest> withoutADriver() throws IOException, InterruptedException {
        return ForkedTests.of(WithoutDriver.class)
                .environment("OCL_ICD_VENDORS", "/nowhere")
                .run();
    }

    static final class WithoutDriver {
        @InFork
        static void theLibraryAloneIsNotEnough() {
            OpenClRuntime runtime = new OpenClRuntime();
            assertEquals(List.of(), runtime.devices());
            Assumptions.assumeFalse(runtime.absence().startsWith("there is no "), runtime.absence());
            assertEquals("libOpenCL.so.1 knows no driver with a device: " + HELP, runtime.absence());
        }
    }

    private static DeviceDescription poclWithoutSpirv() {
        OpenClRuntime runtime = new OpenClRuntime();
        Assumptions.assumeFalse(runtime.devices().isEmpty(), runtime::absence);
        DeviceDescription device = runtime.devices().getFirst();
        Assumptions.assumeTrue(
                device.code().contains(SpirvTranslator.NAME), "the driver takes SPIR-V without being translated");
        return device;
    }

    @TestFactory
    Stream<DynamicTest> withoutTheTranslator() throws IOException, InterruptedException {
        return ForkedTests.of(WithoutTranslator.class)
                .option("-Djacobi.opencl.translator=/nowhere")
                .run();
    }

    static final class WithoutTranslator {
        @InFork
        static void deviceIsShownAsUnusableWithTheReason() {
            DeviceDescription device = poclWithoutSpirv();
            assertFalse(device.usable());
            String missing = "its driver takes no SPIR-V, and there is no llvm-spirv-15 to translate it: "
                    + "apt-get install llvm-spirv-15";
            assertEquals(missing, device.missing());
            try (OpenDevice open = Runtimes.open(device)) {
                DeviceException refusal = assertThrows(
                        DeviceException.class, () -> open.load(new byte[1], "saxpy", TestKernels.SAXPY_PARAMETERS));
                assertEquals("opencl:0: " + missing, refusal.getMessage());
                assertEquals(DeviceException.Kind.MISSING, refusal.kind());
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> withATranslatorThatFails() throws IOException, InterruptedException {
        return ForkedTests.of(WithFailingTranslator.class)
                .option("-Djacobi.opencl.translator=/bin/false")
                .run();
    }

    static final class WithFailingTranslator {
        @InFork
        static void itsFailureIsAnException() {
            try (OpenDevice open = Runtimes.open(poclWithoutSpirv())) {
                DeviceException refusal = assertThrows(
                        DeviceException.class,
                        () -> open.load(
                                ImageOfText.image(TestKernels.SAXPY, DeviceDescription.SPIRV),
                                "saxpy",
                                TestKernels.SAXPY_PARAMETERS));
                assertEquals("llvm-spirv-15 ends with 1, and says nothing", refusal.getMessage());
                assertEquals(DeviceException.Kind.BUILD, refusal.kind());
            }
        }
    }
}
