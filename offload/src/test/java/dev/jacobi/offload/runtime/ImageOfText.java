package dev.jacobi.offload.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.llvm.library.LibLlvm;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    private static final Map<Wanted, byte[]> MADE = new ConcurrentHashMap<>();

    private ImageOfText() {}

    /** Code for {@link DeviceDescription#target}, made in a process of its own, as {@link dev.jacobi.llvm.device.DeviceCompiler} does it, and for the same reasons. */
    public static byte[] image(String text, String target) {
        if (!target.equals(DeviceDescription.SPIRV)) {
            Assumptions.assumeTrue(target.startsWith("sm_"), "there are no kernels made by hand for " + target);
        }
        return MADE.computeIfAbsent(new Wanted(text, target), ImageOfText::make).clone();
    }

    private record Wanted(String text, String target) {}

    private static byte[] make(Wanted wanted) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        String library = System.getProperty("jacobi.llvm.library");
        if (library != null) {
            command.add("-Djacobi.llvm.library=" + library);
        }
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ImageOfText.class.getName(),
                wanted.target()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(wanted.text().getBytes(StandardCharsets.UTF_8));
            }
            byte[] image = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new AssertionError("no image for " + wanted.target() + ": exit status " + process.exitValue());
            }
            return image;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Makes one image, from the text on standard input.
     *
     * @param arguments the target
     */
    public static void main(String[] arguments) throws IOException {
        String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        byte[] image = arguments[0].equals(DeviceDescription.SPIRV)
                ? compile(Kind.SPIRV, "", text)
                : compile(Kind.NVPTX, arguments[0], text);
        System.out.write(image, 0, image.length);
        System.out.flush();
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
