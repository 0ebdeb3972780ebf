package dev.jacobi.backend;

import dev.jacobi.JacobiException;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import dev.jacobi.optimize.DropNotes;
import dev.jacobi.optimize.Pipeline;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes functions of the static methods of the same class that a function still calls, such as those that call themselves: so they can be native too, and {@code Options.strictMath} reaches
 * them on all backends. What cannot be lifted stays a call of the method.
 */
public final class OwnMethods {
    private final Class<?> host;
    private final ClassDesc owner;
    private final Map<MethodReference, Optional<Function>> known = new HashMap<>();
    private final Set<Function> done = new HashSet<>();

    private OwnMethods(Class<?> host) {
        this.host = host;
        owner = ClassDesc.ofDescriptor(host.descriptorString());
    }

    /** In the function and all that it calls. */
    public static void run(Function function, Class<?> host) {
        if (!host.isHidden()) {
            new OwnMethods(host).run(function);
        }
    }

    private void run(Function function) {
        if (!done.add(function)) {
            return;
        }
        Map<Value, Value> replaced = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction call : List.copyOf(block.instructions())) {
                if (call.opCode() == OpCode.INVOKE_FUNCTION) {
                    run(call.function());
                } else if (call.opCode() == OpCode.INVOKE_STATIC
                        && call.method().owner().equals(owner)) {
                    known(call.method()).ifPresent(callee -> replace(call, callee, replaced));
                }
            }
        }
        function.replaceValues(replaced);
    }

    private Optional<Function> known(MethodReference method) {
        Optional<Function> present = known.get(method);
        if (present == null) {
            present = lifted(method);
            known.put(method, present);
            present.ifPresent(this::run);
        }
        return present;
    }

    private Optional<Function> lifted(MethodReference method) {
        try {
            Function function = Lifter.lift(method, ClassFiles.of(host.getClassLoader()));
            Pipeline.forDifferentiation(host, _ -> false).run(function);
            DropNotes.run(function);
            return Optional.of(function);
        } catch (JacobiException _) {
            return Optional.empty();
        }
    }

    private static void replace(Instruction call, Function callee, Map<Value, Value> replaced) {
        Block block = call.block();
        Instruction made =
                block.function().newInstruction(OpCode.INVOKE_FUNCTION, callee, call.operands(), call.position());
        int index = block.instructions().indexOf(call);
        block.remove(call);
        block.insert(index, made);
        if (call.result() != null) {
            replaced.put(call.value(), made.value());
        }
    }
}
