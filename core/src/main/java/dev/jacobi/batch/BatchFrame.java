package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
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
 * @param progress an {@code int[1]} for the number of the example that is being done
 */
record BatchFrame(
        Block entry,
        List<Value> arguments,
        @Nullable Value results,
        Value count,
        Value from,
        Value to,
        Value progress) {

    static BatchFrame of(BatchSignature signature, Function body) {
        Function loop = new Function(body.name(), body.origin(), Type.VOID);
        Block entry = loop.newBlock();
        List<Value> arguments = new ArrayList<>();
        for (int index = 0; index < signature.parameters().size(); index++) {
            // What is known of the type of one example's argument may be more than the method declares.
            boolean each = signature.axes().get(index) == Axis.EACH;
            arguments.add(entry.addParameter(
                    each
                            ? Type.of(signature.batched(index))
                            : body.parameters().get(index).type()));
        }
        Value results = signature.returnsNothing() ? null : entry.addParameter(Type.of(signature.rows()));
        return new BatchFrame(
                entry,
                List.copyOf(arguments),
                results,
                entry.addParameter(Type.INT),
                entry.addParameter(Type.INT),
                entry.addParameter(Type.INT),
                entry.addParameter(Type.of(ConstantDescs.CD_int.arrayType())));
    }

    Function function() {
        return entry.function();
    }

    /** The component as instructions name it: {@code byte} stands for boolean arrays too. */
    static ClassDesc accessed(ClassDesc component) {
        return component.equals(ConstantDescs.CD_boolean) ? ConstantDescs.CD_byte : component;
    }
}
