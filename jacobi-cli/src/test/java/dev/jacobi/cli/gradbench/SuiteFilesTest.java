package dev.jacobi.cli.gradbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Options;
import dev.jacobi.cli.gradbench.SuiteEval.Defined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All files of the suite's own inputs and reference outputs, where they lie beside the checkout. */
class SuiteFilesTest {
    @ParameterizedTest
    @EnumSource
    void everyOutputIsTheReference(SuiteEval eval) throws IOException {
        Path suite = suite();
        Assumptions.assumeTrue(Files.isDirectory(suite), () -> "skipped: the files of the suite are not in " + suite);
        SuiteFiles files = new SuiteFiles(suite);
        List<String> sizes = files.sizes(eval.label());
        Assumptions.assumeFalse(sizes.isEmpty(), () -> "skipped: no inputs of " + eval.label() + " in " + suite);
        Defined<?> defined = eval.define(Options.DEFAULT);
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (String size : sizes) {
            JsonNode input = files.input(eval.label(), size);
            for (Map.Entry<String, JsonNode> reference :
                    files.references(eval.label(), size).entrySet()) {
                Workload workload = defined.prepare(reference.getKey(), input);
                workload.run();
                double error = StrictCheck.error(workload.output(), reference.getValue());
                if (!(error <= eval.tolerance())) {
                    wrong.add(size + "." + reference.getKey() + ": error " + error);
                }
                compared++;
            }
        }
        assertEquals(List.of(), wrong);
        assertFalse(compared == 0, () -> "no reference outputs for " + eval.label());
    }

    private static Path suite() {
        String root = System.getProperty("maven.multiModuleProjectDirectory", "..");
        return Path.of(root, "..", "shared", "gradbench").toAbsolutePath().normalize();
    }
}
