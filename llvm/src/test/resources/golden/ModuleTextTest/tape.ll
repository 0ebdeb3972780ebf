define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 192
  %a0 = load i32, ptr %a0.at, align 8
  %r = call {double, i32} @"tape"(ptr %frame, i32 %a0)
  %value = extractvalue {double, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store double %value, ptr %value.at, align 8
  %status = extractvalue {double, i32} %r, 1
  ret i32 %status
}

define i32 @"entry.direct"(ptr noalias %frame, i32 %a0) #0 {
  %r = call {double, i32} @"tape"(ptr %frame, i32 %a0)
  %status = extractvalue {double, i32} %r, 1
  %ended = icmp eq i32 %status, 0
  br i1 %ended, label %done, label %stopped
done:
  %value = extractvalue {double, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store double %value, ptr %value.at, align 8
  ret i32 0
stopped:
  ret i32 %status
}

define internal noalias ptr @jacobi.allocate(ptr noalias %frame, i64 %bytes) noinline nounwind willreturn memory(argmem: readwrite) {
  %end.at = getelementptr i8, ptr %frame, i64 8
  %top = load ptr, ptr %frame, align 8
  %end = load ptr, ptr %end.at, align 8
  %more = add i64 %bytes, 64
  %size = and i64 %more, -64
  %from = ptrtoint ptr %top to i64
  %to = ptrtoint ptr %end to i64
  %free = sub i64 %to, %from
  %fits = icmp ule i64 %size, %free
  br i1 %fits, label %take, label %full
take:
  %next = getelementptr i8, ptr %top, i64 %size
  store ptr %next, ptr %frame, align 8
  ret ptr %top
full:
  %needed.at = getelementptr i8, ptr %frame, i64 16
  store i64 %size, ptr %needed.at, align 8
  ret ptr null
}

define internal void @jacobi.tape.used(ptr noalias %frame, i64 %slot, i32 %length) nounwind {
  %at = getelementptr i8, ptr %frame, i64 %slot
  %most = load i32, ptr %at, align 4, !tbaa !5
  %longer = call i32 @llvm.smax.i32(i32 %most, i32 %length)
  store i32 %longer, ptr %at, align 4, !tbaa !5
  ret void
}

define internal {double, i32} @"tape"(ptr noalias %frame, i32 %v0) #0 {
entry:
  br label %b0
b0:
  %t0 = getelementptr i8, ptr %frame, i64 92
  %t1 = load i32, ptr %t0, align 4, !tbaa !5, !range !3
  %t2 = zext i32 %t1 to i64
  %t3 = mul i64 %t2, 8
  %t4 = call noalias ptr @jacobi.allocate(ptr %frame, i64 %t3)
  %t5 = icmp eq ptr %t4, null
  br i1 %t5, label %bail2, label %k0, !prof !1
k0:
  %v1 = getelementptr i8, ptr %t4, i64 0
  %n1 = add i32 %t1, 0
  %t6 = call {ptr, i32, i32} @"dev.jacobi.runtime.Scratch.ensure"(ptr %frame, ptr %v1, i32 %n1, i32 %v0)
  %t7 = extractvalue {ptr, i32, i32} %t6, 2
  %t8 = icmp ne i32 %t7, 0
  br i1 %t8, label %s1, label %k2, !prof !1
s1:
  %t9 = insertvalue {double, i32} zeroinitializer, i32 %t7, 1
  ret {double, i32} %t9
k2:
  %t10 = extractvalue {ptr, i32, i32} %t6, 0
  %t11 = extractvalue {ptr, i32, i32} %t6, 1
  %v2 = getelementptr i8, ptr %t10, i64 0
  %n2 = add i32 %t11, 0
  %t12 = icmp eq ptr %v2, null
  br i1 %t12, label %bail1, label %k3, !prof !1
k3:
  %t13 = icmp uge i32 0, %n2
  br i1 %t13, label %bail1, label %k4, !prof !1
k4:
  %t14 = sext i32 0 to i64
  %t15 = getelementptr inbounds double, ptr %v2, i64 %t14
  %v4 = load double, ptr %t15, align 8, !tbaa !17, !alias.scope !102
  call void @jacobi.tape.used(ptr %frame, i64 124, i32 %n2)
  %t16 = insertvalue {double, i32} zeroinitializer, double %v4, 0
  ret {double, i32} %t16
bail1:
  ret {double, i32} { double 0.0, i32 1 }
bail2:
  ret {double, i32} { double 0.0, i32 2 }
}

