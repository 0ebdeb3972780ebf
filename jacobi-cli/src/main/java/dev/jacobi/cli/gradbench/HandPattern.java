package dev.jacobi.cli.gradbench;

import dev.jacobi.cli.gradbench.HtEval.Input;
import dev.jacobi.examples.gradbench.HandTracking.Hand;
import java.util.BitSet;

/** Where the Jacobian of hand tracking may have numbers: a point moves with the bones that its vertices hang on, and with theirs. */
final class HandPattern {
    private static final int ROTATION = 3;
    private static final int GLOBAL = 6;
    private static final int FIRST_FINGER = 2;
    private static final int BONES_OF_FINGER = 4;
    private static final int ANGLES_OF_FINGER = 4;
    private static final int FINGERS = 5;

    private HandPattern() {}

    /** @param compressed the columns that stand before those of the angles */
    static int[][] columnsOfRows(Input in, int compressed) {
        Hand hand = in.hand();
        BitSet[] ofBones = anglesOfBones(hand);
        int[][] pattern = new int[3 * in.measured().length][];
        for (int point = 0; point < in.measured().length; point++) {
            int correspondence = in.correspondences()[point];
            int[] vertices = compressed > 0 ? hand.triangles()[correspondence] : new int[] {correspondence};
            BitSet angles = new BitSet();
            for (int vertex : vertices) {
                double[] weights = hand.weights()[vertex];
                for (int bone = 0; bone < weights.length; bone++) {
                    if (weights[bone] != 0) {
                        angles.or(ofBones[bone]);
                    }
                }
            }
            for (int axis = 0; axis < 3; axis++) {
                BitSet row = new BitSet();
                row.set(0, compressed + ROTATION);
                row.set(compressed + ROTATION + axis);
                angles.stream().forEach(angle -> row.set(compressed + angle));
                pattern[3 * point + axis] = row.stream().toArray();
            }
        }
        return pattern;
    }

    /** For each bone the angles that turn it or a bone that it hangs on: two of the root of a finger, one of each of the next two. */
    private static BitSet[] anglesOfBones(Hand hand) {
        BitSet[] angles = new BitSet[hand.parents().length];
        for (int bone = 0; bone < angles.length; bone++) {
            angles[bone] = new BitSet();
            int parent = hand.parents()[bone];
            if (parent >= 0) {
                angles[bone].or(angles[parent]);
            }
            int finger = (bone - FIRST_FINGER) / BONES_OF_FINGER;
            if (bone >= FIRST_FINGER && finger < FINGERS) {
                int first = GLOBAL + ANGLES_OF_FINGER * finger;
                switch ((bone - FIRST_FINGER) % BONES_OF_FINGER) {
                    case 0 -> angles[bone].set(first, first + 2);
                    case 1 -> angles[bone].set(first + 2);
                    case 2 -> angles[bone].set(first + 3);
                    default -> {}
                }
            }
        }
        return angles;
    }
}
