package dev.jacobi.optimize.streams;

import static java.lang.constant.ConstantDescs.*;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import dev.jacobi.optimize.streams.StreamChain.Element;
import dev.jacobi.optimize.streams.StreamChain.Operation;
import dev.jacobi.optimize.streams.StreamChain.Stage;
import dev.jacobi.runtime.library.StreamMethods;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the loop that does what one stream does, in the place of its terminal operation. */
final class StreamLoop {
    private final StreamChain chain;
    private final Function function;
    private final Terminal terminal;

    StreamLoop(StreamChain chain, Function function) {
        this.chain = chain;
        this.function = function;
        Element last = chain.stages().isEmpty()
                ? chain.element()
                : chain.stages().getLast().result();
        this.terminal = new Terminal(chain, last);
    }

    void replace() {
        Bounds bounds = replaceSource();
        chain.stages().forEach(StreamLoop::replaceStage);

        Instruction call = chain.terminal();
        Block start = call.block();
        List<Handler> handlers = start.handlers();
        Optional<List<Instruction>> optionalUses = terminal.isOptional() && call.result() != null
                ? OptionalUses.of(call.value(), function)
                : Optional.empty();
        Block continuation = SplitAtThrows.cut(call);
        int own = function.blocks().size();
        LoopCode code = new LoopCode(start, call.position());
        terminal.checkOperands(code);
        Value size = size(code, bounds);
        List<Value> initial = terminal.initial(code, size);
        List<Type> types = initial.stream().map(Value::type).toList();
        Block exit = code.newBlock(types);
        if (terminal.needsLoop()) {
            writeLoop(code, bounds, initial, exit);
        } else {
            code.jump(exit, initial);
        }
        code.at(call.position());
        code.continueIn(exit);
        finish(code, exit, continuation, optionalUses.isPresent());

        List<Block> made =
                new ArrayList<>(function.blocks().subList(own, function.blocks().size()));
        made.add(start);
        for (Block block : made) {
            block.setHandlers(handlers);
            SplitAtThrows.split(block);
        }
        optionalUses.ifPresent(uses ->
                uses.forEach(use -> OptionalUses.replace(use, continuation.parameter(0), continuation.parameter(1))));
    }

    /** The first element's index or value, and the end; or the collection whose elements they are. */
    private record Bounds(
            @Nullable Value from,
            @Nullable Value to,
            @Nullable Value array,
            @Nullable Value collection) {}

    private static final ClassDesc COLLECTION =
            Collection.class.describeConstable().orElseThrow();
    private static final ClassDesc ITERATOR = Iterator.class.describeConstable().orElseThrow();
    private static final ClassDesc SEEN =
            StreamMethods.Seen.class.describeConstable().orElseThrow();
    private static final ClassDesc METHODS =
            StreamMethods.class.describeConstable().orElseThrow();

