package dev.jacobi.ir;

import dev.jacobi.ir.Lexer.Kind;
import dev.jacobi.ir.Lexer.Token;
import dev.jacobi.ir.Syntax.BlockText;
import dev.jacobi.ir.Syntax.EdgeText;
import dev.jacobi.ir.Syntax.FunctionText;
import dev.jacobi.ir.Syntax.HandlerText;
import dev.jacobi.ir.Syntax.InstructionText;
import dev.jacobi.ir.Syntax.ParameterText;
import dev.jacobi.ir.Syntax.TerminatorText;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads functions in the text form, whose grammar is in {@code docs/ir.md}.
 *
 * <p>What is not in the text comes out empty: source positions and origins. The parser checks names, numbers of operands and the
 * grammar, and throws an {@link IllegalArgumentException} that shows line, column and what was expected; all other rules are the
 * {@link Verifier}'s.
 */
public final class Parser {
    private static final Map<String, OpCode> OP_CODES =
            Arrays.stream(OpCode.values()).collect(Collectors.toMap(OpCode::mnemonic, opCode -> opCode));

    private final Tokens tokens;
    private final AttributeParser attributes;

    private Parser(String text) {
        tokens = new Tokens(text);
        attributes = new AttributeParser(tokens);
    }

    /** The function of a text that holds one; it may call itself. */
    public static Function parse(String text) {
        List<Function> functions = parseAll(text);
        if (functions.size() != 1) {
            throw new IllegalArgumentException("expected one function but found " + functions.size());
        }
        return functions.getFirst();
    }

    /** All functions of a text, in order; they may call each other. */
    public static List<Function> parseAll(String text) {
        Parser parser = new Parser(text);
        List<FunctionText> functions = new ArrayList<>();
        while (parser.tokens.peek().kind() != Kind.END) {
            functions.add(parser.function());
        }
        return Assembler.assemble(functions, parser.tokens);
    }

    private FunctionText function() {
        tokens.expect("function");
        Token name = tokens.name("the name of the function");
        tokens.expect('(');
        List<ParameterText> parameters = tokens.listUpTo(')', this::parameter);
        tokens.expect(':');
        Type returnType = type();
        tokens.expect('{');
        List<BlockText> blocks = new ArrayList<>();
        do {
            blocks.add(block());
        } while (!tokens.takeIf('}'));
        return new FunctionText(name, parameters, returnType, blocks);
    }

    private Type type() {
        return Type.of(attributes.type());
    }

    private ParameterText parameter() {
        Token name = tokens.value();
        tokens.expect(':');
        return new ParameterText(name, type());
    }

    private BlockText block() {
        Token label = tokens.expect(Kind.NAME, "the label of a block");
        List<ParameterText> parameters = tokens.takeIf('(') ? tokens.listUpTo(')', this::parameter) : List.of();
        tokens.expect(':');
        List<InstructionText> instructions = new ArrayList<>();
        TerminatorText terminator = terminator();
        while (terminator == null) {
            instructions.add(instruction());
            terminator = terminator();
        }
        List<HandlerText> handlers = new ArrayList<>();
        while (tokens.takeIf("catch")) {
            ClassDesc catchType = tokens.takeIf('*') ? null : attributes.type();
            handlers.add(new HandlerText(catchType, edge()));
        }
        return new BlockText(label, parameters, instructions, terminator, handlers);
    }

    private InstructionText instruction() {
        Token result = null;
        Type type = null;
        if (tokens.peek().kind() == Kind.VALUE) {
            result = tokens.value();
            type = tokens.takeIf(':') ? type() : null;
            tokens.expect('=');
        }
        Token mnemonic = tokens.peek();
        OpCode opCode = mnemonic.kind() == Kind.NAME ? OP_CODES.get(mnemonic.text()) : null;
        if (opCode == null) {
            throw tokens.expected("an instruction or a terminator");
        }
        tokens.take();
        boolean proved = tokens.takeIf('!');
        boolean noted = tokens.takeIf('~');
        boolean adjointSum = tokens.takeIf('+');
        boolean unorderedStep = tokens.takeIf('#');
        boolean independentStep = tokens.takeIf('=');
        Object attribute = attributes.parse(opCode);
        List<Token> operands = new ArrayList<>();
        // What follows an instruction without operands may be the result of the next one.
        if (opCode.operandCount() != 0 && tokens.peek().kind() == Kind.VALUE && !startsDefinition()) {
            do {
                operands.add(tokens.value());
            } while (tokens.takeIf(','));
        }
        return new InstructionText(
                result,
                type,
                mnemonic,
                opCode,
                proved,
                noted,
                adjointSum,
                unorderedStep,
                independentStep,
                attribute,
                operands);
    }

    private boolean startsDefinition() {
        return tokens.peekSecond().is('=') || tokens.peekSecond().is(':');
    }

    private @Nullable TerminatorText terminator() {
        if (tokens.takeIf("jump")) {
            EdgeText edge = edge();
            return names -> new Terminator.Jump(names.edge(edge), null);
        } else if (tokens.takeIf("branch")) {
            Token condition = tokens.value();
            tokens.expect(',');
            EdgeText ifTrue = edge();
            tokens.expect(',');
            EdgeText ifFalse = edge();
            return names ->
                    new Terminator.Branch(names.value(condition), names.edge(ifTrue), names.edge(ifFalse), null);
        } else if (tokens.takeIf("switch")) {
            return choice();
        } else if (tokens.takeIf("return")) {
            Token value = tokens.peek().kind() == Kind.VALUE ? tokens.value() : null;
            return names -> new Terminator.Return(value == null ? null : names.value(value), null);
        } else if (tokens.takeIf("throw")) {
            Token exception = tokens.value();
            return names -> new Terminator.Throw(names.value(exception), null);
        }
        return null;
    }

    private TerminatorText choice() {
        Token selector = tokens.value();
        SortedMap<Integer, EdgeText> cases = new TreeMap<>();
        tokens.expect(',');
        while (!tokens.takeIf("default")) {
            Token key = tokens.expect(Kind.NUMBER, "the number of a case or 'default'");
            tokens.expect(':');
            if (cases.putIfAbsent(caseKey(key), edge()) != null) {
                throw tokens.error(key, "the case " + key.text() + " comes twice");
            }
            tokens.expect(',');
        }
        tokens.expect(':');
        EdgeText otherwise = edge();
        return names -> {
            SortedMap<Integer, Edge> edges = new TreeMap<>();
            cases.forEach((key, edge) -> edges.put(key, names.edge(edge)));
            return new Terminator.Switch(names.value(selector), edges, names.edge(otherwise), null);
        };
    }

    private int caseKey(Token key) {
        try {
            return Integer.parseInt(key.text());
        } catch (NumberFormatException _) {
            throw tokens.error(key, "'" + key.text() + "' is not an int");
        }
    }

    private EdgeText edge() {
        Token target = tokens.expect(Kind.NAME, "the label of a block");
        return new EdgeText(target, tokens.takeIf('(') ? tokens.listUpTo(')', tokens::value) : List.of());
    }
}
