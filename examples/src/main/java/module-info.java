/** Sample methods for the demo and the guide. */
open module dev.jacobi.examples {
    requires static org.jspecify;

    exports dev.jacobi.examples;
    exports dev.jacobi.examples.gradbench;
}
