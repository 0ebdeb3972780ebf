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
import dev.jacobi.optimize.streams.StreamChain.Stage;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
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
            writeLoop(code, bounds, initial, types, exit);
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

    /** The first element's index or value, and the end. */
    private record Bounds(Value from, Value to, @Nullable Value array) {}

    /** Takes the source away; what it checked is still checked where it stood. */
    private Bounds replaceSource() {
        Instruction source = chain.source();
        Block block = source.block();
        int index = block.instructions().indexOf(source);
        if (chain.isRange()) {
            block.remove(source);
            return new Bounds(source.operand(0), source.operand(1), null);
        }
        Instruction zero = function.newInstruction(OpCode.CONSTANT, 0, List.of(), source.position());
        Instruction length =
                function.newInstruction(OpCode.ARRAY_LENGTH, null, List.of(source.operand(0)), source.position());
        block.remove(source);
        block.insert(index, zero);
        block.insert(index + 1, length);
        return new Bounds(zero.value(), length.value(), source.operand(0));
    }

    /** Takes the call of an intermediate operation away; its function is still checked where it stood. */
    private static void replaceStage(Stage stage) {
        Instruction call = stage.call();
        Block block = call.block();
        int index = block.instructions().indexOf(call);
        block.remove(call);
        if (call.operands().size() == 2) {
            block.insert(
                    index,
                    block.function()
                            .newInstruction(OpCode.NULL_CHECK, null, List.of(call.operand(1)), call.position()));
        }
    }

    /** The number of elements of the source, as a long. */
    private Value size(LoopCode code, Bounds bounds) {
        Value to = code.convert(bounds.to(), CD_long);
        if (!chain.isRange()) {
            return to;
        }
        Value zero = code.constant(0L);
        Value count = code.op(OpCode.SUB, to, code.convert(bounds.from(), CD_long));
        if (chain.isClosedRange()) {
            count = code.op(OpCode.ADD, count, code.constant(1L));
        }
        return code.op(OpCode.SELECT, code.op(OpCode.GT, count, zero), count, zero);
    }

    private void writeLoop(LoopCode code, Bounds bounds, List<Value> initial, List<Type> types, Block exit) {
        Block head = code.newBlock(plus(Type.INT, types));
        Value index = head.parameter(0);
        List<Value> kept = head.parameters().subList(1, head.parameters().size());
        Block next = code.newBlock(types);
        boolean testAfter = chain.isClosedRange() && !canAddOne(bounds.to());
        Value end = bounds.to();
        if (testAfter) {
            // The end may be the greatest int, so the test comes before the step.
            Value any = code.op(OpCode.LE, bounds.from(), end);
            code.branch(any, new Edge(head, plus(bounds.from(), initial)), new Edge(exit, initial));
            code.continueIn(head);
        } else {
            if (chain.isClosedRange()) {
                end = code.op(OpCode.ADD, end, code.constant(1));
            }
            code.jump(head, plus(bounds.from(), initial));
            Block body = code.newBlock(List.of());
            code.continueIn(head);
            code.branch(code.op(OpCode.LT, index, end), Edge.to(body), new Edge(exit, kept));
            code.continueIn(body);
        }
        Value element = bounds.array() == null
                ? index
                : code.append(OpCode.ARRAY_LOAD, component(bounds.array()), bounds.array(), index)
                        .value();
        for (Stage stage : chain.stages()) {
            element = pass(code, stage, element, kept, next);
        }
        code.at(chain.terminal().position());
        code.jump(next, terminal.step(code, element, kept, exit));

        code.continueIn(next);
        List<Value> after = next.parameters();
        if (testAfter) {
            Block step = code.newBlock(List.of());
            code.branch(code.op(OpCode.LT, index, end), Edge.to(step), new Edge(exit, after));
            code.continueIn(step);
        }
        code.jump(head, plus(code.op(OpCode.ADD, index, code.constant(1)), after));
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
            case NONE -> element;
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
            continuation.removeParameter(0);
            result.forEach(value -> continuation.addParameter(value.type()));
            code.jump(continuation, result);
        } else if (terminal.isOptional()) {
            makeOptional(code, result, continuation, call.method().type().returnType());
        } else {
            code.jump(continuation, result);
        }
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
