define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 192
  %a0 = load ptr, ptr %a0.at, align 8
  %a0.length.at = getelementptr i8, ptr %frame, i64 200
  %a0.length = load i32, ptr %a0.length.at, align 8, !range !3
  %a1.at = getelementptr i8, ptr %frame, i64 208
  %a1 = load i32, ptr %a1.at, align 8
  %r = call {ptr, i32, i32} @"f"(ptr %frame, ptr %a0, i32 %a0.length, i32 %a1)
  %value = extractvalue {ptr, i32, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store ptr %value, ptr %value.at, align 8
  %length = extractvalue {ptr, i32, i32} %r, 1
  %length.at = getelementptr i8, ptr %frame, i64 32
  store i32 %length, ptr %length.at, align 8
  %status = extractvalue {ptr, i32, i32} %r, 2
  ret i32 %status
}

define i32 @"entry.direct"(ptr noalias %frame, ptr %a0, i32 %n0, i32 %a1) #0 {
  %v0 = getelementptr i8, ptr %a0, i64 0
  %r = call {ptr, i32, i32} @"f"(ptr %frame, ptr %v0, i32 %n0, i32 %a1)
  %status = extractvalue {ptr, i32, i32} %r, 2
  %ended = icmp eq i32 %status, 0
  br i1 %ended, label %done, label %stopped
