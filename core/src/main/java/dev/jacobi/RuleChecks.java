package dev.jacobi;

import dev.jacobi.Rules.Forward;
import dev.jacobi.Rules.Reverse;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Checks that rules have the parameters and results that {@link Rules} asks for. */
final class RuleChecks {
    private RuleChecks() {}

    static boolean carriesDerivative(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element == double.class || element == float.class;
    }

    static String signature(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getTypeName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    static JacobiException wrong(Method of, Method rule, String why) {
        return new JacobiException(
                Refusal.WRONG_RULE,
                "cannot take " + rule.getDeclaringClass().getName() + "." + signature(rule) + " for a derivative of "
                        + of.getDeclaringClass().getName() + "." + signature(of) + ": " + why,
                null);
    }

    static void check(Forward rule) {
        checkMethod(rule.of(), rule.tangent());
        checkActivities(rule.of(), rule.tangent(), rule.activities(), "DUAL", "DUAL");
        List<Class<?>> parameters = new ArrayList<>();
        for (int index = 0; index < rule.activities().size(); index++) {
            Class<?> type = rule.of().getParameterTypes()[index];
            parameters.add(type);
            if (rule.activities().get(index).isActive()) {
                parameters.add(type);
            }
        }
        Class<?> result = rule.of().getReturnType();
        checkType(rule.of(), rule.tangent(), parameters, carriesDerivative(result) ? result : void.class);
    }

    static void check(Reverse rule) {
        Method of = rule.of();
        Method reverse = rule.reverse();
        checkMethod(of, reverse);
        List<Class<?>> types = List.of(of.getParameterTypes());
        checkActivities(of, reverse, rule.activities(), "ACTIVE", "DUPLICATED");
        List<Class<?>> parameters = new ArrayList<>();
        if (rule.augmented().isPresent()) {
            Method augmented = rule.augmented().get();
            checkMethod(of, augmented);
            checkType(of, augmented, types, augmented.getReturnType());
            checkTape(of, augmented);
            parameters.add(augmented.getReturnType());
            for (int index = 0; index < types.size(); index++) {
                if (rule.activities().get(index) == Activity.DUPLICATED) {
                    parameters.add(types.get(index));
                }
            }
        } else {
            if (!types.stream().allMatch(Class::isPrimitive)) {
                throw wrong(of, reverse, "without an augmented primal all parameters must be primitive");
            }
            parameters.addAll(types);
        }
        if (carriesDerivative(of.getReturnType())) {
            parameters.add(of.getReturnType());
        }
        checkType(of, reverse, parameters, adjoints(rule));
    }

    private static Class<?> adjoints(Reverse rule) {
        List<Class<?>> active = new ArrayList<>();
        for (int index = 0; index < rule.activities().size(); index++) {
            if (rule.activities().get(index) == Activity.ACTIVE) {
                active.add(rule.of().getParameterTypes()[index]);
            }
        }
        return switch (active.size()) {
            case 0 -> void.class;
            case 1 -> active.getFirst();
            default -> double[].class;
        };
    }

    private static void checkMethod(Method of, Method rule) {
        if (!Modifier.isStatic(of.getModifiers())) {
            throw wrong(of, rule, "only static methods have rules");
        }
        if (!Modifier.isStatic(rule.getModifiers())) {
            throw wrong(of, rule, "a rule is a static method");
        }
        if (!of.getReturnType().isPrimitive()) {
            throw wrong(of, rule, "only methods that return a primitive or nothing have rules");
        }
    }

    private static void checkActivities(
            Method of, Method rule, List<Activity> activities, String number, String array) {
        Class<?>[] types = of.getParameterTypes();
        if (activities.size() != types.length) {
            throw wrong(
                    of,
                    rule,
                    "the method has " + types.length + (types.length == 1 ? " parameter" : " parameters")
                            + ", the rule " + activities.size()
                            + (activities.size() == 1 ? " activity" : " activities"));
        }
        for (int index = 0; index < types.length; index++) {
            String active = types[index].isArray() ? array : number;
            Activity activity = activities.get(index);
            if (activity != Activity.CONST
                    && (!carriesDerivative(types[index]) || !activity.name().equals(active))) {
                throw wrong(
                        of,
                        rule,
                        "parameter " + index + " of type " + types[index].getTypeName() + " cannot be " + activity
                                + ", only CONST"
                                + (carriesDerivative(types[index]) ? " or " + active : ""));
            }
        }
    }

    private static void checkType(Method of, Method rule, List<Class<?>> parameters, Class<?> result) {
        if (!List.of(rule.getParameterTypes()).equals(parameters) || rule.getReturnType() != result) {
            throw wrong(
                    of,
                    rule,
                    "it must take "
                            + parameters.stream().map(Class::getTypeName).collect(Collectors.joining(", ", "(", ")"))
                            + " and return " + result.getTypeName());
        }
    }

    private static void checkTape(Method of, Method augmented) {
        Class<?> tape = augmented.getReturnType();
        Class<?> result = of.getReturnType();
        if (result == void.class) {
            if (tape.isPrimitive()) {
                throw wrong(of, augmented, "it must return an object, the tape");
            }
            return;
        }
        RecordComponent[] components = tape.getRecordComponents();
        if (components == null || components.length == 0 || components[0].getType() != result) {
            throw wrong(
                    of,
                    augmented,
                    "it must return a record whose first component is the result, of type " + result.getTypeName());
        }
    }
}
