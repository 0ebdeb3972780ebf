package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Backend;
import dev.jacobi.Derivative;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.backend.NativeCompiler;
import dev.jacobi.backend.NativeCompilers;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Printer;
import dev.jacobi.ir.Type;
import dev.jacobi.optimize.StageObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The text of a function after each stage on its way, for {@code ./jacobi explain}. */
public final class Explanation {
    private Explanation() {}

    /** What is made of the method. */
    public enum Transformation {
        NONE,
        FORWARD,
        REVERSE
    }

    /** A stage that changed the function, and the function's text after it. */
    public record Stage(String name, String text) {}

    /**
     * Explains a derivative.
     *
     * @param inputs the parameters to differentiate by, or null for all that can be
     */
    public static List<Stage> of(Primal primal, Transformation transformation, @Nullable List<Integer> inputs) {
        List<Stage> stages = new ArrayList<>();
        StageObserver observer = (name, function, changed) -> {
            if (changed) {
                stages.add(new Stage(name, text(function)));
            }
        };
        Target target = primal.target();
        Function last;
        if (transformation == Transformation.NONE) {
            RuleTable rules = new RuleTable(primal.options().rules(), target.owner());
            last = PrimalCode.of(target, primal.options(), rules, observer);
            nativeCode(last, primal.options()).ifPresent(stages::add);
        } else {
            Mode mode = transformation == Transformation.FORWARD ? Mode.FORWARD : Mode.REVERSE;
            Specification specification =
                    new Specification(target, primal.options(), mode, activities(target, mode, inputs));
            DerivativeRequest request = specification.request(new ResultForm(true, Optional.empty()));
            DerivativeCompiler.Derived derived = DerivativeCompiler.derived(specification, request, observer);
            nativeCode(derived.function(), primal.options()).ifPresent(stages::add);
            last = derived.guarded();
        }
        stages.add(new Stage("final", text(last)));
        return stages;
    }

    /**
     * How the examples of a batch are done, of the method or of its derivative, and why.
     *
     * @param inputs as in {@link #of}
     * @throws JacobiException if it cannot be batched so
     */
    public static Stage batch(
            Primal primal,
            Transformation transformation,
            @Nullable List<Integer> inputs,
            List<Axis> axes,
            Layout layout) {
        Target target = primal.target();
        BatchSpecification specification;
        if (transformation == Transformation.NONE) {
            specification = BatchSpecification.of(target, primal.options(), axes);
        } else {
            Mode mode = transformation == Transformation.FORWARD ? Mode.FORWARD : Mode.REVERSE;
            specification = BatchSpecification.of(
                    new Specification(target, primal.options(), mode, activities(target, mode, inputs)), axes);
        }
        return new Stage("batch", BatchCompiler.explain(specification.withLayout(layout)) + "\n");
    }

    /** The derivative that is explained, none if nothing is to be differentiated. */
    public static Optional<Derivative> derivative(
            Primal primal, Transformation transformation, @Nullable List<Integer> inputs) {
        Target target = primal.target();
        return switch (transformation) {
            case NONE -> Optional.empty();
            case FORWARD ->
                Optional.of(
                        primal.forward(activities(target, Mode.FORWARD, inputs).toArray(Activity[]::new)));
            case REVERSE ->
                Optional.of(
                        primal.reverse(activities(target, Mode.REVERSE, inputs).toArray(Activity[]::new)));
        };
    }

    /** What the native backend makes of it, or why it makes nothing of it; nothing if it is not asked for. */
    private static Optional<Stage> nativeCode(Function function, Options options) {
        if (options.backend() == Backend.JVM) {
            return Optional.empty();
        }
        String text;
        try {
            NativeCompiler compiler = NativeCompilers.require();
            String code = compiler.text(PlaceCode.withoutObjects(function));
            text = "; " + compiler.description() + "\n"
                    + (options.backend() == Backend.AUTO
                            ? "; AUTO: starts on the JVM, runs natively for arguments of sizes for which that is faster\n"
                            : "")
                    + code;
        } catch (JacobiException refusal) {
            text = (options.backend() == Backend.AUTO ? "; AUTO: stays on the JVM: " : "; refused: ")
                    + refusal.getMessage();
        }
        return Optional.of(new Stage("native", text));
    }

    private static List<Activity> activities(Target target, Mode mode, @Nullable List<Integer> inputs) {
        List<Activity> activities = new ArrayList<>();
        List<Type> types = target.parameterTypes();
        for (int i = 0; i < types.size(); i++) {
            boolean active = inputs == null ? DerivativeRequest.carriesDerivative(types.get(i)) : inputs.contains(i);
            if (!active) {
                activities.add(Activity.CONST);
            } else if (mode == Mode.FORWARD) {
                activities.add(Activity.DUAL);
            } else {
                activities.add(types.get(i).isArray() ? Activity.DUPLICATED : Activity.ACTIVE);
            }
        }
        return activities;
    }

    private static String text(Function function) {
        return Printer.print(function, Printer.Options.WITH_POSITIONS);
    }
}
