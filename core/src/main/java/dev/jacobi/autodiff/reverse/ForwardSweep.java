package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Copies the primal with its shadows into a function, calls augmented primals in the place of methods, and writes variables and records. */
final class ForwardSweep {
    private final SweepPlan plan;
    private final Workplace place;
    private final Map<Value, Value> copies = new HashMap<>();
    private Map<Block, Block> blocks = Map.of();

    ForwardSweep(SweepPlan plan, Workplace place) {
        this.plan = plan;
        this.place = place;
    }

    /**
     * Makes the code.
     *
     * @param entry ends with a jump to the code
     * @param arguments for the parameters of the plan's function
     */
    void make(Block entry, List<Value> arguments) {
        blocks = plan.augmented().copyInto(place.function(), copies);
        entry.setTerminator(new Jump(
                new Edge(copyOf(plan.augmented().entry()), arguments),
                plan.augmented().entry().terminator().position()));
        if (plan.returning() == null) {
            return;
        }
        makeCalls();
        if (plan.tapesAreReused()) {
            keepShadows();
        }
        writeCarried();
        record();
    }

    Block copyOf(Block block) {
        return Objects.requireNonNull(blocks.get(block));
    }

    Value copyOf(Value value) {
        return Objects.requireNonNull(copies.get(value));
    }

    Map<Value, Value> copies() {
        return copies;
    }

    private void makeCalls() {
        if (plan.plans().calls().isEmpty()) {
            return;
        }
        Map<Value, Value> results = new LinkedHashMap<>();
        for (Block block : Dominators.of(plan.augmented()).preorder()) {
            if (block.instructions().stream().anyMatch(plan.plans().calls()::containsKey)) {
                makeCalls(block, copyOf(block), results);
            }
        }
        place.function().replaceValues(results);
        copies.replaceAll((_, copy) -> results.getOrDefault(copy, copy));
    }

    private void makeCalls(Block block, Block copy, Map<Value, Value> results) {
        List<Instruction> originals = block.instructions();
        List<Instruction> copied = List.copyOf(copy.instructions());
        List<Instruction> all = new ArrayList<>();
        Block next = block.handlers().isEmpty() ? copy : copyOf(HandlerForm.after(block));
        List<Instruction> after = next == copy ? all : new ArrayList<>();
        // What follows a call in the block before is at the start already: blocks come in dominance order.
        int added = copied.size() - originals.size();
        all.addAll(copied.subList(0, added));
        for (int index = 0; index < originals.size(); index++) {
            Instruction primal = copied.get(added + index);
            FollowedCall call = plan.plans().calls().get(originals.get(index));
            if (call == null) {
                all.add(primal);
                continue;
            }
            Emitter emitter = new Emitter(place.function(), all::add, primal.position());
            place.tape().share(emitter, copy);
            Instruction made = emitter.emit(
                    OpCode.INVOKE_FUNCTION, call.pair().augmented(), operands(originals.get(index), primal, call));
            if (primal.result() != null) {
                results.put(primal.value(), made.value());
            }
            place.tape().join(new Emitter(place.function(), after::add, primal.position()), next);
        }
        copy.setInstructions(all);
        for (int index = 0; next != copy && index < after.size(); index++) {
            next.insert(index, after.get(index));
        }
    }

    private List<Value> operands(Instruction original, Instruction copied, FollowedCall call) {
        List<Value> operands = new ArrayList<>();
        operands.add(place.tape().stacks());
        for (int index = 0; index < copied.operands().size(); index++) {
            operands.add(copied.operand(index));
            if (call.signature().hasShadow(index)) {
                operands.add(copyOf(plan.shadows().of(original.operand(index))));
            }
        }
        return operands;
    }

    private void keepShadows() {
        for (Block block : plan.augmented().blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (plan.shadows().allocatesShadow(instruction)) {
                    Value shadow = copyOf(instruction.value());
                    Instruction allocation = Objects.requireNonNull(shadow.definition());
                    Block copy = shadow.block();
                    copy.insert(
                            copy.instructions().indexOf(allocation) + 1,
                            CallSignature.keepShadow(
                                    place.function(), place.tape().stacks(), shadow));
                }
            }
        }
    }

    private void writeCarried() {
        StoragePlan storage = plan.plans().storage();
        for (Value value : storage.carriedOrStored()) {
            var level = storage.level(value);
            List<Block> origins = plan.plans().flow().existence().origins(value);
            if (level != null && !origins.equals(List.of(level.header()))) {
                // Not defined on all ways through the iteration: what an earlier one left must not be carried on.
                place.variables()
                        .write(
                                new Variable.Primal(value),
                                copyOf(level.header()),
                                place.zeros().of(value.type()));
            }
            for (Block origin : origins) {
                place.variables().write(new Variable.Primal(value), afterThrowing(origin), copyOf(value));
            }
        }
    }

    /** What threw gave no result: the variable has it in the block after. */
    private Block afterThrowing(Block block) {
        return copyOf(block.handlers().isEmpty() ? block : HandlerForm.after(block));
    }

    private void record() {
        StoragePlan storage = plan.plans().storage();
        for (Map.Entry<Block, Set<Value>> record : storage.records().entrySet()) {
            Block block = record.getKey();
            if (!place.loopRecords().contains(block)) {
                place.tape().push(copyOf(block), List.copyOf(record.getValue()), value -> recorded(value, block));
            }
        }
        place.loopRecords().push(this::copyOf, this::copyOf, this::recorded);
    }

    /** What a block records of a value: the value itself where it is defined on all ways, else what the variable has. */
    private Value recorded(Value value, Block block) {
        boolean there = plan.plans().flow().existence().isAvailableAtEnd(value, block);
        return there ? copyOf(value) : place.variables().read(new Variable.Primal(value), copyOf(block));
    }
}
