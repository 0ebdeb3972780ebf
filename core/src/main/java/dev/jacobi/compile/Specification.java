package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.ir.Type;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Which derivative of which method is wanted, all but the Java type that it is to have.
 *
 * @param width the number of directions at once, in reverse mode of adjoints
 * @param packed whether an array has one shadow for all of them
 */
public record Specification(
        Target target, Options options, Mode mode, List<Activity> activities, int width, boolean packed) {
    /** With a shadow for each direction. */
    public Specification(Target target, Options options, Mode mode, List<Activity> activities, int width) {
        this(target, options, mode, activities, width, false);
    }

    /** One direction. */
    public Specification(Target target, Options options, Mode mode, List<Activity> activities) {
        this(target, options, mode, activities, 1);
    }

    /** Checks that the activities fit the method. */
    public Specification {
        activities = List.copyOf(activities);
        if (width < 1) {
            throw new JacobiException(
                    Refusal.WRONG_ACTIVITIES,
                    "cannot differentiate " + target.display() + " in " + width
                            + (mode == Mode.FORWARD ? " directions at once" : " adjoints at once"),
                    null);
        }
        if (!KeptTargets.isKnownToFit(target, mode, activities, width, packed)) {
            check(target, mode, activities, width, packed);
        }
    }

    private static void check(Target target, Mode mode, List<Activity> activities, int width, boolean packed) {
        DerivativeSignature.of(
                target.declaration(), request(mode, activities, width, packed, new ResultForm(true, Optional.empty())));
        boolean isAnyActive = false;
        for (Activity activity : activities) {
            isAnyActive |= activity.isActive();
        }
        if (!isAnyActive) {
            throw new JacobiException(
                    Refusal.WRONG_ACTIVITIES,
                    "cannot differentiate " + target.display()
                            + ": every parameter is CONST, so there is nothing to differentiate by",
                    null);
        }
        Type result = target.returnType();
        if (!result.equals(Type.VOID) && !DerivativeRequest.carriesDerivative(result)) {
            throw new JacobiException(
                    Refusal.NOT_DIFFERENTIABLE_RESULT,
                    "cannot differentiate " + target.display() + ": its result is of type " + result,
                    null);
        }
    }

    /** The same of another method with the same parameters and the same kind of result. */
    Specification of(Target other) {
        return new Specification(other, options, mode, activities, width, packed);
    }

    /** The same with one shadow for all directions. */
    public Specification inOneShadow() {
        if (mode == Mode.REVERSE) {
            throw new JacobiException(
                    Refusal.PACKED_DIRECTIONS,
                    "the reverse derivative of " + target.display() + " has no directions to pack",
                    null);
        }
        return new Specification(target, options, mode, activities, width, true);
    }

    private static DerivativeRequest request(
            Mode mode, List<Activity> activities, int width, boolean packed, ResultForm form) {
        return new DerivativeRequest(mode, activities, form.primalReturned(), form.record(), width, packed);
    }

    DerivativeRequest request(ResultForm form) {
        return request(mode, activities, width, packed, form);
    }

    /** The number of results of the derivative besides the primal's. */
    int derivativeResults() {
        if (mode == Mode.FORWARD) {
            Type result = target.returnType();
            return result.equals(Type.VOID) ? 0 : packed && result.isReference() ? 1 : width;
        }
        return width * Collections.frequency(activities, Activity.ACTIVE);
    }
}
