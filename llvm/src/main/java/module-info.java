/** Native code for functions of numbers and arrays, through LLVM in the same process. */
@SuppressWarnings("module") // the module to which the internals are exported is compiled later
module dev.jacobi.llvm {
    requires dev.jacobi;
    requires static org.jspecify;

    exports dev.jacobi.llvm;
    exports dev.jacobi.llvm.device to
            dev.jacobi.offload;
    exports dev.jacobi.llvm.library to
            dev.jacobi.offload;

    provides dev.jacobi.backend.NativeCompiler with
            dev.jacobi.llvm.LlvmCompiler;
}
