package dev.jacobi.autodiff.reverse;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What in a reverse derivative depends on the adjoints that go in: numbers computed with them, and the arrays that hold such numbers. All else, the primal and its tape among it, is
 * the same whatever the adjoints are.
 *
 * <p>Shadows of all adjoints have one shape, that of their primals: their lengths, and which of their rows are null, do not depend on the adjoint.
 */
final class AdjointDependence {
    /** Classes whose static methods do what they do to the arrays among their arguments, and to nothing else, or give arrays that nobody else has. */
    private static final Set<String> OF_ARGUMENTS_ALONE = Set.of(
            "java.lang.Math",
            "java.lang.StrictMath",
            "java.util.Arrays",
            "dev.jacobi.runtime.ArrayAdjoints",
            "dev.jacobi.runtime.Scratch");

    private final Function function;
    private final String display;
    private final Map<Block, List<Block>> predecessors;
    private final ValueSet dependent = new ValueSet();
    private boolean changed;

    /**
     * @param adjoints the parameters that are shadows or seeds
     * @param display the method that was differentiated, in messages
     * @throws JacobiException if something cannot be done for each adjoint
     */
    AdjointDependence(Function function, List<Value> adjoints, String display) {
        this.function = function;
        this.display = display;
        predecessors = function.predecessors();
        adjoints.forEach(dependent::add);
        do {
            changed = false;
            for (Block block : function.blocks()) {
                block.instructions().forEach(this::follow);
                for (Edge edge : block.edges()) {
                    follow(edge);
                }
            }
        } while (changed);
        function.blocks().forEach(this::check);
    }

    boolean contains(Value value) {
        return dependent.contains(value);
    }

    /** Whether an instruction is done for each adjoint. */
    boolean isDone(Instruction instruction) {
        return instruction.result() == null ? usesDependent(instruction) : contains(instruction.value());
    }

    private boolean usesDependent(Instruction instruction) {
        return instruction.operands().stream().anyMatch(dependent::contains);
    }

    private void follow(Instruction instruction) {
        if (SeveralAdjoints.isMark(instruction) || !usesDependent(instruction)) {
            return;
        }
        if (instruction.result() != null && !isOfShape(instruction)) {
            add(instruction.value());
        }
        switch (instruction.opCode()) {
            // An array is each adjoint's own if what is stored there is, and so are the rows of such an array, and what
            // may be taken for it. A call may write any of its arrays.
            case ARRAY_STORE, SELECT, INVOKE_STATIC, INVOKE_VIRTUAL -> addReferences(instruction);
            default -> {}
        }
    }

    private void addReferences(Instruction instruction) {
        for (Value operand : instruction.operands()) {
            if (operand.type().isReference()) {
                addReference(operand, instruction.position());
            }
        }
    }

    private void follow(Edge edge) {
        List<Value> parameters = edge.target().parameters();
        int first = parameters.size() - edge.arguments().size();
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value argument = edge.arguments().get(index);
            Value parameter = parameters.get(first + index);
            if (contains(argument)) {
                add(parameter);
            } else if (contains(parameter) && parameter.type().isReference()) {
                addReference(argument, null);
            }
        }
    }

    private void add(Value value) {
        changed |= dependent.add(value);
    }

    /** That each adjoint has an array of its own where this one is: it, and where it comes from. */
    private void addReference(Value reference, @Nullable SourcePosition use) {
        if (contains(reference) || Constants.isNull(reference)) {
            return;
        }
        Instruction definition = reference.definition();
        if (definition == null) {
            if (reference.block() == function.entry()) {
                throw refused("it stores what depends on an adjoint into an argument", use);
            }
            add(reference);
            passed(reference).forEach(argument -> addReference(argument, use));
            return;
        }
        add(reference);
        switch (definition.opCode()) {
            case NEW_ARRAY, NEW_MULTI_ARRAY -> {}
            case ARRAY_LOAD, CHECK_CAST -> addReference(definition.operand(0), use);
            case SELECT -> {
                addReference(definition.operand(1), use);
                addReference(definition.operand(2), use);
            }
            case INVOKE_STATIC, INVOKE_VIRTUAL -> addReferences(definition);
            default ->
                throw refused("its adjoints get into what comes from " + nameOf(definition), definition.position());
        }
    }

    /** What the predecessors pass for a parameter of a block. */
    private List<Value> passed(Value parameter) {
        Block block = parameter.block();
        int index = block.parameters().indexOf(parameter);
        List<Value> passed = new ArrayList<>();
        for (Block predecessor : predecessors.getOrDefault(block, List.of())) {
            for (Edge edge : predecessor.edges()) {
                int place =
                        index - (block.parameters().size() - edge.arguments().size());
                if (edge.target() == block && place >= 0) {
                    passed.add(edge.arguments().get(place));
                }
            }
        }
        return passed;
    }

    /** Whether the result depends on the shapes of arrays alone. */
    private static boolean isOfShape(Instruction instruction) {
        return switch (instruction.opCode()) {
            case ARRAY_LENGTH -> true;
            case EQ, NE -> Constants.isNull(instruction.operand(0)) || Constants.isNull(instruction.operand(1));
            default -> false;
        };
    }

    private void check(Block block) {
        for (Instruction instruction : block.instructions()) {
            if (SeveralAdjoints.isMark(instruction) || !isDone(instruction)) {
                continue;
            }
            if (!canBeRepeated(instruction)) {
                throw refused("its adjoints get into " + nameOf(instruction), instruction.position());
            }
            if (instruction.mayThrow() && !block.handlers().isEmpty()) {
                throw refused("an exception is caught where adjoints are computed", instruction.position());
            }
        }
        for (Value operand : block.terminator().operands()) {
            if (contains(operand)) {
                throw refused(
                        "which way it goes depends on an adjoint",
                        block.terminator().position());
            }
        }
    }

    private boolean canBeRepeated(Instruction instruction) {
        return switch (instruction.opCode()) {
            case ARRAY_LOAD, ARRAY_STORE, NEW_ARRAY, NEW_MULTI_ARRAY, NULL_CHECK, CHECK_CAST -> true;
            case EQ, NE -> !instruction.operand(0).type().isReference();
            case INVOKE_VIRTUAL ->
                instruction.method().owner().isArray()
                        && instruction.method().name().equals("clone");
            case INVOKE_STATIC ->
                OF_ARGUMENTS_ALONE.contains(Type.name(instruction.method().owner()))
                        || instruction.method().signature().startsWith("java.lang.System.arraycopy")
                        || instruction.operands().stream()
                                .noneMatch(operand -> operand.type().isReference());
            default -> instruction.opCode().effect() == OpCode.Effect.PURE;
        };
    }

    private static String nameOf(Instruction instruction) {
        return switch (instruction.opCode()) {
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE ->
                instruction.method().owner().packageName().equals("dev.jacobi.runtime")
                        ? "an object or a collection"
                        : "the call " + instruction.method().signature();
            case INVOKE_FUNCTION -> "the call of " + instruction.function().name() + ", which was not inlined";
            case GET_FIELD, PUT_FIELD -> "a field";
            default -> "the operation " + instruction.opCode().mnemonic();
        };
    }

    private JacobiException refused(String obstacle, @Nullable SourcePosition position) {
        return new JacobiException(
                Refusal.SEVERAL_ADJOINTS,
                "cannot take several adjoints at once through " + display + ": " + obstacle,
                position == null ? null : position.toString());
    }
}
