package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Offset;
import dev.jacobi.analysis.TripCount;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownFunctions;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The greatest (smallest) element of an array, found by a loop {@code m = Math.max(m, a[i])}, or by {@code if (a[i] > m)}: its adjoint is that of one element, the winner. So behind the loop a search finds where it is, and the
 * reverse sweep adds there once. Nothing is recorded in the loop, which has no adjoints any more, and whose rounds need not wait for each other.
 *
 * <p>The winner is the element that the rule of {@code max} takes, of the pair {@code (m, a[i])} in each round: the first that is not less than the result, the value before the loop included; and where the result is NaN, the last of all. Chosen by
 * {@code a[i] > m ? a[i] : m}, it is the same first one; NaN never comes in, and if the value before the loop is NaN, it wins.
 * That value and the element meet in a call of {@link KnownFunctions#extremeOf}, which has the value of the one and the derivative of the other; {@link #resolve} takes it out of the sweeps.
 *
 * <p>For loops that count up by one, are left by their test alone, and only read. Not handled: candidates that are computed ({@code f(a[i])}); {@code Math.max(a[i], m)} and {@code a[i] >= m}, where the last of equals wins.
 */
final class Winners {
    private final Function function;
    private final Loops loops;
    private final Uses uses;

    /** A loop, the extreme so far, and where its candidates are. */
    private record Search(
            Loop loop,
            Block exit,
            Value extreme,
            Value before,
            Value array,
            int offset,
            TripCount count,
            Round round) {}

    /**
     * What a round does.
     *
     * @param load the candidate
     * @param extreme the extreme so far
     * @param comparison what the winner is to the result: greater or equal, less or equal
     * @param lastIfNone whether the last element wins where none is that, and not the value before the loop
     */
    private record Round(Instruction load, Value extreme, OpCode comparison, boolean lastIfNone) {
        /** The round that gives this value, if it is one. */
        static Optional<Round> of(@Nullable Instruction found) {
            if (found == null || !found.value().type().isFloatingPoint()) {
                return Optional.empty();
            }
            return switch (found.opCode()) {
                case MATH ->
                    switch (found.math().function()) {
                        case MAX -> of(found.operand(1), found.operand(0), OpCode.GE, true);
                        case MIN -> of(found.operand(1), found.operand(0), OpCode.LE, true);
                        default -> Optional.empty();
                    };
                case SELECT -> ofChoice(found);
                default -> Optional.empty();
            };
        }

        /** {@code a[i] > m ? a[i] : m}: equal elements, and NaN, never come in. */
        private static Optional<Round> ofChoice(Instruction select) {
            Instruction test = select.operand(0).definition();
            Value candidate = select.operand(1);
            Value extreme = select.operand(2);
            if (test == null || !test.opCode().isComparison()) {
                return Optional.empty();
            }
            boolean straight = test.operand(0) == candidate && test.operand(1) == extreme;
            boolean mirrored = test.operand(0) == extreme && test.operand(1) == candidate;
            return switch (test.opCode()) {
                case GT ->
                    straight
                            ? of(candidate, extreme, OpCode.GE, false)
                            : mirrored ? of(candidate, extreme, OpCode.LE, false) : Optional.empty();
                case LT ->
                    straight
                            ? of(candidate, extreme, OpCode.LE, false)
                            : mirrored ? of(candidate, extreme, OpCode.GE, false) : Optional.empty();
                default -> Optional.empty();
            };
        }

        private static Optional<Round> of(Value candidate, Value extreme, OpCode comparison, boolean lastIfNone) {
            Instruction load = candidate.definition();
            return extreme.definition() == null && load != null && load.opCode() == OpCode.ARRAY_LOAD
                    ? Optional.of(new Round(load, extreme, comparison, lastIfNone))
                    : Optional.empty();
        }
    }

    private Winners(Function function) {
        this.function = function;
        loops = Loops.of(function);
        uses = Uses.of(function);
    }

    /**
     * Puts searches behind the loops.
     *
     * @param isActive whether a number has an adjoint
     */
    static boolean find(Function function, Predicate<Value> isActive) {
        boolean any = false;
        boolean more = true;
        while (more) {
            Winners winners = new Winners(function);
            more = winners.insertFirst(isActive);
            any |= more;
        }
        return any;
    }

    private boolean insertFirst(Predicate<Value> isActive) {
        for (Loop loop : loops.all()) {
            Optional<Search> search = search(loop);
            if (search.isPresent() && isActive.test(search.get().extreme())) {
                insert(search.get());
                return true;
            }
        }
        return false;
    }

    /** Whether there may be something to find. */
    static boolean mayFind(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() != null && Round.of(instruction).isPresent()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Puts the extremes for the calls in a sweep. */
    static void resolve(Function function) {
        Map<Value, Value> replaced = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (instruction.opCode() == OpCode.INVOKE_STATIC && KnownFunctions.isExtreme(instruction.method())) {
                    replaced.put(instruction.value(), instruction.operand(1));
                    block.remove(instruction);
                }
            }
        }
        function.replaceValues(replaced);
    }

    private Optional<Search> search(Loop loop) {
        Block header = loop.header();
        TripCount count = TripCount.of(loop);
        Block latch = loop.latch();
        if (count == null
                || latch == null
                || count.hasOtherExits()
                || count.comparison() != OpCode.LT
                || count.variable().step() != 1
                || count.variable().parameter().type() != Type.INT
                || !onlyReads(loop)) {
            return Optional.empty();
        }
        Edge entry = onlyEdge(loop.entering().getFirst(), header);
        Edge back = onlyEdge(latch, header);
        for (int index = 0; index < header.parameters().size(); index++) {
            Value extreme = header.parameter(index);
            Instruction found = back.arguments().get(index).definition();
            Round round = Round.of(found).orElse(null);
            if (found == null
                    || round == null
                    || round.extreme() != extreme
                    || loop.contains(round.load().operand(0).block())
                    || !isUsedByNothingElse(loop, extreme, found)) {
                continue;
            }
            Instruction load = round.load();
            Offset place = Offset.of(load.operand(1));
            if (place.value() == count.variable().parameter()) {
                return Optional.of(new Search(
                        loop,
                        loop.exits().getFirst().edge().target(),
                        extreme,
                        entry.arguments().get(index),
                        load.operand(0),
                        place.constant(),
                        count,
                        round));
            }
        }
        return Optional.empty();
    }

    private static Edge onlyEdge(Block from, Block to) {
        for (Edge edge : from.terminator().edges()) {
            if (edge.target() == to) {
                return edge;
            }
        }
        throw new NoSuchElementException();
    }

    private static boolean onlyReads(Loop loop) {
        if (!loop.children().isEmpty()) {
            return false;
        }
        for (Block block : loop.blocks()) {
            if (!block.handlers().isEmpty()) {
                return false;
            }
            for (Instruction instruction : block.instructions()) {
                OpCode.Effect effect = instruction.opCode().effect();
                if (effect != OpCode.Effect.PURE && effect != OpCode.Effect.READ) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether the loop does nothing else with the extreme so far, before and after the round, but compare it. */
    private boolean isUsedByNothingElse(Loop loop, Value extreme, Instruction found) {
        for (Use use : uses.of(extreme)) {
            boolean only = use instanceof Use.Operand(Instruction user, int _)
                            && (user == found || user.opCode().isComparison())
                    || use instanceof Use.Passed passed
                            && !loop.contains(passed.edge().target())
                    || !loop.contains(use.block());
            if (!only || isSettled(use)) {
                return false;
            }
        }
        return uses.of(found.value()).size() == 1;
    }

    private static boolean isSettled(Use use) {
        return use instanceof Use.Operand(Instruction user, int _)
                && user.opCode() == OpCode.INVOKE_STATIC
                && KnownFunctions.isExtreme(user.method());
    }

    private void insert(Search search) {
        Value extreme = search.extreme();
        Loop loop = search.loop();
        Block header = loop.header();
        Block isBefore = function.newBlock();
        Block scan = function.newBlock();
        Block look = function.newBlock();
        Block next = function.newBlock();
        Block none = function.newBlock();
        Block winner = function.newBlock();
        Block join = function.newBlock();
        Set<Block> own = Set.of(isBefore, scan, look, next, none, winner, join);
        Edge exit = loop.exits().getFirst().edge();
        Value candidate = join.addParameter(extreme.type());
        Emitter joining = at(join, search);
        Value settled = joining.emit(
                        OpCode.INVOKE_STATIC, KnownFunctions.extremeOf(extreme.type()), List.of(candidate, extreme))
                .value();
        for (Block block : function.blocks()) {
            if (!loop.contains(block) && !own.contains(block)) {
                block.mapUses(value -> value == extreme ? settled : value);
            }
        }
        join.setTerminator(new Jump(exit.map(value -> value == extreme ? settled : value), null));
        header.mapEdges(edge -> edge == exit ? Edge.to(isBefore) : edge);

        Value beforeWins = wins(at(isBefore, search), search.before(), search);
        isBefore.setTerminator(new Branch(
                beforeWins,
                Edge.to(join, search.before()),
                Edge.to(scan, search.count().variable().start()),
                null));

        Value place = scan.addParameter(Type.INT);
        Emitter scanning = at(scan, search);
        Value more = scanning.value(OpCode.LT, null, place, bound(scanning, search));
        scan.setTerminator(new Branch(more, Edge.to(look), Edge.to(none), null));

        Value element = element(look, search, place);
        Value elementWins = wins(at(look, search), element, search);
        look.setTerminator(new Branch(elementWins, Edge.to(winner, place), Edge.to(next), null));

        Emitter counting = at(next, search);
        Value following = counting.value(OpCode.ADD, null, place, counting.constant(Type.INT, 1));
        next.setTerminator(new Jump(Edge.to(scan, following), null));

        Emitter last = at(none, search);
        Value bound = bound(last, search);
        if (!search.round().lastIfNone()) {
            none.setTerminator(new Jump(Edge.to(join, search.before()), null));
            insertWinner(winner, join, search);
            return;
        }
        Value any = last.value(OpCode.GT, null, bound, search.count().variable().start());
        Value end = last.value(OpCode.ADD, null, bound, last.constant(Type.INT, -1));
        none.setTerminator(new Branch(any, Edge.to(winner, end), Edge.to(join, search.before()), null));

        insertWinner(winner, join, search);
    }

    private static void insertWinner(Block winner, Block join, Search search) {
        Value place = winner.addParameter(Type.INT);
        winner.setTerminator(new Jump(Edge.to(join, element(winner, search, place)), null));
    }

    private static Emitter at(Block block, Search search) {
        return Emitter.appendingTo(block, search.round().load().position());
    }

    private static Value wins(Emitter emitter, Value candidate, Search search) {
        return emitter.value(search.round().comparison(), null, candidate, search.extreme());
    }

    private static Value bound(Emitter emitter, Search search) {
        Value bound = search.count().bound();
        @Nullable Instruction definition = bound.definition();
        return definition != null && definition.opCode() == OpCode.CONSTANT
                ? emitter.value(OpCode.CONSTANT, definition.attribute())
                : bound;
    }

    /** The loop has been there, so this cannot throw. */
    private static Value element(Block block, Search search, Value place) {
        Emitter emitter = at(block, search);
        Value index = search.offset() == 0
                ? place
                : emitter.value(OpCode.ADD, null, place, emitter.constant(Type.INT, search.offset()));
        Instruction load =
                emitter.emit(OpCode.ARRAY_LOAD, search.round().load().attribute(), List.of(search.array(), index));
        load.setProved(true);
        return load.value();
    }
}
