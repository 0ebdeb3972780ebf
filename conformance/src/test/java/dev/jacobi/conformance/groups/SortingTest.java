package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/** Sorting is a permutation: derivatives go where the elements go. */
@SuppressWarnings("JdkObsolete") // code as users write it
class SortingTest extends GroupTest {

    private record Item(String name, double weight, double value) {}

    private static Item[] items(double[] x) {
        Item[] items = new Item[x.length];
        for (int i = 0; i < x.length; i++) {
            items[i] = new Item("n" + (7 - i) % 3, Math.sin(3 * x[i]), x[i] * x[i] * x[i]);
        }
        return items;
    }

    private static double byPlace(double[] sorted) {
        double sum = 0;
        for (int i = 0; i < sorted.length; i++) {
            sum += Math.sin(sorted[i]) * (i + 1);
        }
        return sum;
    }

    private static double byPlace(Iterable<Item> sorted) {
        double sum = 0;
        for (Item item : sorted) {
            sum = sum * 0.7 + item.weight() * item.value();
        }
        return sum;
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    @Case("[3, 2, 1, 0]")
    @Case("[]")
    @Case("[2]")
    static double numbers(double[] x) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        return byPlace(sorted);
    }

    /** Long enough for the sort that does not insert one by one. */
    @Case("[0.7, 1.3, -0.4]; 40")
    static double manyNumbers(double[] x, int n) {
        double[] sorted = new double[n];
        for (int i = 0; i < n; i++) {
            sorted[i] = x[i % 3] * Math.cos(i * 1.7) + i % 5;
        }
        Arrays.parallelSort(sorted);
        return byPlace(sorted);
    }

    @Case(
            value = "[1.5, 1.5, 0.2]",
            jacobian = {0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1})
    static double[] equalNumbersKeepTheirDerivatives(double[] x) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    @Case(
            value = "[0.0, -0.0, NaN, -1, Infinity]",
            jacobian = {
                0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0,
                0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1
            })
    static double[] zerosAndNaNs(double[] x) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    @Case("[0.7, 1.3, -0.4, 0.9, 0.1]; 1; 4")
    static double[] range(double[] x, int from, int to) {
        double[] sorted = x.clone();
        Arrays.sort(sorted, from, to);
        return sorted;
    }

