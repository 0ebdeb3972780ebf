package dev.jacobi.refusal;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Classes that no compiler makes, and class loaders that do not give out what they should. */
final class HandMadeClasses {
    static final String NAME = "HandMade";
    private static final MethodTypeDesc TYPE =
            MethodTypeDesc.of(ConstantDescs.CD_double, ConstantDescs.CD_double, ConstantDescs.CD_int);

    private HandMadeClasses() {}

    /** Defines one class, and gives out bytes for it that may be others. */
    private static final class Loader extends ClassLoader {
        private final byte @Nullable [] resource;

        Loader(byte @Nullable [] resource) {
            super(null);
            this.resource = resource;
        }

        Class<?> define(byte[] bytes) {
            return defineClass(NAME, bytes, 0, bytes.length);
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            return resource != null && name.equals(NAME + ".class") ? new ByteArrayInputStream(resource) : null;
        }
    }

    static byte[] bytes(int version, Consumer<CodeBuilder> code) {
        return ClassFile.of(ClassFile.StackMapsOption.STACK_MAPS_WHEN_REQUIRED)
                .build(
                        ClassDesc.of(NAME),
                        builder -> builder.withVersion(version, 0)
                                .withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_SUPER)
                                .withMethodBody("value", TYPE, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC, code));
    }

    /** A method {@code double value(double, int)}. */
    static Class<?> method(int version, Consumer<CodeBuilder> code) {
        byte[] bytes = bytes(version, code);
        return new Loader(bytes).define(bytes);
    }

    static Class<?> withoutClassFile() {
        return new Loader(null).define(bytes(ClassFile.JAVA_25_VERSION, HandMadeClasses::identity));
    }

    static Class<?> withTruncatedClassFile() {
        byte[] bytes = bytes(ClassFile.JAVA_25_VERSION, HandMadeClasses::identity);
        return new Loader(Arrays.copyOf(bytes, bytes.length / 2)).define(bytes);
    }

    static void identity(CodeBuilder code) {
        code.dload(0).dreturn();
    }

    /** A subroutine, as compilers made them of {@code finally}. */
    static void subroutine(CodeBuilder code) {
        Label subroutine = code.newLabel();
        code.with(java.lang.classfile.instruction.DiscontinuedInstruction.JsrInstruction.of(subroutine));
        code.dload(0).dreturn();
        code.labelBinding(subroutine).astore(3);
        code.with(java.lang.classfile.instruction.DiscontinuedInstruction.RetInstruction.of(3));
    }

    /** A loop of two blocks that is entered at either. */
    static void twoEntries(CodeBuilder code) {
        Label first = code.newLabel();
        Label second = code.newLabel();
        code.iload(2).ifle(second);
        code.labelBinding(first).dload(0).dload(0).dmul().dstore(0);
        code.labelBinding(second).dload(0).dconst_1().dadd().dstore(0);
        code.iinc(2, -1).iload(2).ifgt(first);
        code.dload(0).dreturn();
    }

    /** Many instructions, and as many local variables as there can be. */
    static void huge(CodeBuilder code) {
        code.iconst_0().istore(65_534);
        for (int i = 0; i < 7_000; i++) {
            code.iinc(2, 1);
        }
        code.dload(0).dreturn();
    }
}
