package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.autodiff.UnfollowedCallException;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.lift.ClassFiles;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.List;
import java.util.Optional;

/** Finds in the class files why a call was not followed to the code of a method. */
final class UnfollowedCalls {
    private UnfollowedCalls() {}

    /** The refusal with its reason: a native method, a recursion, or what it was. */
    static JacobiException explain(UnfollowedCallException refusal, Class<?> host) {
        MethodReference method = refusal.method();
        Optional<ClassModel> owner = ClassFiles.of(host.getClassLoader()).find(method.owner());
        if (owner.isEmpty()) {
            return refusal.plain();
        }
        List<MethodModel> overloads = owner.get().methods().stream()
                .filter(candidate -> candidate.methodName().equalsString(method.name()))
                .toList();
        boolean isNative = overloads.stream()
                .filter(candidate ->
                        candidate.methodType().equalsString(method.type().descriptorString()))
                .anyMatch(candidate -> (candidate.flags().flagsMask() & ClassFile.ACC_NATIVE) != 0);
        if (isNative) {
            return refusal.asNative();
        }
        // Positions name methods without their types.
        boolean isSure =
                overloads.size() == 1 || overloads.stream().anyMatch(overload -> callsItself(overload, method));
        return isSure && isRunning(method, refusal.where().orElse("")) ? refusal.asRecursion() : refusal.plain();
    }

    private static boolean callsItself(MethodModel overload, MethodReference method) {
        return overload.methodType().equalsString(method.type().descriptorString())
                && overload.code().stream()
                        .flatMap(CodeModel::elementStream)
                        .anyMatch(element -> element instanceof InvokeInstruction call
                                && call.owner().asSymbol().equals(method.owner())
                                && call.name().equalsString(method.name())
                                && call.typeSymbol().equals(method.type()));
    }

    private static boolean isRunning(MethodReference method, String position) {
        String name = Type.name(method.owner()) + "." + method.name();
        return List.of(position.split(" < ")).stream().anyMatch(at -> at.equals(name) || at.startsWith(name + ":"));
    }
}
