package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees.ReversePair;
import dev.jacobi.compile.CalleeCompiler.Caught;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.LambdaOrigins;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The reverse derivative of a function that chooses by the class of a receiver: its augmented primal chooses in the same way between the augmented primals of what
 * that function would call, and puts the choice on its own tape as well, where the reverse function finds it.
 */
final class ReverseOfDispatch extends DerivativeDispatch {
    private final Choice of;
    private final CallSignature signature;
    private final Optional<Caught> catching;
    private final Map<Class<?>, Derivative> kept = new HashMap<>();

    private record Derivative(Class<?> owner, ReversePair pair) {}

    /**
     * @param of what is differentiated
     * @param signature of the functions that are made
     * @param catching the exceptions that what is chosen catches and leaves in its last parameter, if the call has become one that does so
     */
    ReverseOfDispatch(Choice of, CallSignature signature, Optional<Caught> catching, Settings settings) {
        super(settings);
        this.of = of;
        this.signature = signature;
        this.catching = catching;
    }

    @Override
    protected Chosen link(Class<?> type, @Nullable Object receiver) {
        Derivative made = derivative(type);
        Lookup lookup = Target.lookupIn(made.owner());
        int place = of.receiver() < 0 ? -1 : signature.augmentedPlaces().get(of.receiver());
        return new Chosen(
                type,
                adapted(handle(made.pair().augmented(), lookup), type, place, shadowsOfReceiver(Role.FORWARDS)),
                adapted(handle(made.pair().reverse(), lookup), type, -1, shadowsOfReceiver(Role.BACKWARDS)));
    }

    @Override
    Code code(Class<?> type, Role role) {
        Derivative made = derivative(type);
        return new Code(
                made.owner(),
                role == Role.BACKWARDS ? made.pair().reverse() : made.pair().augmented());
    }

    private synchronized Derivative derivative(Class<?> type) {
        Derivative known = kept.get(type);
        if (known == null) {
            known = make(type);
            kept.put(type, known);
        }
        return known;
    }

    private Derivative make(Class<?> type) {
        Code primal = of.dispatch().code(type, of.role());
        Function function = primal.function().copy();
        catching.ifPresent(wanted -> wanted.apply(function));
        List<Type> parameters = function.parameters().stream().map(Value::type).toList();
        Set<Integer> lacking = new HashSet<>(signature.lacking());
        if (LambdaOrigins.knownStandIn(type).isPresent()) {
            withoutShadow().filter(signature::hasShadow).forEach(lacking::add);
        }
        CallSignature own = signature.withMethod(function.name(), parameters).lacking(lacking);
        try {
            return new Derivative(primal.owner(), settings().in(primal.owner()).makePairOfDerivative(function, own));
        } catch (JacobiException refusal) {
            throw refusal(type, refusal);
        }
    }

    @Override
    JacobiException refusal(Class<?> type, JacobiException cause) {
        return of.dispatch().refusal(type, cause);
    }

    /** The code of the functions that stand for the call. */
    ReversePair pair() {
        ReversePair pair = signature.newPair();
        Choice moved = of.moved(signature.augmentedPlaces());
        List<Integer> pushed =
                Stream.concat(moved.pushed().stream(), Stream.of(0)).toList();
        choose(pair.augmented(), new Choice(this, Role.FORWARDS, moved.receiver(), moved.popped(), pushed), true);
        choose(
                pair.reverse(),
                new Choice(this, Role.BACKWARDS, -1, 0, List.of()),
                !settings().tapesAreReused());
        return pair;
    }

    /** The numbers of the parameters that are the receiver and its shadows, in the function that is differentiated. */
    private Stream<Integer> withoutShadow() {
        return Stream.concat(
                of.dispatch().shadowsOfReceiver(of.role()).stream(),
                Stream.of(of.receiver()).filter(place -> place >= 0));
    }

    @Override
    List<Integer> shadowsOfReceiver(Role role) {
        List<Integer> places = signature.augmentedPlaces();
        List<Integer> shadows = new ArrayList<>();
        if (role == Role.FORWARDS) {
            of.dispatch().shadowsOfReceiver(of.role()).forEach(index -> shadows.add(places.get(index)));
        }
        withoutShadow()
                .filter(signature::hasShadow)
                .forEach(index ->
                        shadows.add(role == Role.FORWARDS ? places.get(index) + 1 : signature.shadowInReverse(index)));
        return shadows;
    }
}
