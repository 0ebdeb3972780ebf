declare spir_func i64 @_Z13get_global_idj(i32)
define internal spir_func i64 @jacobi_item() #0 {
  %item = call spir_func i64 @_Z13get_global_idj(i32 0)
  ret i64 %item
}

define spir_kernel void @jacobi_com_example_Saxpy_kernel(double %v0, ptr addrspace(1) %v1, i32 %n1, ptr addrspace(1) %v2, i32 %n2, i32 %first, i32 %count, ptr addrspace(1) %status) #0 {
entry:
  %item = call spir_func i64 @jacobi_item()
  %end = zext i32 %count to i64
  %inside = icmp ult i64 %item, %end
  br i1 %inside, label %round, label %outside
outside:
  ret void
round:
  %round.number = trunc i64 %item to i32
  %v3 = add i32 %first, %round.number
  br label %b0
b0:
  %t0 = call i32 @llvm.smax.i32(i32 %n1, i32 0)
  %t1 = icmp uge i32 %v3, %t0
  br i1 %t1, label %fail, label %k0
k0:
  %t2 = zext i32 %v3 to i64
  %t3 = getelementptr inbounds double, ptr addrspace(1) %v1, i64 %t2
  %v4 = load double, ptr addrspace(1) %t3, align 8
  %v5 = fmul double %v0, %v4
  %t4 = call i32 @llvm.smax.i32(i32 %n2, i32 0)
  %t5 = icmp uge i32 %v3, %t4
  br i1 %t5, label %fail, label %k1
k1:
  %t6 = zext i32 %v3 to i64
  %t7 = getelementptr inbounds double, ptr addrspace(1) %v2, i64 %t6
  %v6 = load double, ptr addrspace(1) %t7, align 8
  %v7 = fadd double %v5, %v6
  %t8 = call i32 @llvm.smax.i32(i32 %n2, i32 0)
  %t9 = icmp uge i32 %v3, %t8
  br i1 %t9, label %fail, label %k2
k2:
  %t10 = zext i32 %v3 to i64
  %t11 = getelementptr inbounds double, ptr addrspace(1) %v2, i64 %t10
  store double %v7, ptr addrspace(1) %t11, align 8
  ret void
fail:
  %least = atomicrmw umin ptr addrspace(1) %status, i32 %round.number syncscope("device") monotonic
  ret void
}
declare i32 @llvm.smax.i32(i32, i32)
attributes #0 = { nounwind }
