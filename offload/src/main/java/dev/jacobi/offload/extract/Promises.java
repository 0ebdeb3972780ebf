package dev.jacobi.offload.extract;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.offload.IndependentRounds;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out whether a method has the annotation {@link IndependentRounds}: the method in which a stream is written, or around the lambda in which it is. */
final class Promises {
    private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+");

    private Promises() {}

    /** @param position of the call that ends the stream. Of methods with the same name, all must promise: a position does not tell which it is in. */
    static boolean areIndependent(@Nullable SourcePosition position, ClassKnowledge classes) {
        Class<?> type = position == null ? null : classes.find(ClassDesc.of(position.className()));
        if (type == null) {
            return false;
        }
        Matcher lambda = LAMBDA.matcher(position.methodName());
        String name = lambda.matches() ? lambda.group(1) : position.methodName();
        List<Method> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .toList();
        return !methods.isEmpty()
                && methods.stream().allMatch(method -> method.isAnnotationPresent(IndependentRounds.class));
    }
}
