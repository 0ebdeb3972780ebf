package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Options;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.compile.DerivativeCompiler.Derived;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Value;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.DropUnreadStores;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.runtime.TangentOfGradient;
import dev.jacobi.runtime.TangentsOfGradient;
import java.util.ArrayList;
import java.util.List;

/** Derivatives as what is differentiated next. */
final class HigherOrder {
    private HigherOrder() {}

    /** What is differentiated again has no budget: the last derivative has one for all tapes. */
    private static Options unlimited(Options options) {
        return options.withTapeBudget(Long.MAX_VALUE);
    }

    /** From a function of a number to one of a number: its derivative, in forward mode. */
    static Target derivative(Target target, Options options) {
        Specification specification =
                new Specification(target.inOnePiece(), unlimited(options), Mode.FORWARD, List.of(Activity.DUAL));
        Function derivative = DerivativeCompiler.derived(specification, DerivativeCompiler.DERIVATIVE_ONLY)
                .function();
        BindParameters.bindLast(derivative, 1.0);
        Pipeline.standard().verifying(options.verify()).run(derivative);
        return target.derived("the derivative", derivative);
    }

    /** From a function of an array to one that takes an array and its shadow, to which it adds the gradient. */
    static Target gradient(Target target, Options options) {
        Specification specification =
                new Specification(target.inOnePiece(), unlimited(options), Mode.REVERSE, List.of(Activity.DUPLICATED));
        Function reverse = DerivativeCompiler.derived(specification, DerivativeCompiler.DERIVATIVE_ONLY)
                .function();
        BindParameters.bindLast(reverse, 1.0);
        Pipeline.standard().verifying(options.verify()).run(reverse);
        return target.derived("the gradient", reverse);
    }

    /**
     * The tangent of the gradient of a function that is called in code that is differentiated, with checks of the arguments: of what is captured, x, the direction, the gradient, to
     * which is added, and the product, to which is added.
     */
    static Function nestedTangent(Target target, Options options) {
        List<Activity> activities = new ArrayList<>();
        target.parameterTypes().forEach(_ -> activities.add(Activity.CONST));
        activities.set(activities.size() - 1, Activity.DUPLICATED);
        Function reverse = DerivativeCompiler.derived(
                        new Specification(target, options, Mode.REVERSE, activities),
                        DerivativeCompiler.DERIVATIVE_ONLY)
                .function();
        BindParameters.bindLast(reverse, 1.0);
        Pipeline.standard().verifying(options.verify()).run(reverse);
        activities.set(activities.size() - 1, Activity.DUAL);
        activities.add(Activity.DUAL_ONLY);
        Specification tangent =
                new Specification(target.derived("the gradient", reverse), options, Mode.FORWARD, activities);
        return DerivativeCompiler.derived(tangent, DerivativeCompiler.DERIVATIVE_ONLY)
                .guarded();
    }

    /**
     * The tangents of a gradient, compiled.
     *
     * @param code a {@link TangentOfGradient} for one direction, else {@link TangentsOfGradient}
     * @param usesGradient whether it needs an array to work out the gradient in
     * @param checks what is to be checked of x, the directions and the products, in this order
     */
    record Compiled<C>(C code, boolean usesGradient, boolean changesInput, ShadowChecks checks) {}

    /** Forward over reverse mode in one direction. */
    @SuppressWarnings("unchecked") // the shape of the argument is that of the method
    static <T> Compiled<TangentOfGradient<T>> tangent(Target gradient, Options options) {
        return (Compiled<TangentOfGradient<T>>) (Compiled<?>) compile(gradient, options, 1, TangentOfGradient.class);
    }

    /** Forward over reverse mode in {@code width} directions. */
    @SuppressWarnings("unchecked")
    static <T> Compiled<TangentsOfGradient<T>> tangents(Target gradient, Options options, int width) {
        return (Compiled<TangentsOfGradient<T>>)
                (Compiled<?>) compile(gradient, options, width, TangentsOfGradient.class);
    }

    private static <C> Compiled<C> compile(Target gradient, Options options, int width, Class<C> type) {
        Specification specification =
                new Specification(gradient, options, Mode.FORWARD, List.of(Activity.DUAL, Activity.DUAL_ONLY), width);
        Derived derived = DerivativeCompiler.derived(specification, DerivativeCompiler.DERIVATIVE_ONLY);
        Function function = derived.function();
        Function forNesting = null;
        boolean ofArrays = DerivativeRequest.carriesDerivative(
                derived.primal().parameters().getFirst().type());
        if (ofArrays && type == TangentOfGradient.class) {
            forNesting = derived.guarded();
        }
        if (ofArrays && DropUnreadStores.run(function, function.parameters().get(1 + width))) {
            Pipeline.standard().verifying(options.verify()).run(function);
        }
        boolean usesGradient = isUsed(function, function.parameters().get(1 + width));
        function = PlaceCode.place(function, gradient, options);
        if (type == TangentsOfGradient.class) {
            function = LaneArrays.gather(
                    function,
                    DerivativeSignature.of(derived.primal(), derived.request()).parameters());
        }
        C code = HiddenClasses.implement(function, type, gradient.lookup());
        if (forNesting != null) {
            DerivedCode.register(code, forNesting);
        }
        return new Compiled<>(
                code,
                usesGradient,
                Lanes.changesInput(derived.primal()),
                ShadowChecks.ofDirections(gradient.name(), derived.primal(), 2 * width));
    }

    private static boolean isUsed(Function function, Value parameter) {
        return function.blocks().stream()
                .anyMatch(block -> block.instructions().stream()
                                .anyMatch(instruction -> instruction.operands().contains(parameter))
                        || block.terminator().operands().contains(parameter)
                        || block.edges().stream()
                                .anyMatch(edge -> edge.arguments().contains(parameter)));
    }
}
