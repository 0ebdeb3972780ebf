define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 192
  %a0 = load ptr, ptr %a0.at, align 8
  %a0.length.at = getelementptr i8, ptr %frame, i64 200
  %a0.length = load i32, ptr %a0.length.at, align 8, !range !3
  %r = call {double, i32} @"sum"(ptr %frame, ptr %a0, i32 %a0.length)
  %value = extractvalue {double, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store double %value, ptr %value.at, align 8
  %status = extractvalue {double, i32} %r, 1
  ret i32 %status
}

define i32 @"entry.direct"(ptr noalias %frame, ptr %a0, i32 %n0) #0 {
  %v0 = getelementptr i8, ptr %a0, i64 0
  %r = call {double, i32} @"sum"(ptr %frame, ptr %v0, i32 %n0)
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

define internal {double, i32} @"sum"(ptr noalias %frame, ptr %v0, i32 range(i32 0, -2147483648) %n0) #0 {
entry:
  br label %b0
b0:
  %t0 = icmp eq ptr %v0, null
  br i1 %t0, label %bail1, label %k0, !prof !1
k0:
  %v3 = add i32 %n0, 0
  %t1 = add i32 0, 0
  %t2 = sext i32 %t1 to i64
  %t3 = sext i32 %v3 to i64
  %t4 = sub i64 %t3, %t2
  %t5 = call i64 @llvm.smax.i64(i64 %t4, i64 0)
  %t6 = add i64 %t5, 1
  %t7 = udiv i64 %t6, 1
  %t8 = mul i64 %t7, 21
  %t9 = getelementptr i8, ptr %frame, i64 40
  %t10 = load i64, ptr %t9, align 8, !tbaa !5
  %t11 = sub i64 %t10, %t8
  store i64 %t11, ptr %t9, align 8, !tbaa !5
  %t12 = icmp slt i64 %t11, 0
  br i1 %t12, label %bail3, label %k1, !prof !1
k1:
  %t13 = sext i32 0 to i64
  %t14 = sext i32 %v3 to i64
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
  %t26 = xor i1 %t16, true
  %t27 = and i1 %t26, %t25
  br i1 %t27, label %bail1, label %k2, !prof !1
k2:
  br label %b1
b1:
  %v1 = phi i32 [ 0, %k2 ], [ %v10, %b2 ]
  %v2 = phi double [ 0x0000000000000000, %k2 ], [ %v8, %b2 ]
  %t28 = icmp slt i32 %v1, %v3
  %v6 = zext i1 %t28 to i32
  %t29 = icmp ne i32 %v6, 0
  br i1 %t29, label %b2, label %b3
b2:
  %t30 = sext i32 %v1 to i64
  %t31 = getelementptr inbounds double, ptr %v0, i64 %t30
  %v7 = load double, ptr %t31, align 8, !tbaa !17
  %v8 = fadd double %v2, %v7
  %v10 = add i32 %v1, 1
  br label %b1
b3:
  %t32 = insertvalue {double, i32} zeroinitializer, double %v2, 0
  ret {double, i32} %t32
bail1:
  ret {double, i32} { double 0.0, i32 1 }
bail3:
  ret {double, i32} { double 0.0, i32 3 }
}

declare i64 @llvm.smax.i64(i64, i64)

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
