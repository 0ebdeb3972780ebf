package dev.jacobi.examples.batch;

/** One random path of a share, and what an Asian call option on it pays. */
public final class AsianOption {
    private static final double MATURITY = 1;

    private AsianOption() {}

    /**
     * The discounted payoff.
     *
     * @param market the share's price, its volatility, the interest rate
     * @param path the number of the path, from which its random numbers follow
     */
    public static double payoff(double[] market, double strike, int steps, long path) {
        double volatility = market[1];
        double rate = market[2];
        double time = MATURITY / steps;
        double drift = (rate - 0.5 * volatility * volatility) * time;
        double spread = volatility * Math.sqrt(time);
        double price = market[0];
        double sum = 0;
        long state = mix(path);
        for (int step = 0; step < steps; step++) {
            state += 0x9E3779B97F4A7C15L;
            double radius = Math.sqrt(-2 * Math.log(uniform(mix(state))));
            state += 0x9E3779B97F4A7C15L;
            double normal = radius * Math.cos(2 * Math.PI * uniform(mix(state)));
            price *= Math.exp(drift + spread * normal);
            sum += price;
        }
        return Math.exp(-rate * MATURITY) * Math.max(sum / steps - strike, 0);
    }

    private static double uniform(long bits) {
        return ((bits >>> 11) + 0.5) * 0x1p-53;
    }

    private static long mix(long number) {
        long mixed = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
