package dev.jacobi.offload.runtime.opencl;

/** The functions of OpenCL that are used, with their signatures as {@link dev.jacobi.offload.runtime.driver.NativeLibrary} reads them. */
enum ClFunction {
    PLATFORMS("clGetPlatformIDs", "I:IPP"),
    PLATFORM_INFO("clGetPlatformInfo", "I:LILPP"),
    DEVICES("clGetDeviceIDs", "I:LLIPP"),
    DEVICE_INFO("clGetDeviceInfo", "I:LILPP"),
    CREATE_CONTEXT("clCreateContext", "L:PIPLLP"),
    RELEASE_CONTEXT("clReleaseContext", "I:L"),
    CREATE_QUEUE("clCreateCommandQueue", "L:LLLP"),
    RELEASE_QUEUE("clReleaseCommandQueue", "I:L"),
    CREATE_BUFFER("clCreateBuffer", "L:LLLLP"),
    RELEASE_BUFFER("clReleaseMemObject", "I:L"),
    MAP("clEnqueueMapBuffer", "L:LLILLLIPPP"),
    UNMAP("clEnqueueUnmapMemObject", "I:LLLIPP"),
    WRITE("clEnqueueWriteBuffer", "I:LLILLPIPP"),
    READ("clEnqueueReadBuffer", "I:LLILLPIPP"),
    COPY("clEnqueueCopyBuffer", "I:LLLLLLIPP"),
    FILL("clEnqueueFillBuffer", "I:LLPLLLIPP"),
    MARK("clEnqueueMarkerWithWaitList", "I:LIPP"),
    BARRIER("clEnqueueBarrierWithWaitList", "I:LIPP"),
    WAIT("clWaitForEvents", "I:IP"),
    RELEASE_EVENT("clReleaseEvent", "I:L"),
    FLUSH("clFlush", "I:L"),
    FINISH("clFinish", "I:L"),
    PROGRAM_OF_SPIRV("clCreateProgramWithIL", "L:LPLP"),
    PROGRAM_OF_BINARY("clCreateProgramWithBinary", "L:LIPPPPP"),
    BUILD("clBuildProgram", "I:LIPPLL"),
    BUILD_INFO("clGetProgramBuildInfo", "I:LLILPP"),
    RELEASE_PROGRAM("clReleaseProgram", "I:L"),
    CREATE_KERNEL("clCreateKernel", "L:LPP"),
    RELEASE_KERNEL("clReleaseKernel", "I:L"),
    KERNEL_INFO("clGetKernelInfo", "I:LILPP"),
    KERNEL_GROUP_INFO("clGetKernelWorkGroupInfo", "I:LLILPP"),
    SET_ARGUMENT("clSetKernelArg", "I:LILP"),
    LAUNCH("clEnqueueNDRangeKernel", "I:LLIPPPIPP");

    private final String symbol;
    private final String signature;

    ClFunction(String symbol, String signature) {
        this.symbol = symbol;
        this.signature = signature;
    }

    String symbol() {
        return symbol;
    }

    String signature() {
        return signature;
    }
}
