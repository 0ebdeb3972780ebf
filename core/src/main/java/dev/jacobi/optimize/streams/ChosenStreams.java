package dev.jacobi.optimize.streams;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import dev.jacobi.optimize.inline.StandIns;
import dev.jacobi.optimize.streams.StreamChain.Element;
import dev.jacobi.optimize.streams.StreamChain.Operation;
import dev.jacobi.optimize.streams.StreamChain.Stage;
import java.lang.invoke.LambdaMetafactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes out streams that conditions put together, {@code (c ? a.stream() : b.stream()).map(..).sum()}: where such a stream is consumed, it is asked which way was taken, and
 * each way gets a chain of its own. Nothing happens to the elements before, so nobody notices; functions are checked for null where they were given.
 *
 * <p>Not handled are streams that are put together in a loop, passed on, null on some way, or of a source that is not known.
 */
final class ChosenStreams {
    private final StreamFamily family;
    private final Function function;
    private final Map<Value, Value> ways = new HashMap<>();
    private final SsaVariables<Value> variables;
    private final Set<Value> written = new HashSet<>();
    private final List<Block> made = new ArrayList<>();
    private Dominators dominators;
    private Block consuming;

    private ChosenStreams(StreamFamily family, Function function) {
        this.family = family;
        this.function = function;
        this.dominators = Dominators.of(function);
        this.consuming = function.entry();
        this.variables = new SsaVariables<>(function, new SsaVariables.Variables<>() {
            @Override
            public Type type(Value variable) {
                return variable.type();
            }

            @Override
            public Value initial(Value variable) {
                return constant(zero(variable.type()));
            }
        });
    }

    static boolean run(Function function, PushedOrder order) {
        boolean changed = ChosenIterations.run(function, order);
        for (boolean again = true; again; ) {
            again = false;
            Optional<StreamFamily> family = function.blocks().stream()
                    .flatMap(block -> block.instructions().stream())
                    .flatMap(call -> StreamFamily.consumedBy(call, function).stream())
                    .filter(found ->
                            found.terminals().stream().noneMatch(StandIns::isElementsOf) && canBeMoved(found, function))
                    .findFirst();
            if (family.isPresent()) {
                new ChosenStreams(family.get(), function).replace();
                changed = true;
                again = true;
            }
        }
        return changed;
    }

    /** Whether no value that a stream is made of is made beside an operation that consumes another one of the family. */
    private static boolean canBeMoved(StreamFamily family, Function function) {
        Dominators dominators = Dominators.of(function);
        Set<Block> consuming =
                family.terminals().stream().map(Instruction::block).collect(Collectors.toSet());
        return family.members().stream()
                .filter(member -> member.definition() != null)
                .flatMap(member -> Objects.requireNonNull(member.definition()).operands().stream())
                .filter(operand -> !family.members().contains(operand))
                .map(Value::definition)
                .filter(definition ->
                        definition != null && !isMade(definition) && consuming.contains(definition.block()))
                .allMatch(definition ->
                        consuming.stream().allMatch(block -> dominates(definition.block(), block, dominators)));
    }

    private static boolean dominates(Block above, Block block, Dominators dominators) {
        Block current = block;
        while (current != null && current != above) {
            current = dominators.immediateDominator(current);
        }
        return current == above;
    }

    private void replace() {
        for (Map.Entry<Value, StreamFamily.Choice> choice : family.choices().entrySet()) {
            ways.put(choice.getKey(), askWay(choice.getValue()));
        }
        for (Instruction terminal : family.terminals()) {
            replace(terminal);
        }
        removeParameters();
        variables.finish();
        for (Instruction each : family.idle()) {
            removeIdle(each);
        }
        for (Value member : family.members()) {
            if (member.definition() instanceof Instruction call) {
                remove(call);
            }
        }
        for (Block block : made) {
            SplitAtThrows.split(block);
        }
    }

    /** Adds a parameter to a block that says by which edge control came. */
    private Value askWay(StreamFamily.Choice choice) {
        Block block = choice.block();
        Value way = block.addParameter(Type.INT);
        int[] next = {0};
        for (Block before : function.blocks()) {
            if (before.successors().contains(block)) {
                before.mapEdges(edge -> edge.target() == block ? edge.plus(constant(next[0]++)) : edge);
            }
        }
        variables.write(way, block, way);
        return way;
    }

    private Value constant(Object number) {
        Instruction constant = function.newInstruction(OpCode.CONSTANT, number, List.of(), null);
        function.entry().insert(0, constant);
        return constant.value();
    }

    private static Object zero(Type type) {
        return switch (type.kind()) {
            case INT -> 0;
            case LONG -> 0L;
            case FLOAT -> 0.0f;
            case DOUBLE -> 0.0;
            default -> Instruction.NULL;
        };
    }

    private void replace(Instruction terminal) {
        Block start = terminal.block();
        dominators = Dominators.of(function);
        consuming = start;
        List<Handler> handlers = start.handlers();
        Block continuation = SplitAtThrows.cut(terminal);
        int own = function.blocks().size();
        LoopCode code = new LoopCode(start, terminal.position());
        write(code, start, terminal.operand(0), List.of(), terminal, continuation);
        List<Block> added =
                new ArrayList<>(function.blocks().subList(own, function.blocks().size()));
        added.add(start);
        added.forEach(block -> block.setHandlers(handlers));
        made.addAll(added);
    }

