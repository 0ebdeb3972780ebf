package dev.jacobi.rules;

import dev.jacobi.DerivativeOf;
import dev.jacobi.DerivativeOf.Part;

/** The derivatives of {@link Ruled}. */
@SuppressWarnings("unused") // called by name
final class RulesOfRuled {
    private RulesOfRuled() {}

    @DerivativeOf(value = Ruled.class, method = "sine", part = Part.TANGENT)
    static double tangentOfSine(double x, double dx) {
        return Math.cos(x) * dx;
    }

    @DerivativeOf(value = Ruled.class, method = "sine", part = Part.REVERSE)
    static double reverseOfSine(double x, double adjoint) {
        return Math.cos(x) * adjoint;
    }

    @DerivativeOf(value = Ruled.class, method = "power", part = Part.TANGENT)
    static double tangentOfPower(double x, double dx, int n, double y, double dy) {
        return n * Math.pow(x, n - 1) * y * dx + Math.pow(x, n) * dy;
    }

    /** The tape of {@code power}. */
    record Powers(double value, double byX, double byY) {}

    @DerivativeOf(value = Ruled.class, method = "power", part = Part.AUGMENTED_PRIMAL)
    static Powers augmentedPower(double x, int n, double y) {
        double power = Math.pow(x, n - 1);
        return new Powers(Ruled.power(x, n, y), n * power * y, power * x);
    }

    @DerivativeOf(value = Ruled.class, method = "power", part = Part.REVERSE)
    static double[] reverseOfPower(Powers tape, double adjoint) {
        return new double[] {tape.byX() * adjoint, tape.byY() * adjoint};
    }

    /** A square in the place of what is unknown. */
    record Square(double value, double x, int n) {}

    @DerivativeOf(value = Ruled.class, method = "unknown", part = Part.AUGMENTED_PRIMAL)
    static Square augmentedUnknown(double x, int n) {
        return new Square(Math.pow(x, n), x, n);
    }

    @DerivativeOf(value = Ruled.class, method = "unknown", part = Part.REVERSE)
    static double reverseOfUnknown(Square tape, double adjoint) {
        return tape.n() * Math.pow(tape.x(), tape.n() - 1) * adjoint;
    }

    @DerivativeOf(value = Ruled.class, method = "scale", part = Part.TANGENT)
    static void tangentOfScale(double[] values, double[] tangents, double factor, double dFactor) {
        for (int i = 0; i < values.length; i++) {
            tangents[i] = tangents[i] * factor + values[i] / factor * dFactor;
        }
    }

    /** The tape of {@code scale}: what the elements were. */
    record Scaled(double[] before, double factor) {}

    @DerivativeOf(value = Ruled.class, method = "scale", part = Part.AUGMENTED_PRIMAL)
    static Scaled augmentedScale(double[] values, double factor) {
        Scaled tape = new Scaled(values.clone(), factor);
        Ruled.scale(values, factor);
        return tape;
    }

    @DerivativeOf(value = Ruled.class, method = "scale", part = Part.REVERSE)
    static double reverseOfScale(Scaled tape, double[] shadow) {
        double factor = 0;
        for (int i = 0; i < shadow.length; i++) {
            factor += tape.before()[i] * shadow[i];
            shadow[i] *= tape.factor();
        }
        return factor;
    }

    @DerivativeOf(value = Ruled.class, method = "half", part = Part.REVERSE)
    static float reverseOfHalf(float x, float adjoint) {
        return 0.5f * adjoint;
    }

    /** With the parameters of nothing. */
    static double wrong(double x, int y) {
        return x * y;
    }

    static Object noRecord(double x) {
        return x;
    }

    double notStatic(double x, double dx) {
        return dx;
    }
}
