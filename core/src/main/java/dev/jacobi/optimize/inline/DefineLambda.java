package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.lift.ClassFiles;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes and defines the classes of {@link LambdaClass}: named classes beside the code that makes the lambda, or, where that package is not open, beside the function.
 * Their methods call the implementing method through a handle, with the conversions that the metafactory makes. Methods of closed packages that only
 * touch what is public, as those behind {@code DoubleUnaryOperator.andThen}, are copied.
 */
final class DefineLambda {
    private static final String INFIX = "$$JacobiLambda$";
    private static final String BODY = "BODY";
    private static final int ATTEMPTS = 1_000;

    private final LambdaClass.Form form;
    private final Closure closure;
    private final DirectMethodHandleDesc implementation;

    private DefineLambda(LambdaClass.Form form) {
        this.form = form;
        this.closure = form.closure();
        this.implementation = closure.implementation();
    }

    /**
     * @param maker the class in whose code the lambda is made
     * @param host the class beside which the class is defined, the same where that is possible
     */
    static Optional<Class<?>> define(LambdaClass.Form form, Class<?> maker, Class<?> host) {
        return Optional.ofNullable(new DefineLambda(form).define(maker, host));
    }

    /** The constructor of such a class. */
    static MethodHandle constructor(Class<?> type) {
        try {
            Class<?>[] parameters = type.getDeclaredConstructors()[0].getParameterTypes();
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findConstructor(type, MethodType.methodType(void.class, parameters));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static Object newInstance(Class<?> type, @Nullable Object... captured) {
        try {
            return constructor(type).invokeWithArguments(captured);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Class<?> define(Class<?> maker, Class<?> host) {
        Lookup lookup = lookupIn(host);
        try {
            MethodModel copied = lookup == null || maker == host ? null : copiedFrom(maker, host);
            return lookup == null ? null : define(lookup, copied == null ? handle(lookup) : null, copied);
        } catch (ReflectiveOperationException | LinkageError | TypeNotPresentException | SecurityException _) {
            return null;
        }
    }

    /** Access to a class, null if its package is not open. */
    static @Nullable Lookup lookupIn(Class<?> type) {
        try {
            DefineLambda.class.getModule().addReads(type.getModule());
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException _) {
            return null;
        }
    }

    private MethodHandle handle(Lookup lookup) throws ReflectiveOperationException {
        boolean special = implementation.kind() == DirectMethodHandleDesc.Kind.SPECIAL
                || implementation.kind() == DirectMethodHandleDesc.Kind.INTERFACE_SPECIAL;
        MethodHandle handle = implementation.resolveConstantDesc(lookup);
        if (special && !Modifier.isPrivate(lookup.revealDirect(handle).getModifiers())) {
            throw new NoSuchMethodException("a method of a superclass is not followed");
        }
        return handle.asFixedArity();
    }

    /** The code of a method that may not be called from elsewhere, but touches nothing that others may not touch. */
    private @Nullable MethodModel copiedFrom(Class<?> maker, Class<?> host) {
        MethodResolution resolution = new MethodResolution(host);
        MethodReference method = new MethodReference(
                implementation.owner(),
                implementation.methodName(),
                MethodTypeDesc.ofDescriptor(implementation.lookupDescriptor()),
                implementation.isOwnerInterface());
        Executable found = resolution.resolve(method).orElse(null);
        if (found == null
                || found.getDeclaringClass() != maker
                || !Modifier.isPrivate(found.getModifiers())
                || method.name().equals(ConstantDescs.INIT_NAME)) {
            return null;
        }
        Function body = LiftedBodies.INSTANCE.body(maker, method);
        if (body == null || !new Access(host, resolution, LiftedBodies.INSTANCE, false).permits(body, maker)) {
            return null;
        }
        return ClassFiles.modelOf(maker).methods().stream()
                .filter(candidate -> candidate.methodName().equalsString(method.name())
                        && candidate.methodTypeSymbol().equals(method.type()))
                .findFirst()
                .orElse(null);
    }

    private @Nullable Class<?> define(Lookup beside, @Nullable MethodHandle handle, @Nullable MethodModel copied)
            throws ReflectiveOperationException {
        MethodTypeDesc copiedType = copied == null ? null : implementation.invocationType();
        Lookup lookup = beside;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ClassDesc name = name(lookup.lookupClass(), attempt);
            byte[] bytes = ClassFile.of().build(name, builder -> write(builder, name, copied, copiedType));
            Class<?> type;
            try {
                type = lookup.defineClass(bytes);
            } catch (LinkageError e) {
                if (isTaken(name, lookup)) {
                    continue;
                }
                throw e;
            }
            link(type, lookup, handle, copiedType);
            ClassFiles.remember(type, bytes);
            return type;
        }
        return null;
    }

    private static boolean isTaken(ClassDesc name, Lookup lookup) {
        return new MethodResolution(lookup.lookupClass()).load(name).isPresent();
    }

    private ClassDesc name(Class<?> beside, int attempt) {
        String simple = beside.getName()
                .substring(beside.getName().lastIndexOf('.') + 1)
                .replaceAll("[^A-Za-z0-9_$]", "_");
        String method = implementation.methodName().equals(ConstantDescs.INIT_NAME)
                ? "new"
                : implementation.methodName().replaceAll("[^A-Za-z0-9_$]", "_");
        return ClassDesc.of(beside.getPackageName(), simple + INFIX + method + (attempt == 0 ? "" : "$" + attempt));
    }

    /** Gives the class the handles that its methods call. */
    private void link(Class<?> type, Lookup lookup, @Nullable MethodHandle handle, @Nullable MethodTypeDesc copied)
            throws ReflectiveOperationException {
        Lookup inside = lookup.in(type);
        MethodHandle direct = handle == null ? inside.findStatic(type, BODY, resolve(copied, lookup)) : handle;
        // What comes out is converted to what the erased method gives.
        MethodTypeDesc generic =
                MethodTypeDesc.of(implementation.invocationType().returnType(), with(closure.instantiated()));
        MethodHandle typed = direct.asType(resolve(generic, lookup));
        for (int index = 0; index < closure.erasures().size(); index++) {
            MethodTypeDesc erasure = closure.erasures().get(index);
            inside.findStaticVarHandle(type, BODY + index, MethodHandle.class)
                    .set(typed.asType(resolve(called(erasure), lookup)));
        }
    }

    private static MethodType resolve(MethodTypeDesc type, Lookup lookup) throws ReflectiveOperationException {
        return type.resolveConstantDesc(lookup);
    }

    private MethodTypeDesc called(MethodTypeDesc erasure) {
        return MethodTypeDesc.of(erasure.returnType(), with(erasure));
    }

    /** The types of what is captured and of the arguments. */
    private List<ClassDesc> with(MethodTypeDesc method) {
        List<ClassDesc> types = new ArrayList<>(form.captured());
        types.addAll(method.parameterList());
        return types;
    }

    private void write(
            ClassBuilder builder, ClassDesc name, @Nullable MethodModel copied, @Nullable MethodTypeDesc copiedType) {
        // Not final: what a reference to a final class leads to is told by its fields, and an empty shadow is a shadow
        // too.
        builder.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC);
        builder.withVersion(ClassFile.JAVA_25_VERSION, 0);
        List<ClassDesc> interfaces = new ArrayList<>(List.of(closure.type()));
        form.markers().stream().filter(marker -> !interfaces.contains(marker)).forEach(interfaces::add);
        builder.withInterfaceSymbols(interfaces);
        for (int index = 0; index < form.captured().size(); index++) {
            builder.withField(
                    LambdaClass.CAPTURED + index,
                    form.captured().get(index),
                    ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL);
        }
        builder.withMethodBody(
                ConstantDescs.INIT_NAME,
                MethodTypeDesc.of(ConstantDescs.CD_void, form.captured()),
                ClassFile.ACC_PUBLIC,
                code -> writeConstructor(code, name));
        for (int index = 0; index < closure.erasures().size(); index++) {
            MethodTypeDesc erasure = closure.erasures().get(index);
            String body = BODY + index;
            builder.withField(body, ConstantDescs.CD_MethodHandle, ClassFile.ACC_STATIC);
            builder.withMethodBody(
                    closure.name(),
                    erasure,
                    ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL,
                    code -> writeCall(code, name, body, erasure));
        }
        if (copied != null && copiedType != null) {
            CodeModel code = copied.code().orElseThrow();
            builder.withMethodBody(BODY, copiedType, ClassFile.ACC_STATIC, copy -> code.forEach(copy::with));
        }
    }

    private void writeConstructor(CodeBuilder code, ClassDesc name) {
        code.aload(0).invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
        for (int index = 0; index < form.captured().size(); index++) {
            ClassDesc type = form.captured().get(index);
            code.aload(0)
                    .loadLocal(TypeKind.from(type), code.parameterSlot(index))
                    .putfield(name, LambdaClass.CAPTURED + index, type);
        }
        code.return_();
    }

    private void writeCall(CodeBuilder code, ClassDesc name, String body, MethodTypeDesc erasure) {
        code.getstatic(name, body, ConstantDescs.CD_MethodHandle);
        for (int index = 0; index < form.captured().size(); index++) {
            code.aload(0)
                    .getfield(
                            name, LambdaClass.CAPTURED + index, form.captured().get(index));
        }
        for (int index = 0; index < erasure.parameterCount(); index++) {
            code.loadLocal(TypeKind.from(erasure.parameterType(index)), code.parameterSlot(index));
        }
        code.invokevirtual(ConstantDescs.CD_MethodHandle, "invokeExact", called(erasure))
                .return_(TypeKind.from(erasure.returnType()));
    }
}
