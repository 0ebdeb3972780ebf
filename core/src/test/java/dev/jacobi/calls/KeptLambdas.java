package dev.jacobi.calls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleConsumer;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Methods with lambdas that live on before they are called. All take three numbers or more. */
final class KeptLambdas {
    private KeptLambdas() {}

    static double layers(double[] x) {
        DoubleUnaryOperator[] layers = {Math::tanh, v -> v * v, v -> Math.sin(v) * x[0]};
        double y = x[1];
        for (int i = 0; i < 5; i++) {
            y = layers[i % layers.length].applyAsDouble(y) + 0.1;
        }
        return y;
    }

    static double chosen(double[] x) {
        DoubleUnaryOperator f = x[0] > 0.5 ? v -> v * x[1] : v -> -v;
        return f.applyAsDouble(x[0]) + f.applyAsDouble(x[2]);
    }

    static double functionsOfFunctions(double[] x) {
        Function<DoubleUnaryOperator, DoubleUnaryOperator> twice = f -> y -> f.applyAsDouble(f.applyAsDouble(y));
        DoubleUnaryOperator f = y -> Math.sin(y) * x[0];
        for (int i = 0; i < 2; i++) {
            f = twice.apply(f);
        }
        return f.applyAsDouble(x[1]) * x[2];
    }

