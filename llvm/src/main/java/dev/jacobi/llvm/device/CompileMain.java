package dev.jacobi.llvm.device;

import dev.jacobi.JacobiException;
import dev.jacobi.llvm.device.DeviceObject.Effort;
import dev.jacobi.llvm.library.CompileThread;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The process that makes device code: takes the text of a module on its input and a target as its argument, and gives the image on its output. */
public final class CompileMain {
    static final int FAILED = 1;

    private CompileMain() {}

    /** @param arguments the name of the target */
    public static void main(String[] arguments) throws IOException {
        DeviceTarget target = DeviceTarget.parse(arguments[0]);
        String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        PrintStream output = System.out;
        try {
            byte[] image = image(text, target);
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

    /** Where the back end does not take what the optimiser has made, as it was written. */
    private static byte[] image(String text, DeviceTarget target) {
        try {
            return CompileThread.run(() -> DeviceObject.make(text, target, Effort.USUAL));
        } catch (JacobiException e) {
            try {
                return CompileThread.run(() -> DeviceObject.make(text, target, Effort.LITTLE));
            } catch (JacobiException again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }
}
