package dev.jacobi.optimize;

import dev.jacobi.analysis.ElementSet;
import dev.jacobi.analysis.ElementSet.Range;
import dev.jacobi.analysis.Sweep;
import dev.jacobi.analysis.Sweeps;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Arrays that a function makes for itself and that hold nothing but 0 in places: what is known to be 0 is not loaded, and 0 is not stored where it is already, or where something else is stored before anybody looks.
 *
 * <p>So are the shadows of arrays that are filled again and again, as those of the steps of a differential equation: each sweep takes what was added, and leaves 0 for the next one, which then need neither be read nor written.
 * Seen are accesses at constant indices, and those of {@linkplain Sweep loops over one block} at their variable plus a constant.
 * {@link ArrayContents} follows what they hold.
 */
public final class KnownZeros {
    private final Function function;
    private final Sweeps sweeps;
    private final ArrayContents contents;

    private KnownZeros(Function function, Sweeps sweeps, ArrayContents contents) {
        this.function = function;
        this.sweeps = sweeps;
        this.contents = contents;
    }

    public static boolean run(Function function) {
        List<Value> arrays = candidates(function);
        if (arrays.isEmpty()) {
            return false;
        }
        Sweeps sweeps = Sweeps.of(function);
        if (sweeps.isEmpty()) {
            return false;
        }
        boolean changed = false;
        for (Value array : arrays) {
            ArrayContents contents = new ArrayContents(function, array, sweeps);
            KnownZeros zeros = new KnownZeros(function, sweeps, contents);
            if (contents.findNumbers()) {
                changed |= zeros.dropLoads();
                // What is awaited now: loads that went let stores go.
                changed |= contents.findAwaited() && zeros.dropStores();
            }
        }
        return changed;
    }

    /** Arrays of floats and doubles that nobody else sees, that are one array wherever they are named, and in which a 0 is stored, in functions that catch nothing. */
    private static List<Value> candidates(Function function) {
        List<Value> found = new ArrayList<>();
        ValueSet unfit = new ValueSet();
        ValueSet zeroed = new ValueSet();
        for (Block block : function.blocks()) {
            if (!block.handlers().isEmpty()) {
                return List.of();
            }
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.NEW_ARRAY
                        && componentOf(instruction).isFloatingPoint()) {
                    found.add(instruction.value());
                }
                if (instruction.opCode() == OpCode.ARRAY_STORE && ArrayContents.isZero(instruction.operand(2))) {
                    zeroed.add(instruction.operand(0));
                }
                for (int index = 0; index < instruction.operands().size(); index++) {
                    boolean isAccess = index == 0
                            && (instruction.opCode() == OpCode.ARRAY_LOAD
                                    || instruction.opCode() == OpCode.ARRAY_STORE
                                    || instruction.opCode() == OpCode.ARRAY_LENGTH);
                    if (!isAccess) {
                        unfit.add(instruction.operand(index));
                    }
                }
            }
            for (Value operand : block.terminator().operands()) {
                unfit.add(operand);
            }
            for (Edge edge : block.edges()) {
                for (Value argument : edge.arguments()) {
                    unfit.add(argument);
                }
            }
        }
        List<Value> fit = new ArrayList<>();
        for (Value array : found) {
            if (zeroed.contains(array) && !unfit.contains(array)) {
                fit.add(array);
            }
        }
        return fit;
    }

    private static Type componentOf(Instruction newArray) {
        return Type.of(newArray.classAttribute());
    }

    private boolean dropLoads() {
        ValueMap<Value> zeros = new ValueMap<>();
        for (Block block : sweeps.outside()) {
            ElementSet set = contents.numbersBefore(block);
            for (Instruction instruction : List.copyOf(block.instructions())) {
                Range range = contents.isAccess(instruction, OpCode.ARRAY_LOAD) ? contents.range(instruction) : null;
                if (range != null && set.isApart(range)) {
                    drop(instruction, zeros);
                }
                set = contents.after(instruction, set);
            }
            Sweep sweep = sweeps.of(block);
            if (sweep != null) {
                for (Instruction load : List.copyOf(sweep.body().instructions())) {
                    Range range = contents.isAccess(load, OpCode.ARRAY_LOAD) ? sweep.range(load.operand(1)) : null;
                    if (range != null && set.isApart(range) && isBeforeStores(load, range, sweep)) {
                        drop(load, zeros);
                    }
                }
            }
        }
        function.replaceValues(zeros);
        return !zeros.isEmpty();
    }

    /** Whether each element is loaded before something is stored there in the same round, if at all. */
    private boolean isBeforeStores(Instruction load, Range range, Sweep sweep) {
        List<Instruction> instructions = sweep.body().instructions();
        int place = instructions.indexOf(load);
        for (int index = 0; index < instructions.size(); index++) {
            Instruction store = instructions.get(index);
            if (contents.stores(store, false) && !(index > place && range.equals(sweep.range(store.operand(1))))) {
                return false;
            }
        }
        return true;
    }

    private void drop(Instruction load, ValueMap<Value> zeros) {
        if (load.mayThrow()) {
            return;
        }
        Object zero = load.value().type().equals(Type.DOUBLE) ? (Object) 0.0 : (Object) 0f;
        Instruction constant = function.newInstruction(OpCode.CONSTANT, zero, List.of(), load.position());
        Block block = Objects.requireNonNull(load.block());
        block.insert(block.instructions().indexOf(load), constant);
        block.remove(load);
        zeros.put(load.value(), constant.value());
    }

    private boolean dropStores() {
        Set<Instruction> unseen = new LinkedHashSet<>();
        for (Block block : sweeps.outside()) {
            ElementSet set = contents.numbersBefore(block);
            List<Instruction> instructions = block.instructions();
            List<ElementSet> after = contents.awaitedAfterEach(block);
            for (int index = 0; index < instructions.size(); index++) {
                Instruction store = instructions.get(index);
                Range range = contents.stores(store, true) ? contents.range(store) : null;
                if (range != null && set.isApart(after.get(index), range)) {
                    unseen.add(store);
                }
                set = contents.after(store, set);
            }
            Sweep sweep = sweeps.of(block);
            if (sweep != null && !storesNumbers(sweep)) {
                ElementSet awaitedLater = contents.awaitedAfter(block);
                for (Instruction store : sweep.body().instructions()) {
                    Range range = contents.stores(store, true) ? sweep.range(store.operand(1)) : null;
                    if (range != null && set.isApart(awaitedLater, range) && isAfterLoads(store, range, sweep)) {
                        unseen.add(store);
                    }
                }
            }
        }
        boolean changed = false;
        for (Instruction store : unseen) {
            if (!store.mayThrow()) {
                Objects.requireNonNull(store.block()).remove(store);
                changed = true;
            }
        }
        return changed;
    }

    private boolean storesNumbers(Sweep sweep) {
        for (Instruction instruction : sweep.body().instructions()) {
            if (contents.stores(instruction, false)) {
                return true;
            }
        }
        return false;
    }

    /** Whether no element is loaded in the sweep after its zero is stored. */
    private boolean isAfterLoads(Instruction store, Range range, Sweep sweep) {
        List<Instruction> instructions = sweep.body().instructions();
        int place = instructions.indexOf(store);
        for (int index = 0; index < instructions.size(); index++) {
            Instruction load = instructions.get(index);
            if (contents.isAccess(load, OpCode.ARRAY_LOAD)
                    && !(index < place && range.equals(sweep.range(load.operand(1))))) {
                return false;
            }
        }
        return true;
    }
}
