package dev.jacobi.lift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever bytes are given: a function that verifies, or a refusal. */
class HostileClassFileTest {
    private static final ClassFiles JDK = ClassFiles.of(null);

    private static byte[] bytes(Class<?> type) throws IOException {
        String resource = type.getName().substring(type.getPackageName().length() + 1) + ".class";
        try (InputStream stream = Objects.requireNonNull(type.getResourceAsStream(resource))) {
            return stream.readAllBytes();
        }
    }

    /** Lifts all methods; gives the number of refusals. */
    private static int liftAll(byte[] bytes) {
        ClassModel model;
        try {
            model = ClassFiles.parse(bytes, "Hostile");
        } catch (JacobiException refused) {
            assertEquals(Refusal.CORRUPT_CLASS_FILE, refused.refusal());
            return 1;
        }
        int refusals = 0;
        for (MethodModel method : model.methods()) {
            try {
                Verifier.verify(Lifter.lift(model, method, JDK.hierarchy()));
            } catch (JacobiException refused) {
                assertTrue(refused.refusal() != Refusal.INTERNAL, refused::getMessage);
                refusals++;
            }
        }
        return refusals;
    }

    @Test
    void truncatedFilesAreRefusedAtEachLength() throws IOException {
        byte[] bytes = bytes(Samples.Circle.class);
        assertEquals(0, liftAll(bytes));
        for (int length = 0; length < bytes.length; length++) {
            assertTrue(liftAll(java.util.Arrays.copyOf(bytes, length)) > 0, "length " + length);
        }
    }

    @Test
    void changedBytesGiveAFunctionOrARefusal() throws IOException {
        byte[] bytes = bytes(Samples.class);
        SplittableRandom random = new SplittableRandom(1);
        int refusals = 0;
        for (int round = 0; round < 400; round++) {
            byte[] changed = bytes.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            refusals += liftAll(changed);
        }
        assertTrue(refusals > 100);
    }

    @Test
    void changedBytesOfAConstructorAndItsHandlersGiveAFunctionOrARefusal() throws IOException {
        byte[] bytes = bytes(Samples.Box.class);
        SplittableRandom random = new SplittableRandom(2);
        for (int at = 0; at < bytes.length; at++) {
            byte[] changed = bytes.clone();
            changed[at] = (byte) random.nextInt();
            liftAll(changed);
        }
    }

    private static final DirectMethodHandleDesc BOOTSTRAP = MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC,
            ClassDesc.of("a.B"),
            "make",
            MethodTypeDesc.of(
                    ConstantDescs.CD_Object,
                    ConstantDescs.CD_MethodHandles_Lookup,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_Class,
                    ConstantDescs.CD_Object,
                    ConstantDescs.CD_Object));

    @Test
    void aConstantThatGrowsExponentiallyIsRefused() {
        byte[] bytes = ClassFile.of().build(ClassDesc.of("Hostile"), type -> {
            ConstantPoolBuilder pool = type.constantPool();
            LoadableConstantEntry constant = pool.stringEntry("seed");
            for (int i = 0; i < 60; i++) {
                constant = pool.constantDynamicEntry(
                        pool.bsmEntry(pool.methodHandleEntry(BOOTSTRAP), List.of(constant, constant)),
                        pool.nameAndTypeEntry("name", ConstantDescs.CD_Object));
            }
            LoadableConstantEntry last = constant;
            type.withMethodBody(
                    "constant",
                    MethodTypeDesc.of(ConstantDescs.CD_Object),
                    ClassFile.ACC_STATIC,
                    code -> code.ldc(last).areturn());
        });
        JacobiException refused = assertThrows(
                JacobiException.class,
                () -> Methods.find("Hostile::constant", files(bytes)).lift());
        assertEquals("""
                cannot lift Hostile.constant(): a dynamic constant has too many arguments
                  at:  Hostile.constant
                  why: the class file does not follow the JVM specification, so nothing that is read from it can be trusted
                  try: compile the class again; if the JVM itself loads it, please report this
                  see: docs/guide/refusals.md#corrupt-class-file""", refused.getMessage());
    }

    @Test
    void aClassThatIsItsOwnAncestorMeetsOthersAtObject() {
        ClassDesc a = ClassDesc.of("A");
        ClassDesc b = ClassDesc.of("B");
        ClassFiles files = ClassFiles.ofBytes(
                Map.of(
                        "A", ClassFile.of().build(a, type -> type.withSuperclass(b)),
                        "B", ClassFile.of().build(b, type -> type.withSuperclass(a))),
                JDK);
        assertEquals(ConstantDescs.CD_Object, files.hierarchy().leastUpperBound(a, ConstantDescs.CD_String));
        assertThrows(JacobiException.class, () -> Methods.find("A::nothing", files));
    }

    @Test
    void aFileThatHoldsAnotherClassIsRefused() {
        byte[] bytes = ClassFile.of().build(ClassDesc.of("Other"), _ -> {});
        JacobiException refused =
                assertThrows(JacobiException.class, () -> Methods.find("Hostile::constant", files(bytes)));
        assertEquals("""
                the class file of Hostile holds the class Other
                  why: the class file does not follow the JVM specification, so nothing that is read from it can be trusted
                  try: compile the class again; if the JVM itself loads it, please report this
                  see: docs/guide/refusals.md#corrupt-class-file""", refused.getMessage());
    }

    private static ClassFiles files(byte[] bytes) {
        return ClassFiles.ofBytes(Map.of("Hostile", bytes), JDK);
    }
}
