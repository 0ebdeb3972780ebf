package dev.jacobi.offload.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.llvm.library.LibLlvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Kernels written by hand in LLVM's text, as SPIR-V: what drivers do with kernels is tested apart from what the compiler makes of methods. */
public final class SpirvOfText {
    private static final String TRIPLE = "spirv64v1.2-unknown-unknown";
    private static final int OBJECT_FILE = 1;

    private SpirvOfText() {}

    public static byte[] spirv(String text) {
        LibLlvm llvm = LibLlvm.get();
        for (String part : new String[] {"TargetInfo", "Target", "TargetMC", "AsmPrinter"}) {
            llvm.call("LLVMInitializeSPIRV" + part);
        }
        try (Arena arena = Arena.ofConfined()) {
            long context = llvm.newContext();
            MemorySegment triple = arena.allocateFrom(TRIPLE);
            long source = llvm.newBuffer(text.getBytes(StandardCharsets.UTF_8), "kernel");
            long module = llvm.produce(
                    "parse", (result, message) -> llvm.call("LLVMParseIRInContext", context, source, result, message));
            long target = llvm.produce(
                    "target", (result, message) -> llvm.call("LLVMGetTargetFromTriple", triple, result, message));
            MemorySegment none = arena.allocateFrom("");
            long machine = llvm.call("LLVMCreateTargetMachine", target, triple, none, none, 2, 0, 0);
            llvm.call("LLVMSetTarget", module, triple);
            llvm.call("LLVMSetModuleDataLayout", module, llvm.call("LLVMCreateTargetDataLayout", machine));
            MemorySegment places = arena.allocate(ADDRESS, 2);
            if ((int) llvm.call(
                            "LLVMTargetMachineEmitToMemoryBuffer",
                            machine,
                            module,
                            OBJECT_FILE,
                            places,
                            places.asSlice(8))
                    != 0) {
                throw new AssertionError(llvm.takeMessage(places.get(JAVA_LONG, 0)));
            }
            return llvm.takeBuffer(places.get(JAVA_LONG, 8));
        }
    }
}
