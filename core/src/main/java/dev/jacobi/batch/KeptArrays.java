package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.batch.Strip.Variable;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of examples that go different ways, of which each example has one only: one for all lanes, whose columns hold the elements of the lanes. Tapes are made before the strip begins and
 * kept until it is done. The top of a tape is the lane's own; it is made longer for the lane that needs most, and what other lanes have in their columns stays there meanwhile.
 */
final class KeptArrays {
    private final Strip strip;
    private final List<Kept> arrays;

    /** @param acquire what makes it, if it is a tape */
    private record Kept(
            Variable variable,
            @Nullable MethodReference acquire,
            @Nullable SourcePosition position) {}

    KeptArrays(Strip strip, Divergence divergence) {
        this.strip = strip;
        Map<Value, Kept> made = new LinkedHashMap<>();
        for (Block block : divergence.returning()) {
            for (Instruction instruction : block.instructions()) {
                boolean acquired = OwnArrays.isTape(instruction, KnownCall.ACQUIRE);
                if ((acquired || instruction.opCode() == OpCode.NEW_ARRAY) && divergence.isKept(instruction.value())) {
                    Variable variable = new Variable(instruction.value().type());
                    made.put(
                            divergence.memory(instruction.value()),
                            new Kept(variable, acquired ? instruction.method() : null, instruction.position()));
                }
            }
        }
        arrays = List.copyOf(made.values());
        for (Block block : divergence.function().blocks()) {
            block.parameters().forEach(parameter -> keep(parameter, made.get(divergence.memory(parameter))));
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() != null) {
                    keep(instruction.value(), made.get(divergence.memory(instruction.value())));
                }
            }
        }
    }

    private void keep(Value value, @Nullable Kept array) {
        if (array != null) {
            strip.keep(value, array.variable());
        }
    }

    /** Begins a strip. */
    void begin(Block block) {
        for (Kept array : arrays) {
            Emitter emitter = Emitter.appendingTo(block, array.position());
            MethodReference acquire = array.acquire();
            if (acquire == null) {
                strip.write(array.variable(), block, emitter.nullReference());
                continue;
            }
            // Lanes that read or store nothing are at place 0.
            Value tape = StripArrays.ensured(
                    emitter,
                    acquire.owner(),
                    emitter.value(OpCode.INVOKE_STATIC, acquire),
                    emitter.constant(Type.INT, 1),
                    Strip.WIDTH);
            strip.write(array.variable(), block, tape);
        }
    }

    /** Ends a strip. */
    void finish(Block block) {
        for (Kept array : arrays) {
            MethodReference acquire = array.acquire();
            if (acquire != null) {
                Value tape = strip.read(array.variable(), block);
                Emitter.appendingTo(block, null)
                        .emit(OpCode.INVOKE_STATIC, StripSums.release(acquire.owner(), tape.type()), List.of(tape));
            }
        }
    }
}
