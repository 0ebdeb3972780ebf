package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.References.FieldReference;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a class is initialised for certain, or is just being initialised by this thread, which does not wait for itself: behind an
 * instruction that initialises it, a subclass too, and has not thrown.
 *
 * <p>Instructions that initialise are reads and writes of static fields, the making of objects, and calls of a {@link ClassInitializer}. Static calls
 * initialise as well, but tell nothing here. What the method's own class is, is left to {@link ClassKnowledge#isInitializationSilent}.
 */
public final class InitializedClasses {
    private final ClassKnowledge classes;
    private final Dominators dominators;
    /** Of what they initialise the instructions that do it first. */
    private final Map<Object, List<Instruction>> first = new HashMap<>();

    private final List<Instruction> redundant = new ArrayList<>();

    private InitializedClasses(Function function, ClassKnowledge classes) {
        this.classes = classes;
        this.dominators = Dominators.of(function);
        for (Block block : dominators.preorder()) {
            for (Instruction instruction : block.instructions()) {
                if (isInitializing(instruction)) {
                    add(instruction, block);
                }
            }
        }
    }

    public static InitializedClasses of(Function function, ClassKnowledge classes) {
        return new InitializedClasses(function, classes);
    }

    /** Whether an instruction initialises a class if that was not done before. */
    public static boolean isInitializing(Instruction instruction) {
        return switch (instruction.opCode()) {
            case GET_STATIC, PUT_STATIC, NEW -> true;
            default -> ClassInitializer.initializedBy(instruction) != null;
        };
    }

    /** Whether an instruction may initialise a class whose static initialiser can be observed. */
    public static boolean mayRunInitializer(Instruction instruction, ClassKnowledge classes) {
        return isInitializing(instruction)
                && !instruction.isProved()
                && !classes.isInitializationSilent(named(instruction));
    }

    /** The class that an initialising instruction names, which may be a subclass of what declares the field. */
    public static ClassDesc named(Instruction instruction) {
        return switch (instruction.opCode()) {
            case GET_STATIC, PUT_STATIC -> instruction.field().owner();
            case NEW -> instruction.classAttribute();
            default -> {
                Class<?> type = ClassInitializer.initializedBy(instruction);
                if (type == null) {
                    throw new IllegalArgumentException(instruction.opCode().mnemonic() + " initialises no class");
                }
                yield type.describeConstable().orElseThrow(); // hidden classes are never named
            }
        };
    }

    /** The instructions that find initialised, where they stand, a class whose static initialiser can be observed, and that are not marked as proved. */
    public List<Instruction> redundant() {
        return redundant;
    }

    /** Whether the class that an instruction initialises is initialised for certain when a block has been done. */
    public boolean isInitializedAfter(Block block, Instruction instruction) {
        Object key = key(instruction);
        return key != null && isBehindFirst(key, block);
    }

    private void add(Instruction instruction, Block block) {
        Object key = key(instruction);
        if (key == null) {
            return;
        }
        if (isBehindFirst(key, block)) {
            if (mayRunInitializer(instruction, classes)) {
                redundant.add(instruction);
            }
            return;
        }
        Multimaps.list(first, key).add(instruction);
        Class<?> type = key instanceof ClassDesc descriptor ? classes.find(descriptor) : null;
        if (type != null && !type.isInterface()) {
            for (Class<?> above = type.getSuperclass(); above != null; above = above.getSuperclass()) {
                above.describeConstable()
                        .ifPresent(name -> Multimaps.list(first, name).add(instruction));
            }
        }
    }

    /** What is found in {@code block} itself comes before what is asked for: blocks are walked in the order of their instructions. */
    private boolean isBehindFirst(Object key, Block block) {
        for (Instruction each : first.getOrDefault(key, List.of())) {
            Block where = each.block();
            if (where == block
                    || where != null
                            && dominators.dominates(where, block)
                            && dominators.isReachedOnlyWithoutException(where, block)) {
                return true;
            }
        }
        return false;
    }

    /** The class that is initialised; of a field whose class is not known the field, which always leads to the same; null if it cannot be told. */
    private @Nullable Object key(Instruction instruction) {
        return switch (instruction.opCode()) {
            case GET_STATIC, PUT_STATIC -> {
                FieldReference reference = instruction.field();
                Field field = classes.find(reference);
                yield field == null
                        ? reference
                        : field.getDeclaringClass().describeConstable().orElse(null);
            }
            default -> named(instruction);
        };
    }
}
