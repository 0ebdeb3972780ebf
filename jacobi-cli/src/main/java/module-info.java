/** The command line of Jacobi. */
module dev.jacobi.cli {
    requires com.fasterxml.jackson.databind;
    requires dev.jacobi;
    requires dev.jacobi.examples;
    requires dev.jacobi.offload;
    requires info.picocli;
    requires java.management;
    requires org.knowm.xchart;
    requires org.tukaani.xz;
    requires static org.jspecify;

    // derivatives implement its interfaces
    opens dev.jacobi.cli.bench.device to
            dev.jacobi;

    // picocli fills the options of the commands by reflection
    opens dev.jacobi.cli.bench to
            dev.jacobi;
    opens dev.jacobi.cli.demo to
            dev.jacobi;
    opens dev.jacobi.cli.gradbench to
            dev.jacobi;
    opens dev.jacobi.cli to
            info.picocli;
}
