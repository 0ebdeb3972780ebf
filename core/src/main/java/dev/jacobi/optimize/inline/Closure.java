package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.Value;
import java.io.Serializable;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.LambdaMetafactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A lambda or method reference whose implementing method is known.
 *
 * @param type the functional interface
 * @param name the interface's one abstract method
 * @param erasures the descriptors under which that method is called: its own, and those of bridges
 * @param implementation the method that does the work
 * @param instantiated the types of the interface's method at this place, generic parameters replaced
 * @param captured the leading arguments of the implementing method
 */
record Closure(
        ClassDesc type,
        String name,
        List<MethodTypeDesc> erasures,
        DirectMethodHandleDesc implementation,
        MethodTypeDesc instantiated,
        List<Capture> captured) {

    /** A captured value. */
    sealed interface Capture {
        /** Captured in the same function. */
        record Live(Value value) implements Capture {}

        /** Captured when the lambda was made, before the function was lifted; primitives are boxed, null stands for itself. */
        record Known(@org.jspecify.annotations.Nullable Object object) implements Capture {}
    }

    private static final ClassDesc METAFACTORY =
            LambdaMetafactory.class.describeConstable().orElseThrow();

    /** The same with other captured values. */
    Closure capturing(List<Capture> values) {
        return new Closure(type, name, erasures, implementation, instantiated, values);
    }

    /** The closure that an {@code invoke_dynamic} makes, if it is a lambda or a method reference. */
    static Optional<Closure> madeBy(Instruction instruction) {
        if (instruction.opCode() != OpCode.INVOKE_DYNAMIC) {
            return Optional.empty();
        }
        List<Capture> captured = instruction.operands().stream()
                .map(value -> (Capture) new Capture.Live(value))
                .toList();
        return madeBy(instruction.dynamicCall()).map(closure -> closure.capturing(captured));
    }

    /** The same, without what it captures. */
    static Optional<Closure> madeBy(DynamicCall call) {
        List<ConstantDesc> arguments = call.arguments();
        if (!call.bootstrap().owner().equals(METAFACTORY)
                || arguments.size() < 3
                || !(arguments.get(0) instanceof MethodTypeDesc erasure)
                || !(arguments.get(1) instanceof DirectMethodHandleDesc implementation)
                || !(arguments.get(2) instanceof MethodTypeDesc instantiated)) {
            return Optional.empty();
        }
        List<MethodTypeDesc> erasures = new ArrayList<>(List.of(erasure));
        if (call.bootstrap().methodName().equals("altMetafactory")) {
            addAlternatives(arguments, new ArrayList<>(), erasures);
        }
        return Optional.of(
                new Closure(call.type().returnType(), call.name(), erasures, implementation, instantiated, List.of()));
    }

    /** The further interfaces of the object that a call site makes, which has a closure. */
    static List<ClassDesc> markers(DynamicCall call) {
        List<ClassDesc> markers = new ArrayList<>();
        if (call.bootstrap().methodName().equals("altMetafactory")) {
            addAlternatives(call.arguments(), markers, new ArrayList<>());
        }
        return markers;
    }

    /** The layout of the arguments is that of {@link LambdaMetafactory#altMetafactory}. */
    private static void addAlternatives(
            List<ConstantDesc> arguments, List<ClassDesc> markers, List<MethodTypeDesc> bridges) {
        int flags = arguments.size() > 3 && arguments.get(3) instanceof Integer value ? value : 0;
        int next = 4;
        if ((flags & LambdaMetafactory.FLAG_SERIALIZABLE) != 0) {
            markers.add(Serializable.class.describeConstable().orElseThrow());
        }
        if ((flags & LambdaMetafactory.FLAG_MARKERS) != 0 && arguments.get(next) instanceof Integer count) {
            for (ConstantDesc marker : arguments.subList(next + 1, next + 1 + count)) {
                markers.add((ClassDesc) marker);
            }
            next += 1 + count;
        }
        if ((flags & LambdaMetafactory.FLAG_BRIDGES) != 0) {
            for (ConstantDesc bridge : arguments.subList(next + 1, arguments.size())) {
                if (bridge instanceof MethodTypeDesc type) {
                    bridges.add(type);
                }
            }
        }
    }

    /** The constant that stands for the number in a box: small integers, characters and booleans are ints. */
    static Object number(Object box) {
        return switch (box) {
            case Boolean value -> value ? 1 : 0;
            case Character value -> (int) value;
            case Byte value -> (int) value;
            case Short value -> (int) value;
            default -> box;
        };
    }
}
