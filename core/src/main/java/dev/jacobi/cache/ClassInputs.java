package dev.jacobi.cache;

import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The class files that something was made of: those that were asked for, and all to which a question about the loaded class may lead on: superclasses, interfaces, subclasses of sealed classes,
 * the nest, types of fields. The JVM's own and Jacobi's are those of the {@link Environment}.
 */
final class ClassInputs {
    /** More are not kept: to check them would take longer than to compile. */
    private static final int MOST = 200;
    /** Times of files and the start of a process are not exact. */
    private static final long SLACK_MILLISECONDS = 2_000;

    /** @param element its number on the class path, -1 if it is nowhere */
    private record Input(String internalName, int element, long high, long low) {}

    private final List<Input> inputs = new ArrayList<>();

    /** Why something cannot be kept. */
    static final class ObstacleException extends Exception {
        private static final long serialVersionUID = 1;

        ObstacleException(String message) {
            super(message);
        }
    }

    static ClassInputs of(Dependencies dependencies, Environment environment) throws ObstacleException, IOException {
        String obstacle = dependencies.obstacle();
        if (obstacle != null) {
            throw new ObstacleException(obstacle);
        }
        long start = ProcessHandle.current()
                .info()
                .startInstant()
                .map(Instant::toEpochMilli)
                .orElse(Long.MIN_VALUE / 2);
        if (environment.build().modified() > start - SLACK_MILLISECONDS) {
            throw new ObstacleException("Jacobi's own files are newer than this process");
        }
        ClassInputs made = new ClassInputs();
        Deque<String> open = new ArrayDeque<>(dependencies.classes());
        Set<String> done = new HashSet<>();
        try (ClassPath classPath = environment.classPath().opened()) {
            if (classPath.hasHiddenJars()) {
                throw new ObstacleException("a jar on the class path names others in its manifest");
            }
            while (!open.isEmpty()) {
                String name = open.pop();
                if (done.add(name)) {
                    made.add(name, environment, classPath, start, open);
                    if (made.inputs.size() > MOST) {
                        throw new ObstacleException("more than " + MOST + " class files");
                    }
                }
            }
        }
        return made;
    }

    private void add(String name, Environment environment, ClassPath classPath, long start, Deque<String> open)
            throws ObstacleException, IOException {
        ClassLoader loader = ClassLoader.getSystemClassLoader();
        int element = classPath.find(name);
        Class<?> type = load(name, loader);
        if (type == null) {
            if (element >= 0 || loader.getResource(name + ".class") != null) {
                throw new ObstacleException("the class " + name + " has a file, but cannot be loaded");
            }
            inputs.add(new Input(name, -1, 0, 0));
            return;
        }
        if (type.getClassLoader() == null || type.getClassLoader() == ClassLoader.getPlatformClassLoader()) {
            if (!type.getModule().isNamed()) {
                throw new ObstacleException("the class " + name + " is no part of the JDK, but its loader is");
            }
            return;
        }
        if (type.getClassLoader() != loader || type.getModule().isNamed() || element < 0) {
            throw new ObstacleException("the class " + name + " is not from the class path");
        }
        if (element == environment.own() && name.startsWith("dev/jacobi/")) {
            return;
        }
        byte[] bytes = classPath.read(element, name);
        if (bytes == null || !Arrays.equals(bytes, resource(loader, name))) {
            throw new ObstacleException("the class " + name + " is loaded from somewhere else");
        }
        if (classPath.modified(element, name) > start - SLACK_MILLISECONDS) {
            throw new ObstacleException("the class file of " + name + " is newer than this process");
        }
        Fingerprint fingerprint = Fingerprint.of(bytes);
        inputs.add(new Input(name, element, fingerprint.high(), fingerprint.low()));
        follow(type, open);
    }

    private static @Nullable Class<?> load(String name, ClassLoader loader) throws ObstacleException {
        try {
            return Class.forName(name.replace('/', '.'), false, loader);
        } catch (ClassNotFoundException _) {
            return null;
        } catch (LinkageError e) {
            throw new ObstacleException("the class " + name + " cannot be loaded: " + e);
        }
    }

    private static byte @Nullable [] resource(ClassLoader loader, String name) throws IOException {
        try (InputStream in = loader.getResourceAsStream(name + ".class")) {
            return in == null ? null : in.readAllBytes();
        }
    }

    private static void follow(Class<?> type, Deque<String> open) throws ObstacleException {
        try {
            push(type.getSuperclass(), open);
            push(type.getNestHost(), open);
            for (Class<?> each : type.getInterfaces()) {
                push(each, open);
            }
            if (type.isSealed()) {
                for (Class<?> each : type.getPermittedSubclasses()) {
                    push(each, open);
                }
            }
            for (Field field : type.getDeclaredFields()) {
                push(field.getType(), open);
            }
        } catch (LinkageError | TypeNotPresentException e) {
            throw new ObstacleException("a class that " + type.getName() + " needs cannot be loaded: " + e);
        }
    }

    private static void push(@Nullable Class<?> type, Deque<String> open) {
        Class<?> element = type;
        while (element != null && element.isArray()) {
            element = element.getComponentType();
        }
        if (element != null && !element.isPrimitive() && !element.getName().startsWith("java.")) {
            open.push(element.getName().replace('.', '/'));
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(inputs.size());
        for (Input input : inputs) {
            out.writeUTF(input.internalName());
            out.writeInt(input.element());
            out.writeLong(input.high());
            out.writeLong(input.low());
        }
    }

    /** Reads on to the end of the inputs, and gives whether all of them are still the same. */
    static boolean areSame(EntryReader in, Environment environment) throws IOException {
        try (ClassPath classPath = environment.classPath().opened()) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String name = in.readUTF();
                int element = in.readInt();
                long high = in.readLong();
                long low = in.readLong();
                if (element < 0
                        ? classPath.isInFolders(name)
                        : !isSame(classPath.fingerprint(element, name), high, low)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static boolean isSame(@Nullable Fingerprint fingerprint, long high, long low) {
        return fingerprint != null && fingerprint.high() == high && fingerprint.low() == low;
    }
}
