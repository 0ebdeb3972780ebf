package dev.jacobi.autodiff.forward;

import java.util.Arrays;

/** Methods to differentiate, one for each construct. */
@SuppressWarnings({"unused", "NarrowCalculation"}) // integer arithmetic that gets into floats is meant
public final class Samples {
    private Samples() {}

    static double straightLine(double x, double y) {
        return Math.sin(x * y) - x / y;
    }

    static double branches(double x, double y) {
        double z = x;
        if (x > y) {
            z = z * y;
        } else if (x > 1) {
            z = Math.exp(y);
        }
        return z * z + y;
    }

    static double ternary(double x, double y) {
        return (x > y ? x : 3.0) * (y < 1 ? 1 : y);
    }

    static double whileLoop(double x, double y) {
        double root = x;
        while (Math.abs(root * root - x) > 1e-12) {
            root = 0.5 * (root + x / root);
        }
        return root * y;
    }

    static double switchOnInt(double x, double y, int which) {
        return switch (which) {
            case 0 -> x * y;
            case 1 -> Math.sqrt(x) + y;
            default -> Math.pow(x, y);
        };
    }

    static double earlyReturn(double x, double y) {
        for (int i = 1; i < 10; i++) {
            x *= y + i;
            if (x > 20) {
                return x * x;
            }
        }
        return x;
    }

    static double integersBetween(double x, double y) {
        int whole = (int) (x * 3);
        long more = Math.round(y);
        return (x - whole) * more + whole * y;
    }

    static double checkedWithMessage(double x, double y) {
        if (x < 0) {
            throw new IllegalArgumentException("negative: " + x);
        }
        return Math.log(x) * y;
    }

    static double calledMath(double x, double y) {
        return Math.hypot(x, y)
                + Math.atan2(y, x)
                + Math.max(x, y) * Math.min(x, 2)
                + Math.fma(x, y, x)
                + Math.cbrt(x)
                + Math.scalb(x, 3)
                + Math.abs(-y)
                + Math.IEEEremainder(7.3, y)
                + 9.1 % (x + 2);
    }

    static double caughtDivision(double x, double y) {
        double sum = 0;
        for (int i = -2; i < 3; i++) {
            try {
                sum += x * (12 / i);
            } catch (ArithmeticException e) {
                sum = sum * y;
            }
        }
        return sum * x;
    }

    static double finallyBlock(double x, double y) {
        double[] state = new double[1];
        try {
            state[0] = x * x;
            if (y > 1) {
                return state[0] * y;
            }
        } finally {
            state[0] += y;
        }
        return state[0] * x;
    }

    static double sum(double[] x) {
        double sum = 0;
        for (double each : x) {
            sum += each * each;
        }
        return sum;
    }

    static double rosenbrock(double[] x) {
        double sum = 0;
        for (int i = 0; i + 1 < x.length; i++) {
            double a = x[i + 1] - x[i] * x[i];
            double b = 1 - x[i];
            sum += 100 * a * a + b * b;
        }
        return sum;
    }

