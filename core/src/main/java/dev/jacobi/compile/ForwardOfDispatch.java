package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.compile.CalleeCompiler.Caught;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The forward derivative of a function that chooses by the class of a receiver: it chooses in the same way between the forward derivatives of what that
 * function would call. A choice that was put on the tape is the same for both sweeps, so the reverse function finds its class there.
 */
final class ForwardOfDispatch extends DerivativeDispatch {
    private final Choice of;
    private final CallSignature signature;
    private final Optional<Caught> catching;

    /**
     * @param of what is differentiated
     * @param signature of the function that is made
     * @param catching the exceptions that what is chosen catches and leaves in its last parameter, if the call has become one that does so
     */
    ForwardOfDispatch(Choice of, CallSignature signature, Optional<Caught> catching, Settings settings) {
        super(settings);
        this.of = of;
        this.signature = signature;
        this.catching = catching;
    }

    @Override
    protected Chosen link(Class<?> type, @Nullable Object receiver) {
        Code code = code(type, of.role());
        int place = of.receiver() < 0 ? -1 : signature.forwardPlaces().get(of.receiver());
        MethodHandle handle = adapted(
                handle(code.function(), Target.lookupIn(code.owner())), type, place, shadowsOfReceiver(of.role()));
        return new Chosen(type, handle, handle);
    }

    @Override
    Code code(Class<?> type, Role role) {
        Code primal = of.dispatch().code(type, of.role());
        Function function = primal.function().copy();
        catching.ifPresent(wanted -> wanted.apply(function));
        List<Type> parameters = function.parameters().stream().map(Value::type).toList();
        CallSignature own = signature.withMethod(function.name(), parameters);
        try {
            Function forward = settings().in(primal.owner()).makeForwardOfDerivative(function, own);
            return new Code(primal.owner(), forward);
        } catch (JacobiException refusal) {
            throw refusal(type, refusal);
        }
    }

    @Override
    JacobiException refusal(Class<?> type, JacobiException cause) {
        return of.dispatch().refusal(type, cause);
    }

    /** The code of the function that stands for the call. */
    Function function() {
        Function function = signature.newForward();
        choose(function, of.moved(signature.forwardPlaces()), true);
        return function;
    }

    @Override
    List<Integer> shadowsOfReceiver(Role role) {
        List<Integer> places = signature.forwardPlaces();
        List<Integer> shadows = new ArrayList<>();
        List<Integer> differentiated = new ArrayList<>(of.dispatch().shadowsOfReceiver(role));
        shadows.addAll(differentiated.stream().map(places::get).toList());
        if (of.receiver() >= 0) {
            differentiated.add(of.receiver());
        }
        for (int index : differentiated) {
            for (int lane = 1; signature.activities().get(index).isActive() && lane <= signature.lanes(index); lane++) {
                shadows.add(places.get(index) + lane);
            }
        }
        return shadows;
    }
}
