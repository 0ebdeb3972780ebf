package dev.jacobi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The columns of a sparse Jacobian in groups, such that no row has numbers in two columns of one group. The columns of a group are the
 * parts of one product of the Jacobian with a vector, so a Jacobian takes as many directions as it has groups, not as many as it has
 * inputs:
 *
 * <pre>{@code
 * ColumnGroups groups = ColumnGroups.of(n, columnsOfRow);
 * List<double[]> products = Jacobi.jvp(Model::f).at(x, groups.directions());
 * groups.spread(products, jacobian);
 * }</pre>
 *
 * <p>Where the Jacobian may have numbers is the caller's word: a number that is not in the pattern is lost, and falsifies another one.
 * {@link #check} finds that out for the price of one more direction.
 * Groups are found by taking, for each column in turn, the first group that it fits into. Immutable.
 */
public final class ColumnGroups {
    private final int[][] columnsOfRow;
    private final int[] groupOf;
    private final int count;

    private ColumnGroups(int[][] columnsOfRow, int[] groupOf, int count) {
        this.columnsOfRow = columnsOfRow;
        this.groupOf = groupOf;
        this.count = count;
    }

    /**
     * Finds groups.
     *
     * @param columns the number of inputs
     * @param columnsOfRow for each row the columns in which it may have numbers other than 0
     * @throws IllegalArgumentException if there is no such column
     */
    public static ColumnGroups of(int columns, int[][] columnsOfRow) {
        int[][] pattern = new int[columnsOfRow.length][];
        BitSet[] rows = new BitSet[columns];
        Arrays.setAll(rows, _ -> new BitSet());
        for (int row = 0; row < pattern.length; row++) {
            pattern[row] = columnsOfRow[row].clone();
            for (int column : pattern[row]) {
                if (column < 0 || column >= columns) {
                    throw new IllegalArgumentException("row " + row + " has no column " + column + " of " + columns);
                }
                rows[column].set(row);
            }
        }
        int[] groupOf = new int[columns];
        List<BitSet> groups = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            int group = 0;
            while (group < groups.size() && groups.get(group).intersects(rows[column])) {
                group++;
            }
            if (group == groups.size()) {
                groups.add(new BitSet());
            }
            groups.get(group).or(rows[column]);
            groupOf[column] = group;
        }
        return new ColumnGroups(pattern, groupOf, groups.size());
    }

    /** The number of groups. */
    public int count() {
        return count;
    }

    /** The group that a column belongs to. */
    public int groupOf(int column) {
        return groupOf[column];
    }

    /** For each group a new direction: 1 for each of its columns, 0 for the others. */
    public List<double[]> directions() {
        List<double[]> directions = new ArrayList<>();
        for (int group = 0; group < count; group++) {
            directions.add(new double[groupOf.length]);
        }
        for (int column = 0; column < groupOf.length; column++) {
            directions.get(groupOf[column])[column] = 1;
        }
        return directions;
    }

    /**
     * Takes the Jacobian out of its products with the directions.
     *
     * @param products for each group the product with its direction, or more
     * @param jacobian overwritten, the numbers that are not in the pattern with 0
     * @throws IllegalArgumentException if there are fewer products than groups, or one or the Jacobian is too small; nothing is written then
     */
    public void spread(List<double[]> products, double[][] jacobian) {
        if (products.size() < count) {
            throw new IllegalArgumentException(products.size() + " products for " + count + " groups");
        }
        for (double[] product : products.subList(0, count)) {
            require(product.length, columnsOfRow.length, "numbers in a product");
        }
        checkShape(jacobian);
        for (int row = 0; row < columnsOfRow.length; row++) {
            double[] numbers = jacobian[row];
            Arrays.fill(numbers, 0);
            for (int column : columnsOfRow[row]) {
                numbers[column] = products.get(groupOf[column])[row];
            }
        }
    }

    /**
     * Compares the Jacobian times a direction with their product as it was computed by itself. Take a direction without structure, such as
     * random numbers: what the pattern lacks then shows in its row.
     *
     * @param product of the Jacobian with {@code direction}, by {@link Jacobi#jvp}
     * @param tolerance how far the two may be apart, of the sum of the absolute values of what they are sums of
     * @throws IllegalArgumentException if they are further apart, which is the fault of the pattern; if a shape does not fit
     */
    public void check(double[][] jacobian, double[] direction, double[] product, double tolerance) {
        checkShape(jacobian);
        require(direction.length, groupOf.length, "numbers in the direction");
        require(product.length, columnsOfRow.length, "numbers in a product");
        for (int row = 0; row < columnsOfRow.length; row++) {
            double sum = 0;
            double size = Math.abs(product[row]);
            for (int column : columnsOfRow[row]) {
                double term = jacobian[row][column] * direction[column];
                sum += term;
                size += Math.abs(term);
            }
            // Not a number is apart from everything.
            if (!(Math.abs(sum - product[row]) <= tolerance * size)) {
                throw new IllegalArgumentException("row " + row + " of the Jacobian times the direction is " + sum
                        + ", not " + product[row] + ": the pattern lacks columns in which it has numbers");
            }
        }
    }

    private void checkShape(double[][] jacobian) {
        require(jacobian.length, columnsOfRow.length, "rows");
        for (double[] row : jacobian) {
            require(row.length, groupOf.length, "columns");
        }
    }

    private static void require(int given, int needed, String what) {
        if (given < needed) {
            throw new IllegalArgumentException(given + " " + what + ", " + needed + " are needed");
        }
    }
}
