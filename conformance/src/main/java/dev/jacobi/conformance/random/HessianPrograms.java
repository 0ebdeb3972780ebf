package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Method;
import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes of a random differentiable program a function of one array: a method {@code scalar} that takes the arguments of {@code run} from the array, integers too, calls
 * it, and adds a weighted sum of what its arrays hold afterwards; a method that gives it as a functional object, and others that make functions of its derivatives.
 */
final class HessianPrograms {
    static final String FUNCTION = "function";

    /** Makes of a derivative in a direction, and the direction, the function that gives it. */
    static final String SLOPE = "slope";

    /** Makes of a gradient and a direction the function that gives their product. */
    static final String PRODUCT = "product";

    private static final String TYPE = "dev.jacobi.ScalarFunction<double[]>";

    private final SplittableRandom random;
    private final Node.Body body = new Node.Body();
    private int numbers;
    private int integers;

    private HessianPrograms(long seed) {
        this.random = new SplittableRandom(~seed);
    }

    static Program generate(long seed) {
        Program program = SmoothGenerator.generate(seed);
        List<Method> methods = new ArrayList<>(program.methods());
        methods.add(new HessianPrograms(seed).scalar(program.run()));
        methods.add(new Method(FUNCTION, TYPE, List.of(), lines("return " + program.className() + "::scalar;")));
        methods.add(new Method(
                SLOPE,
                TYPE,
                List.of(
                        new Variable("slope", "dev.jacobi.DirectionalDerivative<double[]>", false, true),
                        new Variable("direction", "double[]", false, true)),
                lines("return z -> slope.at(z, direction);")));
        methods.add(new Method(
                PRODUCT,
                TYPE,
                List.of(
                        new Variable("gradient", "dev.jacobi.Gradient<double[]>", false, true),
                        new Variable("direction", "double[]", false, true)),
                lines(
                        "return z -> {",
                        "    double[] all = gradient.at(z);",
                        "    double sum = 0;",
                        "    for (int i = 0; i < all.length; i++) sum += all[i] * direction[i];",
                        "    return sum;",
                        "};")));
        return program.withMethods(methods);
    }

    private static Node.Body lines(String... lines) {
        Node.Body body = new Node.Body();
        body.add(String.join("\n        ", lines));
        return body;
    }

    /** Of a random length; what is not a number that varies is at the end: a small integer. */
    static double[] arguments(Program program, SplittableRandom random) {
        HessianPrograms shape = new HessianPrograms(program.seed());
        shape.scalar(program.run());
        double[] all = new double[shape.numbers + shape.integers];
        for (int i = 0; i < all.length; i++) {
            all[i] = i < shape.numbers ? random.nextDouble(-2, 2) : random.nextInt(6) + 0.5;
        }
        return all;
    }

    /** Zero for integers. */
    static double[] direction(double[] arguments, Program program, SplittableRandom random) {
        HessianPrograms shape = new HessianPrograms(program.seed());
        shape.scalar(program.run());
        double[] direction = new double[arguments.length];
        for (int i = 0; i < shape.numbers; i++) {
            direction[i] = random.nextDouble(-1, 1);
        }
        return direction;
    }

    private Method scalar(Method run) {
        List<String> arguments = new ArrayList<>();
        List<Variable> arrays = new ArrayList<>();
        List<Variable> parameters = run.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            String type = parameters.get(i).type();
            String name = "p" + i;
            List<Variable> alike =
                    arrays.stream().filter(array -> array.type().equals(type)).toList();
            if (!alike.isEmpty() && random.nextInt(6) == 0) {
                name = alike.get(random.nextInt(alike.size())).name();
            } else {
                body.add("final " + type + " " + name + " = " + value(type) + ";");
                if (type.endsWith("[]")) {
                    arrays.add(new Variable(name, type, false, true));
                }
            }
            arguments.add(name);
        }
        body.add("double sum = run(" + String.join(", ", arguments) + ");");
        for (Variable array : arrays) {
            switch (array.type()) {
                case "double[]", "float[]" ->
                    body.add("for (int i = 0; i < " + array.name() + ".length; i++) sum += (0.5 + 0.25 * i) * "
                            + array.name() + "[i];");
                case "double[][]" ->
                    body.add("for (double[] row : " + array.name()
                            + ") if (row != null) for (double each : row) sum += each * 0.75;");
                default -> {}
            }
        }
        body.add("return sum;");
        return new Method("scalar", "double", List.of(new Variable("z", "double[]", false, true)), body);
    }

    private String value(String type) {
        return switch (type) {
            case "double" -> number();
            case "float" -> "(float) " + number();
            case "int" -> integer();
            case "int[]" -> "new int[] {" + listed(random.nextInt(1, 4), this::integer) + "}";
            case "float[]" -> "new float[] {" + listed(random.nextInt(1, 5), () -> "(float) " + number()) + "}";
            case "double[]" -> row();
            default -> "{" + listed(random.nextInt(1, 4), this::row) + "}";
        };
    }

    private static String listed(int count, Supplier<String> each) {
        return IntStream.range(0, count).mapToObj(_ -> each.get()).collect(Collectors.joining(", "));
    }

    private String number() {
        return "z[" + numbers++ + "]";
    }

    /** Integers are counted from the end. */
    private String integer() {
        integers++;
        return "(int) z[z.length - " + integers + "]";
    }

    private String row() {
        int length = random.nextInt(1, 5);
        if (random.nextBoolean()) {
            numbers += length;
            return "java.util.Arrays.copyOfRange(z, " + (numbers - length) + ", " + numbers + ")";
        }
        return "new double[] {" + listed(length, this::number) + "}";
    }
}
