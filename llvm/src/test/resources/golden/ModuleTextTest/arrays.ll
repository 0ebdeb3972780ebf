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
  %a2 = load i32, ptr %a2.at, align 8
  %r = call {ptr, i32, i32} @"arrays"(ptr %frame, ptr %a0, i32 %a0.length, ptr %a1, i32 %a1.length, i32 %a2)
  %value = extractvalue {ptr, i32, i32} %r, 0
  %value.at = getelementptr i8, ptr %frame, i64 24
  store ptr %value, ptr %value.at, align 8
  %length = extractvalue {ptr, i32, i32} %r, 1
  %length.at = getelementptr i8, ptr %frame, i64 32
  store i32 %length, ptr %length.at, align 8
  %status = extractvalue {ptr, i32, i32} %r, 2
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

define internal {ptr, i32, i32} @"arrays"(ptr noalias %frame, ptr %v0, i32 range(i32 0, -2147483648) %n0, ptr %v1, i32 range(i32 0, -2147483648) %n1, i32 %v2) #0 {
entry:
  br label %b0
b0:
  %t0 = icmp eq ptr %v0, null
  br i1 %t0, label %bail1, label %k0, !prof !1
k0:
  %t1 = icmp uge i32 %v2, %n0
  br i1 %t1, label %bail1, label %k1, !prof !1
k1:
  %t2 = sext i32 %v2 to i64
  %t3 = getelementptr inbounds i8, ptr %v0, i64 %t2
  %t4 = load i8, ptr %t3, align 1, !tbaa !10
  %v3 = sext i8 %t4 to i32
  %t5 = icmp eq ptr %v0, null
  br i1 %t5, label %bail1, label %k2, !prof !1
k2:
  %t6 = icmp uge i32 %v2, %n0
  br i1 %t6, label %bail1, label %k3, !prof !1
k3:
  %t7 = sext i32 %v2 to i64
  %t8 = getelementptr inbounds i8, ptr %v0, i64 %t7
  %t9 = and i32 %v3, 1
  %t10 = trunc i32 %t9 to i8
  store i8 %t10, ptr %t8, align 1, !tbaa !10
  %t11 = icmp eq ptr %v1, null
  br i1 %t11, label %bail1, label %k4, !prof !1
k4:
  %t12 = icmp uge i32 %v2, %n1
  br i1 %t12, label %bail1, label %k5, !prof !1
k5:
  %t13 = sext i32 %v2 to i64
  %t14 = getelementptr inbounds i16, ptr %v1, i64 %t13
  %t15 = load i16, ptr %t14, align 2, !tbaa !12
  %v4 = zext i16 %t15 to i32
  %t16 = icmp slt i32 %v4, 0
  br i1 %t16, label %bail1, label %k6, !prof !1
k6:
  %t17 = zext i32 %v4 to i64
  %t18 = mul i64 %t17, 4
  %t19 = lshr i64 %t18, 1
  %t20 = getelementptr i8, ptr %frame, i64 40
  %t21 = load i64, ptr %t20, align 8, !tbaa !5
  %t22 = sub i64 %t21, %t19
  store i64 %t22, ptr %t20, align 8, !tbaa !5
  %t23 = icmp slt i64 %t22, 0
  br i1 %t23, label %bail3, label %k7, !prof !1
k7:
  %t24 = call noalias ptr @jacobi.allocate(ptr %frame, i64 %t18)
  %t25 = icmp eq ptr %t24, null
  br i1 %t25, label %bail2, label %k8, !prof !1
k8:
  call void @llvm.memset.p0.i64(ptr align 64 %t24, i8 0, i64 %t18, i1 false)
  %v5 = getelementptr i8, ptr %t24, i64 0
  %n5 = add i32 %v4, 0
  %t26 = icmp eq ptr %v5, null
  br i1 %t26, label %bail1, label %k9, !prof !1
k9:
  %t27 = icmp uge i32 %v2, %n5
  br i1 %t27, label %bail1, label %k10, !prof !1
k10:
  %t28 = sext i32 %v2 to i64
  %t29 = getelementptr inbounds i32, ptr %v5, i64 %t28
  store i32 %v3, ptr %t29, align 4, !tbaa !14
  %t30 = icmp eq ptr %v5, null
  br i1 %t30, label %bail1, label %k11, !prof !1
k11:
  %t31 = zext i32 %n5 to i64
  %t32 = mul i64 %t31, 4
  %t33 = lshr i64 %t32, 1
  %t34 = getelementptr i8, ptr %frame, i64 40
  %t35 = load i64, ptr %t34, align 8, !tbaa !5
  %t36 = sub i64 %t35, %t33
  store i64 %t36, ptr %t34, align 8, !tbaa !5
  %t37 = icmp slt i64 %t36, 0
  br i1 %t37, label %bail3, label %k12, !prof !1
k12:
  %t38 = call noalias ptr @jacobi.allocate(ptr %frame, i64 %t32)
  %t39 = icmp eq ptr %t38, null
  br i1 %t39, label %bail2, label %k13, !prof !1
k13:
  call void @llvm.memcpy.p0.p0.i64(ptr align 64 %t38, ptr align 4 %v5, i64 %t32, i1 false)
  %v6 = getelementptr i8, ptr %t38, i64 0
  %n6 = add i32 %n5, 0
  %g6 = add i32 21, 0
  %t40 = icmp ne ptr %v6, null
  %t41 = icmp ne i32 %g6, 21
  %t42 = and i1 %t40, %t41
  br i1 %t42, label %bail1, label %k14, !prof !1
k14:
  %v7 = getelementptr i8, ptr %v6, i64 0
  %n7 = add i32 %n6, 0
  %t43 = icmp ne i32 %v3, 0
  %n8 = select i1 %t43, i32 %n5, i32 %n7
  %v8 = select i1 %t43, ptr %v5, ptr %v7
  %t44 = insertvalue {ptr, i32, i32} zeroinitializer, ptr %v8, 0
  %t45 = insertvalue {ptr, i32, i32} %t44, i32 %n8, 1
  ret {ptr, i32, i32} %t45
bail1:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 1 }
bail2:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 2 }
bail3:
  ret {ptr, i32, i32} { ptr null, i32 0, i32 3 }
}

declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
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
