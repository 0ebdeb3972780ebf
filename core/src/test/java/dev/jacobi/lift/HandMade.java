package dev.jacobi.lift;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Verifier;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A class with one static method {@code made}, whose code the test writes. */
final class HandMade {
    static final ClassDesc NAME = ClassDesc.of("dev.jacobi.lift.Made");

    private final byte[] bytes;

    private HandMade(byte[] bytes) {
        this.bytes = bytes;
    }

    static HandMade of(MethodTypeDesc type, Consumer<CodeBuilder> code) {
        return new HandMade(ClassFile.of().build(NAME, made -> method(made, type, code)));
    }

    /** Code that the JVM would not accept, or that needs an old class file. */
    static HandMade unverified(MethodTypeDesc type, Consumer<CodeBuilder> code) {
        byte[] bytes = ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS, ClassFile.DeadCodeOption.KEEP_DEAD_CODE)
                .build(NAME, made -> {
                    made.withVersion(ClassFile.JAVA_5_VERSION, 0);
                    method(made, type, code);
                });
        return new HandMade(bytes);
    }

    private static void method(ClassBuilder made, MethodTypeDesc type, Consumer<CodeBuilder> code) {
        made.withFlags(ClassFile.ACC_PUBLIC);
        made.withMethodBody("made", type, ClassFile.ACC_STATIC | ClassFile.ACC_PUBLIC, code);
    }

    static MethodTypeDesc type(Class<?> result, Class<?>... parameters) {
        return MethodTypeDesc.ofDescriptor(
                java.lang.invoke.MethodType.methodType(result, parameters).descriptorString());
    }

    Function lift() {
        ClassFiles files = ClassFiles.ofBytes(Map.of("dev/jacobi/lift/Made", bytes), ClassFiles.of(null));
        Function function = Methods.find("dev.jacobi.lift.Made::made", files).lift();
        Verifier.verify(function);
        return function;
    }

    /** The method as the JVM has it. */
    MethodHandle load() throws ReflectiveOperationException {
        MethodHandles.Lookup made = MethodHandles.lookup().defineHiddenClass(bytes, true);
        Method method = made.lookupClass().getDeclaredMethods()[0];
        return made.unreflect(method);
    }

    static @Nullable Object interpret(Function function, Object... arguments) throws Throwable {
        return new Interpreter(MethodHandles.lookup()).limitSteps(10_000).call(function, List.of(arguments));
    }
}
