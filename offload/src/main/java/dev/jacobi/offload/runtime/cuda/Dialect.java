package dev.jacobi.offload.runtime.cuda;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** In what CUDA and HIP differ, besides the names of their functions. */
public enum Dialect {
    CUDA(
            GpuFunction::cuda,
            List.of("libcuda.so.1", "nvcuda.dll"),
            "for a GPU of NVIDIA install its driver, which has all that is needed",
            "PTX",
            10,
            16),
    /** Has never run on a GPU: the calls and their order are tested against a stand-in, and kernels of AMD's are compiled only. */
    HIP(
            GpuFunction::hip,
            List.of(
                    "libamdhip64.so",
                    "libamdhip64.so.7",
                    "libamdhip64.so.6",
                    "/opt/rocm/lib/libamdhip64.so",
                    "amdhip64_7.dll",
                    "amdhip64_6.dll"),
            "for a GPU of AMD install the HIP runtime of ROCm 6 or later",
            "AMDGCN",
            87,
            63);

    private final Function<GpuFunction, @Nullable String> symbol;
    private final List<String> libraries;
    private final String help;
    private final String code;
    private final int warpAttribute;
    private final int unitsAttribute;

    /**
     * @param code what images are
     * @param warpAttribute the number of the attribute that is a warp's width
     * @param unitsAttribute the number of the attribute that is how many multiprocessors there are
     */
    Dialect(
            Function<GpuFunction, @Nullable String> symbol,
            List<String> libraries,
            String help,
            String code,
            int warpAttribute,
            int unitsAttribute) {
        this.symbol = symbol;
        this.libraries = libraries;
        this.help = help;
        this.code = code;
        this.warpAttribute = warpAttribute;
        this.unitsAttribute = unitsAttribute;
    }

    /** As in {@code cuda:0}. */
    String runtime() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The system property that names the library's file. */
    String property() {
        return "jacobi." + runtime() + ".library";
    }

    Function<GpuFunction, @Nullable String> symbol() {
        return symbol;
    }

    List<String> libraries() {
        return libraries;
    }

    String help() {
        return help;
    }

    String code() {
        return code;
    }

    int warpAttribute() {
        return warpAttribute;
    }

    int unitsAttribute() {
        return unitsAttribute;
    }
}
