package dev.jacobi.offload.runtime.cuda;

import org.jspecify.annotations.Nullable;

/**
 * The functions that are used, as CUDA and as HIP call them, with their signatures as {@link dev.jacobi.offload.runtime.driver.NativeLibrary} reads them. All return a status. What one of the two lacks has no
 * name there.
 */
enum GpuFunction {
    INIT("cuInit", "hipInit", "I:I"),
    VERSION("cuDriverGetVersion", "hipDriverGetVersion", "I:P"),
    DEVICE_COUNT("cuDeviceGetCount", "hipGetDeviceCount", "I:P"),
    DEVICE("cuDeviceGet", "hipDeviceGet", "I:PI"),
    DEVICE_NAME("cuDeviceGetName", "hipDeviceGetName", "I:PII"),
    DEVICE_MEMORY("cuDeviceTotalMem_v2", "hipDeviceTotalMem", "I:PI"),
    DEVICE_ATTRIBUTE("cuDeviceGetAttribute", "hipDeviceGetAttribute", "I:PII"),
    /** The structure of ROCm 6 and later. */
    DEVICE_PROPERTIES(null, "hipGetDevicePropertiesR0600", "I:PI"),
    RETAIN_CONTEXT("cuDevicePrimaryCtxRetain", "hipDevicePrimaryCtxRetain", "I:PI"),
    RELEASE_CONTEXT("cuDevicePrimaryCtxRelease_v2", "hipDevicePrimaryCtxRelease", "I:I"),
    RESET_CONTEXT("cuDevicePrimaryCtxReset_v2", "hipDevicePrimaryCtxReset", "I:I"),
    SET_CONTEXT("cuCtxSetCurrent", "hipCtxSetCurrent", "I:L"),
    CREATE_STREAM("cuStreamCreate", "hipStreamCreateWithFlags", "I:PI"),
    DESTROY_STREAM("cuStreamDestroy_v2", "hipStreamDestroy", "I:L"),
    SYNCHRONIZE_STREAM("cuStreamSynchronize", "hipStreamSynchronize", "I:L"),
    WAIT_FOR_EVENT("cuStreamWaitEvent", "hipStreamWaitEvent", "I:LLI"),
    CREATE_EVENT("cuEventCreate", "hipEventCreateWithFlags", "I:PI"),
    DESTROY_EVENT("cuEventDestroy_v2", "hipEventDestroy", "I:L"),
    RECORD_EVENT("cuEventRecord", "hipEventRecord", "I:LL"),
    SYNCHRONIZE_EVENT("cuEventSynchronize", "hipEventSynchronize", "I:L"),
    ALLOCATE("cuMemAlloc_v2", "hipMalloc", "I:PL"),
    FREE("cuMemFree_v2", "hipFree", "I:L"),
    ALLOCATE_PINNED("cuMemHostAlloc", "hipHostMalloc", "I:PLI"),
    FREE_PINNED("cuMemFreeHost", "hipHostFree", "I:P"),
    WRITE("cuMemcpyHtoDAsync_v2", "hipMemcpyHtoDAsync", "I:LPLL"),
    READ("cuMemcpyDtoHAsync_v2", "hipMemcpyDtoHAsync", "I:PLLL"),
    COPY("cuMemcpyDtoDAsync_v2", "hipMemcpyDtoDAsync", "I:LLLL"),
    FILL("cuMemsetD8Async", "hipMemsetD8Async", "I:LBLL"),
    LOAD_MODULE("cuModuleLoadDataEx", "hipModuleLoadDataEx", "I:PPIPP"),
    UNLOAD_MODULE("cuModuleUnload", "hipModuleUnload", "I:L"),
    FUNCTION("cuModuleGetFunction", "hipModuleGetFunction", "I:PLP"),
    FUNCTION_ATTRIBUTE("cuFuncGetAttribute", "hipFuncGetAttribute", "I:PIL"),
    /** Of CUDA 12.4 and later. */
    FUNCTION_PARAMETER("cuFuncGetParamInfo", null, "I:LLPP"),
    LAUNCH("cuLaunchKernel", "hipModuleLaunchKernel", "I:LIIIIIIILPP"),
    ERROR_NAME("cuGetErrorName", "hipDrvGetErrorName", "I:IP"),
    ERROR_TEXT("cuGetErrorString", "hipDrvGetErrorString", "I:IP");

    private final @Nullable String cuda;
    private final @Nullable String hip;
    private final String signature;

    GpuFunction(@Nullable String cuda, @Nullable String hip, String signature) {
        this.cuda = cuda;
        this.hip = hip;
        this.signature = signature;
    }

    @Nullable
    String cuda() {
        return cuda;
    }

    @Nullable
    String hip() {
        return hip;
    }

    String signature() {
        return signature;
    }
}
