package dev.jacobi.llvm;

import dev.jacobi.ir.MathFunction;
import dev.jacobi.llvm.text.ScalbText;

/** The functions in LLVM IR that compiled code calls. */
final class RuntimeText {
    private RuntimeText() {}

    /** Those that the code calls. */
    static String of(String code, VectorMath vectorMath) {
        StringBuilder out = new StringBuilder();
        out.append(code.contains("@jacobi.allocate(") ? ALLOCATE : "");
        out.append(ScalbText.of(code, ""));
        out.append(code.contains("@jacobi.tanh(") ? tanh(vectorMath) : "");
        out.append(code.contains("@jacobi.rows(") ? ROWS : "");
        out.append(code.contains("@jacobi.tape.used(") ? TAPE_USED : "");
        out.append(code.contains("@jacobi.stack(") ? STACK : "");
        out.append(ShadowCheckText.runtime(code));
        for (int bits = 8; bits <= 64; bits *= 2) {
            String type = "i" + bits;
            out.append(code.contains("@jacobi.changed." + type + "(") ? CHANGED.replace("iN", type) : "");
        }
        return out.toString();
    }

    /** Writes those elements whose bits differ between two copies of an array. */
    private static final String CHANGED = """

            define internal void @jacobi.changed.iN(ptr %to, ptr noalias readonly %before, ptr noalias readonly %after, i64 %count) noinline nounwind {
              %some = icmp ne i64 %count, 0
              br i1 %some, label %loop, label %done
            loop:
              %i = phi i64 [ 0, %0 ], [ %next, %latch ]
              %before.at = getelementptr inbounds iN, ptr %before, i64 %i
              %after.at = getelementptr inbounds iN, ptr %after, i64 %i
              %old = load iN, ptr %before.at
              %new = load iN, ptr %after.at
              %differ = icmp ne iN %old, %new
              br i1 %differ, label %write, label %latch
            write:
              %to.at = getelementptr inbounds iN, ptr %to, i64 %i
              store iN %new, ptr %to.at
              br label %latch
            latch:
              %next = add nuw nsw i64 %i, 1
              %more = icmp ult i64 %next, %count
              br i1 %more, label %loop, label %done
            done:
              ret void
            }
            """;

    /** Notes how long an array of the tape has become. */
    private static final String TAPE_USED = """

            define internal void @jacobi.tape.used(ptr noalias %frame, i64 %slot, i32 %length) nounwind {
              %at = getelementptr i8, ptr %frame, i64 %slot
              %most = load i32, ptr %at, align 4, !tbaa !5
              %longer = call i32 @llvm.smax.i32(i32 %most, i32 %length)
              store i32 %longer, ptr %at, align 4, !tbaa !5
              ret void
            }
            """;

    /**
     * Finds how deep code that calls itself may go: what Java needs at the end of the stack stays free, and more. Where that cannot be found it may not go on.
     */
    private static final String STACK = """

            declare i64 @pthread_self()
            declare i32 @pthread_getattr_np(i64, ptr)
            declare i32 @pthread_attr_getstack(ptr, ptr, ptr)
            declare i32 @pthread_attr_destroy(ptr)
            define internal void @jacobi.stack(ptr noalias %%frame) noinline nounwind {
              %%attributes = alloca [128 x i8], align 16
              %%low.at = alloca i64
              %%size.at = alloca i64
              %%limit.at = getelementptr i8, ptr %%frame, i64 %d
              store i64 -1, ptr %%limit.at
              %%self = call i64 @pthread_self()
              %%failed = call i32 @pthread_getattr_np(i64 %%self, ptr %%attributes)
              %%none = icmp ne i32 %%failed, 0
              br i1 %%none, label %%done, label %%some
            some:
              %%unknown = call i32 @pthread_attr_getstack(ptr %%attributes, ptr %%low.at, ptr %%size.at)
              %%destroyed = call i32 @pthread_attr_destroy(ptr %%attributes)
              %%low = load i64, ptr %%low.at
              %%limit = add i64 %%low, %d
              %%is.unknown = icmp ne i32 %%unknown, 0
              %%found = select i1 %%is.unknown, i64 -1, i64 %%limit
              store i64 %%found, ptr %%limit.at
              br label %%done
            done:
              ret void
            }
            """.formatted(Frame.STACK, 256 << 10);

