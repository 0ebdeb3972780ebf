package dev.jacobi.conformance.random;

import dev.jacobi.conformance.gradient.GradientCheck.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts verdicts on sets of arguments, and refusals of programs. Thread-safe. */
final class Verdicts {
    private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    private final Map<String, Integer> refusals = new TreeMap<>();
    private final Map<String, Integer> missing = new TreeMap<>();

    synchronized void found(Verdict verdict) {
        counts.merge(verdict, 1, Integer::sum);
    }

    /** @param what which refusal, and of what if that is not always the same */
    synchronized void refused(String what) {
        refusals.merge(what, 1, Integer::sum);
    }

    /** @param what a form of derivative that a program does without */
    synchronized void without(String what) {
        missing.merge(what, 1, Integer::sum);
    }

    synchronized int count(Verdict verdict) {
        return counts.getOrDefault(verdict, 0);
    }

    synchronized int refused() {
        return refusals.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public synchronized String toString() {
        return counts + ", refused " + refusals + ", without " + missing;
    }
}
