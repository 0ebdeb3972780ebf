package dev.jacobi.conformance.gradient;

import org.apache.commons.math3.analysis.polynomials.PolynomialFunction;
import org.apache.commons.math3.util.MathArrays;
import org.ejml.dense.row.decomposition.TriangularSolver_DDRM;
import org.ejml.dense.row.decomposition.qr.QrHelperFunctions_DDRM;

/** Functions of libraries that give arrays or work in place, made into functions that give one number. */
public final class LibraryObjectives {
    private LibraryObjectives() {}

    private static double norm(double[] values) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (i + 1) * values[i] * values[i];
        }
        return sum;
    }

    public static double polynomial(double[] coefficients, double x) {
        return new PolynomialFunction(coefficients).value(x);
    }

    public static double scale(double factor, double[] values) {
        return norm(MathArrays.scale(factor, values));
    }

    public static double scaleInPlace(double factor, double[] values) {
        MathArrays.scaleInPlace(factor, values);
        return norm(values);
    }

    public static double add(double[] a, double[] b) {
        return norm(MathArrays.ebeAdd(a, b));
    }

    public static double subtract(double[] a, double[] b) {
        return norm(MathArrays.ebeSubtract(a, b));
    }

    public static double multiply(double[] a, double[] b) {
        return norm(MathArrays.ebeMultiply(a, b));
    }

    public static double divide(double[] a, double[] b) {
        return norm(MathArrays.ebeDivide(a, b));
    }

    public static double convolve(double[] a, double[] b) {
        return norm(MathArrays.convolve(a, b));
    }

    public static double normalizeArray(double[] a, double sum) {
        return norm(MathArrays.normalizeArray(a, sum));
    }

    public static double lowerTriangularSolve(double[] lower, double[] right, int n) {
        TriangularSolver_DDRM.solveL(lower, right, n);
        return norm(right);
    }

    public static double transposedLowerSolve(double[] lower, double[] right, int n) {
        TriangularSolver_DDRM.solveTranL(lower, right, n);
        return norm(right);
    }

    public static double upperTriangularSolve(double[] upper, double[] right, int n) {
        TriangularSolver_DDRM.solveU(upper, right, n);
        return norm(right);
    }

    public static double lowerInverse(double[] lower, int n) {
        TriangularSolver_DDRM.invertLower(lower, n);
        return norm(lower);
    }

    public static double householder(double[] column, double max) {
        double tau = QrHelperFunctions_DDRM.computeTauAndDivide(0, column.length, column, max);
        return tau + norm(column);
    }
}
