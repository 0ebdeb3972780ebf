package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.device.DeviceCompiler;
import dev.jacobi.offload.extract.Obstacle.Found;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the arrays that a round makes and that device code cannot have in the memory of a work item, and which of their names may stand for the same one. */
final class OwnArrays {
    /** Names of arrays that may be the same, all made in a round. */
    static final class Group {
        private final Set<Value> names = new LinkedHashSet<>();
        private final List<Instruction> makers = new ArrayList<>();
        private boolean foreign;

        Set<Value> names() {
            return names;
        }

        ClassDesc component() {
            return names.iterator().next().type().descriptor().componentType();
        }

        /** What makes its only array, if that is made once in a round, or once in each round of a loop and not kept for the next; else null. */
        private @Nullable Instruction onlyMaker(Block start, Loops loops, Uses uses) {
            Instruction made = makers.getLast();
            if (makers.size() == 2 && isMadeLonger(makers.getFirst(), made, uses)) {
                // What is acquired has no length before.
                return inLoop(made, start, loops) && names.size() > 2 ? null : made;
            }
            boolean fresh = makers.size() == 1 && kind(made) != Kind.GROWS;
            return !fresh || inLoop(made, start, loops) && names.size() > 1 ? null : made;
        }

        private static boolean isMadeLonger(Instruction acquired, Instruction ensured, Uses uses) {
            ScratchCall first = ScratchCall.of(acquired);
            ScratchCall second = ScratchCall.of(ensured);
            return first != null
                    && first.kind() == ScratchCall.Kind.ACQUIRE
                    && second != null
                    && kind(ensured) == Kind.GROWS
                    && ensured.operand(0) == acquired.value()
                    && uses.of(acquired.value()).stream()
                            .allMatch(use -> use instanceof Use.Operand(Instruction user, int _) && user == ensured);
        }

        private static boolean inLoop(Instruction made, Block start, Loops loops) {
            Block block = made.block();
            return block == null || loops.isIrreducible() || loops.loopOf(block) != loops.loopOf(start);
        }
    }

    /** An array that one work item has in a slice of its own: what makes it, and its length as a multiple of a value. */
    record Sliced(Instruction maker, Value length, int each) {}

    private enum Kind {
        MADE,
        ACQUIRED,
        GROWS
    }

    private final Function round;
    private final Map<Value, Group> groups = new LinkedHashMap<>();

    private OwnArrays(Function round) {
        this.round = round;
    }

    /**
     * The groups that need memory.
     *
     * @throws Found if one of them has a name that may stand for another array, or for null
     */
    static List<Group> of(Function round) throws Found {
        OwnArrays arrays = new OwnArrays(round);
        arrays.collect();
        Loops loops = Loops.of(round);
        List<Group> needing = new ArrayList<>();
        for (Group group : Set.copyOf(arrays.groups.values())) {
            if (group.makers.stream().anyMatch(maker -> needsMemory(maker, group, loops))) {
                if (group.foreign) {
                    throw new Found(
                            "it chooses between an array that it makes and another one, or none",
                            group.makers.getFirst().position());
                }
                needing.add(group);
            }
        }
        needing.sort((one, other) -> Integer.compare(
                one.names().iterator().next().id(),
                other.names().iterator().next().id()));
        return needing;
    }

    /**
     * What makes the only array of a group and how long that is, if there is never more than one, and its length is one of those given or constant; else null.
     *
     * @param start where a round begins
     */
    static @Nullable Sliced sliced(Group group, Block start, Collection<Value> known) {
        Function function = start.function();
        Instruction maker = group.onlyMaker(start, Loops.of(function), Uses.of(function));
        if (maker == null) {
            return null;
        }
        ScratchCall call = ScratchCall.of(maker);
        Sliced sliced = call == null
                ? new Sliced(maker, maker.operand(0), 1)
                : switch (call.kind()) {
                    case ZEROS -> new Sliced(maker, maker.operand(0), 1);
                    case ENSURE -> new Sliced(maker, maker.operand(1), 1);
                    case ENSURE_SUM -> {
                        Integer top = constant(maker.operand(1));
                        Integer each = constant(maker.operand(3));
                        yield top == null || top != 0 || each == null
                                ? null
                                : new Sliced(maker, maker.operand(2), each);
                    }
                    case ACQUIRE, RELEASE -> null;
                };
        return sliced != null && (known.contains(sliced.length()) || constant(sliced.length()) != null) ? sliced : null;
    }

