package dev.jacobi.lift;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.cache.Dependencies;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.ref.SoftReference;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The class files that a class loader gives out as resources, parsed and kept while memory allows.
 *
 * <p>What is read are the bytes in the directory or jar: agents that rewrite classes as they are loaded are not seen. Hidden classes,
 * proxies and classes that were defined from memory have no bytes to read. No class is loaded or initialised here.
 */
public final class ClassFiles {
    private static final ClassFile PARSER =
            ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG, ClassFile.LineNumbersOption.PASS_LINE_NUMBERS);
    private static final Map<ClassLoader, ClassFiles> OF_LOADERS = new WeakHashMap<>();
    private static final Map<Class<?>, byte[]> DEFINED = Collections.synchronizedMap(new WeakHashMap<>());
    private static final ClassFiles OF_BOOT_LOADER = new ClassFiles(ClassFiles::bootResource, Map.of());

    /** Where bytes come from: null if there is no such resource. */
    private interface Source {
        @Nullable
        InputStream open(String resource) throws IOException;
    }

    private final Source source;
    private final Map<String, byte[]> overlay;
    private final Map<String, SoftReference<ClassModel>> parsed = new ConcurrentHashMap<>();
    private final ClassHierarchy hierarchy = new FileHierarchy();

    private ClassFiles(Source source, Map<String, byte[]> overlay) {
        this.source = source;
        this.overlay = overlay;
    }

    /** The class files that {@code loader} and its parents see; null is the boot loader. */
    public static ClassFiles of(@Nullable ClassLoader loader) {
        if (loader == null) {
            return OF_BOOT_LOADER;
        }
        synchronized (OF_LOADERS) {
            return OF_LOADERS.computeIfAbsent(loader, ClassFiles::ofLoader);
        }
    }

    private static ClassFiles ofLoader(ClassLoader loader) {
        // The loader itself must stay collectable: it is the key of a weak map.
        java.lang.ref.WeakReference<ClassLoader> weak = new java.lang.ref.WeakReference<>(loader);
        return new ClassFiles(
                resource -> {
                    ClassLoader alive = weak.get();
                    InputStream found = alive == null ? null : alive.getResourceAsStream(resource);
                    return found == null ? bootResource(resource) : found;
                },
                Map.of());
    }

    /**
     * Class files given as bytes, by internal name ({@code java/util/Map$Entry}), in front of those of {@code others}.
     */
    public static ClassFiles ofBytes(Map<String, byte[]> bytes, ClassFiles others) {
        return new ClassFiles(others.source, bytes);
    }

    private static @Nullable InputStream bootResource(String resource) throws IOException {
        InputStream found = Object.class.getModule().getResourceAsStream(resource);
        return found == null ? ClassLoader.getSystemResourceAsStream(resource) : found;
    }

    /** Remembers the class file of a class that Jacobi has defined itself, and no loader has as a resource. */
    public static void remember(Class<?> type, byte[] bytes) {
        DEFINED.put(type, bytes);
    }

    /** What these class files say about superclasses. */
    public ClassHierarchy hierarchy() {
        return hierarchy;
    }

    /**
     * The class file of a loaded class, from the class's own loader.
     *
     * @throws JacobiException NO_CLASS_FILE or CORRUPT_CLASS_FILE
     */
    public static ClassModel modelOf(Class<?> type) {
        String name = type.getName();
        if (type.isArray() || type.isPrimitive() || type.isHidden()) {
            throw noClassFile(name);
        }
        byte[] defined = DEFINED.get(type);
        if (defined != null) {
            Dependencies.obstacle("the class " + name + ", which was made while it ran");
            return parse(defined, name);
        }
        Optional<ClassModel> model = of(type.getClassLoader()).find(name.replace('.', '/'));
        if (model.isEmpty()) {
            model = fromModule(type);
        }
        return model.orElseThrow(() -> noClassFile(name));
    }

    private static Optional<ClassModel> fromModule(Class<?> type) {
        try (InputStream stream =
                type.getModule().getResourceAsStream(type.getName().replace('.', '/') + ".class")) {
            return stream == null ? Optional.empty() : Optional.of(parse(stream.readAllBytes(), type.getName()));
        } catch (IOException e) {
            throw new JacobiException(
                    Refusal.NO_CLASS_FILE, "cannot read the class file of " + type.getName(), null, e);
        }
    }

    private static JacobiException noClassFile(String name) {
        return new JacobiException(Refusal.NO_CLASS_FILE, "there is no class file of " + name, null);
    }

    /**
     * The class file of the class with this descriptor.
     *
     * @throws JacobiException UNKNOWN_CLASS or CORRUPT_CLASS_FILE
     */
    public ClassModel get(ClassDesc descriptor) {
        return find(descriptor).orElseThrow(() -> unknown(dev.jacobi.ir.Type.name(descriptor)));
    }

    static JacobiException unknown(String name) {
        return new JacobiException(Refusal.UNKNOWN_CLASS, "there is no class " + name, null);
    }

    /** The class file of the class with this descriptor; empty for arrays, primitives and classes that are not there. */
    public Optional<ClassModel> find(ClassDesc descriptor) {
        String text = descriptor.descriptorString();
        return descriptor.isClassOrInterface() ? find(text.substring(1, text.length() - 1)) : Optional.empty();
    }

    private Optional<ClassModel> find(String internalName) {
        Dependencies.asked(internalName);
        if (!overlay.isEmpty()) {
            Dependencies.obstacle("class files that are given as bytes");
        }
        SoftReference<ClassModel> known = parsed.get(internalName);
        ClassModel model = known == null ? null : known.get();
        if (model == null) {
            byte[] bytes = read(internalName);
            if (bytes == null) {
                return Optional.empty();
            }
            model = parse(bytes, internalName.replace('/', '.'));
            if (!model.thisClass().asInternalName().equals(internalName)) {
                throw new JacobiException(
                        Refusal.CORRUPT_CLASS_FILE,
                        "the class file of " + internalName.replace('/', '.') + " holds the class "
                                + model.thisClass().asInternalName().replace('/', '.'),
                        null);
            }
            parsed.put(internalName, new SoftReference<>(model));
        }
        return Optional.of(model);
    }

    private byte @Nullable [] read(String internalName) {
        byte[] given = overlay.get(internalName);
        if (given != null) {
            return given;
        }
        try (InputStream stream = source.open(internalName + ".class")) {
            return stream == null ? null : stream.readAllBytes();
        } catch (IOException e) {
            throw new JacobiException(
                    Refusal.NO_CLASS_FILE, "cannot read the class file of " + internalName.replace('/', '.'), null, e);
        }
    }

    /**
     * Parses the bytes of a class file.
     *
     * @throws JacobiException CORRUPT_CLASS_FILE
     */
    public static ClassModel parse(byte[] bytes, String name) {
        try {
            ClassModel model = PARSER.parse(bytes);
            // The parser reads what it is asked for; these are what every later question rests on.
            var _ = model.thisClass().asSymbol();
            if (model.superclass().isPresent()) {
                var _ = model.superclass().get().asSymbol();
            }
            for (MethodModel method : model.methods()) {
                var _ = method.methodTypeSymbol();
                var _ = method.methodName().stringValue();
            }
            return model;
        } catch (RuntimeException | StackOverflowError e) {
            throw new JacobiException(
                    Refusal.CORRUPT_CLASS_FILE,
                    "cannot read the class file of " + name + ": " + e.getMessage(),
                    null,
                    e);
        }
    }

    /** Answers from the headers of class files; remembers them, since models may be dropped and parsed again. */
    private final class FileHierarchy implements ClassHierarchy {
        private record Header(boolean isInterface, Optional<ClassDesc> superclass) {}

        private final Map<String, Header> headers = new ConcurrentHashMap<>();

        private Header header(ClassDesc descriptor) {
            Dependencies.asked(descriptor);
            return headers.computeIfAbsent(descriptor.descriptorString(), _ -> read(descriptor));
        }

        private Header read(ClassDesc descriptor) {
            Optional<ClassModel> model;
            try {
                model = find(descriptor);
            } catch (JacobiException _) {
                model = Optional.empty();
            }
            if (model.isEmpty()) {
                return new Header(
                        false,
                        descriptor.equals(ConstantDescs.CD_Object)
                                ? Optional.empty()
                                : Optional.of(ConstantDescs.CD_Object));
            }
            boolean isInterface = (model.get().flags().flagsMask() & ClassFile.ACC_INTERFACE) != 0;
            return new Header(
                    isInterface,
                    isInterface ? Optional.empty() : model.get().superclass().map(entry -> entry.asSymbol()));
        }

        @Override
        public Optional<ClassDesc> superclass(ClassDesc descriptor) {
            return header(descriptor).superclass();
        }

        @Override
        public boolean isInterface(ClassDesc descriptor) {
            return header(descriptor).isInterface();
        }
    }
}
