define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 192
  %a0 = load i32, ptr %a0.at, align 8
  %r = call {i32} @"checked"(ptr %frame, i32 %a0)
  %status = extractvalue {i32} %r, 0
  ret i32 %status
}

define i32 @"entry.direct"(ptr noalias %frame, i32 %a0) #0 {
  %r = call {i32} @"checked"(ptr %frame, i32 %a0)
  %status = extractvalue {i32} %r, 0
  %ended = icmp eq i32 %status, 0
  br i1 %ended, label %done, label %stopped
done:
  ret i32 0
stopped:
  ret i32 %status
}

define internal {i32} @"checked"(ptr noalias %frame, i32 %v0) #0 {
entry:
  br label %b0
b0:
  %t0 = icmp ne i32 %v0, 0
  br i1 %t0, label %b1, label %b2
b1:
  ret {i32} zeroinitializer
b2:
  br label %bail1
bail1:
  ret {i32} { i32 1 }
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
