package dev.jacobi.conformance.random;

import dev.jacobi.DirectionalDerivative;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ScalarFunction;
import dev.jacobi.conformance.gradient.GradientCheck.Verdict;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Compares second derivatives of a program in all orders of the modes: the product of the Hessian with a direction by forward over reverse mode, reverse over forward mode and
 * reverse over reverse mode, all at once as a Hessian, and times a second direction by forward over forward mode; and with differences of the gradient.
 */
final class HessianCheck implements Check {
    private static final int POINTS = 2;
    /** How far the modes may be apart, of the largest of the numbers and of what they are sums of. */
    private static final double MODES = 1e-9;

    private static final double MODES_OF_FLOATS = 5e-3;
    /** How near a difference of gradients must come with one of the steps. */
    private static final double FINITE = 1e-5;
    /** How near they must be to each other to tell that they are right. */
    private static final double STEPS = 1e-5;

    private static final double[] SIZES = {1e-3, 1e-4, 2.5e-5, 6.25e-6};

    private final Verdicts verdicts = new Verdicts();

    @Override
    public Program generate(long seed) {
        return HessianPrograms.generate(seed);
    }

    @Override
    public String statistics() {
        return verdicts.toString();
    }

    Verdicts verdicts() {
        return verdicts;
    }

    @Override
    public Optional<Mismatch> check(Program program, Class<?> type) {
        Optional<ScalarFunction<double[]>> function = made(type, HessianPrograms.FUNCTION);
        if (function.isEmpty()) {
            return Optional.empty();
        }
        SplittableRandom random = new SplittableRandom(program.seed() + 2);
        double[] first = HessianPrograms.arguments(program, random);
        double[] direction = HessianPrograms.direction(first, program, random);
        double[] other = HessianPrograms.direction(first, program, random);
        boolean floats = program.source().contains("float");
        String form = "gradient";
        try {
            Forms forms = new Forms(type, function.get(), direction, other);
            for (int point = 0; point < POINTS; point++) {
                double[] z = point == 0 ? first : HessianPrograms.arguments(program, random);
                double[] gradient;
                try {
                    double _ = function.get().applyAsDouble(z);
                    form = "gradient";
                    gradient = forms.gradient().at(z.clone());
                } catch (JacobiException e) {
                    throw e;
                } catch (RuntimeException _) {
                    verdicts.found(Verdict.NOT_FINITE);
                    continue;
                }
                Map<String, double[]> products = new LinkedHashMap<>();
                for (String name : Forms.NAMES) {
                    form = name;
                    products.put(name, forms.product(name, z.clone()));
                }
                Optional<Mismatch> mismatch = compare(forms, products, z, gradient, floats);
                if (mismatch.isPresent()) {
                    return mismatch;
                }
            }
            return Optional.empty();
        } catch (JacobiException e) {
            if (e.refusal() == Refusal.INTERNAL) {
                return Optional.of(new Mismatch(form, "cannot be made: " + Mismatch.trace(e), ""));
            }
            verdicts.refused(form + " " + e.refusal());
            return Optional.empty();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return Optional.of(new Mismatch(form, "cannot be made or run: " + Mismatch.trace(e), ""));
        }
    }