define internal {ptr, i32, i32} @"dev.jacobi.runtime.Scratch.ensure"(ptr noalias %frame, ptr %v0, i32 range(i32 0, -2147483648) %n0, i32 %v1) #0 {
entry:
  br label %b0
b0:
  %t0 = icmp eq ptr %v0, null
  br i1 %t0, label %bail1, label %k0, !prof !1
k0:
  %v2 = add i32 %n0, 0
  %t1 = call {i32, i32} @"java.lang.Integer.compareUnsigned"(ptr %frame, i32 %v1, i32 %v2)
  %t2 = extractvalue {i32, i32} %t1, 1
  %t3 = icmp ne i32 %t2, 0
  br i1 %t3, label %s1, label %k2, !prof !1
s1:
  %t4 = insertvalue {ptr, i32, i32} zeroinitializer, i32 %t2, 2
  ret {ptr, i32, i32} %t4
k2:
  %v3 = extractvalue {i32, i32} %t1, 0
  %t5 = icmp sgt i32 %v3, 0
  %v5 = zext i1 %t5 to i32
  %t6 = icmp ne i32 %v5, 0
  br i1 %t6, label %b1, label %b2
b1:
  %t7 = icmp eq ptr %v0, null
  br i1 %t7, label %bail1, label %k3, !prof !1
k3:
  %v6 = add i32 %n0, 0
  %t8 = call {i32, i32} @"dev.jacobi.runtime.Scratch.grown"(ptr %frame, i32 %v6, i32 %v1)
  %t9 = extractvalue {i32, i32} %t8, 1
  %t10 = icmp ne i32 %t9, 0
  br i1 %t10, label %s4, label %k5, !prof !1
s4:
  %t11 = insertvalue {ptr, i32, i32} zeroinitializer, i32 %t9, 2
  ret {ptr, i32, i32} %t11
k5:
  %v7 = extractvalue {i32, i32} %t8, 0
  %t12 = call {ptr, i32, i32} @"java.util.Arrays.copyOf"(ptr %frame, ptr %v0, i32 %n0, i32 %v7)
  %t13 = extractvalue {ptr, i32, i32} %t12, 2
  %t14 = icmp ne i32 %t13, 0
  br i1 %t14, label %s6, label %k7, !prof !1
s6:
  %t15 = insertvalue {ptr, i32, i32} zeroinitializer, i32 %t13, 2
  ret {ptr, i32, i32} %t15
k7:
  %t16 = extractvalue {ptr, i32, i32} %t12, 0
  %t17 = extractvalue {ptr, i32, i32} %t12, 1
  %v8 = getelementptr i8, ptr %t16, i64 0
  %n8 = add i32 %t17, 0
  br label %b3
b2:
  br label %b3
b3:
  %v9 = phi ptr [ %v8, %k7 ], [ %v0, %b2 ]
  %n9 = phi i32 [ %n8, %k7 ], [ %n0, %b2 ]
  %t18 = insertvalue {ptr, i32, i32} zeroinitializer, ptr %v9, 0
  %t19 = insertvalue {ptr, i32, i32} %t18, i32 %n9, 1
  ret {ptr, i32, i32} %t19
bail1:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 1 }
}

define internal {i32, i32} @"java.lang.Integer.compareUnsigned"(ptr noalias %frame, i32 %v0, i32 %v1) #0 {
entry:
  br label %b0
b0:
  %v3 = add i32 %v0, -2147483648
  %v5 = add i32 %v1, -2147483648
  %t0 = call {i32, i32} @"java.lang.Integer.compare"(ptr %frame, i32 %v3, i32 %v5)
  %t1 = extractvalue {i32, i32} %t0, 1
  %t2 = icmp ne i32 %t1, 0
  br i1 %t2, label %s0, label %k1, !prof !1
s0:
  %t3 = insertvalue {i32, i32} zeroinitializer, i32 %t1, 1
  ret {i32, i32} %t3
k1:
  %v6 = extractvalue {i32, i32} %t0, 0
  %t4 = insertvalue {i32, i32} zeroinitializer, i32 %v6, 0
  ret {i32, i32} %t4
}

define internal {i32, i32} @"dev.jacobi.runtime.Scratch.grown"(ptr noalias %frame, i32 %v0, i32 %v1) #0 {
entry:
  br label %b0
b0:
  %t0 = icmp slt i32 %v1, 0
  %v4 = zext i1 %t0 to i32
  %t1 = icmp ne i32 %v4, 0
  br i1 %t1, label %b1, label %b2
b2:
  %t2 = icmp sle i32 %v1, 2147483639
  %v6 = zext i1 %t2 to i32
  %t3 = icmp ne i32 %v6, 0
  br i1 %t3, label %b3, label %b1
