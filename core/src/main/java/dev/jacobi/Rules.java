package dev.jacobi;

import dev.jacobi.DerivativeOf.Part;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Derivatives that you give for static methods, native ones among them, and marks of what carries no derivative. Immutable; used by {@link
 * Options#withRules}.
 *
 * {@snippet class="dev.jacobi.JacobiSnippets" region="rules"}
 *
 * <p>Let {@code f} be the method. Each of its parameters has an activity, given or, without, active wherever it can be. {@code f} returns
 * a primitive or nothing.
 *
 * <ul>
 *   <li><b>Forward</b>: {@code tangent} takes the parameters of {@code f}, each active one followed by its tangent (a number or an array),
 *       and returns the tangent of the result, or nothing if {@code f} has no floating-point result. It is called after {@code f}.
 *   <li><b>Reverse without a tape</b>, if all parameters are primitive: {@code reverse} takes the parameters of {@code f}, then the adjoint of
 *       the result, and returns the adjoints of the active parameters: nothing, a number, or all of them in a {@code double[]}.
 *   <li><b>Reverse with a tape</b>: {@code augmented} takes the parameters of {@code f} and is called in its place. It returns a record whose first
 *       component is the result of {@code f} (an object of any class, if {@code f} returns nothing) and whose others are what {@code
 *       reverse} needs. {@code reverse} takes that record, the shadows of the active arrays in order, and the adjoint of the result; it adds to the
 *       shadows and returns the adjoints of the active numbers as above. Where {@code f} overwrites elements, {@code reverse} sets their shadows to 0.
 * </ul>
 *
 * <p>Derivatives of higher order through a rule are refused.
 */
public final class Rules {
    /** No rules. */
    public static final Rules NONE = new Rules(List.of());

    /** An entry. */
    public sealed interface Rule {}

    /** A forward rule. */
    public record Forward(Method of, Method tangent, List<Activity> activities) implements Rule {}

    /** A reverse rule. */
    public record Reverse(Method of, Optional<Method> augmented, Method reverse, List<Activity> activities)
            implements Rule {}

    /** A method whose calls carry no derivative. */
    public record InactiveMethod(Method method) implements Rule {}

    /** A class whose methods carry no derivative. */
    public record InactiveClass(Class<?> type) implements Rule {}

    private final List<Rule> entries;

    private Rules(List<Rule> entries) {
        this.entries = List.copyOf(entries);
    }

    /** All entries, later ones before earlier ones on the same method. */
    public List<Rule> entries() {
        return entries;
    }

    /**
     * The rules that the methods of some classes are marked to be.
     *
     * @see DerivativeOf
     * @throws JacobiException if a rule does not fit its method
     */
    public static Rules of(Class<?>... holders) {
        Rules rules = NONE;
        for (Class<?> holder : holders) {
            List<Method> parts = Arrays.stream(holder.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(DerivativeOf.class))
                    .toList();
            for (Method part : parts) {
                DerivativeOf mark = part.getAnnotation(DerivativeOf.class);
                Method of = method(mark.value(), mark.method(), mark.types());
                switch (mark.part()) {
                    case TANGENT -> rules = rules.forward(of, part, mark.activities());
                    case REVERSE ->
                        rules = rules.plus(new Reverse(
                                of, augmented(of, parts), part, activities(of, mark.activities(), Activity.ACTIVE)));
                    case AUGMENTED_PRIMAL -> requireReverse(of, part, parts);
                }
            }
        }
        return rules;
    }

    private static boolean isPart(Method candidate, Method of, Part part) {
        DerivativeOf mark = candidate.getAnnotation(DerivativeOf.class);
        return mark.part() == part
                && method(mark.value(), mark.method(), mark.types()).equals(of);
    }

    private static Optional<Method> augmented(Method of, List<Method> parts) {
        return parts.stream()
                .filter(part -> isPart(part, of, Part.AUGMENTED_PRIMAL))
                .findFirst();
    }

    private static void requireReverse(Method of, Method augmented, List<Method> parts) {
        if (parts.stream().noneMatch(part -> isPart(part, of, Part.REVERSE))) {
            throw RuleChecks.wrong(of, augmented, "its class has no method for the reverse sweep");
        }
    }

    /**
     * These rules and a forward rule.
     *
     * @param activities {@code DUAL} or {@code CONST} for each parameter; none: all that can be are {@code DUAL}
     * @throws JacobiException if the rule does not fit the method
     */
    public Rules forward(Method of, Method tangent, Activity... activities) {
        return plus(new Forward(of, tangent, activities(of, activities, Activity.DUAL)));
    }

    /** As {@link #forward(Method, Method, Activity...)}, the only methods of their names. */
    public Rules forward(Class<?> owner, String of, Class<?> holder, String tangent, Activity... activities) {
        return forward(method(owner, of), method(holder, tangent), activities);
    }

    /**
     * These rules and a reverse rule without a tape.
     *
     * @param activities {@code ACTIVE} or {@code CONST} for each parameter; none: all that can be are {@code ACTIVE}
     * @throws JacobiException if the rule does not fit the method
     */
    public Rules reverse(Method of, Method reverse, Activity... activities) {
        return plus(new Reverse(of, Optional.empty(), reverse, activities(of, activities, Activity.ACTIVE)));
    }

    /** As {@link #reverse(Method, Method, Activity...)}, the only methods of their names. */
    public Rules reverse(Class<?> owner, String of, Class<?> holder, String reverse, Activity... activities) {
        return reverse(method(owner, of), method(holder, reverse), activities);
    }

    /**
     * These rules and a reverse rule with a tape.
     *
     * @param activities {@code ACTIVE}, {@code DUPLICATED} or {@code CONST} for each parameter; none: all that can be are active
     * @throws JacobiException if the rule does not fit the method
     */
    public Rules reverse(Method of, Method augmented, Method reverse, Activity... activities) {
        return plus(new Reverse(of, Optional.of(augmented), reverse, activities(of, activities, Activity.ACTIVE)));
    }

    /** As {@link #reverse(Method, Method, Method, Activity...)}, the only methods of their names. */
    public Rules reverse(
            Class<?> owner, String of, Class<?> holder, String augmented, String reverse, Activity... activities) {
        return reverse(method(owner, of), method(holder, augmented), method(holder, reverse), activities);
    }

    /** These rules and a method, static or not, whose calls carry no derivative; see {@link Inactive}. */
    public Rules inactive(Class<?> owner, String method, Class<?>... types) {
        return plus(new InactiveMethod(method(owner, method, types)));
    }

    /** These rules and a class whose methods carry no derivative; see {@link Inactive}. */
    public Rules inactive(Class<?> type) {
        return plus(new InactiveClass(type));
    }

    private Rules plus(Rule rule) {
        switch (rule) {
            case Forward forward -> RuleChecks.check(forward);
            case Reverse reverse -> RuleChecks.check(reverse);
            case InactiveMethod _, InactiveClass _ -> {}
        }
        return new Rules(Stream.concat(Stream.of(rule), entries.stream()).toList());
    }

    private static List<Activity> activities(Method of, Activity[] given, Activity number) {
        if (given.length > 0) {
            return List.of(given);
        }
        List<Activity> all = new ArrayList<>();
        for (Class<?> type : of.getParameterTypes()) {
            boolean active = RuleChecks.carriesDerivative(type);
            all.add(
                    !active
                            ? Activity.CONST
                            : number == Activity.ACTIVE && type.isArray() ? Activity.DUPLICATED : number);
        }
        return all;
    }

    private static Method method(Class<?> owner, String name, Class<?>... types) {
        List<Method> found = Arrays.stream(owner.getDeclaredMethods())
                .filter(method -> method.getName().equals(name) && !method.isBridge())
                .filter(method -> types.length == 0 || Arrays.equals(method.getParameterTypes(), types))
                .toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        String what = "the class " + owner.getName() + " declares "
                + (found.isEmpty() ? "no method " : "several methods ") + name;
        throw new JacobiException(
                found.isEmpty() ? Refusal.UNKNOWN_METHOD : Refusal.AMBIGUOUS_METHOD,
                what + ": "
                        + Arrays.stream(owner.getDeclaredMethods())
                                .filter(method -> found.isEmpty() || found.contains(method))
                                .filter(method -> !method.isSynthetic() && Modifier.isStatic(method.getModifiers()))
                                .map(RuleChecks::signature)
                                .sorted()
                                .toList(),
                null);
    }
}
