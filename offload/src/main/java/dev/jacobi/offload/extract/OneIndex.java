package dev.jacobi.offload.extract;

import dev.jacobi.analysis.InductionVariable;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.TripCount;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives a loop one index that goes up by one to a bound, and computes all else that the loop counts from it, so that no round needs the one before it for
 * that. Loops that run down, as in reverse sweeps, get an index that counts their rounds.
 */
final class OneIndex {
    /** More rounds than an int counts would have to touch places that no array has. */
    private static final MethodReference TO_INT = new MethodReference(
            ClassDesc.of("java.lang.Math"),
            "toIntExact",
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_long),
            false);

    private final Loop loop;
    private final Function function;
    private final Block header;
    private final Block preheader;
    private final Block latch;

    private OneIndex(Loop loop, Function function, Block preheader, Block latch) {
        this.loop = loop;
        this.function = function;
        this.header = loop.header();
        this.preheader = preheader;
        this.latch = latch;
    }

    /** Changes the loop if the number of its rounds is known. */
    static void use(Loop loop, Function function) {
        TripCount count = TripCount.of(loop);
        if (count != null
                && loop.preheader() != null
                && loop.latch() != null
                && count.variable().parameter().type().kind() == Type.Kind.INT) {
            new OneIndex(loop, function, loop.preheader(), loop.latch()).use(count);
        }
    }

    private void use(TripCount count) {
        InductionVariable index = count.variable();
        List<InductionVariable> others = InductionVariable.of(loop).stream()
                .filter(other -> other.parameter().type().kind() == Type.Kind.INT)
                .toList();
        Value counted = index.parameter();
        Value start = index.start();
        if (index.step() != 1 || count.comparison() != OpCode.LT) {
            counted = countRounds(count);
            start = null;
        }
        for (InductionVariable other : others) {
            if (other.parameter() != counted) {
                replace(other, counted, start);
            }
        }
    }

    /** A new index, from 0 to the number of rounds. */
    private Value countRounds(TripCount count) {
        Instruction step = Objects.requireNonNull(loop.unorderedStep());
        Emitter before = Emitter.appendingTo(preheader, step.position());
        Value zero = before.constant(Type.INT, 0);
        Value rounds = count.emit(preheader, step.position());
        Value bound = before.value(OpCode.INVOKE_STATIC, TO_INT, rounds);
        Value index = header.addParameter(Type.INT);
        preheader.mapEdges(edge -> edge.target() == header ? edge.plus(zero) : edge);
        Emitter after = Emitter.appendingTo(latch, step.position());
        Instruction next = after.emit(OpCode.ADD, null, List.of(index, after.constant(Type.INT, 1)));
        next.setUnorderedStep(true);
        latch.mapEdges(edge -> edge.target() == header ? edge.plus(next.value()) : edge);
        Branch branch = (Branch) header.terminator();
        boolean staysIfTrue = loop.contains(branch.ifTrue().target());
        Value more = Emitter.appendingTo(header, step.position()).value(OpCode.LT, null, index, bound);
        header.setTerminator(new Branch(
                more,
                staysIfTrue ? branch.ifTrue() : branch.ifFalse(),
                staysIfTrue ? branch.ifFalse() : branch.ifTrue(),
                branch.position()));
        return index;
    }

    /** @param start of the index, or null if it is 0 */
    private void replace(InductionVariable other, Value index, @Nullable Value start) {
        List<Instruction> made = new ArrayList<>();
        Emitter emitter = new Emitter(function, made::add, ParallelLoop.positionOf(loop));
        Value rounds = start == null ? index : emitter.value(OpCode.SUB, null, index, start);
        Value far = emitter.value(OpCode.MUL, null, rounds, emitter.constant(Type.INT, (int) other.step()));
        Value same = emitter.value(OpCode.ADD, null, other.start(), far);
        for (int place = 0; place < made.size(); place++) {
            header.insert(place, made.get(place));
        }
        int number = header.parameters().indexOf(other.parameter());
        function.replaceValues(Map.of(other.parameter(), same));
        header.removeParameter(number);
        for (Block from : List.of(preheader, latch)) {
            from.mapEdges(edge -> edge.target() == header ? without(edge, number) : edge);
        }
    }

    private static Edge without(Edge edge, int number) {
        List<Value> arguments = new ArrayList<>(edge.arguments());
        arguments.remove(number);
        return new Edge(edge.target(), arguments);
    }
}
