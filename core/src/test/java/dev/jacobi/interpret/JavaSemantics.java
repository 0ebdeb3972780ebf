package dev.jacobi.interpret;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Methods whose interpretation is compared with what Java does. Each is called with all sorts of arguments of its types. */
@SuppressWarnings({ // code is odd here on purpose, so that odd bytecode comes of it
    "unused",
    "fallthrough",
    "CompareToZero",
    "EnumOrdinal",
    "NarrowingCompoundAssignment",
    "OperatorPrecedence"
})
final class JavaSemantics {
    private static int counter;
    private static final int[] INITIAL = {3, 1, 2};

    private JavaSemantics() {}

    enum Colour {
        RED,
        GREEN,
        BLUE
    }

    sealed interface Shape permits Circle, Square {}

    record Circle(double radius) implements Shape {}

    record Square(double side, String name) implements Shape {}

    interface Greeter {
        default String greet(String name) {
            return "hello " + name;
        }
    }

    static class Base implements Greeter {
        protected int value;
        private boolean flag;
        byte narrow;
        char letter;

        Base(int value) {
            this.value = value;
            this.narrow = (byte) value;
            this.letter = (char) value;
            this.flag = value > 3;
        }

        int twice() {
            return 2 * value;
        }

        private int secret() {
            return value + (flag ? 1000 : 0);
        }
    }

    static final class Derived extends Base {
        Derived(int value) {
            super(value + 1);
        }

        @Override
        int twice() {
            return super.twice() + 1;
        }

        @Override
        public String greet(String name) {
            return super.greet(name) + "!";
        }
    }

    static int intArithmetic(int a, int b) {
        return ((a + b) * (a - b) ^ (a & b) | ~a) + (a << b) + (a >> b) + (a >>> b) - -a;
    }

    static int intDivision(int a, int b) {
        return a / b + 31 * (a % b);
    }

    static long longArithmetic(long a, long b, int n) {
        return ((a + b) * (a - b) ^ (a & b) | ~a) + (a << n) + (a >> n) + (a >>> n) - -b + (a < b ? 1 : 0);
    }

    static long longDivision(long a, long b) {
        return a / b + 31 * (a % b) + Long.compare(a, b);
    }

    static float floatArithmetic(float a, float b) {
        return (a + b) * (a - b) / b % 3f - -a;
    }

    static double doubleArithmetic(double a, double b) {
        return (a + b) * (a - b) / b % 3 - -a;
    }

    static double doubleRemainder(double a, double b) {
        return a % b;
    }

    static int doubleComparisons(double a, double b) {
        return (a < b ? 1 : 0)
                + (a <= b ? 2 : 0)
                + (a > b ? 4 : 0)
                + (a >= b ? 8 : 0)
                + (a == b ? 16 : 0)
                + (a != b ? 32 : 0);
    }

    static int floatComparisons(float a, float b) {
        return (a < b ? 1 : 0)
                + (a <= b ? 2 : 0)
                + (a > b ? 4 : 0)
                + (a >= b ? 8 : 0)
                + (a == b ? 16 : 0)
                + (a != b ? 32 : 0);
    }

    static boolean negatedComparisons(double a, double b) {
        return !(a < b) && !(a >= b);
    }

    static String conversionsFromDouble(double x) {
        return (int) x + " " + (long) x + " " + (float) x + " " + (byte) x + " " + (short) x + " " + (int) (char) x;
    }

    static String conversionsFromFloat(float x) {
        return (int) x + " " + (long) x + " " + (double) x + " " + (byte) x;
    }

    static String conversionsFromLong(long x) {
        return (int) x + " " + (float) x + " " + (double) x + " " + (byte) x + " " + (short) x + " " + (char) x;
    }

    static String conversionsFromInt(int x) {
        return (byte) x + " " + (short) x + " " + (char) x + " " + (float) x + " " + (double) x + " " + (long) x;
    }

    static double mathOfOne(double x) {
        return Math.sin(x)
                + Math.exp(x) * Math.cbrt(x)
                - Math.rint(x)
                + Math.signum(x) * Math.ulp(x)
                + StrictMath.cos(x);
    }

