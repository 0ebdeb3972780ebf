package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.ir.Type;
import dev.jacobi.runtime.ActiveArrays;
import dev.jacobi.runtime.ShadowGraph;
import dev.jacobi.runtime.TapeBudget;
import dev.jacobi.runtime.TapeStacks;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The two functions of a derivative in split mode, called with arrays of arguments. Immutable. */
public final class SplitSweeps {
    private static final MethodType SPREAD = MethodType.methodType(Object.class, TapeStacks.class, Object[].class);

    private final String display;
    private final CallSignature signature;
    private final @Nullable ShadowChecks checks;
    private final ShadowGraph graph;
    private final boolean objects;
    private final long tapeBudget;
    private final boolean comparesArguments;
    private final MethodHandle augmented;
    private final MethodHandle reverse;
    private final int arguments;

    /**
     * @param checks what is checked of arguments and shadows if all are arrays of numbers
     * @param graph turns the user's objects into shadows, and back
     * @param objects whether there are shadows of objects, which the user gives as objects
     */
    SplitSweeps(
            String display,
            CallSignature signature,
            @Nullable ShadowChecks checks,
            ShadowGraph graph,
            boolean objects,
            long tapeBudget,
            boolean comparesArguments,
            MethodHandle augmented,
            MethodHandle reverse) {
        this.graph = graph;
        this.objects = objects;
        this.tapeBudget = tapeBudget;
        this.comparesArguments = comparesArguments;
        this.display = display;
        this.signature = signature;
        this.checks = checks;
        this.augmented = spread(augmented);
        this.reverse = spread(reverse);
        this.arguments = signature.parameters().size()
                + (int) IntStream.range(0, signature.parameters().size())
                        .filter(signature::hasShadow)
                        .count();
    }

    /** The same for shadows that have the layout of {@link dev.jacobi.runtime.ShadowLayout} already. */
    SplitSweeps ofInnerShadows() {
        return new SplitSweeps(
                display, signature, null, graph, false, tapeBudget, comparesArguments, augmented, reverse);
    }

    private static MethodHandle spread(MethodHandle handle) {
        if (handle.type().equals(SPREAD)) {
            return handle;
        }
        int count = handle.type().parameterCount();
        return handle.asType(handle.type().changeParameterType(0, TapeStacks.class))
                .asSpreader(1, Object[].class, count - 1)
                .asType(SPREAD);
    }

    /** Turns the user's objects among the shadows into what {@link #augmented} takes; empty if there are none. */
    public Optional<ShadowGraph.Session> open(@Nullable Object[] values) {
        checkCount(values);
        if (!objects) {
            return Optional.empty();
        }
        ShadowGraph.Session session = graph.open();
        Object[] given = values.clone();
        int next = 0;
        for (int index = 0; index < signature.parameters().size(); index++) {
            Object primal = given[next++];
            if (signature.hasShadow(index)) {
                values[next] = session.read(primal, given[next], index);
                next++;
            }
        }
        next = 0;
        for (int index = 0; index < signature.parameters().size(); index++) {
            if (signature.hasShadow(index)) {
                next++;
            } else if (signature.parameters().get(index).isReference()) {
                session.constant(given[next], index);
            }
            next++;
        }
        return Optional.of(session);
    }

    private void checkCount(@Nullable Object[] values) {
        if (values.length != arguments) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    "the augmented primal of " + display + " takes " + arguments + " arguments, not " + values.length,
                    null);
        }
    }

    /** Computes the value and leaves on the stacks what {@link #reverse} needs. */
    public @Nullable Object augmented(TapeStacks stacks, @Nullable Object... values) {
        checkCount(values);
        stacks.budget = tapeBudget == Long.MAX_VALUE ? null : TapeBudget.open(tapeBudget, display);
        stacks.active = comparesArguments ? ActiveArrays.none() : null;
        List<@Nullable Object> references = new ArrayList<>();
        int next = 0;
        for (int index = 0; index < signature.parameters().size(); index++) {
            Type type = signature.parameters().get(index);
            if (type.isReference()) {
                references.add(values[next]);
            }
            next++;
            if (signature.hasShadow(index)) {
                if (stacks.active != null) {
                    Object argument = values[next - 1];
                    ActiveArrays.add(
                            stacks.active,
                            DerivativeRequest.carriesDerivative(type) ? argument : graph.reachable(argument));
                }
                references.add(values[next++]);
            }
        }
        boolean shadowed = signature.activities().contains(Activity.DUPLICATED)
                || signature.activities().contains(Activity.DUPLICATED_ONLY);
        if (checks != null && shadowed) {
            checks.check(references.toArray());
        }
        return invoke(augmented, stacks, values);
    }

    /** The arguments of the reverse sweep among those of the augmented primal. */
    public @Nullable Object[] passedAgain(@Nullable Object... values) {
        List<@Nullable Object> passed = new ArrayList<>();
        int next = 0;
        for (int index = 0; index < signature.parameters().size(); index++) {
            Object value = values[next++];
            if (signature.hasShadow(index)) {
                passed.add(values[next++]);
            }
            if (signature.isPassedAgain(index)) {
                passed.add(value);
            }
        }
        if (signature.result().isFloatingPoint()) {
            passed.add(null);
        }
        return passed.toArray();
    }

    /**
     * Runs the reverse sweep once.
     *
     * @param passed of {@link #passedAgain}, with the seed in the last place if the result is a number
     * @return the adjoints of the active numbers among the parameters
     */
    public double[] reverse(TapeStacks stacks, @Nullable Object[] passed) {
        Object first = invoke(reverse, stacks, passed);
        double[] adjoints = new double[signature.activeNumbers().size()];
        if (first instanceof Number number) {
            adjoints[0] = number.doubleValue();
            System.arraycopy(stacks.numbers, 0, adjoints, 1, adjoints.length - 1);
        }
        return adjoints;
    }

    /** Whether the seed is a number. */
    public boolean givesNumber() {
        return signature.result().isFloatingPoint();
    }

    /** Whether the seed is a {@code float}. */
    public boolean givesFloat() {
        return signature.result().equals(Type.FLOAT);
    }

    /** Whether the seed is an array. */
    public boolean givesArray() {
        return signature.result().isReference();
    }

    public String display() {
        return display;
    }

    private static @Nullable Object invoke(MethodHandle handle, TapeStacks stacks, @Nullable Object[] values) {
        @Nullable Object[] asInCode = values.clone();
        for (int index = 0; index < asInCode.length; index++) {
            if (asInCode[index] instanceof Boolean bit) {
                asInCode[index] = bit ? 1 : 0;
            }
        }
        try {
            return (Object) handle.invokeExact(stacks, asInCode);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw SplitSweeps.<RuntimeException>sneaky(e);
        }
    }

    /** What the method throws leaves as it is, declared or not. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // T is erased
    private static <T extends Throwable> T sneaky(Throwable e) throws T {
        throw (T) e;
    }
}
