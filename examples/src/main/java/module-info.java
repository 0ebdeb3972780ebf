/** Sample methods for the demo and the guide. */
module dev.jacobi.examples {
    requires static org.jspecify;

    exports dev.jacobi.examples;
    exports dev.jacobi.examples.batch;
    exports dev.jacobi.examples.gradbench;
    exports dev.jacobi.examples.parallel;

    // records and objects with private state are read where their code is inlined
    opens dev.jacobi.examples.gradbench;
    opens dev.jacobi.examples.parallel;
}
