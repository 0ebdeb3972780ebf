package dev.jacobi.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Records that say themselves when they are equal leave out none of their components, unless it is listed here. */
final class RecordEqualityTest {
    /** What {@code equals} does not look at, for a reason that is written there. */
    private static final Map<String, Set<String>> LEFT_OUT = Map.of(
            "dev.jacobi.optimize.NumberValues$Computation", Set.of("hash"),
            // by identity
            "dev.jacobi.optimize.MemoryVersions$Version", Set.of("before", "number", "writer"));

    @Test
    void equalsLooksAtEachComponent() throws Exception {
        int found = 0;
        for (Class<?> type : records()) {
            Set<String> seen = fieldsReadBy(type, "equals", "(Ljava/lang/Object;)Z");
            if (seen == null) {
                continue; // the JDK's own
            }
            found++;
            Set<String> components = componentsOf(type);
            components.removeAll(LEFT_OUT.getOrDefault(type.getName(), Set.of()));
            components.removeAll(seen);
            assertTrue(components.isEmpty(), () -> type.getName() + ".equals does not look at " + components);
        }
        assertTrue(found > 15, "only " + found + " records");
    }

    @Test
    void hashCodeReadsNothingThatEqualsDoesNot() throws Exception {
        for (Class<?> type : records()) {
            Set<String> hashed = fieldsReadBy(type, "hashCode", "()I");
            Set<String> compared = fieldsReadBy(type, "equals", "(Ljava/lang/Object;)Z");
            assertEquals(hashed == null, compared == null, type.getName());
            if (hashed != null && compared != null) {
                hashed.removeAll(LEFT_OUT.getOrDefault(type.getName(), Set.of()));
                hashed.removeAll(compared);
                assertTrue(hashed.isEmpty(), () -> type.getName() + " hashes " + hashed);
            }
        }
    }

    /** What a fresh JVM would have to make equality of, and does not where it is written out. */
    @Test
    void noRecordThatIsAKeyLeavesEqualityToTheJdk() throws Exception {
        for (String key : List.of(
                "dev.jacobi.Options",
                "dev.jacobi.autodiff.reverse.Need",
                "dev.jacobi.autodiff.reverse.Variable$Primal",
                "dev.jacobi.compile.OptimizedPrimals$Key",
                "dev.jacobi.jvm.MemberAccess$Key",
                "dev.jacobi.optimize.NumberValues$Bits")) {
            assertFalse(fieldsReadBy(Class.forName(key), "equals", "(Ljava/lang/Object;)Z") == null, key);
        }
    }

    private static List<Class<?>> records() throws Exception {
        return PreloadClassesTest.listed().stream()
                .<Class<?>>map(RecordEqualityTest::load)
                .filter(Class::isRecord)
                .toList();
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PreloadClasses.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> componentsOf(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The components that a method reads of both records, or of its own if it has no other; null if the JDK makes the method. */
    private static Set<String> fieldsReadBy(Class<?> type, String name, String descriptor) throws IOException {
        ClassModel model;
        try (InputStream file =
                type.getResourceAsStream(type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class")) {
            model = ClassFile.of().parse(file.readAllBytes());
        }
        for (MethodModel method : model.methods()) {
            if (!method.methodName().equalsString(name) || !method.methodType().equalsString(descriptor)) {
                continue;
            }
            Map<String, Integer> reads = new HashMap<>();
            for (CodeElement element : method.code().orElseThrow()) {
                if (element instanceof InvokeDynamicInstruction) {
                    return null;
                }
                if (element instanceof FieldInstruction field
                        && field.owner().asInternalName().equals(type.getName().replace('.', '/'))) {
                    reads.merge(field.name().stringValue(), 1, Integer::sum);
                }
                if (element instanceof InvokeInstruction call
                        && call.owner().asInternalName().equals(type.getName().replace('.', '/'))
                        && componentsOf(type).contains(call.name().stringValue())) {
                    reads.merge(call.name().stringValue(), 1, Integer::sum);
                }
            }
            int least = name.equals("equals") ? 2 : 1;
            return reads.entrySet().stream()
                    .filter(read -> read.getValue() >= least)
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        throw new IllegalStateException(type.getName() + " has no " + name);
    }
}
