package dev.jacobi.runtime;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Called by generated code only: chooses the derivative of a method by the class of the receiver, at one call site. */
public abstract class Dispatch {
    /** The derivative for one class. All references are {@code Object} in the types of the handles. */
    public static final class Chosen {
        final Class<?> type;

        /** The forward derivative, or the augmented primal. */
        public final MethodHandle forwards;

        /** The second function of reverse mode; in forward mode the same as {@link #forwards}. */
        public final MethodHandle backwards;

        public Chosen(Class<?> type, MethodHandle forwards, MethodHandle backwards) {
            this.type = type;
            this.forwards = forwards;
            this.backwards = backwards;
        }
    }

    private volatile Chosen[] known = {};

    /** One for each call site. */
    protected Dispatch() {}

    /**
     * The derivative for an object of this class, made when the first comes.
     *
     * @throws NullPointerException if the object is null, as the call itself would
     * @throws dev.jacobi.JacobiException if the method of that class cannot be differentiated
     */
    public final Chosen select(Object receiver) {
        Class<?> type = receiver.getClass();
        for (Chosen chosen : known) {
            if (chosen.type == type) {
                return chosen;
            }
        }
        return add(type, receiver);
    }

    /** The derivative for the class for which another call site, or this one, has chosen. */
    public final Chosen same(Object chosen) {
        Class<?> type = ((Chosen) chosen).type;
        for (Chosen own : known) {
            if (own.type == type) {
                return own;
            }
        }
        return add(type, null);
    }

    private synchronized Chosen add(Class<?> type, @Nullable Object receiver) {
        for (Chosen chosen : known) {
            if (chosen.type == type) {
                return chosen;
            }
        }
        Chosen made = link(type, receiver);
        Chosen[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = made;
        known = more;
        return made;
    }

    /**
     * Makes the derivative of the method that objects of exactly this class have.
     *
     * @param receiver one of them, if there is one at hand; there was at the first choice for the class
     */
    protected abstract Chosen link(Class<?> type, @Nullable Object receiver);
}
