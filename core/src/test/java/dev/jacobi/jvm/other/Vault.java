package dev.jacobi.jvm.other;

import java.util.function.IntUnaryOperator;

/** Members that code in another package may not touch. */
@SuppressWarnings("unused") // by reflection
public class Vault {
    private int secret;
    private static long count;
    private final double[] values;

    private Vault(int secret) {
        this.secret = secret;
        this.values = new double[] {secret};
    }

    private int reveal(int offset) {
        return secret + offset;
    }

    protected static double scaled(double x) {
        return 10 * x;
    }

    public static long use(int start) {
        Vault vault = new Vault(start);
        vault.secret += 2;
        count = vault.reveal(3);
        IntUnaryOperator twice = x -> x + vault.secret;
        Hidden hidden = new Hidden(vault);
        Object other = hidden;
        return count
                + twice.applyAsInt(100)
                + (long) scaled(vault.values[0])
                + (other instanceof Hidden same ? ((Hidden) other).vault.secret + same.chain.length : 0);
    }

    private static final class Hidden {
        final Vault vault;
        final Hidden[] chain = new Hidden[4];

        Hidden(Vault vault) {
            this.vault = vault;
        }
    }
}
