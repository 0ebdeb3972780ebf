package dev.jacobi.optimize.streams;

import static java.lang.constant.ConstantDescs.*;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the intermediate operations of a stream do with each element. What the loop keeps is that of the consumer, then a counter of each limit; what
 * {@code distinct} has seen is an object beside.
 */
final class StreamStages implements StreamSource.Body {
    /** What is done with the elements that come through. */
    interface Consumer {
        /** @param kept what the consumer keeps, then the counters of the stages, both of which go on to {@code next} */
        void take(LoopCode code, Value element, List<Value> kept, Block next);
    }

    private static final ClassDesc SEEN =
            StreamMethods.Seen.class.describeConstable().orElseThrow();
    private static final ClassDesc METHODS =
            StreamMethods.class.describeConstable().orElseThrow();

    private final List<Stage> stages;
    private final int own;
    private final Block exit;
    private final Consumer consumer;
    private final Map<Stage, Value> seen = new HashMap<>();

    /**
     * @param own the number of values that the consumer keeps
     * @param exit where the loop leaves to with these values
     */
    StreamStages(List<Stage> stages, int own, Block exit, Consumer consumer) {
        this.stages = stages;
        this.own = own;
        this.exit = exit;
        this.consumer = consumer;
    }

    /** Takes the call of an intermediate operation away; its function is still checked where it stood. */
    static void remove(Stage stage) {
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
        if (!block.handlers().isEmpty()) {
            SplitAtThrows.split(block);
        }
    }

    /** What is kept before the first element. */
    List<Value> start(LoopCode code, List<Value> initial) {
        List<Value> start = new ArrayList<>(initial);
        for (Stage stage : stages) {
            switch (stage.operation()) {
                case LIMIT, SKIP -> start.add(stage.call().operand(1));
                case DROP_WHILE -> start.add(code.constant(1));
                case DISTINCT -> {
                    MethodReference nothing = new MethodReference(SEEN, "nothing", MethodTypeDesc.of(SEEN), false);
                    seen.put(stage, code.append(OpCode.INVOKE_STATIC, nothing).value());
                }
                default -> {}
            }
        }
        return start;
    }

    /** A stream looks whether it has let enough elements through before it takes the next. */
    @Override
    public void stopIfDone(LoopCode code, List<Value> kept) {
        stopIfDone(code, kept, 0);
    }

    private void stopIfDone(LoopCode code, List<Value> kept, int first) {
        int counter = own;
        for (Stage stage : stages) {
            if (stage.operation() == Operation.LIMIT && stages.indexOf(stage) >= first) {
                Block more = code.newBlock(List.of());
                Value done = code.op(OpCode.LE, kept.get(counter), code.constant(0L));
                code.branch(done, end(kept), Edge.to(more));
                code.continueIn(more);
            }
            if (counts(stage.operation())) {
                counter++;
            }
        }
    }

    /** Whether a value of the loop belongs to the stage. */
    private static boolean counts(Operation operation) {
        return operation == Operation.LIMIT || operation == Operation.SKIP || operation == Operation.DROP_WHILE;
    }

    @Override
    public Edge end(List<Value> kept) {
        return new Edge(exit, kept.subList(0, own));
    }

    @Override
    public void take(LoopCode code, Value taken, List<Value> kept, Block source) {
        Value element = taken;
        Block next = source;
        List<Value> current = new ArrayList<>(kept);
        int counter = own;
        for (Stage stage : stages) {
            Instruction call = stage.call();
            code.at(call.position());
            switch (stage.operation()) {
                case MAP -> element = code.apply(function(call), call.operand(1), element);
                case PEEK -> code.call(function(call), call.operand(1), element);
                case CONVERT -> element = convert(code, stage, element);
                case NONE -> {}
                case FILTER -> {
                    Value holds = code.apply(function(call), call.operand(1), element);
                    Block passed = code.newBlock(List.of());
                    code.branch(holds, Edge.to(passed), new Edge(next, current));
                    code.continueIn(passed);
                }
                case TAKE_WHILE -> {
                    Value holds = code.apply(function(call), call.operand(1), element);
                    Block passed = code.newBlock(List.of());
                    code.branch(holds, Edge.to(passed), end(current));
                    code.continueIn(passed);
                }
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
                case DROP_WHILE -> {
                    Block asks = code.newBlock(List.of());
                    Block passed = code.newBlock(List.of());
                    code.branch(current.get(counter), Edge.to(asks), Edge.to(passed));
                    code.continueIn(asks);
                    Value holds = code.apply(function(call), call.operand(1), element);
                    code.branch(holds, new Edge(next, current), Edge.to(passed));
                    code.continueIn(passed);
                    current.set(counter++, code.constant(0));
                }
                case MAP_MULTI -> {
                    PushedLoop loop = PushedLoop.write(code, stage, element, current, next);
                    element = loop.element();
                    current = new ArrayList<>(loop.kept());
                    next = loop.again();
                }
                case DISTINCT -> {
                    Value isNew = isNew(code, stage, element);
                    Block passed = code.newBlock(List.of());
                    code.branch(isNew, Edge.to(passed), new Edge(next, current));
                    code.continueIn(passed);
                }
                case FLAT_MAP -> {
                    Value inner = code.apply(function(call), call.operand(1), element);
                    List<Type> types = current.stream().map(Value::type).toList();
                    Block head = code.newBlock(types);
                    Block again = code.newBlock(types);
                    Block passed = code.newBlock(List.of());
                    element = StreamIteration.write(code, stage.result(), inner, current, head, passed, next);
                    code.continueIn(again);
                    stopIfDone(code, again.parameters(), stages.indexOf(stage) + 1);
                    code.jump(head, again.parameters());
                    code.continueIn(passed);
                    current = new ArrayList<>(head.parameters());
                    next = again;
                }
            }
        }
        consumer.take(code, element, current, next);
    }

    private static ClassDesc function(Instruction call) {
        return call.method().type().parameterType(0);
    }

    private static Value convert(LoopCode code, Stage stage, Value element) {
        return stage.result() == Element.OBJECT
                ? code.box(element)
                : code.convert(element, stage.result().component());
    }

    private Value isNew(LoopCode code, Stage stage, Value element) {
        ClassDesc type = stage.result() == Element.DOUBLE ? CD_double : CD_Object;
        Value compared = type == CD_double || stage.result() == Element.OBJECT ? element : code.box(element);
        MethodReference isNew = new MethodReference(SEEN, "isNew", MethodTypeDesc.of(CD_boolean, type), false);
        return code.append(OpCode.INVOKE_VIRTUAL, isNew, seen.get(stage), compared)
                .value();
    }
}
