package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.BatchSums;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns what is added to an array that all examples add to into calls of {@link BatchSums}, which {@link StripSums} makes records of: several examples can record in step, and have their records
 * added in their order afterwards.
 *
 * <p>Only where nothing else is done with the array than {@code a[i] += x}.
 */
final class SummedRecords {
    private static final ClassDesc SUMS = ClassDesc.ofDescriptor(BatchSums.class.descriptorString());

    /** What one store adds. */
    private record Addition(Instruction store, List<Instruction> replaced, List<Value> terms) {}

    private final Function function;
    private final Value sums;
    private final Type type;
    private final Uses uses;

    private SummedRecords(Function function, Value sums) {
        this.function = function;
        this.sums = sums;
        type = sums.type();
        uses = Uses.of(function);
    }

    /** Whether anything was changed. */
    static boolean run(BatchSignature signature, Function function) {
        boolean changed = false;
        for (int index = 0; index < signature.axes().size(); index++) {
            Value parameter = function.parameters().get(index);
            boolean summed = signature.axes().get(index) == Axis.SUMMED
                    && (parameter.type().equals(Type.of(ConstantDescs.CD_double.arrayType()))
                            || parameter.type().equals(Type.of(ConstantDescs.CD_float.arrayType())));
            changed |= summed && new SummedRecords(function, parameter).run();
        }
        return changed;
    }

    /** Whether an instruction adds to what all examples add to: an array, the number, the place. */
    static boolean isRecord(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_STATIC
                && instruction.method().owner().equals(SUMS);
    }

    /** Whether a function has such instructions. */
    static boolean isIn(Function function) {
        return function.blocks().stream()
                .anyMatch(block -> block.instructions().stream().anyMatch(SummedRecords::isRecord));
    }

    private boolean run() {
        Map<Block, List<Addition>> additions = new LinkedHashMap<>();
        Set<Instruction> known = new HashSet<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.ARRAY_STORE && instruction.operand(0) == sums) {
                    Addition addition = addition(instruction);
                    if (addition == null) {
                        return false;
                    }
                    additions.computeIfAbsent(block, _ -> new ArrayList<>()).add(addition);
                    known.add(instruction);
                    known.addAll(addition.replaced());
                }
            }
        }
        if (additions.isEmpty() || !uses.of(sums).stream().allMatch(use -> isHarmless(use, known))) {
            return false;
        }
        record(additions);
        return true;
    }

    private static boolean isHarmless(Use use, Set<Instruction> known) {
        return use instanceof Use.Operand(Instruction instruction, int index)
                && (known.contains(instruction) && index == 0
                        || instruction.opCode() == OpCode.ARRAY_LENGTH
                        || instruction.opCode() == OpCode.NULL_CHECK
                        || instruction.opCode() == OpCode.EQ
                        || instruction.opCode() == OpCode.NE
                        || instruction.opCode() == OpCode.INVOKE_STATIC
                                && instruction.method().name().equals("fit"));
    }

    /** The terms that a store adds to what its place held, in their order, or null if it does something else. */
    private @Nullable Addition addition(Instruction store) {
        List<Instruction> replaced = new ArrayList<>();
        List<Value> terms = new ArrayList<>();
        return find(store, store.operand(2), replaced, terms) ? new Addition(store, replaced, terms) : null;
    }

    private boolean find(Instruction store, Value value, List<Instruction> replaced, List<Value> terms) {
        Instruction definition = value.definition();
        if (definition == null || definition.block() != store.block() || uses.count(value) != 1) {
            return false;
        }
        if (definition.opCode() == OpCode.ARRAY_LOAD
                && definition.operand(0) == sums
                && definition.operand(1) == store.operand(1)
                && nothingStoredBetween(definition, store)) {
            replaced.add(definition);
            return true;
        }
        if (definition.opCode() != OpCode.ADD) {
            return false;
        }
        for (int index = 0; index < 2; index++) {
            if (find(store, definition.operand(index), replaced, terms)) {
                replaced.add(definition);
                terms.add(definition.operand(1 - index));
                return true;
            }
        }
        return false;
    }

    private boolean nothingStoredBetween(Instruction load, Instruction store) {
        List<Instruction> instructions = store.block().instructions();
        return instructions.subList(instructions.indexOf(load), instructions.indexOf(store)).stream()
                .noneMatch(between -> between.opCode() == OpCode.ARRAY_STORE && between.operand(0) == sums);
    }

    private void record(Map<Block, List<Addition>> additions) {
        ClassDesc array = type.descriptor();
        MethodReference record = new MethodReference(
                SUMS,
                "record",
                MethodTypeDesc.of(ConstantDescs.CD_void, array, array.componentType(), ConstantDescs.CD_int),
                false);
        additions.forEach((block, ofBlock) -> {
            Map<Instruction, Addition> byStore = new LinkedHashMap<>();
            Set<Instruction> dropped = new HashSet<>();
            for (Addition addition : ofBlock) {
                byStore.put(addition.store(), addition);
                // A load whose index was not proved still tests it.
                addition.replaced().stream()
                        .filter(each -> each.opCode() != OpCode.ARRAY_LOAD || each.isProved())
                        .forEach(dropped::add);
            }
            List<Instruction> instructions = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                Addition addition = byStore.get(instruction);
                if (addition != null) {
                    Emitter emitter = new Emitter(function, instructions::add, instruction.position());
                    addition.terms()
                            .forEach(term -> emitter.emit(
                                    OpCode.INVOKE_STATIC, record, List.of(sums, term, instruction.operand(1))));
                } else if (!dropped.contains(instruction)) {
                    instructions.add(instruction);
                }
            }
            block.setInstructions(instructions);
        });
    }
}
