package dev.jacobi.llvm;

/** A function with small arrays, which are on the stack, and all needed to the end. */
final class LargeFrame {
    private LargeFrame() {}

    /** Of two ints: with both the same it gives 0.5. */
    static String text(int arrays) {
        StringBuilder text = new StringBuilder(
                "function f(%i: int, %j: int): double {\nb0:\n  %n = constant 32\n  %s0 = constant 0.5\n");
        for (int k = 0; k < arrays; k++) {
            text.append("  %a").append(k).append(": double[] = new_array double %n\n");
            text.append("  array_store double %a").append(k).append(", %i, %s0\n");
        }
        for (int k = 1; k <= arrays; k++) {
            text.append("  %%x%d: double = array_load double %%a%d, %%j\n".formatted(k, k - 1));
            text.append("  %%s%d: double = div %%x%d, %%s%d\n".formatted(k, k, k - 1));
        }
        return text.append("  return %s").append(arrays).append("\n}\n").toString();
    }
}
