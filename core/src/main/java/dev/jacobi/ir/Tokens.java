package dev.jacobi.ir;

import dev.jacobi.ir.Lexer.Kind;
import dev.jacobi.ir.Lexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A place in the sequence of tokens, with the errors that name it. */
final class Tokens {
    private final Lexer lexer;
    private Token current;
    private Token following;

    Tokens(String text) {
        lexer = new Lexer(text);
        current = lexer.next();
        following = lexer.next();
    }

    Token peek() {
        return current;
    }

    Token peekSecond() {
        return following;
    }

    Token take() {
        Token token = current;
        current = following;
        following = lexer.next();
        return token;
    }

    boolean takeIf(char symbol) {
        boolean found = current.is(symbol);
        if (found) {
            take();
        }
        return found;
    }

    boolean takeIf(String name) {
        boolean found = current.is(name);
        if (found) {
            take();
        }
        return found;
    }

    void expect(char symbol) {
        if (!takeIf(symbol)) {
            throw expected("'" + symbol + "'");
        }
    }

    void expect(String name) {
        if (!takeIf(name)) {
            throw expected("'" + name + "'");
        }
    }

    Token expect(Kind kind, String description) {
        if (current.kind() != kind) {
            throw expected(description);
        }
        return take();
    }

    /** A name, plain or quoted. */
    Token name(String description) {
        if (current.kind() != Kind.NAME && current.kind() != Kind.QUOTED_NAME) {
            throw expected(description);
        }
        return take();
    }

    Token value() {
        Token value = expect(Kind.VALUE, "a value such as %0");
        if (value.text().isEmpty()) {
            throw error(value, "expected a name after %");
        }
        return value;
    }

    /** Items with commas between them up to {@code close}, which is taken too; {@code open} was taken before. */
    <T> List<T> listUpTo(char close, Supplier<T> item) {
        List<T> items = new ArrayList<>();
        if (!takeIf(close)) {
            do {
                items.add(item.get());
            } while (takeIf(','));
            expect(close);
        }
        return items;
    }

    IllegalArgumentException expected(String what) {
        return error(current, "expected " + what + " but found " + current.describe());
    }

    IllegalArgumentException error(Token at, String problem) {
        return lexer.error(at.offset(), problem);
    }
}