    @Case(value = "[0.7, 1.3]; 2; 1", throwing = IllegalArgumentException.class)
    @Case(value = "[0.7, 1.3]; 0; 3", throwing = ArrayIndexOutOfBoundsException.class)
    static double rangeThatIsNone(double[] x, int from, int to) {
        double[] sorted = x.clone();
        Arrays.sort(sorted, from, to);
        return sorted[0];
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static float floats(float[] x) {
        float[] sorted = x.clone();
        Arrays.sort(sorted);
        return sorted[0] * sorted[3] + sorted[1];
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    @Case("[0.7, 1.3, -0.4]")
    static double median(double[] x) {
        double[] sorted = Arrays.copyOf(x, x.length);
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 0 ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle];
    }

    @Case("[0.7, 1.3, -0.4, 0.9]; 5")
    static double againAndAgain(double[] x, int n) {
        double[] state = x.clone();
        for (int i = 0; i < n; i++) {
            Arrays.sort(state);
            state[0] = Math.cos(state[3] * state[1]) + state[0] * state[0];
        }
        return byPlace(state);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double objects(double[] x) {
        Item[] items = items(x);
        Arrays.sort(items, (a, b) -> Double.compare(a.value(), b.value()));
        return byPlace(Arrays.asList(items));
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double byKey(double[] x) {
        Item[] items = items(x);
        Arrays.sort(
                items,
                Comparator.comparing(Item::name)
                        .thenComparingDouble(Item::weight)
                        .reversed());
        return byPlace(Arrays.asList(items));
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double rowsByFirstColumn(double[] x) {
        double[][] rows = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            rows[i] = new double[] {Math.sin(5 * x[i]), x[i] * x[i]};
        }
        Arrays.sort(rows, Comparator.comparingDouble(row -> row[0]));
        double sum = 0;
        for (double[] row : rows) {
            sum = sum * row[0] + row[1];
        }
        return sum;
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double indicesByNumbers(double[] x) {
        Integer[] places = {0, 1, 2, 3};
        Arrays.sort(places, (a, b) -> Double.compare(x[a], x[b]));
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += x[places[i]] * x[places[i]] * (i + 1);
        }
        return sum;
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double indicesByKey(double[] x) {
        List<Integer> places = new ArrayList<>(List.of(0, 1, 2, 3));
        places.sort(Comparator.comparingDouble(i -> -x[i]));
        double sum = 0;
        for (int place : places) {
            sum = sum * 0.5 + x[place] * x[0];
        }
        return sum;
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double lists(double[] x) {
        List<Double> list = new ArrayList<>();
        for (double number : x) {
            list.add(number * number);
        }
        Collections.sort(list);
        double sum = 0;
        for (double number : list) {
            sum = sum * 0.7 + number;
        }
        list.sort(Comparator.reverseOrder());
        return sum * list.get(0) + list.get(3);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double linkedLists(double[] x) {
        List<Item> list = new LinkedList<>(Arrays.asList(items(x)));
        list.sort(Comparator.comparingDouble(Item::weight));
        return byPlace(list);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]; 3")
    static double listInLoop(double[] x, int n) {
        List<Double> list = new ArrayList<>();
        for (double number : x) {
            list.add(number);
        }
        for (int i = 0; i < n; i++) {
            list.sort(null);
            list.set(0, Math.cos(list.get(3)) * list.get(1));
        }
        return list.get(0) * list.get(2);
    }

    @Case(value = "[0.7, 1.3, -0.4, 0.9]", throwing = IllegalStateException.class)
    static double throwingComparator(double[] x) {
        Item[] items = items(x);
        Arrays.sort(items, (_, _) -> {
            throw new IllegalStateException();
        });
        return items[0].value();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double throwingComparatorCaught(double[] x) {
        Item[] items = items(x);
        int[] left = {3};
        try {
            Arrays.sort(items, (a, b) -> {
                if (left[0]-- == 0) {
                    throw new IllegalStateException();
                }
                return Double.compare(b.value(), a.value());
            });
        } catch (IllegalStateException e) {
            return items[0].value() * items[1].weight() + items[3].value();
        }
        return 0;
    }

    /** What a comparator stores would have no derivative. */
    @Case(value = "[0.7, 1.3, -0.4, 0.9]", refused = dev.jacobi.Refusal.UNSUPPORTED_CALL)
    static double comparatorThatStoresNumbers(double[] x) {
        double[] sum = {0};
        Item[] items = items(x);
        Arrays.sort(items, (a, b) -> {
            sum[0] += a.value();
            return Double.compare(a.weight(), b.weight());
        });
        return sum[0];
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double greatestAndSmallest(double[] x) {
        List<Double> list = new ArrayList<>();
        for (double number : x) {
            list.add(number * number);
        }
        Item heaviest = Collections.max(Arrays.asList(items(x)), Comparator.comparingDouble(Item::weight));
        return Collections.max(list) * 2 + Collections.min(list) * heaviest.value();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double queueByPriority(double[] x) {
        PriorityQueue<Item> queue = new PriorityQueue<>(Comparator.comparingDouble(Item::weight));
        for (Item item : items(x)) {
            queue.add(item);
        }
        double sum = queue.peek().value();
        for (int i = 0; i < 8; i++) {
            Item least = queue.poll();
            sum = sum * 0.7 + least.value();
            queue.offer(new Item("again", least.weight() + 0.61 * i, sum * least.value()));
        }
        return sum;
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double sortedSet(double[] x) {
        TreeSet<Double> set = new TreeSet<>();
        for (double number : x) {
            set.add(number * number);
        }
        double sum = 0;
        for (double number : set) {
            sum = sum * 0.7 + number;
        }
        double between = set.ceiling(0.3) * set.headSet(1.0).last();
        return sum * set.first() + set.pollLast() * between + set.last();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double searched(double[] x) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        int place = Arrays.binarySearch(sorted, x[3]);
        return sorted[place] * x[0] + (Arrays.equals(sorted, x) ? 1 : x[1]);
    }

    /** Does to the elements what no comparison should. */
    private static final class Marking implements Comparator<Cell> {
        @Override
        public int compare(Cell one, Cell other) {
            one.value *= 2;
            return Double.compare(one.key, other.key);
        }
    }

    private static final class Cell implements Comparable<Cell> {
        final double key;
        double value;

        Cell(double key, double value) {
            this.key = key;
            this.value = value;
        }

        @Override
        public int compareTo(Cell other) {
            mark(other);
            return Double.compare(key, other.key);
        }

        private static void mark(Cell cell) {
            cell.value += cell.key;
        }
    }

    private static double ofCells(Iterable<Cell> cells) {
        double sum = 0;
        for (Cell cell : cells) {
            sum = sum * 0.5 + cell.value;
        }
        return sum;
    }

    private static List<Cell> cells(double[] x) {
        List<Cell> cells = new ArrayList<>();
        for (double element : x) {
            cells.add(new Cell(Math.sin(3 * element), element * element));
        }
        return cells;
    }

    @Case(value = "[1.3, 0.4, 0.9]", refused = Refusal.UNSUPPORTED_CALL)
    static double sortedByMarkingComparator(double[] x) {
        List<Cell> cells = cells(x);
        try {
            cells.sort(x[0] > 0 ? new Marking() : null);
        } catch (RuntimeException _) {
            return x[1];
        }
        return ofCells(cells);
    }

    @Case(value = "[1.3, 0.4, 0.9]", refused = Refusal.UNSUPPORTED_CALL)
    static double sortedByMarkingOrder(double[] x) {
        Object[] cells = cells(x).toArray();
        Arrays.sort(cells);
        return ((Cell) cells[0]).value * ((Cell) cells[1]).value;
    }

    @Case(value = "[1.3, 0.4, 0.9]", refused = Refusal.UNSUPPORTED_CALL)
    static double inSetWithMarkingOrder(double[] x) {
        return ofCells(new TreeSet<>(cells(x)));
    }

    @Case(value = "[1.3, 0.4, 0.9]", refused = Refusal.UNSUPPORTED_CALL)
    static double inQueueWithMarkingComparator(double[] x) {
        PriorityQueue<Cell> queue = new PriorityQueue<>(new Marking());
        queue.addAll(cells(x));
        return queue.remove().value * queue.remove().value;
    }
}
