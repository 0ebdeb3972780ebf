package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.BatchLengths;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a function that runs a range of examples.
 *
 * @param arguments those of the batch, without the number of examples
 * @param results the array for the results, one element for each example; null if there are none
 * @param count the number of examples
 * @param from the first example of the range
 * @param to the one after the last of the range
 * @param progress an {@code int[2]} for the number of the example that is being done, and of the elements that an array has which is returned in step; or null
 * @param end where the function returns
 */
record BatchFrame(
        Block entry,
        List<Value> arguments,
        @Nullable Value results,
        Value count,
        Value from,
        Value to,
        @Nullable Value progress,
        Block end) {
    private static final ClassDesc LENGTHS = ClassDesc.ofDescriptor(BatchLengths.class.descriptorString());
    private static final MethodReference DIFFER = new MethodReference(
            LENGTHS,
            "differ",
            MethodTypeDesc.of(
                    ClassDesc.of("java.lang.RuntimeException"),
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_int,
                    ConstantDescs.CD_int,
                    ConstantDescs.CD_int),
            false);

    /** Of a function that gets the range. */
    static BatchFrame of(BatchSignature signature, Function body) {
        return of(signature, body, false);
    }

    /** As {@link #of(BatchSignature, Function)}, but the elements of arrays that examples return lie side by side, element {@code i} of example {@code e} at {@code i * count + e}. */
    static BatchFrame ofStrips(BatchSignature signature, Function body) {
        return of(signature, body, signature.result().isArray());
    }

    private static BatchFrame of(BatchSignature signature, Function body, boolean sideBySide) {
        Function loop = new Function(body.name(), body.origin(), Type.VOID);
        Block entry = loop.newBlock();
        List<Value> arguments = arguments(entry, signature, body);
        Value results = signature.returnsNothing()
                ? null
                : entry.addParameter(Type.of(sideBySide ? signature.result() : signature.rows()));
        Value count = entry.addParameter(Type.INT);
        Value from = entry.addParameter(Type.INT);
        Value to = entry.addParameter(Type.INT);
        Value progress = entry.addParameter(Type.of(ConstantDescs.CD_int.arrayType()));
        Block end = loop.newBlock();
        end.setTerminator(new Return(null, null));
        return new BatchFrame(entry, arguments, results, count, from, to, progress, end);
    }

    private static List<Value> arguments(Block entry, BatchSignature signature, Function body) {
        List<Value> arguments = new ArrayList<>();
        for (int index = 0; index < signature.parameters().size(); index++) {
            // What is known of the type of one example's argument may be more than the method declares.
            boolean each = signature.axes().get(index) == Axis.EACH;
            arguments.add(entry.addParameter(
                    each
                            ? Type.of(signature.batched(index))
                            : body.parameters().get(index).type()));
        }
        return List.copyOf(arguments);
    }

    /** Of a function that is the whole batch: it has the parameters and the result of the batch, checks lengths, and makes the array for the results. */
    static BatchFrame whole(BatchSignature signature, Function body) {
        Function loop = new Function("the batch of " + signature.display(), null, Type.of(signature.batchedResult()));
        Block entry = loop.newBlock();
        Value given = signature.takesCount() ? entry.addParameter(Type.INT) : null;
        List<Value> arguments = arguments(entry, signature, body);
        Block current = entry;
        Value count = given;
        if (count == null) {
            int first = signature.axes().indexOf(Axis.EACH);
            count = Emitter.appendingTo(entry, null).value(OpCode.ARRAY_LENGTH, null, arguments.get(first));
        }
        for (int index = 0; index < arguments.size(); index++) {
            if (signature.axes().get(index) == Axis.EACH) {
                current = check(current, signature, index, arguments.get(index), count);
            }
        }
        Emitter emitter = Emitter.appendingTo(current, null);
        Value results = signature.returnsNothing() ? null : emitter.value(OpCode.NEW_ARRAY, signature.result(), count);
        Value from = emitter.constant(Type.INT, 0);
        Block start = loop.newBlock();
        current.setTerminator(new Jump(Edge.to(start), null));
        Block end = loop.newBlock();
        end.setTerminator(new Return(results, null));
        return new BatchFrame(start, arguments, results, count, from, count, null, end);
    }

    /** Goes on in another block if a parameter has as many elements as there are examples, or a multiple. */
    private static Block check(Block block, BatchSignature signature, int index, Value argument, Value count) {
        Function function = block.function();
        Emitter emitter = Emitter.appendingTo(block, null);
        Value length = emitter.value(OpCode.ARRAY_LENGTH, null, argument);
        Value fits;
        if (signature.isFlat(index)) {
            Value one = emitter.constant(Type.INT, 1);
            Value some = emitter.value(OpCode.GE, null, count, one);
            Instruction ofOne = emitter.emit(
                    OpCode.DIV, null, List.of(length, emitter.value(OpCode.SELECT, null, some, count, one)));
            ofOne.setProved(true);
            fits = emitter.value(OpCode.EQ, null, emitter.value(OpCode.MUL, null, ofOne.value(), count), length);
        } else {
            fits = emitter.value(OpCode.EQ, null, length, count);
        }
        Block next = function.newBlock();
        Block refusal = function.newBlock();
        block.setTerminator(new Branch(fits, Edge.to(next), Edge.to(refusal), null));
        Emitter refusing = Emitter.appendingTo(refusal, null);
        Value exception = refusing.value(
                OpCode.INVOKE_STATIC,
                DIFFER,
                refusing.value(OpCode.CONSTANT, signature.display()),
                refusing.constant(Type.INT, index),
                length,
                count);
        refusal.setTerminator(new Throw(exception, null));
        return next;
    }

    Function function() {
        return entry.function();
    }

    /** The component as instructions name it: {@code byte} stands for boolean arrays too. */
    static ClassDesc accessed(ClassDesc component) {
        return component.equals(ConstantDescs.CD_boolean) ? ConstantDescs.CD_byte : component;
    }
}
