package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.Layout;
import dev.jacobi.analysis.ParameterWrites;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the loop over the examples, round a copy of the function's code: any control flow, one example after the other, bit for bit what calls give.
 *
 * <p>The parameters are those of the batch (without the number of examples), the array for the results if there are any, the number of examples, the first example and the one
 * after the last, and an {@code int[1]} which holds the number of the example that is being done. Lengths were checked by {@link BatchCode}.
 *
 * <p>An array that lies with those of other examples in one array is copied for its example, and back if the code may write into it.
 */
public final class BatchLoop {
    private final BatchSignature signature;
    private final Function body;
    private final Function loop;
    private final BatchFrame frame;
    private final Block entry;
    private final List<Value> arguments;
    private final Value count;

    private BatchLoop(BatchSignature signature, Function body, BatchFrame frame) {
        this.signature = signature;
        this.body = body;
        this.frame = frame;
        loop = frame.function();
        entry = frame.entry();
        arguments = frame.arguments();
        count = frame.count();
    }

    /** @param body is not changed */
    public static Function of(BatchSignature signature, Function body) {
        BatchLoop maker = new BatchLoop(signature, body, BatchFrame.of(signature, body));
        maker.make(false, Set.of());
        return maker.loop;
    }

    /**
     * As {@link #of}, but the parameters and the result are those of the batch, and lengths are checked: a function to be differentiated, or put into another batch.
     *
     * @param body is not changed
     */
    public static Function whole(BatchSignature signature, Function body) {
        BatchLoop maker = new BatchLoop(signature, body, BatchFrame.whole(signature, body));
        maker.make(true, Set.of());
        return maker.loop;
    }

    /**
     * As {@link #whole}, to be run by many work items at the same time: arrays that are only read are read where they lie, and what examples add to {@link Axis#SUMMED} arrays may be added up in any order.
     *
     * @param body is not changed
     * @param checks gets all arguments of the batch, in an {@code Object[]}, before anything else is done
     */
    public static Function atOnce(BatchSignature signature, Function body, Consumer<Object> checks) {
        BatchLoop maker = new BatchLoop(signature, body, BatchFrame.whole(signature, body));
        maker.make(true, FlatViews.possible(signature, body));
        CheckBefore.call(checks, maker.loop);
        return maker.loop;
    }

    /** What copies the array of one example back. */
    private record CopyBack(int index, Value array) {}

    /**
     * @param unordered whether the examples may be done in any order, as far as nobody sees it
     * @param viewed the parameters whose arrays are not copied
     */
    private void make(boolean unordered, Set<Integer> viewed) {
        Emitter before = Emitter.appendingTo(entry, null);
        List<@Nullable Value> lengths = new ArrayList<>();
        for (int index = 0; index < arguments.size(); index++) {
            lengths.add(signature.isFlat(index) ? lengthOfOne(before, arguments.get(index)) : null);
        }
        Block header = loop.newBlock();
        Value example = header.addParameter(Type.INT);
        entry.setTerminator(new Jump(Edge.to(header, frame.from()), null));
        Block load = loop.newBlock();
        Value more = Emitter.appendingTo(header, null).value(OpCode.LT, null, example, frame.to());
        header.setTerminator(new Branch(more, Edge.to(load), Edge.to(frame.end()), null));

        Emitter loading = Emitter.appendingTo(load, null);
        Value progress = frame.progress();
        if (progress != null && mayThrow(body)) {
            loading.emit(
                            OpCode.ARRAY_STORE,
                            ConstantDescs.CD_int,
                            List.of(progress, loading.constant(Type.INT, 0), example))
                    .setProved(true);
        }
        Block current = load;
        List<Value> passed = new ArrayList<>();
        List<CopyBack> copies = new ArrayList<>();
        for (int index = 0; index < arguments.size(); index++) {
            Value argument = arguments.get(index);
            if (signature.axes().get(index) != Axis.EACH) {
                passed.add(argument);
                continue;
            }
            Value length = lengths.get(index);
            if (signature.isOutput(index)) {
                Emitter making = Emitter.appendingTo(current, null);
                ClassDesc component = signature.parameters().get(index).componentType();
                Value array = making.value(OpCode.NEW_ARRAY, component, making.constant(Type.INT, 1));
                passed.add(array);
                copies.add(new CopyBack(index, array));
                continue;
            }
            if (length == null) {
                passed.add(element(Emitter.appendingTo(current, null), argument, index, example));
                continue;
            }
            if (viewed.contains(index)) {
                passed.add(argument);
                continue;
            }
            ClassDesc component = signature.parameters().get(index).componentType();
            Value array = Emitter.appendingTo(current, null).value(OpCode.NEW_ARRAY, component, length);
            current = copy(current, index, array, length, example, true);
            passed.add(array);
            if (ParameterWrites.mayWrite(body, body.parameters().get(index))) {
                copies.add(new CopyBack(index, array));
            }
        }
        Block store = loop.newBlock();
        Value results = frame.results();
        Value result = results == null ? null : store.addParameter(body.returnType());
        Map<Value, Value> values = new HashMap<>();
        Collection<Block> copied = body.copyInto(loop, values).values();
        Set<Instruction> sums = unordered && signature.axes().contains(Axis.SUMMED) ? sums(copied, values) : Set.of();
        for (Block block : copied) {
            if (passed != null) {
                current.setTerminator(new Jump(new Edge(block, passed), null));
                passed = null;
            }
            // The sums were put in order for one example; each example is to have the bits that it has alone.
            block.instructions().stream()
                    .filter(instruction -> !sums.contains(instruction))
                    .forEach(instruction -> instruction.setAdjointSum(false));
            if (block.terminator() instanceof Return(Value value, var position)) {
                block.setTerminator(
                        new Jump(result == null || value == null ? Edge.to(store) : Edge.to(store, value), position));
            }
        }
        if (results != null && result != null) {
            Emitter storing = Emitter.appendingTo(store, null);
            Instruction stored = storing.emit(
                    OpCode.ARRAY_STORE, BatchFrame.accessed(signature.result()), List.of(results, example, result));
            stored.setProved(true);
        }
        Block last = store;
        for (CopyBack back : copies) {
            if (signature.isOutput(back.index())) {
                storeOutput(last, back, example);
            } else {
                last = copy(last, back.index(), back.array(), lengths.get(back.index()), example, false);
            }
        }
        Emitter next = Emitter.appendingTo(last, null);
        Instruction following = next.emit(OpCode.ADD, null, List.of(example, next.constant(Type.INT, 1)));
        following.setUnorderedStep(unordered);
        last.setTerminator(new Jump(Edge.to(header, following.value()), null));
        for (int index : viewed) {
            Value view = Objects.requireNonNull(values.get(body.parameters().get(index)));
            Value length = Objects.requireNonNull(lengths.get(index));
            boolean packed = signature.layout() == Layout.PACKED;
            new FlatViews(view, arguments.get(index), length, example, packed ? null : count).read(copied);
        }
    }

