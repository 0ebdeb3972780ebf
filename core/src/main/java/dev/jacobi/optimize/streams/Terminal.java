package dev.jacobi.optimize.streams;

import static java.lang.constant.ConstantDescs.*;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.StandIns;
import dev.jacobi.optimize.streams.StreamChain.Element;
import dev.jacobi.runtime.library.StreamMethods;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collector;

/**
 * What a terminal operation keeps while the loop runs, what it does with each element, and what it gives in the end. The arithmetic
 * is that of the JDK, operation by operation. Where it may be reordered, what is kept are sums and the like of their own, each by one operation
 * that may begin anywhere: the JDK promises no order for parallel streams either.
 */
final class Terminal {
    private static final Set<String> OF_ALL = Set.of(
            "forEach",
            "forEachOrdered",
            "count",
            "reduce",
            "anyMatch",
            "allMatch",
            "noneMatch",
            "min",
            "max",
            "toArray",
            "collect",
            "findFirst",
            "findAny");
    private static final Set<String> OF_NUMBERS = Set.of("sum", "average", "summaryStatistics");
    private static final Set<String> OF_OBJECTS = Set.of("toList");
    private static final ClassDesc METHODS =
            StreamMethods.class.describeConstable().orElseThrow();
    private static final ClassDesc LIST = List.class.describeConstable().orElseThrow();
    private static final ClassDesc COLLECTOR =
            Collector.class.describeConstable().orElseThrow();
    private static final ClassDesc COMPARATOR =
            Comparator.class.describeConstable().orElseThrow();
    private static final ClassDesc ILLEGAL_ARGUMENT =
            IllegalArgumentException.class.describeConstable().orElseThrow();

    private final StreamChain chain;
    private final Instruction call;
    private final Element element;
    private final String name;
    private final boolean reordering;

    /** @param reordering whether elements may be taken in any order, so that parts of the loop can be put together */
    Terminal(StreamChain chain, Element element, boolean reordering) {
        this.chain = chain;
        this.call = chain.terminal();
        this.element = element;
        this.name = call.method().name();
        this.reordering = reordering;
    }

    /** Whether sums are compensated as the JDK does it. */
    private boolean compensates() {
        return element == Element.DOUBLE && !reordering;
    }

    /** Whether the least or greatest number is found by one operation, beginning with one that changes nothing. */
    private boolean beginsNeutral() {
        return reordering && element != Element.OBJECT;
    }

    static boolean isKnown(Instruction call, Element element) {
        String name = call.method().name();
        return OF_ALL.contains(name) || (element == Element.OBJECT ? OF_OBJECTS : OF_NUMBERS).contains(name);
    }

    /** Not supported are collectors that are not made by {@code Collectors} in the same function. */
    static boolean isSupported(StreamChain chain) {
        Instruction call = chain.terminal();
        return switch (call.method().name()) {
            case "count" -> chain.isSized() || !chain.mayBeSized();
            case "collect" -> call.operands().size() == 4 || isKnownCollector(call.operand(1));
            default -> true;
        };
    }

    private static boolean isKnownCollector(Value collector) {
        Instruction definition = collector.definition();
        return definition != null
                && (definition.opCode() == OpCode.INVOKE_STATIC && StandIns.isKnown(definition.method())
                        || definition.opCode() == OpCode.NEW);
    }

    private boolean byCollector() {
        return name.equals("collect") && call.operands().size() == 2;
    }

    /** Objects are collected in a list first, whatever is made of them. */
    private boolean inList() {
        return name.equals("toList") || name.equals("toArray") && element == Element.OBJECT;
    }

    /** Whether the loop ends with the first element. */
    private boolean finds() {
        return name.startsWith("find");
    }

    /** Whether the loop runs at all: a count of a known number does not. */
    boolean needsLoop() {
        return !(name.equals("count") && chain.isSized());
    }

    /** Whether the result is an optional: present or not, and the value. */
    boolean isOptional() {
        return name.equals("average")
                || name.equals("min")
                || name.equals("max")
                || finds()
                || name.equals("reduce") && call.operands().size() == 2;
    }

    /** The functions among the operands are checked before the first element is looked at. */
    void checkOperands(LoopCode code) {
        for (int index = 1; index < call.operands().size(); index++) {
            boolean identity =
                    name.equals("reduce") && index == 1 && call.operands().size() > 2;
            if (!identity) {
                code.append(OpCode.NULL_CHECK, null, call.operand(index));
            }
        }
    }

