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
     */
    public void spread(List<double[]> products, double[][] jacobian) {
        for (int row = 0; row < columnsOfRow.length; row++) {
            double[] numbers = jacobian[row];
            Arrays.fill(numbers, 0);
            for (int column : columnsOfRow[row]) {
                numbers[column] = products.get(groupOf[column])[row];
            }
        }
    }
}
