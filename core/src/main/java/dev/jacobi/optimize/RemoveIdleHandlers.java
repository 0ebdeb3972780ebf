package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes handlers away that catch nothing that their block throws: an access to an array never throws an {@code IOException}. Handlers that catch errors
 * stay, since the JVM may throw those almost anywhere.
 */
public final class RemoveIdleHandlers {
    private static final ClassDesc NULL_POINTER = ClassDesc.of("java.lang.NullPointerException");
    private static final ClassDesc INDEX = ClassDesc.of("java.lang.ArrayIndexOutOfBoundsException");
    private static final ClassDesc STORE = ClassDesc.of("java.lang.ArrayStoreException");
    private static final ClassDesc ARITHMETIC = ClassDesc.of("java.lang.ArithmeticException");
    private static final ClassDesc CAST = ClassDesc.of("java.lang.ClassCastException");
    private static final ClassDesc NEGATIVE_SIZE = ClassDesc.of("java.lang.NegativeArraySizeException");

    private RemoveIdleHandlers() {}

    public static boolean run(Function function, ClassKnowledge classes) {
        boolean changed = false;
        for (Block block : function.blocks()) {
            Optional<List<ClassDesc>> thrown =
                    block.handlers().isEmpty() ? Optional.empty() : exceptions(block.instructions());
            if (thrown.isPresent()) {
                List<Handler> kept = block.handlers().stream()
                        .filter(handler -> mayCatch(handler.catchType(), thrown.get(), classes))
                        .toList();
                if (kept.size() < block.handlers().size()) {
                    block.setHandlers(kept);
                    changed = true;
                }
            }
        }
        return changed;
    }

    /** The exceptions that are no errors of the last instruction; empty if it may throw any. */
    private static Optional<List<ClassDesc>> exceptions(List<Instruction> instructions) {
        if (instructions.isEmpty() || !instructions.getLast().mayThrow()) {
            return Optional.empty();
        }
        return switch (instructions.getLast().opCode()) {
            case ARRAY_LOAD -> Optional.of(List.of(NULL_POINTER, INDEX));
            case ARRAY_STORE -> Optional.of(List.of(NULL_POINTER, INDEX, STORE));
            case ARRAY_LENGTH, NULL_CHECK, GET_FIELD, PUT_FIELD -> Optional.of(List.of(NULL_POINTER));
            case DIV, REM -> Optional.of(List.of(ARITHMETIC));
            case CHECK_CAST -> Optional.of(List.of(CAST));
            case NEW_ARRAY, NEW_MULTI_ARRAY -> Optional.of(List.of(NEGATIVE_SIZE));
            case NEW, GET_STATIC, PUT_STATIC -> Optional.of(List.of());
            default -> Optional.empty();
        };
    }

    private static boolean mayCatch(@Nullable ClassDesc catchType, List<ClassDesc> thrown, ClassKnowledge classes) {
        Class<?> caught = catchType == null ? null : classes.find(catchType);
        return caught == null
                || !Exception.class.isAssignableFrom(caught)
                || thrown.stream().anyMatch(type -> !Boolean.FALSE.equals(classes.isInstance(type, catchType)));
    }
}
