define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 192
  %a0 = load i32, ptr %a0.at, align 8
  %a1.at = getelementptr i8, ptr %frame, i64 208
  %a1 = load i64, ptr %a1.at, align 8
  %a2.at = getelementptr i8, ptr %frame, i64 224
  %a2 = load double, ptr %a2.at, align 8
  %a3.at = getelementptr i8, ptr %frame, i64 240
  %a3 = load float, ptr %a3.at, align 8
  %r = call {i64, i32} @"arithmetic"(ptr %frame, i32 %a0, i64 %a1, double %a2, float %a3)
  %value = extractvalue {i64, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store i64 %value, ptr %value.at, align 8
  %status = extractvalue {i64, i32} %r, 1
  ret i32 %status
}

define i32 @"entry.direct"(ptr noalias %frame, i32 %a0, i64 %a1, double %a2, float %a3) #0 {
  %r = call {i64, i32} @"arithmetic"(ptr %frame, i32 %a0, i64 %a1, double %a2, float %a3)
  %status = extractvalue {i64, i32} %r, 1
  %ended = icmp eq i32 %status, 0
  br i1 %ended, label %done, label %stopped
done:
  %value = extractvalue {i64, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store i64 %value, ptr %value.at, align 8
  ret i32 0
stopped:
  ret i32 %status
}

define internal {i64, i32} @"arithmetic"(ptr noalias %frame, i32 %v0, i64 %v1, double %v2, float %v3) #0 {
entry:
  br label %b0
b0:
  %t0 = and i32 %v0, 63
  %t1 = zext i32 %t0 to i64
  %v4 = shl i64 %v1, %t1
  %t2 = trunc i32 %v0 to i8
  %v5 = sext i8 %t2 to i32
  %t3 = icmp eq i32 %v0, 0
  br i1 %t3, label %bail1, label %k0, !prof !1
k0:
  %t4 = icmp eq i32 %v0, -1
  %t5 = select i1 %t4, i32 1, i32 %v0
  %t6 = sdiv i32 %v5, %t5
  %t7 = sub i32 0, %v5
  %v6 = select i1 %t4, i32 %t7, i32 %t6
  %v7 = call i64 @llvm.fptosi.sat.i64.f64(double %v2)
  %t8 = fcmp ogt double %v2, %v2
  %t9 = fcmp oeq double %v2, %v2
  %t10 = select i1 %t9, i32 0, i32 -1
  %v8 = select i1 %t8, i32 1, i32 %t10
  %t11 = fcmp une float %v3, %v3
  %v9 = zext i1 %t11 to i32
  %t12 = icmp ne i32 %v9, 0
  %v10 = select i1 %t12, i32 %v6, i32 %v8
  %v11 = sext i32 %v10 to i64
  %v12 = add i64 %v4, %v7
  %v13 = call double @llvm.maximum.f64(double %v2, double %v2)
  %t13 = call double @llvm.floor.f64(double %v13)
  %t14 = fsub double %v13, %t13
  %t15 = fcmp oge double %t14, 0.5
  %t16 = fadd double %t13, 1.0
  %t17 = select i1 %t15, double %t16, double %t13
  %v14 = call i64 @llvm.fptosi.sat.i64.f64(double %t17)
  %v15 = xor i64 %v12, %v14
  %v16 = sub i64 %v15, %v11
  %t18 = insertvalue {i64, i32} zeroinitializer, i64 %v16, 0
  ret {i64, i32} %t18
bail1:
  ret {i64, i32} { i64 0, i32 1 }
}

declare double @llvm.floor.f64(double)
declare double @llvm.maximum.f64(double, double)
declare i64 @llvm.fptosi.sat.i64.f64(double)

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
