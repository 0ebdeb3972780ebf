package dev.jacobi.llvm.text;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.util.Set;

/** Which code of the JDK is compiled along, from its bytecode: that of classes without state, whose initialisers nobody notices. */
public final class JdkCode {
    public static final String FDLIBM = "java.lang.FdLibm";

    private static final Set<String> CLASSES = Set.of(
            "java.lang.Math",
            "java.lang.StrictMath",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Float",
            "java.lang.Double",
            "java.util.Arrays");

    /** What is known of a static field that such code reads. */
    public enum StaticField {
        /** True. */
        ASSERTIONS_DISABLED,
        /** An array of constants, which {@link ConstantTables} reads. */
        TABLE,
        /** Nothing, or the code that reads it is not of these classes. */
        OTHER
    }

    private JdkCode() {}

    public static boolean isCompiled(ClassDesc owner) {
        String name = Type.name(owner);
        return CLASSES.contains(name) || name.startsWith(FDLIBM);
    }

    public static StaticField kind(FieldReference field, Function reader) {
        if (reader.origin() == null || !isCompiled(reader.origin().owner())) {
            return StaticField.OTHER;
        }
        return field.name().equals("$assertionsDisabled")
                ? StaticField.ASSERTIONS_DISABLED
                : Type.name(field.owner()).startsWith(FDLIBM) ? StaticField.TABLE : StaticField.OTHER;
    }
}
