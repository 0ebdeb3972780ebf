package dev.jacobi.llvm.library;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The C interface of LLVM, loaded into this process once.
 *
 * <p>Every function is bound as one of longs that returns a long: pointers, sizes, ints and booleans alike. So the JDK makes one stub for each number of
 * arguments. An int or boolean that comes back has arbitrary upper bits.
 */
@SuppressWarnings("restricted") // the library is found by us, and every call of it is in this package
public final class LibLlvm {
    public static final int OLDEST = 20;
    private static final Linker LINKER = Linker.nativeLinker();

    /** The library, or why there is none. */
    private record State(
            @Nullable LibLlvm library, @Nullable JacobiException absence) {}

    private static final class Holder {
        static final State STATE = load();

        private static State load() {
            try {
                return new State(new LibLlvm(LibraryFile.find()), null);
            } catch (JacobiException absence) {
                return new State(null, absence);
            } catch (IllegalArgumentException | IllegalCallerException | LinkageError e) {
                return new State(null, LibraryFile.absent("libLLVM cannot be loaded: " + e, e));
            }
        }
    }

    private final Path file;
    private final SymbolLookup symbols;
    private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();
    private final MemorySegment diagnosticHandler;
    private final String version;

    private LibLlvm(Path file) {
        this.file = file;
        symbols = SymbolLookup.libraryLookup(file, Arena.global());
        version = readVersion();
        // Vectorising straight-line code makes one access of neighbouring elements. Where the next round reads half of
        // what was written, as reverse sweeps do all the time,
        // the processor has to wait for the cache: three times as long.
        setOption("-vectorize-slp=false");
        // Sums whose terms are expensive are worth vectorising although the terms are added one after the other, in
        // their order: exp of four numbers at once.
        setOption("-force-ordered-reductions=true");
        diagnosticHandler = upcall("onDiagnostic", long.class, long.class);
        call("LLVMInstallFatalErrorHandler", upcall("onFatalError", long.class));
    }

