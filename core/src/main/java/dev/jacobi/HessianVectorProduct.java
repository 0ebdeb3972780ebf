package dev.jacobi;

import java.util.List;

/**
 * The Hessian of a function from an array to a number, times a vector: the change of the gradient in one direction, by forward over reverse
 * mode, at a small multiple of the function's cost whatever the number of inputs. Thread-safe and re-entrant.
 *
 * @param <T> {@code double[]}, {@code float[]}, arrays of these, or records, lists, maps and other objects that hold such
 */
public interface HessianVectorProduct<T> {
    /**
     * Computes a product. Besides arrays and objects that the function makes, nothing is allocated once the tapes have grown, except for
     * functions that read back what they have written into {@code x}.
     *
     * @param x where; not changed unless the function itself changes it
     * @param direction of the shape of {@code x}, not {@code x} itself; not changed unless the function changes {@code x}
     * @param product overwritten with the product; of the shape of {@code x}, and neither of the others
     * @throws JacobiException if {@code direction} or {@code product} has another shape; nothing is written then
     */
    void into(T x, T direction, T product);

    /** Returns the product in a new array or object of the shape of {@code x}. */
    T at(T x, T direction);

    /** Returns the product for each of several directions; {@code x} is not changed. With arrays they share what does not depend on the direction. */
    List<T> at(T x, List<T> directions);
}