b3:
  %v7 = sext i32 %v1 to i64
  %v9 = sext i32 %v0 to i64
  %v10 = mul i64 2, %v9
  %v11 = sext i32 2147483639 to i64
  %v12 = call i64 @llvm.smin.i64(i64 %v10, i64 %v11)
  %v13 = call i64 @llvm.smax.i64(i64 %v7, i64 %v12)
  %v14 = trunc i64 %v13 to i32
  %t4 = insertvalue {i32, i32} zeroinitializer, i32 %v14, 0
  ret {i32, i32} %t4
b1:
  br label %bail1
bail1:
  ret {i32, i32} { i32 0, i32 1 }
}

define internal {ptr, i32, i32} @"java.util.Arrays.copyOf"(ptr noalias %frame, ptr %v0, i32 range(i32 0, -2147483648) %n0, i32 %v1) #0 {
entry:
  br label %b0
b0:
  %t0 = icmp eq ptr %v0, null
  br i1 %t0, label %bail1, label %k0, !prof !1
k0:
  %v2 = add i32 %n0, 0
  %t1 = icmp ne i32 %v1, %v2
  %v3 = zext i1 %t1 to i32
  %t2 = icmp ne i32 %v3, 0
  br i1 %t2, label %b1, label %b2
b1:
  %t3 = icmp slt i32 %v1, 0
  br i1 %t3, label %bail1, label %k1, !prof !1
k1:
  %t4 = zext i32 %v1 to i64
  %t5 = mul i64 %t4, 8
  %t6 = lshr i64 %t5, 1
  %t7 = getelementptr i8, ptr %frame, i64 40
  %t8 = load i64, ptr %t7, align 8, !tbaa !5
  %t9 = sub i64 %t8, %t6
  store i64 %t9, ptr %t7, align 8, !tbaa !5
  %t10 = icmp slt i64 %t9, 0
  br i1 %t10, label %bail3, label %k2, !prof !1
k2:
  %t11 = call noalias ptr @jacobi.allocate(ptr %frame, i64 %t5)
  %t12 = icmp eq ptr %t11, null
  br i1 %t12, label %bail2, label %k3, !prof !1
k3:
  call void @llvm.memset.p0.i64(ptr align 64 %t11, i8 0, i64 %t5, i1 false)
  %v4 = getelementptr i8, ptr %t11, i64 0
  %n4 = add i32 %v1, 0
  %t13 = icmp eq ptr %v0, null
  br i1 %t13, label %bail1, label %k4, !prof !1
k4:
  %v7 = add i32 %n0, 0
  %v8 = call i32 @llvm.smin.i32(i32 %v7, i32 %v1)
  %t14 = icmp eq ptr %v0, null
  br i1 %t14, label %bail1, label %k5, !prof !1
k5:
  %t15 = icmp eq ptr %v4, null
  br i1 %t15, label %bail1, label %k6, !prof !1
k6:
  %t16 = icmp slt i32 %v8, 0
  br i1 %t16, label %bail1, label %k7, !prof !1
k7:
  %t17 = zext i32 %v8 to i64
  %t18 = mul i64 %t17, 8
  %t19 = lshr i64 %t18, 1
  %t20 = getelementptr i8, ptr %frame, i64 40
  %t21 = load i64, ptr %t20, align 8, !tbaa !5
  %t22 = sub i64 %t21, %t19
  store i64 %t22, ptr %t20, align 8, !tbaa !5
  %t23 = icmp slt i64 %t22, 0
  br i1 %t23, label %bail3, label %k8, !prof !1
k8:
  %t24 = icmp slt i32 0, 0
  br i1 %t24, label %bail1, label %k9, !prof !1
k9:
  %t25 = zext i32 0 to i64
  %t26 = zext i32 %v8 to i64
  %t27 = add i64 %t25, %t26
  %t28 = zext i32 %n0 to i64
  %t29 = icmp ugt i64 %t27, %t28
  br i1 %t29, label %bail1, label %k10, !prof !1
k10:
  %t30 = getelementptr inbounds double, ptr %v0, i64 %t25
  %t31 = icmp slt i32 0, 0
  br i1 %t31, label %bail1, label %k11, !prof !1
k11:
  %t32 = zext i32 0 to i64
  %t33 = zext i32 %v8 to i64
  %t34 = add i64 %t32, %t33
  %t35 = zext i32 %n4 to i64
  %t36 = icmp ugt i64 %t34, %t35
  br i1 %t36, label %bail1, label %k12, !prof !1
