package dev.jacobi.batch;

/** Functions of one example whose ways depend on the example. */
final class MaskedExamples {
    private MaskedExamples() {}

    /** Rounds of its own. */
    static int collatz(int start) {
        int rounds = 0;
        int n = (start & 0xff) + 1;
        while (n != 1) {
            n = (n & 1) == 0 ? n / 2 : 3 * n + 1;
            rounds++;
        }
        return rounds * 1000 + n;
    }

    /** Two ways out of a loop. */
    static double newton(double a, int limit) {
        double x = a;
        for (int i = 0; i < limit; i++) {
            double next = 0.5 * (x + a / x);
            if (Math.abs(next - x) < 1e-9) {
                return next + i;
            }
            x = next;
        }
        return -x;
    }

    /** The counter is the same for all that go on, and differs behind the loop. */
    static int search(double[] table, double x) {
        int i = 0;
        for (; i < table.length; i++) {
            if (table[i] > x) {
                break;
            }
        }
        return i * 10 + (i < table.length ? 1 : 0);
    }

    /** Divides only where that is possible. */
    static long divide(int a, int b, long c) {
        long result = a;
        if (b != 0) {
            result += a / b + 7L * (a % b);
            if (c != 0) {
                result ^= result / c + Long.MIN_VALUE % c;
            }
        }
        return result;
    }

    static int dividing(int a, int b) {
        int sum = 0;
        for (int i = 0; i < (a & 7); i++) {
            sum += 100 / (b + i);
        }
        return sum;
    }

    /** Reads a table only inside its bounds. */
    static double guarded(double[] table, int place) {
        double result = -1;
        if (place >= 0 && place < table.length) {
            result = table[place] * table[table.length - 1 - place];
        }
        return result;
    }

    /** Reads a table, which may be null or empty, for some. */
    static double unguarded(double[] table, int place, boolean reads) {
        double result = place;
        if (reads) {
            result += Math.sqrt(Math.abs(table[place]));
        }
        return result;
    }

    /** Would never end for a step of 0. */
    static double stepping(double from, double step) {
        double at = from;
        int rounds = 0;
        if (step > 0) {
            while (at < 3) {
                at += step;
                rounds++;
            }
        }
        return at * rounds;
    }

    /** Jumps of all kinds. */
    @SuppressWarnings("fallthrough")
    static int jumps(int kind, int seed) {
        int result = seed;
        outer:
        for (int i = 0; i < 6; i++) {
            switch ((kind + i) % 5) {
                case 0:
                    result += 3;
                // fall through
                case 1:
                    result ^= i;
                    break;
                case 2:
                    continue;
                case -1, 3:
                    for (int j = 0; j < (seed & 3); j++) {
                        if ((result & 5) == j) {
                            continue outer;
                        }
                        if (result % 11 == 7) {
                            break outer;
                        }
                        result = result * 31 + j;
                    }
                    break;
                default:
                    if ((result & 64) != 0) {
                        return ~result;
                    }
            }
            result = result >>> 1;
        }
        return result;
    }

    /** Sorts an array of its own, and counts in one, at places that depend on the example. */
    static double sorted(double[] x, int bins) {
        double[] own = new double[x.length];
        int[] counts = new int[bins];
        for (int i = 0; i < x.length; i++) {
            double value = x[i];
            int at = i;
            while (at > 0 && own[at - 1] > value) {
                own[at] = own[at - 1];
                at--;
            }
            own[at] = value;
            counts[(int) (Math.abs(value) * 1.5)]++;
        }
        double result = 0;
        for (int i = 0; i < own.length; i++) {
            result = result * 0.75 + own[i];
        }
        for (int count : counts) {
            result = result * 8 + count;
        }
        return result;
    }

    /** Arguments of the example at places that depend on it, of narrow types. */
    static float narrow(byte[] next, boolean[] stops, float start) {
        float sum = start;
        int at = 0;
        for (int rounds = 0; rounds < 20 && !stops[at]; rounds++) {
            sum += at * 0.5f;
            at = next[at] & 3;
        }
        return sum;
    }

