package dev.jacobi.llvm.text;

/** The function {@code jacobi.scalb} in LLVM IR, for {@code Math.scalb} of doubles. */
public final class ScalbText {
    private ScalbText() {}

    /**
     * The function, if the code calls it.
     *
     * @param convention of calls, with a blank behind it if there is one
     */
    public static String of(String code, String convention) {
        return code.contains("@jacobi.scalb(")
                ? SCALB.replace("internal double", "internal " + convention + "double")
                : "";
    }

    /** As the JDK does it: the exponent modulo 512 first, then steps of 512, so that only one product is rounded. */
    private static final String SCALB = """

            define internal double @jacobi.scalb(double %d, i32 %n) nounwind {
              %least = icmp slt i32 %n, -2099
              %low = select i1 %least, i32 -2099, i32 %n
              %most = icmp sgt i32 %low, 2099
              %c = select i1 %most, i32 2099, i32 %low
              %down = icmp slt i32 %c, 0
              %step = select i1 %down, i32 -512, i32 512
              %factor = select i1 %down, double 0x1FF0000000000000, double 0x5FF0000000000000
              %sign = ashr i32 %c, 8
              %t = lshr i32 %sign, 23
              %moved = add i32 %c, %t
              %kept = and i32 %moved, 511
              %first = sub i32 %kept, %t
              %biased = add i32 %first, 1023
              %wide = zext i32 %biased to i64
              %bits = shl i64 %wide, 52
              %power = bitcast i64 %bits to double
              %scaled = fmul double %d, %power
              %left = sub i32 %c, %first
              br label %head
            head:
              %x = phi double [ %scaled, %0 ], [ %more, %body ]
              %rest = phi i32 [ %left, %0 ], [ %less, %body ]
              %done = icmp eq i32 %rest, 0
              br i1 %done, label %exit, label %body
            body:
              %more = fmul double %x, %factor
              %less = sub i32 %rest, %step
              br label %head
            exit:
              ret double %x
            }
            """;
}
