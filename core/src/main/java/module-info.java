/** Derivatives of Java methods, taken from their bytecode. */
@SuppressWarnings("module") // the modules to which the internals are exported are compiled later
module dev.jacobi {
    requires static org.jspecify;

    exports dev.jacobi;
    exports dev.jacobi.runtime;
    exports dev.jacobi.runtime.library;
    exports dev.jacobi.analysis to
            dev.jacobi.llvm,
            dev.jacobi.offload;
    exports dev.jacobi.autodiff to
            dev.jacobi.llvm,
            dev.jacobi.offload;
    exports dev.jacobi.backend to
            dev.jacobi.cli,
            dev.jacobi.llvm,
            dev.jacobi.offload;
    exports dev.jacobi.cache to
            dev.jacobi.cli,
            dev.jacobi.llvm,
            dev.jacobi.offload;
    exports dev.jacobi.compile to
            dev.jacobi.cli,
            dev.jacobi.llvm,
            dev.jacobi.offload;
    exports dev.jacobi.ir to
            dev.jacobi.cli,
            dev.jacobi.llvm,
            dev.jacobi.offload;
    exports dev.jacobi.jvm to
            dev.jacobi.llvm,
            dev.jacobi.offload;
    exports dev.jacobi.lift to
            dev.jacobi.llvm,
            dev.jacobi.offload;
    exports dev.jacobi.optimize.inline to
            dev.jacobi.offload;
    exports dev.jacobi.optimize to
            dev.jacobi.llvm,
            dev.jacobi.offload;

    uses dev.jacobi.backend.NativeCompiler;
}
