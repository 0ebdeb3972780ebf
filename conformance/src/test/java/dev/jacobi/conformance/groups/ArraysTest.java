package dev.jacobi.conformance.groups;

import java.util.Arrays;

/** Arrays read, written, copied, filled, nested, and one array given twice. */
class ArraysTest extends GroupTest {

    @Case("[1.3, -0.7, 2.2]")
    static double sumOfSquares(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += element * element;
        }
        return sum;
    }

    @Case("[1.3, -0.7]; [0.2, 0.9]")
    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    @Case("[1.3, -0.7]; @0")
    @Case("[1.3, -0.7]; [0.4, 0.5]")
    static double readOfTwoParameters(double[] x, double[] y) {
        return x[0] * y[1] + x[1] * y[1] * y[0];
    }

    @Case("[1.3, -0.7]; @0")
    @Case("[1.3, -0.7]; [0.4, 0.5]")
    static double writeThroughOneReadThroughTheOther(double[] x, double[] y) {
        double before = x[0] * x[1];
        y[0] = x[1] * x[1] + y[0];
        double after = x[0] * x[1];
        return before * after + Math.sin(x[0]) * y[0];
    }

    @Case("[1.3, -0.7, 0.2]; @0")
    @Case("[1.3, -0.7, 0.2]; [0.4, 0.5, 0.6]")
    static void shiftedCopyInLoop(double[] from, double[] to) {
        for (int i = 1; i < from.length; i++) {
            to[i] = from[i - 1] * from[i] + to[i - 1];
        }
    }

    @Case("[1.3]")
    static double readWriteRead(double[] x) {
        double first = x[0] * x[0];
        x[0] = first * 3;
        double second = x[0] * x[0];
        return first * second;
    }

    @Case("[1.3]; 4")
    static double readWriteReadInLoop(double[] x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[0] * x[0];
            x[0] = Math.sin(x[0]) + sum;
        }
        return sum;
    }

    @Case("[1.3, 0.2]")
    static void overwrittenByConstant(double[] x) {
        x[0] = x[1] * x[0];
        x[1] = 2;
    }

    @Case("1.3; [0.2, 0.5]")
    static double storedTwice(double x, double[] out) {
        out[0] = x * x;
        out[0] = x * x * x;
        return out[0] + out[1];
    }

    @Case("[1.3, 0.2, 0.9]")
    static void inPlace(double[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] = x[i] * x[i] + 1;
        }
    }

    @Case("[1.3, 0.2, 0.9]")
    static void prefixSums(double[] x) {
        for (int i = 1; i < x.length; i++) {
            x[i] += x[i - 1] * x[i - 1];
        }
    }

    @Case("[1.3, 0.2, 0.9, 0.4]")
    static void reversedInPlace(double[] x) {
        for (int i = 0; i < x.length / 2; i++) {
            double swapped = x[i];
            x[i] = x[x.length - 1 - i] * swapped;
            x[x.length - 1 - i] = swapped;
        }
    }

    @Case("[1.3, 0.2, 0.9, 0.4, 0.6]")
    static void overlappingCopyUpwards(double[] x) {
        x[0] *= x[1];
        System.arraycopy(x, 0, x, 1, 4);
        x[2] *= x[4];
    }

    @Case("[1.3, 0.2, 0.9, 0.4, 0.6]")
    static void overlappingCopyDownwards(double[] x) {
        System.arraycopy(x, 2, x, 0, 3);
        x[2] *= x[0];
    }

    @Case("[1.3, 0.2, 0.9]; [0.4, 0.6, 0.7]; 1; 0; 2")
    @Case("[1.3, 0.2, 0.9]; [0.4, 0.6, 0.7]; 0; 0; 0")
    @Case("[1.3, 0.2, 0.9]; @0; 0; 1; 2")
    static double partCopied(double[] x, double[] y, int from, int to, int count) {
        System.arraycopy(x, from, y, to, count);
        return y[0] * y[1] + y[2] * x[0];
    }

    @Case("[1.3, 0.2, 0.9]; 4.0")
    static double copyIsChanged(double[] x, double factor) {
        double[] copy = new double[x.length];
        System.arraycopy(x, 0, copy, 0, x.length);
        for (int i = 0; i < copy.length; i++) {
            copy[i] *= factor * x[i];
        }
        return copy[0] * copy[1] * copy[2];
    }

    @Case("[1.3, 0.2, 0.9]")
    static double cloneIsChanged(double[] x) {
        double[] copy = x.clone();
        copy[1] = copy[0] * copy[2];
        return copy[0] * copy[1] + x[1];
    }

    @Case("[1.3, 0.2, 0.9]; 5")
    @Case("[1.3, 0.2, 0.9]; 2")
    static double copyOfOtherLength(double[] x, int length) {
        double[] copy = Arrays.copyOf(x, length);
        double product = 1;
        for (double element : copy) {
            product *= element + 2;
        }
        return product;
    }

    @Case("[1.3, 0.2, 0.9, 0.6]")
    static double copyOfRange(double[] x) {
        double[] copy = Arrays.copyOfRange(x, 1, 3);
        copy[0] *= copy[1];
        return copy[0] * copy[1];
    }

    @Case("1.3; [0.2, 0.9, 0.6]")
    static double filledWithActive(double x, double[] a) {
        double before = a[1] * a[2];
        Arrays.fill(a, x * x);
        a[1] *= a[0];
        return before + a[1] * a[2];
    }

    @Case("1.3; [0.2, 0.9, 0.6]")
    static double partFilled(double x, double[] a) {
        Arrays.fill(a, 1, 3, x);
        return a[0] * a[1] * a[2];
    }

    @Case("[0.2, 0.9, 0.6]")
    static double filledWithZero(double[] a) {
        double before = a[0] * a[1] * a[2];
        Arrays.fill(a, 0);
        return before + a[1];
    }

    @Case("[0.2, 0.9, 0.6]; 1.1")
    static double setAll(double[] a, double x) {
        Arrays.setAll(a, i -> a[i] * x * i);
        return a[1] * a[2];
    }

    @Case("[]")
    @Case("[0.4]")
    static double ofAnyLength(double[] x) {
        double sum = 1;
        for (double element : x) {
            sum *= element;
        }
        return sum;
    }

    @Case("[]; 1.3")
    static double zeroLengthCopies(double[] x, double y) {
        double[] copy = x.clone();
        System.arraycopy(copy, 0, x, 0, 0);
        return copy.length + y * y;
    }

    @Case("[[1.3, 0.2], [0.9, 0.4], [0.6, 0.7]]")
    static double twoDimensions(double[][] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                sum += x[i][j] * x[(i + 1) % x.length][j];
            }
        }
        return sum;
    }

    @Case("[[1.3], [0.9, 0.4], [], [0.6, 0.7, 0.8]]")
    static double ragged(double[][] x) {
        double product = 1;
        for (double[] row : x) {
            double sum = 0;
            for (double element : row) {
                sum += element * element;
            }
            product *= sum + 1;
        }
        return product;
    }

    @Case("[[1.3, 0.2], [0.9, 0.4]]")
    static void rowsInPlace(double[][] x) {
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                x[i][j] *= x[1 - i][j];
            }
        }
    }

    @Case("[[1.3, 0.2], [0.9, 0.4]]")
    static double rowsSwapped(double[][] x) {
        double[] first = x[0];
        x[0] = x[1];
        x[1] = first;
        x[0][0] *= x[1][1];
        return x[0][0] * x[0][1] + first[0];
    }

    @Case("[[1.3, 0.2], [0.9, 0.4]]")
    static double rowTwice(double[][] x) {
        x[1] = x[0];
        x[1][0] = x[0][0] * x[0][1];
        return x[0][0] * x[1][1];
    }

    @Case("[1.3, 0.2, 0.9, 0.4]; 2")
    static double[][] reshaped(double[] x, int n) {
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                rows[i][j] = x[i * n + j] * (i + j + 1);
            }
        }
        return rows;
    }

    @Case("[[1.3, 0.2], [0.9, 0.4]]; [[0.3, 0.8], [0.7, 0.5]]")
    static double matrixProductAllocated(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c[0][0] * c[1][1] - c[0][1] * c[1][0];
    }

    @Case(value = "[1.5, 0.25, 0.75]", floats = true)
    static double localSingles(double[] x) {
        float[] f = new float[] {(float) x[0] * 2, 3};
        return f[0] * f[1] * x[1];
    }

    @Case("[1.3, 0.2, 0.9]; [2, 0, 1]")
    static double gathered(double[] x, int[] index) {
        double sum = 0;
        for (int i = 0; i < index.length; i++) {
            sum += (i + 1) * x[index[i]] * x[index[i]];
        }
        return sum;
    }

    @Case("[1.3, 0.2, 0.9]; [1, 0, 1]; [0, 0]")
    static void scattered(double[] x, int[] index, double[] out) {
        for (int i = 0; i < x.length; i++) {
            out[index[i]] += x[i] * x[i];
        }
    }

    @Case("[1.3, 0.2, 0.9]; [0, 0]; 4")
    static double indexMovesOn(double[] x, int[] index, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[index[1]] * x[index[1]] * x[index[0]];
            index[i & 1] = (index[1 - (i & 1)] + 1) % x.length;
        }
        return sum;
    }

    private static void rotate(int[] order) {
        int first = order[0];
        System.arraycopy(order, 1, order, 0, order.length - 1);
        order[order.length - 1] = first;
    }

    @Case("[1.3, 0.2, 0.9]; [0, 2, 1]; 5")
    static double permutedByAnother(double[] x, int[] order, int n) {
        double state = 1;
        for (int i = 0; i < n; i++) {
            state = Math.sin(state * x[order[0]]) + 1;
            rotate(order);
        }
        return state;
    }

    @Case("[1.3, 0.2, 0.9]; 1")
    static double loadedIndexOverwritten(double[] x, int start) {
        int[] index = {start, 0};
        double first = x[index[0]];
        index[0] = 2;
        return first * x[index[0]] * first;
    }

    @Case(value = "[1.3, 0.2]; 2", throwing = ArrayIndexOutOfBoundsException.class)
    static double outOfBounds(double[] x, int i) {
        double y = x[0] * x[1];
        return y * x[i];
    }

    @Case(value = "[1.3, 0.2]; null", throwing = NullPointerException.class)
    static double nullArray(double[] x, double[] y) {
        x[0] = x[1] * x[1];
        return x[0] + y[0];
    }

    @Case(value = "[1.3, 0.2]; -1", throwing = NegativeArraySizeException.class)
    static double negativeLength(double[] x, int length) {
        double[] made = new double[length];
        return x[0] + made.length;
    }

    @Case("[1.3, 0.2, 0.9]; true")
    @Case("[1.3, 0.2, 0.9]; false")
    static double eitherOfTwoArrays(double[] x, boolean first) {
        double[] one = {x[0], x[1]};
        double[] other = {x[2], x[0] * x[1]};
        double[] chosen = first ? one : other;
        chosen[0] *= chosen[1];
        return one[0] * other[0];
    }

    @Case("[1.3, 0.2, 0.9]; 3")
    static double localTemporary(double[] x, int n) {
        double[] temporary = new double[n];
        for (int i = 0; i < n; i++) {
            temporary[i] = x[i] * x[(i + 1) % n];
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += temporary[i] * temporary[n - 1 - i];
        }
        return sum;
    }

    @Case("[1.3, 0.2, 0.9, 0.7]")
    static double sorted(double[] x) {
        double[] copy = x.clone();
        for (int i = 1; i < copy.length; i++) {
            double value = copy[i];
            int j = i - 1;
            while (j >= 0 && copy[j] > value) {
                copy[j + 1] = copy[j];
                j--;
            }
            copy[j + 1] = value;
        }
        return copy[0] + 2 * copy[1] * copy[1] + 3 * copy[2] * copy[3];
    }

    @Case("[1.3, 0.2, 0.9, 0.7]")
    static double sortedByLibrary(double[] x) {
        double[] copy = x.clone();
        Arrays.sort(copy);
        return copy[0] + 2 * copy[1] * copy[1] + 3 * copy[2] * copy[3];
    }

    @Case("[[1.3, 0.2], [0.9, 0.4], [0.6, 0.7]]")
    static double rowsCopied(double[][] x) {
        double[][] rows = x.clone();
        System.arraycopy(rows, 0, rows, 1, 2);
        rows[1][0] *= rows[0][1];
        rows[2] = rows[2].clone();
        rows[2][1] += x[0][0];
        return rows[0][0] * x[1][1] + rows[2][1] * x[2][0];
    }

    @Case("[0.9, 0.4]; 3")
    static double sharedRowFilled(double[] row, int n) {
        double[][] rows = new double[n][];
        Arrays.fill(rows, row);
        for (int i = 0; i < n; i++) {
            rows[i][i % 2] *= rows[(i + 1) % n][(i + 1) % 2] + 1;
        }
        return rows[0][0] * rows[n - 1][1];
    }

    private static double crossed(double[] a, double[] b) {
        a[0] *= b[1];
        b[0] += a[0] * a[1];
        a[1] = b[0] - a[1];
        return a[0] * b[1];
    }

    @Case("[1.3, 0.2]; [0.7, 0.5]")
    @Case("[1.3, 0.2]; @0")
    static double oneArrayGivenTwiceToACall(double[] x, double[] y) {
        return crossed(x, x) + crossed(x, y) * crossed(y, y);
    }

    private static double crossedDeeply(double[] a, double[] b, int n) {
        if (n == 0) {
            return a[0] * b[1];
        }
        a[0] = Math.sin(a[0] * b[1]) + 1;
        double deeper = crossedDeeply(b, a, n - 1);
        b[1] *= deeper;
        return deeper * a[0] + a[1];
    }

    @Case("[1.3, 0.2]; [0.7, 0.5]; 3")
    @Case("[1.3, 0.2]; @0; 3")
    static double oneArrayGivenTwiceToRecursion(double[] x, double[] y, int n) {
        return crossedDeeply(x, y, n) + crossedDeeply(x, x, 2);
    }

    @Case("[1.3, 0.2, 0.9, 0.4]; 2")
    static double[][][] threeLevels(double[] x, int n) {
        double[][][] cube = new double[n][n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    cube[i][j][k] = x[i * n + j] * x[k] + (i > 0 ? cube[i - 1][k][j] : 0);
                }
            }
        }
        return cube;
    }

    @Case("[1.3, 0.2, 0.9]; 2")
    static double longsAndBooleansInMemory(double[] x, int n) {
        long[] state = {n};
        boolean[] seen = new boolean[4];
        byte[] kinds = new byte[2];
        double sum = 1;
        for (int i = 0; i < 6; i++) {
            state[0] = state[0] * 6364136223846793005L + 1442695040888963407L;
            int k = (int) (state[0] >>> 62);
            sum += x[k % x.length] * (seen[k] ? sum : 1) * kinds[i % 2];
            seen[k] = !seen[k];
            kinds[(i + 1) % 2] = (byte) (k + 1);
        }
        return sum;
    }
}
