package dev.jacobi.jvm;

import dev.jacobi.ir.References.DynamicCall;
import java.lang.constant.ConstantDesc;
import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/** Links call sites of {@code invokedynamic} as the JVM would. */
final class CallSites {
    private CallSites() {}

    /** The handle that the call site calls, on behalf of the class of {@code caller}. */
    static MethodHandle link(DynamicCall call, Lookup caller) throws ReflectiveOperationException {
        MethodHandle bootstrap = call.bootstrap().resolveConstantDesc(caller);
        List<Object> arguments = new ArrayList<>();
        arguments.add(caller);
        arguments.add(call.name());
        arguments.add(MethodType.fromMethodDescriptorString(
                call.type().descriptorString(), caller.lookupClass().getClassLoader()));
        for (ConstantDesc argument : call.arguments()) {
            arguments.add(argument.resolveConstantDesc(caller));
        }
        CallSite site;
        try {
            site = (CallSite) bootstrap.invokeWithArguments(arguments);
        } catch (ReflectiveOperationException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new BootstrapMethodError(e);
        }
        return site instanceof ConstantCallSite ? site.getTarget() : site.dynamicInvoker();
    }
}
