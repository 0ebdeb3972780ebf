package dev.jacobi.examples.parallel;

import java.util.stream.IntStream;

/** Transforms of signals. Complex numbers are two arrays. */
public final class Signals {
    private Signals() {}

    /** The discrete Fourier transform by its definition. */
    public static void dft(double[] re, double[] im, double[] outRe, double[] outIm) {
        int n = re.length;
        IntStream.range(0, n).parallel().forEach(k -> {
            double sumRe = 0;
            double sumIm = 0;
            for (int t = 0; t < n; t++) {
                double angle = -2 * Math.PI * ((long) k * t % n) / n;
                double cos = Math.cos(angle);
                double sin = Math.sin(angle);
                sumRe += re[t] * cos - im[t] * sin;
                sumIm += re[t] * sin + im[t] * cos;
            }
            outRe[k] = sumRe;
            outIm[k] = sumIm;
        });
    }

    /**
     * The fast Fourier transform of Stockham, of {@code 2^stages} numbers: each stage goes from one pair of arrays to the other, and each number of a stage is computed by itself.
     * The result is where the last stage has put it: in the first pair if the number of stages is even.
     */
    public static void fft(double[] re, double[] im, double[] otherRe, double[] otherIm, int stages) {
        int half = 1 << (stages - 1);
        for (int stage = 0; stage < stages; stage++) {
            boolean there = stage % 2 == 0;
            double[] fromRe = there ? re : otherRe;
            double[] fromIm = there ? im : otherIm;
            double[] toRe = there ? otherRe : re;
            double[] toIm = there ? otherIm : im;
            int run = 1 << stage;
            IntStream.range(0, 2 * half).parallel().forEach(place -> {
                int group = place / (2 * run);
                int source = place % run + group * run;
                double sumRe = fromRe[source] + fromRe[source + half];
                double sumIm = fromIm[source] + fromIm[source + half];
                double differenceRe = fromRe[source] - fromRe[source + half];
                double differenceIm = fromIm[source] - fromIm[source + half];
                double angle = -Math.PI * (group * run) / half;
                double cos = Math.cos(angle);
                double sin = Math.sin(angle);
                boolean first = place / run % 2 == 0;
                toRe[place] = first ? sumRe : differenceRe * cos - differenceIm * sin;
                toIm[place] = first ? sumIm : differenceRe * sin + differenceIm * cos;
            });
        }
    }

    /** A signal under a kernel that slides over it, where it lies wholly on it. */
    public static void convolve(float[] signal, float[] kernel, float[] out) {
        IntStream.range(0, signal.length - kernel.length + 1).parallel().forEach(i -> {
            float sum = 0;
            for (int j = 0; j < kernel.length; j++) {
                sum += signal[i + j] * kernel[kernel.length - 1 - j];
            }
            out[i] = sum;
        });
    }
}
