package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.RecordShape.Apart;
import dev.jacobi.batch.RecordShape.Whole;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A function of the components of records: it makes the records that a method wants and calls it; inlining takes them away. The components of the result go into arrays of one element, the last parameters.
 */
public final class RecordsApart {
    private final Function function;
    private final ClassDesc result;
    private final Block entry;
    private final Emitter emitter;
    private final List<ClassDesc> types = new ArrayList<>();
    private final List<Axis> axes = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private int outputs;

    private RecordsApart(String name, ClassDesc result) {
        this.result = result;
        function = new Function(name, null, Type.of(result));
        entry = function.newBlock();
        emitter = Emitter.appendingTo(entry, null);
    }

    /**
     * Makes the function.
     *
     * @param method a static one
     * @param parameters a shape for each of its parameters
     * @param axes those of the method's parameters; what is apart is {@code EACH}
     */
    public static RecordsApart of(
            Method method, List<? extends RecordShape> parameters, RecordShape result, List<Axis> axes) {
        ClassDesc returned = describe(method.getReturnType());
        RecordsApart apart =
                new RecordsApart(method.getName(), result instanceof Apart ? ConstantDescs.CD_void : returned);
        List<Value> arguments = new ArrayList<>();
        for (int index = 0; index < parameters.size(); index++) {
            arguments.add(apart.argument(parameters.get(index), axes.get(index), "parameter " + index));
        }
        MethodReference called = new MethodReference(
                describe(method.getDeclaringClass()),
                method.getName(),
                type(returned, Arrays.asList(method.getParameterTypes())),
                method.getDeclaringClass().isInterface());
        if (returned.equals(ConstantDescs.CD_void)) {
            apart.emitter.emit(OpCode.INVOKE_STATIC, called, arguments);
            apart.entry.setTerminator(new Return(null, null));
            return apart;
        }
        Value value =
                apart.emitter.emit(OpCode.INVOKE_STATIC, called, arguments).value();
        if (result instanceof Apart components) {
            apart.store(components, value, "the result");
            value = null;
        }
        apart.entry.setTerminator(new Return(value, null));
        return apart;
    }

    /** The function, whose result is nothing if the method's is apart. */
    public Function function() {
        return function;
    }

    /** The types of its parameters, narrow ones. */
    public List<ClassDesc> types() {
        return types;
    }

    /** The type of its result, a narrow one. */
    public ClassDesc result() {
        return result;
    }

    /** The axes of its parameters. */
    public List<Axis> axes() {
        return axes;
    }

    /** Its parameters as messages name them. */
    public List<String> names() {
        return names;
    }

    /** How many of them, the last ones, are for components of the result. */
    public int outputs() {
        return outputs;
    }

    private Value parameter(ClassDesc type, Axis axis, String name) {
        types.add(type);
        axes.add(axis);
        names.add(name);
        return entry.addParameter(Type.of(type));
    }

    private Value argument(RecordShape shape, Axis axis, String name) {
        switch (shape) {
            case Whole(Class<?> type) -> {
                return parameter(describe(type), axis, name);
            }
            case Apart apart -> {
                RecordComponent[] components = apart.type().getRecordComponents();
                List<Value> operands = new ArrayList<>();
                for (int index = 0; index < components.length; index++) {
                    operands.add(
                            argument(apart.components().get(index), axis, components[index].getName() + " of " + name));
                }
                ClassDesc record = describe(apart.type());
                Value made = emitter.value(OpCode.NEW, record);
                operands.addFirst(made);
                MethodTypeDesc constructor = type(
                        ConstantDescs.CD_void,
                        Arrays.stream(components).map(RecordComponent::getType).toList());
                emitter.emit(
                        OpCode.INVOKE_SPECIAL,
                        new MethodReference(record, ConstantDescs.INIT_NAME, constructor, false),
                        operands);
                return made;
            }
        }
    }

    private void store(Apart apart, Value record, String name) {
        RecordComponent[] components = apart.type().getRecordComponents();
        for (int index = 0; index < components.length; index++) {
            ClassDesc type = describe(components[index].getType());
            String component = components[index].getName() + " of " + name;
            MethodReference accessor = new MethodReference(
                    describe(apart.type()), components[index].getName(), MethodTypeDesc.of(type), false);
            Value value = emitter.value(OpCode.INVOKE_VIRTUAL, accessor, record);
            if (apart.components().get(index) instanceof Apart inner) {
                store(inner, value, component);
                continue;
            }
            Value output = parameter(type.arrayType(), Axis.EACH, component);
            outputs++;
            emitter.emit(
                    OpCode.ARRAY_STORE,
                    BatchFrame.accessed(type),
                    List.of(output, emitter.constant(Type.INT, 0), value));
        }
    }

    private static MethodTypeDesc type(ClassDesc returned, List<Class<?>> parameters) {
        return MethodTypeDesc.of(
                returned, parameters.stream().map(RecordsApart::describe).toList());
    }

    private static ClassDesc describe(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }
}
