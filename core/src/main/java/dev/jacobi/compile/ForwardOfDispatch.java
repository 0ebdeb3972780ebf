package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The forward derivative of a function that chooses by the class of a receiver: it chooses in the same way between the forward derivatives of what that
 * function would call. A choice that was put on the tape is the same for both sweeps, so the reverse function finds its class there.
 */
final class ForwardOfDispatch extends DerivativeDispatch {
    private final Choice of;
    private final CallSignature signature;

    /**
     * @param of what is differentiated
     * @param signature of the function that is made
     */
    ForwardOfDispatch(Choice of, CallSignature signature, Settings settings) {
        super(settings);
        this.of = of;
        this.signature = signature;
    }

    @Override
    protected Chosen link(Class<?> type, @Nullable Object receiver) {
        Code code = code(type, of.role());
        int place = of.role() == Role.REVERSE ? -1 : places().get(of.receiver());
        MethodHandle handle = adapted(
                handle(code.function(), Target.lookupIn(code.owner())), type, place, shadowsOfReceiver(of.role()));
        return new Chosen(type, handle, handle);
    }

    @Override
    Code code(Class<?> type, Role role) {
        Code primal = of.dispatch().code(type, of.role());
        List<Type> parameters =
                primal.function().parameters().stream().map(Value::type).toList();
        CallSignature own = signature.withMethod(primal.function().name(), parameters);
        try {
            Function forward = settings().in(primal.owner()).makeForwardOfDerivative(primal.function(), own);
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
        List<Value> primals = primals(function);
        Value stacks = primals.get(of.stacks());
        if (of.role() == Role.REVERSE) {
            take(function, stacks);
        } else {
            select(function, of.role(), primals.get(of.receiver()), stacks);
        }
        return function;
    }

    @Override
    List<Integer> shadowsOfReceiver(Role role) {
        List<Integer> places = places();
        List<Integer> shadows = new ArrayList<>();
        List<Integer> differentiated = new ArrayList<>(of.dispatch().shadowsOfReceiver(role));
        shadows.addAll(differentiated.stream().map(places::get).toList());
        if (role != Role.REVERSE) {
            differentiated.add(of.receiver());
        }
        for (int index : differentiated) {
            for (int lane = 1; signature.activities().get(index).isActive() && lane <= signature.lanes(index); lane++) {
                shadows.add(places.get(index) + lane);
            }
        }
        return shadows;
    }

    /** The parameters that are those of the function that is differentiated. */
    private List<Value> primals(Function function) {
        return places().stream().map(function.parameters()::get).toList();
    }

    private List<Integer> places() {
        List<Integer> places = new ArrayList<>();
        int next = 1;
        for (int index = 0; index < signature.parameters().size(); index++) {
            places.add(next);
            next += 1 + (signature.activities().get(index).isActive() ? signature.lanes(index) : 0);
        }
        return places;
    }
}
