package dev.jacobi.offload.extract;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lengths of arrays made in a loop that are the same in all rounds and can be computed before the first: from numbers and lengths of arrays from outside. Where computing them fails, the loop may do so as well.
 *
 * @param values the lengths, constants left aside
 * @param computed the instructions of the loop that compute them, each before those that need it
 */
record KnownLengths(List<Value> values, Set<Instruction> computed) {

    static KnownLengths of(ParallelLoop loop) {
        Set<Value> values = new LinkedHashSet<>();
        Set<Instruction> computed = new LinkedHashSet<>();
        for (Block block : loop.region()) {
            for (Instruction instruction : block.instructions()) {
                for (Value length : lengths(instruction)) {
                    Set<Instruction> needed = new LinkedHashSet<>();
                    if (!length.isResultOf(OpCode.CONSTANT) && isKnown(length, loop, needed)) {
                        values.add(length);
                        computed.addAll(needed);
                    }
                }
            }
        }
        return new KnownLengths(List.copyOf(values), computed);
    }

    private static List<Value> lengths(Instruction instruction) {
        ScratchCall call = ScratchCall.of(instruction);
        if (call != null) {
            return switch (call.kind()) {
                case ZEROS -> instruction.operands();
                case ENSURE -> instruction.operands().subList(1, 2);
                case ENSURE_SUM -> instruction.operands().subList(2, 3);
                case ACQUIRE, RELEASE -> List.of();
            };
        }
        return instruction.opCode() == OpCode.NEW_ARRAY ? instruction.operands() : List.of();
    }

    /** @param needed gets what computes it */
    private static boolean isKnown(Value value, ParallelLoop loop, Set<Instruction> needed) {
        if (loop.isInvariant(value)) {
            return true;
        }
        Instruction definition = value.definition();
        if (definition == null) {
            return false;
        }
        if (needed.contains(definition)) {
            return true;
        }
        boolean computes = definition.opCode() == OpCode.ARRAY_LENGTH
                ? loop.isInvariant(definition.operand(0))
                : definition.opCode().effect() == OpCode.Effect.PURE
                        && !value.type().isReference()
                        && (!definition.mayThrow() || isDivision(definition))
                        && definition.operands().stream().allMatch(operand -> isKnown(operand, loop, needed));
        return computes && needed.add(definition);
    }

    private static boolean isDivision(Instruction instruction) {
        return instruction.opCode() == OpCode.DIV || instruction.opCode() == OpCode.REM;
    }

    /** @param outside what the loop uses from outside, constants left aside */
    Function function(String name, Function of, List<Value> outside) {
        Function function = new Function(name, of.origin(), Type.VOID);
        Block entry = function.newBlock();
        Map<Value, Value> copies = new HashMap<>();
        outside.forEach(value -> copies.put(value, entry.addParameter(value.type())));
        Value into = entry.addParameter(Type.of(ConstantDescs.CD_int.arrayType()));
        for (Instruction instruction : computed) {
            instruction.operands().forEach(operand -> constant(operand, entry, copies));
            Instruction copy = entry.append(
                    instruction.opCode(),
                    instruction.attribute(),
                    instruction.operands().stream().map(copies::get).toList(),
                    instruction.position());
            copy.value().setType(instruction.value().type());
            copies.put(instruction.value(), copy.value());
        }
        List<Value> lengths = new ArrayList<>(values);
        for (int index = 0; index < lengths.size(); index++) {
            Instruction place = entry.append(OpCode.CONSTANT, index, List.of(), null);
            entry.append(
                            OpCode.ARRAY_STORE,
                            ConstantDescs.CD_int,
                            List.of(into, place.value(), copies.get(lengths.get(index))),
                            null)
                    .setProved(true);
        }
        entry.setTerminator(new Return(null, null));
        return function;
    }

    /** Makes a constant from outside again. */
    private static void constant(Value value, Block entry, Map<Value, Value> copies) {
        if (value.isResultOf(OpCode.CONSTANT)) {
            copies.computeIfAbsent(
                    value,
                    each -> entry.append(OpCode.CONSTANT, each.definition().attribute(), List.of(), null)
                            .value());
        }
    }
}
