/** Methods on devices, their data moved for them. */
@SuppressWarnings("module") // the module to which the internals are exported is compiled later
module dev.jacobi.offload {
    requires dev.jacobi;
    requires dev.jacobi.llvm;
    requires static org.jspecify;

    exports dev.jacobi.offload;
    exports dev.jacobi.offload.runtime to
            dev.jacobi.cli;
}