    /** Takes the source away; what it checked is still checked where it stood. */
    private Bounds replaceSource() {
        Instruction source = chain.source();
        Block block = source.block();
        int index = block.instructions().indexOf(source);
        if (chain.isRange()) {
            block.remove(source);
            return new Bounds(source.operand(0), source.operand(1), null, null);
        }
        if (chain.isCollection()) {
            block.remove(source);
            block.insert(
                    index,
                    function.newInstruction(OpCode.NULL_CHECK, null, List.of(source.operand(0)), source.position()));
            return new Bounds(null, null, null, source.operand(0));
        }
        Instruction zero = function.newInstruction(OpCode.CONSTANT, 0, List.of(), source.position());
        Instruction length =
                function.newInstruction(OpCode.ARRAY_LENGTH, null, List.of(source.operand(0)), source.position());
        block.remove(source);
        if (source.operands().size() == 3) {
            List<Handler> handlers = block.handlers();
            MethodTypeDesc check = MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_int);
            block.insert(index, length);
            block.insert(
                    index + 1,
                    function.newInstruction(
                            OpCode.INVOKE_STATIC,
                            new MethodReference(METHODS, "checkRange", check, false),
                            List.of(length.value(), source.operand(1), source.operand(2)),
                            source.position()));
            if (!handlers.isEmpty()) {
                SplitAtThrows.split(block);
            }
            return new Bounds(source.operand(1), source.operand(2), source.operand(0), null);
        }
        block.insert(index, zero);
        block.insert(index + 1, length);
        return new Bounds(zero.value(), length.value(), source.operand(0), null);
    }

    /** Takes the call of an intermediate operation away; its function is still checked where it stood. */
    private static void replaceStage(Stage stage) {
        Instruction call = stage.call();
        Block block = call.block();
        int index = block.instructions().indexOf(call);
        block.remove(call);
        if (stage.operation() == Operation.LIMIT || stage.operation() == Operation.SKIP) {
            block.insert(
                    index,
                    block.function()
                            .newInstruction(
                                    OpCode.INVOKE_STATIC,
                                    new MethodReference(METHODS, "size", MethodTypeDesc.of(CD_long, CD_long), false),
                                    List.of(call.operand(1)),
                                    call.position()));
        } else if (call.operands().size() == 2) {
            block.insert(
                    index,
                    block.function()
                            .newInstruction(OpCode.NULL_CHECK, null, List.of(call.operand(1)), call.position()));
        }
    }

    /** The number of elements of the source, as a long. */
    private Value size(LoopCode code, Bounds bounds) {
        if (bounds.collection() != null) {
            MethodReference size = new MethodReference(COLLECTION, "size", MethodTypeDesc.of(CD_int), true);
            return terminal.needsSize()
                    ? code.convert(
                            code.append(OpCode.INVOKE_INTERFACE, size, bounds.collection())
                                    .value(),
                            CD_long)
                    : code.constant(0L);
        }
        Value to = code.convert(bounds.to(), CD_long);
        if (!chain.isRange()) {
            return chain.source().operands().size() == 3
                    ? code.op(OpCode.SUB, to, code.convert(bounds.from(), CD_long))
                    : to;
        }
        Value zero = code.constant(0L);
        Value count = code.op(OpCode.SUB, to, code.convert(bounds.from(), CD_long));
        if (chain.isClosedRange()) {
            count = code.op(OpCode.ADD, count, code.constant(1L));
        }
        return code.op(OpCode.SELECT, code.op(OpCode.GT, count, zero), count, zero);
    }

    /** Elements that are numbered, or come from an iterator; what is kept is that of the terminal operation, then a counter of each limit. */
    private void writeLoop(LoopCode code, Bounds bounds, List<Value> initial, Block exit) {
        int own = initial.size();
        List<Value> start = new ArrayList<>(initial);
        Map<Stage, Value> seen = new HashMap<>();
        for (Stage stage : chain.stages()) {
            switch (stage.operation()) {
                case LIMIT, SKIP -> start.add(stage.call().operand(1));
                case DISTINCT ->
                    seen.put(
                            stage,
                            code.append(
                                            OpCode.INVOKE_STATIC,
                                            new MethodReference(SEEN, "nothing", MethodTypeDesc.of(SEEN), false))
                                    .value());
                default -> {}
            }
        }
        List<Type> types = start.stream().map(Value::type).toList();
        Value iterator = bounds.collection() == null
                ? null
                : code.append(
                                OpCode.INVOKE_INTERFACE,
                                new MethodReference(COLLECTION, "iterator", MethodTypeDesc.of(ITERATOR), true),
                                bounds.collection())
                        .value();
        boolean testAfter = iterator == null && chain.isClosedRange() && !canAddOne(bounds.to());
        Value end = bounds.to();
        Block head = code.newBlock(iterator == null ? plus(Type.INT, types) : types);
        List<Value> kept = head.parameters()
                .subList(iterator == null ? 1 : 0, head.parameters().size());
        Value index = iterator == null ? head.parameter(0) : null;
        Block next = code.newBlock(types);
        if (testAfter) {
            // The end may be the greatest int, so the test comes before the step.
            Value any = code.op(OpCode.LE, bounds.from(), end);
            code.branch(any, new Edge(head, plus(bounds.from(), start)), new Edge(exit, initial));
            code.continueIn(head);
            stopAtLimits(code, kept, own, exit);
        } else {
            if (iterator == null && chain.isClosedRange()) {
                end = code.op(OpCode.ADD, end, code.constant(1));
            }
            code.jump(head, iterator == null ? plus(bounds.from(), start) : start);
            Block body = code.newBlock(List.of());
            code.continueIn(head);
            stopAtLimits(code, kept, own, exit);
            Value more = iterator == null
                    ? code.op(OpCode.LT, index, end)
                    : code.append(
                                    OpCode.INVOKE_INTERFACE,
                                    new MethodReference(ITERATOR, "hasNext", MethodTypeDesc.of(CD_boolean), true),
                                    iterator)
                            .value();
            code.branch(more, Edge.to(body), new Edge(exit, kept.subList(0, own)));
            code.continueIn(body);
        }
        Value element;
        if (iterator != null) {
            element = code.append(
                            OpCode.INVOKE_INTERFACE,
                            new MethodReference(ITERATOR, "next", MethodTypeDesc.of(CD_Object), true),
                            iterator)
                    .value();
        } else {
            element = bounds.array() == null
                    ? index
                    : code.append(OpCode.ARRAY_LOAD, component(bounds.array()), bounds.array(), index)
                            .value();
        }
        List<Value> current = new ArrayList<>(kept);
        int counter = own;
        for (Stage stage : chain.stages()) {
            code.at(stage.call().position());
            switch (stage.operation()) {
                case LIMIT -> {
                    Value left = code.op(OpCode.SUB, current.get(counter), code.constant(1L));
                    current.set(counter++, left);
                }
                case SKIP -> {
                    Value left = current.get(counter);
                    Value skips = code.op(OpCode.GT, left, code.constant(0L));
                    Block skipped = code.newBlock(List.of());
                    Block passed = code.newBlock(List.of());
                    code.branch(skips, Edge.to(skipped), Edge.to(passed));
                    code.continueIn(skipped);
                    List<Value> without = new ArrayList<>(current);
                    without.set(counter++, code.op(OpCode.SUB, left, code.constant(1L)));
                    code.jump(next, without);
                    code.continueIn(passed);
                }
                case DISTINCT -> {
                    ClassDesc type = stage.result() == Element.DOUBLE ? CD_double : CD_Object;
                    Value compared =
                            type == CD_double || stage.result() == Element.OBJECT ? element : box(code, element);
                    Value isNew = code.append(
                                    OpCode.INVOKE_VIRTUAL,
                                    new MethodReference(SEEN, "isNew", MethodTypeDesc.of(CD_boolean, type), false),
                                    seen.get(stage),
                                    compared)
                            .value();
                    Block passed = code.newBlock(List.of());
                    code.branch(isNew, Edge.to(passed), new Edge(next, current));
                    code.continueIn(passed);
                }
                case TAKE_WHILE -> {
                    Value holds = code.apply(
                            stage.call().method().type().parameterType(0),
                            stage.call().operand(1),
                            element);
                    Block passed = code.newBlock(List.of());
                    code.branch(holds, Edge.to(passed), new Edge(exit, current.subList(0, own)));
                    code.continueIn(passed);
                }
                default -> element = pass(code, stage, element, current, next);
            }
        }
        code.at(chain.terminal().position());
        List<Value> stepped = new ArrayList<>(terminal.step(code, element, current.subList(0, own), exit));
        stepped.addAll(current.subList(own, current.size()));
        code.jump(next, stepped);

        code.continueIn(next);
        List<Value> after = next.parameters();
        if (testAfter) {
            Block step = code.newBlock(List.of());
            code.branch(code.op(OpCode.LT, index, end), Edge.to(step), new Edge(exit, after.subList(0, own)));
            code.continueIn(step);
        }
        code.jump(head, iterator == null ? plus(code.op(OpCode.ADD, index, code.constant(1)), after) : after);
    }

    /** A stream looks whether it has let enough elements through before it takes the next. */
    private void stopAtLimits(LoopCode code, List<Value> kept, int own, Block exit) {
        int counter = own;
        for (Stage stage : chain.stages()) {
            if (stage.operation() == Operation.LIMIT) {
                Block more = code.newBlock(List.of());
                Value done = code.op(OpCode.LE, kept.get(counter), code.constant(0L));
                code.branch(done, new Edge(exit, kept.subList(0, own)), Edge.to(more));
                code.continueIn(more);
            }
            if (stage.operation() == Operation.LIMIT || stage.operation() == Operation.SKIP) {
                counter++;
            }
        }
    }

    private static <T> List<T> plus(T first, List<T> others) {
        List<T> all = new ArrayList<>(List.of(first));
        all.addAll(others);
        return all;
    }

    /** Whether the end of a closed range is surely below the greatest int. */
    private static boolean canAddOne(Value end) {
        Instruction definition = end.definition();
        return definition != null
                && (definition.opCode() == OpCode.CONSTANT
                                && definition.attribute() instanceof Integer number
                                && number < Integer.MAX_VALUE
                        || definition.opCode() == OpCode.SUB
                                && definition.operand(0).isResultOf(OpCode.ARRAY_LENGTH)
                                && definition.operand(1).definition() instanceof Instruction step
                                && step.attribute() instanceof Integer below
                                && below > 0);
    }

    private static ClassDesc component(Value array) {
        ClassDesc component = array.type().descriptor().componentType();
        return component == null || !component.isPrimitive() ? CD_Object : component;
    }

    /** Passes an element through one intermediate operation; where it is filtered out the loop goes on with {@code next}. */
    private static Value pass(LoopCode code, Stage stage, Value element, List<Value> kept, Block next) {
        Instruction call = stage.call();
        code.at(call.position());
        return switch (stage.operation()) {
            case MAP -> code.apply(call.method().type().parameterType(0), call.operand(1), element);
            case PEEK -> {
                code.call(call.method().type().parameterType(0), call.operand(1), element);
                yield element;
            }
            case FILTER -> {
                Value holds = code.apply(call.method().type().parameterType(0), call.operand(1), element);
                Block more = code.newBlock(List.of());
                code.branch(holds, Edge.to(more), new Edge(next, kept));
                code.continueIn(more);
                yield element;
            }
            case CONVERT ->
                stage.result() == Element.OBJECT
                        ? box(code, element)
                        : code.convert(element, stage.result().component());
            case LIMIT, SKIP, TAKE_WHILE, DISTINCT, NONE -> element;
        };
    }

    private static Value box(LoopCode code, Value element) {
        ClassDesc primitive = element.type().descriptor();
        ClassDesc wrapper = switch (element.type().kind()) {
            case INT -> CD_Integer;
            case LONG -> CD_Long;
            default -> CD_Double;
        };
        MethodReference valueOf = new MethodReference(wrapper, "valueOf", MethodTypeDesc.of(wrapper, primitive), false);
        return code.append(OpCode.INVOKE_STATIC, valueOf, element).value();
    }

    /** @param inPieces whether an optional result is passed on as two values */
    private void finish(LoopCode code, Block exit, Block continuation, boolean inPieces) {
        Instruction call = chain.terminal();
        List<Value> result = terminal.result(code, exit.parameters());
        if (call.result() == null) {
            code.jump(continuation, List.of());
        } else if (inPieces) {
            if (result.get(1).type().isReference()) {
                result = List.of(result.get(0), nonNull(code, result));
            }
            continuation.removeParameter(0);
            result.forEach(value -> continuation.addParameter(value.type()));
            code.jump(continuation, result);
        } else if (terminal.isOptional()) {
            makeOptional(code, result, continuation, call.method().type().returnType());
        } else {
            code.jump(continuation, result);
        }
    }

    /** An optional does not hold null. */
    private Value nonNull(LoopCode code, List<Value> result) {
        Block present = code.newBlock(List.of());
        Block joined = code.newBlock(List.of());
        code.branch(result.get(0), Edge.to(present), Edge.to(joined));
        code.continueIn(present);
        code.append(OpCode.NULL_CHECK, null, result.get(1));
        code.jump(joined, List.of());
        code.continueIn(joined);
        return result.get(1);
    }

    private void makeOptional(LoopCode code, List<Value> result, Block continuation, ClassDesc optional) {
        Block present = code.newBlock(List.of());
        Block absent = code.newBlock(List.of());
        code.branch(result.get(0), Edge.to(present), Edge.to(absent));
        code.continueIn(present);
        MethodTypeDesc of = MethodTypeDesc.of(optional, terminal.optionalType().descriptor());
        Value made = code.append(OpCode.INVOKE_STATIC, new MethodReference(optional, "of", of, false), result.get(1))
                .value();
        code.jump(continuation, List.of(made));
        code.continueIn(absent);
        MethodReference empty = new MethodReference(optional, "empty", MethodTypeDesc.of(optional), false);
        code.jump(continuation, List.of(code.append(OpCode.INVOKE_STATIC, empty).value()));
    }
}
