package dev.jacobi.cli.bench;

import dev.jacobi.cli.gradbench.Timing;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which fastest runs are divided by which. */
enum Ratio {
    /** Derivative by original function, both of the same variant. */
    TO_PRIMAL("deriv/primal", Measurement::derivative, (measured, _) -> Measurement.seconds(measured.primal())),
    /** Derivative by that of Enzyme. */
    TO_ENZYME("deriv/enzyme", Measurement::derivative, (measured, baselines) -> baselines.enzyme(measured)),
    /** Derivative by that of the tool which is the fastest on this input. */
    TO_BEST("deriv/best", Measurement::derivative, (measured, baselines) -> baselines.best(measured)),
    /** Original function by the same in C++. */
    PRIMAL_TO_CPP("primal/C++", Measurement::primal, (measured, baselines) -> baselines.primal(measured));

    private final String label;
    private final Function<Measurement, @Nullable Timing> dividend;
    private final BiFunction<Measurement, Baselines, OptionalDouble> divisor;

    Ratio(
            String label,
            Function<Measurement, @Nullable Timing> dividend,
            BiFunction<Measurement, Baselines, OptionalDouble> divisor) {
        this.label = label;
        this.dividend = dividend;
        this.divisor = divisor;
    }

    String label() {
        return label;
    }

    /** Empty where one of the two was not measured. */
    OptionalDouble of(Measurement measured, Baselines baselines) {
        OptionalDouble seconds = Measurement.seconds(dividend.apply(measured));
        OptionalDouble by = divisor.apply(measured, baselines);
        return seconds.isEmpty() || by.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(seconds.getAsDouble() / by.getAsDouble());
    }
}
