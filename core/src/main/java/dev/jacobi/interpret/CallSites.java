package dev.jacobi.interpret;

import dev.jacobi.interpret.Members.Caller;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.DynamicCall;
import java.lang.constant.ConstantDesc;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Links call sites of {@code invokedynamic} and resolves loadable constants, each instruction once. */
final class CallSites {
    private final Members members;
    private final IdentityHashMap<Instruction, Caller> sites = new IdentityHashMap<>();
    private final IdentityHashMap<Instruction, Object> constants = new IdentityHashMap<>();

    CallSites(Members members) {
        this.members = members;
    }

    /** Runs the bootstrap method as {@code host} at the first call; throws what it throws, wrapped as the JVM wraps it. */
    Caller site(Instruction instruction, Class<?> host) throws Throwable {
        Caller known = sites.get(instruction);
        if (known == null) {
            known = Members.caller(link(instruction.dynamicCall(), members.lookupIn(host)));
            sites.put(instruction, known);
        }
        return known;
    }

    private MethodHandle link(DynamicCall call, Lookup host) throws Throwable {
        MethodHandle bootstrap = call.bootstrap().resolveConstantDesc(host);
        List<Object> arguments = new ArrayList<>();
        arguments.add(host);
        arguments.add(call.name());
        arguments.add(members.resolve(call.type()));
        for (ConstantDesc argument : call.arguments()) {
            arguments.add(argument.resolveConstantDesc(host));
        }
        try {
            return ((CallSite) bootstrap.invokeWithArguments(arguments)).dynamicInvoker();
        } catch (Exception e) {
            throw new BootstrapMethodError("call site initialization exception", e);
        }
    }

    @Nullable
    Object constant(Instruction instruction, Class<?> host) throws Throwable {
        if (!constants.containsKey(instruction)) {
            ConstantDesc constant = (ConstantDesc) Objects.requireNonNull(instruction.attribute());
            constants.put(instruction, constant.resolveConstantDesc(members.lookupIn(host)));
        }
        return constants.get(instruction);
    }
}
