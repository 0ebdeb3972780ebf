define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 192
  %a0 = load ptr, ptr %a0.at, align 8
  %a0.length.at = getelementptr i8, ptr %frame, i64 200
  %a0.length = load i32, ptr %a0.length.at, align 8, !range !3
  %a1.at = getelementptr i8, ptr %frame, i64 208
  %a1 = load ptr, ptr %a1.at, align 8
  %a1.length.at = getelementptr i8, ptr %frame, i64 216
  %a1.length = load i32, ptr %a1.length.at, align 8, !range !3
  %r = call {double, i32} @"f"(ptr %frame, ptr %a0, i32 %a0.length, ptr %a1, i32 %a1.length)
  %value = extractvalue {double, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store double %value, ptr %value.at, align 8
  %status = extractvalue {double, i32} %r, 1
  ret i32 %status
}

define i32 @"entry.direct"(ptr noalias %frame, ptr %a0, i32 %n0, ptr %a1, i32 %n1) #0 {
  %l1 = zext i32 %n1 to i64
  %b1 = mul i64 %l1, 1
  %u1 = lshr i64 %b1, 3
  %f1 = getelementptr i8, ptr %frame, i64 40
  %g1 = load i64, ptr %f1, align 8, !tbaa !5
  %h1 = sub i64 %g1, %u1
  store i64 %h1, ptr %f1, align 8, !tbaa !5
  %j1 = icmp slt i64 %h1, 0
  br i1 %j1, label %long, label %first1, !prof !1
first1:
  %k1 = call ptr @jacobi.allocate(ptr %frame, i64 %b1)
  %p1 = icmp eq ptr %k1, null
  br i1 %p1, label %full, label %second1, !prof !1
second1:
  %o1 = call ptr @jacobi.allocate(ptr %frame, i64 %b1)
  %q1 = icmp eq ptr %o1, null
  br i1 %q1, label %full, label %both1, !prof !1
both1:
  call void @llvm.memcpy.p0.p0.i64(ptr align 64 %k1, ptr align 1 %a1, i64 %b1, i1 true)
  call void @llvm.memcpy.p0.p0.i64(ptr align 64 %o1, ptr align 64 %k1, i64 %b1, i1 false)
  %z1 = icmp eq ptr %a1, null
  %c1 = select i1 %z1, ptr null, ptr %k1
  %s0.1 = icmp eq ptr %a0, %a1
  %w0.1 = select i1 %s0.1, ptr %c1, ptr %a0
  %v0 = getelementptr i8, ptr %w0.1, i64 0
  %v1 = getelementptr i8, ptr %c1, i64 0
  %r = call {double, i32} @"f"(ptr %frame, ptr %v0, i32 %n0, ptr %v1, i32 %n1)
  %status = extractvalue {double, i32} %r, 1
  %ended = icmp eq i32 %status, 0
  br i1 %ended, label %done, label %stopped
