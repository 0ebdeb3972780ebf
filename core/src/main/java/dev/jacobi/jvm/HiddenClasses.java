package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.DropNotes;
import dev.jacobi.optimize.WriteOutMultiArrays;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodHandles.Lookup.ClassOption;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Defines hidden classes that hold functions as static methods.
 *
 * <p>The class joins the nest of the lookup's class where the lookup has full privilege access, so it may use its private members; otherwise
 * it is defined beside this class and may use what is public. It lives as long as the handle or object that calls it.
 */
public final class HiddenClasses {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private HiddenClasses() {}

    /** Emits a function and all those that it calls. */
    public static CompiledMethod compile(Function function, Lookup lookup) {
        return compile(function, lookup, MethodSplitter.MAX_CODE_SIZE);
    }

    /** Emits a function as if HotSpot's limit were another one. */
    static CompiledMethod compile(Function function, Lookup lookup, int maxCodeSize) {
        Emission emission = new Emission(lookup, maxCodeSize);
        MethodReference method = emission.add(function);
        Lookup defined = emission.define(_ -> {});
        try {
            MethodType erased = MethodType.fromMethodDescriptorString(
                    method.type().descriptorString(), defined.lookupClass().getClassLoader());
            MethodHandle handle = defined.findStatic(defined.lookupClass(), method.name(), erased);
            return new CompiledMethod(
                    handle.asType(emission.typeOf(function)),
                    defined.lookupClass(),
                    method.name(),
                    emission.codeSizes());
        } catch (ReflectiveOperationException e) {
            throw new JacobiException(Refusal.INTERNAL, "cannot find " + function.name() + " again", null, e);
        }
    }

    /**
     * Emits a function as the one method of an object that implements a functional interface. The object has no state: all threads may
     * share it, and the JIT compiler sees through a constant that holds it.
     *
     * @throws JacobiException WRONG_SIGNATURE if the interface does not fit
     */
    public static <T> T implement(Function function, Class<T> functionalInterface, Lookup lookup) {
        return FunctionalInterfaces.implement(function, functionalInterface, lookup);
    }

    /** A class that is being put together. */
    static final class Emission {
        private final int maxCodeSize;
        private final MemberAccess access;
        private final ClassDesc self;
        private final ClassData data;
        private final HiddenLinkage linkage;
        private final List<Function> functions = new ArrayList<>();
        private final Map<MethodReference, Function> bodies = new LinkedHashMap<>();
        /** Of functions that were measured and need not be split. */
        private final Map<Function, CodeEmitter> emitters = new HashMap<>();

        private Map<String, Integer> codeSizes = Map.of();

        Emission(Lookup lookup, int maxCodeSize) {
            this.maxCodeSize = maxCodeSize;
            access = new MemberAccess(lookup);
            String packageName = access.host().lookupClass().getPackageName();
            // Not the simple name: asking for it links the outer class, which a class loaded again may not be able to
            // reach.
            String host = access.host().lookupClass().getName();
            host = host.substring(Math.max(host.lastIndexOf('.'), host.lastIndexOf('$')) + 1);
            String name = host.replaceAll("[^A-Za-z0-9_$]", "_") + "$$Jacobi" + NUMBER.incrementAndGet();
            self = ClassDesc.of(packageName, name);
            data = new ClassData(self);
            linkage = new HiddenLinkage(self, access, data);
        }

        ClassDesc self() {
            return self;
        }

        MemberAccess access() {
            return access;
        }

        ClassData data() {
            return data;
        }

        ClassTypes classes() {
            return linkage.classes();
        }

        Map<String, Integer> codeSizes() {
            return codeSizes;
        }

        /** Adds a function and all those that it calls, and gives the method of the first. */
        MethodReference add(Function function) {
            if (!functions.contains(function)) {
                functions.add(function);
                DropNotes.run(function);
                WriteOutMultiArrays.run(function);
                for (Block block : function.blocks()) {
                    for (Instruction instruction : block.instructions()) {
                        if (instruction.opCode() == OpCode.INVOKE_FUNCTION) {
                            add(instruction.function());
                        }
                    }
                }
            }
            return linkage.function(function);
        }

