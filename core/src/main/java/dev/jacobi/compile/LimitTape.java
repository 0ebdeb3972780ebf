package dev.jacobi.compile;

import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets a finished derivative keep its tape within a budget, {@link dev.jacobi.runtime.TapeBudget}: one for each call from outside,
 * which those of methods that are not inlined find on the stacks that they share.
 */
final class LimitTape {
    private static final ClassDesc SCRATCH = ClassDesc.of("dev.jacobi.runtime.Scratch");
    private static final ClassDesc BUDGET = ClassDesc.of("dev.jacobi.runtime.TapeBudget");
    private static final FieldReference OF_STACKS = new FieldReference(CallSignature.STACKS, "budget", BUDGET);
    private static final MethodReference OPEN = new MethodReference(
            BUDGET, "open", MethodTypeDesc.of(BUDGET, ConstantDescs.CD_long, ConstantDescs.CD_String), false);

    private LimitTape() {}

    /**
     * Changes the function, unless there is no limit.
     *
     * @param bytes the limit, {@code Long.MAX_VALUE} for none
     * @param method the method in messages
     */
    static void run(Function function, long bytes, String method) {
        if (bytes == Long.MAX_VALUE) {
            return;
        }
        List<Instruction> calls = function.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(instruction -> instruction.opCode() == OpCode.INVOKE_STATIC)
                .filter(call -> isEnsure(call) || isAcquire(call))
                .toList();
        if (calls.isEmpty()) {
            return;
        }
        Value budget = budget(function, bytes, method);
        Map<Value, Value> replaced = new HashMap<>();
        for (Instruction call : calls) {
            if (isEnsure(call)) {
                replaced.put(call.value(), ensure(function, call, budget).value());
            } else {
                Instruction put = function.newInstruction(
                        OpCode.PUT_FIELD, OF_STACKS, List.of(call.value(), budget), call.position());
                put.setProved(true);
                Block block = call.block();
                block.insert(block.instructions().indexOf(call) + 1, put);
            }
        }
        function.replaceValues(replaced);
    }

    private static boolean isEnsure(Instruction call) {
        return call.method().owner().equals(SCRATCH) && call.method().name().equals("ensure");
    }

    private static boolean isAcquire(Instruction call) {
        return call.method().owner().equals(CallSignature.STACKS)
                && call.method().name().equals("acquire");
    }

    private static Value budget(Function function, long bytes, String method) {
        List<Instruction> made = new ArrayList<>();
        if (!function.parameters().isEmpty()
                && function.parameters().getFirst().type().equals(Type.of(CallSignature.STACKS))) {
            made.add(function.newInstruction(
                    OpCode.GET_FIELD, OF_STACKS, List.of(function.parameters().getFirst()), null));
        } else {
            made.add(function.newInstruction(OpCode.CONSTANT, bytes, List.of(), null));
            made.add(function.newInstruction(OpCode.CONSTANT, method, List.of(), null));
            made.add(function.newInstruction(
                    OpCode.INVOKE_STATIC,
                    OPEN,
                    List.of(made.get(0).value(), made.get(1).value()),
                    null));
        }
        made.getLast().setProved(true);
        for (int index = 0; index < made.size(); index++) {
            function.entry().insert(index, made.get(index));
        }
        return made.getLast().value();
    }

    private static Instruction ensure(Function function, Instruction call, Value budget) {
        MethodTypeDesc type = call.method().type();
        MethodReference within =
                new MethodReference(BUDGET, "ensure", type.insertParameterTypes(type.parameterCount(), BUDGET), false);
        List<Value> operands = new ArrayList<>(call.operands());
        operands.add(budget);
        Instruction made = function.newInstruction(OpCode.INVOKE_STATIC, within, operands, call.position());
        Block block = call.block();
        int index = block.instructions().indexOf(call);
        block.remove(call);
        block.insert(index, made);
        return made;
    }
}
