package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.Rules.Forward;
import dev.jacobi.Rules.Reverse;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees.ReversePair;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The user's rules as derivatives of calls that are not inlined, with the signatures of {@link CallSignature}. */
final class RuleFunctions {
    private static final ClassDesc SCRATCH = ClassDesc.of("dev.jacobi.runtime.Scratch");
    private static final Stack DOUBLES = new Stack("doubles", ConstantDescs.CD_double);
    private static final Stack REFERENCES = new Stack("references", ConstantDescs.CD_Object);

    private RuleFunctions() {}

    /** One of the stacks of {@link dev.jacobi.runtime.TapeStacks}. */
    private record Stack(FieldReference array, FieldReference top, ClassDesc component) {
        Stack(String name, ClassDesc component) {
            this(
                    new FieldReference(CallSignature.STACKS, name, component.arrayType()),
                    new FieldReference(CallSignature.STACKS, name + "Top", ConstantDescs.CD_int),
                    component);
        }

        void push(Emitter emitter, Value stacks, List<Value> values) {
            Value start = CallSignature.get(emitter, stacks, top);
            Value end = emitter.value(OpCode.ADD, null, start, emitter.constant(Type.INT, values.size()));
            MethodReference ensure = new MethodReference(
                    SCRATCH,
                    "ensure",
                    MethodTypeDesc.of(component.arrayType(), component.arrayType(), ConstantDescs.CD_int),
                    false);
            Value longer = emitter.value(OpCode.INVOKE_STATIC, ensure, CallSignature.get(emitter, stacks, array), end);
            CallSignature.put(emitter, stacks, array, longer);
            for (int index = 0; index < values.size(); index++) {
                store(emitter, longer, place(emitter, start, index), values.get(index));
            }
            CallSignature.put(emitter, stacks, top, end);
        }

        /** @param last whether nobody reads the values again */
        List<Value> pop(Emitter emitter, Value stacks, int count, boolean last) {
            Value end = CallSignature.get(emitter, stacks, top);
            Value start = emitter.value(OpCode.SUB, null, end, emitter.constant(Type.INT, count));
            Value stored = CallSignature.get(emitter, stacks, array);
            List<Value> values = new ArrayList<>();
            for (int index = 0; index < count; index++) {
                Value place = place(emitter, start, index);
                Instruction load = emitter.emit(OpCode.ARRAY_LOAD, component, List.of(stored, place));
                load.setProved(true);
                values.add(load.value());
                if (last && !component.isPrimitive()) {
                    // What is kept for the next call must not keep objects alive.
                    store(emitter, stored, place, emitter.nullReference());
                }
            }
            CallSignature.put(emitter, stacks, top, start);
            return values;
        }

        private static Value place(Emitter emitter, Value start, int index) {
            return emitter.value(OpCode.ADD, null, start, emitter.constant(Type.INT, index));
        }

        private void store(Emitter emitter, Value into, Value place, Value value) {
            emitter.emit(OpCode.ARRAY_STORE, component, List.of(into, place, value))
                    .setProved(true);
        }
    }

    static MethodReference reference(Method method) {
        return new MethodReference(
                describe(method.getDeclaringClass()),
                method.getName(),
                MethodTypeDesc.of(
                        describe(method.getReturnType()),
                        Arrays.stream(method.getParameterTypes())
                                .map(RuleFunctions::describe)
                                .toList()),
                method.getDeclaringClass().isInterface());
    }