    /**
     * Makes a stream, calls on it what comes after, and consumes it.
     *
     * @param after the stages after the stream, in order
     */
    private void write(
            LoopCode code,
            Block block,
            Value stream,
            List<Instruction> after,
            Instruction terminal,
            Block continuation) {
        StreamFamily.Choice choice = family.choices().get(stream);
        if (choice != null) {
            choose(code, block, stream, choice, after, terminal, continuation);
            return;
        }
        Instruction call = stream.definition();
        if (call != null && StreamFamily.isStage(call)) {
            List<Instruction> longer = new ArrayList<>(List.of(call));
            longer.addAll(after);
            write(code, block, call.operand(0), longer, terminal, continuation);
            return;
        }
        Map<Value, Value> copies = new HashMap<>();
        Value current = copy(code, block, call, null, copies).value();
        for (Instruction stage : after) {
            current = copy(code, block, stage, current, copies).value();
        }
        Instruction consumed = copy(code, block, terminal, current, copies);
        code.jump(continuation, consumed.result() == null ? List.of() : List.of(consumed.value()));
    }

    private void choose(
            LoopCode code,
            Block block,
            Value stream,
            StreamFamily.Choice choice,
            List<Instruction> after,
            Instruction terminal,
            Block continuation) {
        List<Value> streams = choice.streams();
        Value way = read(ways.get(stream), block);
        Block current = block;
        for (int index = 0; index < streams.size(); index++) {
            Block taken = current;
            if (index + 1 < streams.size()) {
                taken = code.newBlock(List.of());
                Block others = code.newBlock(List.of());
                Value isTaken = code.op(OpCode.EQ, way, code.constant(index));
                code.branch(isTaken, Edge.to(taken), Edge.to(others));
                current = others;
            }
            code.continueIn(taken);
            write(code, taken, streams.get(index), after, terminal, continuation);
            code.continueIn(current);
        }
    }

    private Instruction copy(
            LoopCode code, Block block, @Nullable Instruction call, @Nullable Value stream, Map<Value, Value> copies) {
        if (call == null) {
            throw new IllegalStateException("a stream that is made nowhere");
        }
        List<Value> operands = new ArrayList<>();
        for (Value operand : call.operands()) {
            operands.add(stream != null && operands.isEmpty() ? stream : here(code, block, operand, copies));
        }
        code.at(call.position());
        return code.append(call.opCode(), call.attribute(), operands.toArray(Value[]::new));
    }

    /** A value as it is known in the block: functions are made again, so that they are seen to be what they are. */
    private Value here(LoopCode code, Block block, Value value, Map<Value, Value> copies) {
        Instruction definition = value.definition();
        if (definition == null || !isMade(definition)) {
            return read(value, block);
        }
        Value known = copies.get(value);
        if (known == null) {
            known = copy(code, block, definition, null, copies).value();
            copies.put(value, known);
        }
        return known;
    }

    /** Whether an instruction makes a constant or a function, which may as well be made later. */
    private static boolean isMade(Instruction definition) {
        return switch (definition.opCode()) {
            case CONSTANT, EMBED -> true;
            case INVOKE_DYNAMIC -> isLambda(definition);
            default -> false;
        };
    }

    private static boolean isLambda(Instruction made) {
        return made.dynamicCall()
                .bootstrap()
                .owner()
                .equals(LambdaMetafactory.class.describeConstable().orElseThrow());
    }

    private Value read(Value value, Block block) {
        if (ways.containsValue(value)) {
            return variables.read(value, block);
        }
        Block home = homeOf(value);
        if (dominates(home, consuming, dominators)) {
            return value;
        }
        if (written.add(value)) {
            write(value, home);
        }
        return variables.read(value, block);
    }

    /** Makes a value known after its block; a handler of the block does not know it. */
    private void write(Value value, Block home) {
        if (home.handlers().isEmpty() || home.parameters().contains(value)) {
            variables.write(value, home, value);
            return;
        }
        home.setTerminator(home.terminator().mapEdges(edge -> {
            Block after = function.newBlock();
            after.setTerminator(new Terminator.Jump(edge, null));
            variables.write(value, after, value);
            return Edge.to(after);
        }));
    }

    private Block homeOf(Value value) {
        Instruction definition = value.definition();
        if (definition != null) {
            return definition.block();
        }
        return function.blocks().stream()
                .filter(block -> block.parameters().contains(value))
                .findFirst()
                .orElseThrow();
    }

    private void removeParameters() {
        for (Map.Entry<Value, StreamFamily.Choice> choice : family.choices().entrySet()) {
            Block block = choice.getValue().block();
            int index = block.parameters().indexOf(choice.getKey());
            for (Block before : function.blocks()) {
                before.mapEdges(edge -> edge.target() == block ? edge.without(index) : edge);
            }
            block.removeParameter(index);
        }
    }

    /** A stream is not null, and closing one that has no close handlers does nothing. */
    private void removeIdle(Instruction idle) {
        if (idle.result() != null) {
            Value known = constant(idle.opCode() == OpCode.NE ? 1 : 0);
            function.replaceValues(Map.of(idle.value(), known));
        }
        Block block = idle.block();
        block.remove(idle);
        SplitAtThrows.split(block);
    }

    /** What a call checked is still checked where it stood. */
    private static void remove(Instruction call) {
        if (StreamChain.operation(call).isPresent()) {
            Element result = Element.of(call.value().type().descriptor()).orElse(Element.OBJECT);
            Operation operation = StreamChain.operation(call).orElseThrow();
            StreamStages.remove(new Stage(call, operation, result));
        } else if (StreamFamily.isStage(call)) {
            StreamStages.remove(new Stage(call, Operation.NONE, Element.OBJECT));
        } else {
            StreamSource.replacing(call);
        }
    }
}
