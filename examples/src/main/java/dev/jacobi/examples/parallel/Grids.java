package dev.jacobi.examples.parallel;

import java.util.stream.IntStream;

/** Stencils on grids, kept row after row and plane after plane; what is at the border stays. */
public final class Grids {
    private Grids() {}

    /** One step of heat in a plate: each inner place becomes the mean of its four neighbours. */
    public static void heat(double[] from, double[] to, int width, int height) {
        IntStream.range(0, width * height).parallel().forEach(place -> {
            int x = place % width;
            int y = place / width;
            boolean inside = x > 0 && x < width - 1 && y > 0 && y < height - 1;
            to[place] = inside
                    ? 0.25 * (from[place - 1] + from[place + 1] + from[place - width] + from[place + width])
                    : from[place];
        });
    }

    /** Many steps of {@link #heat}, there and back; an even number leaves the result in {@code grid}. */
    public static void heat(double[] grid, double[] other, int width, int height, int steps) {
        for (int step = 0; step < steps; step++) {
            heat(step % 2 == 0 ? grid : other, step % 2 == 0 ? other : grid, width, height);
        }
    }

    /** A step of diffusion in a block, from the six neighbours of each inner place. */
    public static void diffuse(float[] from, float[] to, int width, int height, int depth, float rate) {
        int plane = width * height;
        IntStream.range(0, plane * depth).parallel().forEach(place -> {
            int x = place % width;
            int y = place / width % height;
            int z = place / plane;
            float here = from[place];
            if (x > 0 && x < width - 1 && y > 0 && y < height - 1 && z > 0 && z < depth - 1) {
                float around = from[place - 1]
                        + from[place + 1]
                        + from[place - width]
                        + from[place + width]
                        + from[place - plane]
                        + from[place + plane];
                here += rate * (around - 6 * here);
            }
            to[place] = here;
        });
    }

    /** As {@link #diffuse}, by a loop for each direction, of the inner places alone. */
    public static void diffuseInside(float[] from, float[] to, int width, int height, int depth, float rate) {
        int plane = width * height;
        IntStream.range(1, depth - 1)
                .parallel()
                .forEach(z -> IntStream.range(1, height - 1)
                        .parallel()
                        .forEach(y -> IntStream.range(1, width - 1).parallel().forEach(x -> {
                            int place = (z * height + y) * width + x;
                            float around = from[place - 1]
                                    + from[place + 1]
                                    + from[place - width]
                                    + from[place + width]
                                    + from[place - plane]
                                    + from[place + plane];
                            to[place] = from[place] + rate * (around - 6 * from[place]);
                        })));
    }

    /** How many steps each point of a part of the plane takes to leave the circle of radius 2, or {@code most}. */
    public static void mandelbrot(int[] steps, int width, int height, double left, double top, double size, int most) {
        IntStream.range(0, width * height).parallel().forEach(place -> {
            double re = left + size * (place % width) / width;
            int row = place / width;
            double im = top + size * row / height;
            double x = 0;
            double y = 0;
            int step = 0;
            while (step < most && x * x + y * y <= 4) {
                double next = x * x - y * y + re;
                y = 2 * x * y + im;
                x = next;
                step++;
            }
            steps[place] = step;
        });
    }
}
