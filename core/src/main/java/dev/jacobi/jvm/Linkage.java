package dev.jacobi.jvm;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/** How the code of the class that is being made refers to other classes, members, functions and live objects. */
interface Linkage {

    /** A constant method handle that does the work of an instruction whose member the class may not link to. */
    record Handle(ClassData.Constant constant, MethodTypeDesc type) {}

    /** The class that the code becomes part of. */
    ClassDesc host();

    ClassTypes classes();

    /** The class itself if the host may name it, {@code Object} otherwise. */
    ClassDesc visible(ClassDesc descriptor);

    /** The handle to call in the place of an instruction that names a class or a member, or null if the instruction may stay as it is. */
    @Nullable
    Handle handle(Instruction instruction);

    /** The constant to load for a live object; its type is the {@link #visible} one of the object. */
    ClassData.Constant embedded(EmbeddedObject object);

    /** The static method that holds another function. */
    MethodReference function(Function function);
}
