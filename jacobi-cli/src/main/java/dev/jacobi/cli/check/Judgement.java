package dev.jacobi.cli.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Judges derivatives number by number: what reverse mode, forward mode and finite differences say, and whether they can all be right.
 *
 * <p>Each number is compared on its own scale, so that a wrong one does not hide behind large ones. What finite differences cannot
 * decide, at kinks, jumps and poles, is a pitfall and not a mismatch, if both modes agree.
 */
final class Judgement {
    private static final int MAX_PITFALLS = 20;
    private static final double MODES_TOLERANCE = 1e-10;
    private static final double MODES_TOLERANCE_SINGLE = 1e-4;
    private static final double FINITE_TOLERANCE = 1e-6;
    private static final double FINITE_TOLERANCE_SINGLE = 2e-2;

    private final boolean single;
    private final double scale;
    private final double floor;
    private final List<String> pitfalls = new ArrayList<>();
    private int suppressed;
    private boolean ok = true;
    private double worst;

    /**
     * @param single whether floats are involved
     * @param scale the largest derivative
     * @param value the largest output, whose rounding shows in derivatives that cancel
     */
    Judgement(boolean single, double scale, double value) {
        this.single = single;
        this.scale = scale;
        double rounding = single ? 0x1p-24 : 0x1p-53;
        this.floor = 64 * rounding * scale + 8 * rounding * (Double.isFinite(value) ? value : 0);
    }

    /**
     * Judges one number.
     *
     * @param name what it is called in messages
     * @param differences finite differences with a given stretch of the steps
     * @return the derivative by finite differences
     */
    double judge(String name, double reverse, double forward, DoubleFunction<FiniteDifferences> differences) {
        FiniteDifferences finite = differences.apply(1);
        if (!modesAgree(reverse, forward, finite)) {
            note(true, text("%s: reverse mode gives %s, forward mode %s", name, reverse, forward));
            worsen(Math.abs(reverse - forward) / Math.max(Math.abs(reverse), Math.abs(forward)));
        } else {
            worsen(relative(reverse, forward));
        }
        if (Double.isFinite(reverse)) {
            judgeFinite(name, reverse, finite, differences);
        } else {
            judgeSingular(name, reverse, finite);
        }
        return finite.derivative();
    }

    private boolean modesAgree(double reverse, double forward, FiniteDifferences finite) {
        if (same(reverse, forward)) {
            return true;
        }
        double difference = Math.abs(reverse - forward);
        double own = Math.max(Math.abs(reverse), Math.abs(forward));
        return difference <= (single ? MODES_TOLERANCE_SINGLE : MODES_TOLERANCE) * own + floor
                // What cancels in the derivative cancels in the function too, where differences show how much.
                || Double.isFinite(finite.error()) && difference <= Math.min(finite.error(), finiteTolerance() * scale);
    }

    private void judgeFinite(
            String name, double derivative, FiniteDifferences finite, DoubleFunction<FiniteDifferences> differences) {
        if (finite.kink() && finite.isBetweenSides(derivative)) {
            note(
                    false,
                    text(
                            "%s: a kink or jump, with slope %.6g to the left and %.6g to the right",
                            name, finite.left(), finite.right()));
            return;
        }
        double difference = Math.abs(derivative - finite.derivative());
        if (difference <= tolerated(derivative, finite)) {
            worsen(relative(derivative, finite.derivative()));
        } else if (!Double.isFinite(finite.derivative()) || !Double.isFinite(finite.error())) {
            judgeOneSided(name, derivative, finite);
        } else if (isWithinError(derivative, finite)) {
            noteUndecided(name, finite);
        } else {
            FiniteDifferences second = differences.apply(0.7);
            if (Math.abs(derivative - second.derivative()) <= tolerated(derivative, second)) {
                worsen(relative(derivative, second.derivative()));
            } else if (isWithinError(derivative, second)
                    || !Double.isFinite(second.error())
                    || Math.abs(finite.derivative() - second.derivative()) > difference / 10) {
                noteUndecided(name, finite);
            } else {
                mismatch(name, derivative, finite.derivative());
            }
        }
    }

    /** The difference to which derivative and finite differences may disagree without a word. */
    private double tolerated(double derivative, FiniteDifferences finite) {
        double own = Math.max(Math.abs(derivative), Math.abs(finite.derivative()));
        return Math.max(finiteTolerance() * own, Math.min(10 * finite.error(), finiteTolerance() * scale)) + floor;
    }

    private static boolean isWithinError(double derivative, FiniteDifferences finite) {
        return Math.abs(derivative - finite.derivative()) <= 10 * finite.error();
    }

    /** On the edge of the domain only one side can tell. */
    private void judgeOneSided(String name, double derivative, FiniteDifferences finite) {
        double side = Double.isFinite(finite.left()) ? finite.left() : finite.right();
        boolean oneSided = Double.isFinite(finite.left()) != Double.isFinite(finite.right());
        if (oneSided && Math.abs(side - derivative) <= 0.05 * Math.max(Math.abs(side), Math.abs(derivative)) + floor) {
            note(false, text("%s: the method has values on one side only, where the slope is %.6g", name, side));
        } else {
            note(false, text("%s: finite differences say nothing, the method has no finite values around", name));
        }
    }

    private void noteUndecided(String name, FiniteDifferences finite) {
        note(
                false,
                text(
                        "%s: finite differences do not settle here; they give %.6g with an error of %.1g",
                        name, finite.derivative(), finite.error()));
    }

    private void judgeSingular(String name, double derivative, FiniteDifferences finite) {
        boolean smooth = !finite.kink()
                && Double.isFinite(finite.derivative())
                && finite.error() <= 1e-4 * Math.max(scale, Math.abs(finite.derivative())) + floor;
        if (smooth) {
            mismatch(name, derivative, finite.derivative());
        } else {
            note(false, text("%s: the derivative is %s, a singular point", name, derivative));
        }
    }

    private void mismatch(String name, double derivative, double finite) {
        note(true, text("%s: the derivative is %s, finite differences give %.9g", name, derivative, finite));
        worsen(Math.abs(derivative - finite) / Math.max(Math.abs(derivative), Math.abs(finite)));
    }

    /** Notes a mismatch that does not belong to one number. */
    void mismatch(String message) {
        note(true, message);
    }

    void pitfall(String message) {
        note(false, message);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that the project does not depend on
    private static String text(String format, Object... details) {
        return String.format(Locale.ROOT, format, details);
    }

    private void note(boolean wrong, String message) {
        ok &= !wrong;
        if (pitfalls.size() < MAX_PITFALLS) {
            pitfalls.add(message);
        } else {
            suppressed++;
        }
    }

    private void worsen(double relative) {
        worst = Double.isNaN(relative) ? Double.POSITIVE_INFINITY : Math.max(worst, relative);
    }

    private double finiteTolerance() {
        return single ? FINITE_TOLERANCE_SINGLE : FINITE_TOLERANCE;
    }

    /** The difference of two numbers that agree, relative to the largest derivative. */
    private double relative(double a, double b) {
        return same(a, b) || scale == 0 ? 0 : Math.abs(a - b) / scale;
    }

    private static boolean same(double a, double b) {
        return a == b || Double.isNaN(a) && Double.isNaN(b);
    }

    boolean isOk() {
        return ok;
    }

    /** The largest relative difference: to the number itself where it is wrong, else to the largest derivative. */
    double worst() {
        return worst;
    }

    List<String> pitfalls() {
        List<String> all = new ArrayList<>(pitfalls);
        if (suppressed > 0) {
            all.add("and " + suppressed + " more of these");
        }
        return List.copyOf(all);
    }
}
