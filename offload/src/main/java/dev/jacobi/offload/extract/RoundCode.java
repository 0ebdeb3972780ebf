package dev.jacobi.offload.extract;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes code of a round, which goes on in another block behind each branch. */
final class RoundCode {
    private final Function round;
    private @Nullable Block fail;
    /** Where code goes. */
    private Block at;

    RoundCode(Function round, Block start) {
        this.round = round;
        this.at = start;
    }

    Emitter emitter(@Nullable SourcePosition position) {
        return Emitter.appendingTo(at, position);
    }

    void append(Instruction instruction) {
        at.append(instruction);
    }

    Block newBlock() {
        return round.newBlock();
    }

    /** Code goes into another block from now on. */
    void goOnIn(Block block) {
        at = block;
    }

    /** Ends the block that code goes into. */
    void end(Terminator terminator) {
        at.setTerminator(terminator);
    }

    /** Goes on if an int is not 0; else the round fails. */
    void goOnIf(Value condition, @Nullable SourcePosition position) {
        if (fail == null) {
            fail = round.newBlock();
            fail.setTerminator(new Throw(Emitter.appendingTo(fail, position).nullReference(), position));
        }
        Block next = round.newBlock();
        at.setTerminator(new Branch(condition, Edge.to(next), Edge.to(fail), position));
        at = next;
    }

    /** Does something for each int from 0 to that before a count. */
    void repeat(Value count, @Nullable SourcePosition position, BiConsumer<Emitter, Value> what) {
        Block header = round.newBlock();
        Block inside = round.newBlock();
        Block after = round.newBlock();
        at.setTerminator(new Jump(Edge.to(header, emitter(position).constant(Type.INT, 0)), position));
        Value index = header.addParameter(Type.INT);
        Value more = Emitter.appendingTo(header, position).value(OpCode.LT, null, index, count);
        header.setTerminator(new Branch(more, Edge.to(inside), Edge.to(after), position));
        Emitter emitter = Emitter.appendingTo(inside, position);
        what.accept(emitter, index);
        Value next = emitter.value(OpCode.ADD, null, index, emitter.constant(Type.INT, 1));
        inside.setTerminator(new Jump(Edge.to(header, next), position));
        at = after;
    }
}
