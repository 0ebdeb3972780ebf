package dev.jacobi.offload.launch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.List;

/** The kernel that adds to each element of an array the sums that parts of a loop have for it: {@code array[i] += sums[i * parts + part]}, one part after the other. */
final class PartSums {
    private static final KernelImages OF_DOUBLES = new KernelImages(kernel(double.class));
    private static final KernelImages OF_FLOATS = new KernelImages(kernel(float.class));

    private PartSums() {}

    static KernelImages of(Class<?> component) {
        if (component != double.class && component != float.class) {
            throw new IllegalArgumentException("adjoints are no " + component);
        }
        return component == double.class ? OF_DOUBLES : OF_FLOATS;
    }

    private static Function kernel(Class<?> componentType) {
        ClassDesc component = componentType.describeConstable().orElseThrow();
        Type arrays = Type.of(component.arrayType());
        Function function = new Function("jacobi.partSums." + componentType, null, Type.VOID);
        Block entry = function.newBlock();
        Value array = entry.addParameter(arrays);
        Value sums = entry.addParameter(arrays);
        Value parts = entry.addParameter(Type.INT);
        Value index = entry.addParameter(Type.INT);
        Block header = function.newBlock();
        Value part = header.addParameter(Type.INT);
        Value sum = header.addParameter(Type.of(component));
        Block adding = function.newBlock();
        Block end = function.newBlock();

        Emitter first = Emitter.appendingTo(entry, null);
        Value before = first.value(OpCode.ARRAY_LOAD, component, array, index);
        Value start = first.value(OpCode.MUL, null, index, parts);
        entry.setTerminator(new Jump(new Edge(header, List.of(first.constant(Type.INT, 0), before)), null));
        Value more = Emitter.appendingTo(header, null).value(OpCode.LT, null, part, parts);
        header.setTerminator(new Branch(more, Edge.to(adding), Edge.to(end), null));
        Emitter add = Emitter.appendingTo(adding, null);
        Value one = add.value(OpCode.ARRAY_LOAD, component, sums, add.value(OpCode.ADD, null, start, part));
        Value next = add.value(OpCode.ADD, null, sum, one);
        Value following = add.value(OpCode.ADD, null, part, add.constant(Type.INT, 1));
        adding.setTerminator(new Jump(new Edge(header, List.of(following, next)), null));
        Instruction store =
                Emitter.appendingTo(end, null).emit(OpCode.ARRAY_STORE, component, List.of(array, index, sum));
        store.setProved(true);
        end.setTerminator(new Return(null, null));
        return function;
    }
}
