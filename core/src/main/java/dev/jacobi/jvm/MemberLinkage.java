package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.lift.ClassHierarchy;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How code refers to the rest of the world that goes back into the class it was lifted from: as it did before. */
final class MemberLinkage implements Linkage {
    private final ClassDesc self;
    private final ClassTypes classes;

    MemberLinkage(ClassDesc self, ClassHierarchy hierarchy) {
        this.self = self;
        Map<ClassDesc, ClassTypes.ClassInfo> known = new HashMap<>();
        classes = descriptor -> known.computeIfAbsent(
                descriptor,
                name -> new ClassTypes.ClassInfo(
                        hierarchy.isInterface(name), hierarchy.superclass(name).orElse(null)));
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
        return descriptor;
    }

    @Override
    public @Nullable Handle handle(Instruction instruction) {
        return null;
    }

    @Override
    public ClassData.Constant embedded(EmbeddedObject object) {
        throw new JacobiException(
                Refusal.INTERNAL,
                "a class file cannot hold the live object " + object.type().displayName(),
                null);
    }

    @Override
    public MethodReference function(Function function) {
        throw new JacobiException(
                Refusal.INTERNAL, "a recompiled class cannot hold the function " + function.name(), null);
    }
}