    static double list(double[] x) {
        List<DoubleUnaryOperator> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            double a = x[i % x.length];
            int k = i;
            all.add(v -> v * a + k);
        }
        all.add(Math::sin);
        double y = 0.3;
        for (DoubleUnaryOperator each : all) {
            y = each.applyAsDouble(y);
        }
        return y;
    }

    static double table(double[] x) {
        Map<String, DoubleBinaryOperator> operators = new HashMap<>();
        operators.put("+", (a, b) -> a + b);
        operators.put("*", (a, b) -> a * b);
        operators.put("^", Math::pow);
        operators.put("s", (a, b) -> a * x[2] - b);
        double y = x[0];
        for (String name : new String[] {"+", "*", "^", "s"}) {
            y = operators.get(name).applyAsDouble(y, x[1]);
        }
        return y;
    }

    static double andThen(double[] x) {
        Function<Double, Double> f = v -> v * x[0];
        for (int i = 0; i < 3; i++) {
            f = f.andThen(v -> v + Math.cos(v) * x[1]);
        }
        return f.apply(x[2]);
    }

    static double andThenOfNumbers(double[] x) {
        DoubleUnaryOperator f = v -> v * x[0];
        for (int i = 0; i < 3; i++) {
            f = f.andThen(v -> v + Math.cos(v) * x[1]).compose(Math::sin);
        }
        return f.applyAsDouble(x[2]);
    }

    static double identity(double[] x) {
        Function<Double, Double> f = UnaryOperator.identity();
        for (int i = 0; i < 2; i++) {
            f = f.compose(v -> Math.sin(v) * x[1]);
        }
        return f.apply(x[0]) * x[2];
    }

    static double conditions(double[] x) {
        DoublePredicate condition = v -> v > x[0];
        for (int i = 0; i < 2; i++) {
            double limit = x[1] + i;
            condition = condition.or(v -> v < limit);
        }
        double y = 0;
        for (double each : x) {
            y += condition.negate().test(each) ? each : each * each;
        }
        return y;
    }

    static double curried(double[] x) {
        Function<Double, Function<Double, Double>> add = a -> b -> a * b + x[0];
        List<Function<Double, Double>> all = new ArrayList<>();
        for (double each : x) {
            all.add(add.apply(each));
        }
        double y = 1;
        for (Function<Double, Double> each : all) {
            y = each.apply(y);
        }
        return y;
    }

    private static final class Link {
        final DoubleUnaryOperator step;
        final @Nullable Link next;

        Link(DoubleUnaryOperator step, @Nullable Link next) {
            this.step = step;
            this.next = next;
        }
    }

    private static double follow(@Nullable Link link, double y) {
        return link == null ? y : follow(link.next, link.step.applyAsDouble(y));
    }

    static double fieldsInARecursion(double[] x) {
        Link link = null;
        for (int i = 0; i < 3; i++) {
            double a = x[0] + i;
            link = new Link(v -> Math.sin(v * a) + x[1], link);
        }
        return follow(link, x[2]);
    }

    private static double fold(DoubleBinaryOperator operator, double[] x, int from, int to) {
        if (to - from == 1) {
            return x[from];
        }
        int middle = (from + to) / 2;
        return operator.applyAsDouble(fold(operator, x, from, middle), fold(operator, x, middle, to));
    }

    static double strategy(double[] x) {
        double scale = x[2];
        return fold((a, b) -> a * b + Math.sin(a) * scale, x, 0, x.length);
    }

    static double strategiesThatCaptureNothing(double[] x) {
        return fold((a, b) -> a * b + Math.sin(a), x, 0, x.length) * fold(Math::atan2, x, 0, x.length);
    }

    private interface Term {
        double value();
    }

    private static Term term(double[] x, int depth) {
        if (depth == 0) {
            return () -> x[0];
        }
        Term left = term(x, depth - 1);
        Term right = term(x, depth - 1);
        return depth % 2 == 0
                ? () -> left.value() * right.value() + x[1]
                : () -> Math.sin(left.value()) + right.value() * depth;
    }

    static double expressionTree(double[] x) {
        return term(x, 3).value() * x[2];
    }

    private static final class Memo implements Supplier<Double> {
        private final Supplier<Double> source;
        private @Nullable Double known;

        Memo(Supplier<Double> source) {
            this.source = source;
        }

        @Override
        public Double get() {
            Double found = known;
            if (found == null) {
                found = source.get();
                known = found;
            }
            return found;
        }
    }

    static double memo(double[] x) {
        List<Supplier<Double>> memos = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int k = i;
            memos.add(new Memo(() -> Math.exp(x[k] * 0.3) * (k + 1)));
        }
        double y = 0;
        for (int round = 0; round < 2; round++) {
            for (Supplier<Double> each : memos) {
                y = y * 0.5 + each.get();
            }
        }
        return y;
    }

    static double tasks(double[] x) {
        double[] sum = {0};
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            int k = i;
            tasks.add(() -> sum[0] = sum[0] * 0.7 + x[k] * x[k]);
        }
        tasks.forEach(Runnable::run);
        return sum[0];
    }

    static double consumers(double[] x) {
        double[] state = {1};
        DoubleConsumer[] consumers = {v -> state[0] *= v, v -> state[0] += v * v};
        for (int i = 0; i < x.length; i++) {
            consumers[i % 2].accept(x[i]);
        }
        return state[0];
    }

    private record Pair(double first, double second) {}

    static double constructors(double[] x) {
        List<BiFunction<Double, Double, Pair>> makers = List.of(Pair::new, (a, b) -> new Pair(b * 2, a));
        double y = 0;
        for (int i = 0; i < 4; i++) {
            Pair pair = makers.get(i % 2).apply(x[0] + i, x[1]);
            y += pair.first() * Math.sin(pair.second()) * x[2];
        }
        return y;
    }

    private static final class Scale {
        private final double by;

        Scale(double by) {
            this.by = by;
        }

        private double apply(double v) {
            return v * by + by * by;
        }

        DoubleUnaryOperator shifted(double shift) {
            return v -> apply(v) + shift;
        }
    }

    static double boundMethods(double[] x) {
        DoubleUnaryOperator[] all = new DoubleUnaryOperator[3];
        for (int i = 0; i < 2; i++) {
            all[i] = new Scale(x[i] * (i + 1))::apply;
        }
        all[2] = new Scale(x[2]).shifted(x[0]);
        double y = 0.4;
        for (int i = 0; i < 5; i++) {
            y = Math.sin(all[i % 3].applyAsDouble(y));
        }
        return y;
    }

    interface Mixed<A, B> {
        B of(A first, int count, float weight, long big);
    }

    /** Boxes, widening, narrow types and generics between the interface and what implements it. */
    static double adapted(double[] x) {
        List<Mixed<Double, Double>> all = List.of(
                (a, count, weight, big) -> a * count + weight * big,
                KeptLambdas::primitive,
                (a, count, weight, big) -> primitive(a * a, count, weight, (float) big));
        double y = x[0];
        for (int i = 0; i < 6; i++) {
            y = all.get(i % 3).of(Math.sin(y) * x[1], i, 0.5f, 3L) + x[2];
        }
        return y;
    }

    private static double primitive(double a, double count, double weight, float big) {
        return a * count * weight + big;
    }

    /** A lambda that captures nothing is one object for each place. */
    static double identityOfObjects(double[] x) {
        DoubleUnaryOperator before = v -> v;
        double y = 0;
        for (int i = 0; i < 3; i++) {
            DoubleUnaryOperator square = v -> v * v;
            y += square == before ? x[1] : x[2];
            before = square;
            y += before.applyAsDouble(x[0]);
        }
        return y;
    }
}
