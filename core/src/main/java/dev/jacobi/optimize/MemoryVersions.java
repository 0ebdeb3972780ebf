package dev.jacobi.optimize;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Location;
import dev.jacobi.analysis.Memory;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        List<BitSet> writing = new ArrayList<>();
        BitSet writingAll = new BitSet();
        List<Block> blocks = dominators.order().blocks();
        for (int number = 0; number < blocks.size(); number++) {
            Block block = blocks.get(number);
            for (Instruction instruction : block.instructions()) {
                Location location = Location.of(instruction);
                if (location != null) {
                    Integer known = regions.putIfAbsent(location.region(), regions.size());
                    int region = known == null ? writing.size() : known;
                    if (known == null) {
                        writing.add(new BitSet());
                    }
                    if (memory.mayWrite(instruction)) {
                        writing.get(region).set(number);
                    }
                }
                if (memory.isBarrier(instruction)) {
                    writingAll.set(number);
                }
            }
        }
        current = new Version[regions.size()];
        if (regions.isEmpty()) {
            return;
        }
        for (int region = 0; region < regions.size(); region++) {
            current[region] = new Version(null, null, numbers++);
            BitSet written = writing.get(region);
            written.or(writingAll);
            BitSet meeting = dominators.iteratedFrontier(written);
            for (int number = meeting.nextSetBit(0); number >= 0; number = meeting.nextSetBit(number + 1)) {
                Multimaps.list(meetings, blocks.get(number)).add(region);
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
