package dev.jacobi.conformance.gradient;

import dev.jacobi.Activity;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.SplitDerivative;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A static method with a floating-point result in six forms: itself, forward mode in one direction and in several at once, reverse mode
 * for one adjoint and for several at once, and reverse mode in two parts. All floating-point numbers among the arguments are active, those in arrays too. What is compared:
 *
 * <ul>
 *   <li>result and arguments afterwards, in every form, bit for bit with the method's own (see {@link Point});
 *   <li>forward mode in several directions, with a shadow for each or one for all, with each direction alone, bit for bit;
 *   <li>reverse mode for several adjoints with each of them alone: bit for bit, or, where more calls are inlined, as close as reverse and forward mode are;
 *   <li>the gradient by reverse mode with that by forward mode, and the gradient of a weighted sum of the result and what arrays hold
 *       afterwards; both again in two sweeps from one tape, with the bits of each other when repeated;
 *   <li>the gradient of that sum with finite differences.
 * </ul>
 */
public final class GradientCheck {
    /** How far forward and reverse mode may be apart, of the largest of the adjoints. */
    private static final double MODES = 1e-12;

    private static final double MODES_OF_FLOATS = 2e-4;
    /** Adjoints smaller than this may be what is left of sums of terms of the size of 1. */
    private static final double SMALL = 1e-3;
    /** How far finite differences may be off, of the scale of the function and its adjoints. */
    private static final double FINITE = 2e-6;
    /** How far finite differences of several steps may be apart, and those from left and right. */
    private static final double STEPS = 1e-5;

    private static final double SIDES = 1e-3;
    /** The steps, of the size of the coordinate. */
    private static final double[] SIZES = {1e-4, 2.5e-5, 6.25e-6};

    /** Of runs that round by chance: how many, and how much further than from each other they may be from what is right. */
    private static final int ROUGH_RUNS = 5;

    private static final double ROUGHLY = 8;

    /** By how much of it the derivative of a function that differences can follow may change within a step. */
    private static final double ROUGH = 0.1;

    private static final int WIDTH = 2;
    private static final int PACKED = 3;
    private static final int ADJOINTS = 3;

    /** The verdict on one set of arguments. */
    public enum Verdict {
        OK,
        /** Derivatives of all forms agree, but finite differences from left and right do not. */
        KINK,
        /**
         * Derivatives of all forms agree, but finite differences of several steps do not: the function changes too fast for them. Or forward and reverse mode differ by what
         * rounding leaves open.
         */
        NOT_RESOLVED,
        /** The method throws, or a number is not finite. */
        NOT_FINITE,
        MISMATCH
    }

    /** What was found. */
    public record Finding(Verdict verdict, String text) {}

    private final Method method;
    private final boolean floats;
    private final Transformed forward;
    private final Transformed several;
    private final Optional<Transformed> packed;
    private final Transformed reverse;
    private final Optional<Transformed> together;
    private final SplitDerivative split;

    /** As below, with several adjoints. */
    public GradientCheck(Method method, boolean floats) {
        this(method, floats, true);
    }

