package dev.jacobi.conformance.gradient;

import org.apache.commons.math3.analysis.function.Gaussian;
import org.apache.commons.math3.analysis.function.HarmonicOscillator;
import org.apache.commons.math3.analysis.function.Logistic;
import org.apache.commons.math3.analysis.function.Logit;
import org.apache.commons.math3.analysis.function.Sigmoid;
import org.apache.commons.math3.analysis.function.Sinc;
import org.apache.commons.math3.analysis.integration.SimpsonIntegrator;
import org.apache.commons.math3.analysis.integration.TrapezoidIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.analysis.interpolation.LinearInterpolator;
import org.apache.commons.math3.analysis.interpolation.NevilleInterpolator;
import org.apache.commons.math3.analysis.interpolation.SplineInterpolator;
import org.apache.commons.math3.analysis.polynomials.PolynomialFunction;
import org.apache.commons.math3.analysis.polynomials.PolynomialFunctionNewtonForm;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.complex.Quaternion;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.CauchyDistribution;
import org.apache.commons.math3.distribution.ExponentialDistribution;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.distribution.GumbelDistribution;
import org.apache.commons.math3.distribution.LaplaceDistribution;
import org.apache.commons.math3.distribution.LevyDistribution;
import org.apache.commons.math3.distribution.LogNormalDistribution;
import org.apache.commons.math3.distribution.LogisticDistribution;
import org.apache.commons.math3.distribution.NakagamiDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.ParetoDistribution;
import org.apache.commons.math3.distribution.TriangularDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.distribution.WeibullDistribution;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;
import org.apache.commons.math3.geometry.euclidean.twod.Vector2D;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.ode.nonstiff.ClassicalRungeKuttaIntegrator;
import org.apache.commons.math3.stat.descriptive.moment.Kurtosis;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.Skewness;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.descriptive.moment.Variance;

/** Instance methods of library objects that are made of active numbers. */
public final class LibraryObjects {
    private static final double ACCURACY = 1e-9;

    private LibraryObjects() {}

    public static double normalDensity(double mean, double deviation, double x) {
        return new NormalDistribution(null, mean, deviation, ACCURACY).density(x);
    }

    public static double normalLogDensity(double mean, double deviation, double x) {
        return new NormalDistribution(null, mean, deviation, ACCURACY).logDensity(x);
    }

    public static double normalProbability(double mean, double deviation, double x) {
        return new NormalDistribution(null, mean, deviation, ACCURACY).cumulativeProbability(x);
    }

    public static double normalQuantile(double mean, double deviation, double p) {
        return new NormalDistribution(null, mean, deviation, ACCURACY).inverseCumulativeProbability(p);
    }

    public static double exponentialDensity(double mean, double x) {
        return new ExponentialDistribution(null, mean, ACCURACY).density(x);
    }

    public static double exponentialProbability(double mean, double x) {
        return new ExponentialDistribution(null, mean, ACCURACY).cumulativeProbability(x);
    }

    public static double exponentialQuantile(double mean, double p) {
        return new ExponentialDistribution(null, mean, ACCURACY).inverseCumulativeProbability(p);
    }

    public static double gammaDensity(double shape, double scale, double x) {
        return new GammaDistribution(null, shape, scale, ACCURACY).density(x);
    }

    public static double gammaProbability(double shape, double scale, double x) {
        return new GammaDistribution(null, shape, scale, ACCURACY).cumulativeProbability(x);
    }

    public static double betaDensity(double alpha, double beta, double x) {
        return new BetaDistribution(null, alpha, beta, ACCURACY).density(x);
    }

    public static double cauchyDensity(double median, double scale, double x) {
        return new CauchyDistribution(null, median, scale, ACCURACY).density(x);
    }

    public static double cauchyProbability(double median, double scale, double x) {
        return new CauchyDistribution(null, median, scale, ACCURACY).cumulativeProbability(x);
    }

