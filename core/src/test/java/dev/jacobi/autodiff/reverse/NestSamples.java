package dev.jacobi.autodiff.reverse;

/** Methods with loops in loops that must store something in each iteration. */
@SuppressWarnings("unused")
final class NestSamples {
    private NestSamples() {}

    static double two(double[] x, int n, int m) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                sum = Math.sin(sum) + x[j % x.length] * sum + x[i % x.length];
            }
        }
        return sum;
    }

    static double onBothLevels(double[] x, int n, int m) {
        double sum = 1;
        for (int i = 0; i < n; i++) {
            double row = x[i % x.length];
            for (int j = 0; j < m; j++) {
                row = Math.sin(row * x[j % x.length]);
            }
            sum = Math.cos(sum * row) + row;
        }
        return sum;
    }

    static double before(double[] x, int n, int m) {
        double sum = 1;
        for (int i = 0; i < n; i++) {
            double start = Math.exp(-sum * sum);
            double row = start;
            for (int j = 0; j < m; j++) {
                row = Math.sin(row * x[j % x.length]);
            }
            sum = start * row + x[i % x.length];
        }
        return sum;
    }

    static double sideBySide(double[] x, int n, int m) {
        double sum = 1;
        for (int i = 0; i < n; i++) {
            double one = sum;
            for (int j = 0; j < m; j++) {
                one = Math.sin(one + x[j % x.length]);
            }
            double other = sum;
            for (int j = 0; j < 3; j++) {
                other = Math.cos(other * x[j % x.length]);
            }
            sum = one * other;
        }
        return sum;
    }

    static double three(double[] x, int n, int m) {
        double sum = 1;
        for (int i = 0; i < n; i++) {
            double plane = x[i % x.length];
            for (int j = 0; j < m; j++) {
                double row = Math.sin(plane);
                for (int k = 0; k < 3; k++) {
                    row = Math.exp(-row * x[k % x.length]);
                }
                plane = plane * row;
            }
            sum = Math.cos(sum + plane);
        }
        return sum;
    }

    static double downAndUp(double[] x, int n, int m) {
        double sum = 1;
        for (int i = n + 1; i > 1; i--) {
            double row = sum;
            for (int j = -2; j < m - 2; j++) {
                row = Math.sin(row * x[(j + 2) % x.length]);
            }
            for (int j = m; j > 0; j--) {
                row = Math.cos(row * x[j % x.length]) + row;
            }
            sum = Math.sin(sum * row);
        }
        return sum;
    }

    static double downInDownInDown(double[] x, int n, int m) {
        double sum = 1;
        for (int i = n - 1; i >= 0; i--) {
            for (int j = m; j >= 1; j--) {
                for (int k = 5; k > 3; k--) {
                    sum = Math.sin(sum * x[(i + j + k) % x.length]) + sum;
                }
            }
        }
        return sum;
    }

    static double fromWhereTheCallerSays(double[] x, int n, int m) {
        double sum = 1;
        for (int i = -n; i < m; i++) {
            for (int j = n; j < m + 3; j++) {
                sum = Math.sin(sum * x[(i + j + 100) % x.length]) + sum;
            }
        }
        return sum;
    }

    static double innermostDependsOnTheMiddle(double[] x, int n, int m) {
        double sum = 1;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                double row = sum;
                for (int k = 0; k <= j; k++) {
                    row = Math.sin(row * x[k % x.length]);
                }
                sum = Math.cos(row) * sum;
            }
        }
        return sum;
    }

    static double innerOnlySometimes(double[] x, int n, int m) {
        double sum = 1;
        for (int i = 0; i < n; i++) {
            if (x[i % x.length] > 1) {
                for (int j = 0; j < m; j++) {
                    sum = Math.sin(sum * x[j % x.length]);
                }
            }
            sum = sum * Math.exp(-sum);
        }
        return sum;
    }

    static double leavesEarly(double[] x, int n, int m) {
        double sum = 1;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                sum = Math.sin(sum * x[j % x.length]) + 1;
                if (sum > 1.9) {
                    return sum * sum;
                }
            }
        }
        return sum;
    }

    static double testedAfterEachIteration(double[] x, int n, int m) {
        double sum = 1;
        int i = 0;
        do {
            double row = sum;
            for (int j = 0; j < m; j++) {
                row = Math.sin(row * x[j % x.length]) + 0.1;
            }
            int k = 0;
            do {
                row = Math.exp(-row * x[k % x.length]);
                k++;
            } while (k < m);
            sum = Math.cos(row * sum);
            i++;
        } while (i < n);
        return sum;
    }

    static double withinALoopOfUnknownLength(double[] x, int n, int m) {
        double sum = 1;
        while (sum < 20) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < m; j++) {
                    sum = Math.sqrt(sum * sum + Math.sin(sum * x[j % x.length]));
                }
            }
            sum = sum * 1.5 + 1;
        }
        return sum;
    }

    static double limitChanges(double[] x, int n, int m) {
        double sum = 1;
        int limit = m;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < limit; j++) {
                sum = Math.sin(sum * x[j % x.length]) + sum;
            }
            limit = (limit * 3 + 1) % 5;
        }
        return sum;
    }

    static double ofManyKinds(double[] x, int n, int m) {
        double sum = 1;
        float other = 1;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                if (sum > other) {
                    sum = Math.sin(sum * x[j % x.length]);
                } else {
                    other = (float) Math.cos(other) * other;
                    sum = sum + other;
                }
            }
        }
        return sum * other;
    }
}
