package dev.jacobi.cli.bench.device;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.OpenDevice.LoadedKernel;
import dev.jacobi.offload.runtime.OpenDevice.Parameter;
import dev.jacobi.offload.runtime.Runtimes;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The well-known kernels as one writes them in CUDA, compiled by the nvcc of the PATH with its own defaults, and started like Jacobi's: so what is compared is the code. Nvcc contracts products and sums, and its
 * functions are not Java's, so results are compared by the mean of their differences.
 */
final class HandWrittenCuda implements AutoCloseable {
    /** So far off results may be in the mean. */
    static final double MOST_ERROR = 1e-3;

    private static final int MOST_SECONDS = 120;
    private static final int PARTS = 1 << 18;

    private final OpenDevice device;
    private final byte[] image;
    private final Map<String, LoadedKernel> loaded = new HashMap<>();

    private HandWrittenCuda(OpenDevice device, byte[] image) {
        this.device = device;
        this.image = image;
    }

    /**
     * What there is for a device.
     *
     * @param cuda null if there are no such kernels for it
     * @param missing why not; null where CUDA is out of the question
     */
    record Found(@Nullable HandWrittenCuda cuda, @Nullable String missing) {}

    static Found on(DeviceDescription description) {
        if (!description.runtime().equals("cuda")) {
            return new Found(null, null);
        }
        Optional<Path> nvcc = nvcc();
        if (nvcc.isEmpty()) {
            return new Found(null, "no nvcc");
        }
        try {
            byte[] image = compile(nvcc.get(), description.target());
            return new Found(new HandWrittenCuda(Runtimes.open(description), image), null);
        } catch (IOException e) {
            return new Found(null, e.getMessage());
        }
    }

