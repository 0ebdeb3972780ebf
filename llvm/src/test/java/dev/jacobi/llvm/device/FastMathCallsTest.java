package dev.jacobi.llvm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.ir.Printer;
import dev.jacobi.ir.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is called instead of functions of {@code Math}: {@code NAME.fast.txt} beside {@code NAME.txt}; {@code -Djacobi.golden=update} writes it. */
class FastMathCallsTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden", "FastMathCallsTest");

    @ParameterizedTest
    @ValueSource(strings = {"doubles", "floats", "nested"})
    void calls(String name) throws IOException {
        Function function = Parser.parse(Files.readString(FOLDER.resolve(name + ".txt")));
        FastMathCalls.run(function);
        Verifier.verify(function);
        String text = Printer.print(function);
        Path golden = FOLDER.resolve(name + ".fast.txt");
        if ("update".equals(System.getProperty("jacobi.golden"))) {
            Files.writeString(golden, text);
        }
        assertEquals(Files.readString(golden), text);
    }
}
