package dev.jacobi.llvm.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.llvm.library.ObjectCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that makes images: what goes wrong in it is an exception here, and what it has made is kept. */
class CompileProcessTest {
    private static final ObjectCache NONE = new ObjectCache(null);
    private static final String KERNEL = "define spir_kernel void @nothing() {\n  ret void\n}\n";

    @TempDir
    private Path folder;

    private static String failure(String text, String target) {
        JacobiException failure =
                assertThrows(JacobiException.class, () -> CompileProcess.image(text, DeviceTarget.parse(target), NONE));
        assertEquals(Refusal.INTERNAL, failure.refusal());
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    @Test
    void textThatIsNoneIsTold() {
        String said = failure("nonsense", "sm_90");
        assertTrue(said.startsWith("LLVM failed: device code for sm_90: java ended with status 1: LLVM failed:"), said);
        assertTrue(said.contains("expected top-level entity"), said);
    }

    @Test
    void fatalErrorOfABackEndIsTold() {
        String said = failure("""
                declare double @llvm.exp.f64(double)
                define ptx_kernel void @k(ptr addrspace(1) %p) {
                  %x = load double, ptr addrspace(1) %p
                  %y = call double @llvm.exp.f64(double %x)
                  store double %y, ptr addrspace(1) %p
                  ret void
                }
                """, "sm_90");
        assertTrue(said.contains("no libcall available for fexp"), said);
    }

    @Test
    void whatFailsIsTriedAgainAsItWasWrittenInAnotherProcess() {
        JacobiException failure = assertThrows(
                JacobiException.class, () -> CompileProcess.image("nonsense", DeviceTarget.parse("sm_90"), NONE));
        assertEquals(1, failure.getSuppressed().length);
        assertEquals(failure.getMessage(), failure.getSuppressed()[0].getMessage());
    }

    @Test
    void timeLimitEndsTheProcess() {
        System.setProperty(CompileProcess.SECONDS, "0");
        try {
            assertEquals(
                    "LLVM failed: device code for spirv64 took more than 0 seconds; -Djacobi.llvm.device.seconds=N allows more",
                    failure(KERNEL, "spirv64"));
        } finally {
            System.clearProperty(CompileProcess.SECONDS);
        }
    }

    @Test
    void imageIsMadeOnce() throws IOException {
        ObjectCache cache = new ObjectCache(folder);
        byte[] made = CompileProcess.image(KERNEL, DeviceTarget.SPIRV64, cache);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
        // No process could make it now.
        System.setProperty(CompileProcess.SECONDS, "0");
        try {
            assertArrayEquals(made, CompileProcess.image(KERNEL, DeviceTarget.SPIRV64, cache));
        } finally {
            System.clearProperty(CompileProcess.SECONDS);
        }
    }
}
