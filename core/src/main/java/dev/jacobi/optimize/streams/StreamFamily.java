package dev.jacobi.optimize.streams;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.StandIns;
import dev.jacobi.optimize.streams.StreamChain.Element;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Streams that conditions put together: sources, what is called on them, parameters of blocks where one of several goes on, and the operations that consume
 * them, all in one function. No way through the function uses a stream twice, and none goes round.
 *
 * @param members the streams
 * @param choices those that are parameters of blocks, with where what goes on comes from
 * @param terminals what consumes them
 * @param idle what has no effect on a stream: comparing it with null, closing it
 */
record StreamFamily(
        Set<Value> members, Map<Value, Choice> choices, List<Instruction> terminals, List<Instruction> idle) {

    /**
     * A parameter of a block.
     *
     * @param streams which stream each edge passes, in the order of the edges
     */
    record Choice(Block block, int index, List<Value> streams) {}

    private static final int MOST_WAYS = 16;

    /** The family that an operation consumes, if it is more than a chain. */
    static Optional<StreamFamily> consumedBy(Instruction terminal, Function function) {
        if (!isTerminal(terminal)) {
            return Optional.empty();
        }
        return new Search(function).from(terminal.operand(0));
    }

    /** How many chains it takes to write out what the terminal operations consume. */
    private boolean isSmall() {
        return terminals.stream()
                        .mapToInt(terminal -> ways(terminal.operand(0)))
                        .sum()
                <= MOST_WAYS;
    }

    private int ways(Value stream) {
        Choice choice = choices.get(stream);
        if (choice != null) {
            int sum = 0;
            for (Value each : choice.streams()) {
                sum = Math.min(MOST_WAYS + 1, sum + ways(each));
            }
            return sum;
        }
        Instruction made = stream.definition();
        return made != null && isStage(made) ? ways(made.operand(0)) : 1;
    }

    static boolean isStage(Instruction call) {
        return StreamChain.operation(call).isPresent() || isSorted(call);
    }

    private static boolean isSorted(Instruction call) {
        return call.opCode() == OpCode.INVOKE_INTERFACE
                && call.method().name().equals("sorted")
                && Element.of(call.method().owner()).isPresent();
    }

    private static boolean isTerminal(Instruction call) {
        return StandIns.isElementsOf(call)
                || call.opCode() == OpCode.INVOKE_INTERFACE
                        && Element.of(call.method().owner())
                                .filter(element -> Terminal.isKnown(call, element))
                                .isPresent();
    }

    private static boolean isSource(Instruction call) {
        return call.opCode().isCall()
                && call.opCode() != OpCode.INVOKE_DYNAMIC
                && call.opCode() != OpCode.INVOKE_FUNCTION
                && StreamSource.element(call).isPresent();
    }

    private static boolean isIdle(Instruction user, Value stream) {
        return switch (user.opCode()) {
            case NULL_CHECK -> true;
            case EQ, NE ->
                user.operands().stream()
                        .allMatch(operand -> operand == stream
                                || operand.definition() instanceof Instruction other
                                        && other.attribute() == Instruction.NULL);
            case INVOKE_INTERFACE ->
                user.method().name().equals("close") && user.operands().size() == 1;
            default -> false;
        };
    }

    private static final class Search {
        private final Function function;
        private final Map<Value, List<Instruction>> users = new LinkedHashMap<>();
        private final Map<Value, List<Use>> passing = new LinkedHashMap<>();
        private final Map<Value, List<Value>> passedTo = new LinkedHashMap<>();
        private final Map<Value, Choice> incoming = new LinkedHashMap<>();
        private final Set<Value> members = new LinkedHashSet<>();
        private final Set<Instruction> terminals = new LinkedHashSet<>();
        private final Set<Instruction> idle = new LinkedHashSet<>();

        Search(Function function) {
            this.function = function;
            Set<Block> ofHandlers = new HashSet<>();
            for (Block block : function.blocks()) {
                for (Instruction instruction : block.instructions()) {
                    new LinkedHashSet<>(instruction.operands())
                            .forEach(operand -> users.computeIfAbsent(operand, _ -> new ArrayList<>())
                                    .add(instruction));
                }
                block.handlers()
                        .forEach(handler -> ofHandlers.add(handler.edge().target()));
            }
            Map<Block, List<Edge>> edges = new LinkedHashMap<>();
            for (Block block : function.blocks()) {
                for (Edge edge : block.edges()) {
                    edges.computeIfAbsent(edge.target(), _ -> new ArrayList<>()).add(edge);
                    for (int index = 0; index < edge.arguments().size(); index++) {
                        Value argument = edge.arguments().get(index);
                        passing.computeIfAbsent(argument, _ -> new ArrayList<>())
                                .add(new Use(block, List.of(edge.target()), true));
                        int parameter = index
                                + (edge.target().parameters().size()
                                        - edge.arguments().size());
                        passedTo.computeIfAbsent(argument, _ -> new ArrayList<>())
                                .add(edge.target().parameter(parameter));
                    }
                }
                block.terminator()
                        .operands()
                        .forEach(operand -> passedTo.computeIfAbsent(operand, _ -> new ArrayList<>())
                                .add(operand));
            }
            edges.forEach((block, all) -> {
                for (int index = 0; index < block.parameters().size(); index++) {
                    if (!ofHandlers.contains(block) && block != function.entry()) {
                        int place = index;
                        incoming.put(
                                block.parameter(index),
                                new Choice(
                                        block,
                                        index,
                                        all.stream()
                                                .map(edge -> edge.arguments().get(place))
                                                .toList()));
                    }
                }
            });
        }

        Optional<StreamFamily> from(Value stream) {
            Deque<Value> open = new ArrayDeque<>(List.of(stream));
            while (!open.isEmpty()) {
                Value member = open.removeFirst();
                if (members.add(member) && !(addOrigins(member, open) && addUses(member, open))) {
                    return Optional.empty();
                }
            }
            Map<Value, Choice> choices = new LinkedHashMap<>();
            members.stream().filter(incoming::containsKey).forEach(each -> choices.put(each, incoming.get(each)));
            boolean chain = choices.isEmpty() && terminals.size() == 1 && idle.isEmpty();
            if (chain || members.stream().anyMatch(each -> goesRound(each, new HashSet<>()) || isUsedTwice(each))) {
                return Optional.empty();
            }
            StreamFamily family = new StreamFamily(members, choices, List.copyOf(terminals), List.copyOf(idle));
            return family.isSmall() ? Optional.of(family) : Optional.empty();
        }

        private boolean addOrigins(Value member, Deque<Value> open) {
            Instruction made = member.definition();
            if (made == null) {
                Choice choice = incoming.get(member);
                if (choice == null || Element.of(member.type().descriptor()).isEmpty()) {
                    return false;
                }
                open.addAll(choice.streams());
                return true;
            }
            if (isStage(made)) {
                open.add(made.operand(0));
                return true;
            }
            return isSource(made);
        }

        private boolean addUses(Value member, Deque<Value> open) {
            for (Instruction user : users.getOrDefault(member, List.of())) {
                if (user.operands().lastIndexOf(member) == 0 && isStage(user)) {
                    open.add(user.value());
                } else if (user.operands().lastIndexOf(member) == 0 && isTerminal(user)) {
                    terminals.add(user);
                } else if (isIdle(user, member)) {
                    idle.add(user);
                } else {
                    return false;
                }
            }
            for (Value parameter : passedTo.getOrDefault(member, List.of())) {
                if (parameter == member || !incoming.containsKey(parameter)) {
                    return false;
                }
                open.add(parameter);
            }
            return true;
        }

        private boolean goesRound(Value stream, Set<Value> above) {
            if (!above.add(stream)) {
                return true;
            }
            Choice choice = incoming.get(stream);
            Instruction made = stream.definition();
            boolean round = choice != null
                    ? choice.streams().stream().anyMatch(each -> goesRound(each, above))
                    : made != null && isStage(made) && goesRound(made.operand(0), above);
            above.remove(stream);
            return round;
        }

        /** Whether a stream may be used again after it was used, without being another one by then. */
        private boolean isUsedTwice(Value stream) {
            boolean twiceOnOneEdge = function.blocks().stream()
                    .flatMap(block -> block.edges().stream())
                    .anyMatch(edge -> Collections.frequency(edge.arguments(), stream) > 1);
            if (twiceOnOneEdge) {
                return true;
            }
            List<Use> uses = new ArrayList<>(passing.getOrDefault(stream, List.of()));
            for (Instruction user : users.getOrDefault(stream, List.of())) {
                if (!idle.contains(user)) {
                    uses.add(new Use(user.block(), user.block().successors(), false));
                }
            }
            Choice choice = incoming.get(stream);
            Instruction made = stream.definition();
            Block home = made == null ? Objects.requireNonNull(choice).block() : made.block();
            for (Use use : uses) {
                Set<Block> after = reachable(use.onwards(), home);
                for (Use other : uses) {
                    // The edges of one branch are several ways.
                    boolean both = other != use && other.block() == use.block() && !(use.isEdge() && other.isEdge());
                    if (both || after.contains(other.block())) {
                        return true;
                    }
                }
            }
            return false;
        }

        /**
         * A use of a stream.
         *
         * @param onwards where control goes after it
         * @param isEdge whether it is passed to a parameter there
         */
        private record Use(Block block, List<Block> onwards, boolean isEdge) {}
    }

    /** What can be reached from some blocks without passing the one where the stream is made. */
    static Set<Block> reachable(List<Block> from, Block home) {
        Set<Block> reached = new HashSet<>();
        Deque<Block> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            Block next = open.removeFirst();
            if (next != home && reached.add(next)) {
                open.addAll(next.successors());
            }
        }
        return reached;
    }
}
