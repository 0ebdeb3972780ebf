package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parameters and results of a derivative.
 *
 * <p>Parameters are those of the primal, each followed directly by its tangents (forward, one for each direction) or its shadow (reverse, one for each adjoint), then in
 * reverse mode the seeds of an active result: a number for a number, the shadow of the result for an array.
 *
 * <p>Results are, in this order: the primal's, if it is asked for; in forward mode its tangents, if it has any; in reverse mode the adjoints
 * of each {@code ACTIVE} parameter. None gives {@code void}, one is returned as it is. Several come in an object of the requested
 * class; else in a {@code double[]}, floats widened, if all are floats and doubles; else in an {@code Object[]}, numbers boxed.
 */
public final class DerivativeSignature {
    /** What a parameter or result of the derivative is. */
    public enum Role {
        /** A parameter or the result of the primal. */
        PRIMAL,
        /** The tangent or shadow of a parameter, the tangent or shadow of the result, the adjoint of a parameter. */
        DERIVATIVE,
        /** The adjoint of the primal's result, given as a parameter. */
        SEED
    }

    /**
     * A parameter or result.
     *
     * @param primal the number of the primal's parameter, or -1 for its result
     * @param lane the number of the direction
     */
    public record Slot(Role role, int primal, Type type, int lane) {
        Slot(Role role, int primal, Type type) {
            this(role, primal, type, 0);
        }
    }

    private static final Type DOUBLES = Type.of(ConstantDescs.CD_double.arrayType());
    private static final Type OBJECTS = Type.of(ConstantDescs.CD_Object.arrayType());

    private final List<Slot> parameters = new ArrayList<>();
    private final List<Slot> results = new ArrayList<>();
    private final Optional<ClassDesc> resultClass;

    /** Checks the activities on the way. */
    public static DerivativeSignature of(Function primal, DerivativeRequest request) {
        request.check(primal);
        return new DerivativeSignature(primal, request);
    }

    private DerivativeSignature(Function primal, DerivativeRequest request) {
        resultClass = request.resultClass();
        Type result = primal.returnType();
        boolean activeResult = DerivativeRequest.carriesDerivative(result);
        if (request.primalReturned() && !result.equals(Type.VOID)) {
            results.add(new Slot(Role.PRIMAL, -1, result));
        }
        if (request.mode() == Mode.FORWARD && activeResult) {
            for (int lane = 0; lane < lanes(result, request); lane++) {
                results.add(new Slot(Role.DERIVATIVE, -1, result, lane));
            }
        }
        for (int index = 0; index < primal.parameters().size(); index++) {
            Type type = primal.parameters().get(index).type();
            Activity activity = request.activities().get(index);
            parameters.add(new Slot(Role.PRIMAL, index, type));
            if (activity == Activity.ACTIVE) {
                for (int lane = 0; lane < request.width(); lane++) {
                    results.add(new Slot(Role.DERIVATIVE, index, type, lane));
                }
            } else if (activity.isActive()) {
                for (int lane = 0; lane < lanes(type, request); lane++) {
                    parameters.add(new Slot(Role.DERIVATIVE, index, ShadowTypes.of(type), lane));
                }
            }
        }
        if (request.mode() == Mode.REVERSE && activeResult) {
            for (int lane = 0; lane < request.width(); lane++) {
                parameters.add(new Slot(Role.SEED, -1, result, lane));
            }
        }
    }

    private static int lanes(Type type, DerivativeRequest request) {
        return type.isReference() ? request.shadows() : request.width();
    }

    public List<Slot> parameters() {
        return List.copyOf(parameters);
    }

    public List<Slot> results() {
        return List.copyOf(results);
    }

    /** The return type of the derivative. */
    public Type returnType() {
        return switch (results.size()) {
            case 0 -> Type.VOID;
            case 1 -> results.getFirst().type();
            default -> resultClass.map(Type::of).orElse(allNumbers() ? DOUBLES : OBJECTS);
        };
    }

    private boolean allNumbers() {
        return results.stream().allMatch(slot -> slot.type().isFloatingPoint());
    }

    /** Whether {@link #pack} emits instructions that may throw. */
    public boolean packs() {
        return results.size() > 1;
    }

    /**
     * Emits what makes the returned value of the results.
     *
     * @param values one for each of {@link #results}
     * @return the value to return, or null if there is none
     */
    public @Nullable Value pack(Emitter emitter, List<Value> values) {
        return switch (results.size()) {
            case 0 -> null;
            case 1 -> values.getFirst();
            default -> resultClass.isPresent() ? construct(emitter, resultClass.get(), values) : array(emitter, values);
        };
    }

    private Value construct(Emitter emitter, ClassDesc type, List<Value> values) {
        Value object = emitter.value(OpCode.NEW, type);
        List<Value> operands = new ArrayList<>(List.of(object));
        operands.addAll(values);
        MethodTypeDesc constructor = MethodTypeDesc.of(
                ConstantDescs.CD_void,
                results.stream().map(slot -> slot.type().descriptor()).toList());
        emitter.emit(
                OpCode.INVOKE_SPECIAL,
                new MethodReference(type, ConstantDescs.INIT_NAME, constructor, false),
                operands);
        return object;
    }

    private Value array(Emitter emitter, List<Value> values) {
        boolean numbers = allNumbers();
        ClassDesc component = numbers ? ConstantDescs.CD_double : ConstantDescs.CD_Object;
        Value array = emitter.value(OpCode.NEW_ARRAY, component, emitter.constant(Type.INT, values.size()));
        for (int index = 0; index < values.size(); index++) {
            Value value = values.get(index);
            Value element = numbers ? emitter.convert(value, Type.DOUBLE) : boxed(emitter, value);
            emitter.emit(OpCode.ARRAY_STORE, component, List.of(array, emitter.constant(Type.INT, index), element))
                    .setProved(true);
        }
        return array;
    }

    private static Value boxed(Emitter emitter, Value value) {
        ClassDesc box = switch (value.type().kind()) {
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            case FLOAT -> ConstantDescs.CD_Float;
            case DOUBLE -> ConstantDescs.CD_Double;
            case REFERENCE, VOID -> null;
        };
        if (box == null) {
            return value;
        }
        MethodTypeDesc type = MethodTypeDesc.of(box, value.type().descriptor());
        return emitter.value(OpCode.INVOKE_STATIC, new MethodReference(box, "valueOf", type, false), value);
    }
}
