package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Implements functional interfaces by functions, as javac does for method references: arguments and results of primitive type may be
 * widened, boxed and unboxed, references that generics have erased are cast.
 *
 * <p>Where the class that may use what the function uses cannot name the interface, the interface is implemented in its own package by a
 * class that calls the function through a constant handle.
 */
final class FunctionalInterfaces {
    private FunctionalInterfaces() {}

    static <T> T implement(Function function, Class<T> type, Lookup lookup) {
        List<Method> methods = abstractMethods(type);
        HiddenClasses.Emission emission = new HiddenClasses.Emission(lookup, MethodSplitter.MAX_CODE_SIZE);
        MethodType actual = emission.typeOf(function);
        for (Method method : methods) {
            check(method, type, function, actual);
        }
        if (emission.access().isVisible(descriptor(type))
                && emission.access().find(descriptor(type)).orElse(null) == type) {
            MethodReference target = emission.add(function);
            Lookup defined = emission.define(builder -> declare(
                    builder,
                    type,
                    methods,
                    actual,
                    _ -> {},
                    code -> code.invokestatic(target.owner(), target.name(), target.type()),
                    target.type()));
            return type.cast(KeptClass.construct(defined));
        }
        CompiledMethod compiled = HiddenClasses.compile(function, lookup);
        HiddenClasses.Emission bridge =
                new HiddenClasses.Emission(lookupIn(type, function), MethodSplitter.MAX_CODE_SIZE);
        MethodType erased = bridge.access().erased(compiled.handle().type());
        MethodHandle handle = compiled.handle().asType(erased);
        MethodTypeDesc erasedDescriptor = erased.describeConstable().orElseThrow();
        Lookup defined = bridge.define(builder -> declare(
                builder,
                type,
                methods,
                actual,
                code -> bridge.data()
                        .constant(handle, ConstantDescs.CD_MethodHandle)
                        .load(code),
                code -> code.invokevirtual(ConstantDescs.CD_MethodHandle, "invokeExact", erasedDescriptor),
                erasedDescriptor));
        return type.cast(KeptClass.construct(defined));
    }

    private static Lookup lookupIn(Class<?> type, Function function) {
        try {
            // A module may open a package to Jacobi, which then has to read the module.
            FunctionalInterfaces.class.getModule().addReads(type.getModule());
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            throw new JacobiException(
                    Refusal.PACKAGE_NOT_OPEN,
                    "cannot emit " + function.name() + ": the interface " + MemberAccess.name(type) + " needs "
                            + MemberAccess.openOption(type),
                    null,
                    e);
        }
    }

    /** The abstract methods, which must be one method, or the same one as several interfaces declare it. */
    private static List<Method> abstractMethods(Class<?> type) {
        Map<String, Method> methods = new LinkedHashMap<>();
        if (type.isInterface()) {
            for (Method method : type.getMethods()) {
                if (Modifier.isAbstract(method.getModifiers()) && !isOfObject(method)) {
                    MethodType declared = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
                    methods.putIfAbsent(method.getName() + declared.toMethodDescriptorString(), method);
                }
            }
        }
        Set<String> names = new HashSet<>();
        for (Method method : methods.values()) {
            names.add(method.getName() + "/" + method.getParameterCount());
        }
        if (names.size() != 1 || type.isSealed() || type.isAnnotation()) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    "cannot implement " + MemberAccess.name(type)
                            + ": it is not a functional interface, which has one abstract method"
                            + (names.size() > 1
                                    ? "; it has "
                                            + methods.values().stream()
                                                    .map(Method::getName)
                                                    .distinct()
                                                    .sorted()
                                                    .collect(Collectors.joining(", "))
                                    : ""),
                    null);
        }
        return new ArrayList<>(methods.values());
    }

    private static boolean isOfObject(Method method) {
        try {
            return Modifier.isPublic(Object.class
                    .getMethod(method.getName(), method.getParameterTypes())
                    .getModifiers());
        } catch (NoSuchMethodException _) {
            return false;
        }
    }

    private static void check(Method method, Class<?> type, Function function, MethodType actual) {
        boolean fits = method.getParameterCount() == actual.parameterCount()
                && (method.getReturnType() == void.class
                        || Conversion.returns(actual.returnType(), method.getReturnType(), declaresBoolean(function)));
        for (int i = 0; fits && i < actual.parameterCount(); i++) {
            fits = Conversion.accepts(method.getParameterTypes()[i], actual.parameterType(i));
        }
        if (!fits) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    "cannot implement " + MemberAccess.name(type) + " by " + function.name() + ": it declares "
                            + text(method.getReturnType(), method.getName(), Stream.of(method.getParameterTypes()))
                            + ", expected is "
                            + text(actual.returnType(), method.getName(), actual.parameterList().stream()),
                    null);
        }
    }

    private static boolean declaresBoolean(Function function) {
        MethodReference origin = function.origin();
        return origin != null && origin.type().returnType().equals(ConstantDescs.CD_boolean);
    }

    private static String text(Class<?> result, String name, Stream<Class<?>> parameters) {
        return MemberAccess.name(result) + " " + name
                + parameters.map(MemberAccess::name).collect(Collectors.joining(", ", "(", ")"));
    }

    private static ClassDesc descriptor(Class<?> type) {
        return type.describeConstable().orElse(ConstantDescs.CD_Object);
    }

    private interface Code {
        void write(CodeBuilder code);
    }

    private static void declare(
            ClassBuilder builder,
            Class<?> type,
            List<Method> methods,
            MethodType actual,
            Code before,
            Code call,
            MethodTypeDesc called) {
        builder.withInterfaceSymbols(descriptor(type));
        builder.withMethodBody(
                ConstantDescs.INIT_NAME,
                ConstantDescs.MTD_void,
                0,
                code -> code.aload(0)
                        .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                        .return_());
        for (Method method : methods) {
            MethodTypeDesc declared = MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                    .describeConstable()
                    .orElseThrow();
            builder.withMethodBody(method.getName(), declared, ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL, code -> {
                before.write(code);
                for (int i = 0; i < declared.parameterCount(); i++) {
                    code.loadLocal(TypeKind.from(declared.parameterType(i)), code.parameterSlot(i));
                    Conversion.write(
                            code, method.getParameterTypes()[i], actual.parameterType(i), called.parameterType(i));
                }
                call.write(code);
                result(code, method.getReturnType(), actual.returnType());
                code.return_(TypeKind.from(declared.returnType()));
            });
        }
    }

    private static void result(CodeBuilder code, Class<?> declared, Class<?> actual) {
        if (declared != void.class) {
            Conversion.write(code, actual, declared, descriptor(declared));
        } else if (actual == long.class || actual == double.class) {
            code.pop2();
        } else if (actual != void.class) {
            code.pop();
        }
    }
}
