package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.DirectionalDerivative;
import dev.jacobi.Gradient;
import dev.jacobi.Hessian;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.JacobiException;
import dev.jacobi.Jacobian;
import dev.jacobi.JacobianVectorProduct;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.SplitDerivative;
import dev.jacobi.VectorJacobianProduct;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.compile.DerivativeCompiler.Derived;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.StageObserver;
import dev.jacobi.runtime.ReverseOfArrayFunction;
import dev.jacobi.runtime.ShadowGraph;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleBiFunction;

/** Derivatives as objects of the public interfaces, which serve all threads: of functions of one number, one array or one object. */
public final class DifferentialOperators {
    private DifferentialOperators() {}

    /** The derivative of order {@code order}, 1 or more. */
    public static DoubleUnaryOperator derivative(Target target, Options options, int order) {
        Target derivative = target;
        for (int count = 0; count < order; count++) {
            derivative = HigherOrder.derivative(derivative, options);
        }
        Function code = derivative.lift();
        Function emitted = PlaceCode.place(code.copy(), target, options);
        return DerivedCode.register(HiddenClasses.implement(emitted, DoubleUnaryOperator.class, target.lookup()), code);
    }

    /** The code of what {@link #gradient} calls. */
    static Function codeOfGradient(Specification specification) {
        Function guarded = DerivativeCompiler.derived(
                        specification, specification.request(DerivativeCompiler.WITH_PRIMAL), StageObserver.NONE)
                .guarded();
        BindParameters.bindLast(guarded, 1.0);
        return guarded;
    }

    /** What native code is made of for {@link #gradient}. */
    static Function nativeCodeOfGradient(Specification specification) {
        Derived derived = DerivativeCompiler.derived(
                specification, specification.request(DerivativeCompiler.WITH_PRIMAL), StageObserver.NONE);
        bindSeed(derived.function());
        return derived.prepared();
    }

    @SuppressWarnings(
            "unchecked") // the shape of the argument is that of the method, whatever T the user's call site infers
    static <T> Gradient<T> gradient(Specification specification) {
        Target target = specification.target();
        Derived derived = DerivativeCompiler.derived(
                specification, specification.request(DerivativeCompiler.WITH_PRIMAL), StageObserver.NONE);
        if (takesObject(target)) {
            bindSeed(derived.function());
            return new ObjectGradient<>(
                    HiddenClasses.implement(derived.placed().function(), ToDoubleBiFunction.class, target.lookup()),
                    new ShadowGraph(target.display(), target.lookup()));
        }
        Function guarded = derived.guarded();
        BindParameters.bindLast(guarded, 1.0);
        bindSeed(derived.function());
        // The gradient checks its arguments itself, before it clears the result.
        ToDoubleBiFunction<T, T> reverse =
                HiddenClasses.implement(derived.placed().function(), ToDoubleBiFunction.class, target.lookup());
        return new ReverseGradient<>(
                DerivedCode.register(reverse, guarded), ShadowChecks.of(derived.primal(), derived.request()));
    }

    /** Whether a function is one of an object, not of arrays of numbers. */
    static boolean takesObject(Target target) {
        return !DerivativeRequest.carriesDerivative(target.parameterTypes().getFirst());
    }

    /** How several directions are differentiated: several at once, objects in one direction after the other. */
    private static <T> SeveralDirections<T> severalLanes(Derived derived, Options options) {
        Target target = derived.target();
        return takesObject(target)
                ? new SeveralDirections.OneByOne<>(
                        new ShadowGraph(target.display(), target.lookup()), Lanes.changesInput(derived.primal()))
                : new SeveralDirections.InLanes<>(
                        new Once<>(() -> Lanes.compile(target, options, DerivativeCompiler.DERIVATIVE_ONLY)));
    }

    private static void bindSeed(Function derivative) {
        BindParameters.bindLast(derivative, 1.0);
        Pipeline.standard().run(derivative);
    }

