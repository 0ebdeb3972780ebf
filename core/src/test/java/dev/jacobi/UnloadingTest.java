package dev.jacobi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server does that deploys an application again: classes are differentiated, and nobody uses them any more. */
class UnloadingTest {
    private static final int LOADERS = 20;
    private static final int MAX_COLLECTIONS = 50;

    /** The application. */
    static final class Model {
        /** An object that derivatives have to follow. */
        static final class Pair {
            double first;
            double[] others;

            Pair(double first, double[] others) {
                this.first = first;
                this.others = others;
            }
        }

        private Model() {}

        static double recursive(Pair pair, int depth) {
            if (depth == 0) {
                return pair.first * pair.others[0];
            }
            pair.first *= 0.5;
            return recursive(pair, depth - 1) + Math.sin(pair.first) + recursive(pair, depth - 1);
        }

        static double loss(double[] x, int depth) {
            return recursive(new Pair(x[1], x), depth);
        }
    }

    interface Reverse {
        double apply(double[] x, double[] dx, int depth, double seed);
    }

    interface Forward {
        double apply(double[] x, double[] dx, int depth);
    }

    /** Loads the application itself, and all others by its parent. */
    private static final class Loader extends ClassLoader {
        Loader() {
            super(UnloadingTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Model.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream stream = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (stream == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = stream.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Differentiates the application in a loader of its own, in all ways that keep something. */
    private static WeakReference<ClassLoader> deploy() throws ReflectiveOperationException {
        ClassLoader loader = new Loader();
        Class<?> model = Class.forName(Model.class.getName(), true, loader);
        assertNotSame(Model.class, model);
        Primal loss = Jacobi.of(model, "loss", double[].class, int.class);
        double[] x = {0.3, 0.7};
        double[] gradient = new double[2];
        loss.reverse(Activity.DUPLICATED, Activity.CONST).as(Reverse.class).apply(x, gradient, 3, 1);
        double slope =
                loss.forward(Activity.DUAL, Activity.CONST).as(Forward.class).apply(x, new double[] {1, 0}, 3);
        assertEquals(slope, gradient[0], 1e-14);
        double[] again = new double[2];
        SplitDerivative split =
                loss.reverse(Activity.DUPLICATED, Activity.CONST).split();
        try (Tape tape = split.augment(x, again, 3)) {
            tape.reverse(1.0);
        }
        assertEquals(gradient[1], again[1], 1e-14);
        return new WeakReference<>(loader);
    }

    @Test
    void classesThatWereDifferentiatedAreUnloadedOnceNobodyUsesThem() throws ReflectiveOperationException {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < LOADERS; i++) {
            loaders.add(deploy());
        }
        for (int i = 0; i < MAX_COLLECTIONS && loaders.stream().anyMatch(loader -> loader.get() != null); i++) {
            System.gc();
        }
        assertEquals(0, loaders.stream().filter(loader -> loader.get() != null).count());
    }
}
