package dev.jacobi.examples.parallel;

import java.util.stream.IntStream;

/** A step of physics, and prices of options. */
public final class Models {
    private Models() {}

    /**
     * A step of bodies that attract each other: velocities first, then places.
     *
     * @param places three numbers for each body, as are {@code velocities}
     */
    public static void nBodyStep(double[] places, double[] velocities, double[] masses, double dt) {
        int n = masses.length;
        IntStream.range(0, n).parallel().forEach(i -> {
            double ax = 0;
            double ay = 0;
            double az = 0;
            for (int j = 0; j < n; j++) {
                double dx = places[3 * j] - places[3 * i];
                double dy = places[3 * j + 1] - places[3 * i + 1];
                double dz = places[3 * j + 2] - places[3 * i + 2];
                double square = dx * dx + dy * dy + dz * dz + 1e-9;
                double pull = masses[j] / (square * Math.sqrt(square));
                ax += dx * pull;
                ay += dy * pull;
                az += dz * pull;
            }
            velocities[3 * i] += dt * ax;
            velocities[3 * i + 1] += dt * ay;
            velocities[3 * i + 2] += dt * az;
        });
        IntStream.range(0, 3 * n).parallel().forEach(i -> places[i] += dt * velocities[i]);
    }

    /** The distribution function of the normal distribution, by a polynomial of Abramowitz and Stegun. */
    private static double normal(double x) {
        double t = 1 / (1 + 0.2316419 * Math.abs(x));
        double tail = density(x)
                * t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return x < 0 ? tail : 1 - tail;
    }

    private static double density(double x) {
        return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    }

    /** Prices of European calls by Black and Scholes, and how they change with the price of the share, twice, with the volatility, the time and the rate. */
    public static void blackScholes(
            double[] share,
            double[] strike,
            double[] years,
            double rate,
            double volatility,
            double[] price,
            double[] delta,
            double[] gamma,
            double[] vega,
            double[] theta,
            double[] rho) {
        IntStream.range(0, share.length).parallel().forEach(i -> {
            double root = volatility * Math.sqrt(years[i]);
            double d1 = (Math.log(share[i] / strike[i]) + (rate + 0.5 * volatility * volatility) * years[i]) / root;
            double d2 = d1 - root;
            double due = strike[i] * Math.exp(-rate * years[i]);
            price[i] = share[i] * normal(d1) - due * normal(d2);
            delta[i] = normal(d1);
            gamma[i] = density(d1) / (share[i] * root);
            vega[i] = share[i] * density(d1) * Math.sqrt(years[i]);
            theta[i] = -share[i] * density(d1) * volatility / (2 * Math.sqrt(years[i])) - rate * due * normal(d2);
            rho[i] = due * years[i] * normal(d2);
        });
    }
}
