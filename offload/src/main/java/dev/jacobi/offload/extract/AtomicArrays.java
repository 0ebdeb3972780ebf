package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.AtomicSums;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Lets parallel loops that add to elements of an {@link AtomicIntegerArray} or {@link AtomicLongArray}, and do nothing else with it but ask for its length, add to an array of sums instead, which starts with zeros and is added to the elements when
 * the loop is done, or has failed. Whole numbers have the same sum in any order, and what other threads add meanwhile stays.
 */
final class AtomicArrays {
    private static final ClassDesc SUMS = AtomicSums.class.describeConstable().orElseThrow();
    private static final Map<ClassDesc, Type> SUMS_OF = Map.of(
            AtomicIntegerArray.class.describeConstable().orElseThrow(), Type.INT,
            AtomicLongArray.class.describeConstable().orElseThrow(), Type.LONG);
    /** What each method adds, null for its argument. */
    private static final Map<String, List<Integer>> SUMMANDS = Map.of(
            "incrementAndGet", List.of(1),
            "getAndIncrement", List.of(1),
            "decrementAndGet", List.of(-1),
            "getAndDecrement", List.of(-1),
            "addAndGet", List.of(),
            "getAndAdd", List.of());

    /** By sums, what they are of. */
    private final Map<Value, Value> arrays = new LinkedHashMap<>();

    private final Function function;

    AtomicArrays(Function function) {
        this.function = function;
    }

    /** Whether a call adds to sums, so that it may be done by many at once. */
    static boolean isIncrease(Instruction call) {
        return call.opCode() == OpCode.INVOKE_STATIC
                && call.method().owner().equals(SUMS)
                && call.method().name().equals("increase");
    }

    /** Changes a loop whose exit no other block leads to. */
    void replace(Loop loop) {
        Block preheader = loop.preheader();
        if (preheader == null || !(loop.header().terminator() instanceof Branch branch)) {
            return;
        }
        Block exit = loop.contains(branch.ifTrue().target())
                ? branch.ifFalse().target()
                : branch.ifTrue().target();
        if (!function.predecessors().get(exit).equals(List.of(loop.header()))) {
            return;
        }
        for (Value array : arraysAddedTo(loop)) {
            Type element = Objects.requireNonNull(SUMS_OF.get(array.type().descriptor()));
            ClassDesc sumsType = element.descriptor().arrayType();
            ClassDesc arrayType = array.type().descriptor();
            SourcePosition position = ParallelLoop.positionOf(loop);
            Value sums = Emitter.appendingTo(preheader, position)
                    .value(OpCode.INVOKE_STATIC, method("zeros", sumsType, arrayType), array);
            arrays.put(sums, array);
            Map<Value, Value> lengths = new HashMap<>();
            loop.blocks().forEach(block -> increase(block, array, sums, element, lengths));
            function.replaceValues(lengths);
            List<Instruction> after = new ArrayList<>();
            add(array, sums, new Emitter(function, after::add, position));
            after.reversed().forEach(instruction -> exit.insert(0, instruction));
        }
    }

    private static MethodReference method(String name, ClassDesc result, ClassDesc... parameters) {
        return new MethodReference(SUMS, name, MethodTypeDesc.of(result, parameters), false);
    }

    private static void add(Value array, Value sums, Emitter emitter) {
        emitter.emit(
                OpCode.INVOKE_STATIC,
                method(
                        "add",
                        ConstantDescs.CD_void,
                        array.type().descriptor(),
                        sums.type().descriptor()),
                List.of(array, sums));
    }

    /** The atomic arrays from outside with which a loop does nothing but add to their elements. */
    private Set<Value> arraysAddedTo(Loop loop) {
        Set<Value> used = new LinkedHashSet<>();
        Set<Value> otherwise = new LinkedHashSet<>();
        Set<Value> results = usedValues();
        for (Block block : loop.blocks()) {
            for (Instruction instruction : block.instructions()) {
                boolean adds = isAddition(instruction) && !results.contains(instruction.value());
                boolean asks = instruction.opCode() == OpCode.NULL_CHECK || isLength(instruction);
                for (int index = asks ? 1 : 0; index < instruction.operands().size(); index++) {
                    (adds && index == 0 ? used : otherwise).add(instruction.operand(index));
                }
            }
            block.edges().forEach(edge -> otherwise.addAll(edge.arguments()));
            otherwise.addAll(block.terminator().operands());
        }
        used.removeIf(array -> otherwise.contains(array) || loop.contains(array.block()));
        return used;
    }