    public static double cauchyQuantile(double median, double scale, double p) {
        return new CauchyDistribution(null, median, scale, ACCURACY).inverseCumulativeProbability(p);
    }

    public static double weibullDensity(double shape, double scale, double x) {
        return new WeibullDistribution(null, shape, scale, ACCURACY).density(x);
    }

    public static double weibullProbability(double shape, double scale, double x) {
        return new WeibullDistribution(null, shape, scale, ACCURACY).cumulativeProbability(x);
    }

    public static double weibullQuantile(double shape, double scale, double p) {
        return new WeibullDistribution(null, shape, scale, ACCURACY).inverseCumulativeProbability(p);
    }

    public static double logNormalDensity(double scale, double shape, double x) {
        return new LogNormalDistribution(null, scale, shape, ACCURACY).density(x);
    }

    public static double logNormalProbability(double scale, double shape, double x) {
        return new LogNormalDistribution(null, scale, shape, ACCURACY).cumulativeProbability(x);
    }

    public static double paretoDensity(double scale, double shape, double x) {
        return new ParetoDistribution(null, scale, shape, ACCURACY).density(x);
    }

    public static double paretoProbability(double scale, double shape, double x) {
        return new ParetoDistribution(null, scale, shape, ACCURACY).cumulativeProbability(x);
    }

    public static double gumbelDensity(double mu, double beta, double x) {
        return new GumbelDistribution(null, mu, beta).density(x);
    }

    public static double gumbelProbability(double mu, double beta, double x) {
        return new GumbelDistribution(null, mu, beta).cumulativeProbability(x);
    }

    public static double laplaceDensity(double mu, double beta, double x) {
        return new LaplaceDistribution(null, mu, beta).density(x);
    }

    public static double laplaceQuantile(double mu, double beta, double p) {
        return new LaplaceDistribution(null, mu, beta).inverseCumulativeProbability(p);
    }

    public static double logisticDensity(double mu, double s, double x) {
        return new LogisticDistribution(null, mu, s).density(x);
    }

    public static double logisticProbability(double mu, double s, double x) {
        return new LogisticDistribution(null, mu, s).cumulativeProbability(x);
    }

    public static double levyDensity(double mu, double c, double x) {
        return new LevyDistribution(null, mu, c).density(x);
    }

    public static double nakagamiDensity(double mu, double omega, double x) {
        return new NakagamiDistribution(null, mu, omega, ACCURACY).density(x);
    }

    public static double triangularDensity(double a, double c, double b, double x) {
        return new TriangularDistribution(null, a, c, b).density(x);
    }

    public static double uniformProbability(double a, double b, double x) {
        return new UniformRealDistribution(null, a, b).cumulativeProbability(x);
    }

    public static double polynomialValue(double[] coefficients, double x) {
        return new PolynomialFunction(coefficients).value(x);
    }

    public static double polynomialProduct(double[] p, double[] q, double x) {
        return new PolynomialFunction(p).multiply(new PolynomialFunction(q)).value(x);
    }

    public static double polynomialDerivative(double[] coefficients, double x) {
        return new PolynomialFunction(coefficients).polynomialDerivative().value(x);
    }

    public static double newtonForm(double[] a, double[] centres, double x) {
        return new PolynomialFunctionNewtonForm(a, centres).value(x);
    }

    public static double gaussian(double norm, double mean, double sigma, double x) {
        return new Gaussian(norm, mean, sigma).value(x);
    }

    public static double harmonicOscillator(double amplitude, double omega, double phase, double x) {
        return new HarmonicOscillator(amplitude, omega, phase).value(x);
    }

    public static double logisticFunction(double k, double m, double b, double q, double a, double n, double x) {
        return new Logistic(k, m, b, q, a, n).value(x);
    }

    public static double logit(double low, double high, double x) {
        return new Logit(low, high).value(x);
    }

    public static double sigmoid(double low, double high, double x) {
        return new Sigmoid(low, high).value(x);
    }

    public static double sinc(double x) {
        return new Sinc().value(x);
    }

