declare i32 @llvm.amdgcn.workitem.id.x()
declare i32 @llvm.amdgcn.workgroup.id.x()
declare ptr addrspace(4) @llvm.amdgcn.implicitarg.ptr()
define internal i64 @jacobi_item() #0 {
  %in.group = call i32 @llvm.amdgcn.workitem.id.x()
  %group = call i32 @llvm.amdgcn.workgroup.id.x()
  %hidden = call ptr addrspace(4) @llvm.amdgcn.implicitarg.ptr()
  %size.at = getelementptr i8, ptr addrspace(4) %hidden, i64 12
  %size.short = load i16, ptr addrspace(4) %size.at, align 4
  %size = zext i16 %size.short to i32
  %in.group.wide = zext i32 %in.group to i64
  %group.wide = zext i32 %group to i64
  %size.wide = zext i32 %size to i64
  %before = mul i64 %group.wide, %size.wide
  %item = add i64 %before, %in.group.wide
  ret i64 %item
}

define amdgpu_kernel void @jacobi_com_example_Own_kernel(ptr addrspace(1) %v0, i32 %n0, i32 %first, i32 %count, ptr addrspace(1) %status) #0 {
entry:
  %s0 = alloca [3 x double], align 8, addrspace(5)
  %s5 = alloca i32, align 8, addrspace(5)
  %item = call i64 @jacobi_item()
  %end = zext i32 %count to i64
  %inside = icmp ult i64 %item, %end
  br i1 %inside, label %round, label %outside
outside:
  ret void
round:
  %round.number = trunc i64 %item to i32
  %v1 = add i32 %first, %round.number
  store i32 0, ptr addrspace(5) %s5, align 4
  br label %b0
b0:
  call void @llvm.memset.p5.i64(ptr addrspace(5) align 8 %s0, i8 0, i64 24, i1 false)
  %v4 = getelementptr i8, ptr addrspace(5) %s0, i64 0
  %n4 = add i32 3, 0
  br label %b1
b1:
  %v2 = phi i32 [ 0, %b0 ], [ %v10, %k3 ]
  %t0 = icmp slt i32 %v2, 3
  %v6 = zext i1 %t0 to i32
  %t1 = icmp ne i32 %v6, 0
  br i1 %t1, label %b2, label %b3
b2:
  %t2 = icmp eq i32 3, 0
  br i1 %t2, label %fail, label %k1
k1:
  %t3 = icmp eq i32 3, -1
  %t4 = select i1 %t3, i32 1, i32 3
  %t5 = srem i32 %v1, %t4
  %v7 = select i1 %t3, i32 0, i32 %t5
  %t6 = call i32 @llvm.smax.i32(i32 %n0, i32 0)
  %t7 = icmp uge i32 %v2, %t6
  br i1 %t7, label %fail, label %k2
k2:
  %t8 = zext i32 %v2 to i64
  %t9 = getelementptr inbounds double, ptr addrspace(1) %v0, i64 %t8
  %v8 = load double, ptr addrspace(1) %t9, align 8
  %t10 = call i32 @llvm.smax.i32(i32 %n4, i32 0)
  %t11 = icmp uge i32 %v7, %t10
  br i1 %t11, label %fail, label %k3
k3:
  %t12 = zext i32 %v7 to i64
  %t13 = getelementptr inbounds double, ptr addrspace(5) %v4, i64 %t12
  store double %v8, ptr addrspace(5) %t13, align 8
  %v10 = add i32 %v2, 1
  br label %b1
b3:
  %t14 = call i32 @llvm.smax.i32(i32 %n4, i32 0)
  %t15 = icmp uge i32 0, %t14
  br i1 %t15, label %fail, label %k4
k4:
  %t16 = zext i32 0 to i64
  %t17 = getelementptr inbounds double, ptr addrspace(5) %v4, i64 %t16
  %v11 = load double, ptr addrspace(5) %t17, align 8
  %v12 = call double @java_lang_FdLibm_Cbrt_compute(double %v11, ptr addrspace(5) %s5)
  %t18 = load i32, ptr addrspace(5) %s5, align 4
  %t19 = icmp ne i32 %t18, 0
  br i1 %t19, label %fail, label %k6
k6:
  %t20 = call i32 @llvm.smax.i32(i32 %n0, i32 0)
  %t21 = icmp uge i32 %v1, %t20
  br i1 %t21, label %fail, label %k7
k7:
  %t22 = zext i32 %v1 to i64
  %t23 = getelementptr inbounds double, ptr addrspace(1) %v0, i64 %t22
  store double %v12, ptr addrspace(1) %t23, align 8
  ret void
fail:
  %least = atomicrmw umin ptr addrspace(1) %status, i32 %round.number syncscope("agent") monotonic
  ret void
}

define internal i32 @java_lang_Double_isFinite(double %v0) #0 {
entry:
  br label %b0
b0:
  %v1 = call double @llvm.fabs.f64(double %v0)
  %t0 = fcmp ole double %v1, 0x7FEFFFFFFFFFFFFF
  %v3 = zext i1 %t0 to i32
  %t1 = icmp ne i32 %v3, 0
  br i1 %t1, label %b2, label %b1
b2:
  br label %b3
b1:
  br label %b3
b3:
  %v5 = phi i32 [ 1, %b2 ], [ 0, %b1 ]
  ret i32 %v5
}

define internal i32 @java_lang_FdLibm___HI(double %v0) #0 {
entry:
  br label %b0
b0:
  %v1 = bitcast double %v0 to i64
  %t0 = and i32 32, 63
  %t1 = zext i32 %t0 to i64
  %v3 = ashr i64 %v1, %t1
  %v4 = trunc i64 %v3 to i32
  ret i32 %v4
}

