package dev.jacobi.batch;

/** Functions of one example whose gradients keep on tapes what depends on the ways that the example takes. */
final class MaskedLosses {
    private MaskedLosses() {}

    /** Each example has rounds of its own, and so its own number of values on the tape. */
    static double adaptive(double[] weights, double x, double end) {
        double y = x;
        double time = 0;
        while (time < end) {
            double slope = Math.sin(y * weights[0]) + weights[1] * y;
            y += 0.1 * slope;
            time += 0.05 + Math.abs(slope) * 0.1;
        }
        return y * y;
    }

    /** Only some rounds of some examples put something on the tape. */
    static double sometimes(double[] weights, double x, int rounds) {
        double y = x;
        for (int i = 0; i < rounds; i++) {
            if (y > 0.5) {
                y = Math.sin(y * weights[i % weights.length]) - y * y;
            } else if (y < -1) {
                y = Math.exp(y) * y + weights[0];
            } else {
                y = y * 1.5 + 0.25;
            }
        }
        return y;
    }

    /** Loops within loops, whose numbers of rounds lie on the tape. */
    static double nested(double[] weights, double x, int a, int b) {
        double y = x;
        for (int i = 0; i < (a & 7); i++) {
            double z = y;
            for (int j = 0; j < ((b + i) & 3); j++) {
                z = Math.cos(z * weights[j]) + y * z;
                if (z > 1.5) {
                    break;
                }
            }
            y = z * 0.5 + Math.sin(y);
        }
        return y;
    }

    /** Leaves in the middle, and jumps. */
    static double leaving(double[] weights, double x, int kind) {
        double y = x;
        for (int i = 0; i < 12; i++) {
            switch ((kind + i) % 4) {
                case 0 -> y = y * y - weights[0];
                case 1 -> {
                    y = Math.sin(y) * y;
                    if (y > 0.7) {
                        return y * weights[1];
                    }
                }
                case 2 -> y = y * weights[i % weights.length];
                default -> {
                    if (kind > 20) {
                        return Math.exp(-y * y);
                    }
                    continue;
                }
            }
            y = y / (1 + Math.abs(y));
        }
        return y;
    }

    /** An array of its own in each round. */
    static double arrays(double[] weights, double x, int rounds) {
        double y = x;
        for (int i = 0; i < rounds; i++) {
            double[] own = new double[weights.length];
            for (int j = 0; j < own.length; j++) {
                own[j] = Math.sin(y + weights[j]) * y;
            }
            double sum = 0;
            for (int j = 0; j < own.length; j++) {
                sum += own[j] * own[(j + 1) % own.length];
            }
            y = 0.3 * sum + x;
        }
        return y;
    }

    /** An array that only some examples make, in which each has other places. */
    static double places(double x, int place, int count) {
        double y = x;
        if (x > 0.5) {
            int[] counts = new int[count];
            double[] sums = new double[3];
            for (int i = place; i < 7; i++) {
                counts[i % count]++;
                sums[i % 3] += Math.exp(-x * i) * counts[(i * place) % count];
            }
            for (double sum : sums) {
                y = y * 0.5 + sum;
            }
            y += counts.length;
        }
        return y;
    }

    static float single(float[] weights, float x, int rounds) {
        float y = x;
        for (int i = 0; i < rounds; i++) {
            y = y * weights[i % weights.length] + (float) Math.sin(y * y);
        }
        return y;
    }

    /** Throws for some in the middle of the loop. */
    static double throwing(double[] weights, double x, int limit) {
        double y = x;
        for (int i = 0; y < 100; i++) {
            if (i > limit) {
                throw new IllegalStateException("too long: " + limit);
            }
            y = y * y * weights[0] + y + 1;
        }
        return y;
    }

    /** Of numbers alone: its gradient is a new array. */
    static double numbers(double x, double step, double end) {
        double y = x;
        int rounds = 0;
        for (double time = 0; time < end && rounds < 500; time += step + y * y * 0.01) {
            y = Math.sin(y * 1.7) + step * y;
            rounds++;
        }
        return y;
    }

    /** The way back of some examples only has a tape. */
    static double guarded(double[] weights, double x, int rounds) {
        double y = x * weights[0];
        if (x > 0) {
            for (int i = 0; i < rounds; i++) {
                y = Math.sin(y) * weights[1] + y * y * 0.1;
            }
        }
        return y;
    }

    /** Writes into its argument, as often as it depends on what is there. */
    static double smooth(double[] x, double amount) {
        int rounds = 0;
        while (x[0] > 0.5 && rounds < 9) {
            for (int i = 1; i < x.length; i++) {
                x[i] = Math.exp(-amount * x[i] * x[i]) + x[i - 1];
            }
            x[0] = Math.sin(x[0]) * x[0] * 0.9;
            rounds++;
        }
        return x[x.length - 1] * x[0];
    }
}
