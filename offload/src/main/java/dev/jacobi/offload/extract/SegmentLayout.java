package dev.jacobi.offload.extract;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table of the constants of {@link ValueLayout} by which a memory segment is an array of numbers: those of primitives, in the order of bytes of this machine. */
public enum SegmentLayout {
    JAVA_BYTE(ValueLayout.JAVA_BYTE),
    JAVA_SHORT(ValueLayout.JAVA_SHORT),
    JAVA_CHAR(ValueLayout.JAVA_CHAR),
    JAVA_INT(ValueLayout.JAVA_INT),
    JAVA_LONG(ValueLayout.JAVA_LONG),
    JAVA_FLOAT(ValueLayout.JAVA_FLOAT),
    JAVA_DOUBLE(ValueLayout.JAVA_DOUBLE),
    JAVA_SHORT_UNALIGNED(ValueLayout.JAVA_SHORT_UNALIGNED),
    JAVA_CHAR_UNALIGNED(ValueLayout.JAVA_CHAR_UNALIGNED),
    JAVA_INT_UNALIGNED(ValueLayout.JAVA_INT_UNALIGNED),
    JAVA_LONG_UNALIGNED(ValueLayout.JAVA_LONG_UNALIGNED),
    JAVA_FLOAT_UNALIGNED(ValueLayout.JAVA_FLOAT_UNALIGNED),
    JAVA_DOUBLE_UNALIGNED(ValueLayout.JAVA_DOUBLE_UNALIGNED);

    private static final ClassDesc OWNER = ClassDesc.of("java.lang.foreign.ValueLayout");
    private static final Map<String, SegmentLayout> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(SegmentLayout::name, Function.identity()));

    private final Class<?> component;
    private final int bytes;
    private final int alignment;
    private final ValueLayout layout;
    /** The interface of the layout, which tells the overloads of a segment's methods apart. */
    private final Class<?> kind;

    SegmentLayout(ValueLayout layout) {
        this.layout = layout;
        this.component = layout.carrier();
        this.bytes = (int) layout.byteSize();
        this.alignment = (int) layout.byteAlignment();
        this.kind = Arrays.stream(ValueLayout.class.getDeclaredClasses())
                .filter(each -> each.isInstance(layout))
                .findAny()
                .orElseThrow();
    }

    /** That which is a layout, whatever name this has; empty if none is. */
    public static Optional<SegmentLayout> of(ValueLayout layout) {
        return Arrays.stream(values())
                .filter(each -> each.layout.equals(layout.withoutName()))
                .findFirst();
    }

    /** The one that a value is for certain, or null. */
    static @Nullable SegmentLayout of(Value value) {
        Instruction definition = value.definition();
        if (definition == null || definition.opCode() != OpCode.GET_STATIC) {
            return null;
        }
        FieldReference field = definition.field();
        return field.owner().equals(OWNER) ? BY_NAME.get(field.name()) : null;
    }

    /** The field that holds it. */
    FieldReference field() {
        return new FieldReference(OWNER, name(), kindDescriptor());
    }

    ClassDesc kindDescriptor() {
        return kind.describeConstable().orElseThrow();
    }

    /** The type of the elements. */
    public Class<?> component() {
        return component;
    }

    ClassDesc componentDescriptor() {
        return component.describeConstable().orElseThrow();
    }

    /** The size of an element. */
    public int bytes() {
        return bytes;
    }

    /** What the address of an element must be a multiple of, in bytes. */
    public int alignment() {
        return alignment;
    }

    /** By how many bits an index is shifted to give an offset in bytes. */
    int shift() {
        return Integer.numberOfTrailingZeros(bytes);
    }
}