define internal double @java_lang_FdLibm___HI_2(double %v0, i32 %v1) #0 {
entry:
  br label %b0
b0:
  %v2 = bitcast double %v0 to i64
  %v4 = and i64 %v2, 4294967295
  %v5 = sext i32 %v1 to i64
  %t0 = and i32 32, 63
  %t1 = zext i32 %t0 to i64
  %v7 = shl i64 %v5, %t1
  %v8 = or i64 %v4, %v7
  %v9 = bitcast i64 %v8 to double
  ret double %v9
}

define internal double @java_lang_FdLibm___LO(double %v0, i32 %v1) #0 {
entry:
  br label %b0
b0:
  %v2 = bitcast double %v0 to i64
  %v4 = and i64 %v2, -4294967296
  %v5 = sext i32 %v1 to i64
  %v7 = and i64 %v5, 4294967295
  %v8 = or i64 %v4, %v7
  %v9 = bitcast i64 %v8 to double
  ret double %v9
}

define internal double @java_lang_FdLibm_Cbrt_compute(double %v0, ptr addrspace(5) %failed) #0 {
entry:
  br label %b0
b0:
  %t0 = fcmp oeq double %v0, 0x0000000000000000
  %v3 = zext i1 %t0 to i32
  %t1 = icmp ne i32 %v3, 0
  br i1 %t1, label %b1, label %b2
b2:
  %v5 = call i32 @java_lang_Double_isFinite(double %v0)
  %t2 = icmp ne i32 %v5, 0
  br i1 %t2, label %b3, label %b1
b3:
  %t3 = fcmp olt double %v0, 0x0000000000000000
  %v7 = zext i1 %t3 to i32
  %t4 = icmp ne i32 %v7, 0
  br i1 %t4, label %b5, label %b4
b5:
  br label %b6
b4:
  br label %b6
b6:
  %v9 = phi double [ 0xBFF0000000000000, %b5 ], [ 0x3FF0000000000000, %b4 ]
  %v13 = call double @llvm.fabs.f64(double %v0)
  %t5 = fcmp olt double %v13, 0x0010000000000000
  %v15 = zext i1 %t5 to i32
  %t6 = icmp ne i32 %v15, 0
  br i1 %t6, label %b8, label %b7
b8:
  %v26 = fmul double 0x4350000000000000, %v13
  %v27 = call i32 @java_lang_FdLibm___HI(double %v26)
  %t7 = icmp eq i32 3, 0
  br i1 %t7, label %fail, label %k0
k0:
  %t8 = icmp eq i32 3, -1
  %t9 = select i1 %t8, i32 1, i32 3
  %t10 = sdiv i32 %v27, %t9
  %t11 = sub i32 0, %v27
  %v29 = select i1 %t8, i32 %t11, i32 %t10
  %v31 = add i32 %v29, 696219795
  %v32 = call double @java_lang_FdLibm___HI_2(double %v26, i32 %v31)
  br label %b9
b7:
  %v16 = call i32 @java_lang_FdLibm___HI(double %v13)
  %t12 = icmp eq i32 3, 0
  br i1 %t12, label %fail, label %k1
k1:
  %t13 = icmp eq i32 3, -1
  %t14 = select i1 %t13, i32 1, i32 3
  %t15 = sdiv i32 %v16, %t14
  %t16 = sub i32 0, %v16
  %v18 = select i1 %t13, i32 %t16, i32 %t15
  %v20 = add i32 %v18, 715094163
  %v21 = call double @java_lang_FdLibm___HI_2(double 0x0000000000000000, i32 %v20)
  br label %b9
b9:
  %v23 = phi double [ %v32, %k0 ], [ %v21, %k1 ]
  %v33 = fmul double %v23, %v23
  %v34 = fdiv double %v33, %v13
  %v36 = fmul double %v34, %v23
  %v37 = fadd double 0x3FE15F15F15F15F1, %v36
  %v41 = fadd double %v37, 0x3FF6A0EA0EA0EA0F
  %v43 = fdiv double 0xBFE691DE2532C834, %v37
  %v44 = fadd double %v41, %v43
  %v45 = fdiv double 0x3FF9B6DB6DB6DB6E, %v44
  %v46 = fadd double 0x3FD6DB6DB6DB6DB7, %v45
  %v47 = fmul double %v23, %v46
  %v49 = call double @java_lang_FdLibm___LO(double %v47, i32 0)
  %v50 = call i32 @java_lang_FdLibm___HI(double %v49)
  %v52 = add i32 %v50, 1
  %v53 = call double @java_lang_FdLibm___HI_2(double %v49, i32 %v52)
  %v54 = fmul double %v53, %v53
  %v55 = fdiv double %v13, %v54
  %v56 = fadd double %v53, %v53
  %v57 = fsub double %v55, %v53
  %v58 = fadd double %v56, %v55
  %v59 = fdiv double %v57, %v58
  %v60 = fmul double %v53, %v59
  %v61 = fadd double %v53, %v60
  %v62 = fmul double %v9, %v61
  ret double %v62
b1:
  ret double %v0
fail:
  store i32 1, ptr addrspace(5) %failed, align 4
  ret double 0.0
}
declare double @llvm.fabs.f64(double)
declare i32 @llvm.smax.i32(i32, i32)
declare void @llvm.memset.p5.i64(ptr addrspace(5), i8, i64, i1)
attributes #0 = { nounwind }
!llvm.module.flags = !{!0}
!0 = !{i32 1, !"amdhsa_code_object_version", i32 500}