    static @Nullable Integer constant(Value value) {
        Instruction definition = value.definition();
        return definition != null && definition.opCode() == OpCode.CONSTANT
                ? definition.attribute() instanceof Integer number ? number : null
                : null;
    }

    private static @Nullable Kind kind(Instruction instruction) {
        ScratchCall call = ScratchCall.of(instruction);
        if (call != null) {
            return switch (call.kind()) {
                case ACQUIRE -> Kind.ACQUIRED;
                case ZEROS -> Kind.MADE;
                case ENSURE, ENSURE_SUM -> Kind.GROWS;
                case RELEASE -> null;
            };
        }
        return instruction.opCode() == OpCode.NEW_ARRAY
                        && instruction.classAttribute().isPrimitive()
                ? Kind.MADE
                : null;
    }

    /** Whether device code cannot have it in the memory of a work item: see {@link DeviceCompiler}. */
    private static boolean needsMemory(Instruction maker, Group group, Loops loops) {
        if (ScratchCall.of(maker) != null) {
            return true;
        }
        Integer length = constant(maker.operand(0));
        if (length == null || length > DeviceCompiler.LARGEST_OWN_ARRAY_BYTES / bytes(group.component())) {
            return true;
        }
        Block block = maker.block();
        boolean inLoop = loops.isIrreducible() || block != null && loops.loopOf(block) != null;
        return inLoop && group.names.size() > 1;
    }

    static int bytes(ClassDesc component) {
        return switch (component.descriptorString()) {
            case "D", "J" -> 8;
            case "F", "I" -> 4;
            case "S", "C" -> 2;
            default -> 1;
        };
    }

    private void collect() {
        for (Block block : round.blocks()) {
            for (Instruction instruction : block.instructions()) {
                Kind kind = kind(instruction);
                if (kind != null) {
                    Group group = group(instruction.value());
                    group.makers.add(instruction);
                    if (kind == Kind.GROWS) {
                        join(instruction.value(), instruction.operand(0));
                    }
                } else if (instruction.result() != null
                        && instruction.value().type().isArray()) {
                    switch (instruction.opCode()) {
                        case SELECT -> {
                            join(instruction.value(), instruction.operand(1));
                            join(instruction.value(), instruction.operand(2));
                        }
                        case CHECK_CAST -> join(instruction.value(), instruction.operand(0));
                        default -> group(instruction.value()).foreign = true;
                    }
                }
            }
            for (Edge edge : block.edges()) {
                List<Value> parameters = edge.target().parameters();
                for (int index = 0; index < edge.arguments().size(); index++) {
                    if (parameters.get(index).type().isArray()) {
                        join(parameters.get(index), edge.arguments().get(index));
                    }
                }
            }
        }
        for (Value parameter : round.parameters()) {
            if (parameter.type().isArray()) {
                group(parameter).foreign = true;
            }
        }
    }

    private Group group(Value value) {
        return groups.computeIfAbsent(value, each -> {
            Group group = new Group();
            group.names.add(each);
            return group;
        });
    }

    private void join(Value one, Value other) {
        Group group = group(one);
        Instruction definition = other.definition();
        if (definition != null && definition.attribute() == Instruction.NULL) {
            group.foreign = true;
            return;
        }
        Group joined = group(other);
        if (group != joined) {
            group.names.addAll(joined.names);
            group.makers.addAll(joined.makers);
            group.foreign |= joined.foreign;
            joined.names.forEach(name -> groups.put(name, group));
        }
    }
}
