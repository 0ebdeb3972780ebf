package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets values leave loops only as parameters of the blocks that the loop's exits lead to, so that the value of the last iteration has a
 * name of its own. Needs exits whose targets have no other way in. Constants are made again where they are used.
 */
final class LoopClosedForm {
    private final Function function;
    private final Dominators dominators;
    private final Existence existence;

    private LoopClosedForm(Function function, Dominators dominators) {
        this.function = function;
        this.dominators = dominators;
        this.existence = new Existence(function, dominators);
    }

    static void establish(Function function) {
        Loops loops = Loops.of(function);
        LoopClosedForm form = new LoopClosedForm(function, loops.dominators());
        form.closeWithin(null, loops);
        form.check(loops);
    }

    /**
     * Each loop comes after those within it, and after those before it on the way through the function: what leaves one of these may go
     * through this one as a new parameter, and leave it too.
     */
    private void closeWithin(@Nullable Loop parent, Loops loops) {
        for (Loop loop : loops.all()) {
            if (loop.parent() == parent) {
                closeWithin(loop, loops);
                close(loop);
            }
        }
    }

    /** The reverse sweep would take for what left a loop what it never got. */
    private void check(Loops loops) {
        for (Block block : function.blocks()) {
            for (Value value : uses(block)) {
                Loop loop = loops.loopOf(value.block());
                if (loop != null && !loop.contains(block)) {
                    throw Refusals.internal(value + " leaves " + loop + " to " + block);
                }
            }
        }
    }

    private void close(Loop loop) {
        Set<Value> leaving = new LinkedHashSet<>();
        Set<Block> users = new LinkedHashSet<>();
        for (Block block : function.blocks()) {
            if (loop.contains(block)) {
                continue;
            }
            for (Value value : uses(block)) {
                if (loop.contains(value.block())) {
                    leaving.add(value);
                    users.add(block);
                }
            }
        }
        if (leaving.isEmpty()) {
            return;
        }
        for (Block block : users) {
            repeatConstants(block, leaving);
        }
        leaving.removeIf(Constants::isConstant);
        Map<Type, Value> defaults = new HashMap<>();
        SsaVariables<Value> variables = new SsaVariables<>(function, new SsaVariables.Variables<>() {
            @Override
            public Type type(Value value) {
                return value.type();
            }

            @Override
            public Value initial(Value value) {
                return defaults.computeIfAbsent(value.type(), type -> Constants.defaultAtStart(function.entry(), type));
            }
        });
        Map<Value, List<Value>> closed = new HashMap<>();
        for (Loop.Exit exit : loop.exits()) {
            Block target = exit.edge().target();
            for (Value value : leaving) {
                if (existence.isAvailable(value, target)) {
                    Value parameter = target.addParameter(value.type());
                    exit.from().passMore(target, List.of(value));
                    variables.write(value, target, parameter);
                    Multimaps.list(closed, value).add(parameter);
                }
            }
        }
        for (Block block : users) {
            Map<Value, Value> here = new HashMap<>();
            UnaryOperator<Value> map = value -> leaving.contains(value)
                    ? here.computeIfAbsent(value, _ -> closedAt(value, block, closed, variables))
                    : value;
            block.mapUses(map);
        }
        variables.finish();
    }

    private static void repeatConstants(Block block, Set<Value> leaving) {
        Set<Value> constants = new LinkedHashSet<>();
        for (Value value : uses(block)) {
            if (leaving.contains(value) && Constants.isConstant(value)) {
                constants.add(value);
            }
        }
        Map<Value, Value> here = new HashMap<>();
        for (Value constant : constants) {
            here.put(constant, Constants.repeatedAtStart(block, constant));
        }
        block.mapUses(value -> here.getOrDefault(value, value));
    }

    private Value closedAt(Value value, Block block, Map<Value, List<Value>> closed, SsaVariables<Value> variables) {
        List<Value> parameters = closed.getOrDefault(value, List.of());
        for (Value parameter : parameters) {
            if (dominators.dominates(parameter.block(), block)) {
                return parameter;
            }
        }
        return variables.read(value, block);
    }

    private static List<Value> uses(Block block) {
        List<Value> uses = new ArrayList<>();
        for (Instruction instruction : block.instructions()) {
            uses.addAll(instruction.operands());
        }
        uses.addAll(block.terminator().operands());
        for (Edge edge : block.edges()) {
            uses.addAll(edge.arguments());
        }
        return uses;
    }
}
