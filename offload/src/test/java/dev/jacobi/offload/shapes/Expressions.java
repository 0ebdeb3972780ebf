package dev.jacobi.offload.shapes;

import java.util.List;
import java.util.Random;

/** Java's expressions over numbers, at random. */
final class Expressions {
    /** What an expression may use. */
    record Scope(List<String> ints, List<String> longs, List<String> doubles) {}

    private final Random random;

    Expressions(Random random) {
        this.random = random;
    }

    String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** An expression of a primitive type. */
    String of(String type, Scope scope, int depth) {
        return switch (type) {
            case "int" -> ofInt(scope, depth);
            case "long" -> ofLong(scope, depth);
            case "double" -> ofDouble(scope, depth);
            case "float" -> "(float) (" + ofDouble(scope, depth) + ")";
            case "boolean" -> condition(scope, depth);
            default -> "(" + type + ") (" + ofInt(scope, depth) + ")";
        };
    }

    String condition(Scope scope, int depth) {
        String relation = pick("<", "<=", ">", ">=", "==", "!=");
        return switch (random.nextInt(4)) {
            case 0 -> ofDouble(scope, depth - 1) + " " + pick("<", ">", ">=") + " " + ofDouble(scope, depth - 1);
            case 1 -> "(" + ofLong(scope, depth - 1) + " & 7) " + relation + " " + random.nextInt(8);
            default -> "(" + ofInt(scope, depth - 1) + " & 7) " + relation + " " + random.nextInt(8);
        };
    }

    String ofInt(Scope scope, int depth) {
        if (depth <= 0) {
            return random.nextInt(5) == 0
                    ? pick("0", "1", "-1", "7", "1000003", "Integer.MAX_VALUE", "Integer.MIN_VALUE")
                    : pick(scope.ints());
        }
        String a = ofInt(scope, depth - 1);
        String b = ofInt(scope, depth - 1);
        return switch (random.nextInt(12)) {
            case 0, 1 -> "(" + a + " + " + b + ")";
            case 2 -> "(" + a + " - " + b + ")";
            case 3 -> "(" + a + " * " + b + ")";
            case 4 -> "(" + a + pick(" / ", " % ") + "(" + b + " | 1))";
            case 5 -> "(" + a + pick(" & ", " | ", " ^ ") + b + ")";
            case 6 -> "(" + a + pick(" << ", " >> ", " >>> ") + b + ")";
            case 7 -> "Math." + pick("min", "max") + "(" + a + ", " + b + ")";
            case 8 -> "(" + condition(scope, depth - 1) + " ? " + a + " : " + b + ")";
            case 9 -> pick("(byte) ", "(short) ", "(char) ") + a;
            case 10 -> "(int) (" + (random.nextBoolean() ? ofLong(scope, depth - 1) : ofDouble(scope, depth - 1)) + ")";
            default ->
                pick(
                        "Math.abs(" + a + ")",
                        "Math.floorMod(" + a + ", 13)",
                        "Integer.bitCount(" + a + ")",
                        "~(" + a + ")");
        };
    }

    String ofLong(Scope scope, int depth) {
        if (depth <= 0) {
            return random.nextInt(5) == 0
                    ? pick("0L", "-3L", "0x123456789abcdefL", "Long.MIN_VALUE")
                    : pick(scope.longs());
        }
        String a = ofLong(scope, depth - 1);
        String b = ofLong(scope, depth - 1);
        return switch (random.nextInt(8)) {
            case 0, 1 -> "(" + a + pick(" + ", " - ") + b + ")";
            case 2 -> "(" + a + " * " + b + ")";
            case 3 -> "(" + a + pick(" / ", " % ") + "(" + b + " | 1))";
            case 4 -> "(" + a + pick(" & ", " | ", " ^ ") + b + ")";
            case 5 -> "(" + a + pick(" << ", " >> ", " >>> ") + ofInt(scope, depth - 1) + ")";
            case 6 -> "(long) " + ofInt(scope, depth - 1);
            default -> "(long) (" + ofDouble(scope, depth - 1) + ")";
        };
    }

    String ofDouble(Scope scope, int depth) {
        if (depth <= 0) {
            return random.nextInt(5) == 0 ? pick("0.5", "-0.0", "1e-310", "3.0", "1e300") : pick(scope.doubles());
        }
        String a = ofDouble(scope, depth - 1);
        String b = ofDouble(scope, depth - 1);
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> "(" + a + pick(" + ", " - ") + b + ")";
            case 3, 4 -> "(" + a + " * " + b + ")";
            case 5 -> "(" + a + " / " + b + ")";
            case 6 -> "Math." + pick("min", "max") + "(" + a + ", " + b + ")";
            case 7 -> "Math." + pick("sqrt", "abs", "floor", "ceil", "rint", "signum") + "(" + a + ")";
            case 8 -> "(" + condition(scope, depth - 1) + " ? " + a + " : " + b + ")";
            case 9 -> "(double) " + ofInt(scope, depth - 1);
            case 10 -> "(double) " + ofLong(scope, depth - 1);
            case 11 -> "(float) " + a;
            case 12 ->
                random.nextInt(3) > 0
                        ? "-(" + a + ")"
                        : "Math." + pick("sin", "exp", "log", "atan", "tanh", "cbrt") + "(" + a + ")";
            default -> pick("Math.fma(" + a + ", " + b + ", 1.5)", "(" + a + " % (" + b + "))");
        };
    }
}