    /** Makes references to the rows of a matrix, which lie one after the other. */
    private static final String ROWS = """

            define internal void @jacobi.rows(ptr %table, ptr %rows, i32 %count, i64 %stride, i32 %length, i32 %tag) nounwind {
              %some = icmp ne i32 %count, 0
              br i1 %some, label %loop, label %done
            loop:
              %i = phi i32 [ 0, %0 ], [ %next, %loop ]
              %wide = zext i32 %i to i64
              %from = mul i64 %wide, %stride
              %row = getelementptr i8, ptr %rows, i64 %from
              %at = mul i64 %wide, 16
              %place = getelementptr i8, ptr %table, i64 %at
              %length.at = getelementptr i8, ptr %place, i64 8
              %tag.at = getelementptr i8, ptr %place, i64 12
              store ptr %row, ptr %place, align 8, !tbaa !7
              store i32 %length, ptr %length.at, align 4, !tbaa !7
              store i32 %tag, ptr %tag.at, align 4, !tbaa !7
              %next = add i32 %i, 1
              %more = icmp ult i32 %next, %count
              br i1 %more, label %loop, label %done
            done:
              ret void
            }
            """;

    /** Takes memory of the call, at a multiple of 64 bytes and never nothing; null if there is too little. */
    private static final String ALLOCATE = """

            define internal noalias ptr @jacobi.allocate(ptr noalias %%frame, i64 %%bytes) noinline nounwind willreturn memory(argmem: readwrite) {
              %%end.at = getelementptr i8, ptr %%frame, i64 %d
              %%top = load ptr, ptr %%frame, align 8
              %%end = load ptr, ptr %%end.at, align 8
              %%more = add i64 %%bytes, %d
              %%size = and i64 %%more, -%d
              %%from = ptrtoint ptr %%top to i64
              %%to = ptrtoint ptr %%end to i64
              %%free = sub i64 %%to, %%from
              %%fits = icmp ule i64 %%size, %%free
              br i1 %%fits, label %%take, label %%full
            take:
              %%next = getelementptr i8, ptr %%top, i64 %%size
              store ptr %%next, ptr %%frame, align 8
              ret ptr %%top
            full:
              %%needed.at = getelementptr i8, ptr %%frame, i64 %d
              store i64 %%size, ptr %%needed.at, align 8
              ret ptr null
            }
            """.formatted(Frame.END, Frame.ALIGNMENT, Frame.ALIGNMENT, Frame.NEEDED);

    /**
     * The hyperbolic tangent of {@code x} by u = exp(2|x|) - 1: u / (u + 2) up to |x| = 0.55, from there on 1 - 2 / (u + 2). The roundings of the sum and of the quotient are made
     * good, so that hardly more than the error of u is left: 1.5 ulp, where StrictMath's has 2.2 (measured against numbers of 113 bits). From 22 on it is 1.
     */
    private static String tanh(VectorMath vectorMath) {
        String exponential = vectorMath.scalar(MathFunction.EXPM1).orElseThrow();
        return """

            define internal double @jacobi.tanh(double %%x) alwaysinline nounwind {
              %%size = call double @llvm.fabs.f64(double %%x)
              %%far = fcmp ogt double %%size, 2.2e+01
              %%near = select i1 %%far, double 2.2e+01, double %%size
              %%twice = fmul double %%near, 2.0
              %%u = call double @%s(double %%twice) nounwind willreturn memory(none) %s
              %%is.small = fcmp olt double %%near, %s
              %%below = fcmp olt double %%u, 2.0
              %%large = select i1 %%below, double 2.0, double %%u
              %%little = select i1 %%below, double %%u, double 2.0
              %%sum = fadd double %%u, 2.0
              %%added = fsub double %%sum, %%large
              %%lost = fsub double %%little, %%added
              %%upper = select i1 %%is.small, double %%u, double 2.0
              %%q = fdiv double %%upper, %%sum
              %%minus.q = fneg double %%q
              %%exact = call double @llvm.fma.f64(double %%minus.q, double %%sum, double %%upper)
              %%rest = call double @llvm.fma.f64(double %%minus.q, double %%lost, double %%exact)
              %%half = fmul double %%q, 0.5
              %%inverse.small = fsub double 0.5, %%half
              %%small = call double @llvm.fma.f64(double %%rest, double %%inverse.small, double %%q)
              %%rounded = fsub double 1.0, %%q
              %%taken = fsub double 1.0, %%rounded
              %%cut = fsub double %%taken, %%q
              %%minus.half = fneg double %%half
              %%correction = call double @llvm.fma.f64(double %%rest, double %%minus.half, double %%cut)
              %%great = fadd double %%rounded, %%correction
              %%result = select i1 %%is.small, double %%small, double %%great
              %%signed = call double @llvm.copysign.f64(double %%result, double %%x)
              ret double %%signed
            }
            """.formatted(exponential, vectorMath.attribute(exponential), Body.literal(0.55));
    }
}
