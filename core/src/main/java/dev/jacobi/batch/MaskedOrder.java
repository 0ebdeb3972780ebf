package dev.jacobi.batch;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The order in which blocks are done that only some examples go through: each after those that lead to it, each loop in one piece. */
final class MaskedOrder {
    private final MaskedBlocks masked;
    private final Comparator<Block> inOrder;

    /** What is done under masks from one block without mask to the next. */
    record Region(
            List<Step> steps, Set<Block> blocks, @Nullable Block exit) {}

    /** One block, or a loop. */
    sealed interface Step {}

    record Once(Block block) implements Step {}

    record Rounds(Block header, List<Step> steps) implements Step {}

    private MaskedOrder(MaskedBlocks masked, ReversePostorder order) {
        this.masked = masked;
        inOrder = Comparator.comparingInt(order::indexOf);
    }

    /** The regions, or nothing if there is one that is entered or left in more ways than can be followed. */
    static Optional<List<Region>> of(List<Block> returning, ReversePostorder order, MaskedBlocks masked) {
        MaskedOrder maker = new MaskedOrder(masked, order);
        List<Region> regions = new ArrayList<>();
        Set<Block> done = new HashSet<>();
        for (Block block : returning) {
            if (masked.isMasked(block) && !done.contains(block)) {
                Set<Block> together = maker.together(block, new HashSet<>(returning));
                done.addAll(together);
                Region region = maker.region(together, returning);
                if (region == null) {
                    return Optional.empty();
                }
                regions.add(region);
            }
        }
        return Optional.of(regions);
    }

    /** The masked blocks that can be reached from this one over edges in both directions, and over blocks from which examples go different ways. */
    private Set<Block> together(Block start, Set<Block> returning) {
        Set<Block> together = new LinkedHashSet<>();
        together.add(start);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Block block : returning) {
                List<Block> linked = new ArrayList<>(masked.isMasked(block) ? List.of(block) : List.of());
                if (masked.isMasked(block) || masked.isParting(block)) {
                    block.successors().stream()
                            .filter(successor -> returning.contains(successor) && masked.isMasked(successor))
                            .forEach(linked::add);
                }
                if (linked.stream().anyMatch(together::contains)) {
                    changed |= together.addAll(linked);
                }
            }
        }
        return together;
    }

    private @Nullable Region region(Set<Block> blocks, List<Block> returning) {
        Set<Block> exits = new HashSet<>();
        boolean ends = false;
        for (Block block : blocks) {
            ends |= block.successors().isEmpty();
            for (Block successor : block.successors()) {
                if (!blocks.contains(successor) && returning.contains(successor)) {
                    exits.add(successor);
                }
            }
        }
        // Examples may also go from a block without mask past the region.
        for (Block block : returning) {
            if (masked.isParting(block) && block.successors().stream().anyMatch(blocks::contains)) {
                for (Block successor : block.successors()) {
                    if (!blocks.contains(successor) && returning.contains(successor)) {
                        exits.add(successor);
                    }
                }
            }
        }
        if (exits.size() + (ends ? 1 : 0) != 1) {
            return null;
        }
        List<Step> steps = steps(blocks, null);
        return steps == null
                ? null
                : new Region(steps, blocks, exits.stream().findFirst().orElse(null));
    }

    private @Nullable List<Step> steps(Collection<Block> blocks, @Nullable Loop around) {
        Map<Block, Block> unitOf = new LinkedHashMap<>();
        Map<Block, Loop> loops = new LinkedHashMap<>();
        for (Block block : blocks) {
            Loop loop = loopWithin(block, around);
            unitOf.put(block, loop == null ? block : loop.header());
            if (loop != null) {
                if (!blocks.containsAll(loop.blocks())) {
                    return null;
                }
                loops.put(loop.header(), loop);
            }
        }
        Map<Block, Set<Block>> waitsFor = new LinkedHashMap<>();
        unitOf.values().forEach(unit -> waitsFor.put(unit, new HashSet<>()));
        for (Block block : blocks) {
            for (Block successor : block.successors()) {
                Block unit = unitOf.get(successor);
                boolean back = around != null && successor == around.header();
                if (unit != null && unit != unitOf.get(block) && !back) {
                    waitsFor.get(unit).add(Objects.requireNonNull(unitOf.get(block)));
                }
            }
        }
        List<Step> steps = new ArrayList<>();
        while (!waitsFor.isEmpty()) {
            Block next = waitsFor.keySet().stream()
                    .filter(unit -> waitsFor.get(unit).isEmpty())
                    .min(inOrder)
                    .orElse(null);
            if (next == null) {
                return null;
            }
            waitsFor.remove(next);
            waitsFor.values().forEach(each -> each.remove(next));
            Loop loop = loops.get(next);
            if (loop == null) {
                steps.add(new Once(next));
                continue;
            }
            List<Step> inside = steps(loop.blocks(), loop);
            if (inside == null) {
                return null;
            }
            steps.add(new Rounds(next, inside));
        }
        return steps;
    }

    /** The outermost masked loop round a block that is within another one, or null. */
    private @Nullable Loop loopWithin(Block block, @Nullable Loop around) {
        Loop found = null;
        for (Loop loop = masked.maskedLoop(block); loop != null && loop != around; loop = loop.parent()) {
            if (masked.isMasked(loop.header())) {
                found = loop;
            }
        }
        return found;
    }
}
