package dev.jacobi.optimize;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Location;
import dev.jacobi.analysis.Memory;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Versions of memory, one line of them for each region: a new one after each instruction that may write the region, and where
 * different ones meet. Two loads of one location under one version give the same.
 *
 * <p>Follows a walk over the dominator tree: {@link #enter}, then {@link #write} for each writer, then {@link #leave}.
 */
final class MemoryVersions {
    /** The content of a region after {@code writer}, or, if that is null, where ways meet or at the start of the function. */
    record Version(@Nullable Instruction writer, @Nullable Version before, int number) {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    /** So far back does a load look past stores that cannot have changed what it reads. */
    private static final int LIMIT = 40;

    private final Memory memory;
    private final Map<String, Integer> regions = new LinkedHashMap<>();
    private final Map<Block, List<Integer>> meetings = new HashMap<>();
    private final List<Version[]> path = new ArrayList<>();
    private Version[] current;
    private int numbers;

    MemoryVersions(Function function, Memory memory, Dominators dominators) {
        this.memory = memory;
        Map<Integer, Set<Block>> writing = new HashMap<>();
        Set<Block> writingAll = new HashSet<>();
        for (Block block : dominators.order().blocks()) {
            for (Instruction instruction : block.instructions()) {
                Location location = Location.of(instruction);
                if (location != null) {
                    int region = regions.computeIfAbsent(location.region(), _ -> regions.size());
                    if (memory.mayWrite(instruction)) {
                        writing.computeIfAbsent(region, _ -> new HashSet<>()).add(block);
                    }
                }
                if (memory.isBarrier(instruction)) {
                    writingAll.add(block);
                }
            }
        }
        current = new Version[regions.size()];
        if (regions.isEmpty()) {
            return;
        }
        Map<Block, Set<Block>> frontiers = dominators.frontiers();
        for (int region = 0; region < regions.size(); region++) {
            current[region] = new Version(null, null, numbers++);
            Set<Block> blocks = new HashSet<>(writingAll);
            blocks.addAll(writing.getOrDefault(region, Set.of()));
            List<Block> open = new ArrayList<>(blocks);
            Set<Block> meeting = new HashSet<>();
            while (!open.isEmpty()) {
                for (Block frontier : frontiers.get(open.removeLast())) {
                    if (meeting.add(frontier)) {
                        meetings.computeIfAbsent(frontier, _ -> new ArrayList<>())
                                .add(region);
                        open.add(frontier);
                    }
                }
            }
        }
    }

    void enter(Block block) {
        path.add(current);
        current = current.clone();
        for (int region : meetings.getOrDefault(block, List.of())) {
            current[region] = new Version(null, null, numbers++);
        }
    }

    void leave() {
        current = path.removeLast();
    }

    void write(Instruction writer) {
        if (memory.isBarrier(writer)) {
            for (int region = 0; region < current.length; region++) {
                current[region] = new Version(writer, current[region], numbers++);
            }
        } else {
            Location location = Location.of(writer);
            if (location != null) {
                int region = region(location);
                current[region] = new Version(writer, current[region], numbers++);
            }
        }
    }

    private int region(Location location) {
        Integer region = regions.get(location.region());
        if (region == null) {
            throw new IllegalStateException("no region " + location.region());
        }
        return region;
    }

    /** The version that a write here has just made. */
    Version latest(Location location) {
        return current[region(location)];
    }

    /** The oldest version in which the location holds for certain what it holds now. */
    Version of(Location location) {
        Version version = latest(location);
        for (int steps = 0; steps < LIMIT; steps++) {
            Instruction writer = version.writer();
            Version before = version.before();
            if (writer == null || before == null || memory.mayWrite(writer, location, true)) {
                break;
            }
            version = before;
        }
        return version;
    }
}
