package dev.jacobi.compile;

import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.ShadowGraph;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Lets methods that are differentiated on their own find the arguments of the derivative that was called from outside, with which they
 * compare what they get hold of ({@link dev.jacobi.autodiff.AliasGuards}).
 */
final class LinkArguments {
    private static final ClassDesc ARRAYS = ClassDesc.of("dev.jacobi.runtime.ActiveArrays");
    private static final ClassDesc GRAPH = ClassDesc.ofDescriptor(ShadowGraph.class.descriptorString());
    private static final FieldReference ACTIVE =
            new FieldReference(CallSignature.STACKS, "active", ConstantDescs.CD_Object);
    private static final MethodReference NONE =
            new MethodReference(ARRAYS, "none", MethodTypeDesc.of(ConstantDescs.CD_Object), false);
    private static final MethodReference ADD = new MethodReference(
            ARRAYS,
            "add",
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_Object),
            false);
    private static final MethodReference REACHABLE = new MethodReference(
            GRAPH, "reachable", MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object), false);

    private LinkArguments() {}

    /** Takes the arguments from the stacks, in a function whose first parameter these are. */
    static void fromStacks(Function function) {
        for (Instruction call : calls(function, ARRAYS, "ofCaller")) {
            Instruction get = function.newInstruction(
                    OpCode.GET_FIELD, ACTIVE, List.of(function.parameters().getFirst()), call.position());
            get.setProved(true);
            Block block = call.block();
            int index = block.instructions().indexOf(call);
            block.remove(call);
            block.insert(index, get);
            function.replaceValues(Map.of(call.value(), get.value()));
        }
    }

    /** Puts the arguments on the stacks that the derivative takes for itself. */
    static void toStacks(Function derivative, List<Slot> slots, ShadowGraph graph) {
        for (Instruction acquire : calls(derivative, CallSignature.STACKS, "acquire")) {
            List<Instruction> made = new ArrayList<>();
            Instruction table = derivative.newInstruction(OpCode.INVOKE_STATIC, NONE, List.of(), null);
            made.add(table);
            for (int index = 0; index + 1 < slots.size(); index++) {
                Slot slot = slots.get(index);
                boolean shadowed = slots.get(index + 1).role() == Role.DERIVATIVE;
                if (slot.role() == Role.PRIMAL && slot.type().isReference() && shadowed) {
                    Value argument = derivative.parameters().get(index);
                    if (!DerivativeRequest.carriesDerivative(slot.type())) {
                        Instruction embedded = derivative.newInstruction(
                                OpCode.EMBED, new EmbeddedObject(graph, GRAPH), List.of(), null);
                        Instruction found = derivative.newInstruction(
                                OpCode.INVOKE_VIRTUAL, REACHABLE, List.of(embedded.value(), argument), null);
                        made.add(embedded);
                        made.add(found);
                        argument = found.value();
                    }
                    made.add(derivative.newInstruction(
                            OpCode.INVOKE_STATIC, ADD, List.of(table.value(), argument), null));
                }
            }
            made.add(
                    derivative.newInstruction(OpCode.PUT_FIELD, ACTIVE, List.of(acquire.value(), table.value()), null));
            Block block = acquire.block();
            int place = block.instructions().indexOf(acquire);
            for (Instruction instruction : made) {
                instruction.setProved(true);
                block.insert(++place, instruction);
            }
        }
    }

    private static List<Instruction> calls(Function function, ClassDesc owner, String name) {
        return function.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(instruction -> instruction.opCode() == OpCode.INVOKE_STATIC)
                .filter(call -> call.method().owner().equals(owner)
                        && call.method().name().equals(name))
                .toList();
    }
}
