package dev.jacobi.offload.extract;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.InitializedClasses;
import dev.jacobi.analysis.Loop;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Reads static fields of numbers, of arrays of numbers and of memory segments before a loop instead of in it, so that they become arguments of its kernel. Only fields of classes are of which nothing is to be
 * seen if there is no round: of the method's own, of those that are initialised before the loop, and of those whose static initialiser does nothing that could be observed. That a parallel loop does not write
 * static fields is asked elsewhere. What other threads write it need not see, but in volatile fields, which stay where they are; so do those of the JDK, whose tables device code has itself.
 */
final class HoistStatics {
    private final Function function;
    private final ClassKnowledge classes;
    private final Block preheader;
    private final InitializedClasses initialized;

    private HoistStatics(Function function, ClassKnowledge classes, Block preheader) {
        this.function = function;
        this.classes = classes;
        this.preheader = preheader;
        this.initialized = InitializedClasses.of(function, classes);
    }

    static void readBefore(Loop loop, Function function, ClassKnowledge classes) {
        readBefore(loop, function, classes, value -> isNumbers(value.type()));
    }

    /** @param isTaken the values of which fields are read before */
    static void readBefore(Loop loop, Function function, ClassKnowledge classes, Predicate<Value> isTaken) {
        Block preheader = loop.preheader();
        if (preheader == null || function.origin() == null) {
            return;
        }
        HoistStatics pass = new HoistStatics(function, classes, preheader);
        for (Block block : loop.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (instruction.opCode() == OpCode.GET_STATIC
                        && !classes.mayBeVolatile(instruction.field())
                        && isTaken.test(instruction.value())
                        && pass.isUnseen(instruction)) {
                    block.remove(instruction);
                    preheader.append(instruction);
                }
            }
        }
    }

    /** Whether nobody can tell that a field is read before the loop. */
    private boolean isUnseen(Instruction read) {
        if (read.field()
                .owner()
                .equals(Objects.requireNonNull(function.origin()).owner())) {
            return true;
        }
        Class<?> owner = classes.find(read.field().owner());
        return owner != null
                && owner.getClassLoader() != null
                && classes.find(read.field()) != null
                && (classes.isInitializationSilent(read.field().owner())
                        || initialized.isInitializedAfter(preheader, read));
    }

    private static boolean isNumbers(Type type) {
        return !type.isReference()
                || type.isArray() && type.descriptor().componentType().isPrimitive();
    }
}