    /** The values that the loop keeps, as they are before the first element. */
    List<Value> initial(LoopCode code, StreamSource source) {
        return switch (name) {
            case "sum" ->
                compensates()
                        ? List.of(code.constant(0.0), code.constant(0.0), code.constant(0.0))
                        : List.of(code.zero(element.type()));
            case "average" ->
                compensates()
                        ? List.of(code.constant(0.0), code.constant(0.0), code.constant(0.0), code.constant(0.0))
                        : element == Element.DOUBLE
                                ? List.of(code.constant(0.0), code.constant(0.0))
                                : List.of(code.constant(0L), code.constant(0L));
            case "min", "max" ->
                List.of(code.constant(0), beginsNeutral() ? code.constant(neutral()) : code.zero(element.type()));
            case "reduce" ->
                isOptional() ? List.of(code.constant(0), code.zero(element.type())) : List.of(call.operand(1));
            case "summaryStatistics" -> List.of(newStatistics(code));
            case "count" -> List.of(chain.isSized() ? source.size(code) : code.constant(0L));
            case "toArray", "toList" ->
                inList()
                        ? List.of(library(code, "newList", MethodTypeDesc.of(LIST)))
                        : List.of(
                                chain.isSized()
                                        ? newArray(code, source.size(code))
                                        : code.append(OpCode.NEW_ARRAY, element.component(), code.constant(0))
                                                .value(),
                                code.constant(0));
            case "collect" ->
                byCollector()
                        ? List.of(code.apply(SUPPLIER, ofCollector(code, "supplier", SUPPLIER)))
                        : List.of(code.apply(call.method().type().parameterType(0), call.operand(1)));
            case "findFirst", "findAny" -> List.of(code.constant(0), code.zero(element.type()));
            case "anyMatch" -> List.of(code.constant(0));
            case "allMatch", "noneMatch" -> List.of(code.constant(1));
            default -> List.of();
        };
    }

    /** What no number is less than, or none greater. */
    private Number neutral() {
        boolean least = name.equals("min");
        return switch (element) {
            case INT -> least ? Integer.MAX_VALUE : Integer.MIN_VALUE;
            case LONG -> least ? Long.MAX_VALUE : Long.MIN_VALUE;
            default -> least ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        };
    }

    private Value newStatistics(LoopCode code) {
        Value made = code.append(OpCode.NEW, statistics()).value();
        code.append(
                OpCode.INVOKE_SPECIAL,
                new MethodReference(statistics(), "<init>", MethodTypeDesc.of(CD_void), false),
                made);
        return made;
    }

    private ClassDesc statistics() {
        return call.method().type().returnType();
    }

    private static final ClassDesc SUPPLIER = Supplier.class.describeConstable().orElseThrow();
    private static final ClassDesc ACCUMULATOR =
            BiConsumer.class.describeConstable().orElseThrow();
    private static final ClassDesc FINISHER =
            java.util.function.Function.class.describeConstable().orElseThrow();

    private Value ofCollector(LoopCode code, String part, ClassDesc type) {
        return code.append(
                        OpCode.INVOKE_INTERFACE,
                        new MethodReference(COLLECTOR, part, MethodTypeDesc.of(type), true),
                        call.operand(1))
                .value();
    }

    /** Calls a method of {@link StreamMethods}. */
    private static Value library(LoopCode code, String method, MethodTypeDesc type, Value... operands) {
        return code.append(OpCode.INVOKE_STATIC, new MethodReference(METHODS, method, type, false), operands)
                .value();
    }

    /** Refuses sizes that no array can have, as the JDK does: it looks at the elements first, but could not hold them. */
    private Value newArray(LoopCode code, Value size) {
        Block refused = code.newBlock(List.of());
        Block allowed = code.newBlock(List.of());
        Value tooLarge = code.op(OpCode.GE, size, code.constant(Integer.MAX_VALUE - 8L));
        code.branch(tooLarge, Edge.to(refused), Edge.to(allowed));
        code.continueIn(refused);
        code.throwNew(ILLEGAL_ARGUMENT, "Stream size exceeds max array size");
        code.continueIn(allowed);
        return code.append(OpCode.NEW_ARRAY, element.component(), code.convert(size, CD_int))
                .value();
    }

