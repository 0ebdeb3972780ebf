package dev.jacobi.runtime.library;

import dev.jacobi.HessianVectorProduct;
import dev.jacobi.JacobianVectorProduct;
import dev.jacobi.VectorJacobianProduct;
import dev.jacobi.runtime.ForwardInLanes;

/** Matrices of derivatives by products, in plain Java: what takes their place in code that calls them and is differentiated. */
public final class DerivativeMethods {
    private DerivativeMethods() {}

    /** Row by row. */
    public static double[][] hessian(HessianVectorProduct<double[]> product, double[] x) {
        double[][] hessian = new double[x.length][];
        for (int row = 0; row < x.length; row++) {
            double[] axis = new double[x.length];
            axis[row] = 1;
            hessian[row] = product.at(x.clone(), axis);
        }
        return hessian;
    }

    /** Column by column, or row by row from that number of columns on from which the Jacobian itself goes by rows. */
    public static double[][] jacobian(
            JacobianVectorProduct<double[], double[]> columns,
            VectorJacobianProduct<double[], double[]> rows,
            double[] x) {
        int results = results(columns, x);
        if (results >= (x.length - 1) / ForwardInLanes.WIDTH) {
            return byColumns(columns, x, results);
        }
        double[][] jacobian = new double[results][];
        for (int row = 0; row < results; row++) {
            double[] axis = new double[results];
            axis[row] = 1;
            jacobian[row] = rows.at(x.clone(), axis);
        }
        return jacobian;
    }

    /** Column by column. */
    public static double[][] jacobian(JacobianVectorProduct<double[], double[]> columns, double[] x) {
        return byColumns(columns, x, results(columns, x));
    }

    private static int results(JacobianVectorProduct<double[], double[]> columns, double[] x) {
        return columns.at(x.clone(), new double[x.length]).length;
    }

    private static double[][] byColumns(JacobianVectorProduct<double[], double[]> columns, double[] x, int results) {
        double[][] jacobian = new double[results][x.length];
        for (int column = 0; column < x.length; column++) {
            double[] axis = new double[x.length];
            axis[column] = 1;
            double[] tangent = columns.at(x.clone(), axis);
            for (int row = 0; row < results; row++) {
                jacobian[row][column] = tangent[row];
            }
        }
        return jacobian;
    }
}
