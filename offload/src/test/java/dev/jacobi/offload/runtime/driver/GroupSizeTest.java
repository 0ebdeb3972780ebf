package dev.jacobi.offload.runtime.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GroupSizeTest {
    @Test
    void groupsOfProcessorsAreLongWhereAllCoresHaveSome() {
        GroupSize groups = GroupSize.ofCpu(4096, 2);
        assertEquals(1, groups.of(1));
        assertEquals(1, groups.of(511));
        assertEquals(64, groups.of(512));
        assertEquals(16, GroupSize.ofCpu(16, 2).of(1_000_000));
    }

    @Test
    void groupsOfGpusAreWholeWarps() {
        GroupSize groups = GroupSize.ofGpu(1024, 32, 132);
        assertEquals(32, groups.of(1));
        assertEquals(256, groups.of(1_000_000));
        assertEquals(192, GroupSize.ofGpu(200, 64, 1).of(1_000_000));
        assertEquals(20, GroupSize.ofGpu(20, 64, 1).of(1));
        assertEquals(1, GroupSize.ofGpu(1, 0, 1).of(1_000_000));
    }
}
