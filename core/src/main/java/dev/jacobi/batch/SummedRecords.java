package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.BatchSums;
import dev.jacobi.runtime.Scratch;
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
 * Turns what is added to an array that all examples add to into records on a stack, with their places on another; at the end of the method {@link BatchSums} adds them up. Several examples can
 * record in step, and have their records added in their order afterwards.
 *
 * <p>Only where nothing else is done with the array than {@code a[i] += x}.
 */
final class SummedRecords {
    private static final ClassDesc SCRATCH = ClassDesc.ofDescriptor(Scratch.class.descriptorString());
    private static final ClassDesc SUMS = ClassDesc.ofDescriptor(BatchSums.class.descriptorString());
    private static final ClassDesc INTS = ConstantDescs.CD_int.arrayType();

    private enum Variable {
        RECORDS,
        PLACES,
        TOP
    }

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

    /** Whether an instruction adds up what was recorded. */
    static boolean isAddition(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_STATIC
                && instruction.method().owner().equals(SUMS);
    }

    /** Whether a function records what it adds. */
    static boolean isIn(Function function) {
        return function.blocks().stream()
                .anyMatch(block -> block.instructions().stream().anyMatch(SummedRecords::isAddition));
    }

    /** Adds up what all examples of a strip have recorded. */
    static MethodReference ofStrip(Instruction addition, boolean placesDiffer) {
        return new MethodReference(
                SUMS,
                placesDiffer ? "addScattered" : "addStrip",
                addition.method().type(),
                false);
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
        Map<Variable, Value> initial = new LinkedHashMap<>();
        List<Instruction> atEntry = new ArrayList<>();
        Emitter entry = new Emitter(function, atEntry::add, null);
        initial.put(Variable.RECORDS, entry.value(OpCode.INVOKE_STATIC, acquire(type.descriptor())));
        initial.put(Variable.PLACES, entry.value(OpCode.INVOKE_STATIC, acquire(INTS)));
        initial.put(Variable.TOP, entry.constant(Type.INT, 0));
        SsaVariables<Variable> variables = new SsaVariables<>(function, new SsaVariables.Variables<>() {
            @Override
            public Type type(Variable variable) {
                return switch (variable) {
                    case RECORDS -> type;
                    case PLACES -> Type.of(INTS);
                    case TOP -> Type.INT;
                };
            }

            @Override
            public Value initial(Variable variable) {
                return initial.get(variable);
            }
        });
        additions.forEach((block, ofBlock) -> record(block, ofBlock, variables));
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return) {
                addUp(block, variables);
            }
        }
        variables.finish();
        atEntry.addAll(function.entry().instructions());
        function.entry().setInstructions(atEntry);
    }

    private static MethodReference acquire(ClassDesc array) {
        String name = array.componentType().displayName();
        return new MethodReference(
                SCRATCH,
                "acquire" + Character.toUpperCase(name.charAt(0)) + name.substring(1) + "s",
                MethodTypeDesc.of(array),
                false);
    }

    private static MethodReference ensure(ClassDesc array) {
        return new MethodReference(
                SCRATCH,
                "ensure",
                MethodTypeDesc.of(array, array, ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int),
                false);
    }

    private void record(Block block, List<Addition> additions, SsaVariables<Variable> variables) {
        List<Instruction> instructions = new ArrayList<>();
        Emitter emitter = new Emitter(function, instructions::add, null);
        Value top = variables.read(Variable.TOP, block);
        int count = additions.stream().mapToInt(each -> each.terms().size()).sum();
        Value one = emitter.constant(Type.INT, 1);
        Value needed = emitter.constant(Type.INT, count);
        Value records = emitter.value(
                OpCode.INVOKE_STATIC, ensure(type.descriptor()), variables.read(Variable.RECORDS, block), top, one, needed);
        Value places = emitter.value(
                OpCode.INVOKE_STATIC, ensure(INTS), variables.read(Variable.PLACES, block), top, one, needed);
        Map<Instruction, Addition> byStore = new LinkedHashMap<>();
        Set<Instruction> dropped = new HashSet<>();
        for (Addition addition : additions) {
            byStore.put(addition.store(), addition);
            // A load whose index was not proved still tests it.
            addition.replaced().stream()
                    .filter(each -> each.opCode() != OpCode.ARRAY_LOAD || each.isProved())
                    .forEach(dropped::add);
        }
        int number = 0;
        for (Instruction instruction : block.instructions()) {
            Addition addition = byStore.get(instruction);
            if (addition == null) {
                if (!dropped.contains(instruction)) {
                    instructions.add(instruction);
                }
                continue;
            }
            Emitter storing = emitter.at(instruction.position());
            for (Value term : addition.terms()) {
                Value at = storing.value(OpCode.ADD, null, top, storing.constant(Type.INT, number++));
                store(storing, records, at, term);
                store(storing, places, at, instruction.operand(1));
            }
        }
        Value after = emitter.value(OpCode.ADD, null, top, needed);
        block.setInstructions(instructions);
        variables.write(Variable.RECORDS, block, records);
        variables.write(Variable.PLACES, block, places);
        variables.write(Variable.TOP, block, after);
    }

    private static void store(Emitter emitter, Value array, Value at, Value value) {
        emitter.emit(OpCode.ARRAY_STORE, array.type().descriptor().componentType(), List.of(array, at, value))
                .setProved(true);
    }

    private void addUp(Block block, SsaVariables<Variable> variables) {
        Value records = variables.read(Variable.RECORDS, block);
        Value places = variables.read(Variable.PLACES, block);
        Emitter emitter = Emitter.appendingTo(block, null);
        emitter.emit(
                OpCode.INVOKE_STATIC,
                new MethodReference(
                        SUMS,
                        "add",
                        MethodTypeDesc.of(
                                ConstantDescs.CD_void,
                                type.descriptor(),
                                type.descriptor(),
                                INTS,
                                ConstantDescs.CD_int),
                        false),
                List.of(sums, records, places, variables.read(Variable.TOP, block)));
        for (Value array : List.of(records, places)) {
            emitter.emit(
                    OpCode.INVOKE_STATIC,
                    new MethodReference(
                            SCRATCH,
                            "release",
                            MethodTypeDesc.of(ConstantDescs.CD_void, array.type().descriptor()),
                            false),
                    List.of(array));
        }
    }
}
