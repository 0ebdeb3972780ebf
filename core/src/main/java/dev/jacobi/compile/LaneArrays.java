package dev.jacobi.compile;

import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.compile.DerivativeCompiler.Derived;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** Makes a function that takes the shadows of each array in one {@code Object[]}, and the seeds in another, so that one interface fits every width. */
final class LaneArrays {
    private static final Type OBJECTS = Type.of(ConstantDescs.CD_Object.arrayType());

    private LaneArrays() {}

    /** Where its options want it, after the checks of its shadows. */
    static Function gathered(Derived derivative) {
        return gather(
                derivative.placed().guarded(),
                DerivativeSignature.of(derivative.primal(), derivative.request())
                        .parameters());
    }

    /** @param slots the parameters of the derivative; shadows and seeds are arrays */
    static Function gather(Function derivative, List<Slot> slots) {
        Function gathered = new Function(derivative.name(), derivative.origin(), derivative.returnType());
        Block entry = gathered.newBlock();
        Emitter emitter = Emitter.appendingTo(entry, null);
        List<Value> arguments = new ArrayList<>();
        Value lanes = null;
        for (int index = 0; index < slots.size(); index++) {
            Slot slot = slots.get(index);
            Type type = derivative.parameters().get(index).type();
            if (slot.role() == Role.PRIMAL) {
                arguments.add(entry.addParameter(type));
                continue;
            }
            if (lanes == null || slot.lane() == 0) {
                lanes = entry.addParameter(OBJECTS);
            }
            Value shadow = emitter.value(
                    OpCode.ARRAY_LOAD, ConstantDescs.CD_Object, lanes, emitter.constant(Type.INT, slot.lane()));
            arguments.add(emitter.value(OpCode.CHECK_CAST, type.descriptor(), shadow));
        }
        Block body = derivative.copyInto(gathered, new HashMap<>()).get(derivative.entry());
        entry.setTerminator(new Jump(new Edge(body, arguments), null));
        return gathered;
    }
}
