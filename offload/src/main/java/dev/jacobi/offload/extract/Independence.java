package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Origins;
import dev.jacobi.analysis.Ranges;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Obstacle.Found;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the rounds of a loop may run in any order and at the same time: what one writes no other reads or writes.
 *
 * <p>Memory that a round allocates is its own. All else that is written must be arrays that the loop gets from outside, or rows of arrays of arrays that it gets, at {@link Place}s that differ from round to
 * round: of elements of rows, the row or the place in it. What can only be known of the arguments of a launch becomes a {@link Condition}.
 */
final class Independence {
    /** What must hold when the loop is launched. */
    sealed interface Condition {
        /**
         * The two arrays are not the same; of arrays of arrays, no row of one is the other or a row of it, and where both are one, no two of its rows are the same. The instructions are those that
         * would meet.
         */
        record Distinct(Value one, Value other, ArrayAccess access, ArrayAccess otherAccess) implements Condition {}

        /** What the two touch of one array does not overlap, if their arrays are the same. */
        record Apart(ArrayAccess access, ArrayAccess otherAccess) implements Condition {}

        /** The number of rounds times the stride does not wrap around, and the stride is positive. */
        record Stride(int stride, @Nullable Value factor, ArrayAccess access) implements Condition {}
    }

    private final ParallelLoop loop;
    private final Origins origins;
    private final List<ArrayAccess> accesses = new ArrayList<>();
    private final Map<Instruction, ArrayAccess> rows = new LinkedHashMap<>();
    private final Set<Condition> conditions = new LinkedHashSet<>();
    private final Set<Value> accumulated = new LinkedHashSet<>();
    private final Set<Instruction> accumulating;
    private final Place.Reader places;
    private final boolean promised;

    private Independence(ParallelLoop loop, Loops loops, Ranges ranges, Origins origins, boolean promised) {
        this.loop = loop;
        this.origins = origins;
        this.promised = promised;
        this.places = new Place.Reader(loop, loops, ranges);
        this.accumulating = Accumulations.in(loop);
    }

    /**
     * What was found: the accesses of arrays from outside and of their rows, the loads of these rows, what must hold at each launch, and the arrays to which rounds only add, so that each part of them does it in an
     * array of its own.
     */
    record Proof(
            List<ArrayAccess> accesses, List<ArrayAccess> rows, List<Condition> conditions, Set<Value> accumulated) {}

    /**
     * Proves it.
     *
     * @param promised whether the user says that it is so: then what cannot be proved is believed
     * @throws Found if the rounds depend on each other, or nothing is known of what they do
     */
    static Proof prove(ParallelLoop loop, Loops loops, Ranges ranges, Origins origins, boolean promised) throws Found {
        Independence independence = new Independence(loop, loops, ranges, origins, promised);
        independence.collectRows();
        independence.collect();
        independence.compareWithin();
        independence.compareBetween();
        return new Proof(
                List.copyOf(independence.accesses),
                List.copyOf(independence.rows.values()),
                List.copyOf(independence.conditions),
                Set.copyOf(independence.accumulated));
    }

    /** Finds the loads of rows first: a block may come before the one that loads a row that it uses. */
    private void collectRows() throws Found {
        for (Block block : loop.region()) {
            for (Instruction instruction : block.instructions()) {
                boolean store = instruction.opCode() == OpCode.ARRAY_STORE;
                if (!store && instruction.opCode() != OpCode.ARRAY_LOAD) {
                    continue;
                }
                Value array = instruction.operand(0);
                if (!loop.isInvariant(array) || !RowsUse.isArrayOfRows(array)) {
                    continue;
                }
                if (store) {
                    throw new Found("it puts an array into an array of arrays", instruction.position());
                }
                Place place = places.of(instruction.operand(1), block);
                rows.put(instruction, new ArrayAccess(instruction, array, place, null));
            }
        }
    }

    private void collect() throws Found {
        for (Block block : loop.region()) {
            for (Instruction instruction : block.instructions()) {
                switch (instruction.opCode()) {
                    case ARRAY_LOAD, ARRAY_STORE -> access(instruction, block);
                    case PUT_FIELD, PUT_STATIC ->
                        throw new Found(
                                "it writes the field " + instruction.field().name(), instruction.position());
                    case MONITOR_ENTER, MONITOR_EXIT -> throw new Found("it takes a lock", instruction.position());
                    default -> {
                        if (instruction.opCode().isCall()) {
                            call(instruction);
                        }
                    }
                }
            }
        }
    }

    private void access(Instruction instruction, Block block) throws Found {
        Value array = instruction.operand(0);
        if (array.isResultOf(OpCode.CONSTANT)) {
            throw new Found("it accesses an array that is null", instruction.position());
        }
        ArrayAccess row = array.definition() == null ? null : rows.get(array.definition());
        if (rows.containsKey(instruction)) {
            return;
        }
        if (row != null) {
            accesses.add(new ArrayAccess(instruction, row.array(), places.of(instruction.operand(1), block), row));
        } else if (loop.isInvariant(array)) {
            accesses.add(new ArrayAccess(instruction, array, places.of(instruction.operand(1), block), null));
        } else if (!isOwn(array)) {
            boolean taken = origins.of(array).stream().allMatch(origin -> origin.isResultOf(OpCode.ARRAY_LOAD));
            throw new Found(
                    taken
                            ? "it takes an array out of an array of arrays"
                            : "which array it accesses depends on the round",
                    instruction.position());
        }
    }

    /** What is called may compute with numbers, and with arrays of the round's own. */
    private void call(Instruction call) throws Found {
        for (Value operand : call.operands()) {
            if (operand.type().isArray() && !isOwn(operand)) {
                throw new Found("it passes an array to a method that was not inlined", call.position());
            }
        }
    }

