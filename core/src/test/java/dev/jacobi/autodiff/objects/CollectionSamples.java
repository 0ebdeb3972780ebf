package dev.jacobi.autodiff.objects;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Methods that keep numbers in collections. */
@SuppressWarnings({"unused", "UnusedVariable"})
final class CollectionSamples {
    private CollectionSamples() {}

    record Vec(double x, double y) {}

    static double listOfNumbers(double[] x) {
        List<Double> list = new ArrayList<>();
        for (double each : x) {
            list.add(each * each);
        }
        double sum = 0;
        for (double each : list) {
            sum += Math.sin(each);
        }
        for (int i = 0; i < list.size(); i++) {
            sum *= 1 + list.get(i);
        }
        return sum;
    }

    static double listOfRecords(double[] x) {
        ArrayList<Vec> list = new ArrayList<>(x.length);
        for (int i = 0; i < x.length; i++) {
            list.add(0, new Vec(x[i], i));
        }
        list.set(0, new Vec(list.get(list.size() - 1).x() * 2, 3));
        double sum = 0;
        for (Iterator<Vec> each = list.iterator(); each.hasNext(); ) {
            Vec vec = each.next();
            sum += vec.x() * vec.x() * vec.y();
        }
        return sum;
    }

    static double queue(double[] x) {
        Deque<Double> queue = new ArrayDeque<>();
        for (double each : x) {
            queue.addLast(each);
            queue.push(each * 2);
        }
        double sum = 0;
        double weight = 1;
        while (!queue.isEmpty()) {
            double first = queue.pollFirst();
            weight *= 0.7;
            sum += weight * first * first;
            if (!queue.isEmpty()) {
                sum += Math.exp(queue.removeLast());
            }
        }
        return sum;
    }

    @SuppressWarnings("JdkObsolete") // users have them
    static double linkedListOfArrays(double[] x) {
        LinkedList<double[]> list = new LinkedList<>();
        for (double each : x) {
            list.add(new double[] {each, each * each});
        }
        list.getFirst()[0] *= 3;
        double sum = 0;
        for (double[] each : list) {
            each[1] += each[0];
            sum += each[1] * each[0];
        }
        return sum;
    }

    static double mapOfNumbers(double[] x) {
        Map<String, Double> map = new HashMap<>();
        for (int i = 0; i < x.length; i++) {
            String key = "k" + i % 3;
            map.put(key, map.getOrDefault(key, 1.0) * x[i]);
        }
        double sum = 0;
        for (Map.Entry<String, Double> entry : map.entrySet()) {
            sum += entry.getValue() * entry.getKey().length() * entry.getValue();
        }
        for (double value : map.values()) {
            sum = sum * 0.5 + value;
        }
        for (String key : map.keySet()) {
            sum += Math.cos(map.get(key));
        }
        return sum;
    }

    static double mapOfLists(double[] x) {
        Map<Integer, List<Double>> map = new TreeMap<>();
        for (int i = 0; i < x.length; i++) {
            List<Double> list = map.get(i % 2);
            if (list == null) {
                list = new ArrayList<>();
                map.put(i % 2, list);
            }
            list.add(x[i]);
        }
        double product = 1;
        for (List<Double> list : map.values()) {
            double sum = 0;
            for (Double each : list) {
                sum += each * each;
            }
            product *= sum;
        }
        return product;
    }

    static double changedEntries(double[] x) {
        LinkedHashMap<String, Double> map = new LinkedHashMap<>();
        map.put("a", x[0]);
        map.put("b", x[x.length - 1]);
        map.putIfAbsent("a", 5.0);
        map.putIfAbsent("c", x[0] * x[0]);
        for (Map.Entry<String, Double> entry : map.entrySet()) {
            entry.setValue(entry.getValue() * 3);
        }
        Double removed = map.remove("b");
        double sum = removed;
        for (double value : map.values()) {
            sum += value * removed;
        }
        return sum + map.size();
    }

    static double fixedLists(double[] x) {
        List<Vec> two = List.of(new Vec(x[0], 1), new Vec(2, x[x.length - 1]));
        List<Double> more = Arrays.asList(x[0], 3.0, x[0] * 2);
        List<Vec> copy = new ArrayList<>(two);
        copy.addAll(two);
        more.set(1, x[0]);
        double sum = 0;
        for (Vec vec : copy) {
            sum += vec.x() * vec.y() * more.get(1);
        }
        return sum + more.get(2);
    }

    static double mixedElements(double[] x) {
        List<Object> list = new ArrayList<>();
        list.add("text");
        list.add(x[0]);
        list.add(7);
        double sum = 0;
        for (Object each : list) {
            sum += each instanceof Double number ? number * number : each instanceof Integer count ? count * sum : 1;
        }
        return sum;
    }

    static double withFunctions(double[] x) {
        Map<String, Double> map = new HashMap<>();
        Map<Integer, List<Double>> lists = new TreeMap<>();
        for (int i = 0; i < x.length; i++) {
            double each = x[i];
            map.merge("k" + i % 2, each, (one, other) -> one * other);
            lists.computeIfAbsent(i % 2, _ -> new ArrayList<>()).add(each);
        }
        double[] sum = {0};
        map.forEach((key, value) -> sum[0] += value * value * key.length());
        lists.forEach((_, list) -> {
            for (double each : list) {
                sum[0] += Math.sin(each);
            }
        });
        List<Double> all = new ArrayList<>(lists.get(0));
        all.forEach(each -> sum[0] *= 1 + each);
        return sum[0];
    }

    static final class Branch {
        final double weight;
        final List<Branch> children = new ArrayList<>();
        private final Map<String, Double> notes;

        Branch(double weight) {
            this.weight = weight * weight;
            this.notes = new HashMap<>(4);
        }
    }

    static double treeOfLists(double[] x) {
        Branch root = new Branch(x[0]);
        Branch at = root;
        for (int i = 1; i < x.length; i++) {
            Branch child = new Branch(x[i]);
            child.notes.put("parent", at.weight);
            at.children.add(child);
            if (i % 2 == 0) {
                at = child;
            }
        }
        Deque<Branch> open = new ArrayDeque<>();
        open.push(root);
        double sum = 0;
        while (!open.isEmpty()) {
            Branch branch = open.pop();
            sum += branch.weight * branch.notes.getOrDefault("parent", 2.0);
            for (Branch child : branch.children) {
                open.addLast(child);
            }
        }
        return sum;
    }

    static double listsWithoutDerivatives(double[] x) {
        List<Integer> order = new ArrayList<>();
        for (int i = x.length - 1; i >= 0; i--) {
            order.add(i);
        }
        double sum = 0;
        for (int index : order) {
            sum = sum * 0.5 + x[index] * x[index];
        }
        return sum;
    }
}
