package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.batch.Strip.Variable;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tapes of examples that go different ways: one for all lanes, made before the strip begins and kept until it is done. A lane's column of it holds what is on the tape of its example, and
 * its top is the lane's own; it is made longer for the lane that needs most. What other lanes have in their columns stays there meanwhile.
 */
final class StripTapes {
    private final Strip strip;
    /** By what stands for all values that are the same tape. */
    private final Map<Value, Tape> tapes = new LinkedHashMap<>();

    private record Tape(Variable variable, Instruction acquire) {}

    StripTapes(Strip strip, Divergence divergence) {
        this.strip = strip;
        Function scalar = divergence.function();
        for (Block block : divergence.returning()) {
            for (Instruction instruction : block.instructions()) {
                if (OwnArrays.isTape(instruction, KnownCall.ACQUIRE)
                        && divergence.isStripTape(instruction.value())) {
                    Variable variable = new Variable(instruction.value().type());
                    tapes.put(divergence.memory(instruction.value()), new Tape(variable, instruction));
                }
            }
        }
        for (Block block : scalar.blocks()) {
            block.parameters().forEach(parameter -> keep(parameter, divergence));
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() != null) {
                    keep(instruction.value(), divergence);
                }
            }
        }
    }

    private void keep(Value value, Divergence divergence) {
        Tape tape = OwnArrays.isOfNumbers(value) ? tapes.get(divergence.memory(value)) : null;
        if (tape != null) {
            strip.keep(value, tape.variable());
        }
    }

    /** Begins a strip. */
    void begin(Block block) {
        for (Tape tape : tapes.values()) {
            Emitter emitter = Emitter.appendingTo(block, tape.acquire().position());
            MethodReference acquire = tape.acquire().method();
            Value acquired = emitter.value(OpCode.INVOKE_STATIC, acquire);
            // Lanes that read or store nothing are at place 0.
            Value most = emitter.constant(Type.INT, 1);
            strip.write(tape.variable(), block, StripArrays.ensured(emitter, acquire.owner(), acquired, most, Strip.WIDTH));
        }
    }

    /** Ends a strip. */
    void finish(Block block) {
        for (Tape tape : tapes.values()) {
            Value array = strip.read(tape.variable(), block);
            MethodReference acquire = tape.acquire().method();
            Emitter.appendingTo(block, null)
                    .emit(OpCode.INVOKE_STATIC, StripSums.release(acquire.owner(), array.type()), List.of(array));
        }
    }
}
