package dev.jacobi.llvm;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.InductionVariable;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks of array accesses that are made once before a loop, for all its rounds, in the place of one in each round. A loop whose accesses are not all in range leaves for the JVM before its
 * first round instead of in the middle, which is as good, since the JVM does everything again.
 *
 * <p>That is done for loops {@code for (int i = start; i < bound; i++)} and those that go down by one, with no exit but the test in the header, of accesses that happen in every round and whose index is the
 * variable plus values that do not change in the loop. Their range follows from the test alone: nothing else that the IR says is believed.
 *
 * <p>Loads of numbers at other places, such as {@code a[index[i]]}, load the first element in the place of one that is not there, in loops without others and calls in them, which leave for the JVM when they
 * have come to their end. So there is no way out in the middle, and they can be vectorised too. In {@link IndependentLoops} stores do the same, into copies that are not looked at then.
 */
final class HoistedChecks {
    /** {@code variable + sum of plus - sum of minus + constant}, modulo 2^32. */
    private record Index(Value variable, List<Value> plus, List<Value> minus, long constant) {}

    /** The variable is from start to bound, one of which may be meant exclusively. */
    private record Range(InductionVariable variable, OpCode goesOn, Value bound) {}

    private record Check(Value array, Index index) {}

    /**
     * @param late arrays that are accessed at any place
     * @param columns stores that must be apart
     * @param exit the way out of the loop
     */
    private record Checks(Range range, Set<Check> all, Set<Value> late, List<TapeColumns> columns, Edge exit) {}

    private final Map<Block, Checks> onEntry = new LinkedHashMap<>();
    private final IdentityHashMap<Edge, Checks> onExit = new IdentityHashMap<>();
    private final Map<Instruction, Index> covered = new HashMap<>();
    private final Map<Instruction, Checks> late = new HashMap<>();
    /** Where a loop keeps whether an access was out of range. */
    private final IdentityHashMap<Checks, String> flags = new IdentityHashMap<>();

    /** @param columns are checked, if all accesses of theirs are */
    HoistedChecks(Loops loops, List<TapeColumns> columns) {
        Dominators dominators = loops.dominators();
        for (Loop loop : loops.all()) {
            Range range = range(loop);
            if (range == null) {
                continue;
            }
            Checks checks =
                    new Checks(range, new LinkedHashSet<>(), new LinkedHashSet<>(), new ArrayList<>(), exit(loop));
            // Up to the greatest int, all ints are at most the bound.
            boolean strict = range.goesOn() == OpCode.LT || range.goesOn() == OpCode.GT;
            boolean ends = strict && loops.all().stream().noneMatch(other -> other.parent() == loop) && !hasCalls(loop);
            for (Block block : loop.blocks()) {
                if (block != loop.header()
                        && loops.loopOf(block) == loop
                        && loop.latches().stream().allMatch(latch -> dominators.dominates(block, latch))) {
                    block.instructions().forEach(instruction -> add(instruction, loop, ends, checks));
                }
            }
            columns.stream()
                    .filter(group -> group.header() == loop.header()
                            && group.stores().stream().allMatch(covered::containsKey))
                    .forEach(checks.columns()::add);
            if (!checks.all().isEmpty() || !checks.late().isEmpty()) {
                onEntry.put(loop.header(), checks);
            }
            if (!checks.late().isEmpty()) {
                onExit.put(checks.exit(), checks);
            }
        }
    }

    /** What is called may not come to an end with a number that should not be there. */
    private static boolean hasCalls(Loop loop) {
        return loop.blocks().stream()
                .anyMatch(block -> block.instructions().stream()
                        .anyMatch(instruction -> instruction.opCode().isCall()));
    }

    private static Edge exit(Loop loop) {
        return loop.header().edges().stream()
                .filter(edge -> !loop.contains(edge.target()))
                .findFirst()
                .orElseThrow();
    }

    /** @param ends whether the loop comes to its end whatever is loaded */
    private void add(Instruction access, Loop loop, boolean ends, Checks checks) {
        if (access.opCode() != OpCode.ARRAY_LOAD && access.opCode() != OpCode.ARRAY_STORE) {
            return;
        }
        Value array = access.operand(0);
        Index index = index(access.operand(1), loop, checks.range().variable().parameter());
        if (index != null && isInvariant(array, loop) && Tags.handles(array.type())) {
            checks.all().add(new Check(array, index));
            covered.put(access, index);
        } else if (ends
                && (access.opCode() == OpCode.ARRAY_LOAD || IndependentLoops.contains(loop))
                && access.classAttribute().isPrimitive()
                && isInvariant(array, loop)
                && Tags.handles(array.type())) {
            checks.late().add(array);
            late.put(access, checks);
        }
    }

