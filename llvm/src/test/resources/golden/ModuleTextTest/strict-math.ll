define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 192
  %a0 = load double, ptr %a0.at, align 8
  %r = call {double, i32} @"exponential"(ptr %frame, double %a0)
  %value = extractvalue {double, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store double %value, ptr %value.at, align 8
  %status = extractvalue {double, i32} %r, 1
  ret i32 %status
}

define i32 @"entry.direct"(ptr noalias %frame, double %a0) #0 {
  %r = call {double, i32} @"exponential"(ptr %frame, double %a0)
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

define internal {double, i32} @"exponential"(ptr noalias %frame, double %v0) #0 {
entry:
  br label %b0
b0:
  %t0 = call {double, i32} @"jacobi.strict.Exp"(ptr %frame, double %v0)
  %t1 = extractvalue {double, i32} %t0, 1
  %t2 = icmp ne i32 %t1, 0
  br i1 %t2, label %s0, label %k1, !prof !1
s0:
  %t3 = insertvalue {double, i32} zeroinitializer, i32 %t1, 1
  ret {double, i32} %t3
k1:
  %v1 = extractvalue {double, i32} %t0, 0
  %t4 = insertvalue {double, i32} zeroinitializer, double %v1, 0
  ret {double, i32} %t4
}


declare {double, i32} @"jacobi.strict.Exp"(ptr noalias, double) nounwind willreturn memory(argmem: readwrite)

attributes #0 = { nounwind "warn-stack-size"="12288" }
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
