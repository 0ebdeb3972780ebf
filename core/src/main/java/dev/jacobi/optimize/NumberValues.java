package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Location;
import dev.jacobi.analysis.Memory;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import dev.jacobi.optimize.ComparisonFacts.Comparison;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Global value numbering: an instruction that a dominating one has already computed, checked or loaded gives way to it, a load gives way
 * to the value that a store left there, and a condition that a dominating branch has decided becomes a constant.
 *
 * <p>Operands of integer operations are exchanged to find more; of floating-point operations not, because of two NaN the first is
 * handed on. Volatile fields are left alone. A value that only exists if an instruction did not throw is not used by its handlers.
 */
public final class NumberValues extends DominatorWalk {
    // These are looked up for each instruction in each run: what records have by themselves is several times slower.
    private record Computation(OpCode opCode, @Nullable Object attribute, List<Value> operands, int hash) {
        Computation(OpCode opCode, @Nullable Object attribute, List<Value> operands) {
            this(opCode, attribute, operands, hash(opCode, attribute, operands));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Computation that
                    && opCode == that.opCode
                    && operands.equals(that.operands)
                    && Objects.equals(attribute, that.attribute);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @SuppressWarnings("EnumOrdinal") // the same in each JVM, unlike its hash code
        private static int hash(OpCode opCode, @Nullable Object attribute, List<Value> operands) {
            int hash = opCode.ordinal();
            for (int index = 0; index < operands.size(); index++) {
                hash = 31 * hash + operands.get(index).id();
            }
            // Beside operands attributes tell little more, and those of calls are long.
            return operands.isEmpty() && attribute != null ? 31 * hash + attribute.hashCode() : hash;
        }
    }

    private record Content(
            String region, @Nullable Value base, @Nullable Object index, MemoryVersions.Version version) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Content that
                    && base == that.base
                    && version == that.version
                    && Objects.equals(index, that.index)
                    && region.equals(that.region);
        }

