package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.llvm.library.CompileThread;
import dev.jacobi.llvm.library.LibLlvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Object code in executable memory, which is freed when this object is no longer reachable. */
final class LoadedCode {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicInteger LOADED = new AtomicInteger();

    private static final class Jit {
        /** An {@code LLVMOrcLLJITRef} for all code; it finds {@code memset}, {@code fmod} and so on in this process. */
        static final long INSTANCE = open();

        private static long open() {
            LibLlvm llvm = LibLlvm.get();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment result = arena.allocate(ADDRESS);
                llvm.check(llvm.call("LLVMOrcCreateLLJIT", result, 0L), "LLJIT");
                long jit = result.get(JAVA_LONG, 0);
                VectorMath.file().ifPresent(file -> addLibrary(llvm, jit, file, arena));
                return jit;
            }
        }
    }

    /** Lets code call what a library has. */
    private static void addLibrary(LibLlvm llvm, long jit, Path file, Arena arena) {
        MemorySegment generator = arena.allocate(ADDRESS);
        llvm.check(
                llvm.call(
                        "LLVMOrcCreateDynamicLibrarySearchGeneratorForPath",
                        generator,
                        arena.allocateFrom(file.toString()),
                        (int) (byte) llvm.call("LLVMOrcLLJITGetGlobalPrefix", jit),
                        0L,
                        0L),
                file.toString());
        long library = llvm.call("LLVMOrcLLJITGetMainJITDylib", jit);
        llvm.call("LLVMOrcJITDylibAddGenerator", library, generator.get(JAVA_LONG, 0));
    }

    private final MemorySegment entry;
    private final MemorySegment directEntry;

    private LoadedCode(MemorySegment entry, MemorySegment directEntry) {
        this.entry = entry;
        this.directEntry = directEntry;
    }

    /**
     * Links an object file. Runs in a {@link CompileThread}.
     *
     * @param afterRemoval is done when the symbol is free again; not if this fails
     */
    static LoadedCode load(byte[] object, String symbol, boolean hasDirectEntry, Runnable afterRemoval) {
        LibLlvm llvm = LibLlvm.get();
        long library = llvm.call("LLVMOrcLLJITGetMainJITDylib", Jit.INSTANCE);
        long tracker = llvm.call("LLVMOrcJITDylibCreateResourceTracker", library);
        Runnable remove = () -> {
            try {
                llvm.check(llvm.call("LLVMOrcResourceTrackerRemove", tracker), "remove");
            } finally {
                llvm.call("LLVMOrcReleaseResourceTracker", tracker);
                LOADED.decrementAndGet();
            }
        };
        LOADED.incrementAndGet();
        try {
            long buffer = llvm.newBuffer(object, symbol);
            llvm.check(llvm.call("LLVMOrcLLJITAddObjectFileWithRT", Jit.INSTANCE, tracker, buffer), symbol);
            try (Arena arena = Arena.ofConfined()) {
                LoadedCode code = new LoadedCode(
                        lookup(llvm, symbol, arena),
                        hasDirectEntry ? lookup(llvm, ModuleText.directSymbol(symbol), arena) : MemorySegment.NULL);
                CLEANER.register(
                        code,
                        () -> CompileThread.run(() -> {
                            remove.run();
                            afterRemoval.run();
                            return true;
                        }));
                return code;
            }
        } catch (RuntimeException | Error e) {
            remove.run();
            throw e;
        }
    }

    private static MemorySegment lookup(LibLlvm llvm, String symbol, Arena arena) {
        MemorySegment address = arena.allocate(ADDRESS);
        llvm.check(llvm.call("LLVMOrcLLJITLookup", Jit.INSTANCE, address, arena.allocateFrom(symbol)), symbol);
        return address.get(ADDRESS, 0);
    }

    /** How many pieces of code are in memory. */
    static int loaded() {
        return LOADED.get();
    }

    /** Where the code begins. Whoever calls it keeps this object reachable meanwhile. */
    MemorySegment entry() {
        return entry;
    }

    /** Where calls with heap arrays begin, {@link MemorySegment#NULL} if there is no such entry. */
    MemorySegment directEntry() {
        return directEntry;
    }
}
