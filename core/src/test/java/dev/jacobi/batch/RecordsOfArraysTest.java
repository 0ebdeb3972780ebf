package dev.jacobi.batch;

import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.BatchException;
import dev.jacobi.Batched;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Records of arrays for arrays of records. */
class RecordsOfArraysTest {
    /** One of many. */
    record Particle(Place place, float mass, boolean fixed, byte kind, double[] history) {
        Particle {
            if (mass < 0) {
                throw new IllegalArgumentException("mass " + mass);
            }
        }
    }

    /** A component that is a record. */
    record Place(double x, double y) {}

    /** What is returned. */
    record Moved(Place place, double energy, int kind, boolean far, String text) {}

    /** Many. */
    record Particles(Places place, float[] mass, boolean[] fixed, byte[] kind, double[][] history) {}

    /** Many places. */
    record Places(double[] x, double[] y) {}

    /** Many results. */
    record AllMoved(Places place, double[] energy, int[] kind, boolean[] far, String[] text) {}

    /** The arrays of all in one. */
    record PackedParticles(Places place, float[] mass, boolean[] fixed, byte[] kind, double[] history) {}

    interface Mover {
        AllMoved apply(Particles particles, double by);
    }

    interface PackedMover {
        AllMoved apply(int count, PackedParticles particles, double by);
    }

    static Moved move(Particle particle, double by) {
        double x = particle.fixed() ? particle.place().x() : particle.place().x() + by;
        double energy = 0;
        for (double old : particle.history()) {
            energy += particle.mass() * old * old;
        }
        particle.history()[0] = x;
        if (x > 1000) {
            throw new ArithmeticException("too far: " + x);
        }
        return new Moved(
                new Place(x, particle.place().y()),
                energy,
                particle.kind() + 1,
                x > 2,
                particle.fixed() ? "fixed" : "");
    }

    static double energy(Particle particle, Place origin) {
        double x = particle.place().x() - origin.x();
        double y = particle.place().y() - origin.y();
        return particle.mass() * Math.sqrt(x * x + y * y);
    }

    private static Particle particle(int i) {
        return new Particle(
                new Place(i * 0.37 - 3, Math.sin(i)), 1 + i % 5, i % 3 == 0, (byte) (i % 100), new double[] {i, 0.5 * i
                });
    }

    private static Particles particles(int count) {
        Particles all = new Particles(
                new Places(new double[count], new double[count]),
                new float[count],
                new boolean[count],
                new byte[count],
                new double[count][]);
        for (int i = 0; i < count; i++) {
            Particle one = particle(i);
            all.place().x()[i] = one.place().x();
            all.place().y()[i] = one.place().y();
            all.mass()[i] = one.mass();
            all.fixed()[i] = one.fixed();
            all.kind()[i] = one.kind();
            all.history()[i] = one.history();
        }
        return all;
    }

    private static Batched moving() {
        return Jacobi.of(RecordsOfArraysTest.class, "move").batch(EACH, SHARED);
    }

    private static void same(Moved[] expected, AllMoved actual) {
        assertEquals(expected.length, actual.energy().length);
        for (int i = 0; i < expected.length; i++) {
            Moved one = new Moved(
                    new Place(actual.place().x()[i], actual.place().y()[i]),
                    actual.energy()[i],
                    actual.kind()[i],
                    actual.far()[i],
                    actual.text()[i]);
            assertEquals(expected[i], one, "example " + i);
        }
    }

    private static Moved[] expected(int count, double by) {
        return IntStream.range(0, count).mapToObj(i -> move(particle(i), by)).toArray(Moved[]::new);
    }

    @Test
    void argumentsAndResultsOfRecordsAreRecordsOfArrays() {
        Mover mover = moving().as(Mover.class);
        for (int count : BatchCheck.SIZES) {
            Particles particles = particles(count);
            same(expected(count, 0.25), mover.apply(particles, 0.25));
            for (int i = 0; i < count; i++) {
                double x = particle(i).fixed()
                        ? particle(i).place().x()
                        : particle(i).place().x() + 0.25;
                assertEquals(x, particles.history()[i][0], "what the method wrote into its own array");
            }
        }
    }

    @Test
    void arraysInRecordsHaveTheLayoutOfTheBatch() {
        Particles separate = particles(10);
        double[] packed = Arrays.stream(separate.history())
                .flatMapToDouble(Arrays::stream)
                .toArray();
        AllMoved moved = moving().layout(Layout.PACKED)
                .as(PackedMover.class)
                .apply(
                        10,
                        new PackedParticles(
                                separate.place(), separate.mass(), separate.fixed(), separate.kind(), packed),
                        0.25);
        same(expected(10, 0.25), moved);
        assertEquals(moved.place().x()[7], packed[14]);
    }

