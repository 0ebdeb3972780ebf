package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves regions of a function into functions of their own, called where the region was entered.
 *
 * <p>A region gets what it uses as parameters. A region with one way out and one result returns that; of several ways out it returns the
 * number, and several results are written to the {@link SpillFrame}.
 */
final class OutlineRegions {
    /** Parameters that a region may have; what exceeds them goes through the frame. The JVM allows 255. */
    private static final int MAX_PARAMETER_SLOTS = 200;

    /** A region and what passes its boundary. */
    static final class Region {
        final Block entry;
        final List<Block> blocks;
        final Set<Value> liveIn = new LinkedHashSet<>();
        final Set<Value> liveOut = new LinkedHashSet<>();
        /** Where the region is left to, and what it passes there. */
        final Map<Block, List<Value>> exits = new LinkedHashMap<>();

        Region(Block entry, List<Block> blocks) {
            this.entry = entry;
            this.blocks = new ArrayList<>(blocks);
        }

        @Nullable
        Value onlyResult() {
            return exits.size() == 1 && liveOut.size() == 1 ? liveOut.iterator().next() : null;
        }
    }

    private final Function function;
    private final Map<Block, Region> regionOf = new HashMap<>();
    private final List<Region> regions = new ArrayList<>();
    private final SpillFrame frame;

    private OutlineRegions(Function function, Map<Block, List<Block>> found) {
        this.function = function;
        found.forEach((entry, blocks) -> {
            List<Block> members = new ArrayList<>(blocks);
            Block start = isRepeated(entry, blocks) ? entryBefore(entry, members) : entry;
            Region region = new Region(start, members);
            regions.add(region);
            members.forEach(block -> regionOf.put(block, region));
        });
        frame = new SpillFrame(function);
    }

    private static boolean isRepeated(Block entry, List<Block> blocks) {
        return blocks.stream().anyMatch(block -> block.successors().contains(entry));
    }

    /**
     * Puts an entry before the header of a loop: the parameters of the entry are what the region gets, while those of the header change as
     * the loop runs.
     */
    private Block entryBefore(Block header, List<Block> members) {
        Set<Block> inside = Set.copyOf(members);
        Block entry = function.newBlock();
        List<Value> parameters = header.parameters().stream()
                .map(parameter -> entry.addParameter(parameter.type()))
                .toList();
        for (Block block : function.blocks()) {
            if (!inside.contains(block) && block != entry) {
                block.mapEdges(edge -> edge.target() == header ? edge.withTarget(entry) : edge);
            }
        }
        entry.setTerminator(new Terminator.Jump(new Edge(header, parameters), null));
        members.addFirst(entry);
        return entry;
    }

    /** Changes the function, and gives the new ones. */
    static List<Function> run(Function function, Map<Block, List<Block>> regions, int firstNumber) {
        return new OutlineRegions(function, regions).outline(firstNumber);
    }

    private List<Function> outline(int firstNumber) {
        function.blocks().forEach(OutlineRegions::markProved);
        regions.forEach(this::mergeExits);
        regions.forEach(this::findExits);
        for (Block block : function.blocks()) {
            findCrossings(block);
        }
        for (Region region : regions) {
            if (region.onlyResult() == null) {
                region.liveOut.forEach(frame::add);
            }
        }
        regions.forEach(this::limitParameters);
        frame.allocate();

        List<Function> outlined = new ArrayList<>();
        Map<Value, Value> results = new HashMap<>();
        Map<Region, Instruction> calls = new LinkedHashMap<>();
        for (Region region : regions) {
            RegionBody body = new RegionBody(
                    region, function.name() + "$" + (firstNumber + outlined.size()), function.origin(), frame);
            outlined.add(body.function());
            calls.put(region, call(region, body, results));
        }
        Set<Value> moved = new LinkedHashSet<>();
        for (Region region : regions) {
            for (Block block : region.blocks) {
                if (block != region.entry) {
                    moved.addAll(block.parameters());
                }
                block.instructions().forEach(instruction -> {
                    if (instruction.result() != null) {
                        moved.add(instruction.value());
                    }
                });
            }
        }
        calls.forEach((region, call) -> {
            region.entry.setInstructions(List.of(call));
            region.entry.setHandlers(List.of());
            region.entry.setTerminator(dispatch(region, call));
        });
        function.retainBlocks(function.blocks().stream()
                .filter(block -> !regionOf.containsKey(block) || regionOf.get(block).entry == block)
                .toList());
        frame.storeDefinitionsOf(function, results);
        function.replaceValues(results);
        results.keySet().forEach(moved::remove);
        frame.loadUses(function, moved, regionOf.keySet());
        frame.insertAllocations();
        return outlined;
    }

    /** What cannot throw because its operand is new is not seen to be new where it is a parameter of a region or comes out of the frame. */
    private static void markProved(Block block) {
        for (Instruction instruction : block.instructions()) {
            if (instruction.opCode().mayThrow() && !instruction.mayThrow()) {
                instruction.setProved(true);
            }
        }
    }

