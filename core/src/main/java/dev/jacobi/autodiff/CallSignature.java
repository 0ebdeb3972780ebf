package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.Callees.ReversePair;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * Parameters and results of the derivatives of methods whose calls are not inlined. First of all parameters are the
 * {@linkplain dev.jacobi.runtime.TapeStacks stacks}, which also take the results that the JVM does not return.
 *
 * <ul>
 *   <li>Forward: each parameter of the primal, followed by its tangents or shadows if it has any. The primal's result is returned, its tangents
 *       are the first of the further numbers, or the shadows.
 *   <li>Augmented primal: each parameter of the primal, followed by its shadow if it is a reference that has one. The primal's result
 *       is returned, its shadow is the first of the shadows.
 *   <li>Reverse: the shadows again, and the parameters that are integers, which the caller mostly has at hand, and those arrays of numbers
 *       that hold the same as before; then the adjoint of a result that is a number. The
 *       adjoint of the first active number is returned, those of the others are the further numbers.
 * </ul>
 *
 * @param name of the method
 * @param parameters the types of the primal's parameters, the receiver first
 * @param lacking the numbers of those parameters with a shadow whose shadow may be null although the parameter is not; and of those without one that lead to no
 *     memory that is known, where stores are checked when they happen
 * @param width the number of directions of forward mode, 1 in reverse mode
 * @param packed whether a reference has one shadow for all directions
 * @param staying the numbers of those parameters that are arrays of numbers which nobody writes to until the reverse function has run
 */
