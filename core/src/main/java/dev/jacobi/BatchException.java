package dev.jacobi;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An exception in one example of a batch; the cause is what the method threw.
 *
 * <p>The examples before it are done, those after it are not, unless the batch was asked to {@linkplain Batched#finishingOthers finish the others}: then all that failed are
 * {@linkplain #failures here}, and so are the {@linkplain #results results} of the rest.
 */
public class BatchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int example;
    private final transient SortedMap<Integer, Throwable> failures;
    private final transient @Nullable Object results;

    /**
     * @param method the method as messages name it
     * @param failures at least one: what was thrown, by the number of the example
     * @param results what the batch would have returned; null if it returns nothing, or was not asked to go on
     */
    public BatchException(String method, SortedMap<Integer, Throwable> failures, @Nullable Object results) {
        super(message(method, failures), failures.get(failures.firstKey()));
        this.example = failures.firstKey();
        this.failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
        this.results = results;
    }

    private static String message(String method, SortedMap<Integer, Throwable> failures) {
        int others = failures.size() - 1;
        return "example " + failures.firstKey() + " of the batch of " + method + ": "
                + failures.get(failures.firstKey())
                + (others == 0 ? "" : ", and " + others + (others == 1 ? " other" : " others"));
    }

    /** The number of the first example that failed, from 0 on. */
    public int example() {
        return example;
    }

    /** What was thrown, by the numbers of the examples: one, unless the others were to be finished. Not kept when the exception is serialised. */
    public SortedMap<Integer, Throwable> failures() {
        return Objects.requireNonNullElse(failures, Collections.emptySortedMap());
    }

    /**
     * What the batch would have returned, if the others were to be finished: the results of those that failed are 0 or null.
     *
     * @throws IllegalStateException if there are none, since the batch was not asked to go on or returns nothing
     */
    public Object results() {
        if (results == null) {
            throw new IllegalStateException("there are no results: ask for them with Batched.finishingOthers()");
        }
        return results;
    }
}
