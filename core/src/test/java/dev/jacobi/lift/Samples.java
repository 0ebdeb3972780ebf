package dev.jacobi.lift;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Methods in which the constructs of Java stand; the tests run each of them as it is and as it was lifted. */
@SuppressWarnings({
    "ConditionalExpressionNumericPromotion",
    "NullTernary",
    "RedundantControlFlow",
    "Finally",
    "ShortCircuitBoolean",
    "CompareToZero",
    "UnnecessaryStringBuilder",
    "unused",
    "fallthrough",
    "EmptyCatch",
    "CatchAndPrintStackTrace",
    "IdentityBinaryExpression",
    "NarrowingCompoundAssignment",
    "SynchronizeOnNonFinalField"
})
final class Samples {
    enum Colour {
        RED,
        GREEN,
        BLUE
    }

    sealed interface Shape permits Circle, Box {}

    record Circle(double radius) implements Shape {}

    record Box(double width, Circle inside) implements Shape {}

    private static final class Resource implements AutoCloseable {
        private final StringBuilder log;
        private final boolean fails;

        Resource(StringBuilder log, boolean fails) {
            this.log = log;
            this.fails = fails;
            log.append("open ");
        }

        void use(int n) {
            log.append("use ");
            if (n < 0) {
                throw new IllegalArgumentException("negative");
            }
        }

        @Override
        public void close() {
            log.append("close ");
            if (fails) {
                throw new IllegalStateException("close");
            }
        }
    }

    private Samples() {}

