package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.Strip.Elements;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.List;

/** Brings the arguments of the examples of a strip to where the lanes find them. */
final class StripArguments {
    private final BatchSignature signature;
    private final Function scalar;
    private final Divergence divergence;
    private final Strip strip;
    private final BatchFrame frame;
    private final Emitter atEntry;

    private StripArguments(BatchSignature signature, Function scalar, Divergence divergence, Strip strip) {
        this.signature = signature;
        this.scalar = scalar;
        this.divergence = divergence;
        this.strip = strip;
        frame = strip.frame();
        atEntry = strip.atEntry();
    }

    /**
     * Appends to a block.
     *
     * @param scalar the code of one example, whose parameters these are
     */
    static void bring(Block block, BatchSignature signature, Function scalar, Divergence divergence, Strip strip) {
        new StripArguments(signature, scalar, divergence, strip).bring(block);
    }

    private void bring(Block block) {
        List<Integer> used = divergence.usedArguments();
        for (int index = 0; index < frame.arguments().size(); index++) {
            Value parameter = scalar.parameters().get(index);
            Value argument = frame.arguments().get(index);
            Value stage = strip.lanes().get(parameter);
            if (stage != null) {
                ClassDesc component = signature.parameters().get(index);
                if (!component.equals(stage.type().descriptor().componentType())) {
                    stage = strip.newLaneArray(component);
                    strip.lanes().put(parameter, stage);
                }
                Emitter emitter = Emitter.appendingTo(block, null);
                Strip.copy(emitter, argument, strip.first(), stage, emitter.constant(Type.INT, 0));
            } else if (!divergence.isVarying(parameter)) {
                strip.define(parameter, argument);
            } else if (used.contains(index)) {
                bringArray(parameter, argument);
            }
        }
    }

    private void bringArray(Value parameter, Value argument) {
        Value length =
                atEntry.value(OpCode.DIV, null, atEntry.value(OpCode.ARRAY_LENGTH, null, argument), frame.count());
        strip.bring(parameter, length, new Elements(argument, frame.count(), strip.first()));
    }
}