    @Test
    void recordsThatAreSharedStayRecords() {
        interface Distances {
            double[] apply(Particles particles, Place origin);
        }
        double[] energies = Jacobi.of(RecordsOfArraysTest.class, "energy")
                .batch(EACH, SHARED)
                .as(Distances.class)
                .apply(particles(300), new Place(0.5, 1));
        assertArrayEquals(
                IntStream.range(0, 300)
                        .mapToDouble(i -> energy(particle(i), new Place(0.5, 1)))
                        .toArray(),
                energies);
    }

    @Test
    void threadsDoTheSame() {
        interface Distances {
            double[] apply(Particles particles, Places origins);
        }
        Particles particles = particles(5_000);
        double[] energies = Jacobi.of(RecordsOfArraysTest.class, "energy")
                .batch(EACH, EACH)
                .parallel()
                .as(Distances.class)
                .apply(particles, particles.place());
        assertArrayEquals(new double[5_000], energies);
    }

    @Test
    void anExceptionComesWithTheNumberOfItsExample() {
        Particles particles = particles(20);
        particles.place().x()[4] = 2_000;
        particles.mass()[9] = -1;
        BatchException first = assertThrows(
                BatchException.class, () -> moving().as(Mover.class).apply(particles, 1));
        assertEquals(4, first.example());
        assertEquals("too far: 2001.0", first.getCause().getMessage());
        BatchException all = assertThrows(
                BatchException.class,
                () -> moving().finishingOthers().as(Mover.class).apply(particles, 0));
        assertEquals("mass -1.0", all.failures().get(9).getMessage());
        AllMoved others = (AllMoved) all.results();
        assertEquals(0, others.kind()[4]);
        assertEquals(11, others.kind()[10]);
    }

    @Test
    void aMessageNamesTheComponent() {
        Particles particles = particles(3);
        JacobiException lengths = assertThrows(
                JacobiException.class,
                () -> moving().as(Mover.class)
                        .apply(
                                new Particles(
                                        particles.place(),
                                        new float[2],
                                        new boolean[3],
                                        new byte[3],
                                        particles.history()),
                                1));
        assertEquals(
                "cannot run the batch of dev.jacobi.batch.RecordsOfArraysTest.move("
                        + "dev.jacobi.batch.RecordsOfArraysTest$Particle, double): x of place of parameter 0 has 3 "
                        + "examples, mass of parameter 0 has 2",
                lengths.getMessage().lines().findFirst().orElse(""));
        NullPointerException missing = assertThrows(
                NullPointerException.class,
                () -> moving().as(Mover.class).apply(new Particles(particles.place(), null, null, null, null), 1));
        assertEquals(
                "mass of parameter 0 of the batch of dev.jacobi.batch.RecordsOfArraysTest.move("
                        + "dev.jacobi.batch.RecordsOfArraysTest$Particle, double) is null",
                missing.getMessage());
        NullPointerException none = assertThrows(
                NullPointerException.class, () -> moving().as(Mover.class).apply(null, 1));
        assertEquals(
                "parameter 0 of the batch of dev.jacobi.batch.RecordsOfArraysTest.move("
                        + "dev.jacobi.batch.RecordsOfArraysTest$Particle, double) is null",
                none.getMessage());
    }

    /** Its first array is of another type. */
    record WrongPlaces(float[] x, double[] y) {}

    interface Wrong {
        @SuppressWarnings("UnusedMethod") // never gets an implementation
        double[] apply(Particles particles, WrongPlaces origins);
    }

    @Test
    void anArrayOfAnotherTypeIsRefused() {
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> Jacobi.of(RecordsOfArraysTest.class, "energy")
                        .batch(EACH, EACH)
                        .as(Wrong.class));
        assertEquals(
                "the component x of dev.jacobi.batch.RecordsOfArraysTest$WrongPlaces is of type float[], "
                        + "the batch of dev.jacobi.batch.RecordsOfArraysTest.energy("
                        + "dev.jacobi.batch.RecordsOfArraysTest$Particle, dev.jacobi.batch.RecordsOfArraysTest$Place) "
                        + "has double[] there",
                refusal.getMessage().lines().findFirst().orElse(""));
    }
}
