package dev.jacobi.batch;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the instructions of each block that differ from example to example are put into loops over the lanes. */
final class Segments {
    private final Divergence divergence;
    private final Map<Block, List<List<Instruction>>> parts = new HashMap<>();
    private final Map<Value, List<Instruction>> partOf = new HashMap<>();
    private final Set<Value> escaping = new HashSet<>();

    Segments(Function scalar, Divergence divergence) {
        this.divergence = divergence;
        for (Block block : scalar.blocks()) {
            if (divergence.returns(block)) {
                divide(block);
            }
        }
        for (Block block : scalar.blocks()) {
            if (divergence.returns(block)) {
                findEscaping(block);
            }
        }
    }

    boolean isVarying(Instruction instruction) {
        return isElementAccess(instruction)
                || divergence.isArrayWork(instruction)
                || SummedRecords.isRecord(instruction)
                || instruction.result() != null && divergence.isVarying(instruction.value());
    }

    /** Whether this loads or stores elements of an array that each example has. */
    boolean isElementAccess(Instruction instruction) {
        return switch (instruction.opCode()) {
            case ARRAY_LOAD, ARRAY_STORE -> divergence.isOwnArray(instruction.operand(0));
            default -> false;
        };
    }

    List<List<Instruction>> of(Block block) {
        return parts.getOrDefault(block, List.of());
    }

    boolean escapes(Value value) {
        return escaping.contains(value);
    }

    Set<Value> escaping() {
        return escaping;
    }

    private void divide(Block block) {
        List<List<Instruction>> all = new ArrayList<>();
        List<Instruction> part = new ArrayList<>();
        Set<Value> written = new HashSet<>();
        for (Instruction instruction : block.instructions()) {
            if (!isVarying(instruction)) {
                continue;
            }
            boolean load = isElementAccess(instruction) && instruction.opCode() == OpCode.ARRAY_LOAD;
            // What makes an array longer copies what was written.
            boolean reads = load
                    || divergence.isArrayWork(instruction)
                            && !instruction.operands().isEmpty();
            // What is stored at the same place in all lanes gets there after the loop.
            boolean scatters = isElementAccess(instruction) && divergence.isVarying(instruction.operand(1));
            // How long it has to be is found out in the lanes before.
            boolean measures = divergence.isUnevenEnsure(instruction);
            if (measures || (reads || scatters) && written.contains(divergence.memory(instruction.operand(0)))) {
                all.add(part);
                part = new ArrayList<>();
                written.clear();
            }
            part.add(instruction);
            if (isElementAccess(instruction) && !load) {
                written.add(divergence.memory(instruction.operand(0)));
            }
            if (instruction.result() != null) {
                partOf.put(instruction.value(), part);
            }
        }
        all.add(part);
        parts.put(block, all);
    }

    /** Whether an instruction belongs to a part of a block behind this one. */
    boolean isBehind(Block block, int part, Instruction instruction) {
        List<List<Instruction>> all = of(block);
        return all.subList(part + 1, all.size()).stream().anyMatch(later -> later.contains(instruction));
    }

    private void use(Value value, @Nullable List<Instruction> part) {
        List<Instruction> defining = partOf.get(value);
        if (defining != null && defining != part && !divergence.isOwnArray(value)) {
            escaping.add(value);
        }
    }

    private void findEscaping(Block block) {
        for (List<Instruction> part : of(block)) {
            part.forEach(instruction -> instruction.operands().forEach(operand -> use(operand, part)));
        }
        List<Instruction> last = of(block).getLast();
        block.terminator().operands().forEach(operand -> use(operand, last));
        boolean inLanes = block.terminator() instanceof Jump || divergence.decidesInLanes(block);
        for (Edge edge : block.terminator().edges()) {
            edge.arguments().forEach(argument -> use(argument, inLanes ? last : null));
        }
    }
}
