package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replaces calls of known lambdas by calls of the methods that implement them. */
final class LambdaCalls {
    private final MethodResolution resolution;
    private final Receivers receivers;
    private final Access access;
    private final InlinableBodies inlinable;

    LambdaCalls(MethodResolution resolution, Receivers receivers, Access access, InlinableBodies inlinable) {
        this.resolution = resolution;
        this.receivers = receivers;
        this.access = access;
        this.inlinable = inlinable;
    }

    /** Whether the call is one of the method that the lambda implements, and not of another one of its interface. */
    static boolean isOf(Closure closure, Instruction call) {
        return closure.name().equals(call.method().name())
                && closure.erasures().contains(call.method().type());
    }

    /**
     * Calls the implementing method in the place of the call.
     *
     * @return what came into the function; null if the method may neither be called here nor inlined, so the call stays
     */
    @Nullable
    List<Instruction> inline(Instruction call, Closure closure) {
        MethodTypeDesc erasure = call.method().type();
        DirectMethodHandleDesc implementation = closure.implementation();
        Executable method = resolution
                .resolve(new MethodReference(
                        implementation.owner(),
                        implementation.methodName(),
                        MethodTypeDesc.ofDescriptor(implementation.lookupDescriptor()),
                        implementation.isOwnerInterface()))
                .orElse(null);
        boolean special = implementation.kind() == DirectMethodHandleDesc.Kind.SPECIAL
                || implementation.kind() == DirectMethodHandleDesc.Kind.INTERFACE_SPECIAL;
        if (method == null
                || special && !Modifier.isPrivate(method.getModifiers())
                || !access.permitsMember(method.getDeclaringClass(), method.getModifiers())
                        && inlinable.of(method) == null) {
            return null;
        }
        ClosureCalls.Direct direct = ClosureCalls.direct(call, closure, erasure);
        List<Instruction> instructions = new ArrayList<>(direct.instructions());
        if (!receivers.isNonNull(call.operand(0))) {
            instructions.addFirst(call.block()
                    .function()
                    .newInstruction(OpCode.NULL_CHECK, null, List.of(call.operand(0)), call.position()));
        }
        SpliceBody.replace(call, instructions, direct.result());
        if (call.result() != null && direct.result() != null) {
            receivers.recordCopy(call.value(), direct.result());
        }
        receivers.edgesChanged();
        return direct.instructions();
    }
}
