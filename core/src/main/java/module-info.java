/** Derivatives of Java methods, taken from their bytecode. */
@SuppressWarnings("module") // the command line, to which the internals are exported, is compiled later
module dev.jacobi {
    requires static org.jspecify;

    exports dev.jacobi;
    exports dev.jacobi.runtime;
    exports dev.jacobi.runtime.library;
    exports dev.jacobi.compile to
            dev.jacobi.cli;
    exports dev.jacobi.ir to
            dev.jacobi.cli;
}
