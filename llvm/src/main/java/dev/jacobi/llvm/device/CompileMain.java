package dev.jacobi.llvm.device;

import dev.jacobi.JacobiException;
import dev.jacobi.llvm.device.DeviceObject.Effort;
import dev.jacobi.llvm.library.CompileThread;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The process that makes device code: takes the text of a module on its input, a target and an effort as its arguments, and gives the image on its output. One image for each process: LLVM's back end for
 * SPIR-V takes numbers of blocks from one module to the next (version 20; llvm-project issue 160613).
 */
public final class CompileMain {
    static final int FAILED = 1;

    private CompileMain() {}

    /** @param arguments the names of the target and the effort */
    public static void main(String[] arguments) throws IOException {
        DeviceTarget target = DeviceTarget.parse(arguments[0]);
        String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        PrintStream output = System.out;
        try {
            Effort effort = Effort.valueOf(arguments[1]);
            byte[] image = CompileThread.run(() -> DeviceObject.make(text, target, effort));
            output.write(image, 0, image.length);
            output.flush();
        } catch (JacobiException e) {
            System.err.println(
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            System.err.flush();
            // Threads in which LLVM has failed never end.
            Runtime.getRuntime().halt(FAILED);
        }
    }
}
