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
import dev.jacobi.offload.extract.Place.Divisor;
import dev.jacobi.offload.extract.Separation.Verdict;
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

        /** What the two touch in different rounds is not the same, if their arrays are. */
        record Separate(ArrayAccess access, ArrayAccess otherAccess, Separation places) implements Condition {}

        /** By what the index is divided, or null if it is only to be not negative. */
        record Digits(@Nullable Divisor divisor, ArrayAccess access) implements Condition {}
    }

    private final ParallelLoop loop;
    private final Origins origins;
    private final List<ArrayAccess> accesses = new ArrayList<>();
    private final Map<Instruction, ArrayAccess> rows = new LinkedHashMap<>();
    private final Set<Condition> conditions = new LinkedHashSet<>();
    private final Set<Value> accumulated = new LinkedHashSet<>();
    private final Set<Instruction> accumulating;
    private final PlaceReader places;
    private final boolean promised;

    private Independence(ParallelLoop loop, Loops loops, Ranges ranges, Origins origins, boolean promised) {
        this.loop = loop;
        this.origins = origins;
        this.promised = promised;
        this.places = new PlaceReader(loop, loops, ranges);
        this.accumulating = Accumulations.in(loop);
    }

    /**
     * What was found: the accesses of arrays from outside and of their rows, the loads of these rows, what must hold at each launch, and the arrays to which rounds only add, so that each part of them does it in an
     * array of its own.
     */
    record Proof(
            List<ArrayAccess> accesses,
            List<ArrayAccess> rows,
            List<Condition> conditions,
            Set<Value> accumulated,
            Map<Value, Value> lengths) {
        /** What is asked for before a launch. */
        List<Polynomial> asked() {
            List<Polynomial> asked = new ArrayList<>();
            accesses.forEach(access -> ask(access, asked));
            rows.forEach(row -> ask(row, asked));
            for (Condition condition : conditions) {
                switch (condition) {
                    case Condition.Separate(var _, var _, var places) -> places.ask(asked);
                    case Condition.Digits(var divisor, var _) -> {
                        if (divisor != null) {
                            asked.add(divisor.value());
                        }
                    }
                    case Condition.Distinct _, Condition.Apart _ -> {}
                }
            }
            return asked;
        }

        private static void ask(ArrayAccess access, List<Polynomial> asked) {
            if (access.place() != null && access.place().isOneElement()) {
                asked.add(access.place().fixed());
            }
        }
    }

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
        independence.checkDigits();
        return new Proof(
                List.copyOf(independence.accesses),
                List.copyOf(independence.rows.values()),
                List.copyOf(independence.conditions),
                Set.copyOf(independence.accumulated),
                Map.copyOf(independence.places.lengths()));
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
                        if (AtomicArrays.isIncrease(instruction)) {
                            access(instruction, block);
                        } else if (instruction.opCode().isCall()) {
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
                        .allMatch(origin -> !loop.isInvariant(origin)
                                && (origin.isResultOf(OpCode.NEW_ARRAY) || ScratchCall.gives(origin)));
    }

    /** Looks at accesses of one array, so far as it is one to the compiler. */
    private void compareWithin() throws Found {
        for (int first = 0; first < accesses.size(); first++) {
            for (int second = 0; second <= first; second++) {
                ArrayAccess one = accesses.get(first);
                ArrayAccess other = accesses.get(second);
                boolean written = one.isWrite() || other.isWrite();
                if (!written || one.array() != other.array() || one.isIncrease() && other.isIncrease()) {
                    continue;
                }
                Separation separation = Separation.of(one, other, places);
                Verdict verdict = separation == null ? Verdict.MEET : separation.verdict();
                if (verdict == Verdict.APART) {
                    separate(one, other, separation);
                    continue;
                }
                if (one != other && canBeApart(one, other)) {
                    conditions.add(new Condition.Apart(one, other));
                    continue;
                }
                if (verdict == Verdict.OPEN && !promised && !onlyAddsTo(one.array())) {
                    separate(one, other, separation);
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

    private void separate(ArrayAccess one, ArrayAccess other, Separation separation) {
        if (!separation.isPlain()) {
            conditions.add(new Condition.Separate(one, other, separation));
        }
    }

    /** Where indices are taken apart, a launch sees to it that they can be. */
    private void checkDigits() {
        for (ArrayAccess access : accesses) {
            checkDigits(access, access.place());
        }
        rows.values().forEach(row -> checkDigits(row, row.place()));
    }

    private void checkDigits(ArrayAccess access, @Nullable Place place) {
        if (place == null || !place.usesDigits()) {
            return;
        }
        if (conditions.stream()
                .noneMatch(known -> known instanceof Condition.Digits digits && digits.divisor() == null)) {
            conditions.add(new Condition.Digits(null, access));
        }
        for (Divisor divisor : place.divisors()) {
            if (conditions.stream()
                    .noneMatch(known -> known instanceof Condition.Digits digits && divisor.equals(digits.divisor()))) {
                conditions.add(new Condition.Digits(divisor, access));
            }
        }
    }

    /** Whether rounds meet for certain: both places are known, and they move together but for a distance, or not at all. */
    private static boolean isProvedToMeet(ArrayAccess one, ArrayAccess other) {
        Place place = one.place();
        Place otherPlace = other.place();
        boolean meet = place != null && otherPlace != null && place.movesWith(otherPlace) && place.step() != null;
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
                && !place.movesWith(otherPlace);
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
                if (!meet) {
                    continue;
                }
                Separation separation = flat && !anyAccumulated ? Separation.of(one, other, places) : null;
                if (separation != null && separation.verdict() == Verdict.APART) {
                    separate(one, other, separation);
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
}
