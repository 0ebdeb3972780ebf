package dev.jacobi.llvm.device;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A kind of device for which code is made: {@code spirv64} for drivers of OpenCL, {@code sm_90} and the like for CUDA, {@code gfx942} and the like for HIP.
 *
 * @param processor {@code generic} for SPIR-V
 */
public record DeviceTarget(Format format, String processor) {
    /** What the image is. */
    public enum Format {
        /** SPIR-V 1.2, a binary. */
        SPIRV,
        /** The text of PTX. */
        PTX,
        /** A shared object in ELF. */
        AMDGCN
    }

    /** Which memory an array is in. */
    enum Space {
        GLOBAL,
        /** Of one work item. */
        PRIVATE,
        CONSTANT
    }

    static final DeviceTarget SPIRV64 = new DeviceTarget(Format.SPIRV, "generic");

    private static final Pattern NVIDIA = Pattern.compile("sm_(\\d+)[af]?");
    /** Those that LLVM 20 knows, the newest first. Code for one runs on all later ones. */
    private static final List<Integer> NVIDIA_GENERATIONS = List.of(120, 101, 100, 90, 89, 87, 86, 80, 75, 72, 70);

    private static final Pattern AMD = Pattern.compile("(gfx[0-9a-f]{3,4})(:.*)?");

    private static final int MOST_DIGITS = 4;

    /**
     * The target of this name, as drivers give it: of a generation of NVIDIA that LLVM does not know, the one before it; of AMD's names without what they say of features, for which the code is open.
     *
     * @throws JacobiException NO_LLVM if there is none
     */
    public static DeviceTarget parse(String name) {
        if (name.equals("spirv64")) {
            return SPIRV64;
        }
        var nvidia = NVIDIA.matcher(name);
        if (nvidia.matches() && nvidia.group(1).length() <= MOST_DIGITS) {
            int wanted = Integer.parseInt(nvidia.group(1));
            for (int generation : NVIDIA_GENERATIONS) {
                if (generation <= wanted) {
                    return new DeviceTarget(Format.PTX, "sm_" + generation);
                }
            }
        }
        var amd = AMD.matcher(name);
        if (amd.matches()) {
            return new DeviceTarget(Format.AMDGCN, amd.group(1));
        }
        throw new JacobiException(
                Refusal.NO_LLVM,
                "there is no device code for " + name
                        + ": targets are spirv64, sm_70 and later, and gfx90a and the like",
                null);
    }

    /** As {@link #parse} reads it. */
    public String name() {
        return format == Format.SPIRV ? "spirv64" : processor;
    }

    String triple() {
        return switch (format) {
            // With the version: what is newer, no driver has to take.
            case SPIRV -> "spirv64v1.2-unknown-unknown";
            case PTX -> "nvptx64-nvidia-cuda";
            case AMDGCN -> "amdgcn-amd-amdhsa";
        };
    }

    /** The processor as LLVM is told. */
    String cpu() {
        return format == Format.SPIRV ? "" : processor;
    }

    /** How LLVM names the target in its functions. */
    String component() {
        return switch (format) {
            case SPIRV -> "SPIRV";
            case PTX -> "NVPTX";
            case AMDGCN -> "AMDGPU";
        };
    }

    String kernelConvention() {
        return switch (format) {
            case SPIRV -> "spir_kernel";
            case PTX -> "ptx_kernel";
            case AMDGCN -> "amdgpu_kernel";
        };
    }

    /** Of functions that kernels call, with a blank behind it. */
    String convention() {
        return format == Format.SPIRV ? "spir_func " : "";
    }

    int number(Space space) {
        return switch (space) {
            case GLOBAL -> 1;
            case PRIVATE -> format == Format.AMDGCN ? 5 : 0;
            case CONSTANT ->
                switch (format) {
                    case SPIRV -> 2;
                    // NVIDIA's constant memory is fast only where all work items read the same.
                    case PTX -> 1;
                    case AMDGCN -> 4;
                };
        };
    }

    String pointer(Space space) {
        int number = number(space);
        return number == 0 ? "ptr" : "ptr addrspace(" + number + ")";
    }

    /** How far an atomic operation is seen. */
    String deviceScope() {
        return format == Format.AMDGCN ? "agent" : "device";
    }

    /** The function {@code jacobi_item}, the number of the work item in the launch as an i64. */
    String itemFunction() {
        return switch (format) {
            case SPIRV -> """
                declare spir_func i64 @_Z13get_global_idj(i32)
                define internal spir_func i64 @jacobi_item() #0 {
                  %item = call spir_func i64 @_Z13get_global_idj(i32 0)
                  ret i64 %item
                }
                """;
            case PTX -> """
                declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
                declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
                declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
                define internal i64 @jacobi_item() #0 {
                  %in.group = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
                  %group = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
                  %size = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
                """ + ITEM;
            // The launch passes the size of groups as the driver's hidden argument, code object 5.
            case AMDGCN -> """
                declare i32 @llvm.amdgcn.workitem.id.x()
                declare i32 @llvm.amdgcn.workgroup.id.x()
                declare ptr addrspace(4) @llvm.amdgcn.implicitarg.ptr()
                define internal i64 @jacobi_item() #0 {
                  %in.group = call i32 @llvm.amdgcn.workitem.id.x()
                  %group = call i32 @llvm.amdgcn.workgroup.id.x()
                  %hidden = call ptr addrspace(4) @llvm.amdgcn.implicitarg.ptr()
                  %size.at = getelementptr i8, ptr addrspace(4) %hidden, i64 12
                  %size.short = load i16, ptr addrspace(4) %size.at, align 4
                  %size = zext i16 %size.short to i32
                """ + ITEM;
        };
    }

    private static final String ITEM = """
              %in.group.wide = zext i32 %in.group to i64
              %group.wide = zext i32 %group to i64
              %size.wide = zext i32 %size to i64
              %before = mul i64 %group.wide, %size.wide
              %item = add i64 %before, %in.group.wide
              ret i64 %item
            }
            """;

    /** Flags of the module. */
    String flags() {
        return format == Format.AMDGCN
                ? "!llvm.module.flags = !{!0}\n!0 = !{i32 1, !\"amdhsa_code_object_version\", i32 500}\n"
                : "";
    }
}
