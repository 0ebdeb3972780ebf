package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a hidden class that holds functions refers to the rest of the world. */
final class HiddenLinkage implements Linkage {
    private final ClassDesc self;
    private final MemberAccess access;
    private final ClassData data;
    private final ClassTypes classes;
    private final Map<Function, MethodReference> methods = new LinkedHashMap<>();
    private final Map<Instruction, Optional<Handle>> handles = new HashMap<>();

    HiddenLinkage(ClassDesc self, MemberAccess access, ClassData data) {
        this.self = self;
        this.access = access;
        this.data = data;
        ClassTypes loaded = ClassTypes.ofLoader(access.host().lookupClass().getClassLoader());
        this.classes = descriptor -> descriptor.equals(self)
                ? new ClassTypes.ClassInfo(false, ConstantDescs.CD_Object)
                : loaded.find(descriptor);
    }

    @Override
    public ClassDesc host() {
        return self;
    }

    @Override
    public ClassTypes classes() {
        return classes;
    }

    @Override
    public ClassDesc visible(ClassDesc descriptor) {
        if (descriptor.isPrimitive() || descriptor.equals(self)) {
            return descriptor;
        }
        if (descriptor.isArray()) {
            return visible(descriptor.componentType()).arrayType();
        }
        return access.isVisible(descriptor) ? descriptor : ConstantDescs.CD_Object;
    }

    @Override
    public @Nullable Handle handle(Instruction instruction) {
        Optional<Handle> known = handles.get(instruction);
        if (known == null) {
            Block block = instruction.block();
            MethodHandle handle = access.handle(instruction, block == null ? null : block.function());
            known = handle == null ? Optional.empty() : Optional.of(embed(handle));
            handles.put(instruction, known);
        }
        return known.orElse(null);
    }

    private Handle embed(MethodHandle handle) {
        MethodType type = access.erased(handle.type());
        return new Handle(
                data.constant(handle.asType(type), ConstantDescs.CD_MethodHandle),
                type.describeConstable().orElseThrow());
    }

    @Override
    public ClassData.Constant embedded(EmbeddedObject object) {
        return data.constant(object.object(), visible(object.type()));
    }

    @Override
    public MethodReference function(Function function) {
        MethodReference known = methods.get(function);
        if (known == null) {
            known = declare(function);
            methods.put(function, known);
        }
        return known;
    }

    private MethodReference declare(Function function) {
        List<ClassDesc> parameters = new ArrayList<>();
        for (Value parameter : function.parameters()) {
            parameters.add(declared(parameter.type().descriptor()));
        }
        MethodTypeDesc type = MethodTypeDesc.of(declared(function.returnType().descriptor()), parameters);
        return new MethodReference(self, methodName(function.name(), methods.size()), type, false);
    }

    /** Unlike an instruction, a method that names a class that does not exist cannot be called at all. */
    private ClassDesc declared(ClassDesc descriptor) {
        return access.find(descriptor).isPresent() ? visible(descriptor) : ConstantDescs.CD_Object;
    }

    private static String methodName(String name, int number) {
        String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1);
        StringBuilder safe = new StringBuilder();
        for (int index = 0; index < Math.min(simple.length(), 100); index++) {
            char next = simple.charAt(index);
            safe.append(Character.isJavaIdentifierPart(next) && next != 0 ? next : '_');
        }
        return safe + "_" + number;
    }
}