    static double nestedLoops(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double product = 1;
            for (int j = i; j < x.length; j += 2) {
                product *= x[j] + i;
            }
            sum += Math.log(product);
        }
        return sum;
    }

    static void prefixProductsInPlace(double[] x) {
        for (int i = 1; i < x.length; i++) {
            x[i] *= x[i - 1];
        }
    }

    static double localArray(double[] x) {
        double[] squares = new double[x.length + 1];
        for (int i = 0; i < x.length; i++) {
            squares[i] = x[i] * x[i];
            squares[i + 1] += squares[i];
        }
        return squares[x.length] * squares[0];
    }

    static double localMatrix(double[] x) {
        int n = x.length;
        double[][] products = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                products[i][j] = x[i] * x[j];
            }
        }
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += products[i][n - 1 - i];
        }
        return trace;
    }

    static double swappedBuffers(double[] x) {
        double[] now = x.clone();
        double[] next = new double[x.length];
        for (int step = 0; step < 3; step++) {
            for (int i = 0; i < x.length; i++) {
                next[i] = now[i] * now[(i + 1) % x.length];
            }
            double[] other = now;
            now = next;
            next = other;
        }
        return now[0] + next[x.length - 1];
    }

    static double copied(double[] x) {
        double[] longer = Arrays.copyOf(x, x.length + 2);
        longer[x.length] = x[0] * 3;
        double[] target = new double[longer.length];
        System.arraycopy(longer, 0, target, 1, x.length + 1);
        return target[1] * target[x.length] * target[x.length + 1];
    }

    static double copiedRange(double[] x) {
        double[] part = Arrays.copyOfRange(x, x.length / 2, x.length + 1);
        part[part.length - 1] = x[0];
        double product = 1;
        for (double each : part) {
            product *= each;
        }
        return product;
    }

    static double cloned(double[] x) {
        double[] copy = x.clone();
        copy[0] *= 2;
        return copy[0] * x[0] * copy[x.length - 1];
    }

    static double filled(double[] x) {
        double[] all = new double[4];
        Arrays.fill(all, x[0] * x[0]);
        all[1] = 5;
        return all[0] * all[1] * all[3];
    }

    static void filledRange(double[] x) {
        Arrays.fill(x, 0, x.length / 2, x[x.length - 1]);
    }

    static void copiedWithinItself(double[] x) {
        System.arraycopy(x, 0, x, 1, x.length - 1);
        x[0] = x[0] * x[x.length - 1];
    }

    static double clearedByCopyOfConstants(double[] x) {
        double[] ones = new double[x.length];
        Arrays.fill(ones, 1);
        double before = x[0] * x[x.length - 1];
        System.arraycopy(ones, 0, x, 0, x.length / 2);
        return before + x[0];
    }

    static double chosenArray(double[] x) {
        double[] local = new double[x.length];
        local[0] = 3;
        double[] chosen = x[0] > 1 ? x : local;
        return chosen[0] * x[x.length - 1];
    }

    static double arraysInObjectArray(double[] x) {
        Object[] box = {x, "text", new double[] {x[0] * 2}};
        return ((double[]) box[0])[0] * ((double[]) box[2])[0] + ((String) box[1]).length();
    }

    static double outOfBoundsCaught(double[] x) {
        double sum = 0;
        try {
            for (int i = 0; ; i++) {
                sum += x[i] * x[i];
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            return sum * x[0];
        }
    }

    static double[] returnedArray(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.exp(x[i]);
        }
        return y;
    }

    static double[] returnedInput(double[] x) {
        x[0] *= x[x.length - 1];
        return x;
    }

    static void overwrittenInput(double[] x) {
        x[0] = 4;
    }

    static double arrayHoldingConstants(double[] x) {
        double[] weights = {1, 2, 3};
        return x[0] * weights[2];
    }

    static double breaksAndContinues(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            if (x[i] < 0.8) {
                continue;
            }
            sum += x[i] * x[0];
            if (sum > 4) {
                sum *= x[i];
                break;
            }
        }
        return sum;
    }

    static double matrixVector(double[][] a, double[] x) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double[] row = a[i];
            for (int j = 0; j < x.length; j++) {
                sum += row[j] * x[j] * x[j];
            }
        }
        return sum;
    }

    static double rowsMoved(double[][] a, double[] x) {
        double[] first = a[0];
        a[0] = a[a.length - 1];
        a[a.length - 1] = first;
        a[0][0] *= x[0];
        return a[a.length - 1][0] * first[0];
    }

    static double rowsOfLocalMatrix(double[][] a, double[] x) {
        double[][] rows = new double[3][];
        rows[0] = a[0];
        rows[1] = new double[] {x[0] * x[0]};
        rows[2] = new double[2];
        rows[2][1] = a[0][0];
        return rows[0][0] * rows[1][0] * rows[2][1] + rows[2][0];
    }

    static double clonedRows(double[][] a, double[] x) {
        double[][] shallow = a.clone();
        shallow[0][0] *= 2;
        shallow[0] = new double[] {x[0]};
        double[][] longer = Arrays.copyOf(a, a.length + 1);
        longer[a.length] = shallow[0];
        return a[0][0] * longer[a.length][0] * shallow[0][0];
    }

    static double raggedSum(double[][] a, double[] x) {
        a[0] = new double[] {x[0], 2};
        double sum = 0;
        for (double[] row : a) {
            for (double each : row) {
                sum += each * each;
            }
        }
        return sum;
    }

    static double oneOfTwo(double[] x, double[] y, int choice) {
        double[] chosen = choice == 0 ? x : y;
        return chosen[0] * chosen[1] * x[0];
    }

    static double copyOfOneOfTwo(double[] x, double[] y, int choice) {
        double[] copy = (choice == 0 ? x : y).clone();
        copy[1] *= x[1] * y[0];
        double[] target = new double[2];
        System.arraycopy(choice == 0 ? x : y, 0, target, 0, 2);
        return copy[0] * copy[1] * target[0];
    }

    static void outer(double[] x, double[] y, double[] out) {
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < y.length; j++) {
                out[i * y.length + j] = x[i] * y[j];
            }
        }
    }

    static float floatMix(float[] x, float y) {
        return x[0] * x[0] * y + (float) Math.sin(y);
    }
}
