package dev.jacobi;

import dev.jacobi.backend.AutomaticCode;
import dev.jacobi.compile.DifferentialOperators;
import dev.jacobi.compile.KeptDerivatives;
import dev.jacobi.compile.Target;
import java.io.Serializable;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Gives the Java method you already have its derivative.
 *
 * {@snippet class="dev.jacobi.JacobiSnippets" region="overview"}
 *
 * <p>Every call here compiles, which takes some tens of milliseconds; keep what it returns, in a {@code static final} field where you can.
 * What is returned is thread-safe and re-entrant. The value computed along with a derivative has the same bits as the method's own.
 *
 * <p>What cannot be handled is refused with a {@link JacobiException} that names method, line, reason and a way out.
 */
public final class Jacobi {
    private Jacobi() {}

    /**
     * The derivative of a function of one number, in forward mode.
     *
     * @param function a lambda or a method reference
     * @return the derivative; it allocates nothing
     * @throws JacobiException if the function does something that cannot be differentiated
     */
    public static DoubleUnaryOperator derivative(NumberFunction function) {
        return derivative(function, 1);
    }

    /**
     * A derivative of higher order of a function of one number, in forward mode. Its code about doubles with each order.
     *
     * @param function a lambda or a method reference
     * @param order 1 for the derivative, 2 for its derivative, and so on
     * @return the derivative; it allocates nothing
     * @throws JacobiException if the function does something that cannot be differentiated
     */
    public static DoubleUnaryOperator derivative(NumberFunction function, int order) {
        return derivative(function, order, Options.DEFAULT);
    }

    /** As {@link #derivative(NumberFunction, int)}, with options. */
    public static DoubleUnaryOperator derivative(NumberFunction function, int order, Options options) {
        if (order < 1) {
            throw new IllegalArgumentException("the order of a derivative is at least 1, not " + order);
        }
        return DifferentialOperators.derivative(Target.of(function, NumberFunction.class), options, order);
    }

    /**
     * The gradient of a function from an array to a number, in reverse mode: all partial derivatives at a small multiple of the cost of
     * the function itself.
     *
     * @param function a lambda or a method reference
     * @param <T> {@code double[]}, {@code float[]}, arrays of these, or objects that hold such, see {@link ScalarFunction}
     * @throws JacobiException if the function does something that cannot be differentiated
     */
    public static <T> Gradient<T> gradient(ScalarFunction<T> function) {
        return gradient(function, Options.DEFAULT);
    }

    /** As {@link #gradient(ScalarFunction)}, with options. */
    public static <T> Gradient<T> gradient(ScalarFunction<T> function, Options options) {
        return KeptDerivatives.gradient(Target.of(function, ScalarFunction.class), options);
    }

    /**
     * The derivative of a function from an array to a number in a given direction, in forward mode.
     *
     * @param function a lambda with a declared parameter type, or a method reference that is not overloaded
     * @param <T> {@code double[]}, {@code float[]}, arrays of these, or objects that hold such, see {@link ScalarFunction}
     * @throws JacobiException if the function does something that cannot be differentiated
     */
    public static <T> DirectionalDerivative<T> jvp(ScalarFunction<T> function) {
        return jvp(function, Options.DEFAULT);
    }

    /** As {@link #jvp(ScalarFunction)}, with options. */
    public static <T> DirectionalDerivative<T> jvp(ScalarFunction<T> function, Options options) {
        return DifferentialOperators.directional(Target.of(function, ScalarFunction.class), options);
    }

    /**
     * Jacobian times vector, in forward mode, for a function from arrays to arrays.
     *
     * @param function a lambda or a method reference
     * @param <T> {@code double[]}, {@code float[]}, arrays of these, or objects that hold such, see {@link ScalarFunction}
     * @param <R> {@code double[]}, {@code float[]}, or arrays of these
     * @throws JacobiException if the function does something that cannot be differentiated
     */
    @SuppressWarnings(
            "overloads") // ambiguous only for lambdas without parameter types and overloaded method references
    public static <T, R> JacobianVectorProduct<T, R> jvp(ArrayFunction<T, R> function) {
        return jvp(function, Options.DEFAULT);
    }

    /** As {@link #jvp(ArrayFunction)}, with options. */
    @SuppressWarnings("overloads") // as without options
    public static <T, R> JacobianVectorProduct<T, R> jvp(ArrayFunction<T, R> function, Options options) {
        return DifferentialOperators.jvp(Target.of(function, ArrayFunction.class), options);
    }

