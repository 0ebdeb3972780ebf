package dev.jacobi.autodiff;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Optional;

/**
 * The derivatives of methods whose calls were not inlined: because they call themselves, or are too large. They are functions of their own
 * with the signatures of {@link CallSignature}, called from the derivative of the caller.
 */
public interface Callees {
    /** Follows no call. */
    Callees NONE = new Callees() {
        @Override
        public boolean mayFollow(Instruction call) {
            return false;
        }

        @Override
        public Optional<Function> forward(Instruction call, CallSignature signature) {
            return Optional.empty();
        }

        @Override
        public Optional<ReversePair> reverse(Instruction call, CallSignature signature) {
            return Optional.empty();
        }
    };

    /**
     * The derivative of a method in reverse mode.
     *
     * @param augmented computes what the method does, and puts on the tape what the other needs
     * @param reverse takes it off again, adds to the shadows of references and gives the adjoints of numbers
     */
    record ReversePair(Function augmented, Function reverse) {}

    /** Knows the classes of the objects that the code works with. */
    default ClassKnowledge classes() {
        return ClassKnowledge.of(ClassLoader.getSystemClassLoader());
    }

    /** Whether several reverse sweeps read one tape, so that the first must leave it as it was. */
    default boolean tapesAreReused() {
        return false;
    }

    /**
     * Whether memory that calls give, or that is within reach of calls, may have no shadow although what leads to it has one: constants of the user in
     * objects that carry derivatives. If not, {@link CalleeChecks} and {@link ActivityChecks} object where that is not certain, and all is made again with
     * tests for null.
     */
    default boolean memoryMayLackShadows() {
        return false;
    }

    /** Whether nothing in the whole derivative writes to elements of arrays of numbers, but for shadows: then they can be loaded again. */
    default boolean numbersStay() {
        return false;
    }

    /** Whether it is known which method runs, and that it has code or a rule of its own. */
    boolean mayFollow(Instruction call);

    /**
     * Whether the method that is called may write to memory within its reach.
     *
     * @param onlyWhenThrowing whether only what it does when it will throw an exception for certain counts
     */
    default boolean mayWrite(Instruction call, boolean onlyWhenThrowing) {
        return true;
    }

    /**
     * A function that does what the method that is called does, but catches exceptions of some classes, leaves them in a holder and returns: see
     * {@link CaughtCalls}. Its parameters are those of the method and the holder.
     *
     * @return empty if there is none
     */
    default Optional<Function> catching(Instruction call, List<ClassDesc> types, ExceptionHolder holding) {
        return Optional.empty();
    }

    /** Whether the user has said that nothing that the call gives varies with anything that gets into it. */
    default boolean isInactive(Instruction call) {
        return false;
    }

    /**
     * The forward derivative of the method that is called; its code may be made later.
     *
     * @return empty if the method's code cannot be read or used here
     */
    Optional<Function> forward(Instruction call, CallSignature signature);

    /** The reverse derivative, as {@link #forward}. */
    Optional<ReversePair> reverse(Instruction call, CallSignature signature);
}
