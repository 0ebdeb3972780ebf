package dev.jacobi.examples.parallel;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.Objects;

/** Loads a class again whose parallel streams are not parallel: the same code, one round after the other. */
public final class PlainOrder extends ClassLoader {
    private final String name;

    private PlainOrder(Class<?> type) {
        super(type.getClassLoader());
        this.name = type.getName();
    }

    public static Class<?> of(Class<?> type) {
        try {
            return new PlainOrder(type).loadClass(type.getName());
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
        if (!wanted.equals(name) && !wanted.startsWith(name + "$")) {
            return super.loadClass(wanted, resolve);
        }
        Class<?> known = findLoadedClass(wanted);
        if (known != null) {
            return known;
        }
        try (InputStream file =
                Objects.requireNonNull(getParent().getResourceAsStream(wanted.replace('.', '/') + ".class"))) {
            byte[] bytes = transform(file.readAllBytes());
            return defineClass(wanted, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(wanted, e);
        }
    }

    private static byte[] transform(byte[] bytes) {
        ClassFile format = ClassFile.of();
        CodeTransform plain = (builder, element) -> {
            if (element instanceof InvokeInstruction call && isParallel(call)) {
                String other = call.name().equalsString("parallel") ? "sequential" : "setAll";
                builder.invoke(call.opcode(), call.owner().asSymbol(), other, call.typeSymbol(), call.isInterface());
            } else {
                builder.with(element);
            }
        };
        return format.transformClass(format.parse(bytes), ClassTransform.transformingMethodBodies(plain));
    }

    private static boolean isParallel(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        return call.name().equalsString("parallel") && owner.startsWith("java/util/stream/")
                || call.name().equalsString("parallelSetAll") && owner.equals("java/util/Arrays");
    }
}
