package dev.jacobi.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What compilers make of everyday Java. */
public class EverydayJava implements Supplier<String> {
    private final List<String> log = new ArrayList<>();
    private final int start;

    public EverydayJava() {
        this(Math.abs(-3) > 2 ? 7 : 9);
    }

    EverydayJava(int start) {
        this.start = start;
    }

    private sealed interface Shape permits Circle, Square {}

    private record Circle(double radius) implements Shape {}

    private record Square(double side) implements Shape {}

    private static double area(Shape shape) {
        return switch (shape) {
            case Circle(double radius) -> 3 * radius * radius;
            case Square square when square.side > 5 -> -1;
            case Square(double side) -> side * side;
        };
    }

    private int parse(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            log.add("bad " + text);
            return -1;
        } finally {
            log.add("done");
        }
    }

    private synchronized String word(String key) {
        synchronized (log) {
            return switch (key) {
                case "Aa", "BB" -> "same hash";
                case "other" -> "other";
                default -> key + start;
            };
        }
    }

    @Override
    public String get() {
        int sum = parse("12") + parse("x");
        long bits = 0;
        outer:
        for (int i = 0; i < 10; i++) {
            for (int j = i; j < 10; j++) {
                if ((i ^ j) == 6) {
                    continue outer;
                }
                bits = bits * 31 + (j % 3 == 0 ? i : j);
            }
        }
        double[][] grid = new double[3][2];
        grid[1][1] += area(new Circle(2)) + area(new Square(3)) + area(new Square(6));
        return List.of(word("Aa"), word("BB"), word("other"), word("q")).stream()
                        .map(word -> word + sum)
                        .collect(Collectors.joining(","))
                + log
                + bits
                + grid[1][1];
    }
}
