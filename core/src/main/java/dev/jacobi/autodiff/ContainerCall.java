package dev.jacobi.autodiff;

import dev.jacobi.ir.Instruction;
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
 * The table of methods of collections: what is done with the shadow of a collection, which holds the shadows of its elements, when the method is
 * called. A row names a method of {@code dev.jacobi.runtime.ContainerShadows}, or of {@code NewContainerShadows}, and says what it gets: first the shadow of
 * the receiver (of a new collection: the collection), then for each argument the argument itself as an index or a key to be stored ({@code -}) or as
 * something to be looked up ({@code l}), its shadow as an element to be stored ({@code e}) or as a collection whose elements are stored
 * ({@code c}), the same after the argument itself ({@code b} and {@code d}), or nothing ({@code i}); then the receiver
 * ({@code p}) or the result ({@code r}) of the call itself, where they are needed.
 *
 * <p>Keys are compared; those that are stored must not carry derivatives. Methods that take functions are not here, nor those that sort: inlining
 * replaces them.
 *
 * <p>These methods are in the table themselves, for derivatives of derivatives: the shadow of a shadow is of the same
 * kind, so the same is done with it.
 *
 * @param onShadow whether it is such a method, and static, whose first parameter is the shadow that counts as the receiver
 */
public record ContainerCall(String helper, String arguments, Result result, boolean onShadow) {
    /** What the method gives. */
    public enum Result {
        /** Nothing with a shadow. */
        NOTHING,
        /** An element, or an entry. */
        ELEMENT,
        /** An iterator or another view of the same elements. */
        VIEW,
        /** A new collection. */
        COLLECTION,
        /** A new array of the elements. */
        ARRAY,
        /** Another view of the first argument. */
        SAME,
        /** Nothing, but the receiver is new and gets its shadow now. */
        CONSTRUCTED
    }

    private static final ClassDesc HELPERS = ClassDesc.of("dev.jacobi.runtime.ContainerShadows");
    private static final ClassDesc MAKERS = ClassDesc.of("dev.jacobi.runtime.NewContainerShadows");

    ContainerCall(String helper, String arguments, Result result) {
        this(helper, arguments, result, false);
    }

    /** The row for a call, if there is one. */
    public static Optional<ContainerCall> of(Instruction call) {
        return switch (call.opCode()) {
            case INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_SPECIAL, INVOKE_STATIC -> ContainerTable.find(call.method());
            default -> Optional.empty();
        };
    }

    /** Whether the method is known to look at a collection only. */
    static boolean isInactive(MethodReference method) {
        return ContainerTable.isInactive(method);
    }

    /** Whether the method is one of a set, a map or a queue by priority, or of a collection that may be one. */
    static boolean comparesElements(MethodReference method) {
        return ContainerTable.comparesElements(method);
    }

    /** Whether the table knows the method. */
    static boolean isKnown(MethodReference method) {
        return ContainerTable.find(method).isPresent() || isInactive(method);
    }

    /** Whether objects of this class are collections of the table, whose shadow is made when their constructor has run. */
    private static boolean isContainer(ClassDesc type) {
        return ContainerTable.MADE.contains(Type.name(type));
    }

    /** Whether an instruction gives a collection of the table whose constructor is called next, or noted next. */
    public static boolean isUnfinished(Instruction instruction) {
        return (instruction.opCode() == OpCode.NEW || instruction.opCode() == OpCode.GET_FIELD && instruction.isNoted())
                && isContainer(instruction.value().type().descriptor());
    }

    /** The numbers of the operands that are stored, themselves if {@code kind} is {@code e}, their elements if it is {@code c}. */
    List<Integer> stored(Instruction call, char kind) {
        int first = firstArgument(call);
        List<Integer> stored = new ArrayList<>();
        for (int index = 0; first + index < call.operands().size(); index++) {
            char code = index < arguments.length() ? arguments.charAt(index) : 'i';
            if (code == kind || kind == 'e' && code == 'b' || kind == 'c' && code == 'd') {
                stored.add(first + index);
            }
        }
        return stored;
    }

    /** The operands that the collection takes in, themselves or their elements. */
    public List<Value> storedOperands(Instruction call) {
        boolean looks = result == Result.ELEMENT && helper.equals("valueOr");
        List<Value> operands = new ArrayList<>();
        if (!looks) {
            stored(call, 'e').forEach(index -> operands.add(call.operand(index)));
            stored(call, 'c').forEach(index -> operands.add(call.operand(index)));
        }
        return operands;
    }