public record CallSignature(
        String name,
        List<Type> parameters,
        Type result,
        List<Activity> activities,
        Set<Integer> lacking,
        int width,
        boolean packed,
        Set<Integer> staying) {
    /** The class of the stacks. */
    public static final ClassDesc STACKS = ClassDesc.of("dev.jacobi.runtime.TapeStacks");

    /** The fields of the stacks that hold what carries derivatives. */
    private static final Set<String> CARRYING = Set.of("doubles", "floats", "references", "numbers", "shadows");

    /** How many further numbers there is room for. */
    public static final int MAXIMUM_NUMBERS = 255;

    private static final FieldReference NUMBERS =
            new FieldReference(STACKS, "numbers", ConstantDescs.CD_double.arrayType());
    private static final FieldReference SHADOWS =
            new FieldReference(STACKS, "shadows", ConstantDescs.CD_Object.arrayType());

    public CallSignature {
        parameters = List.copyOf(parameters);
        activities = List.copyOf(activities);
        lacking = Set.copyOf(lacking);
        staying = Set.copyOf(staying);
    }

    /** The signature for a call in a function that was analysed; the types are those that the method declares. */
    public static CallSignature of(
            Instruction call, List<Activity> activities, ActivityAnalysis activity, int width, boolean packed) {
        Set<Integer> lacking = new HashSet<>();
        for (int index = 0; index < activities.size(); index++) {
            Value operand = call.operand(index);
            if (activity.hasShadow(operand) ? activity.mayLackShadow(operand) : activity.isPassedUnknown(operand)) {
                lacking.add(index);
            }
        }
        if (call.opCode() == OpCode.INVOKE_FUNCTION) {
            Function function = call.function();
            return new CallSignature(
                    function.name(),
                    parameters(call),
                    function.returnType(),
                    activities,
                    lacking,
                    width,
                    packed,
                    Set.of());
        }
        MethodReference method = call.method();
        return new CallSignature(
                Type.name(method.owner()) + "." + method.name(),
                parameters(call),
                Type.of(method.type().returnType()),
                activities,
                lacking,
                width,
                packed,
                Set.of());
    }

    /** The same for another method that is called with the same arguments. */
    public CallSignature withMethod(String other, List<Type> types) {
        return new CallSignature(other, types, result, activities, lacking, width, packed, staying);
    }

    /** The same with other shadows that may be null. */
    public CallSignature lacking(Set<Integer> others) {
        return new CallSignature(name, parameters, result, activities, others, width, packed, staying);
    }

    /** Whether some parameter has a shadow that may be null although the parameter is not. */
    public boolean anyShadowMayBeMissing() {
        return lacking.stream().anyMatch(this::hasShadow);
    }

    /** The same for arguments of which some arrays of numbers stay as they are. */
    public CallSignature staying(Set<Integer> arrays) {
        return new CallSignature(name, parameters, result, activities, lacking, width, packed, arrays);
    }

    /** How many tangents or shadows an active parameter has. */
    public int lanes(int parameter) {
        return packed && parameters.get(parameter).isReference() ? 1 : width;
    }

    /** The types that the method that is called declares, its class first if it has a receiver; or those of a function's parameters. */
    public static List<Type> parameters(Instruction call) {
        if (call.opCode() == OpCode.INVOKE_FUNCTION) {
            return call.function().parameters().stream().map(Value::type).toList();
        }
        List<Type> types = new ArrayList<>();
        if (call.opCode() != OpCode.INVOKE_STATIC) {
            types.add(Type.of(call.method().owner()));
        }
        call.method().type().parameterList().forEach(type -> types.add(Type.of(type)));
        return types;
    }

    /** Whether a parameter is a number with an adjoint. */
    public boolean isActiveNumber(int parameter) {
        return activities.get(parameter).isActive() && parameters.get(parameter).isFloatingPoint();
    }

    /** Whether a parameter is a reference with a shadow. */
    public boolean hasShadow(int parameter) {
        return activities.get(parameter).isActive() && parameters.get(parameter).isReference();
    }

    /** Whether the reverse function gets a parameter of the primal itself once more. */
    public boolean isPassedAgain(int parameter) {
        Type type = parameters.get(parameter);
        return staying.contains(parameter) || !type.isReference() && !type.isFloatingPoint();
    }

    /** The numbers of the parameters with adjoints, in the order of the reverse function's results. */
    public List<Integer> activeNumbers() {
        List<Integer> numbers = new ArrayList<>();
        for (int index = 0; index < parameters.size(); index++) {
            if (isActiveNumber(index)) {
                numbers.add(index);
            }
        }
        return numbers;
    }

    /** The forward derivative, without code yet. */
    public Function newForward() {
        Function function = new Function(name + ".forward", null, result);
        Block entry = entry(function);
        for (int index = 0; index < parameters.size(); index++) {
            entry.addParameter(parameters.get(index));
            for (int lane = 0; activities.get(index).isActive() && lane < lanes(index); lane++) {
                entry.addParameter(ShadowTypes.of(parameters.get(index)));
            }
        }
        return function;
    }

    /** Where the parameters of the primal are among those of the forward derivative. */
    public List<Integer> forwardPlaces() {
        return places(index -> activities.get(index).isActive() ? lanes(index) : 0);
    }

    /** Where they are among those of the augmented primal. */
    public List<Integer> augmentedPlaces() {
        return places(index -> hasShadow(index) ? 1 : 0);
    }

    private List<Integer> places(IntUnaryOperator shadows) {
        List<Integer> places = new ArrayList<>();
        int next = 1;
        for (int index = 0; index < parameters.size(); index++) {
            places.add(next);
            next += 1 + shadows.applyAsInt(index);
        }
        return places;
    }

    /** Where the shadow of a parameter is among the parameters of the reverse function. */
    public int shadowInReverse(int parameter) {
        int place = 1;
        for (int index = 0; index < parameter; index++) {
            place += (hasShadow(index) ? 1 : 0) + (isPassedAgain(index) ? 1 : 0);
        }
        return place;
    }

    /** The two functions of reverse mode, without code yet. */
    public ReversePair newPair() {
        Function augmented = new Function(name + ".augmented", null, result);
        Block forward = entry(augmented);
        List<Integer> numbers = activeNumbers();
        Type returned = numbers.isEmpty() ? Type.VOID : parameters.get(numbers.getFirst());
        Function reverse = new Function(name + ".reverse", null, returned);
        Block backward = entry(reverse);
        for (int index = 0; index < parameters.size(); index++) {
            forward.addParameter(parameters.get(index));
            if (hasShadow(index)) {
                forward.addParameter(ShadowTypes.of(parameters.get(index)));
                backward.addParameter(ShadowTypes.of(parameters.get(index)));
            }
            if (isPassedAgain(index)) {
                backward.addParameter(parameters.get(index));
            }
        }
        if (result.isFloatingPoint()) {
            backward.addParameter(result);
        }
        return new ReversePair(augmented, reverse);
    }

    private static Block entry(Function function) {
        Block entry = function.newBlock();
        entry.addParameter(Type.of(STACKS));
        return entry;
    }

    /** Leaves a further number behind. */
    public static void putNumber(Emitter emitter, Value stacks, int index, Value number) {
        Value numbers = get(emitter, stacks, NUMBERS);
        emitter.emit(
                        OpCode.ARRAY_STORE,
                        ConstantDescs.CD_double,
                        List.of(numbers, emitter.constant(Type.INT, index), emitter.convert(number, Type.DOUBLE)))
                .setProved(true);
    }

    /** A further number that a call has left behind. */
    public static Value number(Emitter emitter, Value stacks, int index, Type type) {
        Instruction load = emitter.emit(
                OpCode.ARRAY_LOAD,
                ConstantDescs.CD_double,
                List.of(get(emitter, stacks, NUMBERS), emitter.constant(Type.INT, index)));
        load.setProved(true);
        return emitter.convert(load.value(), type);
    }

    /** Leaves the shadow of the result behind. */
    public static void putShadow(Emitter emitter, Value stacks, int lane, Value shadow) {
        emitter.emit(
                        OpCode.ARRAY_STORE,
                        ConstantDescs.CD_Object,
                        List.of(get(emitter, stacks, SHADOWS), emitter.constant(Type.INT, lane), shadow))
                .setProved(true);
    }

    /** The shadow of the result, of a type, of the call before. */
    public static Value shadow(Emitter emitter, Value stacks, int lane, Type type) {
        Instruction load = emitter.emit(
                OpCode.ARRAY_LOAD,
                ConstantDescs.CD_Object,
                List.of(get(emitter, stacks, SHADOWS), emitter.constant(Type.INT, lane)));
        load.setProved(true);
        return ObjectCode.cast(emitter, load.value(), ShadowTypes.of(type));
    }

    /** Lets the stacks know a shadow that was allocated, which is cleared before the next sweep. */
    public static Instruction keepShadow(Function function, Value stacks, Value shadow) {
        MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object);
        Instruction keep = function.newInstruction(
                OpCode.INVOKE_VIRTUAL,
                new MethodReference(STACKS, "keepShadow", type, false),
                List.of(stacks, shadow),
                null);
        keep.setProved(true);
        return keep;
    }

    /** Whether a field is one of the stacks. */
    public static boolean isOfStacks(FieldReference field) {
        return field.owner().equals(STACKS);
    }

    /** Whether a field of the stacks holds what carries derivatives, and so belongs to their shadow as well. */
    public static boolean carriesDerivative(FieldReference field) {
        return isOfStacks(field) && CARRYING.contains(field.name());
    }

    /** Whether a field of the stacks holds the further numbers that a call leaves behind. */
    public static boolean isNumbersOfStacks(FieldReference field) {
        return field.equals(NUMBERS);
    }

    /** Reads a field of the stacks. */
    public static Value get(Emitter emitter, Value stacks, FieldReference field) {
        Instruction get = emitter.emit(OpCode.GET_FIELD, field, List.of(stacks));
        get.setProved(true);
        return get.value();
    }

    /** Writes a field of the stacks. */
    public static void put(Emitter emitter, Value stacks, FieldReference field, Value value) {
        emitter.emit(OpCode.PUT_FIELD, field, List.of(stacks, value)).setProved(true);
    }

    /** Takes stacks for the time of a derivative. */
    public static Value acquire(Emitter emitter) {
        Instruction acquire = emitter.emit(
                OpCode.INVOKE_STATIC,
                new MethodReference(STACKS, "acquire", MethodTypeDesc.of(STACKS), false),
                List.of());
        acquire.setProved(true); // it may stand in a block whose handlers are for something else
        return acquire.value();
    }

    /** Gives them back. */
    public static void release(Emitter emitter, Value stacks) {
        emitter.emit(
                OpCode.INVOKE_STATIC,
                new MethodReference(STACKS, "release", MethodTypeDesc.of(ConstantDescs.CD_void, STACKS), false),
                List.of(stacks));
    }
}
