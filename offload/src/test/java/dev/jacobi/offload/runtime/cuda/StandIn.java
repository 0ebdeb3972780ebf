package dev.jacobi.offload.runtime.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The stand-in for the libraries of CUDA and HIP that {@code src/test/c} describes. */
@SuppressWarnings("restricted") // the library is built from src/test/c
final class StandIn {
    private final SymbolLookup symbols;

    private StandIn(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /** Compiles it; the test is skipped where there is no gcc. */
    static Path build(Path folder, Dialect dialect) throws IOException, InterruptedException {
        Path library = folder.resolve("stand-in-" + dialect.runtime() + ".so");
        Process gcc;
        try {
            gcc = new ProcessBuilder(List.of(
                            "gcc",
                            "-shared",
                            "-fPIC",
                            "-D" + dialect,
                            "-o",
                            library.toString(),
                            "src/test/c/gpu_stand_in.c",
                            "-lpthread"))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return Assumptions.abort("there is no gcc to build the stand-in for the driver: " + e.getMessage());
        }
        String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (gcc.waitFor() != 0 || !Files.exists(library)) {
            throw new AssertionError(said);
        }
        return library;
    }

    /** The one that this process has loaded, or will load, as its driver. */
    static StandIn loaded(Dialect dialect) {
        return new StandIn(SymbolLookup.libraryLookup(Path.of(System.getProperty(dialect.property())), Arena.global()));
    }

    /** The next call of a kind fails; with 700 or more, all calls do from then on, until the context is reset. */
    void fail(String call, int status) {
        try (Arena arena = Arena.ofConfined()) {
            call("stand_in_fail", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT), arena.allocateFrom(call), status);
        }
    }

    /** The calls since this was last asked. */
    List<String> calls() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(1 << 16);
            call("stand_in_calls", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG), text, text.byteSize());
            return text.getString(0).lines().toList();
        }
    }

    /** How much of what was made is not yet freed. */
    long live() {
        return (long) call("stand_in_live", FunctionDescriptor.of(JAVA_LONG, new MemoryLayout[0]));
    }

    private Object call(String name, FunctionDescriptor type, Object... arguments) {
        try {
            return Linker.nativeLinker()
                    .downcallHandle(symbols.findOrThrow(name), type)
                    .invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
