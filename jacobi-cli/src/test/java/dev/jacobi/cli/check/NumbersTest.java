package dev.jacobi.cli.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jacobi.cli.check.JsonArguments.MismatchException;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void numbersAreTakenOutAndPutBackInTheirShape() {
        Object[] shapes = {
            2.5,
            1.5F,
            new double[] {1, 2},
            new float[0],
            new double[][] {{1}, {}, {2, 3}},
            new float[][][] {{{1, 2}}, {}}
        };
        for (Object shape : shapes) {
            double[] numbers = Numbers.flatten(shape);
            assertEquals(numbers.length, Numbers.count(shape));
            Object again = Numbers.like(shape, numbers);
            assertEquals(shape.getClass(), again.getClass());
            assertEquals(JsonArguments.write(shape), JsonArguments.write(again));
        }
    }

    @Test
    void copiesShareNothing() {
        double[][] original = {{1, 2}, {3}};
        double[][] copy = (double[][]) Numbers.copy(original);
        assertArrayEquals(original[0], copy[0]);
        assertNotSame(original[0], copy[0]);
    }

    @Test
    void argumentsAreReadByTheTypesOfTheParameters() throws Exception {
        List<Object> read = read(
                "[1, [2, \"NaN\"], [[3]], true, \"text\", -4, \"c\", \"-Infinity\", [[], [5]]]",
                double.class,
                double[].class,
                float[][].class,
                boolean.class,
                String.class,
                long.class,
                char.class,
                float.class,
                int[][].class);
        assertEquals(1.0, read.get(0));
        assertArrayEquals(new double[] {2, Double.NaN}, (double[]) read.get(1));
        assertArrayEquals(new float[][] {{3}}, (float[][]) read.get(2));
        assertEquals(List.of(true, "text", -4L, 'c', Float.NEGATIVE_INFINITY), read.subList(3, 8));
        assertArrayEquals(new int[][] {{}, {5}}, (int[][]) read.get(8));
    }

    @Test
    void whatDoesNotFitIsNamed() {
        assertMismatch("the arguments are one JSON array, for example [[1.0, 2.0], 3]", "3", double.class);
        assertMismatch("the method takes 2 arguments, 1 are given", "[3]", double.class, int.class);
        assertMismatch("argument 1 is a int, which 2.5 is not", "[1, 2.5]", double.class, int.class);
        assertMismatch("argument 0 is a int, which 3000000000 is not", "[3000000000]", int.class);
        assertMismatch("argument 0[1] is a double, which \"x\" is not", "[[1, \"x\"]]", double[].class);
        assertMismatch("argument 0[0] is a double[], which 1 is not", "[[1]]", double[][].class);
        assertMismatch("argument 0 is a double, which null is not", "[null]", double.class);
        assertMismatch("argument 0 is a float, which 1.0E39 is not", "[1e39]", float.class);
        assertMismatch("argument 0 is larger than a double can be; infinity is \"Infinity\"", "[1e999]", double.class);
        assertMismatch(
                "there is no JSON for argument 0, which is a java.util.List; check takes numbers, booleans, characters,"
                        + " strings and arrays of these",
                "[[1]]",
                List.class);
    }

    private static List<Object> read(String json, Class<?>... types) throws Exception {
        return JsonArguments.read(new ObjectMapper().readTree(json), List.of(types));
    }

    private static void assertMismatch(String message, String json, Class<?>... types) {
        assertEquals(
                message,
                assertThrows(MismatchException.class, () -> read(json, types)).getMessage());
    }
}
