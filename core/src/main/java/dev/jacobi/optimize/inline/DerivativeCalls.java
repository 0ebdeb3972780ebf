package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Replaces calls of derivatives, in code that is differentiated itself, by what {@link NestedDerivatives} knows of them. */
final class DerivativeCalls {
    private final NestedDerivatives nested;
    private final Receivers receivers;
    private final Class<?> host;

    DerivativeCalls(NestedDerivatives nested, Receivers receivers, Class<?> host) {
        this.nested = nested;
        this.receivers = receivers;
        this.host = host;
    }

    /** Inlines the derivative that a call is known to reach; false if it is none that is known. */
    boolean inline(Instruction call) {
        Derived derived = derived(call, receivers.of(call.operand(0)));
        if (derived == null) {
            return false;
        }
        inline(call, derived);
        return true;
    }

    /** Derivatives whose calls all have been replaced need not be made. */
    static boolean removeUnused(Function function) {
        List<Instruction> makers = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (Receivers.makesDerivative(instruction)) {
                    makers.add(instruction);
                }
            }
        }
        if (makers.isEmpty()) {
            return false;
        }
        Set<Value> used = new HashSet<>();
        for (Block block : function.blocks()) {
            block.instructions().forEach(instruction -> used.addAll(instruction.operands()));
            used.addAll(block.terminator().operands());
            block.edges().forEach(edge -> used.addAll(edge.arguments()));
        }
        boolean changed = false;
        for (Instruction maker : makers) {
            if (maker.result() != null && !used.contains(maker.value())) {
                maker.block().remove(maker);
                changed = true;
            }
        }
        return changed;
    }

    /** The code of a derivative that is called, and what the function that was differentiated captured. */
    private record Derived(Function code, List<Value> captured) {}

    private @Nullable Derived derived(Instruction call, Receivers.@Nullable Receiver receiver) {
        if (receiver instanceof Receivers.Receiver.Derivative(var maker, var function, var constants)) {
            return nested.ofMade(maker, function, constants, call.method(), host)
                    .map(code -> new Derived(code, function.operands()))
                    .orElse(null);
        }
        Object object = receivers.embedded(call.operand(0));
        return object == null
                ? null
                : nested.ofObject(object, call.method(), host)
                        .map(code -> new Derived(code, List.of()))
                        .orElse(null);
    }

    private void inline(Instruction call, Derived derived) {
        Function caller = call.block().function();
        List<Instruction> before = new ArrayList<>();
        if (!receivers.isNonNull(call.operand(0))) {
            before.add(caller.newInstruction(OpCode.NULL_CHECK, null, List.of(call.operand(0)), call.position()));
        }
        List<Value> arguments = new ArrayList<>(derived.captured());
        for (Value argument : call.operands().subList(1, call.operands().size())) {
            var wanted = derived.code().parameters().get(arguments.size()).type();
            if (wanted.isReference() && !wanted.equals(argument.type())) {
                Instruction cast = caller.newInstruction(
                        OpCode.CHECK_CAST, wanted.descriptor(), List.of(argument), call.position());
                before.add(cast);
                arguments.add(cast.value());
            } else {
                arguments.add(argument);
            }
        }
        SpliceBody.Splice splice = SpliceBody.splice(call, before, derived.code(), arguments);
        if (call.result() != null && splice.returned().size() == 1) {
            receivers.recordCopy(call.value(), splice.returned().getFirst());
        }
        receivers.edgesChanged();
    }
}
