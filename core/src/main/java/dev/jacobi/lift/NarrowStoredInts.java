package dev.jacobi.lift;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes down the narrowing that the JVM does when an int is stored in a field, or returned from a method, of type {@code boolean},
 * {@code byte}, {@code short} or {@code char}, so that it is not lost when the field or the method goes away.
 *
 * <p>Compilers narrow such values themselves, and where that can be seen nothing is added. Arguments of calls are not narrowed by the
 * JVM either.
 */
final class NarrowStoredInts {
    /** The values that a narrow type has. */
    private record Range(int low, int high) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Range that && low == that.low && high == that.high;
        }

        @Override
        public int hashCode() {
            return 31 * low + high;
        }

        boolean contains(Range other) {
            return low <= other.low && other.high <= high;
        }
    }

    private static final Range BIT = new Range(0, 1);
    private static final Range ALL = new Range(Integer.MIN_VALUE, Integer.MAX_VALUE);

    private final Function function;
    private final MethodReference method;
    private @Nullable Map<Value, List<Value>> incoming;

    private NarrowStoredInts(Function function, MethodReference method) {
        this.function = function;
        this.method = method;
    }

    static void run(Function function, MethodReference method) {
        NarrowStoredInts pass = new NarrowStoredInts(function, method);
        for (Block block : List.copyOf(function.blocks())) {
            pass.narrow(block);
        }
    }

    private static Range rangeOf(ClassDesc type) {
        return switch (type.descriptorString()) {
            case "Z" -> BIT;
            case "B" -> new Range(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case "S" -> new Range(Short.MIN_VALUE, Short.MAX_VALUE);
            case "C" -> new Range(Character.MIN_VALUE, Character.MAX_VALUE);
            default -> ALL;
        };
    }

    private void narrow(Block block) {
        for (Instruction store : List.copyOf(block.instructions())) {
            if (store.opCode() == OpCode.PUT_FIELD || store.opCode() == OpCode.PUT_STATIC) {
                ClassDesc type = store.field().type();
                Value value = store.operands().getLast();
                if (!fits(value, type)) {
                    int index = block.instructions().indexOf(store);
                    Value narrowed = insert(block, index, value, type, store.position());
                    store.mapOperands(operand -> operand == value ? narrowed : operand);
                }
            }
        }
        if (block.terminator() instanceof Terminator.Return(Value value, SourcePosition position)
                && value != null
                && !fits(value, method.type().returnType())) {
            Block last = block;
            if (!block.handlers().isEmpty()) {
                // Behind the instruction that throws, nothing may stand in its block.
                last = function.newBlock();
                block.setTerminator(new Terminator.Jump(Edge.to(last), position));
            }
            Value narrowed = insert(
                    last, last.instructions().size(), value, method.type().returnType(), position);
            last.setTerminator(new Terminator.Return(narrowed, position));
        }
    }

    private Value insert(Block block, int index, Value value, ClassDesc type, @Nullable SourcePosition position) {
        List<Instruction> made = new ArrayList<>();
        if (type.descriptorString().equals("Z")) {
            Instruction one = function.newInstruction(OpCode.CONSTANT, 1, List.of(), position);
            made.add(one);
            made.add(function.newInstruction(OpCode.AND, null, List.of(value, one.value()), position));
        } else {
            made.add(function.newInstruction(OpCode.CONVERT, type, List.of(value), position));
        }
        for (int i = 0; i < made.size(); i++) {
            block.insert(index + i, made.get(i));
        }
        return made.getLast().value();
    }

    private boolean fits(Value value, ClassDesc type) {
        Range range = rangeOf(type);
        return range.equals(ALL) || value.type().kind() != Type.Kind.INT || fits(value, range, new HashSet<>());
    }

    /** Whether the value is seen to be in the range; true for a value that is being looked at already, as loops add nothing. */
    private boolean fits(Value value, Range range, Set<Value> seen) {
        if (!seen.add(value)) {
            return true;
        }
        if (seen.size() > 200) {
            return false;
        }
        Instruction definition = value.definition();
        if (definition == null) {
            if (value.block() == function.entry()) {
                return range.contains(rangeOfParameter(value));
            }
            List<Value> passed = incoming().getOrDefault(value, List.of());
            return !passed.isEmpty() && passed.stream().allMatch(argument -> fits(argument, range, seen));
        }
        return switch (definition.opCode()) {
            case CONSTANT ->
                definition.attribute() instanceof Integer number && range.contains(new Range(number, number));
            case EQ, NE, LT, LE, GT, GE, INSTANCE_OF -> range.contains(BIT);
            case CONVERT -> range.contains(rangeOf(definition.classAttribute()));
            case ARRAY_LOAD -> range.contains(rangeOfElement(definition));
            case GET_FIELD, GET_STATIC ->
                range.contains(rangeOf(definition.field().type()));
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE ->
                range.contains(rangeOf(definition.method().type().returnType()));
            case INVOKE_DYNAMIC ->
                range.contains(rangeOf(definition.dynamicCall().type().returnType()));
            case AND ->
                isConstantIn(definition.operand(0), range)
                        || isConstantIn(definition.operand(1), range)
                        || (fits(definition.operand(0), range, seen) && fits(definition.operand(1), range, seen));
            // In all ranges here, the bits of two values together are again in the range.
            case OR, XOR -> fits(definition.operand(0), range, seen) && fits(definition.operand(1), range, seen);
            default -> false;
        };
    }

    /** Whether a mask brings every int into the range: a constant in it that is not negative. */
    private static boolean isConstantIn(Value mask, Range range) {
        return mask.isResultOf(OpCode.CONSTANT)
                && Objects.requireNonNull(mask.definition()).attribute() instanceof Integer number
                && number >= 0
                && range.high() >= number;
    }

    private static Range rangeOfElement(Instruction load) {
        ClassDesc array = load.operand(0).type().descriptor();
        ClassDesc component = array.componentType();
        return rangeOf(component == null ? load.classAttribute() : component);
    }

    private Range rangeOfParameter(Value parameter) {
        List<ClassDesc> types = method.type().parameterList();
        int receivers = function.parameters().size() - types.size();
        int index = function.parameters().indexOf(parameter) - receivers;
        return index < 0 ? ALL : rangeOf(types.get(index));
    }

    private Map<Value, List<Value>> incoming() {
        if (incoming == null) {
            incoming = new HashMap<>();
            for (Block block : function.blocks()) {
                block.terminator().edges().forEach(edge -> collect(edge, 0));
                for (Handler handler : block.handlers()) {
                    collect(handler.edge(), 1);
                }
            }
        }
        return Objects.requireNonNull(incoming);
    }

    private void collect(Edge edge, int first) {
        for (int i = 0; i < edge.arguments().size(); i++) {
            Objects.requireNonNull(incoming)
                    .computeIfAbsent(edge.target().parameter(first + i), _ -> new ArrayList<>())
                    .add(edge.arguments().get(i));
        }
    }
}
