package dev.jacobi.ir;

/** Cuts the text form into tokens. */
final class Lexer {
    enum Kind {
        /** A plain or quoted name, possibly with dots. */
        NAME,
        QUOTED_NAME,
        /** {@code %} and a name or number; the text is without the sign. */
        VALUE,
        NUMBER,
        STRING,
        /** One character that is none of the above. */
        SYMBOL,
        END
    }

    /** A token; {@code text} is without quotes and escapes. */
    record Token(Kind kind, String text, int offset) {
        boolean is(char symbol) {
            return kind == Kind.SYMBOL && text.charAt(0) == symbol;
        }

        boolean is(String name) {
            return kind == Kind.NAME && text.equals(name);
        }

        String describe() {
            return switch (kind) {
                case END -> "the end of the text";
                case VALUE -> "'%" + text + "'";
                case STRING -> "a string";
                default -> "'" + text + "'";
            };
        }
    }

    private final String text;
    private int position;

    Lexer(String text) {
        this.text = text;
    }

    /** Whether {@code name} is a single token without quotes. */
    static boolean isPlainName(String name) {
        if (name.isEmpty() || !Character.isJavaIdentifierStart(name.charAt(0))) {
            return false;
        }
        return nameEnd(name, 0) == name.length();
    }

    /** The end of the plain name that starts at {@code start}: identifier characters and dots, also <init> after a dot. */
    private static int nameEnd(String text, int start) {
        int end = start;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (c == '.' && text.startsWith("<init>", end + 1)) {
                end += 7;
            } else if (c == '.' && text.startsWith("<clinit>", end + 1)) {
                end += 9;
            } else if (c == '.' && end + 1 < text.length() && isNamePart(text.charAt(end + 1))) {
                end++;
            } else if (isNamePart(c)) {
                end++;
            } else {
                break;
            }
        }
        return end;
    }

    private static boolean isNamePart(char c) {
        return c < 128 && Character.isJavaIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
    }

    Token next() {
        skipBlanks();
        int start = position;
        if (start == text.length()) {
            return new Token(Kind.END, "", start);
        }
        char c = text.charAt(start);
        if (c == '%') {
            position = start + 1;
            while (position < text.length() && isNamePart(text.charAt(position))) {
                position++;
            }
            return new Token(Kind.VALUE, text.substring(start + 1, position), start);
        }
        if (c == '"' || c == '`') {
            return new Token(c == '"' ? Kind.STRING : Kind.QUOTED_NAME, quoted(c), start);
        }
        if (isDigit(start) || (c == '-' && (isDigit(start + 1) || text.startsWith("Infinity", start + 1)))) {
            position = numberEnd(start + 1);
            return new Token(Kind.NUMBER, text.substring(start, position), start);
        }
        if (c < 128 && Character.isJavaIdentifierStart(c)) {
            position = nameEnd(text, start);
            return new Token(Kind.NAME, text.substring(start, position), start);
        }
        if (text.startsWith("<init>", start) || text.startsWith("<clinit>", start)) {
            position = text.indexOf('>', start) + 1;
            return new Token(Kind.NAME, text.substring(start, position), start);
        }
        position++;
        return new Token(Kind.SYMBOL, String.valueOf(c), start);
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private int numberEnd(int start) {
        int end = start;
        while (end < text.length()) {
            char c = text.charAt(end);
            boolean exponentSign = c == '-' && (text.charAt(end - 1) == 'E' || text.charAt(end - 1) == 'e');
            if (!exponentSign && c != '.' && !isNamePart(c)) {
                break;
            }
            end++;
        }
        return end;
    }

    /** Reads to the closing delimiter and takes the escapes away. */
    private String quoted(char delimiter) {
        int start = position++;
        StringBuilder content = new StringBuilder();
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == delimiter) {
                return content.toString();
            }
            if (c == '\n') {
                break;
            }
            content.append(c == '\\' ? escape() : c);
        }
        throw error(start, "expected " + delimiter + " at the end of what starts here");
    }

    private char escape() {
        int start = position - 1;
        char c = position < text.length() ? text.charAt(position++) : ' ';
        if (c == 'u' && position + 4 <= text.length()) {
            String digits = text.substring(position, position + 4);
            if (digits.chars().allMatch(digit -> Character.digit(digit, 16) >= 0)) {
                position += 4;
                return (char) Integer.parseInt(digits, 16);
            }
        }
        return switch (c) {
            case '\\', '"', '`' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            default -> throw error(start, "expected one of the escapes \\\\ \\\" \\` \\n \\t \\uXXXX");
        };
    }

    private void skipBlanks() {
        while (position < text.length()) {
            if (Character.isWhitespace(text.charAt(position))) {
                position++;
            } else if (text.startsWith("//", position)) {
                int end = text.indexOf('\n', position);
                position = end < 0 ? text.length() : end;
            } else {
                return;
            }
        }
    }

    /** An error with the line and column of {@code offset}, and the line itself. */
    IllegalArgumentException error(int offset, String problem) {
        int lineStart = text.lastIndexOf('\n', offset - 1) + 1;
        int lineEnd = text.indexOf('\n', offset);
        long line = text.substring(0, lineStart).chars().filter(c -> c == '\n').count() + 1;
        int column = offset - lineStart + 1;
        return new IllegalArgumentException("line " + line + ", column " + column + ": " + problem + "\n  "
                + text.substring(lineStart, lineEnd < 0 ? text.length() : lineEnd)
                        .replace('\t', ' ') + "\n  "
                + " ".repeat(column - 1) + "^");
    }
}