    static double mathOfTwo(double x, double y) {
        return Math.pow(x, y) + Math.min(x, y) * Math.max(y, x) - Math.copySign(x, y) + Math.IEEEremainder(x, y);
    }

    static long rounding(double x, float y) {
        return Math.round(x) + Math.round(y) + Math.getExponent(x) + Math.getExponent(y);
    }

    static long bits(double x, float y) {
        return Double.doubleToRawLongBits(x) ^ Float.floatToIntBits(y);
    }

    static float floatMath(float x, float y, int n) {
        return Math.abs(x) + Math.fma(x, y, x) + Math.scalb(y, n) + Math.nextUp(x) + Math.max(x, y);
    }

    static int intMath(int x, int y, long z) {
        return Math.abs(x) + Math.min(x, y) + Math.max(y, x) + (int) Math.abs(z);
    }

    static double arrayElement(double[] x, int i) {
        return x[i];
    }

    static void arrayUpdate(double[] x, int i, double value) {
        x[i] += value;
        x[x.length - 1 - i] = x[i] * 2;
    }

    static int[] newArray(int n) {
        int[] x = new int[n];
        for (int i = 0; i < n && i < 100; i++) {
            x[i] = i * i;
        }
        return x.length > 100 ? null : x;
    }

    static Object nestedArrays(int m, int n) {
        byte[][][] x = new byte[Math.min(m, 9)][Math.min(n, 9)][];
        if (m > 0 && n > 0) {
            x[0][0] = new byte[] {1, (byte) m};
        }
        return x;
    }

    static String narrowArrays(int a, int b) {
        boolean[] booleans = {a > b, a == b};
        byte[] bytes = {(byte) a, (byte) b};
        short[] shorts = {(short) a, (short) b};
        char[] chars = {(char) (a & 0x7f), 'x'};
        booleans[1] |= booleans[0];
        bytes[0] += (byte) 100;
        shorts[1]--;
        chars[1] += 2;
        float[] floats = {a, b};
        long[] longs = {a, b};
        floats[0] /= 3;
        longs[1] *= a;
        return Arrays.toString(booleans)
                + Arrays.toString(bytes)
                + Arrays.toString(shorts)
                + new String(chars)
                + Arrays.toString(floats)
                + Arrays.toString(longs);
    }

    static void arrayStoreOfAnotherClass(Object value) {
        Object[] x = new String[1];
        x[0] = value;
    }

    static int[] cloneOfArray(int n) {
        int[] copy = INITIAL.clone();
        copy[0] = n;
        return copy;
    }

    static int length(String text) {
        return text.length();
    }

    static String cast(Object object) {
        return (String) object;
    }

    static int tests(Object object) {
        return (object instanceof String ? 1 : 0)
                + (object instanceof Number ? 2 : 0)
                + (object == null ? 4 : 0)
                + (object instanceof Comparable<?> ? 8 : 0);
    }

    static String concatenation(int i, long l, boolean z, char c, double d, Object o) {
        return "i=" + i + ",l=" + l + ",z=" + z + ",c=" + c + ",d=" + d + ",o=" + o;
    }

    static int stringSwitch(String text) {
        return switch (text) {
            case "Aa", "x" -> 1;
            case "BB" -> 2;
            case "" -> 3;
            default -> text.length();
        };
    }

    static int intSwitch(int x) {
        int result = 0;
        switch (x) {
            case 0:
                result += 1;
            case 1:
                result += 10;
                break;
            case -5:
                result = 7;
                break;
            case Integer.MAX_VALUE:
                return -1;
            default:
                result = 99;
        }
        return result;
    }

    static String patternSwitch(Object object) {
        return switch (object) {
            case null -> "null";
            case Integer i when i > 3 -> "big " + i;
            case Integer i -> "int " + i;
            case String s -> "string " + s;
            case Circle(double radius) -> "circle " + radius;
            case int[] array -> "ints " + array.length;
            default -> "other";
        };
    }

    static double sealedSwitch(int n, double x) {
        Shape shape = n % 2 == 0 ? new Circle(x) : new Square(x, "s");
        return switch (shape) {
            case Circle circle -> circle.radius() * 3;
            case Square square -> square.side() * square.side();
        };
    }

