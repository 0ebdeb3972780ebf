define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 192
  %a0 = load ptr, ptr %a0.at, align 8
  %a0.length.at = getelementptr i8, ptr %frame, i64 200
  %a0.length = load i32, ptr %a0.length.at, align 8, !range !3
  %a1.at = getelementptr i8, ptr %frame, i64 208
  %a1 = load ptr, ptr %a1.at, align 8
  %a1.length.at = getelementptr i8, ptr %frame, i64 216
  %a1.length = load i32, ptr %a1.length.at, align 8, !range !3
  %a2.at = getelementptr i8, ptr %frame, i64 224
  %a2 = load ptr, ptr %a2.at, align 8
  %a2.length.at = getelementptr i8, ptr %frame, i64 232
  %a2.length = load i32, ptr %a2.length.at, align 8, !range !3
  %r = call {i32} @"scatter"(ptr %frame, ptr %a0, i32 %a0.length, ptr %a1, i32 %a1.length, ptr %a2, i32 %a2.length)
  %status = extractvalue {i32} %r, 0
  ret i32 %status
}

define i32 @"entry.direct"(ptr noalias %frame, ptr %a0, i32 %n0, ptr %a1, i32 %n1, ptr %a2, i32 %n2) #0 {
  %l0 = zext i32 %n0 to i64
  %b0 = mul i64 %l0, 8
  %u0 = lshr i64 %b0, 3
  %f0 = getelementptr i8, ptr %frame, i64 40
  %g0 = load i64, ptr %f0, align 8, !tbaa !5
  %h0 = sub i64 %g0, %u0
  store i64 %h0, ptr %f0, align 8, !tbaa !5
  %j0 = icmp slt i64 %h0, 0
  br i1 %j0, label %long, label %first0, !prof !1
first0:
  %k0 = call ptr @jacobi.allocate(ptr %frame, i64 %b0)
  %p0 = icmp eq ptr %k0, null
  br i1 %p0, label %full, label %second0, !prof !1
second0:
  %o0 = call ptr @jacobi.allocate(ptr %frame, i64 %b0)
  %q0 = icmp eq ptr %o0, null
  br i1 %q0, label %full, label %both0, !prof !1
both0:
  call void @llvm.memcpy.p0.p0.i64(ptr align 64 %k0, ptr align 8 %a0, i64 %b0, i1 true)
  call void @llvm.memcpy.p0.p0.i64(ptr align 64 %o0, ptr align 64 %k0, i64 %b0, i1 false)
  %z0 = icmp eq ptr %a0, null
  %c0 = select i1 %z0, ptr null, ptr %k0
  %v0 = getelementptr i8, ptr %c0, i64 0
  %s1.0 = icmp eq ptr %a1, %a0
  %w1.0 = select i1 %s1.0, ptr %c0, ptr %a1
  %v1 = getelementptr i8, ptr %w1.0, i64 0
  %s2.0 = icmp eq ptr %a2, %a0
  %w2.0 = select i1 %s2.0, ptr %c0, ptr %a2
  %v2 = getelementptr i8, ptr %w2.0, i64 0
  %r = call {i32} @"scatter"(ptr %frame, ptr %v0, i32 %n0, ptr %v1, i32 %n1, ptr %v2, i32 %n2)
  %status = extractvalue {i32} %r, 0
  %ended = icmp eq i32 %status, 0
  br i1 %ended, label %done, label %stopped
done:
  %y0 = icmp eq ptr %v0, %c0
  %x0 = select i1 %y0, i64 %l0, i64 0
  call void @jacobi.changed.i64(ptr %a0, ptr %o0, ptr %k0, i64 %x0)
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

define internal void @jacobi.changed.i64(ptr %to, ptr noalias readonly %before, ptr noalias readonly %after, i64 %count) noinline nounwind {
  %some = icmp ne i64 %count, 0
  br i1 %some, label %loop, label %done
loop:
  %i = phi i64 [ 0, %0 ], [ %next, %latch ]
  %before.at = getelementptr inbounds i64, ptr %before, i64 %i
  %after.at = getelementptr inbounds i64, ptr %after, i64 %i
  %old = load i64, ptr %before.at
  %new = load i64, ptr %after.at
  %differ = icmp ne i64 %old, %new
  br i1 %differ, label %write, label %latch
write:
  %to.at = getelementptr inbounds i64, ptr %to, i64 %i
  store i64 %new, ptr %to.at
  br label %latch
latch:
  %next = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %done
done:
  ret void
}