    /** Whether the first operand is the collection that the method belongs to. */
    public boolean hasReceiver(Instruction call) {
        return call.opCode() != OpCode.INVOKE_STATIC || onShadow;
    }

    private int firstArgument(Instruction call) {
        return hasReceiver(call) ? 1 : 0;
    }

    /**
     * The row of this row's own helper.
     *
     * @param isStatic whether the method of this row is static
     */
    ContainerCall ofHelper(boolean isStatic) {
        StringBuilder codes = new StringBuilder();
        for (int index = 0; index < arguments.length(); index++) {
            char code = arguments.charAt(index);
            codes.append(
                    switch (code) {
                        case 'p', 'r', '-', 'l' -> "l";
                        case 'b' -> "le";
                        case 'd' -> "lc";
                        case 'i' -> "";
                        default -> code;
                    });
        }
        boolean constructs = result == Result.CONSTRUCTED;
        return new ContainerCall(
                helper, codes.toString(), constructs ? Result.COLLECTION : result, !isStatic && !constructs);
    }

    /** The class of the helper. */
    private ClassDesc owner() {
        return result == Result.COLLECTION || result == Result.CONSTRUCTED ? MAKERS : HELPERS;
    }

    /** The key of this row's own helper, as {@link #emit} calls it, in the table. */
    String helperKey(boolean isStatic, List<ClassDesc> parameters) {
        StringBuilder key = new StringBuilder(Type.name(owner()) + "." + helper + "(");
        String object = ConstantDescs.CD_Object.descriptorString();
        if (!isStatic && result != Result.CONSTRUCTED) {
            key.append(object);
        }
        for (int index = 0; index < arguments.length(); index++) {
            key.append(
                    switch (arguments.charAt(index)) {
                        case '-', 'l' -> {
                            ClassDesc type = parameters.get(index);
                            yield type.isPrimitive() ? type.descriptorString() : object;
                        }
                        case 'b', 'd' -> object + object;
                        case 'i' -> "";
                        default -> object;
                    });
        }
        return key.append(")").toString();
    }

    /** Where values and shadows of the derivative come from. */
    public interface Source {
        Value primal(Value value);

        /** The shadow, or null where there is none. */
        Value shadow(Value value);
    }

    /** Emits the call on shadows; its result, if it has one, is a shadow. */
    public Instruction emit(Instruction call, Emitter emitter, Source source) {
        List<Value> operands = new ArrayList<>();
        List<ClassDesc> types = new ArrayList<>();
        int first = firstArgument(call);
        if (first == 1 && result != Result.CONSTRUCTED) {
            operands.add(source.shadow(call.operand(0)));
            types.add(ConstantDescs.CD_Object);
        }
        for (int index = 0; index < arguments.length(); index++) {
            switch (arguments.charAt(index)) {
                case 'p' -> operands.add(source.primal(call.operand(0)));
                case 'r' -> operands.add(source.primal(call.value()));
                case '-', 'l' -> operands.add(source.primal(call.operand(first + index)));
                case 'b', 'd' -> {
                    operands.add(source.primal(call.operand(first + index)));
                    operands.add(source.shadow(call.operand(first + index)));
                }
                case 'i' -> {}
                default -> operands.add(source.shadow(call.operand(first + index)));
            }
        }
        operands.subList(types.size(), operands.size())
                .forEach(operand -> types.add(
                        operand.type().isReference()
                                ? ConstantDescs.CD_Object
                                : operand.type().descriptor()));
        ClassDesc returned = switch (result) {
            case NOTHING -> ConstantDescs.CD_void;
            case ARRAY -> ConstantDescs.CD_Object.arrayType();
            default -> ConstantDescs.CD_Object;
        };
        return emitter.emit(
                OpCode.INVOKE_STATIC,
                new MethodReference(owner(), helper, MethodTypeDesc.of(returned, types), false),
                operands);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ContainerCall that
                && helper.equals(that.helper)
                && arguments.equals(that.arguments)
                && result == that.result
                && onShadow == that.onShadow;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * helper.hashCode() + arguments.hashCode()) + result.hashCode())
                + Boolean.hashCode(onShadow);
    }
}
