package dev.jacobi.examples.parallel;

import java.util.stream.IntStream;

/** Balls that fall and bounce: an object whose arrays are read and written by a parallel stream in a method of its own. */
public final class Particles {
    private final float[] height;
    private final float[] velocity;
    private final Surroundings surroundings;

    /**
     * What all of them feel.
     *
     * @param gravity by which they fall faster in a unit of time
     * @param bounce what is left of the velocity when one has hit the ground
     */
    public record Surroundings(float gravity, float bounce) {}

    /** Falls from these heights, which are copied. */
    public Particles(float[] heights, Surroundings surroundings) {
        this.height = heights.clone();
        this.velocity = new float[heights.length];
        this.surroundings = surroundings;
    }

    /** Steps of so much time. */
    public void fall(int steps, float dt) {
        float faster = surroundings.gravity() * dt;
        float bounce = surroundings.bounce();
        for (int step = 0; step < steps; step++) {
            IntStream.range(0, height.length).parallel().forEach(i -> {
                velocity[i] -= faster;
                height[i] += velocity[i] * dt;
                if (height[i] < 0) {
                    height[i] = -height[i];
                    velocity[i] *= -bounce;
                }
            });
        }
    }

    /** A copy. */
    public float[] heights() {
        return height.clone();
    }
}
