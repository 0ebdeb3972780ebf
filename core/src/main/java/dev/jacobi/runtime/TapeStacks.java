package dev.jacobi.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Used by generated code only: the tape that a derivative shares with the derivatives of the methods it calls, one stack for each kind of
 * value. Generated code holds arrays and tops in local variables, and writes them here before a call and when it returns.
 *
 * <p>Here too are the results of a call beside the one that the JVM returns. Each thread keeps a few objects from call to call; one that is
 * not released, because an exception was thrown, is left to the garbage collector.
 */
public final class TapeStacks {
    private static final int INITIAL = 256;
    private static final int KEPT = 4;
    private static final int MAXIMUM_KEPT_LENGTH = 1 << 25;
    private static final ThreadLocal<@Nullable TapeStacks[]> OF_THREAD =
            ThreadLocal.withInitial(() -> new TapeStacks[KEPT]);
    private static final ThreadLocal<@Nullable TapeStacks[]> ZEROS_OF_THREAD =
            ThreadLocal.withInitial(() -> new TapeStacks[KEPT]);

    /** As many results as a method can have parameters. */
    public final double[] numbers = new double[255];

    /** The shadows of a reference that a call has returned, one for each direction. */
    public final @Nullable Object[] shadows = new Object[255];

    /** The arguments with shadows of the derivative that was called from outside, if some method compares with them: {@link ActiveArrays}. */
    public @Nullable Object active;

    /** How much may be on the stacks, if there is a limit. */
    public @Nullable TapeBudget budget;

    /** Whether an exception has left records behind that nothing will take off. */
    public boolean dropped;

    public double[] doubles = new double[INITIAL];
    public int doublesTop;

    public float[] floats = new float[INITIAL];
    public int floatsTop;

    public long[] longs = new long[INITIAL];
    public int longsTop;

    public int[] ints = new int[INITIAL];
    public int intsTop;

    public byte[] bytes = new byte[INITIAL];
    public int bytesTop;

    public @Nullable Object[] references = new Object[INITIAL];
    public int referencesTop;

    private final List<Object> keptShadows = new ArrayList<>();

    private TapeStacks() {}

    /** Remembers a shadow that was just allocated for an array that the method itself has allocated. */
    public void keepShadow(Object shadow) {
        if (shadow instanceof @Nullable Object[] rows) {
            for (Object row : rows) {
                if (row != null) {
                    keepShadow(row);
                }
            }
        } else if (shadow instanceof TapeStacks stacks) {
            // Where arrays grow, what is left ends up in the first ones.
            keptShadows.addAll(List.of(stacks.doubles, stacks.floats, stacks.numbers));
        } else {
            keptShadows.add(shadow);
        }
    }

    /** Puts on the stack of references what a call site has chosen. */
    public void push(Object chosen) {
        references = TapeBudget.ensure(references, referencesTop + 1, budget);
        references[referencesTop++] = chosen;
    }

    /**
     * Takes it off again.
     *
     * @param last whether no other reverse sweep will want it
     */
    public @Nullable Object pop(boolean last) {
        Object chosen = references[--referencesTop];
        if (last) {
            references[referencesTop] = null;
        }
        return chosen;
    }

    /** The numbers of elements of all stacks. */
    public int[] tops() {
        return new int[] {doublesTop, floatsTop, longsTop, intsTop, bytesTop, referencesTop};
    }

    /**
     * Gets ready for a reverse sweep.
     *
     * @param tops what {@link #tops} gave after the forward sweep
     * @param swept whether there was a reverse sweep before
     */
    public void rewind(int[] tops, boolean swept) {
        doublesTop = tops[0];
        floatsTop = tops[1];
        longsTop = tops[2];
        intsTop = tops[3];
        bytesTop = tops[4];
        referencesTop = tops[5];
        if (swept) {
            keptShadows.forEach(Shadows::clear);
        }
    }

    /** Takes empty stacks for this thread. */
    public static TapeStacks acquire() {
        return take(OF_THREAD.get());
    }

    /** Takes stacks for the adjoints of what other stacks hold: all numbers in them are 0. */
    public static TapeStacks acquireZeros() {
        return take(ZEROS_OF_THREAD.get());
    }

    private static TapeStacks take(@Nullable TapeStacks[] kept) {
        for (int i = 0; i < kept.length; i++) {
            TapeStacks stacks = kept[i];
            if (stacks != null) {
                kept[i] = null;
                return stacks;
            }
        }
        return new TapeStacks();
    }

    /** Gives stacks back that this thread acquired. */
    public static void release(TapeStacks stacks) {
        put(OF_THREAD.get(), stacks);
    }

    /** Gives stacks back whose numbers are all 0 again. */
    public static void releaseZeros(TapeStacks stacks) {
        put(ZEROS_OF_THREAD.get(), stacks);
    }

    private static void put(@Nullable TapeStacks[] kept, TapeStacks stacks) {
        stacks.clear();
        for (int i = 0; i < kept.length; i++) {
            if (kept[i] == null) {
                kept[i] = stacks;
                return;
            }
        }
    }

    /** Empties the stacks, keeps no object alive, and no array that is very long. */
    private void clear() {
        if (shadows[0] != null) {
            Arrays.fill(shadows, null);
        }
        Arrays.fill(references, 0, dropped ? references.length : referencesTop, null);
        dropped = false;
        budget = null;
        ActiveArrays.release(active);
        active = null;
        keptShadows.clear();
        doublesTop = 0;
        floatsTop = 0;
        longsTop = 0;
        intsTop = 0;
        bytesTop = 0;
        referencesTop = 0;
        doubles = doubles.length > MAXIMUM_KEPT_LENGTH ? new double[INITIAL] : doubles;
        floats = floats.length > MAXIMUM_KEPT_LENGTH ? new float[INITIAL] : floats;
        longs = longs.length > MAXIMUM_KEPT_LENGTH ? new long[INITIAL] : longs;
        ints = ints.length > MAXIMUM_KEPT_LENGTH ? new int[INITIAL] : ints;
        bytes = bytes.length > MAXIMUM_KEPT_LENGTH ? new byte[INITIAL] : bytes;
        references = references.length > MAXIMUM_KEPT_LENGTH ? new Object[INITIAL] : references;
    }
}