done:
  %y1 = icmp eq ptr %v1, %c1
  %x1 = select i1 %y1, i64 %l1, i64 0
  call void @jacobi.changed.i8(ptr %a1, ptr %o1, ptr %k1, i64 %x1)
  %value = extractvalue {double, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store double %value, ptr %value.at, align 8
  ret i32 0
stopped:
  ret i32 %status
full:
  ret i32 2
long:
  ret i32 3
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

define internal void @jacobi.changed.i8(ptr %to, ptr noalias readonly %before, ptr noalias readonly %after, i64 %count) noinline nounwind {
  %some = icmp ne i64 %count, 0
  br i1 %some, label %loop, label %done
loop:
  %i = phi i64 [ 0, %0 ], [ %next, %latch ]
  %before.at = getelementptr inbounds i8, ptr %before, i64 %i
  %after.at = getelementptr inbounds i8, ptr %after, i64 %i
  %old = load i8, ptr %before.at
  %new = load i8, ptr %after.at
  %differ = icmp ne i8 %old, %new
  br i1 %differ, label %write, label %latch
write:
  %to.at = getelementptr inbounds i8, ptr %to, i64 %i
  store i8 %new, ptr %to.at
  br label %latch
latch:
  %next = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %done
done:
  ret void
}

define internal {double, i32} @"f"(ptr noalias %frame, ptr %v0, i32 range(i32 0, -2147483648) %n0, ptr %v1, i32 range(i32 0, -2147483648) %n1) #0 {
entry:
  br label %b0
b0:
  %t0 = icmp eq ptr %v0, null
  br i1 %t0, label %bail1, label %k0, !prof !1
k0:
  %v8 = add i32 %n0, 0
  %t1 = add i32 0, 0
  %t2 = sext i32 %t1 to i64
  %t3 = sext i32 %v8 to i64
  %t4 = sub i64 %t3, %t2
  %t5 = call i64 @llvm.smax.i64(i64 %t4, i64 0)
  %t6 = add i64 %t5, 1
  %t7 = udiv i64 %t6, 1
  %t8 = mul i64 %t7, 98
  %t9 = getelementptr i8, ptr %frame, i64 40
  %t10 = load i64, ptr %t9, align 8, !tbaa !5
  %t11 = sub i64 %t10, %t8
  store i64 %t11, ptr %t9, align 8, !tbaa !5
  %t12 = icmp slt i64 %t11, 0
  br i1 %t12, label %bail3, label %k1, !prof !1
k1:
  %t13 = sext i32 0 to i64
  %t14 = sext i32 %v8 to i64
  %t15 = sub i64 %t14, 1
  %t16 = icmp sge i64 %t13, %t14
  %t17 = add i64 %t13, 0
  %t18 = add i64 %t15, 0
  %t19 = zext i32 %n0 to i64
  %t20 = icmp slt i64 %t17, 0
  %t21 = icmp sge i64 %t18, %t19
  %t22 = icmp eq ptr %v0, null
  %t23 = or i1 %t20, %t21
  %t24 = or i1 false, %t23
  %t25 = or i1 %t24, %t22
  %t26 = add i64 %t13, 0
  %t27 = add i64 %t15, 0
  %t28 = zext i32 %n1 to i64
  %t29 = icmp slt i64 %t26, 0
  %t30 = icmp sge i64 %t27, %t28
  %t31 = icmp eq ptr %v1, null
  %t32 = or i1 %t29, %t30
  %t33 = or i1 %t25, %t32
  %t34 = or i1 %t33, %t31
  %t35 = xor i1 %t16, true
  %t36 = and i1 %t35, %t34
  br i1 %t36, label %bail1, label %k2, !prof !1
k2:
  br label %b1
b1:
  %v2 = phi i32 [ 0, %k2 ], [ %v14, %x5 ]
  %v3 = phi double [ 0x0000000000000000, %k2 ], [ %v12, %x5 ]
  %v4 = phi double [ 0x0000000000000000, %k2 ], [ %v13, %x5 ]
  %t37 = icmp sge i32 %v2, %v8
  %v9 = zext i1 %t37 to i32
  %t38 = icmp ne i32 %v9, 0
  br i1 %t38, label %b3, label %b2
b2:
  %t39 = sext i32 %v2 to i64
  %t40 = getelementptr inbounds double, ptr %v0, i64 %t39
  %v10 = load double, ptr %t40, align 8, !tbaa !17
  %t41 = fcmp ole double %v3, %v10
  %v11 = zext i1 %t41 to i32
  %t42 = sext i32 %v2 to i64
  %t43 = getelementptr inbounds i8, ptr %v1, i64 %t42
  %t44 = trunc i32 %v11 to i8
  store i8 %t44, ptr %t43, align 1, !tbaa !11
  %t45 = fcmp ueq double %v3, %v10
  br i1 %t45, label %x3, label %x4, !prof !1
x3:
  %t46 = call double @llvm.minimum.f64(double %v3, double %v10)
  br label %x5
x4:
  %t47 = fcmp olt double %v3, %v10
  %t48 = select i1 %t47, double %v3, double %v10
  br label %x5
x5:
  %v12 = phi double [ %t46, %x3 ], [ %t48, %x4 ]
  %v13 = call double @llvm.maximum.f64(double %v4, double %v10)
  %v14 = add i32 %v2, 1
  br label %b1
b3:
  %v15 = fadd double %v3, %v4
  %t49 = insertvalue {double, i32} zeroinitializer, double %v15, 0
  ret {double, i32} %t49
bail1:
  ret {double, i32} { double 0.0, i32 1 }
bail3:
  ret {double, i32} { double 0.0, i32 3 }
}

declare double @llvm.minimum.f64(double, double)
declare double @llvm.maximum.f64(double, double)
declare i64 @llvm.smax.i64(i64, i64)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

attributes #0 = { nounwind "warn-stack-size"="24576" }
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
