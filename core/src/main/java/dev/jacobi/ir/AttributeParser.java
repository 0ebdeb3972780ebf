package dev.jacobi.ir;

import dev.jacobi.ir.Lexer.Kind;
import dev.jacobi.ir.Lexer.Token;
import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads names, types, constants and the other attributes of instructions, as {@link AttributePrinter} writes them. */
final class AttributeParser {
    private final Tokens tokens;

    AttributeParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** The attribute of an instruction; that of {@link OpCode#INVOKE_FUNCTION} is the token with the function's name. */
    @Nullable
    Object parse(OpCode opCode) {
        return switch (opCode.attribute()) {
            case NONE -> null;
            case NUMBER_STRING_OR_NULL -> tokens.takeIf("null") ? Instruction.NULL : literal();
            case CONSTANT_DESC -> constant();
            case EMBEDDED_OBJECT ->
                throw tokens.error(
                        tokens.peek(), "an embedded object exists in memory only and cannot be read from text");
            case PRIMITIVE, COMPONENT, CLASS -> type();
            case MATH_CALL -> math();
            case FIELD -> field();
            case METHOD -> method(opCode == OpCode.INVOKE_INTERFACE);
            case DYNAMIC_CALL -> dynamicCall();
            case FUNCTION -> tokens.name("the name of a function");
        };
    }

    ClassDesc type() {
        Token name = tokens.name("a type");
        ClassDesc element = name.kind() == Kind.NAME && AttributePrinter.isPrimitiveName(name.text())
                ? primitive(name)
                : named(name, name.text());
        return dimensions(name, element);
    }

    private static ClassDesc primitive(Token name) {
        return ClassDesc.ofDescriptor(
                switch (name.text()) {
                    case "boolean" -> "Z";
                    case "long" -> "J";
                    default -> name.text().substring(0, 1).toUpperCase(Locale.ROOT);
                });
    }

    private ClassDesc named(Token at, String name) {
        try {
            return ClassDesc.of(name);
        } catch (IllegalArgumentException _) {
            throw tokens.error(at, "'" + name + "' is not the name of a class");
        }
    }

    private ClassDesc dimensions(Token at, ClassDesc element) {
        int dimensions = 0;
        while (tokens.takeIf('[')) {
            tokens.expect(']');
            dimensions++;
        }
        try {
            return dimensions == 0 ? element : element.arrayType(dimensions);
        } catch (IllegalArgumentException _) {
            throw tokens.error(at, "there is no such array type");
        }
    }

    private MathCall math() {
        Token token = tokens.name("a mathematical function");
        String prefix = "strict.";
        boolean strict = token.text().startsWith(prefix);
        String name = strict ? token.text().substring(prefix.length()) : token.text();
        for (MathFunction function : MathFunction.values()) {
            if (function.methodName().equals(name)) {
                return new MathCall(function, strict);
            }
        }
        throw tokens.error(token, "there is no mathematical function '" + name + "'");
    }

    private record Member(ClassDesc owner, String name) {}

    /** The owner, which is an array only in calls of its {@code clone()}, a dot and the name. */
    private Member member() {
        Token token = tokens.name("a class and the name of its member");
        if (tokens.peek().is('[')) {
            ClassDesc element = token.kind() == Kind.NAME && AttributePrinter.isPrimitiveName(token.text())
                    ? primitive(token)
                    : named(token, token.text());
            ClassDesc owner = dimensions(token, element);
            tokens.expect('.');
            return new Member(owner, tokens.name("the name of a member").text());
        }
        int dot = token.text().lastIndexOf('.');
        if (dot <= 0 || dot == token.text().length() - 1) {
            throw tokens.error(token, "expected a class, a dot and the name of its member");
        }
        return new Member(
                named(token, token.text().substring(0, dot)), token.text().substring(dot + 1));
    }

    private FieldReference field() {
        Member member = member();
        tokens.expect(':');
        return new FieldReference(member.owner(), member.name(), type());
    }

    private MethodReference method(boolean interfaceImplied) {
        // A class of the name "interface" cannot have members without a dot, so the word is unambiguous.
        boolean onInterface = tokens.takeIf("interface") || interfaceImplied;
        Member member = member();
        return new MethodReference(member.owner(), member.name(), signature(), onInterface);
    }

    private MethodTypeDesc signature() {
        tokens.expect('(');
        Token at = tokens.peek();
        List<ClassDesc> parameters = tokens.listUpTo(')', this::type);
        tokens.expect(':');
        ClassDesc result = type();
        try {
            return MethodTypeDesc.of(result, parameters);
        } catch (IllegalArgumentException _) {
            throw tokens.error(at, "a parameter cannot be void");
        }
    }

    private DynamicCall dynamicCall() {
        String name = tokens.name("the name of the call site").text();
        MethodTypeDesc type = signature();
        tokens.expect("by");
        DirectMethodHandleDesc bootstrap = handle();
        return new DynamicCall(bootstrap, name, type, constants());
    }

    private List<ConstantDesc> constants() {
        tokens.expect('(');
        return tokens.listUpTo(')', this::constant);
    }

    ConstantDesc constant() {
        if (tokens.takeIf("class")) {
            return type();
        } else if (tokens.takeIf("type")) {
            return signature();
        } else if (tokens.takeIf("handle")) {
            return handle();
        } else if (tokens.takeIf("dynamic")) {
            return dynamicConstant();
        }
        return literal();
    }

    private ConstantDesc dynamicConstant() {
        Token name = tokens.name("the name of the constant");
        tokens.expect(':');
        ClassDesc type = type();
        tokens.expect("by");
        DirectMethodHandleDesc bootstrap = handle();
        ConstantDesc[] arguments = constants().toArray(ConstantDesc[]::new);
        try {
            return DynamicConstantDesc.ofNamed(bootstrap, name.text(), type, arguments);
        } catch (IllegalArgumentException problem) {
            throw tokens.error(name, String.valueOf(problem.getMessage()));
        }
    }

    private DirectMethodHandleDesc handle() {
        Token token = tokens.name("the kind of a method handle");
        DirectMethodHandleDesc.Kind kind = handleKind(token);
        ClassDesc owner;
        String name;
        String descriptor;
        switch (kind) {
            case GETTER, SETTER, STATIC_GETTER, STATIC_SETTER -> {
                FieldReference field = field();
                owner = field.owner();
                name = field.name();
                descriptor = field.type().descriptorString();
            }
            case CONSTRUCTOR -> {
                owner = type();
                name = "<init>";
                descriptor = signature().descriptorString();
            }
            default -> {
                Member member = member();
                owner = member.owner();
                name = member.name();
                descriptor = signature().descriptorString();
            }
        }
        try {
            return MethodHandleDesc.of(kind, owner, name, descriptor);
        } catch (IllegalArgumentException problem) {
            throw tokens.error(token, String.valueOf(problem.getMessage()));
        }
    }

    private DirectMethodHandleDesc.Kind handleKind(Token token) {
        for (DirectMethodHandleDesc.Kind kind : DirectMethodHandleDesc.Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(token.text())) {
                return kind;
            }
        }
        throw tokens.error(token, "there is no kind '" + token.text() + "' of method handles");
    }

