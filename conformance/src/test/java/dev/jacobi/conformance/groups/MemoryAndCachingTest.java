package dev.jacobi.conformance.groups;

/** What the reverse sweep needs of the forward sweep: kept, computed again, or overwritten in between. */
class MemoryAndCachingTest extends GroupTest {

    @Case("[1.3, 0.2, 0.9]; 4")
    static double neededValueIsOverwrittenInEachTrip(double[] x, int n) {
        double[] work = x.clone();
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < work.length; j++) {
                sum += work[j] * work[j] * x[j];
                work[j] = Math.sin(work[j]) + sum * 0.1;
            }
        }
        return sum;
    }

    @Case("1.3; 5")
    static double chainOfExpensiveValues(double x, int n) {
        double y = x;
        for (int i = 0; i < n; i++) {
            double e = Math.exp(-y * y);
            double s = Math.sin(e);
            y = s * e + y;
        }
        return y;
    }

    @Case("[1.3, 0.2]; 5")
    static double cheapToComputeAgain(double[] x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double a = x[0] + i;
            double b = a * x[1];
            sum += b * b * a;
        }
        return sum;
    }

    @Case("[1.3, 0.2]; 5")
    static double loadedValuesStayAsTheyAre(double[] x, int n) {
        double product = 1;
        for (int i = 0; i < n; i++) {
            product *= x[i % 2] + x[(i + 1) % 2] * x[0];
        }
        return product;
    }

    @Case("[1.3, 0.2]; 3")
    static double overwrittenAfterTheLoop(double[] x, int n) {
        double product = 1;
        for (int i = 0; i < n; i++) {
            product *= x[0] * x[1];
        }
        x[0] = product;
        x[1] = 0;
        return product * x[0];
    }

    @Case("[1.3, 0.2, 0.7]; 3")
    static double allocatedInLoop(double[] x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double[] work = new double[x.length];
            for (int j = 0; j < x.length; j++) {
                work[j] = x[j] * x[j] + i;
            }
            sum += work[i % x.length] * work[0] + sum * work[1];
        }
        return sum;
    }

    @Case("[1.3, 0.2, 0.7]; 3")
    static double allocatedInNestedLoops(double[] x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double[] outer = {x[0] * i, x[1]};
            for (int j = 0; j < n; j++) {
                double[] inner = {outer[0] + j, outer[1] * x[2]};
                inner[0] *= inner[1];
                outer[1] += inner[0] * 0.01;
                sum += inner[0] * outer[0];
            }
        }
        return sum;
    }

    @Case("[1.3, 0.2, 0.7]; 4")
    static double arraysThatTakeTurns(double[] x, int n) {
        double[] now = x.clone();
        double[] next = new double[x.length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < x.length; j++) {
                next[j] = now[j] * 0.5 + now[(j + 1) % x.length] * now[j];
            }
            double[] free = now;
            now = next;
            next = free;
        }
        return now[0] * now[1] + now[2];
    }

    @Case("[1.3, 0.2, 0.7]; 4")
    static double arrayKeptFromEachTrip(double[] x, int n) {
        double[][] history = new double[n + 1][];
        history[0] = x;
        for (int i = 0; i < n; i++) {
            double[] made = new double[x.length];
            for (int j = 0; j < x.length; j++) {
                made[j] = Math.sin(history[i][j]) + history[i][(j + 1) % x.length] * 0.3;
            }
            history[i + 1] = made;
        }
        return history[n][0] * history[n / 2][1];
    }

    @Case("[1.3, 0.2, 0.7]; 5; 2")
    static double tripsThatDependOnOuterLoop(double[] x, int n, int m) {
        double y = x[0];
        for (int i = 0; i < n; i++) {
            int trips = i * m % 4;
            for (int j = 0; j < trips; j++) {
                y = Math.sin(y) * x[1] + x[2];
            }
            y += x[0] * i;
        }
        return y;
    }

    @Case("[0.3, 0.8, 0.6, 0.1, 0.9]")
    static double largestOfMany(double[] x) {
        double largest = x[0];
        int where = 0;
        for (int i = 1; i < x.length; i++) {
            if (x[i] > largest) {
                largest = x[i];
                where = i;
            }
        }
        return largest * largest + x[where] * where;
    }

    @Case("[0.1, 0.3, 0.6, 0.8]; 0.7; [1.3, 0.2, 0.9, 0.4]")
    @Case("[0.1, 0.3, 0.6, 0.8]; 0.2; [1.3, 0.2, 0.9, 0.4]")
    static double bisectedTable(double[] x, double at, double[] y) {
        int low = 0;
        int high = x.length - 1;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (x[middle] > at) {
                high = middle;
            } else {
                low = middle;
            }
        }
        double t = (at - x[low]) / (x[high] - x[low]);
        return y[low] + t * (y[high] - y[low]);
    }

    @Case("[0.5, 0.1, 0.9, 0.3]")
    static void insertionSort(double[] x) {
        for (int i = 1; i < x.length; i++) {
            int j = i;
            while (j > 0 && x[j - 1] > x[j]) {
                double swapped = x[j];
                x[j] = x[j - 1];
                x[j - 1] = swapped;
                j--;
            }
            x[i] *= 1.5;
        }
    }

    @Case("[0.5, 0.1, 0.9, 0.3]")
    static double heapSortThenWeights(double[] x) {
        double[] heap = x.clone();
        int n = heap.length;
        for (int end = n - 1, start = n / 2; end > 0; ) {
            if (start > 0) {
                start--;
            } else {
                double swapped = heap[end];
                heap[end] = heap[0];
                heap[0] = swapped;
                end--;
            }
            int root = start;
            while (2 * root + 1 <= end) {
                int child = 2 * root + 1;
                if (child + 1 <= end && heap[child] < heap[child + 1]) {
                    child++;
                }
                if (heap[root] >= heap[child]) {
                    break;
                }
                double swapped = heap[root];
                heap[root] = heap[child];
                heap[child] = swapped;
                root = child;
            }
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (i + 1) * heap[i] * heap[i];
        }
        return sum;
    }

    @Case("[1.3, 0.2, 0.9]; 3")
    static double growingStack(double[] x, int n) {
        double[] stack = new double[1];
        int top = 0;
        for (int i = 0; i < n; i++) {
            if (top == stack.length) {
                double[] larger = new double[2 * stack.length];
                System.arraycopy(stack, 0, larger, 0, top);
                stack = larger;
            }
            stack[top++] = x[i] * x[0];
        }
        double product = 1;
        while (top > 0) {
            product = product * stack[--top] + 1;
        }
        return product;
    }

    @Case("[1.3, 0.2, 0.9]; 20")
    static double ringBuffer(double[] x, int n) {
        double[] ring = new double[4];
        for (int i = 0; i < n; i++) {
            ring[i & 3] = ring[(i + 1) & 3] * 0.5 + x[i % 3];
        }
        return ring[0] * ring[3];
    }

    @Case("[1.3, 0.2, 0.9]; [1, 2, -1]; 0")
    static double linkedThroughIndices(double[] value, int[] next, int first) {
        double product = 1;
        for (int node = first; node >= 0; node = next[node]) {
            product = product * value[node] + value[node] * value[node];
        }
        return product;
    }

    @Case("0.4; 300")
    static double longLoopWithRecords(double x, int n) {
        double y = x;
        for (int i = 0; i < n; i++) {
            y = Math.sin(y + x) * 0.9;
        }
        return y;
    }

    @Case("[1.3, 0.2]; 4; true")
    @Case("[1.3, 0.2]; 4; false")
    static double neededOnOnePathOnly(double[] x, int n, boolean expensive) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double y = Math.exp(x[0] * i * 0.1);
            if (expensive) {
                sum += Math.sin(y) * x[1];
                x[0] *= 0.9;
            }
            sum += y;
        }
        return sum;
    }

    @Case("[1.3, 0.2, 0.4]; 3")
    static double booleansPacked(double[] x, int n) {
        boolean[] above = new boolean[x.length];
        for (int i = 0; i < x.length; i++) {
            above[i] = x[i] > 0.3;
        }
        double product = 1;
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < x.length; i++) {
                product *= above[(i + k) % x.length] ? x[i] : 1 + x[i] * k;
            }
        }
        return product;
    }

    @Case("[1.5, 0.25, 0.5]; 4")
    static float recordsOfSingles(float[] x, int n) {
        float y = x[0];
        for (int i = 0; i < n; i++) {
            float z = y * x[i % x.length];
            y = z * z + (float) Math.cos(z);
        }
        return y;
    }

    /** A list whose nodes are objects. */
    static final class Node {
        final double value;
        final Node next;

        Node(double value, Node next) {
            this.value = value;
            this.next = next;
        }
    }

    @Case("1.3; 4")
    static double linkedList(double x, int n) {
        Node list = null;
        for (int i = 0; i < n; i++) {
            list = new Node(x * i + x * x, list);
        }
        double product = 1;
        for (Node node = list; node != null; node = node.next) {
            product = product * 0.5 + node.value * node.value;
        }
        return product;
    }

    /** A binary search tree. */
    static final class Tree {
        final double key;
        Tree left;
        Tree right;

        Tree(double key) {
            this.key = key;
        }
    }

    @Case("[0.5, 0.2, 0.8, 0.6]")
    static double searchTree(double[] x) {
        Tree root = new Tree(x[0]);
        for (int i = 1; i < x.length; i++) {
            Tree tree = root;
            while (true) {
                if (x[i] < tree.key) {
                    if (tree.left == null) {
                        tree.left = new Tree(x[i]);
                        break;
                    }
                    tree = tree.left;
                } else {
                    if (tree.right == null) {
                        tree.right = new Tree(x[i]);
                        break;
                    }
                    tree = tree.right;
                }
            }
        }
        return weighted(root, 1);
    }

    private static double weighted(Tree tree, int depth) {
        return tree == null
                ? 0
                : depth * tree.key * tree.key
                        + weighted(tree.left, depth + 1) * 2
                        + weighted(tree.right, depth + 1) * 3;
    }
}
