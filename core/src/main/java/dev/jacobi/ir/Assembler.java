package dev.jacobi.ir;

import dev.jacobi.ir.Lexer.Token;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.Syntax.BlockText;
import dev.jacobi.ir.Syntax.EdgeText;
import dev.jacobi.ir.Syntax.FunctionText;
import dev.jacobi.ir.Syntax.InstructionText;
import dev.jacobi.ir.Syntax.ParameterText;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes functions of what the {@link Parser} has read: resolves the names of values, blocks and functions. */
final class Assembler implements Syntax.Names {
    private final Function function;
    private final FunctionText text;
    private final Map<String, Function> functions;
    private final Tokens tokens;
    private final Map<String, Block> blocks = new HashMap<>();
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, InstructionText> definitions = new HashMap<>();
    private final Map<InstructionText, Instruction> instructions = new HashMap<>();

    private Assembler(Function function, FunctionText text, Map<String, Function> functions, Tokens tokens) {
        this.function = function;
        this.text = text;
        this.functions = functions;
        this.tokens = tokens;
    }

    static List<Function> assemble(List<FunctionText> texts, Tokens tokens) {
        Map<String, Function> functions = new LinkedHashMap<>();
        for (FunctionText text : texts) {
            Function function = new Function(text.name().text(), null, text.returnType());
            if (functions.putIfAbsent(text.name().text(), function) != null) {
                throw tokens.error(text.name(), "there are two functions of this name");
            }
        }
        for (FunctionText text : texts) {
            Function function = Objects.requireNonNull(functions.get(text.name().text()));
            new Assembler(function, text, functions, tokens).assemble();
        }
        return List.copyOf(functions.values());
    }

    private void assemble() {
        for (BlockText blockText : text.blocks()) {
            Block block = function.newBlock();
            if (blocks.putIfAbsent(blockText.label().text(), block) != null) {
                throw tokens.error(blockText.label(), "there are two blocks of this name");
            }
            if (block == function.entry()) {
                if (!blockText.parameters().isEmpty()) {
                    throw tokens.error(
                            blockText.label(), "the parameters of the first block are those in the function's header");
                }
                parameters(block, text.parameters());
            }
            parameters(block, blockText.parameters());
            for (InstructionText instruction : blockText.instructions()) {
                Token result = instruction.result();
                if (result != null
                        && (values.containsKey(result.text())
                                || definitions.putIfAbsent(result.text(), instruction) != null)) {
                    throw tokens.error(result, "%" + result.text() + " is defined twice");
                }
            }
        }
        text.blocks().forEach(block -> block.instructions().forEach(this::make));
        for (BlockText blockText : text.blocks()) {
            Block block = Objects.requireNonNull(blocks.get(blockText.label().text()));
            blockText.instructions().forEach(instruction -> block.append(made(instruction)));
            block.setTerminator(blockText.terminator().resolve(this));
            block.setHandlers(blockText.handlers().stream()
                    .map(handler -> new Handler(handler.catchType(), edge(handler.edge())))
                    .toList());
        }
    }

    private void parameters(Block block, List<ParameterText> parameters) {
        for (ParameterText parameter : parameters) {
            String name = parameter.name().text();
            if (definitions.containsKey(name)
                    || values.putIfAbsent(name, block.addParameter(parameter.type())) != null) {
                throw tokens.error(parameter.name(), "%" + name + " is defined twice");
            }
        }
    }

    private Instruction made(InstructionText instruction) {
        return Objects.requireNonNull(instructions.get(instruction));
    }

    /** Makes an instruction, before it those that define its operands: their types decide on the type of the result. */
    private void make(InstructionText wanted) {
        Deque<InstructionText> open = new ArrayDeque<>(List.of(wanted));
        Set<InstructionText> waiting = new HashSet<>();
        while (!open.isEmpty()) {
            InstructionText next = open.peek();
            InstructionText missing = instructions.containsKey(next) ? null : missingOperand(next);
            if (missing != null) {
                waiting.add(next);
                if (waiting.contains(missing)) {
                    throw tokens.error(missing.mnemonic(), "the operands of this instruction depend on its own result");
                }
                open.push(missing);
            } else {
                open.pop();
                if (!instructions.containsKey(next)) {
                    instructions.put(next, instruction(next));
                }
            }
        }
    }

    private @Nullable InstructionText missingOperand(InstructionText instruction) {
        for (Token operand : instruction.operands()) {
            if (!values.containsKey(operand.text())) {
                InstructionText definition = definitions.get(operand.text());
                if (definition == null || instructions.containsKey(definition)) {
                    throw undefined(operand);
                }
                return definition;
            }
        }
        return null;
    }

    private Instruction instruction(InstructionText instructionText) {
        OpCode opCode = instructionText.opCode();
        Object attribute =
                instructionText.attribute() instanceof Token name ? callee(name) : instructionText.attribute();
        String operation = opCode.mnemonic();
        int expected = opCode.operandCount();
        if (attribute instanceof MathCall call) {
            operation = call.function().methodName();
            expected = call.function().operandCount();
        }
        int count = instructionText.operands().size();
        if (expected >= 0 && count != expected) {
            throw tokens.error(
                    instructionText.mnemonic(), operation + " takes " + expected + " operands, not " + count);
        }
        List<Value> operands =
                instructionText.operands().stream().map(this::value).toList();
        Instruction instruction = function.newInstruction(opCode, attribute, operands, null);
        instruction.setProved(instructionText.proved());
        instruction.setNoted(instructionText.noted());
        instruction.setAdjointSum(instructionText.adjointSum());
        instruction.setUnorderedStep(instructionText.unorderedStep());
        instruction.setIndependentStep(instructionText.independentStep());
        Token result = instructionText.result();
        if (result != null) {
            if (instruction.result() == null) {
                throw tokens.error(result, opCode.mnemonic() + " has no result here");
            }
            if (instructionText.type() != null) {
                instruction.value().setType(instructionText.type());
            }
            values.put(result.text(), instruction.value());
        }
        return instruction;
    }

    private Function callee(Token name) {
        Function callee = functions.get(name.text());
        if (callee == null) {
            throw tokens.error(name, "the text has no function of this name");
        }
        return callee;
    }

    @Override
    public Value value(Token name) {
        Value value = values.get(name.text());
        if (value == null) {
            throw undefined(name);
        }
        return value;
    }

    private IllegalArgumentException undefined(Token name) {
        return tokens.error(name, "%" + name.text() + " is not defined");
    }

    @Override
    public Edge edge(EdgeText edge) {
        Block target = blocks.get(edge.target().text());
        if (target == null) {
            throw tokens.error(edge.target(), "there is no block of this name");
        }
        return new Edge(target, edge.arguments().stream().map(this::value).toList());
    }
}
