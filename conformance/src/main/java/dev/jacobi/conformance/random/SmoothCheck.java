package dev.jacobi.conformance.random;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.conformance.gradient.GradientCheck;
import dev.jacobi.conformance.gradient.GradientCheck.Finding;
import dev.jacobi.conformance.gradient.GradientCheck.Verdict;
import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Compares all forms of derivatives of a program, see {@link GradientCheck}. */
final class SmoothCheck implements Check {
    private static final int ARGUMENT_SETS = 3;

    private final Verdicts verdicts = new Verdicts();

    @Override
    public Program generate(long seed) {
        return SmoothGenerator.generate(seed);
    }

    @Override
    public String statistics() {
        return verdicts.toString();
    }

    Verdicts verdicts() {
        return verdicts;
    }

    private Optional<Mismatch> refused(JacobiException e) {
        if (e.refusal() == Refusal.INTERNAL) {
            return Optional.of(new Mismatch("derivative", "cannot be made: " + Mismatch.trace(e), ""));
        }
        verdicts.refused(e.refusal().name());
        return Optional.empty();
    }

    @Override
    public Optional<Mismatch> check(Program program, Class<?> type) {
        // One more derivative takes half as long again as all others do.
        boolean severalAdjoints = program.seed() % 4 == 0;
        GradientCheck gradients;
        try {
            gradients = new GradientCheck(
                    Arrays.stream(type.getDeclaredMethods())
                            .filter(method -> method.getName().equals("run"))
                            .findFirst()
                            .orElseThrow(),
                    program.source().contains("float"),
                    severalAdjoints);
        } catch (JacobiException e) {
            return refused(e);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return Optional.of(new Mismatch("derivative", "cannot be made: " + Mismatch.trace(e), ""));
        }
        if (severalAdjoints && !gradients.takesSeveralAdjoints()) {
            verdicts.without("several adjoints at once");
        }
        SplittableRandom random = new SplittableRandom(program.seed() + 1);
        for (int i = 0; i < ARGUMENT_SETS; i++) {
            @Nullable Object[] arguments = arguments(program.run().parameters(), random);
            Finding finding;
            try {
                finding = gradients.check(arguments);
            } catch (JacobiException e) {
                return refused(e);
            }
            verdicts.found(finding.verdict());
            if (finding.verdict() == Verdict.MISMATCH) {
                String form = finding.text().lines().findFirst().orElse("").replaceAll("[0-9]", "");
                return Optional.of(new Mismatch(form, finding.text(), Outcome.describe(arguments)));
            }
        }
        return Optional.empty();
    }

    /** Some arrays are given twice, as a whole or as a row. */
    static @Nullable Object[] arguments(List<Variable> parameters, SplittableRandom random) {
        List<double[]> known = new ArrayList<>();
        @Nullable Object[] arguments = new @Nullable Object[parameters.size()];
        for (int i = 0; i < arguments.length; i++) {
            String type = parameters.get(i).type();
            arguments[i] = argument(type, known, random);
            for (int j = 0; j < i; j++) {
                if (type.endsWith("[]") && type.equals(parameters.get(j).type()) && random.nextInt(6) == 0) {
                    arguments[i] = arguments[j];
                }
            }
        }
        return arguments;
    }

    private static Object argument(String type, List<double[]> known, SplittableRandom random) {
        return switch (type) {
            case "double" -> random.nextDouble(-2, 2);
            case "float" -> (float) random.nextDouble(-2, 2);
            case "int" -> random.nextInt(6);
            case "int[]" -> random.ints(random.nextInt(1, 4), 0, 5).toArray();
            case "float[]" -> {
                float[] array = new float[random.nextInt(1, 5)];
                for (int i = 0; i < array.length; i++) {
                    array[i] = (float) random.nextDouble(-2, 2);
                }
                yield array;
            }
            case "double[]" -> row(known, random);
            default -> {
                double[][] rows = new double[random.nextInt(1, 4)][];
                Arrays.setAll(rows, _ -> row(known, random));
                yield rows;
            }
        };
    }

    private static double[] row(List<double[]> known, SplittableRandom random) {
        if (!known.isEmpty() && random.nextInt(6) == 0) {
            return known.get(random.nextInt(known.size()));
        }
        double[] row = random.doubles(random.nextInt(1, 5), -2, 2).toArray();
        known.add(row);
        return row;
    }
}
