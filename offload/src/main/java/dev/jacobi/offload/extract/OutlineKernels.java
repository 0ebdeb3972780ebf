package dev.jacobi.offload.extract;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Origins;
import dev.jacobi.analysis.Ranges;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Independence.Condition;
import dev.jacobi.offload.extract.Independence.Proof;
import dev.jacobi.offload.extract.Kernel.Failures;
import dev.jacobi.offload.extract.Kernel.Requirement;
import dev.jacobi.offload.extract.Obstacle.Found;
import dev.jacobi.optimize.CanonicalizeLoops;
import dev.jacobi.optimize.EliminateDeadCode;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.runtime.DeviceCalls;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the parallel loops out of a function: what is left calls their launches. Of nested parallel loops the outermost is taken, and
 * a round does the inner ones itself.
 */
public final class OutlineKernels {
    private final Function function;
    private final String display;
    private final ClassKnowledge classes;
    private final DeviceCalls calls;
    private final AtomicArrays atomics;
    private final List<Kernel> kernels = new ArrayList<>();

    private OutlineKernels(Function function, String display, ClassKnowledge classes, DeviceCalls calls) {
        this.function = function;
        this.display = display;
        this.classes = classes;
        this.calls = calls;
        this.atomics = new AtomicArrays(function);
    }

    /**
     * Changes the function.
     *
     * @param display the method as messages name it
     * @param classes what is known of the classes that the function names
     * @param calls what the function calls, with the place of a kernel in the result as its number
     * @return what was taken out; empty if there is no parallel loop
     * @throws JacobiException NOT_INDEPENDENT or NOT_ON_DEVICE if a parallel loop cannot run on a device
     */
    public static List<Kernel> run(Function function, String display, ClassKnowledge classes, DeviceCalls calls) {
        OutlineKernels outline = new OutlineKernels(function, display, classes, calls);
        Set<SourcePosition> sequential = HostCalls.sequential(function);
        outline.prepare();
        while (outline.takeNext()) {}
        SegmentsAsArrays.removeViews(function);
        HostCalls.refuse(function, display);
        if (!outline.kernels.isEmpty()) {
            HostCalls.warn(sequential, display);
            EliminateDeadCode.run(function);
            EscapingArrays.refuse(function, display);
            OwnOfHost.announce(function, calls);
            TouchedArrays.announce(function, classes, calls);
        }
        return List.copyOf(outline.kernels);
    }

    /** Brings marked loops, those within others aside, into the form that is looked for. */
    private void prepare() {
        TypedRows.run(function);
        boolean changed = true;
        while (changed) {
            CanonicalizeLoops.run(function);
            Loops loops = Loops.of(function);
            changed = false;
            for (Loop loop : marked(loops)) {
                changed |= !changed && HoistFields.run(loop, loops, function, classes);
            }
        }
        CanonicalizeLoops.run(function);
        marked(Loops.of(function)).forEach(loop -> RoundInitializations.refuse(loop, display, classes));
        marked(Loops.of(function)).forEach(atomics::replace);
        for (Loop loop : marked(Loops.of(function))) {
            try {
                HoistStatics.readBefore(loop, function, classes, SegmentView::isSegment);
                SegmentsAsArrays.run(loop, function);
            } catch (Found found) {
                throw refused(found.obstacle(), ParallelLoop.positionOf(loop));
            }
        }
        changed = true;
        while (changed) {
            changed = false;
            for (Loop loop : marked(Loops.of(function))) {
                boolean promised = Promises.areIndependent(ParallelLoop.positionOf(loop), classes);
                if (FlattenNests.run(loop, function, promised)) {
                    CanonicalizeLoops.run(function);
                    changed = true;
                    break;
                }
            }
        }
    }

    private static List<Loop> marked(Loops loops) {
        return loops.all().stream()
                .filter(loop -> loop.unorderedStep() != null && !isInsideMarked(loop))
                .toList();
    }

    private boolean takeNext() {
        Loops loops = Loops.of(function);
        for (Loop loop : marked(loops)) {
            try {
                take(loop, loops);
            } catch (Found found) {
                throw refused(found.obstacle(), ParallelLoop.positionOf(loop));
            }
            return true;
        }
        return false;
    }