k12:
  %t37 = getelementptr inbounds double, ptr %v4, i64 %t32
  %t38 = zext i32 %v8 to i64
  %t39 = mul i64 %t38, 8
  call void @llvm.memmove.p0.p0.i64(ptr align 8 %t37, ptr align 8 %t30, i64 %t39, i1 false)
  %t40 = insertvalue {ptr, i32, i32} zeroinitializer, ptr %v4, 0
  %t41 = insertvalue {ptr, i32, i32} %t40, i32 %n4, 1
  ret {ptr, i32, i32} %t41
b2:
  %t42 = icmp eq ptr %v0, null
  br i1 %t42, label %bail1, label %k13, !prof !1
k13:
  %t43 = zext i32 %n0 to i64
  %t44 = mul i64 %t43, 8
  %t45 = lshr i64 %t44, 1
  %t46 = getelementptr i8, ptr %frame, i64 40
  %t47 = load i64, ptr %t46, align 8, !tbaa !5
  %t48 = sub i64 %t47, %t45
  store i64 %t48, ptr %t46, align 8, !tbaa !5
  %t49 = icmp slt i64 %t48, 0
  br i1 %t49, label %bail3, label %k14, !prof !1
k14:
  %t50 = call noalias ptr @jacobi.allocate(ptr %frame, i64 %t44)
  %t51 = icmp eq ptr %t50, null
  br i1 %t51, label %bail2, label %k15, !prof !1
k15:
  call void @llvm.memcpy.p0.p0.i64(ptr align 64 %t50, ptr align 8 %v0, i64 %t44, i1 false)
  %v9 = getelementptr i8, ptr %t50, i64 0
  %n9 = add i32 %n0, 0
  %g9 = add i32 24, 0
  %t52 = icmp ne ptr %v9, null
  %t53 = icmp ne i32 %g9, 24
  %t54 = and i1 %t52, %t53
  br i1 %t54, label %bail1, label %k16, !prof !1
k16:
  %v10 = getelementptr i8, ptr %v9, i64 0
  %n10 = add i32 %n9, 0
  %t55 = insertvalue {ptr, i32, i32} zeroinitializer, ptr %v10, 0
  %t56 = insertvalue {ptr, i32, i32} %t55, i32 %n10, 1
  ret {ptr, i32, i32} %t56
bail1:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 1 }
bail2:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 2 }
bail3:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 3 }
}

define internal {i32, i32} @"java.lang.Integer.compare"(ptr noalias %frame, i32 %v0, i32 %v1) #0 {
entry:
  br label %b0
b0:
  %t0 = icmp sge i32 %v0, %v1
  %v2 = zext i1 %t0 to i32
  %t1 = icmp ne i32 %v2, 0
  br i1 %t1, label %b1, label %b2
b1:
  %t2 = icmp ne i32 %v0, %v1
  %v3 = zext i1 %t2 to i32
  %t3 = icmp ne i32 %v3, 0
  br i1 %t3, label %b3, label %b4
b3:
  br label %b5
b4:
  br label %b5
b2:
  br label %b5
b5:
  %v5 = phi i32 [ 1, %b3 ], [ 0, %b4 ], [ -1, %b2 ]
  %t4 = insertvalue {i32, i32} zeroinitializer, i32 %v5, 0
  ret {i32, i32} %t4
}

declare i32 @llvm.smin.i32(i32, i32)
declare i32 @llvm.smax.i32(i32, i32)
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)

attributes #0 = { nounwind "warn-stack-size"="9830" }
!1 = !{!"branch_weights", i32 1, i32 1048576}
!2 = !{!"java"}
!5 = !{!6, !6, i64 0}
!6 = !{!"frame", !2}
!3 = !{i32 0, i32 -2147483648}
!4 = !{!"llvm.loop.vectorize.enable", i1 false}
!7 = !{!8, !8, i64 0}
!8 = !{!"references", !2}
!10 = !{!20, !20, i64 0}
!20 = !{!"BOOLEAN", !2}
!11 = !{!21, !21, i64 0}
!21 = !{!"BYTE", !2}
!12 = !{!22, !22, i64 0}
!22 = !{!"CHAR", !2}
!13 = !{!23, !23, i64 0}
!23 = !{!"SHORT", !2}
!14 = !{!24, !24, i64 0}
!24 = !{!"INT", !2}
!15 = !{!25, !25, i64 0}
!25 = !{!"LONG", !2}
!16 = !{!26, !26, i64 0}
!26 = !{!"FLOAT", !2}
!17 = !{!27, !27, i64 0}
!27 = !{!"DOUBLE", !2}
!100 = distinct !{!100}
!101 = distinct !{!101, !100}
!102 = !{!101}
