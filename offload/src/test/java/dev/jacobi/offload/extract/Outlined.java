package dev.jacobi.offload.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.compile.PlacedElsewhere;
import dev.jacobi.compile.Target;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Printer;
import dev.jacobi.ir.Verifier;
import dev.jacobi.runtime.DeviceCalls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function whose loops were taken out, and these. */
record Outlined(Function host, List<Kernel> kernels) {
    /** The element at the index of the round. */
    static final Span ITSELF = new Span(true, new Formula(List.of(), 0));

    private static final DeviceCalls NOBODY = new DeviceCalls() {
        @Override
        public void launch(int loop, @Nullable Object[] arguments) {}

        @Override
        public @Nullable Object[] reduce(int loop, @Nullable Object[] arguments) {
            return new Object[0];
        }

        @Override
        public void touch(@Nullable Object array, boolean writing) {}

        @Override
        public void forget(Object array) {}

        @Override
        public void made(int place, Object array) {}

        @Override
        public void ensured(Object before, Object after, int top) {}

        @Override
        public void initializing(int place) {}

        @Override
        public void initialized(int place) {}
    };

    /** Those of a method, which hold as code. */
    static Outlined take(Class<?> owner, String method) {
        Primal primal = Jacobi.of(owner, method);
        return take(PlacedElsewhere.code(primal), primal.target());
    }

    static Outlined take(Function function, Target target) {
        List<Kernel> kernels = OutlineKernels.run(function, target.display(), PlacedElsewhere.classes(target), NOBODY);
        Verifier.verify(function);
        for (Kernel kernel : kernels) {
            Verifier.verify(kernel.round());
            Verifier.verify(kernel.loop());
        }
        return new Outlined(function, kernels);
    }

    Kernel only() {
        assertEquals(1, kernels.size());
        return kernels.getFirst();
    }

    long hostCalls(String method) {
        return Printer.print(host)
                .lines()
                .filter(line -> line.contains("DeviceCalls." + method + "("))
                .count();
    }

    /** That one of its loops is refused since its rounds may not be independent, and why; the text is without lines and the name of its class. */
    static void assertRefused(Class<?> owner, String method, String what) {
        JacobiException refused = assertThrows(JacobiException.class, () -> take(owner, method));
        assertEquals(Refusal.NOT_INDEPENDENT, refused.refusal());
        String place = owner.getName();
        String text = refused.getMessage()
                .lines()
                .findFirst()
                .orElseThrow()
                .replaceAll("lambda\\$(\\w+)\\$\\d+", "lambda")
                .replaceAll(":\\d+", "")
                .replace(place + ".", "");
        assertEquals("cannot run the parallel loop of " + what, text);
        assertTrue(refused.where().orElse("").contains(method), refused.getMessage());
    }
}
