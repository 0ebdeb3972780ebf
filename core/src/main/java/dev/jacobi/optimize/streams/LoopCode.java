package dev.jacobi.optimize.streams;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes code into one block after another. */
final class LoopCode {
    private final Function function;
    private Block current;
    private @Nullable SourcePosition position;
    private boolean unordered;
    private boolean cut;

    LoopCode(Block start, @Nullable SourcePosition position) {
        this.function = start.function();
        this.current = start;
        this.position = position;
    }

    /** Gives what is written from now on this place in the source. */
    void at(@Nullable SourcePosition place) {
        position = place;
    }

    /** Whether the elements may be taken in any order and at the same time: the stream is parallel. */
    void unordered(boolean parallel) {
        unordered = parallel;
    }

    /** Whether loops over ranges must know the number of their rounds before the first, to be cut into parts. */
    void cut(boolean intoParts) {
        cut = intoParts;
    }

    /** See {@link #cut(boolean)}. */
    boolean isCut() {
        return cut;
    }

    /** The index of the next round. */
    Value next(Value index) {
        Object one = index.type().kind() == Type.Kind.LONG ? (Object) 1L : 1;
        Instruction step = append(OpCode.ADD, null, index, constant(one));
        step.setUnorderedStep(unordered);
        return step.value();
    }

    Block newBlock(List<Type> parameters) {
        Block block = function.newBlock();
        parameters.forEach(block::addParameter);
        return block;
    }

    /** Writes into this block from now on. */
    void continueIn(Block block) {
        current = block;
    }

    Instruction append(OpCode opCode, @Nullable Object attribute, Value... operands) {
        return current.append(opCode, attribute, List.of(operands), position);
    }

    Value op(OpCode opCode, Value... operands) {
        return append(opCode, null, operands).value();
    }

    Value constant(Object number) {
        return append(OpCode.CONSTANT, number).value();
    }

    Value zero(Type type) {
        return constant(
                switch (type.kind()) {
                    case INT -> 0;
                    case LONG -> 0L;
                    case FLOAT -> 0.0f;
                    case DOUBLE -> 0.0;
                    default -> Instruction.NULL;
                });
    }

    Value convert(Value value, ClassDesc to) {
        return value.type().equals(Type.of(to))
                ? value
                : append(OpCode.CONVERT, to, value).value();
    }

    /** Makes an object of a number. */
    Value box(Value number) {
        ClassDesc primitive = number.type().descriptor();
        ClassDesc wrapper = switch (number.type().kind()) {
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            default -> ConstantDescs.CD_Double;
        };
        MethodReference valueOf = new MethodReference(wrapper, "valueOf", MethodTypeDesc.of(wrapper, primitive), false);
        return append(OpCode.INVOKE_STATIC, valueOf, number).value();
    }

    Value math(MathFunction mathFunction, Value... operands) {
        return append(OpCode.MATH, new MathCall(mathFunction, false), operands).value();
    }

    /** Calls the one method of a functional interface. */
    @Nullable
    Value call(ClassDesc functionalInterface, Value object, Value... arguments) {
        List<Value> operands = new ArrayList<>(List.of(object));
        operands.addAll(List.of(arguments));
        return append(OpCode.INVOKE_INTERFACE, functionalMethod(functionalInterface), operands.toArray(Value[]::new))
                .result();
    }

    /** Calls the one method of a functional interface that gives a result. */
    Value apply(ClassDesc functionalInterface, Value object, Value... arguments) {
        return Objects.requireNonNull(call(functionalInterface, object, arguments));
    }

    private static MethodReference functionalMethod(ClassDesc functionalInterface) {
        try {
            String descriptor = functionalInterface.descriptorString();
            Class<?> type = Class.forName(
                    descriptor.substring(1, descriptor.length() - 1).replace('/', '.'));
            Method method = Arrays.stream(type.getMethods())
                    .filter(each -> Modifier.isAbstract(each.getModifiers()))
                    .findFirst()
                    .orElseThrow();
            // BinaryOperator inherits its method; the interface by which the JDK calls it makes no difference.
            MethodTypeDesc methodType = MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                    .describeConstable()
                    .orElseThrow();
            return new MethodReference(functionalInterface, method.getName(), methodType, true);
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException(missing);
        }
    }

    void jump(Block target, List<Value> arguments) {
        current.setTerminator(new Terminator.Jump(new Edge(target, arguments), position));
    }

    void branch(Value condition, Edge ifTrue, Edge ifFalse) {
        current.setTerminator(new Terminator.Branch(condition, ifTrue, ifFalse, position));
    }

    /** Throws what a static method without parameters gives. */
    void throwResultOf(Class<?> owner, String method, Class<?> exception) {
        ClassDesc result = exception.describeConstable().orElseThrow();
        ClassDesc from = owner.describeConstable().orElseThrow();
        Value made = append(OpCode.INVOKE_STATIC, new MethodReference(from, method, MethodTypeDesc.of(result), false))
                .value();
        current.setTerminator(new Terminator.Throw(made, position));
    }

    void throwNew(ClassDesc exception, String message) {
        Value made = append(OpCode.NEW, exception).value();
        Value text = constant(message);
        append(
                OpCode.INVOKE_SPECIAL,
                new MethodReference(
                        exception, "<init>", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String), false),
                made,
                text);
        current.setTerminator(new Terminator.Throw(made, position));
    }
}
