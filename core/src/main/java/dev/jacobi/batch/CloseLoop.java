package dev.jacobi.batch;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives each edge out of a loop a block of its own, whose parameters pass on what is computed in the loop and used behind it. So a value that is the same for all examples that are in a round
 * stays that within the loop, though examples leave it in different rounds, with different values. Loops behind it, through which such a value goes on, may be open again.
 */
final class CloseLoop {
    private final Function function;
    private final Predicate<Block> returns;
    private final Set<Block> inside;
    /** The new blocks, and where they are entered from. */
    private final Map<Block, Block> exits = new LinkedHashMap<>();

    private final Map<Block, Map<Value, Value>> passed = new HashMap<>();

    private CloseLoop(Function function, Loop loop, Predicate<Block> returns) {
        this.function = function;
        this.returns = returns;
        inside = new HashSet<>(loop.blocks());
    }

    /** @param returns the blocks from which a return can be reached; edges to others are left alone */
    static void run(Function function, Loop loop, Predicate<Block> returns) {
        new CloseLoop(function, loop, returns).run();
    }

    /** Whether anything that is computed in a loop is used behind it other than through parameters. */
    static boolean isOpen(Function function, Loop loop, Predicate<Block> returns) {
        CloseLoop closing = new CloseLoop(function, loop, returns);
        return !closing.leaving(closing.behind()).isEmpty();
    }

    private List<Block> behind() {
        return function.blocks().stream()
                .filter(block -> !inside.contains(block) && (exits.containsKey(block) || returns.test(block)))
                .toList();
    }

    private void run() {
        Dominators within = Dominators.of(function);
        for (Block from : inside) {
            from.setTerminator(from.terminator().mapEdges(edge -> {
                if (inside.contains(edge.target()) || !returns.test(edge.target())) {
                    return edge;
                }
                Block exit = function.newBlock();
                exit.setTerminator(new Jump(edge, from.terminator().position()));
                exits.put(exit, from);
                return Edge.to(exit);
            }));
        }
        List<Block> behind = behind();
        Set<Value> leaving = leaving(behind);
        exits.forEach((exit, from) -> {
            List<Value> known = leaving.stream()
                    .filter(value -> value.block() == from || within.isAvailable(value, from))
                    .toList();
            Map<Value, Value> own = new LinkedHashMap<>();
            known.forEach(value -> own.put(value, exit.addParameter(value.type())));
            passed.put(exit, own);
            from.mapEdges(edge -> edge.target() == exit ? edge.plus(known) : edge);
        });
        if (!leaving.isEmpty()) {
            replace(behind, leaving);
        }
    }

    private Set<Value> leaving(List<Block> behind) {
        Set<Value> leaving = new LinkedHashSet<>();
        for (Block block : behind) {
            List<Value> used = new ArrayList<>(block.terminator().operands());
            block.edges().forEach(edge -> used.addAll(edge.arguments()));
            for (Instruction instruction : block.instructions()) {
                used.addAll(instruction.operands());
            }
            used.stream().filter(value -> inside.contains(value.block())).forEach(leaving::add);
        }
        return leaving;
    }

    private void replace(List<Block> behind, Set<Value> leaving) {
        Dominators dominators = Dominators.of(function);
        SsaVariables<Value> variables = new SsaVariables<>(function, new SsaVariables.Variables<>() {
            @Override
            public Type type(Value variable) {
                return variable.type();
            }

            @Override
            public @Nullable Value initial(Value variable) {
                return null;
            }
        });
        passed.forEach((exit, own) -> own.forEach((value, parameter) -> variables.write(value, exit, parameter)));
        for (Block block : behind) {
            List<Block> before = exits.keySet().stream()
                    .filter(exit -> dominators.dominates(exit, block))
                    .toList();
            block.mapUses(value -> {
                if (!leaving.contains(value)) {
                    return value;
                }
                Value only = before.size() == 1 ? passed.get(before.getFirst()).get(value) : null;
                return only != null ? only : variables.read(value, block);
            });
        }
        variables.finish();
    }
}
