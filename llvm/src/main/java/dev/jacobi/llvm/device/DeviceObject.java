package dev.jacobi.llvm.device;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.llvm.library.CompileThread;
import dev.jacobi.llvm.library.LibLlvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** What LLVM makes of a module for a device: SPIR-V, the text of PTX, or an object file. Runs in a {@link CompileThread} of a process that may die of it. */
final class DeviceObject {
    /** How much is optimised. */
    enum Effort {
        USUAL("default<O2>,lower-switch"),
        /** Nothing that makes other operations than the text has: for what the back end does not know. */
        LITTLE("function(sroa,early-cse,simplifycfg,adce),lower-switch");

        private final String passes;

        Effort(String passes) {
            this.passes = passes;
        }
    }

    private static final int OPTIMIZE = 2;
    private static final int RELOCATION_PIC = 2;
    private static final int VERIFY_AND_RETURN = 2;
    private static final int ASSEMBLY = 0;
    private static final int OBJECT = 1;

    private DeviceObject() {}

    static byte[] make(String text, DeviceTarget target, Effort effort) {
        LibLlvm llvm = LibLlvm.get();
        // It makes copies of memory of loops, which not all drivers know.
        llvm.setOption("-disable-loop-idiom-all");
        if (target.format() == DeviceTarget.Format.SPIRV) {
            // It makes operations that drivers, or the back end itself, do not know: additions with a carry, class
            // tests.
            llvm.setOption("-disable-cgp");
        }
        for (String part : new String[] {"TargetInfo", "Target", "TargetMC", "AsmPrinter"}) {
            llvm.call("LLVMInitialize" + target.component() + part);
        }
        long machine = machine(llvm, target);
        long context = llvm.newContext();
        long module = parse(llvm, context, text);
        setTarget(llvm, module, machine, target);
        verify(llvm, module);
        optimize(llvm, module, machine, effort);
        if (target.format() == DeviceTarget.Format.SPIRV) {
            Expansions.run(llvm, context, module);
        }
        verify(llvm, module);
        int kind = target.format() == DeviceTarget.Format.PTX ? ASSEMBLY : OBJECT;
        long emitted = llvm.produce(
                "it cannot emit " + target.name(),
                (result, message) ->
                        llvm.call("LLVMTargetMachineEmitToMemoryBuffer", machine, module, kind, message, result));
        byte[] bytes = llvm.takeBuffer(emitted);
        if (!CompileThread.errors().isEmpty()) {
            throw LibLlvm.failure(CompileThread.errors());
        }
        return bytes;
    }

    private static long machine(LibLlvm llvm, DeviceTarget target) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment triple = arena.allocateFrom(target.triple());
            long found = llvm.produce(
                    target.triple(),
                    (result, message) -> llvm.call("LLVMGetTargetFromTriple", triple, result, message));
            return llvm.call(
                    "LLVMCreateTargetMachine",
                    found,
                    triple,
                    arena.allocateFrom(target.cpu()),
                    arena.allocateFrom(""),
                    OPTIMIZE,
                    target.format() == DeviceTarget.Format.SPIRV ? 0 : RELOCATION_PIC,
                    0);
        }
    }

    private static long parse(LibLlvm llvm, long context, String text) {
        long buffer = llvm.newBuffer(text.getBytes(StandardCharsets.UTF_8), "kernel");
        return llvm.produce(
                "it cannot read the kernel",
                (result, message) -> llvm.call("LLVMParseIRInContext", context, buffer, result, message));
    }

    private static void setTarget(LibLlvm llvm, long module, long machine, DeviceTarget target) {
        long layout = llvm.call("LLVMCreateTargetDataLayout", machine);
        llvm.call("LLVMSetModuleDataLayout", module, layout);
        llvm.call("LLVMDisposeTargetData", layout);
        try (Arena arena = Arena.ofConfined()) {
            llvm.call("LLVMSetTarget", module, arena.allocateFrom(target.triple()));
        }
    }

    private static void verify(LibLlvm llvm, long module) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(ADDRESS);
            int broken = (int) llvm.call("LLVMVerifyModule", module, VERIFY_AND_RETURN, message);
            String text = llvm.takeMessage(message.get(JAVA_LONG, 0));
            if (broken != 0) {
                throw LibLlvm.failure("the kernel's module is not valid: " + text);
            }
        }
    }

    private static void optimize(LibLlvm llvm, long module, long machine, Effort effort) {
        long options = llvm.call("LLVMCreatePassBuilderOptions");
        try (Arena arena = Arena.ofConfined()) {
            llvm.call("LLVMPassBuilderOptionsSetLoopVectorization", options, 0);
            llvm.call("LLVMPassBuilderOptionsSetSLPVectorization", options, 0);
            llvm.check(
                    llvm.call("LLVMRunPasses", module, arena.allocateFrom(effort.passes), machine, options), "passes");
        } finally {
            llvm.call("LLVMDisposePassBuilderOptions", options);
        }
    }
}