    private static boolean isInsideMarked(Loop loop) {
        for (Loop around = loop.parent(); around != null; around = around.parent()) {
            if (around.unorderedStep() != null) {
                return true;
            }
        }
        return false;
    }

    private JacobiException refused(Obstacle obstacle, @Nullable SourcePosition of) {
        SourcePosition position = obstacle.position() == null ? of : obstacle.position();
        return new JacobiException(
                Refusal.NOT_INDEPENDENT,
                "cannot run the parallel loop of " + display + (of == null ? "" : " at " + of) + " on a device: "
                        + obstacle.what(),
                position == null ? null : position.toString());
    }

    private void take(Loop found, Loops loops) throws Found {
        OneIndex.use(found, function);
        HoistStatics.readBefore(found, function, classes);
        ParallelLoop loop = ParallelLoop.of(found, function);
        Proof proof = Independence.prove(
                loop,
                loops,
                Ranges.of(function),
                Origins.of(function),
                Promises.areIndependent(loop.position(), classes));
        LoopBody body = new LoopBody(loop, proof);
        String name = function.name() + "$" + kernels.size();
        for (Value value : body.outside().values()) {
            if (value.type().isReference() && !ArrayUse.isArrayOfNumbers(value) && !RowsUse.isArrayOfRows(value)) {
                throw new Found(
                        AtomicArrays.isAtomic(value)
                                ? "it does more with an atomic array than add to its elements, without using what that gives"
                                : "it uses an object of " + value.type(),
                        loop.position());
            }
        }
        Map<Block, Boolean> always = new HashMap<>();
        Dominators dominators = loops.dominators();
        Block latch = Objects.requireNonNull(found.latch());
        loop.region().forEach(block -> always.put(block, dominators.dominates(block, latch)));
        List<@Nullable Use> uses = new ArrayList<>();
        for (Value value : body.outside().values()) {
            uses.add(value.type().isReference() ? use(value, proof, always, body.outside()) : null);
        }
        boolean inParts = !loop.reductions().isEmpty() || !proof.accumulated().isEmpty();
        List<@Nullable SegmentView> views =
                SegmentsAsArrays.viewsOf(body.outside().values());
        KnownLengths lengths = KnownLengths.of(loop);
        LoopBody onDevice = new LoopBody(loop, proof, lengths);
        LoopBody.Code code =
                inParts ? onDevice.part(name, function, proof.accumulated()) : onDevice.round(name, function);
        Function round = code.function();
        FlattenRows.run(round);
        int first = body.outside().values().stream()
                .mapToInt(value -> RowsUse.isArrayOfRows(value) ? FlattenRows.ARRAYS : 1)
                .sum();
        RoundMemory memory = RoundArrays.run(
                round,
                code.start(),
                List.copyOf(round.parameters()
                        .subList(first, first + lengths.values().size())),
                lengths.values().isEmpty()
                        ? null
                        : SegmentsAsArrays.onHost(
                                lengths.function(
                                        name + "$lengths",
                                        function,
                                        body.outside().values()),
                                views));
        Pipeline.standard().run(round);
        Function all =
                inParts ? body.part(name + "$all", function, Set.of()).function() : body.all(name + "$all", function);
        Kernel kernel = new Kernel(
                round,
                continued(name, loop, proof, uses, lengths, memory),
                SegmentsAsArrays.onHost(all, views),
                uses,
                views,
                loop.reductions().stream().map(Reduction::operation).toList(),
                proof.conditions().stream()
                        .map(condition -> requirement(condition, body.outside()))
                        .toList(),
                mayFail(round) ? failures(loop, proof, body.outside(), lengths, memory) : Failures.NONE,
                memory,
                loop.position());
        replace(loop, body.outside());
        kernels.add(kernel);
    }