        /** The type of the function by the classes that its parameters and its result have. */
        MethodType typeOf(Function function) {
            List<Class<?>> parameters = new ArrayList<>();
            for (Value parameter : function.parameters()) {
                parameters.add(classOf(parameter.type().descriptor()));
            }
            return MethodType.methodType(classOf(function.returnType().descriptor()), parameters);
        }

        private Class<?> classOf(ClassDesc descriptor) {
            return access.find(descriptor).orElse(Object.class);
        }

        Lookup define(Consumer<ClassBuilder> more) {
            byte[] bytes = build(more, true);
            if (!fits()) {
                bytes = build(more, false);
            }
            if (!fits()) {
                throw new JacobiException(
                        Refusal.METHOD_TOO_LARGE, "cannot emit " + functions.getFirst() + ": " + codeSizes, null);
            }
            try {
                ClassOption[] options =
                        access.isNestmate() ? new ClassOption[] {ClassOption.NESTMATE} : new ClassOption[0];
                Dependencies.defined(bytes, data.objects(), access.isNestmate());
                return access.host().defineHiddenClassWithClassData(bytes, data.objects(), false, options);
            } catch (IllegalAccessException | LinkageError e) {
                throw new JacobiException(Refusal.INTERNAL, "cannot define the class of " + functions, null, e);
            }
        }

        private boolean fits() {
            for (int size : codeSizes.values()) {
                if (size > maxCodeSize) {
                    return false;
                }
            }
            return true;
        }

        /** The class file, and the sizes of its methods. */
        private byte[] build(Consumer<ClassBuilder> more, boolean trustingEstimates) {
            bodies.clear();
            for (Function function : functions) {
                List<Function> pieces = MethodSplitter.split(function, this::measure, maxCodeSize, trustingEstimates);
                bodies.put(linkage.function(function), pieces.getFirst());
                for (Function piece : pieces.subList(1, pieces.size())) {
                    bodies.put(linkage.function(piece), piece);
                }
            }
            byte[] bytes = build(builder -> {
                more.accept(builder);
                for (Map.Entry<MethodReference, Function> body : bodies.entrySet()) {
                    method(builder, body.getKey(), body.getValue());
                }
                data.declare(builder);
            });
            codeSizes = HiddenClasses.measure(bytes);
            return bytes;
        }

        /** The bytes of code that the function becomes if it is not split. */
        private int measure(Function function) {
            MethodReference method = linkage.function(function);
            try {
                CodeEmitter emitter = new CodeEmitter(function, linkage, method.type(), false);
                byte[] bytes = ClassFile.of(
                                ClassFile.StackMapsOption.DROP_STACK_MAPS, ClassFile.DeadCodeOption.KEEP_DEAD_CODE)
                        .build(self, builder -> method(builder, method, emitter));
                int size = HiddenClasses.measure(bytes).getOrDefault(method.name(), 0);
                if (size <= maxCodeSize) {
                    emitters.put(function, emitter);
                }
                return size;
            } catch (IllegalArgumentException _) {
                return Integer.MAX_VALUE;
            }
        }

        private byte[] build(Consumer<ClassBuilder> content) {
            return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                            linkage.classes().resolver()))
                    .build(self, builder -> {
                        builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC);
                        builder.withVersion(ClassFile.JAVA_25_VERSION, 0);
                        builder.withSuperclass(ConstantDescs.CD_Object);
                        content.accept(builder);
                    });
        }

        private void method(ClassBuilder builder, MethodReference method, Function body) {
            CodeEmitter measured = emitters.get(body);
            method(builder, method, measured == null ? new CodeEmitter(body, linkage, method.type(), false) : measured);
        }

        private static void method(ClassBuilder builder, MethodReference method, CodeEmitter emitter) {
            builder.withMethodBody(
                    method.name(), method.type(), ClassFile.ACC_STATIC | ClassFile.ACC_FINAL, emitter::emit);
        }
    }

    private static Map<String, Integer> measure(byte[] bytes) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        ClassModel model = ClassFile.of().parse(bytes);
        for (MethodModel method : model.methods()) {
            CodeModel code = method.code().orElse(null);
            if (code instanceof CodeAttribute attribute) {
                sizes.put(method.methodName().stringValue(), attribute.codeLength());
            }
        }
        return sizes;
    }
}
