package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.ir.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The LLVM IR that functions become: {@code NAME.ll} beside {@code NAME.txt}; {@code -Djacobi.golden=update} writes it. */
class ModuleTextTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden", "ModuleTextTest");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arithmetic",
                "arrays",
                "local-arrays",
                "loop",
                "running-minimum",
                "switch",
                "throw",
                "strict-math",
                "independent-rounds",
                "tape",
                "tape-columns"
            })
    void text(String name) throws IOException {
        String source = Files.readString(FOLDER.resolve(name + ".txt"));
        String text = NativeBackend.text(Parser.parse(source), "entry", NativeOptions.DEFAULT);
        Path golden = FOLDER.resolve(name + ".ll");
        if ("update".equals(System.getProperty("jacobi.golden"))) {
            Files.writeString(golden, text);
        }
        assertEquals(Files.readString(golden), text);
    }
}