    /** What is added to arrays that all examples add to. */
    private Set<Instruction> sums(Collection<Block> copied, Map<Value, Value> values) {
        Set<Value> summed = new HashSet<>();
        for (int index = 0; index < arguments.size(); index++) {
            if (signature.axes().get(index) == Axis.SUMMED) {
                summed.add(values.get(body.parameters().get(index)));
            }
        }
        Set<Instruction> sums = new HashSet<>();
        for (Block block : copied) {
            for (Instruction instruction : block.instructions()) {
                Instruction stored =
                        instruction.opCode() == OpCode.ARRAY_STORE && summed.contains(instruction.operand(0))
                                ? instruction.operand(2).definition()
                                : null;
                if (stored != null && stored.isAdjointSum()) {
                    sums.add(stored);
                }
            }
        }
        return sums;
    }

    private void storeOutput(Block block, CopyBack back, Value example) {
        Emitter emitter = Emitter.appendingTo(block, null);
        ClassDesc component =
                BatchFrame.accessed(signature.parameters().get(back.index()).componentType());
        Instruction given =
                emitter.emit(OpCode.ARRAY_LOAD, component, List.of(back.array(), emitter.constant(Type.INT, 0)));
        given.setProved(true);
        emitter.emit(OpCode.ARRAY_STORE, component, List.of(arguments.get(back.index()), example, given.value()))
                .setProved(true);
    }

    /** Whether an example may throw; also because its array cannot be made. */
    private boolean mayThrow(Function function) {
        boolean copies =
                signature.takesCount() && signature.parameters().stream().anyMatch(ClassDesc::isArray);
        return copies
                || function.blocks().stream()
                        .anyMatch(block -> block.terminator() instanceof Throw
                                || block.instructions().stream().anyMatch(Instruction::mayThrow));
    }

    private Value lengthOfOne(Emitter emitter, Value array) {
        Instruction length = emitter.emit(OpCode.ARRAY_LENGTH, null, List.of(array));
        length.setProved(true);
        Value some = frame.progress() == null
                ? emitter.value(OpCode.SELECT, null, count, count, emitter.constant(Type.INT, 1))
                : count;
        Instruction ofOne = emitter.emit(OpCode.DIV, null, List.of(length.value(), some));
        ofOne.setProved(true);
        return ofOne.value();
    }

    private Value element(Emitter emitter, Value array, int index, Value example) {
        Instruction element = emitter.emit(
                OpCode.ARRAY_LOAD, BatchFrame.accessed(signature.parameters().get(index)), List.of(array, example));
        element.setProved(true);
        return element.value();
    }

    /** Copies the elements of one example, and gives the block in which to go on. */
    private Block copy(Block block, int index, Value array, @Nullable Value length, Value example, boolean in) {
        if (length == null) {
            throw new IllegalStateException("the argument " + index + " is not one array");
        }
        boolean packed = signature.layout() == Layout.PACKED;
        Emitter start = Emitter.appendingTo(block, null);
        Value base = packed ? start.value(OpCode.MUL, null, example, length) : example;
        Value zero = start.constant(Type.INT, 0);
        Block header = loop.newBlock();
        Value place = header.addParameter(Type.INT);
        Block inside = loop.newBlock();
        Block after = loop.newBlock();
        block.setTerminator(new Jump(Edge.to(header, zero), null));
        Value more = Emitter.appendingTo(header, null).value(OpCode.LT, null, place, length);
        header.setTerminator(new Branch(more, Edge.to(inside), Edge.to(after), null));
        Emitter emitter = Emitter.appendingTo(inside, null);
        Value offset = packed ? place : emitter.value(OpCode.MUL, null, place, count);
        Value inFlat = emitter.value(OpCode.ADD, null, base, offset);
        ClassDesc component =
                BatchFrame.accessed(signature.parameters().get(index).componentType());
        Value flat = arguments.get(index);
        Instruction loaded =
                emitter.emit(OpCode.ARRAY_LOAD, component, in ? List.of(flat, inFlat) : List.of(array, place));
        loaded.setProved(true);
        emitter.emit(
                        OpCode.ARRAY_STORE,
                        component,
                        in ? List.of(array, place, loaded.value()) : List.of(flat, inFlat, loaded.value()))
                .setProved(true);
        Value next = emitter.value(OpCode.ADD, null, place, emitter.constant(Type.INT, 1));
        inside.setTerminator(new Jump(Edge.to(header, next), null));
        return after;
    }
}