    /** A uniform branch and one that is not lead to the same code. */
    static double tails(int mode, double x, double[] table) {
        double result = x;
        if (mode == 0 || x > 0.3) {
            for (double element : table) {
                result += Math.sqrt(element * element + x);
                if (result > 4) {
                    return result;
                }
            }
        } else if (mode == 1 && x < -0.5) {
            result = Math.exp(x);
        }
        return mode == 2 ? result * 2 : result - 1;
    }

    /** Throws for some, in a loop that others have left. */
    static double throwing(double x, int limit) {
        double y = x;
        for (int i = 0; y < 100; i++) {
            if (i > limit) {
                throw new IllegalStateException("too long: " + limit);
            }
            y = y * 1.5 + 1;
        }
        return y;
    }

    /** Never ends for some, and throws for others behind the loop. */
    static int endless(int rounds, boolean throwing) {
        int i = 0;
        while (i != rounds) {
            i += 2;
        }
        if (throwing) {
            throw new IllegalStateException("odd");
        }
        return i;
    }

    static void nothing(int x) {
        int y = x;
        while (y > 0) {
            y -= 3;
        }
        if (y == -2) {
            throw new IllegalArgumentException();
        }
    }

    /** Only the values of the last round of the inner loop are used behind it, in the outer one. */
    static long nested(int a, int b) {
        long total = 0;
        int last = -1;
        for (int i = 0; i < (a & 7); i++) {
            int j = i;
            while (((j * 7 + b) & 15) > 3) {
                j++;
                if (j > 30) {
                    total -= last;
                    break;
                }
            }
            last = j;
            total = total * 3 + j;
        }
        return total + last;
    }

    /** What the first loop computes goes round the second one to the end. */
    @SuppressWarnings("IdentityBinaryExpression") // not a number where y is none
    static boolean twice(int rounds, int place, double x) {
        int[] zeros = new int[4];
        int i = 0;
        do {} while (i++ < 9 && zeros[(place != 0 ? rounds % place : rounds) & 3] >= 1);
        double y = x;
        for (int j = 0; j < ((rounds != 0 ? place % rounds : rounds) & 7); j++) {
            if (i <= -1) {
                continue;
            }
            y = y - y + (j + place);
        }
        return y != Math.min(0.5, y);
    }

    /** The inner loop's test leads straight to the next round of the outer one. */
    static double onward(boolean flag, int start) {
        byte[] zeros = new byte[3];
        int i = 0;
        while (i++ < 9) {
            int v = (i < zeros.length ? zeros[i] : i) - i + start;
            for (int j = 0; j < ((v * i) & 7); j++) {
                if (flag) {
                    if ((v >= 0 && v < zeros.length ? zeros[v] : 0) != Math.min(0, i)) {
                        return 0.5;
                    }
                } else {
                    v = v * (i + i);
                }
            }
        }
        return -2.25;
    }

    /** What is stored behind the inner loop is computed of the counter of the outer one, to whose next round examples go from before the inner one too. */
    static double behind(double x, double y) {
        int[] last = new int[1];
        double sum = x;
        int round = 0;
        while (round++ < 8 && y < x / y) {
            if (round >= last[0]) {
                x = x / (1 + x * x);
            }
            if (round > 1) {
                for (int i = 0; i < 4; i++) {
                    sum = x + 0.5 * sum;
                }
                last[0] = round + 1;
            }
        }
        return sum + last[0];
    }

    /** All examples go through all rounds, of which some go to the next one early, when the counter has its next value already. */
    static double early(double x, int rounds) {
        double sum = x;
        int round = 0;
        int skipped = 0;
        while (round < rounds) {
            int before = round++;
            if (x < before) {
                skipped += round;
                continue;
            }
            for (int i = 0; i < before; i++) {
                sum = 0.5 * sum + x * i;
            }
            if (sum > 3) {
                sum -= round;
                continue;
            }
            sum += before + 0.25 * skipped;
        }
        return sum + skipped;
    }
}