    private static ClassDesc describe(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    private static @Nullable Value call(Emitter emitter, Method method, List<Value> arguments) {
        return emitter.emit(OpCode.INVOKE_STATIC, reference(method), arguments).result();
    }

    /** Calls the method, then its rule for each direction. */
    static Function forward(Forward rule, Instruction call, CallSignature signature) {
        boolean shadows = IntStream.range(0, signature.parameters().size()).anyMatch(signature::hasShadow);
        if (signature.packed() && shadows) {
            throw new JacobiException(
                    Refusal.PACKED_DIRECTIONS,
                    "cannot call the derivative of " + call.method().signature()
                            + ", which has a shadow for each array, with one shadow for all directions",
                    call.position() == null ? null : call.position().toString());
        }
        Function forward = signature.newForward();
        Block block = forward.entry();
        Emitter emitter = Emitter.appendingTo(block, call.position());
        List<Value> primals = new ArrayList<>();
        List<Integer> firstTangents = new ArrayList<>();
        int next = 1;
        for (int index = 0; index < signature.parameters().size(); index++) {
            primals.add(block.parameter(next++));
            firstTangents.add(next);
            next += signature.activities().get(index).isActive() ? signature.lanes(index) : 0;
        }
        Value value = call(emitter, rule.of(), primals);
        for (int lane = 0; lane < signature.width(); lane++) {
            List<Value> arguments = new ArrayList<>();
            for (int index = 0; index < primals.size(); index++) {
                arguments.add(primals.get(index));
                if (rule.activities().get(index).isActive()) {
                    boolean active = signature.activities().get(index).isActive();
                    arguments.add(
                            active
                                    ? block.parameter(firstTangents.get(index) + lane)
                                    : emitter.constant(primals.get(index).type(), 0));
                }
            }
            Value tangent = call(emitter, rule.tangent(), arguments);
            if (tangent != null) {
                CallSignature.putNumber(emitter, block.parameter(0), lane, tangent);
            }
        }
        block.setTerminator(new Return(value, call.position()));
        return forward;
    }

    /** @param last whether the reverse sweep is the only one */
    static ReversePair reverse(Reverse rule, Instruction call, CallSignature signature, boolean last) {
        ReversePair pair = signature.newPair();
        if (rule.augmented().isPresent()) {
            augmented(rule, rule.augmented().get(), call, signature, pair.augmented());
        } else {
            plain(rule, call, signature, pair.augmented());
        }
        backwards(rule, call, signature, pair.reverse(), last);
        return pair;
    }

    private static List<Value> primals(CallSignature signature, Block entry) {
        List<Value> primals = new ArrayList<>();
        int next = 1;
        for (int index = 0; index < signature.parameters().size(); index++) {
            primals.add(entry.parameter(next++));
            next += signature.hasShadow(index) ? 1 : 0;
        }
        return primals;
    }

    /** The user's augmented primal runs in the place of the method; what it returns goes on the tape. */
    private static void augmented(
            Reverse rule, Method augmented, Instruction call, CallSignature signature, Function function) {
        Block block = function.entry();
        Emitter emitter = Emitter.appendingTo(block, call.position());
        MethodReference reference = reference(augmented);
        Value tape = emitter.value(
                OpCode.INVOKE_STATIC, reference, primals(signature, block).toArray(Value[]::new));
        REFERENCES.push(emitter, block.parameter(0), List.of(tape));
        Value result = null;
        if (rule.of().getReturnType() != void.class) {
            Method accessor = augmented.getReturnType().getRecordComponents()[0].getAccessor();
            result = emitter.value(OpCode.INVOKE_VIRTUAL, reference(accessor), tape);
        }
        block.setTerminator(new Return(result, call.position()));
    }

    /** The method itself; its floating-point arguments go on the tape, the others are there again. */
    private static void plain(Reverse rule, Instruction call, CallSignature signature, Function function) {
        Block block = function.entry();
        Emitter emitter = Emitter.appendingTo(block, call.position());
        List<Value> primals = primals(signature, block);
        Value result = call(emitter, rule.of(), primals);
        List<Value> numbers = primals.stream()
                .filter(value -> value.type().isFloatingPoint())
                .map(value -> emitter.convert(value, Type.DOUBLE))
                .toList();
        DOUBLES.push(emitter, block.parameter(0), numbers);
        block.setTerminator(new Return(result, call.position()));
    }

    private static void backwards(
            Reverse rule, Instruction call, CallSignature signature, Function function, boolean last) {
        Block block = function.entry();
        Emitter emitter = Emitter.appendingTo(block, call.position());
        List<Value> arguments = rule.augmented().isPresent()
                ? shadowsAndTape(rule.augmented().get(), signature, emitter, block, last)
                : primalsAgain(signature, emitter, block, last);
        if (signature.result().isFloatingPoint()) {
            arguments.add(block.parameters().getLast());
        }
        Value adjoints = call(emitter, rule.reverse(), arguments);
        List<Integer> ruled = new ArrayList<>();
        for (int index = 0; index < rule.activities().size(); index++) {
            if (rule.activities().get(index) == Activity.ACTIVE) {
                ruled.add(index);
            }
        }
        Value first = null;
        int count = 0;
        for (int index : signature.activeNumbers()) {
            Value adjoint = ruled.size() == 1
                    ? adjoints
                    : element(
                            emitter,
                            adjoints,
                            ruled.indexOf(index),
                            signature.parameters().get(index));
            if (count == 0) {
                first = adjoint;
            } else {
                CallSignature.putNumber(emitter, block.parameter(0), count - 1, adjoint);
            }
            count++;
        }
        block.setTerminator(new Return(first, call.position()));
    }

    private static Value element(Emitter emitter, @Nullable Value adjoints, int index, Type type) {
        if (adjoints == null) {
            throw new IllegalStateException("a rule without adjoints for active numbers");
        }
        Value element =
                emitter.value(OpCode.ARRAY_LOAD, ConstantDescs.CD_double, adjoints, emitter.constant(Type.INT, index));
        return emitter.convert(element, type);
    }

    private static List<Value> shadowsAndTape(
            Method augmented, CallSignature signature, Emitter emitter, Block block, boolean last) {
        List<Value> arguments = new ArrayList<>();
        Value tape = REFERENCES.pop(emitter, block.parameter(0), 1, last).getFirst();
        ClassDesc type = describe(augmented.getReturnType());
        arguments.add(type.equals(ConstantDescs.CD_Object) ? tape : emitter.value(OpCode.CHECK_CAST, type, tape));
        int next = 1;
        for (int index = 0; index < signature.parameters().size(); index++) {
            if (signature.hasShadow(index)) {
                arguments.add(block.parameter(next++));
            }
            next += signature.isPassedAgain(index) ? 1 : 0;
        }
        return arguments;
    }

    private static List<Value> primalsAgain(CallSignature signature, Emitter emitter, Block block, boolean last) {
        int count = (int)
                signature.parameters().stream().filter(Type::isFloatingPoint).count();
        List<Value> numbers = DOUBLES.pop(emitter, block.parameter(0), count, last);
        List<Value> arguments = new ArrayList<>();
        int next = 1;
        int number = 0;
        for (int index = 0; index < signature.parameters().size(); index++) {
            arguments.add(
                    signature.isPassedAgain(index)
                            ? block.parameter(next++)
                            : emitter.convert(
                                    numbers.get(number++),
                                    signature.parameters().get(index)));
        }
        return arguments;
    }
}
