package dev.jacobi.cache;

import java.lang.ScopedValue.CallableOp;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a compilation asks for while it runs: the classes that it looks at, in class files or loaded, and the hidden classes that it defines. Whatever it learns in another way is an
 * {@linkplain #obstacle obstacle} to keeping what it makes. One thread writes into it at a time.
 */
public final class Dependencies {
    private static final ScopedValue<Dependencies> CURRENT = ScopedValue.newInstance();

    /**
     * A hidden class that was defined.
     *
     * @param data the live objects that it refers to
     * @param nestmate whether it is in the nest of the class that it was defined beside
     */
    public record Defined(byte[] bytes, List<Object> data, boolean nestmate) {}

    /**
     * Native code, or what chooses between it and the method of the class that was defined first.
     *
     * @param handle calls it
     * @param name that messages give it
     * @param method the name of the method
     * @param recipe what the native code is made of again, once it has been compiled
     */
    public record Native(MethodHandle handle, String name, String method, CompletableFuture<Supplier<byte[]>> recipe) {}

    private final Set<String> classes = new LinkedHashSet<>();
    private final List<Defined> defined = new ArrayList<>();
    private @Nullable String obstacle;
    private @Nullable Native ofNative;

    /** Work that notes here what it asks for; what is around it notes it too. */
    public <R, X extends Throwable> R during(CallableOp<R, X> work) throws X {
        Dependencies around = CURRENT.isBound() ? CURRENT.get() : null;
        try {
            return ScopedValue.where(CURRENT, this).call(work);
        } finally {
            if (around != null && around != this) {
                around.addAll(this);
            }
        }
    }

    /** Makes these depend on all that others depend on, but for the classes that they define. */
    public void addAll(Dependencies others) {
        Set<String> more = others.classes();
        String found = others.obstacle();
        synchronized (this) {
            classes.addAll(more);
            obstacle = obstacle == null ? found : obstacle;
        }
    }

    /** What was learned before, and noted in these, is used once more. */
    public static void remembered(Dependencies others) {
        if (CURRENT.isBound() && CURRENT.get() != others) {
            CURRENT.get().addAll(others);
        }
    }

    /** A class was looked at, or looked for. */
    public static void asked(ClassDesc descriptor) {
        if (CURRENT.isBound()) {
            String text = descriptor.descriptorString();
            int start = text.lastIndexOf('[') + 1;
            if (text.charAt(start) == 'L') {
                CURRENT.get().add(text.substring(start + 1, text.length() - 1));
            }
        }
    }

    /** @param internalName such as {@code java/util/Map$Entry} */
    public static void asked(String internalName) {
        if (CURRENT.isBound()) {
            CURRENT.get().add(internalName);
        }
    }

    public static void asked(Class<?> type) {
        if (CURRENT.isBound()) {
            Class<?> element = type;
            while (element.isArray()) {
                element = element.getComponentType();
            }
            if (element.isHidden()) {
                obstacle("the hidden class " + element.getName());
            } else if (!element.isPrimitive()) {
                CURRENT.get().add(element.getName().replace('.', '/'));
            }
        }
    }

    /** Something was learned that another process may learn otherwise from the same class files. */
    public static void obstacle(String what) {
        if (CURRENT.isBound()) {
            CURRENT.get().setObstacle(what);
        }
    }

    /** A hidden class was defined. */
    public static void defined(byte[] bytes, List<Object> data, boolean nestmate) {
        if (CURRENT.isBound()) {
            CURRENT.get().add(new Defined(bytes, data, nestmate));
        }
    }

    /** Code was made that runs natively, or does once that is faster. */
    public static void madeNative(Native made) {
        if (CURRENT.isBound()) {
            CURRENT.get().setNative(made);
        }
    }

    private synchronized void setNative(Native made) {
        ofNative = made;
    }

    private synchronized void add(String internalName) {
        // Classes of these packages are the JVM's own everywhere.
        if (!internalName.startsWith("java/")) {
            classes.add(internalName);
        }
    }

    private synchronized void add(Defined made) {
        defined.add(made);
    }

    private synchronized void setObstacle(String what) {
        obstacle = obstacle == null ? what : obstacle;
    }

    synchronized Set<String> classes() {
        return new LinkedHashSet<>(classes);
    }

    public synchronized List<Defined> defined() {
        return List.copyOf(defined);
    }

    public synchronized @Nullable Native ofNative() {
        return ofNative;
    }

    public synchronized @Nullable String obstacle() {
        return obstacle;
    }
}
