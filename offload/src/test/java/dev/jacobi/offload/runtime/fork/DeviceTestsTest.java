package dev.jacobi.offload.runtime.fork;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DeviceTestsTest {
    /** Tests of one kind of driver, which is not that of the tested device. */
    private static final List<String> DRIVERS =
            List.of("dev.jacobi.offload.runtime.opencl", "dev.jacobi.offload.runtime.cuda");

    @Test
    void allTestsInForksButThoseOfOneKindOfDriverRunOnTheTestedDevice()
            throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(DeviceTestsTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> names;
        try (Stream<Path> files = Files.walk(root.resolve("dev/jacobi/offload"))) {
            names = files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.endsWith("Test.class"))
                    .map(file -> file.replace(".class", "").replace('/', '.').replace('\\', '.'))
                    .sorted()
                    .toList();
        }
        int tagged = 0;
        for (String name : names) {
            Class<?> type = Class.forName(name);
            boolean isInFork =
                    Arrays.stream(type.getDeclaredMethods()).anyMatch(each -> each.isAnnotationPresent(InFork.class));
            assertEquals(isInFork && !DRIVERS.contains(type.getPackageName()), isTagged(type), name);
            tagged += isTagged(type) ? 1 : 0;
        }
        assertTrue(tagged > 5);
    }

    private static boolean isTagged(AnnotatedElement type) {
        Tag tag = type.getAnnotation(Tag.class);
        return tag != null && tag.value().equals(DeviceTests.TAG);
    }
}
