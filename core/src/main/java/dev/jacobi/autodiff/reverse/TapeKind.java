package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.Locale;
import java.util.function.Predicate;

/** The stacks of the tape: one array for each kind of value. */
enum TapeKind {
    DOUBLES(ConstantDescs.CD_double, 8),
    FLOATS(ConstantDescs.CD_float, 4),
    LONGS(ConstantDescs.CD_long, 8),
    INTS(ConstantDescs.CD_int, 4),
    /** Results of comparisons and decisions. */
    BYTES(ConstantDescs.CD_byte, 1),
    REFERENCES(ConstantDescs.CD_Object, 8),
    /** References to shadows, where several adjoints have tapes of their own for these, and share the others. */
    SHADOWS(ConstantDescs.CD_Object, 8);

    private final ClassDesc component;
    private final int bytes;

    TapeKind(ClassDesc component, int bytes) {
        this.component = component;
        this.bytes = bytes;
    }

    ClassDesc component() {
        return component;
    }

    ClassDesc array() {
        return component.arrayType();
    }

    Type type() {
        return Type.of(array());
    }

    /** What the names of the methods that acquire an array end with. */
    String suffix() {
        String name = (this == SHADOWS ? REFERENCES : this).name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    /** The field of the stacks that holds the array; there is none for {@link #SHADOWS}. */
    FieldReference arrayField() {
        return new FieldReference(CallSignature.STACKS, name().toLowerCase(Locale.ROOT), array());
    }

    /** The field of the stacks that holds the number of elements; there is none for {@link #SHADOWS}. */
    FieldReference topField() {
        return new FieldReference(CallSignature.STACKS, name().toLowerCase(Locale.ROOT) + "Top", ConstantDescs.CD_int);
    }

    boolean isOfReferences() {
        return this == REFERENCES || this == SHADOWS;
    }

    int bytes() {
        return bytes;
    }

    static TapeKind of(Value value, Predicate<Value> isDecision) {
        return switch (value.type().kind()) {
            case DOUBLE -> DOUBLES;
            case FLOAT -> FLOATS;
            case LONG -> LONGS;
            case INT -> fitsByte(value) || isDecision.test(value) ? BYTES : INTS;
            case REFERENCE, VOID -> REFERENCES;
        };
    }

    private static boolean fitsByte(Value value) {
        return value.definition() != null
                && (value.definition().opCode().isComparison()
                        || value.isResultOf(OpCode.CMP)
                        || value.isResultOf(OpCode.CMPL)
                        || value.isResultOf(OpCode.CMPG)
                        || value.isResultOf(OpCode.INSTANCE_OF));
    }
}
