package dev.jacobi.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries that the other tests lift are there, as class files that the JDK reads. */
class LibrariesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/apache/commons/math3/util/FastMath",
                "org/ejml/data/DMatrixRMaj",
                "org/ejml/dense/row/CommonOps_DDRM",
                "org/hipparchus/util/FastMath",
                "kotlin/collections/ArraysKt",
                "scala/math/package$"
            })
    void classFileOfTheLibraryIsReadable(String name) throws IOException {
        try (var bytes = LibrariesTest.class.getClassLoader().getResourceAsStream(name + ".class")) {
            assertNotNull(bytes, name);
            ClassModel model = ClassFile.of().parse(bytes.readAllBytes());
            assertEquals(name, model.thisClass().asInternalName());
            assertFalse(model.methods().isEmpty());
        }
    }
}
