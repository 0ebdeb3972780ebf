package dev.jacobi.ir;

import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Terminator.Throw;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes functions in the text form, whose grammar is in {@code docs/ir.md}; {@link Parser} reads it again.
 *
 * <p>Blocks and values are numbered densely in the order of the text, whatever their own numbers are, so equal functions have equal
 * texts. Embedded objects are shown by number and cannot be read again; where a function was lifted from is not shown. Functions
 * that are not well formed are printed too, for the messages of the {@link Verifier}.
 */
public final class Printer {

    /**
     * What is printed besides the code.
     *
     * @param positions whether each line ends with a comment that says where in the source it comes from
     */
    public record Options(boolean positions) {
        public static final Options PLAIN = new Options(false);
        public static final Options WITH_POSITIONS = new Options(true);
    }

    private static final String INDENT = "  ";

    private final Function function;
    private final Options options;
    private final Map<Value, Integer> values = new HashMap<>();
    private final Map<Block, Integer> blocks = new HashMap<>();
    private final AttributePrinter attributes = new AttributePrinter();
    private final StringBuilder out = new StringBuilder();

    Printer(Function function, Options options) {
        this.function = function;
        this.options = options;
        for (Block block : function.blocks()) {
            blocks.put(block, blocks.size());
            block.parameters().forEach(this::number);
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() != null) {
                    number(instruction.value());
                }
            }
        }
    }

    private void number(Value value) {
        values.putIfAbsent(value, values.size());
    }

    /** The text of one function. Functions that it calls by {@link OpCode#INVOKE_FUNCTION} are named only. */
    public static String print(Function function) {
        return print(function, Options.PLAIN);
    }

    public static String print(Function function, Options options) {
        return new Printer(function, options).print();
    }

    /** The texts of all functions, separated by empty lines. */
    public static String printAll(Collection<Function> functions) {
        return functions.stream().map(Printer::print).collect(Collectors.joining("\n"));
    }

    /** One instruction, with its values numbered as in the text of its function if it is in one. */
    public static String print(Instruction instruction) {
        Block block = instruction.block();
        Function function = block == null ? new Function("", null, Type.VOID) : block.function();
        return new Printer(function, Options.PLAIN).instruction(instruction);
    }

    private String print() {
        List<Value> parameters = function.blocks().isEmpty() ? List.of() : function.parameters();
        out.append("function ")
                .append(AttributePrinter.name(function.name()))
                .append(parameters(parameters))
                .append(": ")
                .append(type(function.returnType()))
                .append(" {\n");
        for (Block block : function.blocks()) {
            boolean withParameters =
                    block != function.entry() && !block.parameters().isEmpty();
            out.append(block(block))
                    .append(withParameters ? parameters(block.parameters()) : "")
                    .append(":\n");
            for (Instruction instruction : block.instructions()) {
                line(instruction(instruction), instruction.position());
            }
            if (block.isTerminated()) {
                line(terminator(block.terminator()), block.terminator().position());
            } else {
                line("<no terminator>", null);
            }
            block.handlers().forEach(handler -> line(handler(handler), null));
        }
        return out.append("}\n").toString();
    }

    private void line(String text, @Nullable SourcePosition position) {
        out.append(INDENT).append(text);
        if (options.positions() && position != null) {
            out.append("  // ").append(position);
        }
        out.append('\n');
    }

    private String parameters(List<Value> parameters) {
        return parameters.stream()
                .map(parameter -> value(parameter) + ": " + type(parameter.type()))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    String instruction(Instruction instruction) {
        StringBuilder text = new StringBuilder();
        if (instruction.result() != null) {
            text.append(value(instruction.value()))
                    .append(
                            showsType(instruction)
                                    ? ": " + type(instruction.value().type())
                                    : "")
                    .append(" = ");
        }
        text.append(instruction.opCode().mnemonic())
                .append(instruction.isProved() ? "!" : "")
                .append(instruction.isNoted() ? "~" : "")
                .append(instruction.isAdjointSum() ? "+" : "")
                .append(instruction.isUnorderedStep() ? "#" : "")
                .append(instruction.isIndependentStep() ? "=" : "");
        String attribute = attributes.print(instruction);
        if (!attribute.isEmpty()) {
            text.append(' ').append(attribute);
        }
        if (!instruction.operands().isEmpty()) {
            text.append(' ').append(values(instruction.operands()));
        }
        return text.toString();
    }

    /** The type is left out where the rest of the line says it: at literals, and where the operation always gives an int. */
    private static boolean showsType(Instruction instruction) {
        Type type = instruction.value().type();
        return switch (instruction.opCode().result()) {
            case INT -> !type.equals(Type.INT);
            case OF_ATTRIBUTE ->
                instruction.opCode() != OpCode.CONSTANT
                        || !type.equals(Instruction.resultType(OpCode.CONSTANT, instruction.attribute(), List.of()));
            default -> true;
        };
    }

    String terminator(Terminator terminator) {
        return switch (terminator) {
            case Jump jump -> "jump " + edge(jump.edge());
            case Branch branch ->
                "branch " + value(branch.condition()) + ", " + edge(branch.ifTrue()) + ", " + edge(branch.ifFalse());
            case Switch choice ->
                "switch " + value(choice.selector())
                        + choice.cases().entrySet().stream()
                                .map(entry -> ", " + entry.getKey() + ": " + edge(entry.getValue()))
                                .collect(Collectors.joining())
                        + ", default: " + edge(choice.otherwise());
            case Return(Value value, var _) -> value == null ? "return" : "return " + value(value);
            case Throw thrown -> "throw " + value(thrown.exception());
        };
    }

    String handler(Handler handler) {
        String caught = handler.catchType() == null ? "*" : AttributePrinter.type(handler.catchType());
        return "catch " + caught + " " + edge(handler.edge());
    }

    private String edge(Edge edge) {
        return block(edge.target()) + (edge.arguments().isEmpty() ? "" : "(" + values(edge.arguments()) + ")");
    }

    private String values(List<Value> list) {
        return list.stream().map(this::value).collect(Collectors.joining(", "));
    }

    /** The name of a value; {@code %?} and its own number if nothing in the function defines it. */
    String value(Value value) {
        Integer number = values.get(value);
        return number == null ? "%?" + value.id() : "%" + number;
    }

    /** The name of a block; {@code b?} and its own number if it is not in the function. */
    String block(Block block) {
        Integer number = blocks.get(block);
        return number == null ? "b?" + block.id() : "b" + number;
    }

    private static String type(Type type) {
        return AttributePrinter.type(type.descriptor());
    }
}
