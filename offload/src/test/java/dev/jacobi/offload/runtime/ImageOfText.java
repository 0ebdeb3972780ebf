package dev.jacobi.offload.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.llvm.library.LibLlvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Assumptions;

/**
 * Code for a device from LLVM's text, without the compiler: what drivers do with kernels is tested apart from what the compiler makes of methods. In the text, {@code KERNEL} stands for how kernels are called
 * and {@code @item()} is the number of the work item, an i64.
 */
public final class ImageOfText {
    /** How an image is made for a kind of target. */
    private enum Kind {
        SPIRV("spirv64v1.2-unknown-unknown", "spir_kernel", 1, """
                declare spir_func i64 @_Z13get_global_idj(i32)
                define internal spir_func i64 @item() alwaysinline {
                  %item = call spir_func i64 @_Z13get_global_idj(i32 0)
                  ret i64 %item
                }
                """),
        NVPTX("nvptx64-nvidia-cuda", "ptx_kernel", 0, """
                declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
                declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
                declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
                define internal i64 @item() alwaysinline {
                  %in.group = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
                  %group = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
                  %size = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
                  %before = mul i32 %group, %size
                  %item = add i32 %before, %in.group
                  %wide = zext i32 %item to i64
                  ret i64 %wide
                }
                """);

        final String triple;
        final String convention;
        final int file;
        final String prelude;

        /** @param file 0 for text, 1 for a binary */
        Kind(String triple, String convention, int file, String prelude) {
            this.triple = triple;
            this.convention = convention;
            this.file = file;
            this.prelude = prelude;
        }

        String text(String body) {
            return prelude
                    + body.replace("KERNEL", convention)
                            .replace(
                                    "call i64 @item()",
                                    this == SPIRV ? "call spir_func i64 @item()" : "call i64 @item()");
        }
    }

    private ImageOfText() {}

    /** Code for {@link DeviceDescription#target}. */
    public static byte[] image(String text, String target) {
        if (target.equals(DeviceDescription.SPIRV)) {
            return compile(Kind.SPIRV, "", text);
        }
        Assumptions.assumeTrue(target.startsWith("sm_"), "there are no kernels made by hand for " + target);
        return compile(Kind.NVPTX, target, text);
    }

    private static byte[] compile(Kind kind, String processor, String text) {
        LibLlvm llvm = LibLlvm.get();
        for (String part : new String[] {"TargetInfo", "Target", "TargetMC", "AsmPrinter"}) {
            llvm.call("LLVMInitialize" + kind + part);
        }
        try (Arena arena = Arena.ofConfined()) {
            long context = llvm.newContext();
            MemorySegment triple = arena.allocateFrom(kind.triple);
            long source = llvm.newBuffer(kind.text(text).getBytes(StandardCharsets.UTF_8), "kernel");
            long module = llvm.produce(
                    "parse", (result, message) -> llvm.call("LLVMParseIRInContext", context, source, result, message));
            long target = llvm.produce(
                    "target", (result, message) -> llvm.call("LLVMGetTargetFromTriple", triple, result, message));
            MemorySegment none = arena.allocateFrom("");
            long machine =
                    llvm.call("LLVMCreateTargetMachine", target, triple, arena.allocateFrom(processor), none, 2, 0, 0);
            llvm.call("LLVMSetTarget", module, triple);
            llvm.call("LLVMSetModuleDataLayout", module, llvm.call("LLVMCreateTargetDataLayout", machine));
            MemorySegment places = arena.allocate(ADDRESS, 2);
            MemorySegment code = places.asSlice(8);
            if ((int) llvm.call("LLVMTargetMachineEmitToMemoryBuffer", machine, module, kind.file, places, code) != 0) {
                throw new AssertionError(llvm.takeMessage(places.get(JAVA_LONG, 0)));
            }
            return llvm.takeBuffer(code.get(JAVA_LONG, 0));
        }
    }
}
