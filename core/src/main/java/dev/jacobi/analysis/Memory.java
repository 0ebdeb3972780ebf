package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.DynamicConstantDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which memory an instruction may read and write, and whether two accesses may meet.
 *
 * <p>Used are: the kinds of components and the names of fields; where references come from ({@link Origins}); what has not escaped
 * ({@link Escapes}); final fields; constant indices, and at one moment indices that differ by a constant. Calls may do anything to
 * what is not kept from them. What is not done: ranges of indices, and calls known to write nothing.
 *
 * <p>{@code parametersDistinct} is a promise of the caller that no two array parameters of the function are the same object. It says
 * nothing of the arrays inside of nested arrays.
 */
public final class Memory {
    private final Function function;
    private final boolean parametersDistinct;
    private final ClassKnowledge classes;
    private final Origins origins;
    private final Escapes escapes;
    private @Nullable List<Instruction> writers;
    private final Map<Loop, List<Instruction>> writersOfLoop = new HashMap<>();
    private final Map<Block, BitSet> reachedFrom = new HashMap<>();

    private Memory(Function function, boolean parametersDistinct, ClassKnowledge classes) {
        this.function = function;
        this.parametersDistinct = parametersDistinct;
        this.classes = classes;
        this.origins = Origins.of(function);
        this.escapes = Escapes.of(function, origins);
    }

    public static Memory of(Function function) {
        return of(function, false, ClassKnowledge.PLATFORM);
    }

    public static Memory of(Function function, boolean parametersDistinct, ClassKnowledge classes) {
        return new Memory(function, parametersDistinct, classes);
    }

    public Origins origins() {
        return origins;
    }

    public Escapes escapes() {
        return escapes;
    }

