package dev.jacobi.optimize.streams;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/** Reads an optional number that is kept as two values: whether it is present, and the number. */
final class OptionalUses {
    private static final Set<String> GETTERS = Set.of("get", "getAsInt", "getAsLong", "getAsDouble", "orElseThrow");
    private static final ClassDesc NO_SUCH_ELEMENT =
            NoSuchElementException.class.describeConstable().orElseThrow();

    private OptionalUses() {}

    /** The calls that use the optional, if each of them is one that can be replaced. */
    static Optional<List<Instruction>> of(Value optional, Function function) {
        List<Instruction> calls = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.operands().contains(optional)) {
                    if (!isReplaceable(instruction, optional)) {
                        return Optional.empty();
                    }
                    calls.add(instruction);
                }
            }
            if (block.terminator().operands().contains(optional)
                    || block.edges().stream().anyMatch(edge -> edge.arguments().contains(optional))) {
                return Optional.empty();
            }
        }
        return Optional.of(calls);
    }

    private static boolean isReplaceable(Instruction call, Value optional) {
        if (call.opCode() != OpCode.INVOKE_VIRTUAL || call.operand(0) != optional) {
            return false;
        }
        String name = call.method().name();
        return call.operands().size() == 1
                        && (GETTERS.contains(name) || name.equals("isPresent") || name.equals("isEmpty"))
                || call.operands().size() == 2 && name.equals("orElse");
    }

    static void replace(Instruction call, Value present, Value number) {
        Block block = call.block();
        List<Handler> handlers = block.handlers();
        Function function = block.function();
        Value result = call.value();
        Block continuation = SplitAtThrows.cut(call);
        continuation.removeParameter(0);
        LoopCode code = new LoopCode(block, call.position());
        Value replacement;
        switch (call.method().name()) {
            case "isPresent" -> replacement = present;
            case "isEmpty" -> replacement = code.op(OpCode.EQ, present, code.constant(0));
            case "orElse" -> replacement = code.op(OpCode.SELECT, present, number, call.operand(1));
            default -> {
                Block missing = code.newBlock(List.of());
                code.branch(present, Edge.to(continuation), Edge.to(missing));
                code.continueIn(missing);
                code.throwNew(NO_SUCH_ELEMENT, "No value present");
                missing.setHandlers(handlers);
                SplitAtThrows.split(missing);
                replacement = number;
            }
        }
        if (!(block.terminator() instanceof Terminator.Branch branch
                && branch.ifTrue().target() == continuation)) {
            code.jump(continuation, List.of());
        }
        SplitAtThrows.split(block);
        function.replaceValues(Map.of(result, replacement));
    }
}
