package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.reflect.Array;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks the arguments of a batch: lengths, and that no array is given twice where that would be something else than in calls.
 *
 * @param written for each parameter whether the code may write into what it gets
 */
record BatchArguments(BatchSignature signature, boolean[] written) {

    /** The number of examples, on which all arguments must agree. */
    int count(@Nullable Object[] given, int first) {
        int count = first == 1 ? (int) notNull(given[0], 0) : -1;
        int source = -1;
        if (count < 0 && first == 1) {
            throw lengths("the number of examples is " + count);
        }
        for (int index = 0; index < given.length - first; index++) {
            if (signature.axes().get(index) != Axis.EACH || signature.isFlat(index)) {
                continue;
            }
            int length = Array.getLength(notNull(given[index + first], index));
            if (count < 0) {
                count = length;
                source = index;
            } else if (length != count) {
                throw lengths(
                        first == 1
                                ? name(index) + " has " + length + " elements for " + count + " examples"
                                : name(source) + " has " + count + " examples, " + name(index) + " has " + length);
            }
        }
        return count;
    }

    private String name(int index) {
        return signature.names().get(index);
    }

    private JacobiException lengths(String what) {
        return new JacobiException(
                Refusal.BATCH_LENGTHS, "cannot run the batch of " + signature.display() + ": " + what, null);
    }

    private Object notNull(@Nullable Object argument, int index) {
        if (argument == null) {
            throw new NullPointerException(name(index) + " of the batch of " + signature.display() + " is null");
        }
        return argument;
    }

    /** Arrays with those of all examples: of a length that can be divided, and, as they are copied, not given twice if they are written. */
    void checkFlat(@Nullable Object[] given, int count) {
        for (int index = 0; signature.takesCount() && index < given.length - 1; index++) {
            if (!signature.isFlat(index)) {
                continue;
            }
            Object array = notNull(given[index + 1], index);
            int length = Array.getLength(array);
            if (count == 0 ? length != 0 : length % count != 0) {
                throw new JacobiException(
                        Refusal.BATCH_RAGGED,
                        "cannot run the batch of " + signature.display() + ": " + name(index) + " has " + length
                                + " elements for " + count + (count == 1 ? " example" : " examples"),
                        null);
            }
            for (int other = 0; other < given.length - 1; other++) {
                if (other != index && given[other + 1] == array && written[index]) {
                    throw aliased(name(Math.min(index, other)) + " and " + name(Math.max(index, other))
                            + " are the same array, and " + name(index) + " may be written");
                }
            }
        }
    }

    /** Refuses that two examples that run at the same time have the same array to write into. */
    void checkApart(@Nullable Object[] given, int first) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int index = 0; index < written.length; index++) {
            boolean rows = signature.axes().get(index) == Axis.EACH
                    && !signature.isFlat(index)
                    && given[index + first] instanceof Object[];
            if (!rows || !written[index]) {
                continue;
            }
            Object[] own = (Object[]) notNull(given[index + first], index);
            for (int example = 0; example < own.length; example++) {
                if (own[example] != null && !seen.add(own[example])) {
                    throw aliased("example " + example + " has an array in " + name(index)
                            + " that is given elsewhere too, and may be written");
                }
            }
        }
        for (int index = 0; index < written.length && !seen.isEmpty(); index++) {
            Object argument = given[index + first];
            if (signature.axes().get(index) != Axis.EACH || signature.isFlat(index)) {
                if (isOrHolds(argument, seen::contains)) {
                    throw aliased(name(index) + " is an array of an example too, which may be written");
                }
            } else if (!written[index] && argument instanceof Object[] others) {
                for (int example = 0; example < others.length; example++) {
                    if (isOrHolds(others[example], seen::contains)) {
                        throw aliased("example " + example + " has an array in " + name(index)
                                + " that is given elsewhere too, and may be written");
                    }
                }
            }
        }
    }

    /**
     * Refuses that what is read for many examples at a time, their numbers and arrays with the elements of all, is also something else that may be written; and that all add to what they
     * may read.
     */
    void checkCopied(@Nullable Object[] given, int first) {
        for (int index = 0; index < written.length; index++) {
            Object array = given[index + first];
            if (array == null || signature.isOutput(index) || !isOfNumbers(array.getClass())) {
                continue;
            }
            boolean each = signature.axes().get(index) == Axis.EACH;
            for (int other = 0; other < written.length; other++) {
                Object argument = given[other + first];
                boolean mayWrite =
                        written[other] && signature.parameters().get(other).isArray();
                boolean copied = each && mayWrite || signature.isFlat(index) && written[index];
                boolean added = signature.axes().get(other) == Axis.SUMMED
                        && signature.axes().get(index) == Axis.SHARED
                        && written[index];
                if (other != index && (copied || added) && isOrHolds(argument, one -> one == array)) {
                    throw aliased(
                            name(index) + " is, or is in, " + name(other) + " too, and one of them may be written");
                }
            }
        }
    }

    private static boolean isOfNumbers(Class<?> type) {
        return type.isArray() && type.getComponentType().isPrimitive();
    }

    /** Whether this is true of an argument, or of what is in it if it is an array of arrays. */
    private static boolean isOrHolds(@Nullable Object argument, Predicate<Object> test) {
        return argument != null && (test.test(argument) || holds(argument, argument.getClass(), test));
    }

    private static boolean holds(Object array, Class<?> type, Predicate<Object> test) {
        if (!type.isArray() || !type.getComponentType().isArray()) {
            return false;
        }
        boolean deeper = !isOfNumbers(type.getComponentType());
        for (Object element : (Object[]) array) {
            if (element != null && (test.test(element) || deeper && holds(element, type.getComponentType(), test))) {
                return true;
            }
        }
        return false;
    }

    private JacobiException aliased(String what) {
        return new JacobiException(
                Refusal.ALIASED_ARGUMENTS, "cannot run the batch of " + signature.display() + ": " + what, null);
    }
}
