package dev.jacobi.offload.extract;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table of methods that host code calls of which it is known which arrays they touch. All others may touch any. */
final class KnownTouches {
    /** What is done with an array. */
    enum Kind {
        /** Nothing, but perhaps asking for its length. */
        NOTHING,
        READS,
        WRITES,
        /** What it holds is not needed any more: it is let go, or all of it is written. */
        FORGETS
    }

    private static final Map<String, List<Kind>> STATIC = Map.ofEntries(
            Map.entry("java.util.Arrays.fill/2", List.of(Kind.FORGETS)),
            Map.entry("java.util.Arrays.fill/4", List.of(Kind.WRITES)),
            Map.entry("java.util.Arrays.copyOf/2", List.of(Kind.READS)),
            Map.entry("java.util.Arrays.copyOfRange/3", List.of(Kind.READS)),
            Map.entry("java.lang.System.arraycopy/5", List.of(Kind.READS, Kind.NOTHING, Kind.WRITES)),
            Map.entry("java.lang.foreign.MemorySegment.ofArray/1", List.of()),
            Map.entry("dev.jacobi.runtime.AtomicSums.zeros/1", List.of()),
            Map.entry("dev.jacobi.runtime.AtomicSums.add/2", List.of(Kind.NOTHING, Kind.READS)),
            Map.entry("dev.jacobi.runtime.Scratch.release/1", List.of(Kind.FORGETS)),
            Map.entry("dev.jacobi.runtime.Scratch.releaseZeros/1", List.of(Kind.READS)),
            // Announced afterwards, by the arrays before and after.
            Map.entry("dev.jacobi.runtime.Scratch.ensure/2", List.of()),
            Map.entry("dev.jacobi.runtime.Scratch.ensure/4", List.of()),
            Map.entry("dev.jacobi.runtime.Shadows.fit/2", List.of()));

    /** Classes whose methods get no arrays of numbers, or look at nothing but their lengths and at which they are. */
    private static final Set<String> HARMLESS = Set.of(
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Float",
            "java.lang.Double",
            "java.lang.Math",
            "java.lang.StrictMath",
            "dev.jacobi.offload.DeviceArray",
            "dev.jacobi.offload.DeviceSegment",
            "dev.jacobi.runtime.DeviceCalls",
            "dev.jacobi.runtime.NestedRounds",
            "dev.jacobi.runtime.SegmentSizes",
            "dev.jacobi.autodiff.ShadowChecks");

    /** What segments tell of themselves, and how they are made of others. */
    private static final Set<String> OF_SEGMENTS = Set.of(
            "address",
            "asReadOnly",
            "asSlice",
            "byteSize",
            "heapBase",
            "isAccessibleBy",
            "isMapped",
            "isNative",
            "isReadOnly",
            "maxByteAlignment",
            "scope");

    private KnownTouches() {}

    /** What a call does with its operands, the last ones left out if it does nothing; null if it may touch any array. */
    static @Nullable List<Kind> of(Instruction call) {
        if (call.opCode() == OpCode.INVOKE_DYNAMIC || call.opCode() == OpCode.INVOKE_FUNCTION) {
            return null;
        }
        String owner = Type.name(call.method().owner());
        String name = call.method().name();
        if (HARMLESS.contains(owner) || owner.equals("dev.jacobi.runtime.Scratch") && name.startsWith("acquire")) {
            return List.of();
        }
        if (SegmentAccess.isOfSegment(call)) {
            return ofSegment(call);
        }
        return call.opCode() == OpCode.INVOKE_STATIC
                ? STATIC.get(owner + "." + name + "/" + call.operands().size())
                : null;
    }

    private static @Nullable List<Kind> ofSegment(Instruction call) {
        SegmentAccess access = SegmentAccess.of(call);
        if (access != null) {
            return List.of(access.isWrite() ? Kind.WRITES : Kind.READS);
        }
        return OF_SEGMENTS.contains(call.method().name()) ? List.of() : null;
    }

    /** Whether a call gives a segment of the memory of the one that it is called on. */
    static boolean givesSegmentOfSame(Instruction call) {
        return isOfSegmentAlone(call)
                && call.result() != null
                && SegmentView.isSegment(call.value())
                && OF_SEGMENTS.contains(call.method().name());
    }

    /** Whether a call does nothing with arrays but reading and writing those under a memory segment. */
    static boolean isOfSegmentAlone(Instruction call) {
        return SegmentAccess.isOfSegment(call) && ofSegment(call) != null;
    }
}