    static String enumSwitch(int n) {
        Colour colour = Colour.values()[n];
        return switch (colour) {
            case RED -> "r" + colour.ordinal();
            case GREEN -> colour.name();
            case BLUE -> Colour.valueOf("BLUE").toString();
        };
    }

    static String records(double x, String name) {
        Square square = new Square(x, name);
        return square + " " + square.equals(new Square(x, name)) + " "
                + (square.hashCode() == new Square(x, name).hashCode());
    }

    static int objects(int n) {
        Base base = n > 2 ? new Derived(n) : new Base(n);
        base.value += n;
        base.narrow += (byte) 100;
        base.letter++;
        return base.twice() * 31 + base.secret() + base.narrow + base.letter + (base.flag ? 1 : 0);
    }

    static String defaultMethods(String name) {
        Greeter greeter = new Derived(1);
        return greeter.greet(name) + new Greeter() {}.greet(name);
    }

    static double lambdas(double x, int n) {
        DoubleUnaryOperator scaled = y -> y * n + x;
        IntBinaryOperator sum = Integer::sum;
        Supplier<List<Integer>> fresh = ArrayList::new;
        List<Integer> list = fresh.get();
        list.add(sum.applyAsInt(n, 3));
        return scaled.andThen(Math::abs).applyAsDouble(x) + list.get(0);
    }

    static int streams(int n) {
        return IntStream.range(0, Math.min(n, 20))
                .filter(i -> i % 3 != 0)
                .map(i -> i * i)
                .sum();
    }

    static int statics(int n) {
        counter = n;
        counter += 5;
        return counter++ + counter;
    }

    static Integer boxing(int n, Long other) {
        Integer boxed = n;
        return other == null ? boxed : Integer.valueOf((int) (boxed + other));
    }

    static String tryCatchFinally(int[] x, int i, int divisor) {
        StringBuilder log = new StringBuilder();
        try {
            log.append(x[i] / divisor);
            return log.append(" returned").toString();
        } catch (ArithmeticException | NegativeArraySizeException e) {
            log.append(" arithmetic");
        } catch (RuntimeException e) {
            log.append(' ').append(e.getClass().getSimpleName());
        } finally {
            log.append(" finally");
        }
        return log.toString();
    }

    static int nestedFinally(int n) {
        int result = 0;
        for (int i = 0; i < 3; i++) {
            try {
                if (i == n) {
                    continue;
                }
                try {
                    result += 10 / (i - n - 1);
                } finally {
                    result += 100;
                }
            } catch (ArithmeticException e) {
                result += 1000;
                break;
            }
        }
        return result;
    }

    static int thrown(int n) {
        if (n > 1) {
            throw new IllegalStateException("n is " + n);
        }
        RuntimeException none = null;
        if (n == 1) {
            throw none;
        }
        return n;
    }

    static String resources(int n) throws Exception {
        StringBuilder log = new StringBuilder();
        try (AutoCloseable _ = () -> log.append("closed")) {
            log.append(10 / n);
        } catch (ArithmeticException e) {
            log.append(e.getMessage());
        }
        return log.toString();
    }

    static int synchronizedBlocks(Object lock, int n) {
        int result = n;
        synchronized (lock) {
            synchronized (lock) {
                result++;
            }
            if (n == 0) {
                throw new IllegalStateException();
            }
        }
        synchronized (lock) {
            result *= 2;
        }
        return result;
    }

    static int negativeLoop(int n) {
        int steps = 0;
        for (long i = n; i > -10 && steps < 50; i -= 3) {
            int j = steps;
            do {
                j++;
                if (j % 7 == 0) {
                    break;
                }
            } while (j < 12);
            steps += j;
        }
        return steps;
    }

    static Class<?> classConstants(int n) {
        return n == 0 ? int.class : n == 1 ? String[].class : Colour.class;
    }

    static int varargs(int a, int b) {
        return Arrays.asList(a, b, a + b).indexOf(b)
                + String.format("%d-%s", a, "x").length();
    }

    static char chars(char c, short s, byte b, boolean z) {
        char result = (char) (c + s);
        result ^= (char) b;
        return z ? result : (char) -result;
    }
}