    private Set<Value> usedValues() {
        Set<Value> used = new LinkedHashSet<>();
        for (Block block : function.blocks()) {
            block.instructions().forEach(instruction -> used.addAll(instruction.operands()));
            block.edges().forEach(edge -> used.addAll(edge.arguments()));
            used.addAll(block.terminator().operands());
        }
        return used;
    }

    private static boolean isAddition(Instruction call) {
        return call.opCode() == OpCode.INVOKE_VIRTUAL
                && SUMS_OF.containsKey(call.method().owner())
                && SUMMANDS.containsKey(call.method().name())
                && SUMS_OF.containsKey(call.operand(0).type().descriptor());
    }

    private static boolean isLength(Instruction call) {
        return call.opCode() == OpCode.INVOKE_VIRTUAL
                && SUMS_OF.containsKey(call.method().owner())
                && call.method().name().equals("length");
    }

    /** Whether a value is an atomic array; one that is left in a loop is used in another way. */
    static boolean isAtomic(Value value) {
        return SUMS_OF.containsKey(value.type().descriptor());
    }

    private void increase(Block block, Value array, Value sums, Type element, Map<Value, Value> lengths) {
        List<Instruction> all = new ArrayList<>();
        for (Instruction call : block.instructions()) {
            if (call.opCode() == OpCode.NULL_CHECK) {
                call.mapOperands(operand -> operand == array ? sums : operand);
            }
            Emitter emitter = new Emitter(function, all::add, call.position());
            if (isLength(call) && call.operand(0) == array) {
                lengths.put(call.value(), emitter.value(OpCode.ARRAY_LENGTH, null, sums));
                continue;
            }
            if (!isAddition(call) || call.operand(0) != array) {
                all.add(call);
                continue;
            }
            List<Integer> summands =
                    Objects.requireNonNull(SUMMANDS.get(call.method().name()));
            Value summand = summands.isEmpty() ? call.operand(2) : emitter.constant(element, summands.getFirst());
            emitter.emit(
                    OpCode.INVOKE_STATIC,
                    method(
                            "increase",
                            ConstantDescs.CD_void,
                            sums.type().descriptor(),
                            ConstantDescs.CD_int,
                            element.descriptor()),
                    List.of(sums, call.operand(1), summand));
        }
        block.setInstructions(all);
    }

    /** Sees to it that sums are added if a launch throws: it leaves them as the rounds before the one that has failed have made them. */
    void addIfThrown(Instruction launch, List<@Nullable Value> passed) {
        List<Value> sums = passed.stream()
                .filter(arrays::containsKey)
                .map(Objects::requireNonNull)
                .toList();
        if (sums.isEmpty()) {
            return;
        }
        Block before = Objects.requireNonNull(launch.block());
        Block launching = function.newBlock();
        Block after = function.newBlock();
        Block failed = function.newBlock();
        int at = before.instructions().indexOf(launch);
        List<Instruction> all = List.copyOf(before.instructions());
        for (Instruction instruction : all.subList(at, all.size())) {
            before.remove(instruction);
            (instruction == launch ? launching : after).append(instruction);
        }
        SourcePosition position = launch.position();
        after.setTerminator(before.terminator());
        before.setTerminator(new Jump(Edge.to(launching), position));
        launching.setTerminator(new Jump(Edge.to(after), position));
        Value thrown = failed.addParameter(Type.of(ConstantDescs.CD_Throwable));
        sums.forEach(
                each -> add(Objects.requireNonNull(arrays.get(each)), each, Emitter.appendingTo(failed, position)));
        failed.setTerminator(new Throw(thrown, position));
        launching.setHandlers(List.of(new Handler(null, Edge.to(failed))));
    }
}