    /** Takes one element in and gives the values kept after it. */
    List<Value> step(LoopCode code, Value value, List<Value> kept, Block exit) {
        return switch (name) {
            case "sum" ->
                compensates() ? compensated(code, value, kept) : List.of(code.op(OpCode.ADD, kept.get(0), value));
            case "average" -> {
                if (element == Element.DOUBLE && reordering) {
                    yield List.of(
                            code.op(OpCode.ADD, kept.get(0), value),
                            code.op(OpCode.ADD, kept.get(1), code.constant(1.0)));
                }
                if (element == Element.DOUBLE) {
                    List<Value> sums = new ArrayList<>(compensated(code, value, kept));
                    sums.add(code.op(OpCode.ADD, kept.get(3), code.constant(1.0)));
                    yield sums;
                }
                yield List.of(
                        code.op(OpCode.ADD, kept.get(0), code.constant(1L)),
                        code.op(OpCode.ADD, kept.get(1), code.convert(value, CD_long)));
            }
            case "min", "max" -> {
                if (element == Element.OBJECT) {
                    yield firstOrBoth(
                            code,
                            value,
                            kept,
                            () -> library(
                                    code,
                                    name.equals("min") ? "least" : "greatest",
                                    MethodTypeDesc.of(CD_Object, COMPARATOR, CD_Object, CD_Object),
                                    call.operand(1),
                                    kept.get(1),
                                    value));
                }
                MathFunction function = name.equals("min") ? MathFunction.MIN : MathFunction.MAX;
                Value both = code.math(function, kept.get(1), value);
                if (beginsNeutral()) {
                    yield List.of(code.op(OpCode.OR, kept.get(0), code.constant(1)), both);
                }
                yield List.of(code.constant(1), code.op(OpCode.SELECT, kept.get(0), both, value));
            }
            case "reduce" -> reduce(code, value, kept);
            case "summaryStatistics" -> {
                MethodTypeDesc accept = MethodTypeDesc.of(CD_void, element.component());
                code.append(
                        OpCode.INVOKE_VIRTUAL,
                        new MethodReference(statistics(), "accept", accept, false),
                        kept.getFirst(),
                        value);
                yield kept;
            }
            case "count" -> List.of(code.op(OpCode.ADD, kept.get(0), code.constant(1L)));
            case "toArray", "toList" -> {
                if (inList()) {
                    MethodTypeDesc add = MethodTypeDesc.of(CD_boolean, CD_Object);
                    code.append(
                            OpCode.INVOKE_INTERFACE, new MethodReference(LIST, "add", add, true), kept.get(0), value);
                    yield kept;
                }
                ClassDesc array = element.component().arrayType();
                Value room = chain.isSized()
                        ? kept.get(0)
                        : library(code, "room", MethodTypeDesc.of(array, array, CD_int), kept.get(0), kept.get(1));
                code.append(OpCode.ARRAY_STORE, element.component(), room, kept.get(1), value);
                yield List.of(room, code.op(OpCode.ADD, kept.get(1), code.constant(1)));
            }
            case "findFirst", "findAny" -> {
                code.jump(exit, List.of(code.constant(1), value));
                code.continueIn(code.newBlock(List.of()));
                yield kept;
            }
            case "collect" -> {
                if (byCollector()) {
                    code.call(ACCUMULATOR, ofCollector(code, "accumulator", ACCUMULATOR), kept.get(0), value);
                    yield kept;
                }
                code.call(call.method().type().parameterType(1), call.operand(2), kept.get(0), value);
                yield kept;
            }
            case "anyMatch", "allMatch", "noneMatch" -> {
                Value holds = code.apply(call.method().type().parameterType(0), call.operand(1), value);
                Value found = code.constant(name.equals("anyMatch") ? 1 : 0);
                Block more = code.newBlock(List.of());
                Edge stop = Edge.to(exit, found);
                boolean stopIfTrue = !name.equals("allMatch");
                code.branch(holds, stopIfTrue ? stop : Edge.to(more), stopIfTrue ? Edge.to(more) : stop);
                code.continueIn(more);
                yield kept;
            }
            default -> {
                code.call(call.method().type().parameterType(0), call.operand(1), value);
                yield kept;
            }
        };
    }

    /** {@code Collectors.sumWithCompensation}, and the simple sum beside it. */
    private static List<Value> compensated(LoopCode code, Value value, List<Value> kept) {
        Value sum = kept.get(0);
        Value corrected = code.op(OpCode.SUB, value, kept.get(1));
        Value next = code.op(OpCode.ADD, sum, corrected);
        Value error = code.op(OpCode.SUB, code.op(OpCode.SUB, next, sum), corrected);
        return List.of(next, error, code.op(OpCode.ADD, kept.get(2), value));
    }

