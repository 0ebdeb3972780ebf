package dev.jacobi.offload.runtime;

import dev.jacobi.offload.runtime.OpenDevice.Parameter;
import java.util.List;

/** Kernels written by hand, as {@link ImageOfText} reads them. */
public final class TestKernels {
    /** {@code y[i] = a * x[i] + y[i]} for {@code i < n}. */
    public static final String SAXPY = """
            define KERNEL void @saxpy(ptr addrspace(1) %x, ptr addrspace(1) %y, double %a, i32 %n) {
              %i = call i64 @item()
              %length = sext i32 %n to i64
              %inside = icmp ult i64 %i, %length
              br i1 %inside, label %body, label %exit
            body:
              %px = getelementptr double, ptr addrspace(1) %x, i64 %i
              %py = getelementptr double, ptr addrspace(1) %y, i64 %i
              %vx = load double, ptr addrspace(1) %px, align 8
              %vy = load double, ptr addrspace(1) %py, align 8
              %product = fmul double %a, %vx
              %sum = fadd double %product, %vy
              store double %sum, ptr addrspace(1) %py, align 8
              br label %exit
            exit:
              ret void
            }
            """;

    public static final List<Parameter> SAXPY_PARAMETERS =
            List.of(Parameter.BUFFER, Parameter.BUFFER, Parameter.DOUBLE, Parameter.INT);

    /** Adds one to each of {@code n} longs, {@code rounds} times, so that it takes a while; {@code start} and {@code factor} make that no compiler leaves it out. */
    public static final String SLOW = """
            define KERNEL void @slow(ptr addrspace(1) %x, i64 %rounds, float %factor, i32 %n) {
            entry:
              %i = call i64 @item()
              %length = sext i32 %n to i64
              %inside = icmp ult i64 %i, %length
              br i1 %inside, label %begin, label %exit
            begin:
              %p = getelementptr i64, ptr addrspace(1) %x, i64 %i
              br label %loop
            loop:
              %k = phi i64 [ 0, %begin ], [ %next, %loop ]
              %old = load volatile i64, ptr addrspace(1) %p, align 8
              %step = fptosi float %factor to i64
              %new = add i64 %old, %step
              store volatile i64 %new, ptr addrspace(1) %p, align 8
              %next = add i64 %k, 1
              %more = icmp slt i64 %next, %rounds
              br i1 %more, label %loop, label %exit
            exit:
              ret void
            }
            """;

    public static final List<Parameter> SLOW_PARAMETERS =
            List.of(Parameter.BUFFER, Parameter.LONG, Parameter.FLOAT, Parameter.INT);

    private TestKernels() {}
}