    /** Sets a switch of LLVM, for this process. One that is not known, or is set twice, is ignored. */
    public void setOption(String option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(ADDRESS, 2);
            arguments.set(ADDRESS, 0, arena.allocateFrom("jacobi"));
            arguments.set(ADDRESS, 8, arena.allocateFrom(option));
            call("LLVMParseCommandLineOptions", 2, arguments, 0L);
        }
    }

    /** @throws JacobiException NO_LLVM with the reason why there is none, the same at every call */
    public static LibLlvm get() {
        State state = Holder.STATE;
        if (state.library() == null) {
            throw new JacobiException(
                    Refusal.NO_LLVM,
                    state.absence() == null
                            ? "there is no native code"
                            : state.absence().getMessage().lines().findFirst().orElse(""),
                    null,
                    state.absence());
        }
        return state.library();
    }

    public Path file() {
        return file;
    }

    /** For example 20.1.7. */
    public String version() {
        return version;
    }

    private String readVersion() {
        if (symbols.find("LLVMGetVersion").isEmpty()) {
            throw LibraryFile.absent(file + " is older than LLVM " + OLDEST, null);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(JAVA_INT, 3);
            call("LLVMGetVersion", numbers, numbers.asSlice(4), numbers.asSlice(8));
            int[] read = numbers.toArray(JAVA_INT);
            String text = read[0] + "." + read[1] + "." + read[2];
            if (read[0] < OLDEST) {
                throw LibraryFile.absent(file + " is LLVM " + text + ", older than " + OLDEST, null);
            }
            return text;
        }
    }

    private static MemorySegment upcall(String method, Class<?>... parameters) {
        try {
            MethodHandle handle = MethodHandles.lookup()
                    .findStatic(LibLlvm.class, method, MethodType.methodType(void.class, parameters));
            MemoryLayout[] layouts = new MemoryLayout[parameters.length];
            Arrays.fill(layouts, JAVA_LONG);
            return LINKER.upcallStub(handle, FunctionDescriptor.ofVoid(layouts), Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without a handler LLVM writes an error to the console and ends the process. Called by LLVM; must not throw. */
    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // bound by its name, with the parameters that LLVM gives
    private static void onDiagnostic(long info, long user) {
        try {
            LibLlvm llvm = get();
            int severity = (int) llvm.call("LLVMGetDiagInfoSeverity", info);
            CompileThread.report(severity == 0, llvm.takeMessage(llvm.call("LLVMGetDiagInfoDescription", info)));
        } catch (Throwable thrown) {
            CompileThread.report(true, thrown.toString());
        }
    }

    /** LLVM calls {@code abort} when this returns, so it never does. */
    @SuppressWarnings("UnusedMethod") // bound by its name
    private static void onFatalError(long message) {
        CompileThread.parkForEver(string(message));
    }

    /** Calls a function of the C interface; arguments are longs, ints, segments, or null. */
    public long call(String name, @Nullable Object... arguments) {
        MethodHandle function = functions.computeIfAbsent(name, _ -> bind(name, arguments.length));
        @Nullable Object[] longs = new Object[arguments.length];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = switch (arguments[i]) {
                case null -> 0L;
                case Long number -> number;
                case Integer number -> (long) number;
                case MemorySegment segment -> segment.address();
                default -> throw new IllegalArgumentException(name + ": " + arguments[i]);
            };
        }
        try {
            return (long) function.invokeExact(longs);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name, e);
        }
    }

    private MethodHandle bind(String name, int arity) {
        MemorySegment symbol =
                symbols.find(name).orElseThrow(() -> LibraryFile.absent(file + " has no function " + name, null));
        MemoryLayout[] layouts = new MemoryLayout[arity];
        Arrays.fill(layouts, JAVA_LONG);
        return LINKER.downcallHandle(symbol, FunctionDescriptor.of(JAVA_LONG, layouts))
                .asSpreader(Object[].class, arity)
                .asType(MethodType.methodType(long.class, Object[].class));
    }

    public boolean has(String name) {
        return symbols.find(name).isPresent();
    }

    private static String string(long address) {
        return address == 0
                ? ""
                : MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
    }

    /** The text at an address, which is freed. */
    public String takeMessage(long address) {
        String text = string(address);
        if (address != 0) {
            call("LLVMDisposeMessage", address);
        }
        return text;
    }

    /** Throws if a function that returns an {@code LLVMErrorRef} gave one. */
    public void check(long error, String what) {
        if (error != 0) {
            long message = call("LLVMGetErrorMessage", error);
            String text = string(message);
            call("LLVMDisposeErrorMessage", message);
            throw failure(what + ": " + text);
        }
    }

    public static JacobiException failure(String what) {
        return new JacobiException(Refusal.INTERNAL, "LLVM failed: " + what, null);
    }

    /** A context whose errors come to {@link CompileThread}. */
    public long newContext() {
        long context = call("LLVMContextCreate");
        call("LLVMContextSetDiagnosticHandler", context, diagnosticHandler, 0L);
        return context;
    }

    /** Calls a function that writes one pointer, given the place for it and another for a message; it returns 0 if it succeeded. */
    public interface Producer {
        long call(MemorySegment result, MemorySegment message);
    }

    public long produce(String what, Producer producer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment places = arena.allocate(ADDRESS, 2);
            if ((int) producer.call(places, places.asSlice(8)) != 0) {
                throw failure(what + ": " + takeMessage(places.get(JAVA_LONG, 8)));
            }
            return places.get(JAVA_LONG, 0);
        }
    }

    /** An {@code LLVMMemoryBufferRef} with a copy of the bytes. */
    public long newBuffer(byte[] bytes, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
            return call(
                    "LLVMCreateMemoryBufferWithMemoryRangeCopy", copy, (long) bytes.length, arena.allocateFrom(name));
        }
    }

    /** The bytes of an {@code LLVMMemoryBufferRef}, which is freed. */
    public byte[] takeBuffer(long buffer) {
        byte[] bytes = MemorySegment.ofAddress(call("LLVMGetBufferStart", buffer))
                .reinterpret(call("LLVMGetBufferSize", buffer))
                .toArray(JAVA_BYTE);
        call("LLVMDisposeMemoryBuffer", buffer);
        return bytes;
    }
}
