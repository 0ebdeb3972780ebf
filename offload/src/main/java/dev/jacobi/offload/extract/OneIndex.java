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
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Computes all that a loop counts from its one index, so that no round needs the one before it for that. */
final class OneIndex {
    private OneIndex() {}

    /** Changes the loop if the number of its rounds is known. */
    static void use(Loop loop, Function function) {
        TripCount count = TripCount.of(loop);
        if (count == null || loop.preheader() == null || count.variable().parameter().type().kind() != Type.Kind.INT) {
            return;
        }
        InductionVariable index = count.variable();
        for (InductionVariable other : InductionVariable.of(loop)) {
            if (other.parameter() != index.parameter()
                    && other.parameter().type().kind() == Type.Kind.INT
                    && index.step() == 1) {
                replace(other, index, loop, function);
            }
        }
    }

    private static void replace(InductionVariable other, InductionVariable index, Loop loop, Function function) {
        Block header = loop.header();
        List<Instruction> made = new ArrayList<>();
        Emitter emitter = new Emitter(function, made::add, ParallelLoop.positionOf(loop));
        Value rounds = emitter.value(OpCode.SUB, null, index.parameter(), index.start());
        Value far = emitter.value(OpCode.MUL, null, rounds, emitter.constant(Type.INT, other.step()));
        Value same = emitter.value(OpCode.ADD, null, other.start(), far);
        for (int place = 0; place < made.size(); place++) {
            header.insert(place, made.get(place));
        }
        int number = header.parameters().indexOf(other.parameter());
        function.replaceValues(Map.of(other.parameter(), same));
        header.removeParameter(number);
        for (Block from : List.of(
                Objects.requireNonNull(loop.preheader()),
                Objects.requireNonNull(loop.latch()))) {
            from.mapEdges(edge -> edge.target() == header ? without(edge, number) : edge);
        }
    }

    private static Edge without(Edge edge, int number) {
        List<Value> arguments = new ArrayList<>(edge.arguments());
        arguments.remove(number);
        return new Edge(edge.target(), arguments);
    }
}
