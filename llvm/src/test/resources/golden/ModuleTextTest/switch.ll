define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 192
  %a0 = load i32, ptr %a0.at, align 8
  %a1.at = getelementptr i8, ptr %frame, i64 208
  %a1 = load float, ptr %a1.at, align 8
  %r = call {float, i32} @"choose"(ptr %frame, i32 %a0, float %a1)
  %value = extractvalue {float, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store float %value, ptr %value.at, align 8
  %status = extractvalue {float, i32} %r, 1
  ret i32 %status
}

define i32 @"entry.direct"(ptr noalias %frame, i32 %a0, float %a1) #0 {
  %r = call {float, i32} @"choose"(ptr %frame, i32 %a0, float %a1)
  %status = extractvalue {float, i32} %r, 1
  %ended = icmp eq i32 %status, 0
  br i1 %ended, label %done, label %stopped
done:
  %value = extractvalue {float, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store float %value, ptr %value.at, align 8
  ret i32 0
stopped:
  ret i32 %status
}

define internal {float, i32} @"choose"(ptr noalias %frame, i32 %v0, float %v1) #0 {
entry:
  br label %b0
b0:
  switch i32 %v0, label %e2 [ i32 -1, label %e0 i32 0, label %e1 i32 7, label %b2 ]
e0:
  br label %b1
e1:
  br label %b1
e2:
  br label %b1
b1:
  %v2 = phi float [ %v1, %e0 ], [ 0x3FF8000000000000, %e1 ], [ %v1, %e2 ], [ %v4, %b2 ]
  %t0 = insertvalue {float, i32} zeroinitializer, float %v2, 0
  ret {float, i32} %t0
b2:
  %v4 = fneg float %v1
  br label %b1
}


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