    private static @Nullable Range range(Loop loop) {
        if (!(loop.header().terminator() instanceof Branch(Value condition, Edge ifTrue, Edge ifFalse, var _))
                || loop.contains(ifTrue.target()) == loop.contains(ifFalse.target())
                || ifTrue.target() == loop.header()
                || ifFalse.target() == loop.header()
                || condition.definition() == null
                || loop.exits().stream().anyMatch(exit -> !exit.byException() && exit.from() != loop.header())) {
            return null;
        }
        Instruction test = condition.definition();
        for (InductionVariable variable : InductionVariable.of(loop)) {
            for (int side = 0; side < 2; side++) {
                OpCode goesOn = goesOn(test.opCode(), loop.contains(ifTrue.target()), side == 1);
                if (goesOn != null
                        && variable.parameter().type().equals(Type.INT)
                        && test.operand(side) == variable.parameter()
                        && isInvariant(test.operand(1 - side), loop)
                        && variable.step() == (goesOn == OpCode.LT || goesOn == OpCode.LE ? 1 : -1)) {
                    return new Range(variable, goesOn, test.operand(1 - side));
                }
            }
        }
        return null;
    }

    private static @Nullable OpCode goesOn(OpCode test, boolean ifTrue, boolean mirrored) {
        OpCode goesOn = switch (test) {
            case LT -> ifTrue ? OpCode.LT : OpCode.GE;
            case LE -> ifTrue ? OpCode.LE : OpCode.GT;
            case GT -> ifTrue ? OpCode.GT : OpCode.LE;
            case GE -> ifTrue ? OpCode.GE : OpCode.LT;
            default -> null;
        };
        if (goesOn == null || !mirrored) {
            return goesOn;
        }
        return switch (goesOn) {
            case LT -> OpCode.GT;
            case LE -> OpCode.GE;
            case GT -> OpCode.LT;
            default -> OpCode.LE;
        };
    }

    private static boolean isInvariant(Value value, Loop loop) {
        return !loop.contains(value.block()) || isConstant(value);
    }

    private static boolean isConstant(Value value) {
        Instruction definition = value.definition();
        return definition != null && definition.opCode() == OpCode.CONSTANT;
    }

    /** An index as a sum with the variable once, or null. */
    private static @Nullable Index index(Value value, Loop loop, Value variable) {
        List<Value> plus = new ArrayList<>();
        List<Value> minus = new ArrayList<>();
        long[] constant = new long[1];
        int found = collect(value, loop, variable, 1, plus, minus, constant);
        return found == 1 ? new Index(variable, List.copyOf(plus), List.copyOf(minus), constant[0]) : null;
    }

    /** How often the variable is in the sum, or a large number if that is no such sum. */
    private static int collect(
            Value value, Loop loop, Value variable, int sign, List<Value> plus, List<Value> minus, long[] constant) {
        int unknown = 1_000;
        if (value == variable) {
            return sign > 0 ? 1 : unknown;
        }
        Instruction definition = value.definition();
        if (definition != null && definition.attribute() instanceof Integer number && isConstant(value)) {
            constant[0] += sign * (long) number;
            return 0;
        }
        if (isInvariant(value, loop)) {
            (sign > 0 ? plus : minus).add(value);
            return plus.size() + minus.size() > 3 ? unknown : 0;
        }
        if (definition == null || definition.opCode() != OpCode.ADD && definition.opCode() != OpCode.SUB) {
            return unknown;
        }
        int right = definition.opCode() == OpCode.ADD ? sign : -sign;
        return collect(definition.operand(0), loop, variable, sign, plus, minus, constant)
                + collect(definition.operand(1), loop, variable, right, plus, minus, constant);
    }

    /** Whether an access needs no check where it is. */
    boolean covers(Instruction access) {
        return covered.containsKey(access);
    }

    /** Whether something is checked on this edge, so that it needs a place of its own. */
    boolean isOn(Edge edge) {
        return onEntry.containsKey(edge.target()) || onExit.containsKey(edge);
    }

    /** The columns that are apart wherever a loop has been entered. */
    List<TapeColumns> columns() {
        return onEntry.values().stream()
                .flatMap(checks -> checks.columns().stream())
                .toList();
    }

    /** Whether the edge comes from outside into a loop with checks. */
    boolean enters(Edge edge) {
        Checks checks = onEntry.get(edge.target());
        if (checks == null) {
            return false;
        }
        InductionVariable variable = checks.range().variable();
        int parameter = edge.target().parameters().indexOf(variable.parameter());
        return edge.arguments().get(parameter) == variable.start();
    }

