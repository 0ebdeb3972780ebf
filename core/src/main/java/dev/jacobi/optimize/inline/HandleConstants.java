package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a method handle calls, as told by the code that makes it: {@code lookup.findStatic(C.class, "name", methodType(..))} or {@code findVirtual} with
 * constants, in the method itself or in the static initialiser of the class whose {@code static final} field holds it.
 *
 * <p>As with {@link StaticFinalFields}, no field is read and no class is initialised to find out. Which rights the lookup has does not matter: had it not enough, there
 * would be no handle. What {@code bindTo} and {@code insertArguments} have inserted is known in the method that calls the handle, and if it is a number or text. Not known are handles that
 * are arguments, in fields of objects, given by other methods, or made of other handles in other ways.
 */
final class HandleConstants {
    private static final ClassDesc HANDLE = ConstantDescs.CD_MethodHandle;
    private static final ClassDesc LOOKUP = ConstantDescs.CD_MethodHandles_Lookup;
    private static final ClassDesc LOOKUPS = ConstantDescs.CD_MethodHandles;
    private static final ClassDesc METHOD_TYPE = ConstantDescs.CD_MethodType;
    /** The fields that hold the classes of the primitive types. */
    private static final Map<String, ClassDesc> PRIMITIVES = Map.of(
            "java.lang.Double", ConstantDescs.CD_double,
            "java.lang.Float", ConstantDescs.CD_float,
            "java.lang.Integer", ConstantDescs.CD_int,
            "java.lang.Long", ConstantDescs.CD_long,
            "java.lang.Boolean", ConstantDescs.CD_boolean,
            "java.lang.Byte", ConstantDescs.CD_byte,
            "java.lang.Short", ConstantDescs.CD_short,
            "java.lang.Character", ConstantDescs.CD_char,
            "java.lang.Void", ConstantDescs.CD_void);

    private final MethodBodies bodies;
    private final MethodResolution host;

    /**
     * A method that a handle calls.
     *
     * @param whole the types of the method's operands, the receiver's with them
     * @param bound for each operand what was inserted for it, or null if the handle's caller gives it
     */
    record Called(OpCode opCode, MethodReference method, MethodTypeDesc whole, List<@Nullable Bound> bound) {
        Called(OpCode opCode, MethodReference method, MethodTypeDesc whole) {
            this(opCode, method, whole, Collections.nCopies(whole.parameterCount(), null));
        }

        /** The type of the handle. */
        MethodTypeDesc type() {
            List<ClassDesc> open = new ArrayList<>();
            for (int index = 0; index < bound.size(); index++) {
                if (bound.get(index) == null) {
                    open.add(whole.parameterType(index));
                }
            }
            return MethodTypeDesc.of(whole.returnType(), open);
        }

        /** The same with values for some of the open operands, from a place on; empty if that does not fit. */
        Optional<Called> binding(int place, List<Value> values) {
            List<@Nullable Bound> all = new ArrayList<>(bound);
            int open = 0;
            int next = 0;
            for (int index = 0; index < all.size(); index++) {
                if (all.get(index) == null && open++ >= place && next < values.size()) {
                    Bound inserted = Bound.of(values.get(next++), whole.parameterType(index));
                    if (inserted == null) {
                        return Optional.empty();
                    }
                    all.set(index, inserted);
                }
            }
            return next == values.size()
                    ? Optional.of(new Called(opCode, method, whole, Collections.unmodifiableList(all)))
                    : Optional.empty();
        }

        /** Whether all that was inserted is known outside of the function that makes the handle. */
        private boolean isConstant() {
            return bound.stream().allMatch(each -> each == null || each.value() == null);
        }
    }

    /**
     * What was inserted for an operand: a number or text, or a value of the function that makes the handle.
     *
     * @param constant the number or text, or null
     */
    record Bound(@Nullable Object constant, @Nullable Value value, ClassDesc type) {
        static @Nullable Bound of(Value given, ClassDesc type) {
            Value inserted = type.isPrimitive() ? unboxed(given, type) : given;
            if (inserted == null) {
                return null;
            }
            Object constant = HandleConstants.constant(inserted);
            boolean known = constant instanceof Number || constant instanceof String;
            return known ? new Bound(constant, null, type) : new Bound(null, inserted, type);
        }