        @Override
        public int hashCode() {
            int ofIndex = index == null ? 0 : index.hashCode();
            int ofBase = base == null ? 0 : base.hashCode();
            return 31 * (31 * (31 * region.hashCode() + ofBase) + ofIndex) + version.hashCode();
        }
    }

    private record Bits(long bits, boolean isDouble) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bits that && bits == that.bits && isDouble == that.isDouble;
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(bits) + Boolean.hashCode(isDouble);
        }
    }

    /** An addition to an adjoint is kept apart from one that must be made as it is. */
    private enum AdjointSum {
        INSTANCE
    }

    private final Function function;
    private final ClassKnowledge classes;
    private final Memory memory;
    private final MemoryVersions versions;
    private final ValueMap<Value> replacements = new ValueMap<>();
    private boolean changed;

    private NumberValues(Function function, Dominators dominators, boolean parametersDistinct, ClassKnowledge classes) {
        super(dominators);
        this.function = function;
        this.classes = classes;
        this.memory = Memory.of(function, parametersDistinct, classes);
        this.versions = new MemoryVersions(function, memory, dominators);
    }

    public static boolean run(Function function) {
        return run(function, false, ClassKnowledge.PLATFORM);
    }

    public static boolean run(Function function, ClassKnowledge classes) {
        return run(function, false, classes);
    }

    public static boolean run(Function function, boolean parametersDistinct, ClassKnowledge classes) {
        NumberValues pass = new NumberValues(function, Dominators.of(function), parametersDistinct, classes);
        pass.walk();
        function.replaceValues(pass.replacements);
        return pass.changed;
    }

    private Value current(Value value) {
        return value.resolve(replacements);
    }

    @Override
    void enter(Block block, @Nullable Block dominator) {
        versions.enter(block);
        if (dominator != null) {
            learnFromBranch(dominator, block);
        }
        List<Instruction> kept = new ArrayList<>();
        boolean changedHere = false;
        for (Instruction instruction : block.instructions()) {
            // What has gone by now is known to the analysis of memory by its old operands, which are equal.
            boolean last = instruction.mayThrow()
                    && instruction == block.instructions().getLast();
            Instruction replacement = visit(block, instruction, last);
            if (replacement == instruction) {
                kept.add(instruction);
            } else {
                changedHere = true;
                if (replacement != null) {
                    kept.add(replacement);
                }
            }
        }
        if (changedHere) {
            block.setInstructions(kept);
            changed = true;
        }
        if (block.terminator() instanceof Branch branch
                && get(current(branch.condition())) instanceof Boolean decided) {
            block.setTerminator(new Jump(decided ? branch.ifTrue() : branch.ifFalse(), branch.position()));
            changed = true;
        }
    }

    @Override
    void leave(Block block) {
        versions.leave();
    }

    private void learnFromBranch(Block from, Block block) {
        if (!(from.terminator() instanceof Branch(Value condition, Edge ifTrue, Edge ifFalse, var _))
                || ifTrue.target() == ifFalse.target()
                || dominators().order().predecessors(block).size() != 1) {
            return;
        }
        if (ifTrue.target() != block && ifFalse.target() != block) {
            return;
        }
        boolean truth = ifTrue.target() == block;
        Value decided = current(condition);
        put(decided, truth);
        Instruction definition = decided.definition();
        if (definition != null && definition.opCode().isComparison()) {
            Comparison comparison = ComparisonFacts.normal(
                    definition.opCode(), current(definition.operand(0)), current(definition.operand(1)));
            ComparisonFacts.derive(comparison, truth, this::put);
        }
    }

    /** The instruction to keep here: itself, a constant, or null for none. */
    private @Nullable Instruction visit(Block block, Instruction instruction, boolean last) {
        Location location = Location.of(instruction);
        if (location != null && !memory.isVolatile(location)) {
            return access(block, instruction, location, last) ? instruction : null;
        }
        if (memory.mayWrite(instruction)) {
            versions.write(instruction);
        }
        if (!isNumbered(instruction)) {
            return instruction;
        }
        if (instruction.opCode().isComparison()) {
            Comparison comparison = ComparisonFacts.normal(
                    instruction.opCode(), current(instruction.operand(0)), current(instruction.operand(1)));
            if (get(comparison) instanceof Boolean decided) {
                Instruction constant =
                        function.newInstruction(OpCode.CONSTANT, decided ? 1 : 0, List.of(), instruction.position());
                replacements.put(instruction.value(), constant.value());
                return constant;
            }
        }
        Computation key = key(instruction);
        Object known = get(key);
        if (known == null) {
            putIfCompleted(block, last, key, instruction.result() == null ? instruction : instruction.value());
            return instruction;
        }
        if (known instanceof Value value) {
            boolean isStep = instruction.isUnorderedStep() || instruction.isIndependentStep();
            if (isStep && value.definition() instanceof Instruction kept) {
                // It may be what a body computed for itself, as i + 1 for a neighbour.
                kept.setUnorderedStep(kept.isUnorderedStep() || instruction.isUnorderedStep());
                kept.setIndependentStep(kept.isIndependentStep() || instruction.isIndependentStep());
            }
            replacements.put(instruction.value(), value);
        }
        return null;
    }

    private static boolean isNumbered(Instruction instruction) {
        return switch (instruction.opCode().effect()) {
            case PURE -> true;
            case CALL ->
                instruction.opCode() == OpCode.LOAD_CONSTANT
                        && (instruction.attribute() instanceof ClassDesc
                                || instruction.attribute() instanceof MethodTypeDesc);
            default -> false;
        };
    }

    private Computation key(Instruction instruction) {
        List<Value> operands = Value.replace(instruction.operands(), replacements);
        if (instruction.opCode().isComparison()) {
            Comparison normal = ComparisonFacts.normal(instruction.opCode(), operands.get(0), operands.get(1));
            return new Computation(normal.opCode(), null, List.of(normal.left(), normal.right()));
        }
        boolean commutes = switch (instruction.opCode()) {
            case ADD, MUL, AND, OR, XOR -> !operands.getFirst().type().isFloatingPoint();
            default -> false;
        };
        if (commutes && operands.get(0).id() > operands.get(1).id()) {
            operands = operands.reversed();
        }
        return new Computation(instruction.opCode(), attributeOfKey(instruction), operands);
    }

    private static @Nullable Object attributeOfKey(Instruction instruction) {
        Object attribute = instruction.attribute();
        if (attribute instanceof Double number) {
            return new Bits(Double.doubleToRawLongBits(number), true);
        }
        if (attribute instanceof Float number) {
            return new Bits(Float.floatToRawIntBits(number), false);
        }
        return attribute == null && instruction.isAdjointSum() ? AdjointSum.INSTANCE : attribute;
    }

    /** Whether a load or store stays. */
    private boolean access(Block block, Instruction instruction, Location original, boolean last) {
        Location location = new Location(
                original.region(),
                original.base() == null ? null : current(original.base()),
                original.index() == null ? null : current(original.index()),
                original.field());
        if (instruction.opCode().effect() == OpCode.Effect.WRITE) {
            Value stored = current(instruction.operands().getLast());
            if (!instruction.mayThrow()
                    && location.keepsAllBits()
                    && !memory.isBarrier(instruction)
                    && !instruction.isNoted()
                    && get(content(location, versions.of(location))) == stored) {
                return false;
            }
            versions.write(instruction);
            if (location.keepsAllBits() && !memory.isBarrier(instruction)) {
                putIfCompleted(block, last, content(location, versions.latest(location)), stored);
            }
            return true;
        }
        if (memory.isBarrier(instruction)) {
            versions.write(instruction);
        }
        Content content = content(location, versions.of(location));
        if (get(content) instanceof Value known
                && fits(known, instruction.value().type())) {
            replacements.put(instruction.value(), known);
            return false;
        }
        putIfCompleted(block, last, content, instruction.value());
        return true;
    }

    private static Content content(Location location, MemoryVersions.Version version) {
        Value base = location.base();
        while (base != null && base.isResultOf(OpCode.CHECK_CAST)) {
            Instruction cast = base.definition();
            base = cast == null ? null : cast.operand(0);
        }
        Value index = location.index();
        Object key = index == null ? null : Constants.of(index) instanceof Integer number ? number : index;
        return new Content(location.region(), base, key, version);
    }

    private boolean fits(Value value, Type type) {
        return value.type().kind() == type.kind()
                && (!type.isReference()
                        || value.type().equals(type)
                        || Constants.isNull(value)
                        || classes.isAlways(value.type(), type.descriptor()));
    }
}