    /** A function that a method of the program makes; empty if shrinking has left the method out. */
    @SuppressWarnings("unchecked") // HessianPrograms makes them
    private static Optional<ScalarFunction<double[]>> made(Class<?> type, String name, Object... arguments) {
        Optional<Method> method = Arrays.stream(type.getDeclaredMethods())
                .filter(each -> each.getName().equals(name) && each.getParameterCount() == arguments.length)
                .findFirst();
        if (method.isEmpty()) {
            return Optional.empty();
        }
        try {
            method.get().setAccessible(true);
            return Optional.of((ScalarFunction<double[]>) method.get().invoke(null, arguments));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The derivatives of a function, each made when it is first wanted. */
    private static final class Forms {
        static final String[] NAMES = {
            "forward over reverse", "reverse over forward", "reverse over reverse", "Hessian", "forward over forward"
        };

        private final Class<?> type;
        private final ScalarFunction<double[]> function;
        private final double[] direction;
        private final double[] other;
        private @Nullable Gradient<double[]> gradient;
        private final Map<String, UnaryOperator<double[]>> made = new LinkedHashMap<>();

        Forms(Class<?> type, ScalarFunction<double[]> function, double[] direction, double[] other) {
            this.type = type;
            this.function = function;
            this.direction = direction;
            this.other = other;
        }

        Gradient<double[]> gradient() {
            if (gradient == null) {
                gradient = Jacobi.gradient(function);
            }
            return gradient;
        }

        double[] product(String name, double[] z) {
            return made.computeIfAbsent(name, this::make).apply(z);
        }

        private UnaryOperator<double[]> make(String name) {
            return switch (name) {
                case "forward over reverse" -> {
                    var products = Jacobi.hvp(function);
                    yield z -> products.at(z, direction);
                }
                case "reverse over forward" -> {
                    Gradient<double[]> of = Jacobi.gradient(slope());
                    yield of::at;
                }
                case "reverse over reverse" -> {
                    Gradient<double[]> of = Jacobi.gradient(made(type, HessianPrograms.PRODUCT, gradient(), direction)
                            .orElseThrow());
                    yield of::at;
                }
                case "Hessian" -> {
                    var hessian = Jacobi.hessian(function);
                    yield z -> {
                        double[][] rows = hessian.at(z);
                        return Arrays.stream(rows)
                                .mapToDouble(row -> dot(row, direction))
                                .toArray();
                    };
                }
                case "forward over forward" -> {
                    DirectionalDerivative<double[]> of = Jacobi.jvp(slope());
                    yield z -> new double[] {of.at(z, other)};
                }
                default -> throw new IllegalArgumentException(name);
            };
        }

        private ScalarFunction<double[]> slope() {
            return made(type, HessianPrograms.SLOPE, Jacobi.jvp(function), direction)
                    .orElseThrow();
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private Optional<Mismatch> compare(
            Forms forms, Map<String, double[]> products, double[] z, double[] gradient, boolean floats) {
        if (!finite(gradient) || !products.values().stream().allMatch(HessianCheck::finite)) {
            verdicts.found(Verdict.NOT_FINITE);
            return Optional.empty();
        }
        double[] expected = products.get(Forms.NAMES[0]);
        double largest = 1e-3;
        for (double[] product : products.values()) {
            for (double each : product) {
                largest = Math.max(largest, Math.abs(each));
            }
        }
        double allowed = (floats ? MODES_OF_FLOATS : MODES) * largest;
        for (String name : Forms.NAMES) {
            double[] product = products.get(name);
            double[] same = name.equals("forward over forward") ? new double[] {dot(expected, forms.other)} : expected;
            for (int i = 0; i < same.length; i++) {
                if (!(Math.abs(same[i] - product[i]) <= allowed)) {
                    return Optional.of(new Mismatch(
                            name,
                            Forms.NAMES[0] + ": " + Arrays.toString(same) + "\n" + name + ": "
                                    + Arrays.toString(product),
                            Arrays.toString(z) + " in direction " + Arrays.toString(forms.direction)));
                }
            }
        }
        return floats ? ok() : differences(forms, z, expected, gradient);
    }

    private Optional<Mismatch> ok() {
        verdicts.found(Verdict.OK);
        return Optional.empty();
    }

    private Optional<Mismatch> differences(Forms forms, double[] z, double[] expected, double[] gradient) {
        double[][] slopes = new double[SIZES.length][];
        double scale = Math.max(1e-3, Math.max(largest(expected), largest(gradient)));
        for (int step = 0; step < SIZES.length; step++) {
            double size = SIZES[step];
            double[] far = difference(forms, z, size);
            double[] near = difference(forms, z, size / 2);
            slopes[step] = new double[z.length];
            for (int i = 0; i < z.length; i++) {
                slopes[step][i] = (4 * near[i] - far[i]) / 3;
            }
            if (apart(slopes[step], expected) <= FINITE * scale) {
                return ok();
            }
        }
        double steepest = Math.max(scale, largest(slopes[1]));
        boolean resolved = apart(slopes[1], slopes[2]) <= STEPS * steepest
                && apart(slopes[2], slopes[3]) <= STEPS * steepest
                && apart(side(forms, z, gradient, 1e-5), side(forms, z, gradient, -1e-5)) <= 1e-3 * steepest;
        if (!resolved) {
            verdicts.found(Verdict.NOT_RESOLVED);
            return Optional.empty();
        }
        return Optional.of(new Mismatch(
                "differences",
                Forms.NAMES[0] + ": " + Arrays.toString(expected) + "\ndifferences: " + Arrays.toString(slopes[2]),
                Arrays.toString(z) + " in direction " + Arrays.toString(forms.direction)));
    }

    private static double[] difference(Forms forms, double[] z, double size) {
        double[] up = at(forms, z, size);
        double[] down = at(forms, z, -size);
        double[] slope = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            slope[i] = (up[i] - down[i]) / (2 * size);
        }
        return slope;
    }

    private static double[] side(Forms forms, double[] z, double[] gradient, double size) {
        double[] half = at(forms, z, size / 2);
        double[] full = at(forms, z, size);
        double[] slope = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            slope[i] = (4 * half[i] - full[i] - 3 * gradient[i]) / size;
        }
        return slope;
    }

    private static double[] at(Forms forms, double[] z, double size) {
        double[] moved = z.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += size * forms.direction[i];
        }
        try {
            return forms.gradient().at(moved);
        } catch (RuntimeException _) {
            double[] none = new double[z.length];
            Arrays.fill(none, Double.NaN);
            return none;
        }
    }

    private static double largest(double[] numbers) {
        return Arrays.stream(numbers).map(Math::abs).max().orElse(0);
    }

    private static double apart(double[] one, double[] other) {
        double apart = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = Math.abs(one[i] - other[i]);
            apart = Math.max(apart, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
        }
        return apart;
    }

    private static boolean finite(double[] numbers) {
        return Arrays.stream(numbers).allMatch(Double::isFinite);
    }
}
