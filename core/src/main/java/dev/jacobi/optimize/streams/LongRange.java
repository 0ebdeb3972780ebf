package dev.jacobi.optimize.streams;

import dev.jacobi.JacobiException;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.library.StreamMethods;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.List;

/**
 * Long integers one after the other. A loop that can be cut into parts counts its rounds by an int, and is refused when it starts if there are more; any other counts by the number itself.
 *
 * @param closed whether the last one is {@code to}, not the one before
 */
record LongRange(Value from, Value to, boolean closed) implements StreamSource {
    @Override
    public Value size(LoopCode code) {
        Value zero = code.constant(0L);
        Value distance = code.op(OpCode.SUB, to, from);
        Value count = closed ? code.op(OpCode.ADD, distance, code.constant(1L)) : distance;
        return code.op(OpCode.SELECT, any(code), count, zero);
    }

    private Value any(LoopCode code) {
        return code.op(closed ? OpCode.LE : OpCode.LT, from, to);
    }

    @Override
    public void write(LoopCode code, List<Value> start, Body body) {
        if (code.isCut()) {
            writeCounted(code, start, body);
        } else if (closed) {
            writeTestedAfter(code, start, body);
        } else {
            Block head = head(code, Type.LONG, from, start);
            Value index = head.parameter(0);
            Block next = openRound(code, head, code.op(OpCode.LT, index, to), body);
            body.take(code, index, kept(head), next);
            code.continueIn(next);
            code.jump(head, plus(code.next(index), next.parameters()));
        }
    }

    /** The end may be the greatest long, so the test comes before the step. */
    private void writeTestedAfter(LoopCode code, List<Value> start, Body body) {
        Block head = code.newBlock(types(Type.LONG, start));
        Value index = head.parameter(0);
        Block next = code.newBlock(start.stream().map(Value::type).toList());
        code.branch(any(code), new Edge(head, plus(from, start)), body.end(start));
        code.continueIn(head);
        body.stopIfDone(code, kept(head));
        body.take(code, index, kept(head), next);
        code.continueIn(next);
        Block step = code.newBlock(List.of());
        code.branch(code.op(OpCode.LT, index, to), Edge.to(step), body.end(next.parameters()));
        code.continueIn(step);
        code.jump(head, plus(code.next(index), next.parameters()));
    }

    private void writeCounted(LoopCode code, List<Value> start, Body body) {
        Value distance = code.op(OpCode.SUB, to, from);
        Value count = closed ? code.op(OpCode.ADD, distance, code.constant(1L)) : distance;
        // Of a distance that no long holds, the highest bit is set, or it was before one was added.
        Value large = code.op(OpCode.USHR, code.op(OpCode.OR, distance, count), code.constant(Integer.SIZE - 1));
        Value any = any(code);
        Value tooMany = code.op(OpCode.AND, any, code.op(OpCode.NE, large, code.constant(0L)));
        Block refused = code.newBlock(List.of());
        Block fine = code.newBlock(List.of());
        code.branch(tooMany, Edge.to(refused), Edge.to(fine));
        code.continueIn(refused);
        code.throwResultOf(StreamMethods.class, "tooManyRounds", JacobiException.class);
        code.continueIn(fine);
        Value rounds = code.op(OpCode.SELECT, any, code.convert(count, ConstantDescs.CD_int), code.constant(0));
        Block head = head(code, Type.INT, code.constant(0), start);
        Value index = head.parameter(0);
        Block next = openRound(code, head, code.op(OpCode.LT, index, rounds), body);
        body.take(code, code.op(OpCode.ADD, from, code.convert(index, ConstantDescs.CD_long)), kept(head), next);
        code.continueIn(next);
        code.jump(head, plus(code.next(index), next.parameters()));
    }

    private static Block head(LoopCode code, Type type, Value first, List<Value> start) {
        Block head = code.newBlock(types(type, start));
        code.jump(head, plus(first, start));
        code.continueIn(head);
        return head;
    }

    /** Tests whether there is a round, and gives the block where the one after it begins. */
    private static Block openRound(LoopCode code, Block head, Value isOne, Body body) {
        body.stopIfDone(code, kept(head));
        Block more = code.newBlock(List.of());
        code.branch(isOne, Edge.to(more), body.end(kept(head)));
        code.continueIn(more);
        return code.newBlock(kept(head).stream().map(Value::type).toList());
    }

    private static List<Value> kept(Block head) {
        return head.parameters().subList(1, head.parameters().size());
    }

    private static List<Type> types(Type index, List<Value> start) {
        List<Type> types = new ArrayList<>(List.of(index));
        start.forEach(value -> types.add(value.type()));
        return types;
    }

    private static List<Value> plus(Value first, List<Value> others) {
        List<Value> all = new ArrayList<>(List.of(first));
        all.addAll(others);
        return all;
    }
}