    /** On the PATH. */
    static Optional<Path> nvcc() {
        String path = System.getenv("PATH");
        return Arrays.stream(path == null ? new String[0] : path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nvcc"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Machine code of all kernels.
     *
     * @param target such as {@code sm_90}
     * @throws IOException with what nvcc said, if it does not take them
     */
    static byte[] compile(Path nvcc, String target) throws IOException {
        Path folder = Files.createTempDirectory("jacobi-cuda");
        Path source = folder.resolve("kernels.cu");
        Path made = folder.resolve("kernels.cubin");
        Path said = folder.resolve("said");
        try (InputStream text =
                Objects.requireNonNull(HandWrittenCuda.class.getResourceAsStream("kernels.cu"), "kernels.cu")) {
            Files.copy(text, source);
            Process process = new ProcessBuilder(
                            nvcc.toString(),
                            "--cubin",
                            "-O3",
                            "-arch=" + target,
                            "-o",
                            made.toString(),
                            source.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(MOST_SECONDS, java.util.concurrent.TimeUnit.SECONDS);
            process.destroyForcibly();
            if (!ended || process.exitValue() != 0) {
                throw new IOException("nvcc failed: "
                        + Files.readString(said, StandardCharsets.UTF_8).strip());
            }
            return Files.readAllBytes(made);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            for (Path file : List.of(source, made, said, folder)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** What starts the kernels of one case. */
    private interface Steps {
        void start(Kernel on);
    }

    private static final Map<String, Steps> STEPS = steps();

    /** The labels of all that are written by hand. */
    static List<String> labels() {
        return STEPS.keySet().stream().sorted().toList();
    }

    /** The names of the kernels in the source. */
    static List<String> entries() throws IOException {
        try (InputStream text =
                Objects.requireNonNull(HandWrittenCuda.class.getResourceAsStream("kernels.cu"), "kernels.cu")) {
            return Pattern.compile("__global__ void (\\w+)")
                    .matcher(new String(text.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        }
    }

    private static Map<String, Steps> steps() {
        Map<String, Steps> steps = new HashMap<>();
        steps.put("saxpy", on -> on.start("saxpy", on.length(1), on.all(on.length(1))));
        steps.put("dot", on -> {
            int n = on.length(0);
            DeviceBuffer sum = on.scratch(Double.BYTES);
            on.device().clear(sum, 0, Double.BYTES);
            on.start("dot", Math.min(n, PARTS), on.argument(0), on.argument(1), sum, n);
        });
        for (String product : List.of("multiply", "multiplyByElements")) {
            steps.put(product.equals("multiply") ? product : "multiply-by-elements", on -> {
                int n = on.number(3);
                on.start(product, n * n, on.all());
            });
        }
        steps.put("multiply-sparse", on -> on.start("multiplySparse", on.length(4), on.all(on.length(4))));
        steps.put("heat", on -> {
            int width = on.number(2);
            int height = on.number(3);
            for (int step = 0; step < on.number(4); step++) {
                Object from = on.argument(step % 2);
                on.start("heat", width * height, from, on.argument(1 - step % 2), width, height);
            }
        });
        steps.put("diffuse", on -> on.start("diffuse", on.length(0), on.all()));
        steps.put("mandelbrot", on -> on.start("mandelbrot", on.length(0), on.all()));
        steps.put("dft", on -> on.start("dft", on.length(0), on.all(on.length(0))));
        steps.put("fft", on -> {
            int stages = on.number(4);
            int half = 1 << (stages - 1);
            for (int stage = 0; stage < stages; stage++) {
                int from = stage % 2 == 0 ? 0 : 2;
                int to = 2 - from;
                on.start(
                        "fftStage",
                        2 * half,
                        on.argument(from),
                        on.argument(from + 1),
                        on.argument(to),
                        on.argument(to + 1),
                        1 << stage,
                        half);
            }
        });
        steps.put("convolve", on -> on.start("convolve", on.length(2), on.all(on.length(1), on.length(2))));
        steps.put("n-body-step", on -> {
            int n = on.length(2);
            on.start("nBodyVelocities", n, on.all(n));
            on.start("nBodyPlaces", 3 * n, on.argument(0), on.argument(1), on.argument(3), 3 * n);
        });
        steps.put("black-scholes", on -> on.start("blackScholes", on.length(0), on.all(on.length(0))));
        steps.put(
                "nearest", on -> on.start("nearest", on.length(3), on.all(on.length(1) / on.number(2), on.length(3))));
        steps.put("histogram", on -> {
            int n = on.length(0);
            DeviceBuffer counts = (DeviceBuffer) on.argument(1);
            on.device().clear(counts, 0, counts.bytes());
            on.start("histogram", Math.min(n, PARTS), on.argument(0), counts, n);
        });
        steps.put("prefix-sums", on -> {
            int n = on.length(0);
            int step = 0;
            for (int back = 1; back < n; back *= 2) {
                on.start("prefixStep", n, on.argument(step % 2), on.argument(1 - step % 2), back, n);
                step++;
            }
        });
        steps.put("shortest-ways", on -> {
            int n = on.number(2);
            for (int via = 0; via < n; via++) {
                on.start("shorterWays", n * n, on.argument(via % 2), on.argument(1 - via % 2), via, n);
            }
        });
        return steps;
    }

    /** The kernel of a case, or null if there is none; to be closed when it has been measured. */
    @Nullable
    Kernel kernel(String label, Object[] arguments) {
        Steps steps = STEPS.get(label);
        return steps == null ? null : new Kernel(steps, arguments);
    }

    @Override
    public void close() {
        device.close();
    }

    /** One case, its arrays on the device. */
    final class Kernel implements AutoCloseable {
        private final Steps steps;
        private final Object[] arguments;
        private final Object[] there;
        private @Nullable DeviceBuffer scratch;

        private Kernel(Steps steps, Object[] arguments) {
            this.steps = steps;
            this.arguments = Outcome.copy(arguments);
            this.there = arguments.clone();
            for (int index = 0; index < there.length; index++) {
                if (arguments[index].getClass().isArray()) {
                    MemorySegment segment = segment(arguments[index]);
                    DeviceBuffer buffer = device.allocate(segment.byteSize());
                    there[index] = buffer;
                    device.copyIn(segment, buffer, 0);
                }
            }
        }

        /** Runs once and gives what that has left: only for the first run. */
        Outcome once() {
            steps.start(this);
            for (int index = 0; index < there.length; index++) {
                if (there[index] instanceof DeviceBuffer buffer) {
                    device.copyOut(buffer, 0, segment(arguments[index]));
                }
            }
            double[] result = new double[1];
            if (scratch == null) {
                return new Outcome(null, arguments);
            }
            device.copyOut(scratch, 0, MemorySegment.ofArray(result));
            return new Outcome(result[0], arguments);
        }

        /** How long one of so many runs takes. */
        long nanoseconds(int times) {
            device.sync();
            long start = System.nanoTime();
            for (int time = 0; time < times; time++) {
                steps.start(this);
            }
            device.sync();
            return (System.nanoTime() - start) / times;
        }

        OpenDevice device() {
            return device;
        }

        Object argument(int index) {
            return there[index];
        }

        int number(int index) {
            return (int) arguments[index];
        }

        int length(int index) {
            return Array.getLength(arguments[index]);
        }

        /** All arguments, and more. */
        Object[] all(Object... more) {
            List<Object> all = new ArrayList<>(Arrays.asList(there));
            all.addAll(Arrays.asList(more));
            return all.toArray();
        }

        DeviceBuffer scratch(long bytes) {
            DeviceBuffer known = scratch;
            if (known == null) {
                known = device.allocate(bytes);
                scratch = known;
            }
            return known;
        }

        void start(String entry, int items, Object... operands) {
            LoadedKernel kernel = loaded.computeIfAbsent(entry, name -> device.load(image, name, parameters(operands)));
            device.launch(kernel, items, operands);
        }

        private static List<Parameter> parameters(Object[] operands) {
            return Arrays.stream(operands)
                    .map(operand -> switch (operand) {
                        case Integer _ -> Parameter.INT;
                        case Float _ -> Parameter.FLOAT;
                        case Double _ -> Parameter.DOUBLE;
                        default -> Parameter.BUFFER;
                    })
                    .toList();
        }

        private static MemorySegment segment(Object array) {
            return switch (array) {
                case byte[] bytes -> MemorySegment.ofArray(bytes);
                case int[] ints -> MemorySegment.ofArray(ints);
                case long[] longs -> MemorySegment.ofArray(longs);
                case float[] floats -> MemorySegment.ofArray(floats);
                case double[] doubles -> MemorySegment.ofArray(doubles);
                default -> throw new IllegalArgumentException(array.getClass().getName());
            };
        }

        @Override
        public void close() {
            for (Object each : there) {
                if (each instanceof DeviceBuffer buffer) {
                    buffer.close();
                }
            }
            if (scratch != null) {
                scratch.close();
            }
        }
    }
}