    /** Writes the checks of a loop that the edge enters or leaves. */
    void onEdge(Edge edge, Body body) {
        Checks left = onExit.get(edge);
        if (left != null) {
            String missing = body.let("load i32, ptr " + flag(left, body) + ", align 4");
            body.bailIf(body.let("icmp ne i32 " + missing + ", 0"), Frame.EXCEPTION);
        }
        if (!enters(edge)) {
            return;
        }
        Checks checks = Objects.requireNonNull(onEntry.get(edge.target()));
        Range range = checks.range();
        // In 64 bits nothing wraps: there are few summands of 32.
        String start = wide(range.variable().start(), body);
        String bound = wide(range.bound(), body);
        String first;
        String last;
        String none;
        switch (range.goesOn()) {
            case LT -> {
                first = start;
                last = body.let("sub i64 " + bound + ", 1");
                none = body.let("icmp sge i64 " + start + ", " + bound);
            }
            case LE -> {
                first = start;
                last = bound;
                none = body.let("icmp sgt i64 " + start + ", " + bound);
            }
            case GT -> {
                first = body.let("add i64 " + bound + ", 1");
                last = start;
                none = body.let("icmp sle i64 " + start + ", " + bound);
            }
            default -> {
                first = bound;
                last = start;
                none = body.let("icmp slt i64 " + start + ", " + bound);
            }
        }
        Map<Value, String> isNull = new LinkedHashMap<>();
        String wrong = "false";
        for (Check check : checks.all()) {
            String offset = offset(check.index(), body);
            String low = body.let("add i64 " + first + ", " + offset);
            String high = body.let("add i64 " + last + ", " + offset);
            String length = body.let("zext i32 " + body.length(check.array()) + " to i64");
            String below = body.let("icmp slt i64 " + low + ", 0");
            String above = body.let("icmp sge i64 " + high + ", " + length);
            String nothing = isNull.computeIfAbsent(
                    check.array(), array -> body.let("icmp eq ptr " + body.text(array) + ", null"));
            wrong = body.let("or i1 " + wrong + ", " + body.let("or i1 " + below + ", " + above));
            wrong = body.let("or i1 " + wrong + ", " + nothing);
        }
        for (TapeColumns group : checks.columns()) {
            for (int column = 1; column < group.stores().size(); column++) {
                String before = offset(covered.get(group.stores().get(column - 1)), body);
                String offset = offset(covered.get(group.stores().get(column)), body);
                String end = body.let("add i64 " + last + ", " + before);
                String next = body.let("add i64 " + first + ", " + offset);
                wrong = body.let("or i1 " + wrong + ", " + body.let("icmp sle i64 " + next + ", " + end));
            }
        }
        for (Value array : checks.late()) {
            String nothing = body.let("icmp eq ptr " + body.text(array) + ", null");
            String empty = body.let("icmp eq i32 " + body.length(array) + ", 0");
            wrong = body.let("or i1 " + wrong + ", " + body.let("or i1 " + nothing + ", " + empty));
        }
        if (!checks.late().isEmpty()) {
            body.line("store i32 0, ptr " + flag(checks, body) + ", align 4");
        }
        String some = body.let("xor i1 " + none + ", true");
        body.bailIf(body.let("and i1 " + some + ", " + wrong), Frame.EXCEPTION);
    }

    /** Writes the index of an access that needs no check, an i64. Since it is in range, it need not wrap around as an int does, so that LLVM sees accesses to neighbours. */
    String index(Instruction access, Body body) {
        Index index = Objects.requireNonNull(covered.get(access));
        String offset = offset(index, body);
        String variable = wide(index.variable(), body);
        return offset.equals("0") ? variable : body.let("add nsw i64 " + variable + ", " + offset);
    }

    private String flag(Checks checks, Body body) {
        return flags.computeIfAbsent(checks, _ -> body.alloca("i32"));
    }

    /** Whether an access is checked when its loop has come to its end. */
    boolean isLate(Instruction access) {
        return late.containsKey(access);
    }

    /** Writes the index of such an access, an i64: 0 if there is no such element. */
    String lateIndex(Instruction access, Body body) {
        String flag = flag(Objects.requireNonNull(late.get(access)), body);
        String index = body.text(access.operand(1));
        String missing = body.let("icmp uge i32 " + index + ", " + body.length(access.operand(0)));
        String before = body.let("load i32, ptr " + flag + ", align 4");
        String after = body.let("or i32 " + before + ", " + body.let("zext i1 " + missing + " to i32"));
        body.line("store i32 " + after + ", ptr " + flag + ", align 4");
        return body.let("sext i32 " + body.let("select i1 " + missing + ", i32 0, i32 " + index) + " to i64");
    }

    private static String offset(Index index, Body body) {
        String offset = Long.toString(index.constant());
        for (Value value : index.plus()) {
            offset = body.let("add nsw i64 " + wide(value, body) + ", " + offset);
        }
        for (Value value : index.minus()) {
            offset = body.let("sub nsw i64 " + offset + ", " + wide(value, body));
        }
        return offset;
    }

    private static String wide(Value value, Body body) {
        return body.let("sext " + body.typed(value) + " to i64");
    }
}
