package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Dominators;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Lets objects be allocated in the block that calls their constructor, behind its arguments, or at the end of the block before if that one has
 * handlers. Java allocates first: {@code new Point(a[i], b[i])} has an object without constructor on its hands while it finds out whether
 * there are such elements, and takes it along to handlers, out of loops and round them, where no code may touch it.
 *
 * <p>Nobody can tell, because nothing can be done with an object before its constructor runs:
 * <ul>
 *   <li>The class is initialised where it was. Unless that is known to be silent, the first allocation stays in its place and is not used;
 *       HotSpot leaves it out once the class is initialised. What linking the class throws comes from there too, before the
 *       arguments, and goes to the handlers there.
 *   <li>Where nothing throws, the order of allocations of different objects cannot be seen. Where an argument throws, one
 *       object less is allocated.
 *   <li>An {@code OutOfMemoryError} may come later, from a second allocation, and then goes past a handler for errors
 *       around a constructor call. The JVM may throw it almost anywhere and promises nothing of the order.
 * </ul>
 *
 * <p>Left as they are: objects with several constructor calls, of which one runs.
 */
final class AllocateAtConstructors {
    private final Function function;
    private final ClassKnowledge classes;
    private final Map<Value, Instruction> constructors = new LinkedHashMap<>();

    private AllocateAtConstructors(Function function, ClassKnowledge classes) {
        this.function = function;
        this.classes = classes;
    }

    static void establish(Function function, ClassKnowledge classes) {
        new AllocateAtConstructors(function, classes).run();
    }

    /** Whether the instruction is the constructor call that an allocation is made for. */
    static boolean completes(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_SPECIAL
                && instruction.method().name().equals(ConstantDescs.INIT_NAME)
                && instruction.operand(0).isResultOf(OpCode.NEW);
    }

    private void run() {
        findConstructors();
        if (constructors.isEmpty()) {
            return;
        }
        Dominators dominators = Dominators.of(function);
        constructors.values().removeIf(call -> !isUsedOnlyBehind(call, dominators));
        Map<Value, Value> replaced = new HashMap<>();
        constructors.forEach((object, call) -> replaced.put(object, allocateAt(call, object)));
        function.replaceValues(replaced);
    }

    /** Finds objects with one constructor call that is not near. */
    private void findConstructors() {
        List<Value> several = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (completes(instruction) && constructors.put(instruction.operand(0), instruction) != null) {
                    several.add(instruction.operand(0));
                }
            }
        }
        constructors.keySet().removeAll(several);
        if (!constructors.isEmpty()) {
            Map<Block, List<Block>> predecessors = function.predecessors();
            constructors.entrySet().removeIf(entry -> isNear(entry.getKey(), entry.getValue(), predecessors));
        }
    }

    /** Whether no way leads in or out between. */
    private static boolean isNear(Value object, Instruction constructor, Map<Block, List<Block>> predecessors) {
        Block calling = constructorBlock(constructor);
        Block block = object.block();
        while (block != calling) {
            if (!(block.terminator() instanceof Jump(Edge onward, var _))
                    || predecessors.get(onward.target()).size() > 1) {
                return false;
            }
            block = onward.target();
            if (block != calling && !block.handlers().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static Block constructorBlock(Instruction constructor) {
        return Objects.requireNonNull(constructor.block());
    }

    private boolean isUsedOnlyBehind(Instruction constructor, Dominators dominators) {
        Value object = constructor.operand(0);
        Block calling = constructorBlock(constructor);
        for (Block block : function.blocks()) {
            boolean behind = dominators.strictlyDominates(calling, block);
            boolean seen = behind;
            for (Instruction instruction : block.instructions()) {
                if (instruction == constructor) {
                    seen = true;
                } else if (!seen && instruction.operands().contains(object)) {
                    return false;
                }
            }
            if (!seen
                    && (block.terminator().operands().contains(object)
                            || block.edges().stream().map(Edge::arguments).anyMatch(all -> all.contains(object)))) {
                return false;
            }
        }
        return true;
    }

    private Value allocateAt(Instruction constructor, Value object) {
        Block calling = constructorBlock(constructor);
        Instruction first = Objects.requireNonNull(object.definition());
        Instruction allocation =
                function.newInstruction(OpCode.NEW, first.classAttribute(), List.of(), first.position());
        if (calling.handlers().isEmpty()) {
            calling.insert(calling.instructions().indexOf(constructor), allocation);
        } else {
            HandlerForm.before(calling).append(allocation);
        }
        if (object.block().handlers().isEmpty() && classes.isInitializationSilent(first.classAttribute())) {
            object.block().remove(first);
        }
        return allocation.value();
    }
}
