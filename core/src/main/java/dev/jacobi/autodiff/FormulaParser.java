package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.autodiff.Formula.Node;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the language of {@link Formula} by recursive descent. */
final class FormulaParser {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<number>[0-9]+(?:\\.[0-9]+)?)|(?<name>[A-Za-z][A-Za-z0-9]*)|(?<symbol>&&|\\|\\||[=!<>]=|[-+*/?:(),<>]))");

    private final String text;
    private final List<String> operands;
    private final List<String> tokens = new ArrayList<>();
    private int next;

    FormulaParser(String text, List<String> operands) {
        this.text = text;
        this.operands = operands;
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length() && matcher.find(end) && matcher.start() == end) {
            tokens.add(matcher.group().strip());
            end = matcher.end();
        }
        if (end != text.length()) {
            throw error("unreadable from character " + end);
        }
    }

    Node parse() {
        Node node = expression();
        if (next != tokens.size()) {
            throw error("unexpected " + peek());
        }
        return node;
    }

    private Node expression() {
        Node first = condition();
        if (!accept("?")) {
            return first;
        }
        Node ifTrue = expression();
        expect(":");
        return operation(OpCode.SELECT, first, ifTrue, expression());
    }

    private Node condition() {
        Node node = conjunction();
        while (accept("||")) {
            node = operation(OpCode.OR, node, conjunction());
        }
        return node;
    }

    private Node conjunction() {
        Node node = comparison();
        while (accept("&&")) {
            node = operation(OpCode.AND, node, comparison());
        }
        return node;
    }

    private Node comparison() {
        Node left = sum();
        Optional<OpCode> comparison = switch (peek()) {
            case "==" -> Optional.of(OpCode.EQ);
            case "!=" -> Optional.of(OpCode.NE);
            case "<" -> Optional.of(OpCode.LT);
            case "<=" -> Optional.of(OpCode.LE);
            case ">" -> Optional.of(OpCode.GT);
            case ">=" -> Optional.of(OpCode.GE);
            default -> Optional.empty();
        };
        if (comparison.isEmpty()) {
            return left;
        }
        next++;
        return operation(comparison.get(), left, sum());
    }

    private Node sum() {
        Node node = product();
        while (true) {
            if (accept("+")) {
                node = operation(OpCode.ADD, node, product());
            } else if (accept("-")) {
                node = operation(OpCode.SUB, node, product());
            } else {
                return node;
            }
        }
    }

    private Node product() {
        Node node = factor();
        while (true) {
            if (accept("*")) {
                node = operation(OpCode.MUL, node, factor());
            } else if (accept("/")) {
                node = operation(OpCode.DIV, node, factor());
            } else {
                return node;
            }
        }
    }

    private Node factor() {
        if (accept("-")) {
            return operation(OpCode.NEG, factor());
        }
        if (accept("(")) {
            Node node = expression();
            expect(")");
            return node;
        }
        String token = peek();
        next++;
        if (!token.isEmpty() && Character.isDigit(token.charAt(0))) {
            return new Node.Literal(Double.parseDouble(token));
        }
        return accept("(") ? call(token) : name(token);
    }

    private Node call(String name) {
        List<Node> arguments = new ArrayList<>();
        do {
            arguments.add(expression());
        } while (accept(","));
        expect(")");
        if ((name.equals("convert") || name.equals("real")) && arguments.size() == 1) {
            return new Node.Convert(arguments.getFirst(), name.equals("real"));
        }
        for (MathFunction function : MathFunction.values()) {
            if (function.methodName().equals(name) && function.operandCount() == arguments.size()) {
                return new Node.Call(function, List.copyOf(arguments));
            }
        }
        throw error("no function " + name + " of " + arguments.size() + " arguments");
    }

    private Node name(String name) {
        int operand = operands.indexOf(name);
        if (operand >= 0) {
            return new Node.Name(operand);
        }
        return switch (name) {
            case "r" -> new Node.Name(Formula.RESULT);
            case "d" -> new Node.Name(Formula.SEED);
            default -> throw error("unknown name " + name);
        };
    }

    private static Node operation(OpCode opCode, Node... operands) {
        return new Node.Operation(opCode, List.of(operands));
    }

    private String peek() {
        return next < tokens.size() ? tokens.get(next) : "";
    }

    private boolean accept(String token) {
        boolean found = peek().equals(token);
        if (found) {
            next++;
        }
        return found;
    }

    private void expect(String token) {
        if (!accept(token)) {
            throw error("expected " + token + ", found " + peek());
        }
    }

    private JacobiException error(String problem) {
        return ScalarRule.internal("derivative formula \"" + text + "\": " + problem);
    }
}
