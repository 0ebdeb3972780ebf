package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What derivative of a function is asked for.
 *
 * @param activities one for each parameter of the primal, in order
 * @param primalReturned whether the derivative gives the primal's result too
 * @param resultClass a class whose constructor takes all results in order, for derivatives with more than one; without it they come as
 *     {@link DerivativeSignature} says
 * @param width the number of directions at once, the lanes of forward mode; in reverse mode of adjoints
 * @param packed whether an array has one shadow for all directions, in which those of an element stand side by side
 */
public record DerivativeRequest(
        Mode mode,
        List<Activity> activities,
        boolean primalReturned,
        Optional<ClassDesc> resultClass,
        int width,
        boolean packed) {

    /** The direction of differentiation. */
    public enum Mode {
        FORWARD,
        REVERSE
    }

    private static final Set<String> WITHOUT_NUMBERS = Set.of(
            "Ljava/lang/String;",
            "Ljava/lang/Boolean;",
            "Ljava/lang/Byte;",
            "Ljava/lang/Short;",
            "Ljava/lang/Character;",
            "Ljava/lang/Integer;",
            "Ljava/lang/Long;");

    public DerivativeRequest {
        activities = List.copyOf(activities);
        if (width < 1 || mode == Mode.REVERSE && packed) {
            throw new IllegalArgumentException(
                    "no derivative in " + mode + " mode has width " + width + (packed ? " in one shadow" : ""));
        }
    }

    /** One direction. */
    public DerivativeRequest(
            Mode mode, List<Activity> activities, boolean primalReturned, Optional<ClassDesc> resultClass) {
        this(mode, activities, primalReturned, resultClass, 1, false);
    }

    /** The same with several directions at once. */
    public DerivativeRequest withWidth(int lanes) {
        return new DerivativeRequest(mode, activities, primalReturned, resultClass, lanes, packed);
    }

    /** The same with one shadow for all directions. */
    public DerivativeRequest inOneShadow() {
        return new DerivativeRequest(mode, activities, primalReturned, resultClass, width, true);
    }

    /** The number of shadows of an array. */
    public int shadows() {
        return packed ? 1 : width;
    }

    /** How many elements a shadow has for each of its array. */
    public int perElement() {
        return packed ? width : 1;
    }

    public static DerivativeRequest forward(boolean primalReturned, Activity... activities) {
        return new DerivativeRequest(Mode.FORWARD, List.of(activities), primalReturned, Optional.empty());
    }

    public static DerivativeRequest reverse(boolean primalReturned, Activity... activities) {
        return new DerivativeRequest(Mode.REVERSE, List.of(activities), primalReturned, Optional.empty());
    }

    /** Whether values of this type carry derivatives themselves or by a shadow: float, double and arrays of them, also nested. */
    public static boolean carriesDerivative(Type type) {
        if (type.isFloatingPoint()) {
            return true;
        }
        String descriptor = type.descriptor().descriptorString();
        String element = descriptor.substring(descriptor.lastIndexOf('[') + 1);
        return type.isArray() && (element.equals("D") || element.equals("F"));
    }

    /** Whether values of this type may be objects, or arrays of objects, that have a shadow as arguments. */
    public static boolean mayHaveShadow(Type type) {
        String descriptor = type.descriptor().descriptorString();
        String element = descriptor.substring(descriptor.lastIndexOf('[') + 1);
        return element.startsWith("L") && !WITHOUT_NUMBERS.contains(element);
    }

    /** Refuses activities that do not fit the parameters of the primal. */
    public void check(Function primal) {
        int count = primal.parameters().size();
        if (activities.size() != count) {
            throw wrong(
                    primal, "it has " + plural(count, "parameter") + ", but " + plural(activities.size(), "activity"));
        }
        for (int index = 0; index < count; index++) {
            Type type = primal.parameters().get(index).type();
            Activity activity = activities.get(index);
            String legal = legal(type);
            if (!List.of(legal.split(" ")).contains(activity.name())) {
                String kind = mode == Mode.FORWARD ? "forward" : "reverse";
                throw wrong(
                        primal,
                        "parameter " + index + " of type " + type + " cannot be " + activity + " in " + kind
                                + " mode, only " + legal.replace(" ", " or "));
            }
        }
    }

    private String legal(Type type) {
        if (!carriesDerivative(type) && !mayHaveShadow(type)) {
            return "CONST";
        }
        if (mode == Mode.FORWARD) {
            return "CONST DUAL DUAL_ONLY";
        }
        return type.isFloatingPoint() ? "CONST ACTIVE" : "CONST DUPLICATED DUPLICATED_ONLY";
    }

    private static JacobiException wrong(Function primal, String why) {
        return new JacobiException(
                Refusal.WRONG_ACTIVITIES, "cannot differentiate " + primal.signature() + ": " + why, null);
    }

    private static String plural(int count, String noun) {
        if (noun.endsWith("y")) {
            return count + " " + (count == 1 ? noun : noun.substring(0, noun.length() - 1) + "ies");
        }
        return count + " " + (count == 1 ? noun : noun + "s");
    }
}
