package dev.jacobi.optimize.streams;

import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import dev.jacobi.optimize.inline.StandIns;
import dev.jacobi.optimize.streams.StreamChain.Element;
import dev.jacobi.optimize.streams.StreamChain.Operation;
import dev.jacobi.runtime.library.StreamMethods;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A loop over the iterator of a stream that is all in the function: {@code while (iterator.hasNext()) { x = iterator.next(); .. }}, where nothing else is done with the
 * iterator. It becomes the loop of the stream's source, in which the body stands behind the stream's operations; so functions are called in the same order. The
 * streams that {@code flatMap}'s functions give are gone through by such loops.
 *
 * <p>The head of the loop asks for an element and does nothing else; the body begins with taking it.
 */
final class StreamIteration {
    private static final ClassDesc METHODS =
            StreamMethods.class.describeConstable().orElseThrow();

    private final StreamChain chain;
    private final Function function;
    private final Instruction hasNext;
    private final Instruction next;
    private final Branch branch;

    private StreamIteration(
            StreamChain chain, Function function, Instruction hasNext, Instruction next, Branch branch) {
        this.chain = chain;
        this.function = function;
        this.hasNext = hasNext;
        this.next = next;
        this.branch = branch;
    }

    /** What the stream carries whose iterator an instruction makes, empty if it makes none. */
    static Optional<Element> elementOfIterated(Instruction call) {
        return switch (call.opCode()) {
            case INVOKE_STATIC ->
                StandIns.isElementsOf(call) ? Element.of(call.method().type().parameterType(0)) : Optional.empty();
            case INVOKE_INTERFACE ->
                call.method().name().equals("iterator")
                        ? Element.of(call.method().owner())
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    /**
     * Writes such a loop.
     *
     * @param head an empty block, whose parameters are what the loop keeps
     * @param body where an element has been taken
     * @param after where to go when there are no more
     * @return the element
     */
    static Value write(
            LoopCode code, Element element, Value stream, List<Value> kept, Block head, Block body, Block after) {
        ClassDesc iterator = iterator(element);
        Value cast = code.append(OpCode.CHECK_CAST, element.stream(), stream).value();
        MethodReference elements =
                new MethodReference(METHODS, "elementsOf", MethodTypeDesc.of(iterator, element.stream()), false);
        Value made = code.append(OpCode.INVOKE_STATIC, elements, cast).value();
        code.jump(head, kept);
        code.continueIn(head);
        MethodReference hasNext =
                new MethodReference(iterator, "hasNext", MethodTypeDesc.of(ConstantDescs.CD_boolean), true);
        Value any = code.append(OpCode.INVOKE_INTERFACE, hasNext, made).value();
        code.branch(any, Edge.to(body), new Edge(after, head.parameters()));
        code.continueIn(body);
        MethodReference next =
                new MethodReference(iterator, nextOf(element), MethodTypeDesc.of(element.component()), true);
        return code.append(OpCode.INVOKE_INTERFACE, next, made).value();
    }

    static ClassDesc iterator(Element element) {
        Class<?> type = switch (element) {
            case INT -> PrimitiveIterator.OfInt.class;
            case LONG -> PrimitiveIterator.OfLong.class;
            case DOUBLE -> PrimitiveIterator.OfDouble.class;
            case OBJECT -> java.util.Iterator.class;
        };
        return type.describeConstable().orElseThrow();
    }

    static String nextOf(Element element) {
        return switch (element) {
            case INT -> "nextInt";
            case LONG -> "nextLong";
            case DOUBLE -> "nextDouble";
            case OBJECT -> "next";
        };
    }

    /** The loop over the iterator that a call makes, if it is one that can become another loop. */
    static Optional<StreamIteration> of(Instruction call, Map<Value, Integer> uses, Function function) {
        Element element = elementOfIterated(call).orElse(null);
        if (element == null || uses.getOrDefault(call.value(), 0) != 2) {
            return Optional.empty();
        }
        Instruction hasNext = null;
        Instruction next = null;
        for (Block block : function.blocks()) {
            for (Instruction user : block.instructions()) {
                if (user.opCode() == OpCode.INVOKE_INTERFACE && user.operands().equals(List.of(call.value()))) {
                    String name = user.method().name();
                    if (name.equals("hasNext")) {
                        hasNext = user;
                    } else if (name.equals("next") || name.equals(nextOf(element))) {
                        next = user;
                    }
                }
            }
        }
        if (hasNext == null
                || next == null
                || !(hasNext.block().terminator() instanceof Branch branch)
                || branch.condition() != hasNext.value()
                || uses.getOrDefault(hasNext.value(), 0) != 1
                || !isTakenFirst(next, branch, function)
                || !isHead(hasNext, call)) {
            return Optional.empty();
        }
        Instruction asked = hasNext;
        Instruction taken = next;
        return StreamChain.of(call, element, uses)
                .filter(chain -> chain.parts().isEmpty()
                        && !(chain.stages().isEmpty()
                                && StreamSource.elementOfOther(chain.source()).isPresent())
                        && chain.stages().stream().noneMatch(stage -> stage.operation() == Operation.MAP_MULTI))
                .map(chain -> new StreamIteration(chain, function, asked, taken, branch));
    }

    /** Whether the element is taken at once where there is one, and nowhere else. */
    private static boolean isTakenFirst(Instruction next, Branch branch, Function function) {
        Block body = branch.ifTrue().target();
        return next.block() == body
                && branch.ifFalse().target() != body
                && function.predecessors().get(body).size() == 1
                && before(next).allMatch(each -> each.isPure() && !each.mayThrow());
    }

    private static Stream<Instruction> before(Instruction instruction) {
        return instruction.block().instructions().stream().takeWhile(each -> each != instruction);
    }

    private static boolean isAlone(Instruction hasNext) {
        return before(hasNext).allMatch(each -> each.opCode() == OpCode.CONSTANT);
    }

    /** Whether rounds come back to the question for the next element and to nothing before. */
    private static boolean isHead(Instruction hasNext, Instruction made) {
        Block head = hasNext.block();
        List<Instruction> all = head.instructions();
        boolean handlersKnowRounds = head.handlers().stream()
                .flatMap(handler -> handler.edge().arguments().stream())
                .anyMatch(head.parameters()::contains);
        return !handlersKnowRounds
                && all.getLast() == hasNext
                && (isAlone(hasNext) || !roundsOf(head, made).contains(head));
    }

    /** The blocks that are reached after the head, before another iterator is made. */
    private static Set<Block> roundsOf(Block head, Instruction made) {
        Set<Block> reached = new HashSet<>();
        Deque<Block> open = new ArrayDeque<>(head.successors());
        while (!open.isEmpty()) {
            Block block = open.removeFirst();
            if (block != made.block() && reached.add(block)) {
                open.addAll(block.successors());
            }
        }
        return reached;
    }

    void replace() {
        if (!isAlone(hasNext)) {
            headAlone();
        }
        Block head = hasNext.block();
        Set<Block> rounds = roundsOf(head, chain.terminal());
        List<Handler> handlers = head.handlers();
        List<Value> kept = List.copyOf(head.parameters());
        List<Type> types = kept.stream().map(Value::type).toList();

        StreamSource source = StreamSource.replacing(chain.source());
        chain.stages().forEach(StreamStages::remove);
        chain.terminal().block().remove(chain.terminal());

        int own = function.blocks().size();
        LoopCode code = new LoopCode(head, hasNext.position());
        Block start = code.newBlock(types);
        Block round = code.newBlock(types);
        Block exit = code.newBlock(types);
        Block taken = code.newBlock(types);
        for (Block before : List.copyOf(function.blocks().subList(0, own))) {
            before.mapEdges(
                    edge -> edge.target() != head ? edge : edge.withTarget(rounds.contains(before) ? round : start));
        }
        code.continueIn(start);
        head.instructions().stream().filter(each -> each != hasNext).toList().forEach(constant -> {
            head.remove(constant);
            start.append(constant);
        });
        Map<Value, Value> elements = new HashMap<>();
        StreamStages stages = new StreamStages(chain.stages(), types.size(), exit, (_, element, all, goesOn) -> {
            code.at(next.position());
            boolean boxes = next.value().type().isReference() && !element.type().isReference();
            elements.put(next.value(), boxes ? code.box(element) : element);
            code.jump(taken, all.subList(0, types.size()));
            code.continueIn(round);
            List<Value> onwards = new ArrayList<>(round.parameters());
            onwards.addAll(all.subList(types.size(), all.size()));
            code.jump(goesOn, onwards);
        });
        source.write(code, stages.start(code, start.parameters()), stages);
        if (elements.isEmpty()) {
            // An empty stream: no round is ever made.
            code.continueIn(round);
            code.jump(exit, round.parameters());
            code.continueIn(taken);
            elements.put(next.value(), code.zero(next.value().type()));
        }
        redirect(branch.ifFalse(), exit, kept);
        redirect(branch.ifTrue(), taken, kept);
        List<Block> made =
                new ArrayList<>(function.blocks().subList(own, function.blocks().size()));
        function.retainBlocks(
                function.blocks().stream().filter(block -> block != head).toList());
        renew(kept, exit, taken);
        Block body = next.block();
        body.remove(next);
        SplitAtThrows.split(body);
        function.replaceValues(elements);
        for (Block block : made) {
            block.setHandlers(handlers);
            SplitAtThrows.split(block);
        }
    }

    /** Puts the question for an element into a block of its own. */
    private void headAlone() {
        Block before = hasNext.block();
        Block head = function.newBlock();
        before.remove(hasNext);
        head.append(hasNext);
        head.setHandlers(before.handlers());
        head.setTerminator(before.terminator());
        before.setTerminator(new Terminator.Jump(Edge.to(head), hasNext.position()));
        if (!before.handlers().isEmpty()) {
            SplitAtThrows.split(before);
        }
    }

    /** Goes on where the head went on, with what is kept by then. */
    private static void redirect(Edge edge, Block from, List<Value> kept) {
        Map<Value, Value> now = new HashMap<>();
        for (int index = 0; index < kept.size(); index++) {
            now.put(kept.get(index), from.parameter(index));
        }
        from.setTerminator(new Terminator.Jump(edge.map(value -> now.getOrDefault(value, value)), null));
    }

    /** What was kept at the head is known now where the loop is left and where an element is taken; others learn it from there. */
    private void renew(List<Value> kept, Block exit, Block taken) {
        SsaVariables<Value> variables = new SsaVariables<>(function, new SsaVariables.Variables<>() {
            @Override
            public Type type(Value variable) {
                return variable.type();
            }

            @Override
            public @Nullable Value initial(Value variable) {
                return null;
            }
        });
        for (int index = 0; index < kept.size(); index++) {
            variables.write(kept.get(index), exit, exit.parameter(index));
            variables.write(kept.get(index), taken, taken.parameter(index));
        }
        Set<Value> all = Set.copyOf(kept);
        for (Block block : List.copyOf(function.blocks())) {
            block.mapUses(value -> all.contains(value) ? variables.read(value, block) : value);
        }
        variables.finish();
    }
}
