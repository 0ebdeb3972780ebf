package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Knows the code of derivatives that are called where code is to be differentiated again. */
public interface NestedDerivatives {
    /** For code in which calls of derivatives stay calls. */
    NestedDerivatives NONE = new NestedDerivatives() {
        @Override
        public Optional<Function> ofMade(
                Instruction maker,
                Instruction function,
                List<Object> constants,
                MethodReference called,
                Class<?> host) {
            return Optional.empty();
        }

        @Override
        public Optional<Function> ofObject(Object derivative, MethodReference called, Class<?> host) {
            return Optional.empty();
        }
    };

    /** The class whose static methods make derivatives of functions. */
    ClassDesc MAKER = ClassDesc.of("dev.jacobi.Jacobi");

    /** The classes of what it makes. */
    Set<ClassDesc> MADE = Set.of(
            ClassDesc.of("dev.jacobi.Gradient"),
            ClassDesc.of("dev.jacobi.DirectionalDerivative"),
            ClassDesc.of("dev.jacobi.JacobianVectorProduct"),
            ClassDesc.of("dev.jacobi.VectorJacobianProduct"),
            ClassDesc.of("dev.jacobi.HessianVectorProduct"),
            ClassDesc.of("dev.jacobi.Hessian"),
            ClassDesc.of("dev.jacobi.Jacobian"),
            ClassDesc.of("dev.jacobi.Pullback"),
            ClassDesc.of("dev.jacobi.SplitDerivative"),
            ClassDesc.of("dev.jacobi.Tape"));

    /**
     * What a call on a derivative does, as a function of what the derived function captures, in order, and of the arguments of the call.
     *
     * @param maker the call that makes the derivative
     * @param function makes the functional object that is differentiated: a lambda, a constant, the load of a static field
     * @param constants the further arguments of the maker, which are numbers
     * @param host the class in whose code the function is made
     * @throws dev.jacobi.JacobiException if there is no such derivative
     */
    Optional<Function> ofMade(
            Instruction maker, Instruction function, List<Object> constants, MethodReference called, Class<?> host);

    /**
     * What a call on a live object does, if it is a derivative, as a function of the arguments of the call.
     *
     * @param host the class in whose code the call is
     */
    Optional<Function> ofObject(Object derivative, MethodReference called, Class<?> host);
}
