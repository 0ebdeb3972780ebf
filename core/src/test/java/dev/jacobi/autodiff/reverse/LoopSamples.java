package dev.jacobi.autodiff.reverse;

/** Methods over an array whose loops, exits and stores are hard to turn round. */
@SuppressWarnings({"unused", "IntLongMath"})
final class LoopSamples {
    private LoopSamples() {}

    static double breakInTheMiddle(double[] x) {
        double product = 1;
        for (double element : x) {
            product *= element;
            if (product > 3) {
                break;
            }
            product = Math.sin(product) + 2;
        }
        return product;
    }

    static double innerBreaks(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double power = x[i];
            for (int j = 0; j < 10; j++) {
                double before = power * power;
                if (before > 4) {
                    sum += before * x[j % x.length];
                    break;
                }
                power = before * 1.1 + x[i];
            }
            sum = sum * 0.5 + power * sum;
        }
        return sum;
    }

    static double labelledBreak(double[] x) {
        double state = 1;
        outer:
        for (int i = 0; i < 5; i++) {
            double local = state * x[0];
            for (int j = 0; j < x.length; j++) {
                double twice = local * x[j] * 2;
                if (twice > 6) {
                    state += local * twice;
                    break outer;
                }
                if (twice < 1) {
                    local += x[j] * local;
                    continue outer;
                }
                local = Math.sqrt(twice) * local;
            }
            state *= local;
        }
        return state * state;
    }

    static double earlyReturnFromNestedLoops(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = i; j < x.length; j++) {
                sum += x[i] * x[j] * sum + x[j];
                if (sum > 5) {
                    return sum * x[i];
                }
            }
        }
        return sum;
    }

    static double doWhile(double[] x) {
        double value = x[0];
        int trips = 0;
        do {
            value = value * value * 0.3 + x[x.length - 1];
            trips++;
        } while (trips < x.length);
        return value;
    }

    static double newtonInLoop(double[] x) {
        double sum = 0;
        for (double element : x) {
            double root = element;
            while (Math.abs(root * root - element) > 1e-13) {
                root = 0.5 * (root + element / root);
            }
            sum += root * sum + root;
        }
        return sum;
    }

    static double downwards(double[] x) {
        double horner = 0;
        for (int i = x.length - 1; i >= 0; i--) {
            horner = horner * x[0] + x[i];
        }
        return horner;
    }

    static double strides(double[] x) {
        double sum = 1;
        int k = 1;
        for (int i = 0; i < x.length; i += 2) {
            sum *= x[i] * x[k % x.length];
            k *= 3;
        }
        for (long i = x.length - 1; i > 0; i -= 3) {
            sum = Math.sin(sum * x[(int) i]);
        }
        return sum;
    }

    static double doubling(double[] x) {
        double sum = 0;
        for (int i = 1; i <= x.length; i *= 2) {
            sum = sum * x[i - 1] + Math.exp(-x[i - 1]);
        }
        return sum;
    }

    static double minimum(double[] x) {
        double least = x[0];
        double second = x[0];
        for (int i = 1; i < x.length; i++) {
            if (x[i] < least) {
                second = least;
                least = x[i];
            } else if (x[i] * x[i] < second) {
                second = x[i] * least;
            }
        }
        return least * second;
    }

    static double switchInLoop(double[] x) {
        double state = 0.5;
        for (int i = 0; i < x.length; i++) {
            switch (i % 4) {
                case 0 -> state *= x[i];
                case 1 -> state = Math.sin(state + x[i]);
                case 2 -> {
                    if (state > 0.3) {
                        state = state * state + x[i];
                    }
                }
                default -> state -= x[i] * x[i] * state;
            }
        }
        return state;
    }

    static double overwritten(double[] x) {
        double[] copy = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            copy[i] = x[i] * x[i];
        }
        double sum = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < x.length; i++) {
                sum += copy[i] * copy[(i + 1) % x.length];
                copy[i] = Math.sin(copy[i]) * x[i];
            }
        }
        return sum;
    }

    static void inPlaceSums(double[] x) {
        for (int i = 1; i < x.length; i++) {
            x[i] += x[i - 1] * 0.5;
            x[0] += Math.exp(-x[i]);
        }
    }

    static double freshRowsInLoop(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double[] row = new double[x.length];
            for (int j = 0; j < x.length; j++) {
                row[j] = x[i] * x[j] + (j > 0 ? row[j - 1] : 0);
            }
            double norm = 0;
            for (int j = 0; j < x.length; j++) {
                norm += row[j] * row[j];
            }
            sum += Math.sqrt(norm);
        }
        return sum;
    }

    static double reusedRowInLoop(double[] x) {
        double sum = 0;
        double[] row = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                row[j] = x[i] * x[j];
            }
            for (int j = 0; j < x.length; j++) {
                sum += row[j] * row[j] * sum * 0.1 + row[j];
            }
        }
        return sum;
    }

    static double conditionalWork(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            if ((i & 1) == 0) {
                double t = Math.exp(x[i] * 0.3);
                if (t > 1.3) {
                    double u = t * x[i];
                    for (int j = 0; j < i; j++) {
                        u = Math.sin(u) + x[j] * t;
                    }
                    sum += u * u;
                } else {
                    sum -= t;
                }
            }
            sum *= 0.9;
        }
        return sum;
    }

    static double triangular(double[] x) {
        double sum = 0;
        int p = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j <= i; j++) {
                sum += x[p % x.length] * x[j] * sum * 0.01 + x[j] * x[i];
                p++;
            }
        }
        return sum;
    }

    static double integersDecide(double[] x) {
        double sum = 0;
        int[] counts = new int[3];
        for (int i = 0; i < 3 * x.length; i++) {
            int bucket = (i * 7 + counts[i % 3]) % 3;
            counts[bucket] += 1 + i;
            double weight = counts[bucket] * 0.125;
            sum = sum * 0.25 + x[counts[bucket] % x.length] * weight * x[i % x.length];
        }
        return sum;
    }

    static double zeroTrips(double[] x) {
        double product = x[0];
        for (int i = x.length; i < 3; i++) {
            product *= x[0] + i;
        }
        return product;
    }

    static double lastValueLeaves(double[] x) {
        double last = 0;
        double inner = 1;
        for (int i = 0; i < x.length; i++) {
            last = x[i] * inner;
            for (int j = 0; j < 2; j++) {
                inner = last * x[i] + 0.1 * inner;
            }
        }
        return last * inner;
    }

    static double swappedValues(double[] x) {
        double a = x[0];
        double b = x[x.length - 1];
        for (int i = 0; i < x.length; i++) {
            double c = a;
            a = b * x[i];
            b = c + 0.1 * x[i];
        }
        return a * b;
    }

    static double deadEnds(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            if (x[i] < 0) {
                if (i > 2) {
                    throw new IllegalStateException("negative");
                }
                throw new IllegalArgumentException("negative " + x[i]);
            }
            sum += x[i] * x[i];
        }
        return sum;
    }

    static double infiniteUntilReturn(double[] x) {
        double state = x[0];
        int i = 0;
        while (true) {
            state = Math.sin(state) * x[i] + 1;
            if (++i == x.length) {
                return state;
            }
            if (state > 2.4) {
                return state * state;
            }
        }
    }

    static double referencesInLoop(double[] x) {
        double[] a = new double[] {x[0], 1};
        double[] b = new double[] {2, x[x.length - 1]};
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double[] chosen = (i % 3 == 0) ? a : b;
            sum += chosen[0] * chosen[1] * x[i];
            chosen[i & 1] = sum * 0.5;
            double[] swap = a;
            a = b;
            b = swap;
        }
        return sum + a[0] * b[1];
    }

    static double nestedLocalArrays(double[] x) {
        double[][] rows = new double[3][];
        for (int i = 0; i < 3; i++) {
            rows[i] = new double[x.length + i];
            rows[i][i] = x[0] * (i + 1);
        }
        double[][] fixed = new double[2][2];
        fixed[1][0] = x[0] * x[0];
        double sum = 0;
        for (double[] row : rows) {
            for (int j = 0; j < row.length; j++) {
                row[j] += fixed[1][0] * j;
                sum += row[j] * row[j];
            }
        }
        return sum;
    }

    static double strictlyNeededCondition(double[] x) {
        double a = x[0];
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            boolean big = a * x[i] > 1;
            a = big ? a * 0.5 + x[i] : a * a;
            if (big && i > 0) {
                sum += a * x[i - 1];
            }
        }
        return sum + a;
    }

    static double caughtInLoop(double[] x) {
        double sum = 1;
        for (int i = 0; i < x.length; i++) {
            try {
                sum *= x[i];
                x[i + 1] = Math.sin(sum);
                sum = sum * x[i + 1] + 1;
            } catch (ArrayIndexOutOfBoundsException e) {
                sum *= sum;
            }
        }
        return sum;
    }

    static double loopLeftByException(double[] x) {
        double product = 1;
        try {
            for (int i = 0; i < 100; i++) {
                product *= x[i];
                x[i] = product * product;
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            product = Math.exp(-product);
        }
        return product * x[0];
    }

    static double thrownAndCaught(double[] x) {
        double sum = x[0];
        try {
            for (double element : x) {
                sum = Math.sin(sum * element) + 1;
            }
            if (sum < 1.5) {
                throw new IllegalStateException();
            }
            sum = sum * sum;
        } catch (IllegalStateException e) {
            sum = x[0] * sum;
        }
        return sum;
    }

    static double finallyInLoop(double[] x) {
        double sum = 1;
        for (int i = 0; i < x.length; i++) {
            try {
                double next = x[i + 2] * sum;
                x[i] = Math.sin(next);
                sum += next;
            } catch (ArrayIndexOutOfBoundsException e) {
                sum *= 0.5;
            } finally {
                x[i] *= sum;
            }
        }
        return sum;
    }

    static double rowFoundByTrying(double[] x) {
        double[][] rows = {x, new double[] {x[0], 2}, x.clone()};
        double[] row = rows[1];
        double tries = 1;
        for (int i = 4; i >= 0; i--) {
            try {
                row = rows[i];
                break;
            } catch (ArrayIndexOutOfBoundsException e) {
                tries *= x[0];
            }
        }
        row[0] += tries * row[0];
        return row[0] * tries + rows[2][0];
    }

    static double guarded(double[] x) {
        double sum = 0;
        for (double element : x) {
            synchronized (x) {
                sum = sum * element + Math.exp(-element);
            }
        }
        return sum;
    }

    static double indicesMoveOn(double[] x) {
        int[] place = new int[x.length + 1];
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            double element = x[place[x.length]];
            sum += element * element * element;
            place[x.length] = (place[x.length] + 1) % x.length;
        }
        return sum;
    }

    static double indicesInRowsSwapped(double[] x) {
        int[][] places = {new int[x.length], new int[x.length]};
        double sum = 1;
        for (int i = 0; i < 5; i++) {
            sum += Math.sin(x[places[0][0]] * sum);
            places[1][0] = (places[0][0] + i) % x.length;
            int[] first = places[0];
            places[0] = places[1];
            places[1] = first;
        }
        return sum;
    }

    /** Holds no numbers. */
    static final class Cursor {
        int at;
        final boolean[] seen = new boolean[4];
    }

    static double cursorsMoveOn(double[] x) {
        Cursor[] cursors = {new Cursor(), new Cursor()};
        double sum = 1;
        for (int i = 0; i < 5; i++) {
            Cursor cursor = cursors[i & 1];
            double element = x[cursor.at];
            sum += cursor.seen[cursor.at & 3] ? element * sum : Math.cos(element);
            cursor.seen[cursor.at & 3] ^= true;
            cursor.at = (cursor.at + 1) % x.length;
        }
        return sum;
    }

    /** What is counted here is looked at in each round. */
    private static final int[] TICKS = new int[1];

    static double staticIndexMovesOn(double[] x) {
        TICKS[0] = 0;
        double product = 1;
        while (TICKS[0] < x.length) {
            product += x[TICKS[0]] * product * product * 0.1;
            TICKS[0]++;
        }
        return product;
    }

    /** Signs, switches and choices that change in each round, from ends that are not known, up and down. */
    static double alternations(double[] x) {
        double sum = 1;
        int sign = x.length % 3 - 1;
        long flag = x.length;
        float factor = 0.5f;
        boolean odd = x.length % 2 == 1;
        for (int i = x.length - 1; i >= x.length % 2; i--) {
            sum += sign * factor * x[i] * x[i] * sum * 0.1;
            if (odd) {
                sum *= 1 + x[i] * 0.1 * flag;
            }
            odd = !odd;
            sign = -sign;
            flag = 3 - flag;
            factor = -factor;
        }
        int mask = 5;
        int at = 0;
        while (sum < 4 && at < 20) {
            sum = sum * (1.1 + 0.01 * mask) + x[at++ % x.length] * 0.01 * sum;
            mask ^= x.length;
        }
        return sum;
    }

    static double permuted(double[] x, int[] order) {
        double state = 1;
        for (int i = 0; i < order.length; i++) {
            state = Math.sin(state * x[order[i]]) + 1;
            int next = order[(i + 1) % order.length];
            order[(i + 1) % order.length] = order[i];
            order[i] = next;
        }
        return state;
    }
}
