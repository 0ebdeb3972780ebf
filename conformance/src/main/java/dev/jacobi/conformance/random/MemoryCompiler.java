package dev.jacobi.conformance.random;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Compiles sources in memory. Each thread uses its own. */
final class MemoryCompiler {
    /** The sources are not Java, which is a mistake of the generator. */
    static final class NotJava extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotJava(String message) {
            super(message);
        }
    }

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final JavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);

    /**
     * Compiles.
     *
     * @param dynamicConcatenation whether strings are concatenated by {@code invokedynamic}, which takes long to link
     * @return class files by qualified name
     */
    Map<String, byte[]> compile(Map<String, String> sources, boolean dynamicConcatenation) {
        Map<String, ByteArrayOutputStream> outputs = new ConcurrentHashMap<>();
        JavaFileManager memory = new ForwardingJavaFileManager<>(files) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String className, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
                return new SimpleJavaFileObject(
                        URI.create("memory:///" + className.replace('.', '/') + ".class"), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        ByteArrayOutputStream output = new ByteArrayOutputStream();
                        outputs.put(className, output);
                        return output;
                    }
                };
            }
        };
        List<SimpleJavaFileObject> units = sources.entrySet().stream()
                .map(entry -> source(entry.getKey(), entry.getValue()))
                .toList();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<String> options = List.of(
                "-proc:none",
                "-nowarn",
                "-XDrawDiagnostics",
                "-g:source,lines",
                "-implicit:none",
                dynamicConcatenation ? "-XDstringConcat=indyWithConstants" : "-XDstringConcat=inline");
        if (!compiler.getTask(null, memory, diagnostics, options, null, units).call()) {
            throw new NotJava(diagnostics.getDiagnostics().toString());
        }
        Map<String, byte[]> classes = new HashMap<>();
        outputs.forEach((name, output) -> classes.put(name, output.toByteArray()));
        return classes;
    }

    private static SimpleJavaFileObject source(String className, String text) {
        URI uri = URI.create("memory:///" + className.replace('.', '/') + ".java");
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    /** Loads classes from memory and hands out their bytes as resources. */
    static final class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;

        Loader(Map<String, byte[]> classes) {
            super(MemoryCompiler.class.getClassLoader());
            this.classes = classes;
        }

        /** A loader of the same classes but one. */
        Loader with(String name, byte[] bytes) {
            Map<String, byte[]> others = new HashMap<>(classes);
            others.put(name, bytes);
            return new Loader(others);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            byte[] bytes = name.endsWith(".class")
                    ? classes.get(name.substring(0, name.length() - 6).replace('/', '.'))
                    : null;
            return bytes != null ? new ByteArrayInputStream(bytes) : super.getResourceAsStream(name);
        }
    }
}