    /** For loops that do nothing but add up numbers of flat arrays. */
    private @Nullable Function continued(
            String name,
            ParallelLoop loop,
            Proof proof,
            List<@Nullable Use> uses,
            KnownLengths lengths,
            RoundMemory memory) {
        boolean isPlain = !loop.reductions().isEmpty()
                && proof.accumulated().isEmpty()
                && lengths.values().isEmpty()
                && !memory.isNeeded()
                && uses.stream().allMatch(use -> use == null || use instanceof ArrayUse && !use.isWritten());
        if (!isPlain) {
            return null;
        }
        Function continued = new LoopBody(loop, proof)
                .continuedPart(name + "$continued", function)
                .function();
        Pipeline.standard().run(continued);
        return continued;
    }

    private static Use use(Value array, Proof proof, Map<Block, Boolean> always, Outside outside) {
        List<ArrayAccess> accesses = proof.accesses().stream()
                .filter(access -> access.array() == array)
                .toList();
        if (RowsUse.isArrayOfRows(array)) {
            return RowsUse.of(accesses, outside);
        }
        if (accesses.isEmpty()) {
            return ArrayUse.untouched();
        }
        return proof.accumulated().contains(array) ? ArrayUse.accumulated() : ArrayUse.of(accesses, always, outside);
    }

    private static boolean mayFail(Function round) {
        return round.blocks().stream()
                .anyMatch(block -> block.instructions().stream().anyMatch(Instruction::mayThrow)
                        || block.terminator() instanceof Throw);
    }

    /** What may throw in the loop, by its own code: what was proved of the copy is not asked. */
    private static Failures failures(
            ParallelLoop loop, Proof proof, Outside outside, KnownLengths lengths, RoundMemory memory) {
        if (!memory.stacks().isEmpty()) {
            return new Failures(List.of(), true);
        }
        Map<Instruction, ArrayAccess> accesses = new HashMap<>();
        proof.accesses().forEach(access -> accesses.put(access.instruction(), access));
        proof.rows().forEach(row -> accesses.put(row.instruction(), row));
        List<Failures.Bound> bounds = new ArrayList<>();
        for (Block block : loop.region()) {
            if (block.terminator() instanceof Throw) {
                return new Failures(List.of(), true);
            }
            for (Instruction instruction : block.instructions()) {
                // What is known of lengths is found out before the launch, and that none is negative.
                boolean known = lengths.computed().contains(instruction)
                        || ScratchCall.of(instruction) != null
                        || instruction.opCode() == OpCode.NEW_ARRAY
                                && lengths.values().contains(instruction.operand(0));
                if (!instruction.mayThrow() || known || asksGivenArray(instruction, outside, accesses)) {
                    continue;
                }
                ArrayAccess access = accesses.get(instruction);
                Span span = access == null ? null : Span.of(access.place(), outside);
                boolean mayBeNowhere = access != null && SegmentIndex.of(instruction.operand(1)) != null;
                if (access == null || access.row() != null || span == null || mayBeNowhere) {
                    return new Failures(List.of(), true);
                }
                bounds.add(new Failures.Bound(outside.indexOf(access.array()), span));
            }
        }
        return new Failures(List.copyOf(bounds), false);
    }

    /** Whether it only throws if an array that the loop gets, or a row of it, is null, which is found out before the launch. */
    private static boolean asksGivenArray(
            Instruction instruction, Outside outside, Map<Instruction, ArrayAccess> accesses) {
        if (instruction.opCode() != OpCode.NULL_CHECK && instruction.opCode() != OpCode.ARRAY_LENGTH) {
            return false;
        }
        Value array = instruction.operand(0);
        Instruction definition = array.definition();
        return outside.values().contains(array) || definition != null && accesses.containsKey(definition);
    }

    private static Requirement requirement(Condition condition, Outside outside) {
        return switch (condition) {
            case Condition.Distinct(var one, var other, var access, var otherAccess) ->
                new Requirement.Distinct(
                        outside.indexOf(one), outside.indexOf(other), access.text() + " and " + otherAccess.text());
            case Condition.Apart(var access, var otherAccess) ->
                new Requirement.Apart(
                        outside.indexOf(access.array()),
                        Objects.requireNonNull(Span.of(access.place(), outside)),
                        outside.indexOf(otherAccess.array()),
                        Objects.requireNonNull(Span.of(otherAccess.place(), outside)),
                        access.text() + " and " + otherAccess.text());
            case Condition.Separate(var access, var otherAccess, var places) ->
                new Requirement.Separate(
                        outside.indexOf(access.array()),
                        outside.indexOf(otherAccess.array()),
                        places.formulas(outside),
                        access == otherAccess
                                ? "two rounds may write the same element by " + access.text()
                                : access.text() + " and " + otherAccess.text() + " may meet in different rounds");
            case Condition.Digits(var divisor, var access) ->
                new Requirement.Digits(
                        divisor == null ? null : outside.formula(divisor.value()),
                        divisor != null && divisor.isRaised(),
                        access.text());
        };
    }

