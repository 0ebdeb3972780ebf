package dev.jacobi.offload.extract;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/**
 * The calls by which code reads or writes one element of a memory segment.
 *
 * @param layout null if it is not one of those that are known
 */
record SegmentAccess(Instruction call, @Nullable SegmentLayout layout, boolean byOffset, boolean isWrite) {

    /** What a call reads or writes, or null if it is another call. */
    static @Nullable SegmentAccess of(Instruction call) {
        if (!isOfSegment(call) || call.operands().size() < 3) {
            return null;
        }
        MethodTypeDesc type = call.method().type();
        boolean elements = type.parameterCount() <= 3
                && type.parameterType(1).equals(ConstantDescs.CD_long)
                && type.parameterType(0).displayName().startsWith("ValueLayout$Of");
        return switch (elements ? call.method().name() : "") {
            case "getAtIndex" -> new SegmentAccess(call, layout(call), false, false);
            case "get" -> new SegmentAccess(call, layout(call), true, false);
            case "setAtIndex" -> new SegmentAccess(call, layout(call), false, true);
            case "set" -> new SegmentAccess(call, layout(call), true, true);
            default -> null;
        };
    }

    /** Whether a call is of a method of a segment. */
    static boolean isOfSegment(Instruction call) {
        return call.opCode() == OpCode.INVOKE_INTERFACE && call.method().owner().equals(SegmentView.SEGMENT);
    }

    static boolean isByteSize(Instruction call) {
        return isOfSegment(call) && call.method().name().equals("byteSize");
    }

    private static @Nullable SegmentLayout layout(Instruction call) {
        SegmentLayout layout = SegmentLayout.of(call.operand(1));
        return layout != null
                        && layout.kindDescriptor().equals(call.method().type().parameterType(0))
                ? layout
                : null;
    }

    Value segment() {
        return call.operand(0);
    }

    /** The index, or the offset in bytes. */
    Value asked() {
        return call.operand(2);
    }

    /** What is written. */
    Value written() {
        return call.operand(3);
    }

    /** The method that does it. */
    static MethodReference method(SegmentView view, boolean isWrite) {
        SegmentLayout layout = view.layout();
        String name = (isWrite ? "set" : "get") + (view.byOffset() ? "" : "AtIndex");
        return new MethodReference(
                SegmentView.SEGMENT,
                name,
                isWrite
                        ? MethodTypeDesc.of(
                                ConstantDescs.CD_void,
                                layout.kindDescriptor(),
                                ConstantDescs.CD_long,
                                layout.componentDescriptor())
                        : MethodTypeDesc.of(
                                layout.componentDescriptor(), layout.kindDescriptor(), ConstantDescs.CD_long),
                true);
    }
}