    /** Gives several edges from a region to one block a block of the region where they meet. */
    private void mergeExits(Region region) {
        Map<Block, Set<Edge>> leaving = new LinkedHashMap<>();
        for (Block block : region.blocks) {
            for (Edge edge : block.terminator().edges()) {
                if (leaves(edge, region)) {
                    leaving.computeIfAbsent(edge.target(), _ -> new LinkedHashSet<>())
                            .add(edge);
                }
            }
        }
        leaving.forEach((target, edges) -> {
            if (edges.size() < 2) {
                return;
            }
            Block meeting = function.newBlock();
            List<Value> parameters = target.parameters().stream()
                    .map(parameter -> meeting.addParameter(parameter.type()))
                    .toList();
            for (Block block : region.blocks) {
                block.setTerminator(block.terminator()
                        .mapEdges(edge ->
                                edge.target() == target && leaves(edge, region) ? edge.withTarget(meeting) : edge));
            }
            meeting.setTerminator(new Terminator.Jump(new Edge(target, parameters), null));
            region.blocks.add(meeting);
            regionOf.put(meeting, region);
        });
    }

    /** Edges back to the entry of the region stay inside it, wherever they come from in the region. */
    private boolean leaves(Edge edge, Region region) {
        return regionOf.get(edge.target()) != region;
    }

    private void findExits(Region region) {
        for (Block block : region.blocks) {
            for (Edge edge : block.terminator().edges()) {
                if (leaves(edge, region)) {
                    region.exits.put(edge.target(), edge.arguments());
                }
            }
        }
    }

    private void findCrossings(Block block) {
        Region here = regionOf.get(block);
        for (Instruction instruction : block.instructions()) {
            instruction.operands().forEach(value -> use(value, here));
        }
        block.terminator().operands().forEach(value -> use(value, here));
        for (Edge edge : block.edges()) {
            // What is passed out of a region is read by the code after the call.
            Region reader = here != null && leaves(edge, here) ? null : here;
            edge.arguments().forEach(value -> use(value, reader));
        }
    }

    private void use(Value value, @Nullable Region reader) {
        Region definer = definer(value);
        if (definer == reader || TreeSchedule.isConstant(value)) {
            return;
        }
        if (definer != null) {
            definer.liveOut.add(value);
        }
        if (reader != null && value.parameterOf() != reader.entry) {
            reader.liveIn.add(value);
        }
    }

    /** The region that defines the value; parameters of its entry are those of the call block, outside. */
    private @Nullable Region definer(Value value) {
        Block block = value.block();
        Region region = regionOf.get(block);
        return region != null && value.parameterOf() == region.entry ? null : region;
    }

    private void limitParameters(Region region) {
        int slots = 10;
        for (Value parameter : region.entry.parameters()) {
            slots += parameter.type().slots();
        }
        for (Value value : region.liveIn) {
            if (frame.holds(value)) {
                continue;
            }
            slots += value.type().slots();
            if (slots > MAX_PARAMETER_SLOTS) {
                frame.add(value);
            }
        }
    }

    private Instruction call(Region region, RegionBody body, Map<Value, Value> results) {
        List<Value> arguments = new ArrayList<>(body.arguments());
        Instruction call = function.newInstruction(
                dev.jacobi.ir.OpCode.INVOKE_FUNCTION,
                body.function(),
                arguments,
                region.entry.instructions().isEmpty()
                        ? region.entry.terminator().position()
                        : region.entry.instructions().getFirst().position());
        Value only = region.onlyResult();
        if (only != null) {
            call.value().setType(only.type());
            results.put(only, call.value());
        }
        return call;
    }

    private Terminator dispatch(Region region, Instruction call) {
        List<Edge> edges = new ArrayList<>();
        region.exits.forEach((target, arguments) -> edges.add(new Edge(target, arguments)));
        return switch (edges.size()) {
            // Such a region is left by exceptions only.
            case 0 -> new Terminator.Jump(new Edge(region.entry, region.entry.parameters()), null);
            case 1 -> new Terminator.Jump(edges.getFirst(), null);
            case 2 -> new Terminator.Branch(call.value(), edges.get(1), edges.get(0), null);
            default -> {
                Map<Integer, Edge> cases = new HashMap<>();
                for (int i = 0; i < edges.size() - 1; i++) {
                    cases.put(i, edges.get(i));
                }
                yield new Terminator.Switch(call.value(), new java.util.TreeMap<>(cases), edges.getLast(), null);
            }
        };
    }

    /** The type that the function of a region returns. */
    static Type resultType(Region region) {
        Value only = region.onlyResult();
        if (only != null) {
            return only.type();
        }
        return region.exits.size() > 1 ? Type.INT : Type.VOID;
    }
}