    private List<Value> reduce(LoopCode code, Value value, List<Value> kept) {
        // What combines partial results comes last, if there is such a function, and is never called.
        int index = call.operands().size() == 2 ? 1 : 2;
        ClassDesc operator = call.method().type().parameterType(index - 1);
        Value function = call.operand(index);
        if (!isOptional()) {
            return List.of(code.apply(operator, function, kept.get(0), value));
        }
        return firstOrBoth(code, value, kept, () -> code.apply(operator, function, kept.get(1), value));
    }

    /** Keeps the first element, and what {@code both} makes of later ones and what was kept before. */
    private List<Value> firstOrBoth(
            LoopCode code, Value value, List<Value> kept, java.util.function.Supplier<Value> both) {
        Block first = code.newBlock(List.of());
        Block later = code.newBlock(List.of());
        Block joined = code.newBlock(List.of(element.type()));
        code.branch(kept.get(0), Edge.to(later), Edge.to(first));
        code.continueIn(first);
        code.jump(joined, List.of(value));
        code.continueIn(later);
        code.jump(joined, List.of(both.get()));
        code.continueIn(joined);
        return List.of(code.constant(1), joined.parameter(0));
    }

    /** What the operation gives: nothing, one value, or for an optional whether it is present and the value. */
    List<Value> result(LoopCode code, List<Value> kept) {
        return switch (name) {
            case "sum" -> List.of(compensates() ? finalSum(code, kept) : kept.get(0));
            case "average" -> {
                if (element == Element.DOUBLE && reordering) {
                    yield List.of(
                            code.op(OpCode.GT, kept.get(1), code.constant(0.0)),
                            code.op(OpCode.DIV, kept.get(0), kept.get(1)));
                }
                if (element == Element.DOUBLE) {
                    Value count = kept.get(3);
                    yield List.of(
                            code.op(OpCode.GT, count, code.constant(0.0)),
                            code.op(OpCode.DIV, finalSum(code, kept), count));
                }
                yield List.of(
                        code.op(OpCode.GT, kept.get(0), code.constant(0L)),
                        code.op(
                                OpCode.DIV,
                                code.convert(kept.get(1), CD_double),
                                code.convert(kept.get(0), CD_double)));
            }
            case "toList" ->
                List.of(code.append(
                                OpCode.INVOKE_STATIC,
                                new MethodReference(
                                        Collections.class.describeConstable().orElseThrow(),
                                        "unmodifiableList",
                                        MethodTypeDesc.of(LIST, LIST),
                                        false),
                                kept.get(0))
                        .value());
            case "toArray" -> List.of(array(code, kept));
            case "collect" ->
                byCollector()
                        ? List.of(code.apply(FINISHER, ofCollector(code, "finisher", FINISHER), kept.get(0)))
                        : kept;
            default -> kept;
        };
    }

    private Value array(LoopCode code, List<Value> kept) {
        if (element != Element.OBJECT) {
            ClassDesc array = element.component().arrayType();
            MethodReference copyOf = new MethodReference(
                    Arrays.class.describeConstable().orElseThrow(),
                    "copyOf",
                    MethodTypeDesc.of(array, array, CD_int),
                    false);
            return chain.isSized()
                    ? kept.get(0)
                    : code.append(OpCode.INVOKE_STATIC, copyOf, kept.get(0), kept.get(1))
                            .value();
        }
        ClassDesc objects = CD_Object.arrayType();
        return call.operands().size() == 1
                ? code.append(
                                OpCode.INVOKE_INTERFACE,
                                new MethodReference(LIST, "toArray", MethodTypeDesc.of(objects), true),
                                kept.get(0))
                        .value()
                : library(
                        code,
                        "toArray",
                        MethodTypeDesc.of(objects, LIST, call.method().type().parameterType(0)),
                        kept.get(0),
                        call.operand(1));
    }

    /** {@code Collectors.computeFinalSum}. */
    private static Value finalSum(LoopCode code, List<Value> kept) {
        Value sum = code.op(OpCode.SUB, kept.get(0), kept.get(1));
        Value simple = kept.get(2);
        Value isNaN = code.op(OpCode.NE, sum, sum);
        Value isInfinite = code.op(OpCode.GT, code.math(MathFunction.ABS, simple), code.constant(Double.MAX_VALUE));
        return code.op(OpCode.SELECT, code.op(OpCode.AND, isNaN, isInfinite), simple, sum);
    }

    /** The type of the value in an optional result. */
    Type optionalType() {
        return name.equals("average") ? Type.DOUBLE : element.type();
    }
}
