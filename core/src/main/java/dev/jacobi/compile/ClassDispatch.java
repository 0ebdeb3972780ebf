package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees.ReversePair;
import dev.jacobi.autodiff.UnfollowedCallException;
import dev.jacobi.compile.CalleeCompiler.Caught;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.optimize.inline.CallTargets;
import dev.jacobi.optimize.inline.LambdaOrigins;
import dev.jacobi.optimize.inline.LiftedBodies;
import dev.jacobi.runtime.StoppedException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Executable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The derivatives of a method that the class of the receiver decides, each made when the first object of its class comes. The code of a class is
 * differentiated with the rights of that class, in a hidden class of its own. What cannot be differentiated is refused at the call, in the
 * forward sweep, before any shadow has changed.
 */
final class ClassDispatch extends DerivativeDispatch {
    private final Executable named;
    private final CallTargets targets;
    private final CallSignature signature;
    private final boolean forward;
    private final Optional<Caught> catching;
    private final @Nullable String where;

    /** What was made to be differentiated again, by the class of the receiver. */
    private final Map<Class<?>, Derivative> kept = new HashMap<>();

    /**
     * @param host the class with whose rights the functions run
     * @param reverse absent in forward mode
     */
    private record Derivative(Class<?> host, Function forwards, Optional<Function> reverse) {}

    /**
     * @param named the method that the call names
     * @param forward whether forward mode is wanted
     * @param catching the exceptions that the methods catch and leave in their last parameter, if the call has become one that does so
     * @param where the source position of the call
     */
    ClassDispatch(
            Executable named,
            CallTargets targets,
            CallSignature signature,
            boolean forward,
            Optional<Caught> catching,
            Settings settings,
            @Nullable String where) {
        super(settings);
        this.named = named;
        this.targets = targets;
        this.signature = signature;
        this.forward = forward;
        this.catching = catching;
        this.where = where;
    }

    @Override
    protected Chosen link(Class<?> type, @Nullable Object receiver) {
        if (receiver != null) {
            LambdaOrigins.standIn(receiver); // which is known from now on
        }
        Derivative made = make(type);
        Lookup lookup = Target.lookupIn(made.host());
        MethodHandle forwards = adapted(handle(made.forwards(), lookup), type, 1, shadowsOfReceiver(Role.FORWARDS));
        return new Chosen(
                type,
                forwards,
                made.reverse()
                        .map(function -> adapted(handle(function, lookup), type, -1, shadowsOfReceiver(Role.BACKWARDS)))
                        .orElse(forwards));
    }

    @Override
    List<Integer> shadowsOfReceiver(Role role) {
        if (!signature.hasShadow(0)) {
            return List.of();
        }
        return switch (role) {
            case FORWARDS -> IntStream.range(2, 2 + signature.lanes(0)).boxed().toList();
            case BACKWARDS -> List.of(1);
        };
    }

    @Override
    synchronized Code code(Class<?> type, Role role) {
        Derivative derivative = kept.computeIfAbsent(type, this::make);
        Function function = role == Role.BACKWARDS ? derivative.reverse().orElseThrow() : derivative.forwards();
        return new Code(derivative.host(), function);
    }

    private Derivative make(Class<?> type) {
        try {
            return derivative(type);
        } catch (UnfollowedCallException refusal) {
            throw refusal(type, UnfollowedCalls.explain(refusal, type));
        } catch (JacobiException refusal) {
            throw refusal(type, refusal);
        }
    }

    @Override
    JacobiException refusal(Class<?> type, JacobiException cause) {
        String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new StoppedException(
                cause.refusal(),
                "cannot go on with the derivative at a call of "
                        + CallTargets.reference(named).signature() + " on an object of " + type.getName() + ": "
                        + reason,
                cause.where().map(at -> where == null ? at : at + " < " + where).orElse(where),
                cause);
    }

    private Derivative derivative(Class<?> receiver) {
        Optional<Class<?>> standIn = LambdaOrigins.knownStandIn(receiver);
        Class<?> type = standIn.orElse(receiver);
        Set<Integer> lacking = new HashSet<>(signature.lacking());
        if (standIn.isPresent() && signature.hasShadow(0)) {
            lacking.add(0);
        }
        Executable method = targets.selected(type, named).orElseThrow(() -> unfollowed("it has no code"));
        Class<?> owner = method.getDeclaringClass();
        if (owner.isHidden()) {
            throw LambdaOrigins.isLambda(owner)
                    ? new JacobiException(Refusal.NOT_SERIALIZABLE_LAMBDA, "it is a lambda", null)
                    : unfollowed("it is of a hidden class, of which the JVM shows no code");
        }
        MethodReference reference = CallTargets.reference(method);
        Function body = LiftedBodies.INSTANCE.body(owner, reference);
        if (body == null) {
            throw unfollowed("its code cannot be read");
        }
        // Default methods of the JDK's interfaces run beside the class that has them, which sees more and has more
        // rights.
        Class<?> host = owner.getClassLoader() == null ? type : owner;
        CalleeCompiler callees = settings().in(host);
        Function primal = callees.optimized(body.copy(), catching);
        List<Type> parameters = new ArrayList<>(signature.parameters());
        parameters.set(0, Type.of(reference.owner()));
        CallSignature own = signature.withMethod(primal.name(), parameters).lacking(lacking);
        if (forward) {
            return new Derivative(host, callees.makeForward(primal, own), Optional.empty());
        }
        ReversePair pair = callees.makePair(primal, own);
        return new Derivative(host, pair.augmented(), Optional.of(pair.reverse()));
    }

    private static JacobiException unfollowed(String why) {
        return new JacobiException(Refusal.UNSUPPORTED_CALL, why, null);
    }

    /** The code of the forward derivative for the call. */
    Function forward() {
        Function function = signature.newForward();
        choose(function, new Choice(this, Role.FORWARDS, 1, -1, List.of()), true);
        return function;
    }

    /** The code of the two functions of reverse mode for the call: the first leaves its choice on the tape. */
    ReversePair pair() {
        ReversePair pair = signature.newPair();
        choose(pair.augmented(), new Choice(this, Role.FORWARDS, 1, -1, List.of(0)), true);
        choose(
                pair.reverse(),
                new Choice(this, Role.BACKWARDS, -1, 0, List.of()),
                !settings().tapesAreReused());
        return pair;
    }
}