    /**
     * Vector times Jacobian, in reverse mode, for a function from arrays to arrays.
     *
     * @param function a lambda or a method reference
     * @param <T> {@code double[]}, {@code float[]}, arrays of these, or objects that hold such, see {@link ScalarFunction}
     * @param <R> {@code double[]}, {@code float[]}, or arrays of these
     * @throws JacobiException if the function does something that cannot be differentiated
     */
    public static <T, R> VectorJacobianProduct<T, R> vjp(ArrayFunction<T, R> function) {
        return vjp(function, Options.DEFAULT);
    }

    /** As {@link #vjp(ArrayFunction)}, with options. */
    public static <T, R> VectorJacobianProduct<T, R> vjp(ArrayFunction<T, R> function, Options options) {
        return DifferentialOperators.vjp(Target.of(function, ArrayFunction.class), options);
    }

    /**
     * All partial derivatives of a function from {@code double[]} to {@code double[]}, in forward or reverse mode, whichever takes fewer
     * passes.
     *
     * @param function a lambda or a method reference
     * @throws JacobiException if the function does something that cannot be differentiated
     */
    public static Jacobian jacobian(ArrayFunction<double[], double[]> function) {
        return jacobian(function, Options.DEFAULT);
    }

    /** As {@link #jacobian(ArrayFunction)}, with options. */
    public static Jacobian jacobian(ArrayFunction<double[], double[]> function, Options options) {
        return DifferentialOperators.jacobian(Target.of(function, ArrayFunction.class), options);
    }

    /**
     * All second partial derivatives of a function from {@code double[]} to a number, by forward over reverse mode.
     *
     * @param function a lambda or a method reference
     * @throws JacobiException if the function does something that cannot be differentiated
     */
    public static Hessian hessian(ScalarFunction<double[]> function) {
        return hessian(function, Options.DEFAULT);
    }

    /** As {@link #hessian(ScalarFunction)}, with options. */
    public static Hessian hessian(ScalarFunction<double[]> function, Options options) {
        return DifferentialOperators.hessian(Target.of(function, ScalarFunction.class), options);
    }

    /**
     * The Hessian of a function from an array to a number times a vector, by forward over reverse mode, without the Hessian.
     *
     * @param function a lambda or a method reference
     * @param <T> {@code double[]}, {@code float[]}, arrays of these, or objects that hold such, see {@link ScalarFunction}
     * @throws JacobiException if the function does something that cannot be differentiated
     */
    public static <T> HessianVectorProduct<T> hvp(ScalarFunction<T> function) {
        return hvp(function, Options.DEFAULT);
    }

    /** As {@link #hvp(ScalarFunction)}, with options. */
    public static <T> HessianVectorProduct<T> hvp(ScalarFunction<T> function, Options options) {
        return DifferentialOperators.hvp(Target.of(function, ScalarFunction.class), options);
    }

    /**
     * Names a static method, to be transformed with explicit activities.
     *
     * @param parameterTypes the parameters, needed only if the class has several methods of that name
     * @throws JacobiException if there is no such method, or several
     */
    public static Primal of(Class<?> owner, String method, Class<?>... parameterTypes) {
        return new Primal(Target.of(owner, method, parameterTypes), Options.DEFAULT);
    }

    /**
     * Takes the method behind a lambda or method reference of any serialisable functional interface, to be transformed with explicit
     * activities. Captured values are constants.
     *
     * @throws JacobiException if Jacobi cannot look behind the object
     */
    public static Primal of(Serializable function) {
        return new Primal(Target.of(function), Options.DEFAULT);
    }

    /**
     * Finds a static method by its name.
     *
     * @param loader where classes come from
     * @param selector {@code pkg.Class::method}, or with parameter types {@code pkg.Class::method(double[],int)}
     * @throws JacobiException if there is no such class or method, or several
     */
    public static Primal find(ClassLoader loader, String selector) {
        return new Primal(Target.of(loader, selector), Options.DEFAULT);
    }

    /**
     * What {@link Backend#AUTO} has chosen, for all derivatives with that backend that are in use in this process: by sizes of arguments as soon as both versions were timed, until then
     * and where there is no native code one element that says why. Choices may change at any time; the order is that of the names and then of the sizes.
     */
    public static List<BackendChoice> backendChoices() {
        return AutomaticCode.choices();
    }
}
