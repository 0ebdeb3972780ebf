package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;

/**
 * Decides which constructors are inlined. That is worth it only for objects that are replaced by their fields later, and must not be
 * done for any other: an object whose constructor is gone cannot be emitted. So it is tried, and where it did not work out it is not
 * tried again.
 */
public final class ConstructorRules {
    private enum Inlined {
        NONE,
        OF_NEW_OBJECTS,
        OF_SUPERCLASSES
    }

    private final Inlined inlined;
    private final Set<String> kept = new HashSet<>();

    private ConstructorRules(Inlined inlined) {
        this.inlined = inlined;
    }

    /** No constructor is inlined. */
    public static ConstructorRules none() {
        return new ConstructorRules(Inlined.NONE);
    }

    /** Constructors are inlined until {@link #learn} finds that they should not have been. */
    public static ConstructorRules optimistic() {
        return new ConstructorRules(Inlined.OF_NEW_OBJECTS);
    }

    /** In a constructor, those of the same object are inlined: {@code super(...)} and {@code this(...)}. */
    public static ConstructorRules ofSuperclasses() {
        return new ConstructorRules(Inlined.OF_SUPERCLASSES);
    }

    boolean mayInline(Instruction call, Class<?> declaring) {
        Instruction allocation = call.operand(0).definition();
        if (inlined == Inlined.OF_SUPERCLASSES) {
            return (allocation == null || allocation.opCode() != OpCode.NEW) && !isPlatformException(declaring);
        }
        return inlined == Inlined.OF_NEW_OBJECTS
                && allocation != null
                && allocation.opCode() == OpCode.NEW
                && !kept.contains(key(allocation))
                && !Throwable.class.isAssignableFrom(declaring)
                && !hasFinalizer(declaring);
    }

    /** Whether the method is a constructor of an exception of the JDK, which keeps message and cause and looks at the stack. */
    static boolean isOfPlatformException(Executable method) {
        return method instanceof Constructor<?> && isPlatformException(method.getDeclaringClass());
    }

    private static boolean isPlatformException(Class<?> type) {
        return Throwable.class.isAssignableFrom(type) && type.getName().startsWith("java.");
    }

    /** Objects of such classes escape to the finalizer thread. */
    private static boolean hasFinalizer(Class<?> type) {
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            try {
                for (Method method : each.getDeclaredMethods()) {
                    if (method.getName().equals("finalize") && method.getParameterCount() == 0) {
                        return true;
                    }
                }
            } catch (LinkageError _) {
                return true;
            }
        }
        return false;
    }

    /** Notes which objects are left and used without their constructor; true if there are any, so that the function must be done again. */
    public boolean learn(Function function) {
        Set<Instruction> allocations = new HashSet<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.NEW) {
                    allocations.add(instruction);
                }
            }
        }
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.INVOKE_SPECIAL
                        && instruction.method().name().equals("<init>")) {
                    Instruction allocation = instruction.operand(0).definition();
                    if (allocation != null
                            && allocation.opCode() == OpCode.NEW
                            && instruction.method().owner().equals(allocation.classAttribute())) {
                        allocations.remove(allocation);
                    }
                }
            }
        }
        Set<Value> used = new HashSet<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                used.addAll(instruction.operands());
            }
            used.addAll(block.terminator().operands());
            for (Edge edge : block.edges()) {
                used.addAll(edge.arguments());
            }
        }
        allocations.removeIf(allocation -> !used.contains(allocation.value()));
        for (Instruction allocation : allocations) {
            kept.add(key(allocation));
        }
        return !allocations.isEmpty();
    }

    /** The same for the same allocation whenever the function is transformed anew. */
    private static String key(Instruction allocation) {
        return allocation.classAttribute().descriptorString() + " " + allocation.position();
    }
}