done:
  %value = extractvalue {ptr, i32, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store ptr %value, ptr %value.at, align 8
  %length = extractvalue {ptr, i32, i32} %r, 1
  %length.at = getelementptr i8, ptr %frame, i64 32
  store i32 %length, ptr %length.at, align 8
  %d0 = icmp eq ptr %value, %v0
  %e0 = select i1 %d0, i64 1, i64 0
  %argument = add i64 %e0, 0
  %argument.at = getelementptr i8, ptr %frame, i64 48
  store i64 %argument, ptr %argument.at, align 8
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

define internal {ptr, i32, i32} @"f"(ptr noalias %frame, ptr %v0, i32 range(i32 0, -2147483648) %n0, i32 %v1) #0 {
entry:
  br label %b0
b0:
  %t0 = icmp slt i32 %v1, 0
  br i1 %t0, label %bail1, label %k0, !prof !1
k0:
  %t1 = zext i32 %v1 to i64
  %t2 = mul i64 %t1, 8
  %t3 = lshr i64 %t2, 1
  %t4 = getelementptr i8, ptr %frame, i64 40
  %t5 = load i64, ptr %t4, align 8, !tbaa !5
  %t6 = sub i64 %t5, %t3
  store i64 %t6, ptr %t4, align 8, !tbaa !5
  %t7 = icmp slt i64 %t6, 0
  br i1 %t7, label %bail3, label %k1, !prof !1
k1:
  %t8 = call noalias ptr @jacobi.allocate(ptr %frame, i64 %t2)
  %t9 = icmp eq ptr %t8, null
  br i1 %t9, label %bail2, label %k2, !prof !1
k2:
  call void @llvm.memset.p0.i64(ptr align 64 %t8, i8 0, i64 %t2, i1 false)
  %v5 = getelementptr i8, ptr %t8, i64 0
  %n5 = add i32 %v1, 0
  %t10 = icmp slt i32 %v1, 0
  br i1 %t10, label %bail1, label %k3, !prof !1
k3:
  %t11 = zext i32 %v1 to i64
  %t12 = mul i64 %t11, 8
  %t13 = lshr i64 %t12, 1
  %t14 = getelementptr i8, ptr %frame, i64 40
  %t15 = load i64, ptr %t14, align 8, !tbaa !5
  %t16 = sub i64 %t15, %t13
  store i64 %t16, ptr %t14, align 8, !tbaa !5
  %t17 = icmp slt i64 %t16, 0
  br i1 %t17, label %bail3, label %k4, !prof !1
k4:
  %t18 = call noalias ptr @jacobi.allocate(ptr %frame, i64 %t12)
  %t19 = icmp eq ptr %t18, null
  br i1 %t19, label %bail2, label %k5, !prof !1
k5:
  call void @llvm.memset.p0.i64(ptr align 64 %t18, i8 0, i64 %t12, i1 false)
  %v6 = getelementptr i8, ptr %t18, i64 0
  %n6 = add i32 %v1, 0
  %t20 = icmp slt i32 %v1, 0
  br i1 %t20, label %bail1, label %k6, !prof !1
k6:
  %t21 = zext i32 %v1 to i64
  %t22 = mul i64 %t21, 8
  %t23 = lshr i64 %t22, 1
  %t24 = getelementptr i8, ptr %frame, i64 40
  %t25 = load i64, ptr %t24, align 8, !tbaa !5
  %t26 = sub i64 %t25, %t23
  store i64 %t26, ptr %t24, align 8, !tbaa !5
  %t27 = icmp slt i64 %t26, 0
  br i1 %t27, label %bail3, label %k7, !prof !1
k7:
  %t28 = call noalias ptr @jacobi.allocate(ptr %frame, i64 %t22)
  %t29 = icmp eq ptr %t28, null
  br i1 %t29, label %bail2, label %k8, !prof !1
k8:
  call void @llvm.memset.p0.i64(ptr align 64 %t28, i8 0, i64 %t22, i1 false)
  %v7 = getelementptr i8, ptr %t28, i64 0
  %n7 = add i32 %v1, 0
  %t30 = add i32 0, 0
  %t31 = sext i32 %t30 to i64
  %t32 = sext i32 %v1 to i64
  %t33 = sub i64 %t32, %t31
  %t34 = call i64 @llvm.smax.i64(i64 %t33, i64 0)
  %t35 = add i64 %t34, 1
  %t36 = udiv i64 %t35, 1
  %t37 = mul i64 %t36, 23
  %t38 = getelementptr i8, ptr %frame, i64 40
  %t39 = load i64, ptr %t38, align 8, !tbaa !5
  %t40 = sub i64 %t39, %t37
  store i64 %t40, ptr %t38, align 8, !tbaa !5
  %t41 = icmp slt i64 %t40, 0
  br i1 %t41, label %bail3, label %k9, !prof !1
k9:
  %t42 = sext i32 0 to i64
  %t43 = sext i32 %v1 to i64
  %t44 = sub i64 %t43, 1
  %t45 = icmp sge i64 %t42, %t43
  %t46 = add i64 %t42, 0
  %t47 = add i64 %t44, 0
  %t48 = zext i32 %n0 to i64
  %t49 = icmp slt i64 %t46, 0
  %t50 = icmp sge i64 %t47, %t48
  %t51 = icmp eq ptr %v0, null
  %t52 = or i1 %t49, %t50
  %t53 = or i1 false, %t52
  %t54 = or i1 %t53, %t51
  %t55 = add i64 %t42, 0
  %t56 = add i64 %t44, 0
  %t57 = zext i32 %n6 to i64
  %t58 = icmp slt i64 %t55, 0
  %t59 = icmp sge i64 %t56, %t57
  %t60 = icmp eq ptr %v6, null
  %t61 = or i1 %t58, %t59
  %t62 = or i1 %t54, %t61
  %t63 = or i1 %t62, %t60
  %t64 = add i64 %t42, 0
  %t65 = add i64 %t44, 0
  %t66 = zext i32 %n5 to i64
  %t67 = icmp slt i64 %t64, 0
  %t68 = icmp sge i64 %t65, %t66
  %t69 = icmp eq ptr %v5, null
  %t70 = or i1 %t67, %t68
  %t71 = or i1 %t63, %t70
  %t72 = or i1 %t71, %t69
  %t73 = add i64 %t42, 0
  %t74 = add i64 %t44, 0
  %t75 = zext i32 %n7 to i64
  %t76 = icmp slt i64 %t73, 0
  %t77 = icmp sge i64 %t74, %t75
  %t78 = icmp eq ptr %v7, null
  %t79 = or i1 %t76, %t77
  %t80 = or i1 %t72, %t79
  %t81 = or i1 %t80, %t78
  %t82 = xor i1 %t45, true
  %t83 = and i1 %t82, %t81
  br i1 %t83, label %bail1, label %k10, !prof !1
k10:
  br label %b1
b1:
  %v2 = phi i32 [ 0, %k10 ], [ %v11, %b2 ]
  %t84 = icmp sge i32 %v2, %v1
  %v8 = zext i1 %t84 to i32
  %t85 = icmp ne i32 %v8, 0
  br i1 %t85, label %b3, label %b2
b2:
  %t86 = sext i32 %v2 to i64
  %t87 = getelementptr inbounds double, ptr %v0, i64 %t86
  %v9 = load double, ptr %t87, align 8, !tbaa !17, !noalias !103
  %t88 = sext i32 %v2 to i64
  %t89 = getelementptr inbounds double, ptr %v6, i64 %t88
  %v10 = load double, ptr %t89, align 8, !tbaa !17, !alias.scope !104, !noalias !105
  %t90 = sext i32 %v2 to i64
  %t91 = getelementptr inbounds double, ptr %v5, i64 %t90
  store double %v9, ptr %t91, align 8, !tbaa !17, !alias.scope !105, !noalias !104
  %t92 = sext i32 %v2 to i64
  %t93 = getelementptr inbounds double, ptr %v7, i64 %t92
  store double %v10, ptr %t93, align 8, !tbaa !17, !noalias !103
  %v11 = add i32 %v2, 1
  br label %b1
b3:
  %t94 = insertvalue {ptr, i32, i32} zeroinitializer, ptr %v7, 0
  %t95 = insertvalue {ptr, i32, i32} %t94, i32 %n7, 1
  ret {ptr, i32, i32} %t95
bail1:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 1 }
bail2:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 2 }
bail3:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 3 }
}

declare i64 @llvm.smax.i64(i64, i64)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)

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
!100 = distinct !{!100}
!101 = distinct !{!101, !100}
!102 = distinct !{!102, !100}
!103 = !{!101, !102}
!104 = !{!102}
!105 = !{!101}
