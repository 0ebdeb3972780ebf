package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.jacobi.offload.runtime.fork.ForkedTests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Calls that choose among devices of the test, by its clock: where they ran, and what the logger said meanwhile. */
final class DeviceChoices {
    /** Of the methods below. */
    static final String NAME = "dev.jacobi.offload.DeviceChoices.";

    private DeviceChoices() {}

    /** The tests of a class in another JVM, on one device or two. */
    static Stream<DynamicTest> onDevices(Class<?> tests) throws IOException, InterruptedException {
        return ForkedTests.of(tests)
                .environment("POCL_DEVICES", "pthread pthread")
                .option("-XX:-OmitStackTraceInFastThrow")
                .run();
    }

    static double[] doubles(int length, int seed) {
        return new Random(seed).doubles(length, -2, 2).toArray();
    }

    static void add(double[] x, double[] y, double a) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] += a * x[i]);
    }

    static double[] added(double[] x, double[] y, double a) {
        double[] sum = y.clone();
        for (int i = 0; i < x.length; i++) {
            sum[i] += a * x[i];
        }
        return sum;
    }

    static double total(double[] x) {
        return IntStream.range(0, x.length).parallel().mapToDouble(i -> x[i]).sum();
    }

    static void fails(int[] x, int n) {
        IntStream.range(0, n).parallel().forEach(i -> x[i] = 100 / (x[i] - 5));
    }

    /** Calls a method, and gives where that ran: the names of the devices. */
    static final class Calls {
        final OffloadedMethod method;
        final List<String> places = new ArrayList<>();

        Calls(String name) {
            method = Offload.of(DeviceChoices.class, name)
                    .measuringAt((devices, _) ->
                            places.add(devices.stream().map(Device::id).toList().toString()));
        }

        void add(DeviceChoice choice, int count) {
            for (int call = 0; call < count; call++) {
                double[] x = doubles(100, call);
                double[] y = doubles(100, call + 1);
                double[] expected = added(x, y, 0.5);
                method.run(choice, x, y, 0.5);
                assertArrayEquals(expected, y);
            }
        }

        long at(String place) {
            return Collections.frequency(places, place);
        }
    }

    static DeviceChoice choice(AtomicLong clock, StandInDevice... devices) {
        return DeviceChoice.fastestOf(
                        Arrays.stream(devices).map(StandInDevice::device).toList())
                .by(clock::get, Runnable::run);
    }

    private static final class Said extends Handler {
        final List<String> texts = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void publish(LogRecord record) {
            texts.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** What the logger says meanwhile. */
    static List<String> said(Runnable code) {
        Logger logger = Logger.getLogger("dev.jacobi.offload");
        Said said = new Said();
        logger.addHandler(said);
        logger.setLevel(Level.FINE);
        try {
            code.run();
        } finally {
            logger.removeHandler(said);
        }
        return List.copyOf(said.texts);
    }
}
