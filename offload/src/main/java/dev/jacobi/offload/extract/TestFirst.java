package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.RemoveRedundantParameters;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns a loop over a closed range, which looks after each round whether its index was the last, into one that counts its rounds and looks before each. Loops of this kind are entered only
 * if there is a round to do.
 */
final class TestFirst {
    private final Loop loop;
    private final Function function;
    private final Block header;
    private final Block preheader;
    private final Block latch;
    private final Block testing;
    private final Branch branch;
    private final Value index;
    private final Value last;

    private TestFirst(
            Loop loop, Function function, Block preheader, Block latch, Block testing, Value index, Value last) {
        this.loop = loop;
        this.function = function;
        this.header = loop.header();
        this.preheader = preheader;
        this.latch = latch;
        this.testing = testing;
        this.branch = (Branch) testing.terminator();
        this.index = index;
        this.last = last;
    }

    /** Changes the loop if it is one of these. Other loops than this one are not what they were afterwards. */
    static boolean run(Loop loop, Function function) {
        TestFirst found = find(loop, function);
        return found != null && found.change();
    }

    private static @Nullable TestFirst find(Loop loop, Function function) {
        Block latch = loop.latch();
        Block preheader = loop.preheader();
        if (latch == null || preheader == null) {
            return null;
        }
        Block testing = latch;
        if (!(latch.terminator() instanceof Branch)) {
            List<Block> before = function.predecessors().get(latch);
            boolean plain = latch.terminator() instanceof Jump
                    && before.size() == 1
                    && latch.instructions().stream().allMatch(Instruction::isPure);
            if (!plain) {
                return null;
            }
            testing = before.getFirst();
        }
        if (!(testing.terminator() instanceof Branch branch)
                || !loop.contains(testing)
                || !loop.contains(branch.ifTrue().target())
                || loop.contains(branch.ifFalse().target())) {
            return null;
        }
        Instruction test = branch.condition().definition();
        Instruction step = loop.unorderedStep();
        if (test == null || step == null || test.opCode() != OpCode.LT || !isOne(step.operand(1))) {
            return null;
        }
        Value index = step.operand(0);
        Value last = test.operand(1);
        boolean counted = index.parameterOf() == loop.header()
                && test.operand(0) == index
                && index.type().kind() == Type.Kind.INT
                && !loop.contains(last.block());
        return counted ? new TestFirst(loop, function, preheader, latch, testing, index, last) : null;
    }

    private static boolean isOne(Value value) {
        return value.isResultOf(OpCode.CONSTANT)
                && Integer.valueOf(1)
                        .equals(Objects.requireNonNull(value.definition()).attribute());
    }

    private static Edge edgeTo(Block from, Block to) {
        return from.edges().stream()
                .filter(edge -> edge.target() == to)
                .findFirst()
                .orElseThrow();
    }

    private boolean change() {
        List<Value> next = edgeTo(latch, header).arguments();
        List<Value> leaving = branch.ifFalse().arguments();
        Block counting = function.newBlock();
        List<Value> passed = new ArrayList<>();
        for (Value parameter : header.parameters()) {
            passed.add(counting.addParameter(parameter.type()));
        }
        Value rounds = counting.addParameter(Type.INT);
        List<Value> arguments = new ArrayList<>();
        for (Value value : leaving) {
            int place = next.indexOf(value);
            if (place < 0 && loop.contains(value.block())) {
                function.retainBlocks(function.blocks().stream()
                        .filter(block -> block != counting)
                        .toList());
                return false;
            }
            arguments.add(place < 0 ? value : passed.get(place));
        }
        Emitter before = Emitter.appendingTo(preheader, branch.position());
        List<Value> initial = edgeTo(preheader, header).arguments();
        Value start = initial.get(header.parameters().indexOf(index));
        Value distance = before.value(
                OpCode.SUB,
                null,
                before.value(OpCode.CONVERT, ConstantDescs.CD_long, last),
                before.value(OpCode.CONVERT, ConstantDescs.CD_long, start));
        Value count = before.value(
                OpCode.ADD,
                null,
                before.value(OpCode.INVOKE_STATIC, math("max"), distance, before.constant(Type.LONG, 0)),
                before.constant(Type.LONG, 1));
        Value bound = before.value(OpCode.INVOKE_STATIC, OneIndex.TO_INT, count);
        List<Value> entering = new ArrayList<>(initial);
        entering.add(before.constant(Type.INT, 0));
        preheader.mapEdges(edge -> edge.target() == header ? new Edge(counting, entering) : edge);

        Value more = Emitter.appendingTo(counting, branch.position()).value(OpCode.LT, null, rounds, bound);
        counting.setTerminator(new Branch(
                more,
                new Edge(header, passed),
                new Edge(branch.ifFalse().target(), arguments),
                branch.position()));
        testing.setTerminator(new Jump(branch.ifTrue(), branch.position()));
        Emitter after = Emitter.appendingTo(latch, branch.position());
        Instruction step = after.emit(OpCode.ADD, null, List.of(rounds, after.constant(Type.INT, 1)));
        step.setUnorderedStep(true);
        List<Value> again = new ArrayList<>(next);
        again.add(step.value());
        latch.mapEdges(edge -> edge.target() == header ? new Edge(counting, again) : edge);
        // What was the header has one way in now, and what goes along it is looked for.
        RemoveRedundantParameters.run(function);
        return true;
    }

    private static MethodReference math(String name) {
        return new MethodReference(
                ClassDesc.of("java.lang.Math"),
                name,
                MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_long),
                false);
    }
}