        /** The number of exactly this type that was put into a box. */
        private static @Nullable Value unboxed(Value box, ClassDesc type) {
            Instruction made = box.definition();
            boolean boxes = made != null
                    && made.opCode() == OpCode.INVOKE_STATIC
                    && made.method().name().equals("valueOf")
                    && made.operands().size() == 1
                    && Box.ofWrapper(made.method().owner()) != null
                    && made.method().type().parameterType(0).equals(type);
            return boxes ? made.operand(0) : null;
        }
    }

    HandleConstants(MethodBodies bodies, MethodResolution host) {
        this.bodies = bodies;
        this.host = host;
    }

    /** Whether an instruction calls a method handle. */
    static boolean isCall(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_VIRTUAL
                && instruction.method().owner().equals(HANDLE)
                && (instruction.method().name().equals("invokeExact")
                        || instruction.method().name().equals("invoke"));
    }

    /** What a handle calls, empty if it is not known. */
    Optional<Called> of(Value handle) {
        Instruction made = handle.definition();
        if (made == null) {
            return Optional.empty();
        }
        return switch (made.opCode()) {
            case GET_STATIC -> ofField(made.field());
            case CHECK_CAST, NULL_CHECK -> of(made.operand(0));
            case INVOKE_VIRTUAL -> isBinding(made) ? bound(made) : found(made);
            case INVOKE_STATIC -> isInsertion(made) ? inserted(made) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean isBinding(Instruction call) {
        return call.method().owner().equals(HANDLE) && call.method().name().equals("bindTo");
    }

    private static boolean isInsertion(Instruction call) {
        return call.method().owner().equals(LOOKUPS) && call.method().name().equals("insertArguments");
    }

    private Optional<Called> bound(Instruction call) {
        return of(call.operand(0))
                .filter(called -> called.type().parameterCount() > 0
                        && !called.type().parameterType(0).isPrimitive())
                .flatMap(called -> called.binding(0, List.of(call.operand(1))));
    }

    private Optional<Called> inserted(Instruction call) {
        List<@Nullable Value> values = stored(call.operand(2));
        if (values.contains(null) || !(constant(call.operand(1)) instanceof Integer place) || place < 0) {
            return Optional.empty();
        }
        return of(call.operand(0)).flatMap(called -> called.binding(place, List.copyOf(values)));
    }

    private Optional<Called> ofField(FieldReference reference) {
        Field field = host.load(reference.owner())
                .map(type -> Access.field(type, reference.name()))
                .orElse(null);
        int wanted = Modifier.STATIC | Modifier.FINAL;
        if (field == null
                || (field.getModifiers() & wanted) != wanted
                || !host.sameNames(new MethodResolution(field.getDeclaringClass()))
                || StaticFinalFields.isStoredElsewhere(field)) {
            return Optional.empty();
        }
        return StaticFinalFields.onlyStore(field, bodies)
                .flatMap(store -> of(store.operand(0)))
                .filter(Called::isConstant);
    }

    private Optional<Called> found(Instruction find) {
        MethodReference method = find.method();
        boolean isStatic = method.name().equals("findStatic");
        if (!method.owner().equals(LOOKUP) || !isStatic && !method.name().equals("findVirtual")) {
            return Optional.empty();
        }
        ClassDesc owner = classOf(find.operand(1));
        MethodTypeDesc type = typeOf(find.operand(3));
        if (owner == null
                || type == null
                || !owner.isClassOrInterface()
                || owner.equals(HANDLE)
                || !(constant(find.operand(2)) instanceof String name)) {
            return Optional.empty();
        }
        Class<?> loaded = host.load(owner).orElse(null);
        if (loaded == null) {
            return Optional.empty();
        }
        MethodReference called = new MethodReference(owner, name, type, loaded.isInterface());
        boolean isThere = host.resolve(called)
                .filter(resolved -> Modifier.isStatic(resolved.getModifiers()) == isStatic)
                .isPresent();
        if (!isThere) {
            return Optional.empty();
        }
        OpCode opCode = isStatic
                ? OpCode.INVOKE_STATIC
                : loaded.isInterface() ? OpCode.INVOKE_INTERFACE : OpCode.INVOKE_VIRTUAL;
        return Optional.of(new Called(opCode, called, isStatic ? type : type.insertParameterTypes(0, owner)));
    }

    /** Removes what made a handle in the method itself, if nothing else uses it: it would do so for the class that the code is emitted in. */
    static void removeUnused(Value value) {
        Instruction made = value.definition();
        if (made == null || !isLookUp(made) || isUsed(value)) {
            return;
        }
        made.block()
                .setInstructions(made.block().instructions().stream()
                        .filter(instruction -> instruction != made)
                        .toList());
        made.operands().forEach(HandleConstants::removeUnused);
    }

    private static boolean isLookUp(Instruction instruction) {
        return switch (instruction.opCode()) {
            case INVOKE_STATIC ->
                instruction.method().owner().equals(METHOD_TYPE)
                                && instruction.method().name().equals("methodType")
                        || instruction.method().owner().equals(LOOKUPS)
                                && instruction.method().name().equals("lookup")
                        || isInsertion(instruction);
            case INVOKE_VIRTUAL ->
                isBinding(instruction)
                        || instruction.method().owner().equals(LOOKUP)
                                && instruction.method().name().startsWith("find");
            default -> false;
        };
    }

    private static boolean isUsed(Value value) {
        return value.block().function().blocks().stream()
                .anyMatch(block -> block.instructions().stream()
                                .anyMatch(instruction -> instruction.operands().contains(value))
                        || block.terminator().operands().contains(value)
                        || block.edges().stream()
                                .anyMatch(edge -> edge.arguments().contains(value)));
    }

    private static @Nullable Object constant(Value value) {
        Instruction made = value.definition();
        return made != null && (made.opCode() == OpCode.CONSTANT || made.opCode() == OpCode.LOAD_CONSTANT)
                ? made.attribute()
                : null;
    }

    private static @Nullable ClassDesc classOf(Value value) {
        Instruction made = value.definition();
        if (made != null
                && made.opCode() == OpCode.GET_STATIC
                && made.field().name().equals("TYPE")) {
            String owner = made.field().owner().descriptorString();
            return PRIMITIVES.get(owner.substring(1, owner.length() - 1).replace('/', '.'));
        }
        return constant(value) instanceof ClassDesc type ? type : null;
    }

    /** The type that {@code MethodType.methodType} gives. */
    private static @Nullable MethodTypeDesc typeOf(Value value) {
        Instruction made = value.definition();
        if (made == null) {
            return null;
        }
        if (constant(value) instanceof MethodTypeDesc type) {
            return type;
        }
        if (made.opCode() != OpCode.INVOKE_STATIC
                || !made.method().owner().equals(METHOD_TYPE)
                || !made.method().name().equals("methodType")) {
            return null;
        }
        List<@Nullable ClassDesc> classes = new ArrayList<>();
        for (Value operand : made.operands()) {
            if (operand.type().isArray()) {
                classes.addAll(elements(operand));
            } else if (operand.type().descriptor().equals(ConstantDescs.CD_Class)) {
                classes.add(classOf(operand));
            } else {
                return null;
            }
        }
        List<ClassDesc> known = new ArrayList<>();
        for (ClassDesc each : classes) {
            if (each == null) {
                return null;
            }
            known.add(each);
        }
        return MethodTypeDesc.of(known.getFirst(), known.subList(1, known.size()));
    }

    /** The classes in an array that is filled with constants and used for nothing but one call; a null if that is not certain. */
    private static List<@Nullable ClassDesc> elements(Value array) {
        List<@Nullable ClassDesc> classes = new ArrayList<>();
        stored(array).forEach(value -> classes.add(value == null ? null : classOf(value)));
        return classes;
    }

    /** The elements of an array that is filled once and used for nothing but one call; a null if that is not certain. */
    private static List<@Nullable Value> stored(Value array) {
        Instruction made = array.definition();
        Function function = array.block().function();
        if (made == null
                || made.opCode() != OpCode.NEW_ARRAY
                || !(constant(made.operand(0)) instanceof Integer length)) {
            return Arrays.asList((Value) null);
        }
        @Nullable Value[] elements = new Value[length];
        int calls = 0;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (!instruction.operands().contains(array)) {
                    continue;
                }
                boolean store = instruction.opCode() == OpCode.ARRAY_STORE && instruction.operand(0) == array;
                if (store
                        && constant(instruction.operand(1)) instanceof Integer index
                        && index >= 0
                        && index < length
                        && elements[index] == null) {
                    elements[index] = instruction.operand(2);
                } else if (store || calls++ > 0) {
                    return Arrays.asList((Value) null);
                }
            }
        }
        return Arrays.asList(elements);
    }
}
