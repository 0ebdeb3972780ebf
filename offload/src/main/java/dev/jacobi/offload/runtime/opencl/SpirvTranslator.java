package dev.jacobi.offload.runtime.opencl;

import dev.jacobi.cache.CacheFolder;
import dev.jacobi.llvm.library.ObjectCache;
import dev.jacobi.offload.runtime.DeviceException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * SPIR-V to LLVM's bitcode, which PoCL loads where it was built without SPIR-V: by Khronos' translator, in a process of its own as it may end in an assertion, and kept on disk.
 * {@code -Djacobi.opencl.translator} names its file; else it is looked for on the PATH.
 */
final class SpirvTranslator {
    static final String NAME = "llvm-spirv-15";
    static final String HELP = "apt-get install " + NAME;
    static final String PROPERTY = "jacobi.opencl.translator";

    private static final long MOST_SECONDS = 120;

    private SpirvTranslator() {}

    /** The program, if it is there. */
    static Optional<Path> find() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return Optional.of(Path.of(named)).filter(Files::isExecutable);
        }
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            Path file = Path.of(folder).resolve(NAME);
            if (!folder.isEmpty() && Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** @throws DeviceException with what the translator says if it does not take the image */
    static byte[] bitcode(byte[] spirv) {
        Path program = find().orElseThrow(
                        () -> new DeviceException(DeviceException.Kind.MISSING, "there is no " + NAME + ": " + HELP));
        byte[] mended = NullConstants.mended(spirv);
        ObjectCache cache = "false".equalsIgnoreCase(System.getProperty(ObjectCache.ENABLED))
                ? new ObjectCache(null)
                : new ObjectCache(CacheFolder.ofUser().toPath().resolve("bitcode"));
        try {
            Path real = program.toRealPath();
            String key = ObjectCache.key(
                    real.toString(),
                    Files.getLastModifiedTime(real).toString(),
                    Long.toString(Files.size(real)),
                    new String(mended, StandardCharsets.ISO_8859_1));
            Optional<byte[]> kept = cache.read(key);
            if (kept.isPresent()) {
                return kept.get();
            }
            byte[] bitcode = run(real, mended);
            cache.write(key, bitcode);
            return bitcode;
        } catch (IOException e) {
            throw new DeviceException(DeviceException.Kind.BUILD, "cannot run " + program + ": " + e, e);
        }
    }

    private static byte[] run(Path program, byte[] spirv) throws IOException {
        Path folder = Files.createTempDirectory("jacobi-spirv");
        Path image = folder.resolve("kernel.spv");
        Path bitcode = folder.resolve("kernel.bc");
        Path said = folder.resolve("said");
        try {
            Files.write(image, spirv);
            Process process = new ProcessBuilder(program.toString(), "-r", image.toString(), "-o", bitcode.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            boolean ended;
            try {
                process.getOutputStream().close();
                ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DeviceException(
                        DeviceException.Kind.BUILD, "interrupted while " + NAME + " translated the image", e);
            } finally {
                process.destroyForcibly();
            }
            if (!ended || process.exitValue() != 0 || !Files.isRegularFile(bitcode)) {
                String text = new String(Files.readAllBytes(said), Charset.defaultCharset()).strip();
                throw new DeviceException(
                        DeviceException.Kind.BUILD,
                        NAME
                                + (ended
                                        ? " ends with " + process.exitValue()
                                        : " is not done after " + MOST_SECONDS + " s")
                                + (text.isEmpty() ? ", and says nothing" : ":\n" + text));
            }
            return Files.readAllBytes(bitcode);
        } finally {
            for (Path file : new Path[] {image, bitcode, said, folder}) {
                Files.deleteIfExists(file);
            }
        }
    }
}