    public static double complexQuotient(double a, double b, double c, double d) {
        Complex z = new Complex(a, b).divide(new Complex(c, d));
        return z.getReal() * z.getImaginary();
    }

    public static double complexFunctions(double a, double b) {
        Complex z = new Complex(a, b);
        return z.exp().multiply(z.sin()).add(z.multiply(z)).abs();
    }

    public static double quaternionProduct(double a, double b, double c, double d) {
        Quaternion q = new Quaternion(a, b, c, d);
        Quaternion r = q.multiply(q).add(q.getConjugate());
        return r.getQ0() * r.getQ1() + r.getQ2() * r.getQ3();
    }

    public static double vectorsInSpace(double x, double y, double z) {
        Vector3D v = new Vector3D(x, y, z);
        Vector3D w = v.scalarMultiply(2).add(Vector3D.PLUS_I);
        return v.getNormSq() * w.getNorm1() + w.subtract(v).getNorm();
    }

    public static double vectorsInThePlane(double x, double y) {
        Vector2D v = new Vector2D(x, y);
        return v.add(new Vector2D(y, x)).distance(v.scalarMultiply(3)) * v.getNorm();
    }

    public static double linearInterpolation(double[] x, double[] y, double at) {
        return new LinearInterpolator().interpolate(x, y).value(at);
    }

    public static double splineInterpolation(double[] x, double[] y, double at) {
        return new SplineInterpolator().interpolate(x, y).value(at);
    }

    public static double nevilleInterpolation(double[] x, double[] y, double at) {
        return new NevilleInterpolator().interpolate(x, y).value(at);
    }

    public static double gaussQuadrature(double a, double b) {
        return new GaussIntegratorFactory().legendre(5, 0, 2).integrate(x -> Math.sin(a * x) + b * x * x);
    }

    public static double simpson(double a) {
        return new SimpsonIntegrator().integrate(1000, x -> a * x * x, 0, 1);
    }

    public static double trapezoid(double a) {
        return new TrapezoidIntegrator().integrate(100_000, x -> a * x, 0, 1);
    }

    public static double matrixProduct(double a, double b, double c, double d) {
        Array2DRowRealMatrix m = new Array2DRowRealMatrix(new double[][] {{a, b}, {c, d}}, false);
        return m.multiply(m).getTrace() * m.getEntry(0, 1);
    }

    public static double matrixTimesVector(double a, double b, double[] x) {
        double[] y = new Array2DRowRealMatrix(new double[][] {{a, b}, {b, a * a}}, false).operate(x);
        return y[0] * y[1];
    }

    public static double luDeterminant(double a, double b, double c, double d) {
        return new LUDecomposition(new Array2DRowRealMatrix(new double[][] {{a, b}, {c, d}})).getDeterminant();
    }

    public static double vectorNorm(double[] x) {
        ArrayRealVector v = new ArrayRealVector(x, false);
        return v.getNorm() * v.getL1Norm();
    }

    public static double mean(double[] x) {
        return new Mean().evaluate(x);
    }

    public static double variance(double[] x) {
        return new Variance().evaluate(x);
    }

    public static double standardDeviation(double[] x) {
        return new StandardDeviation().evaluate(x);
    }

    public static double skewness(double[] x) {
        return new Skewness().evaluate(x);
    }

    public static double kurtosis(double[] x) {
        return new Kurtosis().evaluate(x);
    }

    public static double rungeKuttaStep(double y, double h) {
        double[] end = new ClassicalRungeKuttaIntegrator(0.1)
                .singleStep(
                        new org.apache.commons.math3.ode.FirstOrderDifferentialEquations() {
                            @Override
                            public int getDimension() {
                                return 1;
                            }

                            @Override
                            public void computeDerivatives(double t, double[] at, double[] slope) {
                                slope[0] = -at[0] * at[0] + t;
                            }
                        },
                        0,
                        new double[] {y},
                        h);
        return end[0];
    }
}