    /** Whether the two references may be the same object, not null, at any time. */
    public boolean mayBeSame(Value one, Value other) {
        if (one == other) {
            return true;
        }
        if (areDisjoint(one.type(), other.type())) {
            return false;
        }
        if (!origins.isComplete(one) || !origins.isComplete(other)) {
            return true;
        }
        for (Value origin : origins.of(one)) {
            for (Value otherOrigin : origins.of(other)) {
                if (originsMayBeSame(origin, otherOrigin)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean originsMayBeSame(Value one, Value other) {
        if (one == other) {
            return true;
        }
        if (isAllocation(one)) {
            return escapes.isCaptured(one) && isObtained(other);
        }
        if (isAllocation(other)) {
            return escapes.isCaptured(other) && isObtained(one);
        }
        boolean parameters = isParameter(one) && isParameter(other);
        if (parameters
                && parametersDistinct
                && one.type().isArray()
                && other.type().isArray()) {
            return false;
        }
        return !areDisjoint(one.type(), other.type());
    }

    private static boolean isAllocation(Value value) {
        Instruction definition = value.definition();
        return definition != null && definition.opCode().effect() == OpCode.Effect.ALLOCATE;
    }

    private boolean isParameter(Value value) {
        return value.parameterOf() == function.entry();
    }

    /** Whether the origin is a load, the result of a call, or a caught exception, so that it may be an object made here. */
    private boolean isObtained(Value origin) {
        Instruction definition = origin.definition();
        if (definition == null) {
            return !isParameter(origin);
        }
        return switch (definition.opCode()) {
            case CONSTANT, EMBED, NEW, NEW_ARRAY, NEW_MULTI_ARRAY -> false;
            default -> true;
        };
    }

    /** Whether no object is of both types, which is certain only of arrays with primitive components at the bottom. */
    static boolean areDisjoint(Type one, Type other) {
        if (!one.isArray() || !other.isArray() || one.equals(other)) {
            return false;
        }
        String a = one.descriptor().descriptorString();
        String b = other.descriptor().descriptorString();
        boolean primitiveA = !a.endsWith(";");
        boolean primitiveB = !b.endsWith(";");
        if (primitiveA && primitiveB) {
            return !a.equals(b);
        }
        int dimensionsA = a.lastIndexOf('[') + 1;
        int dimensionsB = b.lastIndexOf('[') + 1;
        return primitiveA && dimensionsB >= dimensionsA || primitiveB && dimensionsA >= dimensionsB;
    }

    /** Whether the reference is, for certain, an object made here that no code outside can reach while the function runs. */
    public boolean isPrivate(Value reference) {
        if (!origins.isComplete(reference)) {
            return false;
        }
        for (Value origin : origins.of(reference)) {
            if (!isAllocation(origin) || escapes.isVisible(origin)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the instruction may write memory, its own allocation apart. */
    public boolean mayWrite(Instruction instruction) {
        return instruction.opCode().effect() == OpCode.Effect.WRITE || isBarrier(instruction);
    }

    /** Whether the instruction may read and write all memory that is not private, as a call does. */
    public boolean isBarrier(Instruction instruction) {
        return switch (instruction.opCode()) {
            case LOAD_CONSTANT -> instruction.attribute() instanceof DynamicConstantDesc<?>;
            case NEW -> mayInitialize(instruction, instruction.classAttribute());
            case GET_STATIC, PUT_STATIC ->
                classes.mayBeVolatile(instruction.field())
                        || mayInitialize(instruction, instruction.field().owner());
            case GET_FIELD, PUT_FIELD ->
                classes.mayBeVolatile(instruction.field()) && !isPrivate(instruction.operand(0));
            default -> instruction.opCode().effect() == OpCode.Effect.CALL;
        };
    }

    private boolean mayInitialize(Instruction instruction, ClassDesc owner) {
        return !instruction.isProved()
                && !classes.isInitializationSilent(owner)
                && (function.origin() == null || !function.origin().owner().equals(owner));
    }

    /** Whether a load may give another value than the last store or load of the same location showed, without a write here. */
    public boolean isVolatile(Location location) {
        return location.field() != null
                && classes.mayBeVolatile(location.field())
                && (location.base() == null || !isPrivate(location.base()));
    }

    /** Whether the instruction may write the location, each executed at any time. */
    public boolean mayWrite(Instruction writer, Location location) {
        return mayWrite(writer, location, false);
    }

    /**
     * Whether the instruction may write the location.
     *
     * @param sameMoment whether equal values are equal numbers: no way back along a loop lies between the two accesses
     */
    public boolean mayWrite(Instruction writer, Location location, boolean sameMoment) {
        if (writer.opCode().effect() == OpCode.Effect.WRITE) {
            Location written = Location.of(writer);
            if (written != null && mayMeet(written, location, sameMoment)) {
                return true;
            }
        }
        return isBarrier(writer) && !isKeptFromCalls(location);
    }

    private boolean isKeptFromCalls(Location location) {
        Value base = location.base();
        if (base != null && isPrivate(base)) {
            return true;
        }
        return location.field() != null && classes.isFinal(location.field()) && isConstructed(location);
    }

    /** Whether no constructor of the object may still be at work. */
    private boolean isConstructed(Location location) {
        Value base = location.base();
        if (base == null
                || function.origin() != null && function.origin().name().startsWith("<")
                || !origins.isComplete(base)) {
            return false;
        }
        return origins.of(base).stream().noneMatch(Memory::isAllocation);
    }

    /** Whether the two locations may be the same piece of memory. */
    public boolean mayMeet(Location one, Location other, boolean sameMoment) {
        if (!one.region().equals(other.region())) {
            return false;
        }
        Value index = one.index();
        Value otherIndex = other.index();
        if (index != null && otherIndex != null && Offset.of(index).differs(Offset.of(otherIndex), sameMoment)) {
            return false;
        }
        Value base = one.base();
        Value otherBase = other.base();
        return base == null || otherBase == null || mayBeSame(base, otherBase);
    }

    /** Whether the two locations are for certain the same piece of memory, if they are accessed at one moment. */
    public static boolean isSame(Location one, Location other) {
        return one.region().equals(other.region())
                && one.base() == other.base()
                && (one.index() == other.index()
                        || one.index() != null
                                && other.index() != null
                                && Offset.of(one.index()).equals(Offset.of(other.index())));
    }

    /** Whether the two instructions, loads, stores or calls, may touch the same memory. */
    public boolean mayAlias(Instruction one, Instruction other) {
        Location location = Location.of(one);
        Location otherLocation = Location.of(other);
        if (location == null && otherLocation == null) {
            return isBarrier(one) && isBarrier(other);
        }
        if (location != null && otherLocation != null && mayMeet(location, otherLocation, false)) {
            return true;
        }
        return location != null && isBarrier(other) && !isKeptFromCalls(location)
                || otherLocation != null && isBarrier(one) && !isKeptFromCalls(otherLocation);
    }

    /** Whether the memory that {@code load} reads may be written while the loop runs. */
    public boolean mayBeOverwrittenIn(Loop loop, Instruction load) {
        Location location = require(load);
        if (isVolatile(location)) {
            return true;
        }
        List<Instruction> writers = writersOfLoop.get(loop);
        if (writers == null) {
            writers = findWriters(loop.blocks());
            writersOfLoop.put(loop, writers);
        }
        for (Instruction writer : writers) {
            if (mayWrite(writer, location)) {
                return true;
            }
        }
        return false;
    }

    private List<Instruction> findWriters(Iterable<Block> blocks) {
        List<Instruction> found = new ArrayList<>();
        for (Block block : blocks) {
            for (Instruction instruction : block.instructions()) {
                if (mayWrite(instruction)) {
                    found.add(instruction);
                }
            }
        }
        return found;
    }

    /** Whether the memory that {@code load} reads may be written between a time it reads it and the end of the function. */
    public boolean mayBeOverwrittenAfter(Instruction load) {
        Location location = require(load);
        if (isVolatile(location)) {
            return true;
        }
        if (writers == null) {
            writers = findWriters(function.blocks());
        }
        for (Instruction writer : writers) {
            if (mayWrite(writer, location) && mayFollow(load, writer)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code later} may run after {@code earlier} did. */
    public boolean mayFollow(Instruction earlier, Instruction later) {
        Block from = block(earlier);
        Block to = block(later);
        if (reachedFrom.computeIfAbsent(from, Memory::reach).get(to.id())) {
            return true;
        }
        return from == to
                && from.instructions().indexOf(later) > from.instructions().indexOf(earlier);
    }

    /** The blocks to which a way of at least one edge leads. */
    private static BitSet reach(Block from) {
        BitSet reached = new BitSet();
        List<Block> open = new ArrayList<>(List.of(from));
        while (!open.isEmpty()) {
            for (Block successor : open.removeLast().successors()) {
                if (!reached.get(successor.id())) {
                    reached.set(successor.id());
                    open.add(successor);
                }
            }
        }
        return reached;
    }

    private static Block block(Instruction instruction) {
        Block block = instruction.block();
        if (block == null) {
            throw new IllegalArgumentException(instruction.opCode().mnemonic() + " was removed");
        }
        return block;
    }

    private static Location require(Instruction load) {
        Location location = Location.of(load);
        if (location == null) {
            throw new IllegalArgumentException(load.opCode().mnemonic() + " does not read memory");
        }
        return location;
    }

    /** The allocations of the function. */
    public Set<Value> allocations() {
        return escapes.allocations();
    }
}
