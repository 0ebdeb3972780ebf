package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.llvm.library.CompileThread;
import dev.jacobi.llvm.library.LibLlvm;
import dev.jacobi.llvm.library.ObjectCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Compiles LLVM IR as text for this machine. */
final class ObjectCode {
    private static final int OPTIMIZE_MUCH = 3;
    /** Position-independent: other objects refer to their own data by addresses that do not reach. */
    private static final int RELOCATION_PIC = 2;

    private static final int VERIFY_AND_RETURN = 2;
    private static final int ASSEMBLY = 0;
    private static final int OBJECT = 1;

    /** Triple, processor and its features. */
    private record Machine(String triple, String processor, String features) {
        static final Machine HOST = read();

        private static Machine read() {
            LibLlvm llvm = LibLlvm.get();
            String triple = llvm.takeMessage(llvm.call("LLVMGetDefaultTargetTriple"));
            String target = triple.startsWith("aarch64") || triple.startsWith("arm64") ? "AArch64" : "X86";
            for (String part : new String[] {"TargetInfo", "Target", "TargetMC", "AsmPrinter"}) {
                llvm.call("LLVMInitialize" + target + part);
            }
            return new Machine(
                    triple,
                    llvm.takeMessage(llvm.call("LLVMGetHostCPUName")),
                    llvm.takeMessage(llvm.call("LLVMGetHostCPUFeatures")));
        }

        /** An {@code LLVMTargetMachineRef}; each thread needs its own. */
        long open(LibLlvm llvm) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocateFrom(triple);
                long target = llvm.produce(
                        triple, (result, message) -> llvm.call("LLVMGetTargetFromTriple", name, result, message));
                return llvm.call(
                        "LLVMCreateTargetMachine",
                        target,
                        name,
                        arena.allocateFrom(processor),
                        arena.allocateFrom(features),
                        OPTIMIZE_MUCH,
                        RELOCATION_PIC,
                        0);
            }
        }
    }

    /** What is done to all code; part of the names of cached objects. Tests that compile much want less of it. */
    private static final String PASSES =
            "default<O" + Math.clamp(Integer.getInteger("jacobi.llvm.level", 3), 0, 3) + ">";

    private static final String HOW = PASSES + " without SLP, ordered reductions, PIC, 1";

    private ObjectCode() {}

    /** A name for what this machine's LLVM makes of a text. Runs in a {@link CompileThread}. */
    static String key(String text) {
        Machine machine = Machine.HOST;
        return ObjectCache.key(
                text, LibLlvm.get().version(), machine.triple(), machine.processor(), machine.features(), HOW);
    }

    /** For example {@code x86_64-unknown-linux-gnu znver3}. */
    static String machine() {
        return CompileThread.runAtOnce(() -> Machine.HOST.triple() + " " + Machine.HOST.processor());
    }

    /** All that the code that is made of a text depends on: LLVM, the processor with its features, what is done. */
    static String description() {
        return CompileThread.runAtOnce(() -> String.join(
                " ",
                LibLlvm.get().version(),
                Machine.HOST.triple(),
                Machine.HOST.processor(),
                Machine.HOST.features(),
                HOW));
    }

    /** The features of this processor as LLVM lists them. */
    static String features() {
        return CompileThread.runAtOnce(() -> Machine.HOST.features());
    }

    /**
     * The object file of a module. Runs in a {@link CompileThread}.
     *
     * @throws JacobiException NOT_NATIVE if a function needs too much stack, INTERNAL for all that LLVM complains of
     */
    static byte[] compile(String text, String name) {
        return compile(text, name, OBJECT);
    }

    /** The assembly of a module. Runs in a {@link CompileThread}. */
    static String assembly(String text, String name) {
        return new String(compile(text, name, ASSEMBLY), StandardCharsets.UTF_8);
    }

    private static byte[] compile(String text, String name, int kind) {
        LibLlvm llvm = LibLlvm.get();
        long machine = Machine.HOST.open(llvm);
        long context = llvm.newContext();
        try {
            long buffer = llvm.newBuffer(text.getBytes(StandardCharsets.UTF_8), name);
            // The parser frees the buffer.
            long module = llvm.produce(
                    "it cannot read " + name,
                    (result, message) -> llvm.call("LLVMParseIRInContext", context, buffer, result, message));
            try {
                setTarget(llvm, module, machine);
                verify(llvm, module, name);
                optimize(llvm, module, machine);
                long emitted = llvm.produce(
                        "it cannot emit " + name,
                        (result, message) -> llvm.call(
                                "LLVMTargetMachineEmitToMemoryBuffer", machine, module, kind, message, result));
                byte[] bytes = llvm.takeBuffer(emitted);
                checkReports(name);
                return bytes;
            } finally {
                llvm.call("LLVMDisposeModule", module);
            }
        } finally {
            llvm.call("LLVMContextDispose", context);
            llvm.call("LLVMDisposeTargetMachine", machine);
        }
    }

    private static void setTarget(LibLlvm llvm, long module, long machine) {
        long layout = llvm.call("LLVMCreateTargetDataLayout", machine);
        llvm.call("LLVMSetModuleDataLayout", module, layout);
        llvm.call("LLVMDisposeTargetData", layout);
        try (Arena arena = Arena.ofConfined()) {
            llvm.call("LLVMSetTarget", module, arena.allocateFrom(Machine.HOST.triple()));
        }
    }

    private static void verify(LibLlvm llvm, long module, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(ADDRESS);
            int broken = (int) llvm.call("LLVMVerifyModule", module, VERIFY_AND_RETURN, message);
            String text = llvm.takeMessage(message.get(JAVA_LONG, 0));
            if (broken != 0) {
                throw LibLlvm.failure("the module of " + name + " is not valid: " + text);
            }
        }
    }

    private static void optimize(LibLlvm llvm, long module, long machine) {
        long options = llvm.call("LLVMCreatePassBuilderOptions");
        try (Arena arena = Arena.ofConfined()) {
            llvm.check(llvm.call("LLVMRunPasses", module, arena.allocateFrom(PASSES), machine, options), "passes");
        } finally {
            llvm.call("LLVMDisposePassBuilderOptions", options);
        }
    }

    private static void checkReports(String name) {
        if (!CompileThread.errors().isEmpty()) {
            throw LibLlvm.failure(name + ": " + CompileThread.errors());
        }
        // Remarks, such as the size of functions, are among them.
        Optional<String> frame = CompileThread.warnings()
                .lines()
                .filter(line -> line.contains("stack frame size"))
                .findFirst();
        if (frame.isPresent()) {
            throw new JacobiException(Refusal.NOT_NATIVE, "cannot compile " + name + " natively: " + frame.get(), null);
        }
    }
}
