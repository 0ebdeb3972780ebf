package dev.jacobi.llvm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.ir.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The LLVM IR that kernels become: {@code NAME.TARGET.ll} beside {@code NAME.txt}; {@code -Djacobi.golden=update} writes it. */
class DeviceTextTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden", "DeviceTextTest");

    @ParameterizedTest
    @CsvSource({"saxpy, spirv64", "saxpy, sm_90", "saxpy, gfx942", "own-array, spirv64", "own-array, gfx942"})
    void text(String name, String target) throws IOException {
        String source = Files.readString(FOLDER.resolve(name + ".txt"));
        String text = DeviceCompiler.text(Parser.parse(source), DeviceTarget.parse(target), false);
        Path golden = FOLDER.resolve(name + "." + target + ".ll");
        if ("update".equals(System.getProperty("jacobi.golden"))) {
            Files.writeString(golden, text);
        }
        assertEquals(Files.readString(golden), text);
    }
}
