package dev.jacobi.llvm;

import dev.jacobi.Backend;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;

/** A process of its own that asks for native code, and prints how it is refused. */
final class NoLibrary {
    private NoLibrary() {}

    static double square(double[] x) {
        return x[0] * x[0];
    }

    public static void main(String[] arguments) {
        for (int i = 0; i < 2; i++) {
            try {
                Jacobi.gradient(NoLibrary::square, Options.DEFAULT.withBackend(Backend.LLVM));
                System.out.println("not refused");
            } catch (JacobiException refusal) {
                System.out.println(refusal.refusal() + " " + refusal.getMessage());
            }
        }
        double[] result = Jacobi.gradient(NoLibrary::square, Options.DEFAULT.withBackend(Backend.AUTO))
                .at(new double[] {3});
        System.out.println(result[0]);
    }
}
