package dev.jacobi.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.lift.ClassFiles;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecompileClassTest {
    private static ClassModel model(Class<?> type) {
        return ClassFiles.modelOf(type);
    }

    @Test
    void recompiledClassesBehaveAsTheOriginals() throws Exception {
        ClassFiles files = ClassFiles.of(EverydayJava.class.getClassLoader());
        ClassLoader loader = new ClassLoader(EverydayJava.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.startsWith(EverydayJava.class.getName())) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                RecompileClass.Result result =
                        RecompileClass.recompile(model(Class.forName(name)), files.hierarchy(), function -> function);
                result.methods().forEach(method -> assertTrue(method.refusal().isEmpty(), method.toString()));
                return defineClass(name, result.bytes(), 0, result.bytes().length);
            }
        };
        Class<?> recompiled = loader.loadClass(EverydayJava.class.getName());
        assertNotSame(EverydayJava.class, recompiled);
        Supplier<?> supplier = (Supplier<?>) recompiled.getConstructor().newInstance();
        assertEquals(new EverydayJava().get(), supplier.get());
    }

    @Test
    void refusedMethodsKeepTheirCodeAndAreReported() {
        ClassModel model = model(EverydayJava.class);
        RecompileClass.Result result = RecompileClass.recompile(
                model, ClassFiles.of(EverydayJava.class.getClassLoader()).hierarchy(), function -> {
                    if (function.name().endsWith(".parse")) {
                        throw new JacobiException(Refusal.SUBROUTINE, "cannot do " + function.name(), null);
                    }
                    return function;
                });
        List<String> refused = result.methods().stream()
                .filter(method -> method.refusal().isPresent())
                .map(RecompileClass.Outcome::method)
                .toList();
        assertEquals(List.of("parse(Ljava/lang/String;)I"), refused);
        @Nullable
        Object code = ClassFile.of().parse(result.bytes()).methods().stream()
                .filter(method -> method.methodName().equalsString("parse"))
                .findFirst()
                .flatMap(java.lang.classfile.MethodModel::code)
                .orElse(null);
        assertTrue(code != null);
        assertFalse(result.methods().isEmpty());
    }
}