    @SuppressWarnings("unchecked")
    public static <T> DirectionalDerivative<T> directional(Target target, Options options) {
        Specification specification = new Specification(target, options, Mode.FORWARD, List.of(Activity.DUAL));
        Derived derived = DerivativeCompiler.derived(specification, DerivativeCompiler.DERIVATIVE_ONLY);
        return new ForwardSlope<>(
                (ToDoubleBiFunction<T, T>) DerivativeCompiler.implement(derived, ToDoubleBiFunction.class),
                severalLanes(derived, options));
    }

    @SuppressWarnings("unchecked")
    public static <T, R> JacobianVectorProduct<T, R> jvp(Target target, Options options) {
        Specification specification = new Specification(target, options, Mode.FORWARD, List.of(Activity.DUAL));
        Derived derived = DerivativeCompiler.derived(specification, DerivativeCompiler.DERIVATIVE_ONLY);
        return new ForwardProduct<>(
                (BiFunction<T, T, R>) DerivativeCompiler.implement(derived, BiFunction.class),
                severalLanes(derived, options));
    }

    @SuppressWarnings("unchecked")
    public static <T, R> VectorJacobianProduct<T, R> vjp(Target target, Options options) {
        Specification specification = new Specification(target, options, Mode.REVERSE, List.of(Activity.DUPLICATED));
        if (takesObject(target)) {
            Derived derived = DerivativeCompiler.derived(specification, DerivativeCompiler.DERIVATIVE_ONLY);
            return new ObjectProduct<>(
                    HiddenClasses.implement(derived.placed().function(), ReverseOfArrayFunction.class, target.lookup()),
                    Lanes.changesInput(derived.primal()),
                    new ShadowGraph(target.display(), target.lookup()),
                    new Once<>(() -> DerivativeCompiler.split(specification)));
        }
        return new ReverseProduct<>(
                (ReverseOfArrayFunction<T, R>) DerivativeCompiler.implement(
                        specification, DerivativeCompiler.DERIVATIVE_ONLY, ReverseOfArrayFunction.class),
                new Once<>(() -> ReverseLanes.compile(target, options)),
                new Once<>(() -> new SplitDerivative(DerivativeCompiler.split(specification))));
    }

    public static Jacobian jacobian(Target target, Options options) {
        onlyArrays(target, List.of(Activity.DUPLICATED), "Jacobians take");
        return new ColumnsOrRows(
                Lanes.compile(target, options, DerivativeCompiler.WITH_PRIMAL),
                new ManyColumns(target, options),
                new JacobianRows(target, options),
                new Once<>(() -> new ColumnsOrRows.Products(jvp(target, options), vjp(target, options))));
    }

    public static <T> HessianVectorProduct<T> hvp(Target target, Options options) {
        Target gradient = HigherOrder.gradient(target, options);
        if (takesObject(target)) {
            return new ObjectTangent<>(
                    HigherOrder.tangent(gradient, options), new ShadowGraph(gradient.display(), target.lookup()));
        }
        return new GradientTangent<>(
                HigherOrder.tangent(gradient, options),
                new Once<>(() -> HigherOrder.tangents(gradient, options, Lanes.WIDTH)));
    }

    public static Hessian hessian(Target target, Options options) {
        onlyArrays(target, List.of(Activity.DUPLICATED), "Hessians take");
        Target gradient = HigherOrder.gradient(target, options);
        return new HessianRows(
                HigherOrder.tangents(gradient, options, Lanes.WIDTH), new Once<>(() -> hvp(target, options)));
    }

    /** Matrices of derivatives have a column for each number of an array. */
    private static void onlyArrays(Target target, List<Activity> activities, String what) {
        for (int i = 0; i < activities.size(); i++) {
            Type type = target.parameterTypes().get(i);
            if (activities.get(i).isActive() && !DerivativeRequest.carriesDerivative(type)) {
                throw new JacobiException(
                        Refusal.WRONG_SIGNATURE,
                        "cannot differentiate " + target.display() + ": " + what
                                + " numbers and arrays of them, parameter " + i + " is of type " + type,
                        null);
            }
        }
    }
}