define internal {i32} @"scatter"(ptr noalias %frame, ptr %v0, i32 range(i32 0, -2147483648) %n0, ptr %v1, i32 range(i32 0, -2147483648) %n1, ptr %v2, i32 range(i32 0, -2147483648) %n2) #0 {
entry:
  %s1 = alloca i32, align 64
  br label %b0
b0:
  %t0 = add i32 0, 0
  %t1 = sext i32 %t0 to i64
  %t2 = sext i32 128 to i64
  %t3 = sub i64 %t2, %t1
  %t4 = call i64 @llvm.smax.i64(i64 %t3, i64 0)
  %t5 = add i64 %t4, 1
  %t6 = udiv i64 %t5, 1
  %t7 = mul i64 %t6, 20
  %t8 = getelementptr i8, ptr %frame, i64 40
  %t9 = load i64, ptr %t8, align 8, !tbaa !5
  %t10 = sub i64 %t9, %t7
  store i64 %t10, ptr %t8, align 8, !tbaa !5
  %t11 = icmp slt i64 %t10, 0
  br i1 %t11, label %bail3, label %k0, !prof !1
k0:
  %t12 = sext i32 0 to i64
  %t13 = sext i32 128 to i64
  %t14 = sub i64 %t13, 1
  %t15 = icmp sge i64 %t12, %t13
  %t16 = add i64 %t12, 0
  %t17 = add i64 %t14, 0
  %t18 = zext i32 %n1 to i64
  %t19 = icmp slt i64 %t16, 0
  %t20 = icmp sge i64 %t17, %t18
  %t21 = icmp eq ptr %v1, null
  %t22 = or i1 %t19, %t20
  %t23 = or i1 false, %t22
  %t24 = or i1 %t23, %t21
  %t25 = add i64 %t12, 0
  %t26 = add i64 %t14, 0
  %t27 = zext i32 %n2 to i64
  %t28 = icmp slt i64 %t25, 0
  %t29 = icmp sge i64 %t26, %t27
  %t30 = icmp eq ptr %v2, null
  %t31 = or i1 %t28, %t29
  %t32 = or i1 %t24, %t31
  %t33 = or i1 %t32, %t30
  %t34 = icmp eq ptr %v0, null
  %t35 = icmp eq i32 %n0, 0
  %t36 = or i1 %t34, %t35
  %t37 = or i1 %t33, %t36
  store i32 0, ptr %s1, align 4
  %t38 = xor i1 %t15, true
  %t39 = and i1 %t38, %t37
  br i1 %t39, label %bail1, label %k2, !prof !1
k2:
  br label %b1
b1:
  %v3 = phi i32 [ 0, %k2 ], [ %v10, %b2 ]
  %t40 = icmp slt i32 %v3, 128
  %v6 = zext i1 %t40 to i32
  %t41 = icmp ne i32 %v6, 0
  br i1 %t41, label %b2, label %e3
e3:
  %t42 = load i32, ptr %s1, align 4
  %t43 = icmp ne i32 %t42, 0
  br i1 %t43, label %bail1, label %k4, !prof !1
k4:
  br label %b3
b2:
  %t44 = sext i32 %v3 to i64
  %t45 = getelementptr inbounds i32, ptr %v1, i64 %t44
  %v7 = load i32, ptr %t45, align 4, !tbaa !14, !llvm.access.group !100
  %t46 = sext i32 %v3 to i64
  %t47 = getelementptr inbounds double, ptr %v2, i64 %t46
  %v8 = load double, ptr %t47, align 8, !tbaa !17, !llvm.access.group !100
  %t48 = icmp uge i32 %v7, %n0
  %t49 = load i32, ptr %s1, align 4
  %t50 = zext i1 %t48 to i32
  %t51 = or i32 %t49, %t50
  store i32 %t51, ptr %s1, align 4
  %t52 = select i1 %t48, i32 0, i32 %v7
  %t53 = sext i32 %t52 to i64
  %t54 = getelementptr inbounds double, ptr %v0, i64 %t53
  store double %v8, ptr %t54, align 8, !tbaa !17, !llvm.access.group !100
  %v10 = add i32 %v3, 1
  br label %b1, !llvm.loop !102
b3:
  ret {i32} zeroinitializer
bail1:
  ret {i32} { i32 1 }
bail3:
  ret {i32} { i32 3 }
}

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
!100 = distinct !{}
!101 = !{!"llvm.loop.parallel_accesses", !100}
!102 = distinct !{!102, !101}