    private boolean isOwn(Value array) {
        return origins.isComplete(array)
                && origins.of(array).stream()
                        .allMatch(origin -> origin.isResultOf(OpCode.NEW_ARRAY) && !loop.isInvariant(origin));
    }

    /** Looks at accesses of one array, so far as it is one to the compiler. */
    private void compareWithin() throws Found {
        for (int first = 0; first < accesses.size(); first++) {
            for (int second = 0; second <= first; second++) {
                ArrayAccess one = accesses.get(first);
                ArrayAccess other = accesses.get(second);
                boolean written = one.isWrite() || other.isWrite();
                if (!written || one.array() != other.array() || areApart(one, other)) {
                    continue;
                }
                if (one != other && canBeApart(one, other)) {
                    conditions.add(new Condition.Apart(one, other));
                    continue;
                }
                if (!onlyAddsTo(one.array()) && promised && !isProvedToMeet(one, other)) {
                    continue;
                }
                if (!onlyAddsTo(one.array())) {
                    throw new Found(
                            one == other
                                    ? "two rounds may write the same element"
                                    : other.text() + " and " + one.text() + " may meet in different rounds",
                            one.instruction().position());
                }
                accumulated.add(one.array());
            }
        }
    }

    /** Whether rounds meet for certain: both places are known, and they move together but for a distance, or not at all. */
    private static boolean isProvedToMeet(ArrayAccess one, ArrayAccess other) {
        Place place = one.place();
        Place otherPlace = other.place();
        boolean meet = place != null && otherPlace != null && place.moveTogether(otherPlace) && place.factor() == null;
        ArrayAccess row = one.row();
        ArrayAccess otherRow = other.row();
        return meet && (row == null || otherRow == null || isProvedToMeet(row, otherRow));
    }

    /** Whether it is for the arguments of a launch to say whether the elements of the two overlap. */
    private static boolean canBeApart(ArrayAccess one, ArrayAccess other) {
        Place place = one.place();
        Place otherPlace = other.place();
        return place != null
                && otherPlace != null
                && one.row() == null
                && other.row() == null
                && place.isOneElement()
                && otherPlace.isOneElement()
                && !place.moveTogether(otherPlace);
    }

    private boolean onlyAddsTo(Value array) {
        return !RowsUse.isArrayOfRows(array)
                && accesses.stream()
                        .filter(access -> access.array() == array)
                        .allMatch(access -> accumulating.contains(access.instruction()));
    }

    /** Looks at accesses of arrays that may be one and the same when the loop is launched. */
    private void compareBetween() {
        for (ArrayAccess one : accesses) {
            for (ArrayAccess other : accesses) {
                Value array = one.array();
                Value otherArray = other.array();
                // What is said of rounds says nothing of a row that is on the device more than once.
                boolean flat = one.row() == null && other.row() == null;
                boolean meet = one.isWrite()
                        && (!promised || !flat)
                        && (array != otherArray || one.row() != null)
                        && rowType(one).equals(rowType(other))
                        && !(accumulated.contains(array) && accumulated.contains(otherArray));
                boolean anyAccumulated = accumulated.contains(array) || accumulated.contains(otherArray);
                if (!meet || flat && !anyAccumulated && areApart(one, other)) {
                    continue;
                }
                if (!anyAccumulated && canBeApart(one, other)) {
                    conditions.add(new Condition.Apart(one, other));
                } else if (conditions.stream().noneMatch(known -> isSame(known, array, otherArray))) {
                    conditions.add(new Condition.Distinct(array, otherArray, one, other));
                }
            }
        }
    }

    /** The type of the array whose element it is. */
    private static Type rowType(ArrayAccess access) {
        return access.instruction().operand(0).type();
    }

    private static boolean isSame(Condition known, Value one, Value other) {
        return known instanceof Condition.Distinct(Value left, Value right, var _, var _)
                && (left == one && right == other || left == other && right == one);
    }

    /** Whether no two rounds meet, if both are of one array, and no array is twice among its rows. Adds what that depends on. */
    private boolean areApart(ArrayAccess one, ArrayAccess other) {
        ArrayAccess row = one.row();
        ArrayAccess otherRow = other.row();
        // Other places in a row are other elements, whichever rows these are.
        return row != null && otherRow != null && haveApartPlaces(row, otherRow) || haveApartPlaces(one, other);
    }

    private boolean haveApartPlaces(ArrayAccess one, ArrayAccess other) {
        Place place = one.place();
        Place otherPlace = other.place();
        if (place == null || otherPlace == null || !place.moveTogether(otherPlace) || place.stride() == 0) {
            return false;
        }
        if (place.factor() == null) {
            if (place.ownBelow() != null || otherPlace.ownBelow() != null) {
                return false;
            }
            long low = Math.min(place.own().low(), otherPlace.own().low());
            long high = Math.max(place.own().high(), otherPlace.own().high());
            if (high - low >= Math.abs((long) place.stride())) {
                return false;
            }
        } else if (!isWithinFactor(place) || !isWithinFactor(otherPlace)) {
            return false;
        }
        if (place.stride() != 1 && place.stride() != -1 || place.factor() != null) {
            conditions.add(new Condition.Stride(place.stride(), place.factor(), one));
        }
        return true;
    }

    /** Whether what is a round's own is at least 0 and less than the stride. */
    private static boolean isWithinFactor(Place place) {
        return place.ownBelow() == null
                ? place.own().low() == 0 && place.own().high() == 0
                : place.ownBelow() == place.factor();
    }
}