    /** Puts a call of the launch in the place of the loop. */
    private void replace(ParallelLoop loop, Outside outside) {
        Block preheader = Objects.requireNonNull(loop.loop().preheader());
        SourcePosition position = loop.position();
        Emitter emitter = Emitter.appendingTo(preheader, position);
        Value start = loop.variable().start();
        Value bound = loop.bound();
        if (bound.isResultOf(OpCode.CONSTANT) && loop.region().contains(bound.block())) {
            bound = emitter.value(
                    OpCode.CONSTANT, Objects.requireNonNull(bound.definition()).attribute());
        }
        List<Value> passed = new ArrayList<>();
        outside.values().forEach(value -> passed.add(SegmentView.segmentOf(value)));
        passed.add(start);
        passed.add(bound);
        loop.reductions().forEach(reduction -> passed.add(loop.initial(reduction.parameter())));
        Value array =
                emitter.value(OpCode.NEW_ARRAY, ConstantDescs.CD_Object, emitter.constant(Type.INT, passed.size()));
        for (int index = 0; index < passed.size(); index++) {
            emitter.emit(
                            OpCode.ARRAY_STORE,
                            ConstantDescs.CD_Object,
                            List.of(array, emitter.constant(Type.INT, index), Boxes.box(passed.get(index), emitter)))
                    .setProved(true);
        }
        Value receiver = DeviceMethods.receiver(calls, emitter);
        Instruction launch = emitter.emit(
                OpCode.INVOKE_INTERFACE,
                loop.reductions().isEmpty() ? DeviceMethods.LAUNCH : DeviceMethods.REDUCE,
                List.of(receiver, emitter.constant(Type.INT, kernels.size()), array));
        Map<Value, Value> after = afterLoop(loop, launch, bound, emitter);
        List<Value> arguments = loop.exit().arguments().stream()
                .map(value -> after.getOrDefault(value, value))
                .toList();
        preheader.setTerminator(new Jump(new Edge(loop.exit().target(), arguments), position));
        function.retainBlocks(function.blocks().stream()
                .filter(block -> !loop.region().contains(block))
                .toList());
        function.replaceValues(after);
        atomics.addIfThrown(launch, outside.values());
    }

    /** What values of the header are when the loop is done. Others cannot be used there. */
    private static Map<Value, Value> afterLoop(ParallelLoop loop, Instruction launch, Value bound, Emitter emitter) {
        Map<Value, Value> after = new HashMap<>();
        Value start = loop.variable().start();
        Value any = emitter.value(OpCode.LT, null, start, bound);
        after.put(loop.index(), emitter.value(OpCode.SELECT, null, any, bound, start));
        for (int index = 0; index < loop.reductions().size(); index++) {
            Value parameter = loop.reductions().get(index).parameter();
            Instruction load = emitter.emit(
                    OpCode.ARRAY_LOAD,
                    ConstantDescs.CD_Object,
                    List.of(launch.value(), emitter.constant(Type.INT, index)));
            load.setProved(true);
            after.put(parameter, Boxes.unbox(load.value(), parameter.type(), emitter));
        }
        for (Instruction instruction : loop.loop().header().instructions()) {
            if (instruction.isPure() && instruction.result() != null) {
                List<Value> operands = instruction.operands().stream()
                        .map(value -> after.getOrDefault(value, value))
                        .toList();
                after.put(
                        instruction.value(),
                        emitter.emit(instruction.opCode(), instruction.attribute(), operands)
                                .value());
            }
        }
        return after;
    }
}