    static double nestedLoops(double[] values, int n) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            double inner = 1;
            for (int j = 0; j <= (n & 7); j++) {
                inner *= 1 + values[i] / (j + 1);
            }
            sum += inner;
        }
        return sum;
    }

    static int breaksAndContinues(int[] values, int limit) {
        int found = 0;
        outer:
        for (int i = 0; i < values.length; i++) {
            for (int j = i; j < values.length; j++) {
                if (values[j] == limit) {
                    continue outer;
                }
                if (values[j] > limit) {
                    found += j;
                    break;
                }
                if (found > 100) {
                    break outer;
                }
            }
            found++;
        }
        return found;
    }

    static int loopFromTheFirstInstruction(int n) {
        do {
            n = n / 2 - 1;
        } while (n > 0);
        return n;
    }

    static long whileWithSwap(int a, int b) {
        int x = a;
        int y = b;
        for (int i = 0; i < 5; i++) {
            int t = x;
            x = y + i;
            y = t;
        }
        return x * 31L + y;
    }

    static int switchOnStrings(String text) {
        return switch (text == null ? "null" : text) {
            case "Aa", "BB" -> 1;
            case "null" -> 2;
            case "seven" -> 7;
            default -> text.length();
        };
    }

    static String switchOnEnums(int n) {
        Colour colour = Colour.values()[Math.floorMod(n, 3)];
        return switch (colour) {
            case RED -> "r";
            case GREEN -> "g" + n;
            case BLUE -> {
                String s = colour.name();
                yield s.toLowerCase(java.util.Locale.ROOT);
            }
        };
    }

    static int switchFallingThrough(int n) {
        int result = 0;
        switch (n) {
            case 1:
                result += 1;
            case 2:
                result += 2;
                break;
            case 100000:
                result = 7;
                break;
            case -3:
                return -3;
            default:
                result = n;
        }
        return result;
    }

    static double recordPatterns(int kind, double x) {
        Shape shape = kind % 2 == 0 ? new Circle(x) : new Box(x, new Circle(x + 1));
        return switch (shape) {
            case Circle(double radius) when radius > 1 -> radius * radius;
            case Circle c -> c.radius();
            case Box(double width, Circle(double radius)) -> width * radius;
        };
    }

    static String typePatterns(int n) {
        Object object = switch (Math.floorMod(n, 5)) {
            case 0 -> n;
            case 1 -> "text" + n;
            case 2 -> (double) n;
            case 3 -> new int[] {n};
            default -> List.of(n);
        };
        if (object instanceof Integer i && i > 3) {
            return "int " + i;
        }
        return switch (object) {
            case Integer i -> "small " + i;
            case String s when s.length() > 5 -> s;
            case String s -> s + s;
            case int[] array -> "array " + array[0];
            case Double d -> "double " + d;
            default -> "other";
        };
    }

    static int catches(int[] values, int index, int divisor) {
        int state = 1;
        try {
            state = 2;
            int x = values[index];
            state = 3;
            x /= divisor;
            state = 4;
            return x + state;
        } catch (ArrayIndexOutOfBoundsException e) {
            return -state;
        } catch (ArithmeticException | NullPointerException e) {
            return -10 * state;
        } finally {
            state++;
            if (values != null && values.length > 0) {
                values[0] = state;
            }
        }
    }

    static int nestedTries(int n) {
        int trace = 0;
        try {
            trace = trace * 10 + 1;
            try {
                trace = trace * 10 + 2;
                if (n % 3 == 0) {
                    throw new IllegalStateException();
                }
                if (n % 5 == 0) {
                    throw new UnsupportedOperationException();
                }
            } catch (IllegalStateException e) {
                trace = trace * 10 + 3;
                if (n % 2 == 0) {
                    throw new IllegalArgumentException(e);
                }
            } finally {
                trace = trace * 10 + 4;
            }
            trace = trace * 10 + 5;
        } catch (IllegalArgumentException e) {
            trace = trace * 10 + 6;
        }
        return trace;
    }

    static int returnInFinallyWins(int n) {
        for (int i = 0; i < 3; i++) {
            try {
                if (i == n) {
                    throw new IllegalStateException();
                }
                continue;
            } catch (IllegalStateException e) {
                return i * 100;
            } finally {
                if (n == 2) {
                    return -1;
                }
            }
        }
        return 5;
    }

    static String withResources(int n) {
        StringBuilder log = new StringBuilder();
        try (Resource first = new Resource(log, n % 2 == 0);
                Resource second = new Resource(log, false)) {
            first.use(1);
            second.use(n);
        } catch (RuntimeException e) {
            log.append(e.getMessage()).append(e.getSuppressed().length);
        }
        return log.toString();
    }

    static int synchronizes(int[] values, int index) {
        Object lock = new Object();
        synchronized (lock) {
            synchronized (values) {
                values[index]++;
            }
            return values[index] + 1;
        }
    }

    static String concatenates(int i, long l, double d, String s) {
        return "i=" + i + (char) (i & 0x7f | 0x20) + l + ',' + d + s + (i > l) + (float) d;
    }

    static double lambdas(double x, int n) {
        double factor = x + 1;
        DoubleUnaryOperator f = v -> v * factor;
        DoubleUnaryOperator g = f.andThen(Math::abs);
        IntBinaryOperator sum = Integer::sum;
        Supplier<List<Integer>> make = ArrayList::new;
        List<Integer> list = make.get();
        for (int i = 0; i < (n & 3); i++) {
            list.add(sum.applyAsInt(i, n));
        }
        return g.applyAsDouble(x) + list.stream().mapToInt(Integer::intValue).sum();
    }

    static double streams(double[] values, int n) {
        return IntStream.range(0, n & 15).mapToDouble(i -> i * n).sum()
                + Arrays.stream(values).max().orElse(-1);
    }

    private static int count(Object... values) {
        return values.length + Objects.hash(values);
    }

    static int varargs(int n, String s, double d) {
        return count() + count(n) + count(n, s, d) + String.format("%d%s", n, s).length();
    }

    static double floatsAndDoubles(float a, double b, int i, long l) {
        float f = a * i + l;
        double d = b / f - l % (b == 0 ? 1 : b);
        f += (float) d;
        return f > d ? f : f <= a ? d : (int) d + (long) f;
    }

    static int narrowTypes(int i, long l) {
        byte b = (byte) i;
        short s = (short) (l >> 3);
        char c = (char) i;
        b += 3;
        s *= 2;
        c++;
        boolean odd = (i & 1) == 1;
        boolean[] flags = {odd, !odd, b > s};
        byte[] bytes = {b, (byte) s};
        short[] shorts = {s};
        char[] chars = {c};
        flags[0] ^= flags[1] | flags[2];
        bytes[1]++;
        return b + s + c + (flags[0] ? 1 : 0) + bytes[1] + shorts[0]-- + ++chars[0];
    }

    static long longArithmetic(long a, long b, int shift) {
        long x = a + b * 3 ^ (a & ~b | 5L);
        x = x << shift >>> 2 >> 1;
        return x - (b == 0 ? 0 : a / b + a % b) + (a < b ? -1 : a > b ? 1 : 0) + Math.max(a, b) + Math.abs(x);
    }

    static long longsInLocals(long a, int b, double c, long d) {
        long[] kept = {a, d};
        kept[b & 1] += kept[1 - (b & 1)]++;
        kept[0] <<= b;
        return kept[0] ^ kept[1] ^ (long) c ^ a--;
    }

    static double comparisons(double a, double b) {
        int bits = 0;
        bits |= a < b ? 1 : 0;
        bits |= a <= b ? 2 : 0;
        bits |= a > b ? 4 : 0;
        bits |= a >= b ? 8 : 0;
        bits |= a == b ? 16 : 0;
        bits |= a != b ? 32 : 0;
        bits |= !(a < b) ? 64 : 0;
        bits |= !(a >= b) ? 128 : 0;
        while (a > b && b > 1e300) {
            a /= 2;
        }
        return bits + Double.compare(a, b);
    }

    static int floatComparisons(float a, float b) {
        int bits = 0;
        if (a < b || Float.isNaN(a)) {
            bits += 1;
        }
        if (!(a <= b)) {
            bits += 2;
        }
        if (a >= b && b != a) {
            bits += 4;
        }
        return a == b ? -bits : bits;
    }

    static double mathFunctions(double a, double b, int i) {
        return Math.sin(a)
                + StrictMath.cos(b)
                + Math.fma(a, b, 1)
                + Math.round(a)
                + Math.scalb(b, i & 7)
                + Math.getExponent(a)
                + Math.floorMod(i, 7)
                + Double.longBitsToDouble(Double.doubleToRawLongBits(a) ^ 1)
                + Float.floatToIntBits((float) b)
                + Math.nextAfter((float) a, b)
                + Math.hypot(a, b)
                + Math.min(i, 3)
                + Math.abs((float) a)
                + Math.copySign(a, b);
    }

    static double[][] arraysOfArrays(int n, double x) {
        double[][] matrix = new double[n & 3][2 + (n & 1)];
        for (double[] row : matrix) {
            row[1] += x;
            row[0] = row.length;
        }
        double[][][] deep = new double[2][][];
        deep[1] = matrix;
        Object[] objects = deep;
        return ((double[][]) objects[1]).clone();
    }

    static String mixedReferences(int n) {
        Object[] array = n % 2 == 0 ? new String[] {"a", null} : new Integer[] {n, 2};
        Number number = n > 2 ? Integer.valueOf(n) : n < -2 ? Double.valueOf(n) : null;
        CharSequence text = n % 3 == 0 ? "s" + n : new StringBuilder("b").append(n);
        return String.valueOf(array[1]) + number + text.length() + array[0];
    }

    static int exceptionsByCallers(int[] values, int index) {
        return values[index] / (index - 2) + values.length;
    }

    static Object throwsWhatItGets(int n) {
        RuntimeException e =
                n % 3 == 0 ? null : n % 3 == 1 ? new IllegalStateException("a") : new ArithmeticException("b");
        if (n > 0) {
            throw e;
        }
        return "none" + n;
    }

    static int castsFail(int n) {
        Object object = n % 2 == 0 ? "text" : (Serializable) n;
        try {
            return ((Integer) object) + 1;
        } catch (ClassCastException e) {
            return object instanceof CharSequence s ? s.length() : -1;
        }
    }

    static int assertsAndTernaries(int a, int b) {
        assert a != b : "equal";
        int m = a > b ? b > 0 ? a : b : a == b ? 0 : -1;
        return (a & b) != 0 && (m > 0 || b < 0) ? m : ~m;
    }

    static Circle buildsWithConditions(int n, double x) {
        return new Circle(n > 0 ? Math.sqrt(x * x) : n < -5 ? -x : new Circle(x).radius() + 1);
    }

    static int localClass(int n) {
        class Counter {
            private int count = n;

            int next() {
                return count++ + ++count;
            }
        }
        Counter counter = new Counter();
        return counter.next() * counter.next();
    }
}
