package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;

/** What carries a derivative and what does not. */
@SuppressWarnings({"UnusedVariable", "IdentityBinaryExpression"}) // code as users write it
class ActivityGroupTest extends GroupTest {

    @Case("1.3; 0.4; 2")
    static double inactiveBranch(double x, double y, int n) {
        double z = n * 2.0;
        if (z > 3) {
            z = Math.sqrt(z);
        }
        return x * z + y;
    }

    @Case("1.3")
    static double resultOfRounding(double x) {
        return Math.floor(x) + Math.round(x) + (int) x;
    }

    @Case("1.3; 7")
    static double derivativeIsCutByCast(double x, int n) {
        int truncated = (int) (x * n);
        return truncated * x;
    }

    @Case("1.3")
    static double overwrittenByConstant(double x) {
        double y = Math.exp(x);
        y = 3;
        return y * x;
    }

    @Case(value = "1.3; [0.4, 0.9]", constant = 1)
    static double constantData(double x, double[] data) {
        double sum = 0;
        for (double d : data) {
            double residual = x - d;
            sum += residual * residual;
        }
        return sum;
    }

    @Case(value = "1.3; [0.4, 0.9]", constant = 1, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double temporaryGivenAsConstant(double x, double[] temporary) {
        temporary[0] = x * x;
        return temporary[0] + temporary[1];
    }

    @Case(value = "1.3; [0.4, 0.9]", constant = 1)
    static double constantsWrittenToConstant(double x, double[] constant) {
        constant[0] = 3;
        return x * constant[0] * constant[1];
    }

    @Case(value = "1.3; [0.4, 0.9]; true", constant = 1)
    @Case(value = "1.3; [0.4, 0.9]; false", constant = 1)
    static double activeOrConstantArray(double x, double[] constant, boolean active) {
        double[] local = {x, x * x};
        double[] chosen = active ? local : constant;
        return chosen[0] * chosen[1] + x;
    }

    @Case(value = "[1.3, 0.2]; [0.4, 0.9]; true", constant = 1)
    @Case(value = "[1.3, 0.2]; [0.4, 0.9]; false", constant = 1)
    static double activeOrConstantParameter(double[] x, double[] constant, boolean active) {
        double[] chosen = active ? x : constant;
        return chosen[0] * chosen[1] + x[0];
    }

    private static double activeStatic;

    @Case(value = "1.3", refused = Refusal.ACTIVE_STATIC)
    static double throughStaticField(double x) {
        activeStatic = x * x;
        return activeStatic * x;
    }

    private static int calls;

    @Case("1.3")
    static double inactiveStaticIsCounted(double x) {
        calls++;
        return x * x + 0 * (calls - calls);
    }

    private static double constantStatic = 4;

    @Case("1.3")
    static double readsStaticField(double x) {
        return x * x * constantStatic;
    }

    @Case("[1.3, 0.4, 0.9]; 0.6")
    static double indexDependsOnActive(double[] x, double limit) {
        int i = 0;
        while (i < x.length - 1 && x[i] > limit) {
            i++;
        }
        return x[i] * x[i] * limit;
    }

    @Case("1.3")
    static double textOfInactive(double x) {
        String text = "n" + calls;
        return x * x * Math.min(1, text.length());
    }

    @Case("1.3; 5")
    static double inactiveLoopBesides(double x, int n) {
        double inactive = 1;
        for (int i = 0; i < n; i++) {
            inactive = Math.sin(inactive) + i;
        }
        return x * inactive * x;
    }

    @Case("1.3; 5")
    static double activeFromSomeTripOn(double x, int n) {
        double y = 1;
        for (int i = 0; i < n; i++) {
            if (i == 2) {
                y = x;
            }
            y = y * y * 0.5 + 0.1;
        }
        return y;
    }

    @Case("1.3; 5")
    static double inactiveAfterSomeTrip(double x, int n) {
        double y = x;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += y * i;
            if (i == 2) {
                y = 0.5;
            }
            y = Math.sin(y);
        }
        return sum;
    }

    @Case("[1.3, 0.4]")
    static double partsOfArrayInactive(double[] x) {
        double[] work = new double[4];
        work[0] = 2;
        work[1] = x[0];
        work[2] = work[0] * work[0];
        work[3] = work[1] * work[2];
        return work[3] * x[1] + work[0];
    }

    @Case("1.3; 0.4")
    static double comparedOnly(double x, double y) {
        return y > x ? 1 : y;
    }

    @Case("1.3; 0.4")
    static double neverUsed(double x, double y) {
        double _ = Math.pow(x, y) / 0.0;
        return x + y;
    }

    @Case("1.3; [0.4]")
    static double resultOfPureCallDiscarded(double x, double[] y) {
        Math.sin(x * y[0]);
        return x * y[0];
    }

    @Case("[1.3, 0.4]; [1, 2]")
    static double integersBesides(double[] x, int[] n) {
        n[0] += 3;
        long product = 1;
        for (int each : n) {
            product *= each;
        }
        return x[0] * product + x[1] * n[0];
    }

    private static double either(boolean condition, double active, double constant) {
        return condition ? active : constant;
    }

    @Case("1.3; true")
    @Case("1.3; false")
    static double returnIsActiveOrNot(double x, boolean condition) {
        return either(condition, x * x, 5) * 2;
    }

    private static double[] eitherArray(boolean condition, double[] active) {
        return condition ? active : new double[] {7, 8};
    }

    @Case("[1.3, 0.4]; true")
    @Case("[1.3, 0.4]; false")
    static double returnedArrayIsActiveOrNot(double[] x, boolean condition) {
        double[] chosen = eitherArray(condition, x);
        return chosen[0] * chosen[1] + x[1];
    }

    @Case("[1.3, 0.4]; true")
    @Case("[1.3, 0.4]; false")
    static double writesToEitherArray(double[] x, boolean condition) {
        double[] other = {7, 8};
        double[] chosen = condition ? x : other;
        chosen[0] = x[1] * x[0];
        return x[0] * other[0] + chosen[1];
    }

    @Case(value = "[1.3, 0.4]; @0", constant = 1, refused = Refusal.ALIASED_ARGUMENTS)
    static double constantIsTheActiveArray(double[] x, double[] constant) {
        x[0] *= x[1];
        return x[0] * constant[0];
    }

    private static final double[] BUFFER = new double[2];

    @Case(value = "1.3", refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double staticBuffer(double x) {
        BUFFER[0] = x * x;
        return BUFFER[0] * x;
    }

    @Case("1.3; 3")
    static double bufferUsedForConstantsFirst(double x, int n) {
        double[] buffer = new double[2];
        buffer[0] = n;
        double constant = buffer[0] * 2;
        buffer[0] = x;
        double active = buffer[0] * constant;
        buffer[0] = n * 0.5;
        return active * buffer[0] + buffer[0];
    }

    @Case("1.3; 0.4; 4")
    static double choosesByComparedValues(double x, double y, int n) {
        double best = Double.NEGATIVE_INFINITY;
        int where = -1;
        for (int i = 0; i < n; i++) {
            double candidate = Math.sin(x * i) + y * i * 0.1;
            if (candidate > best) {
                best = candidate;
                where = i;
            }
        }
        return best * where + x;
    }

    @Case("1.3")
    static double randomNumbersAreConstant(double x) {
        java.util.Random random = new java.util.Random(3);
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += x * x * random.nextDouble() + random.nextInt(5) * x;
        }
        return sum;
    }
}