    /** A number or a string. */
    private ConstantDesc literal() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case STRING -> tokens.take().text();
            case NUMBER -> number(tokens.take());
            case NAME ->
                switch (token.text()) {
                    case "Infinity", "Infinityf" -> number(tokens.take());
                    case "NaN" -> Double.longBitsToDouble(bits(Double.doubleToRawLongBits(Double.NaN)));
                    case "NaNf" -> Float.intBitsToFloat((int) bits(Float.floatToRawIntBits(Float.NaN)));
                    default -> throw tokens.expected("a constant");
                };
            default -> throw tokens.expected("a constant");
        };
    }

    /** The bits in parentheses that may follow NaN. */
    private long bits(long otherwise) {
        tokens.take();
        if (!tokens.takeIf('(')) {
            return otherwise;
        }
        Token token = tokens.expect(Kind.NUMBER, "the bits of the number, such as 0x7ff8000000000001");
        tokens.expect(')');
        try {
            return Long.parseUnsignedLong(token.text().replaceFirst("^0x", ""), 16);
        } catch (NumberFormatException _) {
            throw tokens.error(token, "'" + token.text() + "' is not a hexadecimal number");
        }
    }

    private ConstantDesc number(Token token) {
        String text = token.text();
        String digits = text.substring(0, text.length() - 1);
        try {
            if (text.endsWith("L")) {
                return Long.valueOf(digits);
            } else if (text.endsWith("f")) {
                return Float.valueOf(digits);
            } else if (text.indexOf('.') >= 0 || text.indexOf('E') >= 0 || text.endsWith("y")) {
                return Double.valueOf(text);
            }
            return Integer.valueOf(text);
        } catch (NumberFormatException _) {
            throw tokens.error(token, "'" + text + "' is not a number of Java");
        }
    }
}
