package dev.jacobi.offload.extract;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/**
 * A memory segment as the array of its elements, as a parallel loop sees it while it is looked at. In the function it is a call that never runs: host code that is made of the loop has the segment in its place, and a kernel
 * gets the array.
 *
 * @param byOffset whether elements are accessed by their offsets in bytes, not by their numbers
 */
public record SegmentView(SegmentLayout layout, boolean byOffset) {
    static final ClassDesc SEGMENT = ClassDesc.of("java.lang.foreign.MemorySegment");

    private static final ClassDesc OWNER = SegmentView.class.describeConstable().orElseThrow();
    private static final String BY_OFFSET = "$offset";

    /** What the call calls. */
    MethodReference method() {
        return new MethodReference(
                OWNER,
                layout.name() + (byOffset ? BY_OFFSET : ""),
                MethodTypeDesc.of(layout.componentDescriptor().arrayType(), SEGMENT),
                false);
    }

    /** The view that a value is, or null. */
    static @Nullable SegmentView of(Value value) {
        return value.definition() == null ? null : of(value.definition());
    }

    static @Nullable SegmentView of(Instruction call) {
        if (call.opCode() != OpCode.INVOKE_STATIC || !call.method().owner().equals(OWNER)) {
            return null;
        }
        String name = call.method().name();
        boolean byOffset = name.endsWith(BY_OFFSET);
        String layout = byOffset ? name.substring(0, name.length() - BY_OFFSET.length()) : name;
        return new SegmentView(SegmentLayout.valueOf(layout), byOffset);
    }

    /** What is in host code in the place of a value: of a view, its segment. */
    static Value segmentOf(Value value) {
        Instruction definition = value.definition();
        return definition != null && of(definition) != null ? definition.operand(0) : value;
    }

    static boolean isSegment(Value value) {
        return value.type().isReference() && value.type().descriptor().equals(SEGMENT);
    }

    /** By how many bits the index of an element is shifted to give what the segment is asked for. */
    int shift() {
        return byOffset ? layout.shift() : 0;
    }
}