    /**
     * Compiles all derivatives.
     *
     * @param severalAdjoints whether reverse mode for several adjoints at once is among them
     * @param floats whether it computes in single precision, and less is to be expected
     * @throws JacobiException if one of them is refused
     */
    public GradientCheck(Method method, boolean floats, boolean severalAdjoints) {
        this.method = method;
        this.floats = floats;
        Primal primal = Jacobi.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes());
        Activity[] ofForward = activities(Activity.DUAL, Activity.DUAL);
        Activity[] ofReverse = activities(Activity.ACTIVE, Activity.DUPLICATED);
        forward = Transformed.forward(primal, method, false, ofForward);
        several = Transformed.forward(primal, method, WIDTH, ofForward);
        packed = Transformed.packed(primal, method, PACKED, ofForward);
        reverse = Transformed.reverse(primal, method, false, ofReverse);
        together = severalAdjoints ? Transformed.reverse(primal, method, ADJOINTS, ofReverse) : Optional.empty();
        split = primal.reverse(ofReverse).split();
    }

    /** Whether several adjoints at once are among the forms, and not refused. */
    public boolean takesSeveralAdjoints() {
        return together.isPresent();
    }

    private Activity[] activities(Activity ofNumbers, Activity ofArrays) {
        return Arrays.stream(method.getParameterTypes())
                .map(type ->
                        Transformed.isNumber(type) ? ofNumbers : Transformed.carries(type) ? ofArrays : Activity.CONST)
                .toArray(Activity[]::new);
    }

    /** @throws JacobiException if a derivative refuses to go on: it met a class that it cannot follow */
    public Finding check(@Nullable Object[] arguments) {
        Point point = new Point(method, _ -> true, arguments);
        try {
            return point.throwing() ? exceptions(point) : compare(point);
        } catch (Point.Differs e) {
            return new Finding(Verdict.MISMATCH, e.getMessage());
        }
    }

    private Finding exceptions(Point point) {
        double[][] directions = new double[WIDTH][point.inputs().count()];
        point.tangents(forward, new double[][] {directions[0]}, "forward mode");
        point.tangents(several, directions, "forward mode in several directions");
        point.adjoints(reverse, weights(point.outputs().length), "reverse mode");
        together.ifPresent(derivative -> point.adjoints(
                derivative, new double[ADJOINTS][point.outputs().length], "reverse mode for several adjoints"));
        point.adjoints(split, new double[0][], "split reverse mode");
        return new Finding(Verdict.NOT_FINITE, point.expected().result());
    }

    private static double[] weights(int count) {
        return new SplittableRandom(count).doubles(count, 0.5, 1.5).toArray();
    }

    private static double[] unit(int count, int index) {
        double[] unit = new double[count];
        unit[index] = 1;
        return unit;
    }

    private static Finding mismatch(String what, Object expected, Object actual) {
        return new Finding(Verdict.MISMATCH, what + "\nexpected: " + expected + "\nactual:   " + actual);
    }

    /** Several directions at once must give the bits of each alone. */
    private static Optional<Finding> compareTogether(
            Point point, double[][] tangents, Transformed derivative, int width, String which) {
        int inputs = tangents.length;
        for (int i = 0; i < inputs; i += width) {
            int first = i;
            double[][] directions = IntStream.range(0, width)
                    .mapToObj(j -> unit(inputs, Math.min(first + j, inputs - 1)))
                    .toArray(double[][]::new);
            double[][] together = point.tangents(derivative, directions, "forward mode in " + which);
            for (int j = 0; j < width && i + j < inputs; j++) {
                if (!Arrays.equals(tangents[i + j], together[j])) {
                    return Optional.of(mismatch(
                            "direction " + (i + j) + " of " + which,
                            Arrays.toString(tangents[i + j]),
                            Arrays.toString(together[j])));
                }
            }
        }
        return Optional.empty();
    }

    private Finding compare(Point point) {
        int inputs = point.inputs().count();
        int outputs = point.outputs().length;
        // a row for each input
        double[][] tangents = new double[inputs][];
        for (int i = 0; i < inputs; i++) {
            tangents[i] = point.tangents(forward, new double[][] {unit(inputs, i)}, "forward mode")[0];
        }
        Optional<Finding> apart = compareTogether(point, tangents, several, WIDTH, "several")
                .or(() -> packed.flatMap(inOne -> compareTogether(point, tangents, inOne, PACKED, "packed ones")));
        if (apart.isPresent()) {
            return apart.get();
        }
        double[] seed = unit(outputs, 0);
        double[] weights = weights(outputs);
        double[] adjoints = point.adjoints(reverse, seed, "reverse mode");
        double[] weighted = point.adjoints(reverse, weights, "reverse mode");
        double[][] atOnce = together.map(derivative -> point.adjoints(
                        derivative, new double[][] {weights, seed, weights}, "reverse mode for several adjoints"))
                .orElse(new double[][] {weighted, adjoints, weighted});
        if (!Arrays.equals(atOnce[0], atOnce[2])) {
            return mismatch("third adjoint", Arrays.toString(atOnce[0]), Arrays.toString(atOnce[2]));
        }
        double[][] sweeps = point.adjoints(split, new double[][] {seed, weights, seed}, "split reverse mode");
        if (!Arrays.equals(sweeps[0], sweeps[2])) {
            return mismatch("third sweep", Arrays.toString(sweeps[0]), Arrays.toString(sweeps[2]));
        }
        double[] slopes = products(tangents, seed);
        if (!finite(adjoints) || !finite(slopes)) {
            boolean both = !finite(adjoints) && !finite(slopes);
            return new Finding(Verdict.NOT_FINITE, both ? "both modes" : "one mode");
        }
        String different = different("reverse mode", adjoints, slopes, 1);
        if (different.isEmpty()) {
            different = different("first sweep", sweeps[0], slopes, 1);
        }
        if (different.isEmpty() && !Arrays.equals(atOnce[1], adjoints)) {
            different = different("one of several adjoints", atOnce[1], slopes, 1);
        }
        double[] products = products(tangents, weights);
        boolean all = finite(products) && finite(weighted);
        if (all && different.isEmpty()) {
            different = different("reverse mode of a weighted sum", weighted, products, outputs);
        }
        if (all && different.isEmpty()) {
            different = different("second sweep", sweeps[1], products, outputs);
        }
        if (all && different.isEmpty() && !Arrays.equals(atOnce[0], weighted)) {
            different = different("several adjoints of a weighted sum", atOnce[0], products, outputs);
        }
        if (!different.isEmpty()) {
            return isLostInRounding(point, seed, weights, slopes, products, all)
                    ? new Finding(Verdict.NOT_RESOLVED, different)
                    : new Finding(Verdict.MISMATCH, different);
        }
        if (floats) {
            return new Finding(Verdict.OK, "");
        }
        return all ? finite(point, weights, weighted, tangents) : finite(point, seed, adjoints, tangents);
    }

    /**
     * Whether the adjoints differ from the slopes by no more than rounding leaves open. Reverse mode adds what forward mode never sees, such as {@code x * y} and {@code -x * y} to the adjoint of
     * {@code z} in {@code (z - z) * x * y + z}, where a large {@code x * y} swallows the 1. Runs that round by chance then differ as much.
     */
    private boolean isLostInRounding(
            Point point, double[] seed, double[] weights, double[] slopes, double[] products, boolean all) {
        Transformed rough = Transformed.roundedByChance(
                Jacobi.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes()),
                method,
                new SplittableRandom(1),
                activities(Activity.ACTIVE, Activity.DUPLICATED));
        return isLostInRounding(point, rough, seed, slopes)
                && (!all || isLostInRounding(point, rough, weights, products));
    }

    private static boolean isLostInRounding(Point point, Transformed rough, double[] weights, double[] slopes) {
        double[] first = point.roughAdjoints(rough, weights);
        double spread = 0;
        double off = furthest(first, slopes);
        for (int run = 1; run < ROUGH_RUNS; run++) {
            double[] next = point.roughAdjoints(rough, weights);
            spread = Math.max(spread, furthest(next, first));
            off = Math.min(off, furthest(next, slopes));
        }
        // With NaN, where a run has thrown, nothing is excused.
        return off <= ROUGHLY * spread;
    }

    private static double furthest(double[] some, double[] others) {
        double furthest = 0;
        for (int i = 0; i < some.length; i++) {
            furthest = Math.max(furthest, Math.abs(some[i] - others[i]));
        }
        return furthest;
    }

    private static boolean finite(double[] numbers) {
        return Arrays.stream(numbers).allMatch(Double::isFinite);
    }

    /** The products of each row with the weights. */
    private static double[] products(double[][] rows, double[] weights) {
        return Arrays.stream(rows)
                .mapToDouble(row -> {
                    double sum = 0;
                    for (int i = 0; i < row.length; i++) {
                        sum += weights[i] == 0 ? 0 : weights[i] * row[i];
                    }
                    return sum;
                })
                .toArray();
    }

    /** What differs, or nothing. */
    private String different(String form, double[] adjoints, double[] slopes, int terms) {
        double largest = Math.max(largest(adjoints), largest(slopes));
        double allowed = (floats ? MODES_OF_FLOATS : MODES) * Math.max(largest, SMALL) * terms;
        for (int i = 0; i < adjoints.length; i++) {
            if (!(Math.abs(adjoints[i] - slopes[i]) <= allowed)) {
                return "coordinate " + i + " of " + form + "\nexpected: " + Arrays.toString(slopes) + "\nactual:   "
                        + Arrays.toString(adjoints);
            }
        }
        return "";
    }

    private Finding finite(Point point, double[] weights, double[] adjoints, double[][] tangents) {
        Finding result = new Finding(Verdict.OK, "");
        for (int i = 0; i < adjoints.length; i++) {
            Finding found = finite(point, i, weights, adjoints);
            if (found.verdict() == Verdict.MISMATCH
                    && (hasUnresolvedOutput(point, i, tangents) || isRough(point, i, weights, adjoints[i]))) {
                found = new Finding(Verdict.NOT_RESOLVED, "coordinate " + i);
            }
            if (found.verdict() == Verdict.MISMATCH) {
                return found;
            }
            if (found.verdict() != Verdict.OK) {
                result = found;
            }
        }
        return result;
    }

    /**
     * Whether finite differences fail for one of the outputs and mismatch for none: the sine of a large number beside that number
     * changes fast, but so little that differences of the sum look smooth.
     */
    private static boolean hasUnresolvedOutput(Point point, int coordinate, double[][] tangents) {
        int outputs = point.outputs().length;
        boolean unresolved = false;
        for (int i = 0; i < outputs; i++) {
            int output = i;
            double[] slopes =
                    Arrays.stream(tangents).mapToDouble(row -> row[output]).toArray();
            Verdict verdict =
                    finite(point, coordinate, unit(outputs, output), slopes).verdict();
            if (verdict == Verdict.MISMATCH) {
                return false;
            }
            unresolved |= verdict == Verdict.NOT_RESOLVED;
        }
        return unresolved;
    }

    /**
     * Whether the derivative is another one a step away: the sine of a large number that is added to a number so large that no difference shows it. What forward mode says there is asked, not what it says here,
     * so a derivative that is wrong alike in all places is not excused.
     */
    private boolean isRough(Point point, int coordinate, double[] weights, double adjoint) {
        double step = SIZES[SIZES.length - 1] * Math.max(Math.abs(point.inputs().get()[coordinate]), 0.1);
        for (double by : new double[] {-step, step}) {
            double[] at = point.inputs().get();
            at[coordinate] += by;
            Point there = point.movedTo(at);
            if (there.throwing()) {
                return true;
            }
            double[] tangent = there.tangents(
                            forward, new double[][] {unit(at.length, coordinate)}, "forward mode a step away")[0];
            double slope = products(new double[][] {tangent}, weights)[0];
            if (!(Math.abs(slope - adjoint) <= ROUGH * Math.max(Math.abs(slope), Math.abs(adjoint)))) {
                return true;
            }
        }
        return false;
    }

    private static Finding finite(Point point, int coordinate, double[] weights, double[] adjoints) {
        double[] at = point.inputs().get();
        double largest = largest(adjoints);
        DoubleUnaryOperator f = h -> value(point, weights, at, coordinate, h);
        double center = f.applyAsDouble(0.0);
        double scale = Math.max(Math.max(Math.abs(center), largest), 1e-3);
        double size = Math.max(Math.abs(at[coordinate]), 0.1);
        double adjoint = adjoints[coordinate];
        double[] slopes = new double[SIZES.length];
        for (int step = 0; step < SIZES.length; step++) {
            slopes[step] = slope(f, SIZES[step] * size);
            if (Math.abs(slopes[step] - adjoint) <= FINITE * scale) {
                return new Finding(Verdict.OK, "");
            }
        }
        // Three-point formulas of either side alone.
        double[] right =
                Arrays.stream(SIZES).map(each -> side(f, each * size, center)).toArray();
        double[] left =
                Arrays.stream(SIZES).map(each -> side(f, -each * size, center)).toArray();
        if (!finite(slopes) || !finite(right) || !finite(left)) {
            return new Finding(Verdict.NOT_RESOLVED, "coordinate " + coordinate);
        }
        // Whether they agree is their own affair: a large adjoint does not bring them together.
        double steepest = Math.max(Math.max(Math.abs(center), 1e-3), largest(slopes));
        boolean sidesAgree = Math.abs(right[0] - left[0]) <= SIDES * steepest;
        if (sidesAgree && spread(slopes) <= STEPS * steepest) {
            String finite =
                    "finite differences " + Arrays.toString(slopes) + " (left " + left[0] + ", right " + right[0] + ")";
            return mismatch("coordinate " + coordinate, finite, adjoint);
        }
        boolean kink = !sidesAgree && spread(left) <= SIDES * steepest && spread(right) <= SIDES * steepest;
        return new Finding(kink ? Verdict.KINK : Verdict.NOT_RESOLVED, "coordinate " + coordinate);
    }

    private static double largest(double[] numbers) {
        return Arrays.stream(numbers).map(Math::abs).max().orElse(0);
    }

    private static double spread(double[] numbers) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double number : numbers) {
            low = Math.min(low, number);
            high = Math.max(high, number);
        }
        return high - low;
    }

    /** The central difference, extrapolated once. */
    private static double slope(DoubleUnaryOperator f, double step) {
        double coarse = (f.applyAsDouble(step) - f.applyAsDouble(-step)) / (2 * step);
        double fine = (f.applyAsDouble(step / 2) - f.applyAsDouble(-step / 2)) / step;
        return (4 * fine - coarse) / 3;
    }

    private static double side(DoubleUnaryOperator f, double step, double center) {
        return (4 * f.applyAsDouble(step / 2) - f.applyAsDouble(step) - 3 * center) / step;
    }

    /** The weighted sum of the outputs. */
    private static double value(Point point, double[] weights, double[] at, int coordinate, double by) {
        double[] moved = at.clone();
        moved[coordinate] += by;
        try {
            return products(new double[][] {point.values(moved)}, weights)[0];
        } catch (Throwable _) {
            return Double.NaN;
        }
    }
}
