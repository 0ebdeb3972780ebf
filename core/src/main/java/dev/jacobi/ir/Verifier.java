package dev.jacobi.ir;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a function is well formed: the rules of {@code docs/ir.md}. A violation is a bug in the pass that ran last, so it is
 * {@link Refusal#INTERNAL}; the message names function, block, instruction and rule as {@link Printer} numbers them.
 *
 * <p>Not checked: whether classes of references are assignable to each other, and whether an object is initialised before it is used.
 * In blocks that the entry does not reach, definitions need not come before uses.
 */
public final class Verifier {
    private final Function function;
    private final Set<Block> blocks;
    /** Where each value is defined in its block: 0 for a parameter, 1 for the result of the first instruction. */
    private final Map<Value, Integer> definedAt = new HashMap<>();

    private Verifier(Function function) {
        this.function = function;
        this.blocks = new HashSet<>(function.blocks());
    }

    /** Throws a {@link JacobiException} if the function is not well formed. */
    public static void verify(Function function) {
        new Verifier(function).verify();
    }

    private void verify() {
        if (function.blocks().isEmpty()) {
            throw violation("", "a function has at least one block", null);
        }
        function.blocks().forEach(this::definitions);
        function.blocks().forEach(this::edges);
        DominanceCheck dominance = new DominanceCheck(function);
        for (Block block : function.blocks()) {
            uses(block, dominance);
            for (Instruction instruction : block.instructions()) {
                String violated = OperandRules.violation(instruction);
                if (violated != null) {
                    throw violation(instruction, violated);
                }
            }
            terminator(block);
            handlers(block);
        }
    }

    private void definitions(Block block) {
        if (block.function() != function) {
            throw violation(block, "the block belongs to the function " + block.function());
        }
        for (Value parameter : block.parameters()) {
            if (definedAt.putIfAbsent(parameter, 0) != null || parameter.parameterOf() != block) {
                throw violation(block, printer().value(parameter) + " is not defined by this block alone");
            }
        }
        int position = 0;
        for (Instruction instruction : block.instructions()) {
            position++;
            if (instruction.block() != block) {
                throw violation(
                        block, printer().instruction(instruction), "its block() is " + instruction.block(), null);
            }
            Value result = instruction.result();
            if (result != null
                    && (definedAt.putIfAbsent(result, position) != null || result.definition() != instruction)) {
                throw violation(instruction, printer().value(result) + " is not defined by this instruction alone");
            }
        }
        if (!block.isTerminated()) {
            throw violation(block, "the block has no terminator");
        }
    }

    private void edges(Block block) {
        for (Edge edge : block.terminator().edges()) {
            edge(
                    block,
                    () -> printer().terminator(block.terminator()),
                    edge,
                    edge.target().parameters());
        }
        for (Handler handler : block.handlers()) {
            Supplier<String> text = () -> printer().handler(handler);
            List<Value> parameters = handler.edge().target().parameters();
            if (parameters.isEmpty() || !parameters.getFirst().type().isReference()) {
                throw violation(block, text.get(), "the first parameter of a handler takes the exception", null);
            }
            edge(block, text, handler.edge(), parameters.subList(1, parameters.size()));
        }
    }

    private void edge(Block block, Supplier<String> text, Edge edge, List<Value> parameters) {
        if (!blocks.contains(edge.target())) {
            throw violation(
                    block, text.get(), printer().block(edge.target()) + " is not a block of the function", null);
        }
        if (edge.target() == function.entry()) {
            throw violation(block, text.get(), "no edge may lead to the entry", null);
        }
        if (edge.arguments().size() != parameters.size()) {
            throw violation(
                    block,
                    text.get(),
                    printer().block(edge.target()) + " takes " + parameters.size() + " arguments, not "
                            + edge.arguments().size(),
                    null);
        }
        for (int i = 0; i < parameters.size(); i++) {
            Kind expected = parameters.get(i).type().kind();
            Kind actual = edge.arguments().get(i).type().kind();
            if (expected != actual) {
                throw violation(
                        block,
                        text.get(),
                        "argument " + printer().value(edge.arguments().get(i)) + " to "
                                + printer().block(edge.target())
                                + " is "
                                + OperandRules.name(actual) + ", not " + OperandRules.name(expected),
                        null);
            }
        }
    }

    private void uses(Block block, DominanceCheck dominance) {
        int position = 0;
        for (Instruction instruction : block.instructions()) {
            position++;
            for (Value operand : instruction.operands()) {
                use(
                        block,
                        () -> printer().instruction(instruction),
                        operand,
                        position,
                        instruction.position(),
                        dominance);
            }
        }
        Terminator terminator = block.terminator();
        int end = position + 1;
        Supplier<String> text = () -> printer().terminator(terminator);
        terminator.operands().forEach(value -> use(block, text, value, end, terminator.position(), dominance));
        terminator
                .edges()
                .forEach(edge -> edge.arguments()
                        .forEach(value -> use(block, text, value, end, terminator.position(), dominance)));
        for (Handler handler : block.handlers()) {
            for (Value argument : handler.edge().arguments()) {
                use(block, () -> printer().handler(handler), argument, end, null, dominance);
            }
        }
    }

    private void use(
            Block block,
            Supplier<String> text,
            Value value,
            int position,
            @Nullable SourcePosition source,
            DominanceCheck dominance) {
        Integer definition = definedAt.get(value);
        if (definition == null) {
            throw violation(block, text.get(), printer().value(value) + " is not defined in the function", source);
        }
        boolean before = value.block() == block
                ? definition < position
                : !dominance.isReachable(block) || dominance.dominates(value.block(), block);
        if (!before && dominance.isReachable(block)) {
            throw violation(
                    block,
                    text.get(),
                    "the definition of " + printer().value(value) + " does not dominate this use",
                    source);
        }
    }

    private void terminator(Block block) {
        Terminator terminator = block.terminator();
        String violated = switch (terminator) {
            case Jump _ -> null;
            case Branch branch -> kind(branch.condition(), Kind.INT, "the condition");
            case Switch choice -> kind(choice.selector(), Kind.INT, "the selector");
            case Throw thrown -> kind(thrown.exception(), Kind.REFERENCE, "the exception");
            case Return(Value value, var _) ->
                value == null
                        ? function.returnType().equals(Type.VOID)
                                ? null
                                : "the function returns " + function.returnType()
                        : kind(value, function.returnType().kind(), "the returned value");
        };
        if (violated != null) {
            throw violation(block, printer().terminator(terminator), violated, terminator.position());
        }
    }

    private static @Nullable String kind(Value value, Kind expected, String what) {
        Kind actual = value.type().kind();
        return actual == expected
                ? null
                : what + " must be " + OperandRules.name(expected) + ", not " + OperandRules.name(actual);
    }

    /** At most one instruction throws, it is the last, and handlers do not see its result. */
    private void handlers(Block block) {
        if (block.handlers().isEmpty()) {
            return;
        }
        for (Instruction instruction : block.instructions()) {
            if (!instruction.mayThrow()) {
                continue;
            }
            if (instruction != block.instructions().getLast()) {
                throw violation(instruction, "in a block with handlers, only the last instruction may throw");
            }
            if (block.terminator() instanceof Throw) {
                throw violation(
                        instruction, "in a block with handlers, no instruction may throw besides the terminator");
            }
            for (Handler handler : block.handlers()) {
                if (instruction.result() != null && handler.edge().arguments().contains(instruction.result())) {
                    throw violation(
                            block,
                            printer().handler(handler),
                            "the result of the instruction that throws is not defined in its handler",
                            instruction.position());
                }
            }
        }
    }

    private Printer printer() {
        return new Printer(function, Printer.Options.PLAIN);
    }

    private JacobiException violation(Instruction instruction, String rule) {
        Block block = instruction.block();
        String where = block == null ? "" : printer().block(block) + ": ";
        return violation(where + printer().instruction(instruction), rule, instruction.position());
    }

    private JacobiException violation(Block block, String rule) {
        return violation(printer().block(block), rule, null);
    }

    private JacobiException violation(Block block, String text, String rule, @Nullable SourcePosition position) {
        return violation(printer().block(block) + ": " + text, rule, position);
    }

    private JacobiException violation(String place, String rule, @Nullable SourcePosition position) {
        String what = "the IR of " + function.name() + " is not well formed: " + (place.isEmpty() ? "" : place + "\n  ")
                + rule;
        return new JacobiException(Refusal.INTERNAL, what, position == null ? null : position.toString());
    }
}
