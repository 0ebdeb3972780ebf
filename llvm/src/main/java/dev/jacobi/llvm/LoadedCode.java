package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
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
                return result.get(JAVA_LONG, 0);
            }
        }
    }

    private final MemorySegment entry;

    private LoadedCode(MemorySegment entry) {
        this.entry = entry;
    }

    /** Links an object file. Runs in a {@link CompileThread}. */
    static LoadedCode load(byte[] object, String symbol) {
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
                MemorySegment address = arena.allocate(ADDRESS);
                llvm.check(llvm.call("LLVMOrcLLJITLookup", Jit.INSTANCE, address, arena.allocateFrom(symbol)), symbol);
                LoadedCode code = new LoadedCode(address.get(ADDRESS, 0));
                CLEANER.register(
                        code,
                        () -> CompileThread.run(() -> {
                            remove.run();
                            return true;
                        }));
                return code;
            }
        } catch (RuntimeException | Error e) {
            remove.run();
            throw e;
        }
    }

    /** How many pieces of code are in memory. */
    static int loaded() {
        return LOADED.get();
    }

    /** Where the code begins. Whoever calls it keeps this object reachable meanwhile. */
    MemorySegment entry() {
        return entry;
    }
}
