package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.forward.ForwardMode;
import dev.jacobi.autodiff.reverse.ReverseMode;
import dev.jacobi.examples.gradbench.LeastSquares;
import dev.jacobi.examples.gradbench.LogSumExp;
import dev.jacobi.examples.gradbench.OrdinaryDifferentialEquation;
import dev.jacobi.examples.gradbench.Particle;
import dev.jacobi.examples.gradbench.Saddle;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.UseStrictMath;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Primal, forward and reverse derivative of GradBench's functions over numbers and flat arrays: the same bits on both backends. */
class DerivativesTest {
    enum Eval {
        LLSQ(LeastSquares.class, "value", "([DI)D", 100),
        LSE(LogSumExp.class, "value", "([D)D", 0),
        ODE(OrdinaryDifferentialEquation.class, "last", "([DI)D", 20),
        PARTICLE(Particle.class, "potential", "(DDD)D", 0),
        SADDLE(Saddle.class, "value", "(DDDD)D", 0);

        private final Class<?> owner;
        private final String method;
        private final String descriptor;
        private final int size;

        Eval(Class<?> owner, String method, String descriptor, int size) {
            this.owner = owner;
            this.method = method;
            this.descriptor = descriptor;
            this.size = size;
        }

        Function primal() {
            MethodReference reference = new MethodReference(
                    ClassDesc.of(owner.getName()), method, MethodTypeDesc.ofDescriptor(descriptor), false);
            Function function = Lifter.lift(reference, ClassFiles.of(owner.getClassLoader()));
            Pipeline.forDifferentiation(owner, _ -> false).run(function);
            UseStrictMath.run(function);
            return function;
        }

        DerivativeRequest request(Mode mode) {
            List<Activity> activities = primal().parameters().stream()
                    .map(Value::type)
                    .map(type -> activity(type, mode))
                    .toList();
            return new DerivativeRequest(mode, activities, true, Optional.empty());
        }

        private static Activity activity(Type type, Mode mode) {
            if (type.equals(Type.INT)) {
                return Activity.CONST;
            }
            return mode == Mode.FORWARD ? Activity.DUAL : type.isReference() ? Activity.DUPLICATED : Activity.ACTIVE;
        }
    }

    @ParameterizedTest
    @EnumSource
    void primal(Eval eval) {
        check(eval, BothBackends.of(eval.primal(), NativeOptions.DEFAULT));
    }

    @ParameterizedTest
    @EnumSource
    void forward(Eval eval) {
        Function tangent = ForwardMode.transform(eval.primal(), eval.request(Mode.FORWARD));
        Pipeline.standard().run(tangent);
        UseStrictMath.run(tangent);
        check(eval, BothBackends.of(tangent, NativeOptions.DEFAULT));
    }

    @ParameterizedTest
    @EnumSource
    void reverse(Eval eval) {
        Function adjoint = ReverseMode.transform(eval.primal(), eval.request(Mode.REVERSE));
        Pipeline.standard().run(adjoint);
        UseStrictMath.run(adjoint);
        check(eval, BothBackends.of(adjoint, NativeOptions.DEFAULT));
    }

    private static void check(Eval eval, BothBackends function) {
        SplittableRandom random = new SplittableRandom(eval.size);
        for (int length : new int[] {1, 3, 50, 1_000}) {
            Class<?>[] types = function.jvm().type().parameterArray();
            @Nullable Object[] arguments = new Object[types.length];
            for (int i = 0; i < types.length; i++) {
                arguments[i] = types[i] == int.class
                        ? (Object) eval.size
                        : types[i] == double.class
                                ? (Object) random.nextDouble(-2, 2)
                                : random.doubles(length, -2, 2).toArray();
            }
            function.check(arguments);
        }
        assertEquals(0, function.compiled().bailouts());
    }
}
