@"java.lang.FdLibm$Exp.half" = private unnamed_addr constant [2 x double] [double 0x3FE0000000000000, double 0xBFE0000000000000], align 64
@"java.lang.FdLibm$Exp.ln2HI" = private unnamed_addr constant [2 x double] [double 0x3FE62E42FEE00000, double 0xBFE62E42FEE00000], align 64
@"java.lang.FdLibm$Exp.ln2LO" = private unnamed_addr constant [2 x double] [double 0x3DEA39EF35793C76, double 0xBDEA39EF35793C76], align 64
define i32 @"entry"(ptr noalias %frame) #0 {
  %a0.at = getelementptr i8, ptr %frame, i64 128
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
  %t0 = call {double, i32} @"java.lang.FdLibm$Exp.compute"(ptr %frame, double %v0)
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

define internal {double, i32} @"java.lang.FdLibm$Exp.compute"(ptr noalias %frame, double %v0) #0 {
entry:
  br label %b0
b0:
  %t0 = call {i32, i32} @"java.lang.FdLibm.__HI"(ptr %frame, double %v0)
  %t1 = extractvalue {i32, i32} %t0, 1
  %t2 = icmp ne i32 %t1, 0
  br i1 %t2, label %s0, label %k1, !prof !1
s0:
  %t3 = insertvalue {double, i32} zeroinitializer, i32 %t1, 1
  ret {double, i32} %t3
k1:
  %v4 = extractvalue {i32, i32} %t0, 0
  %t4 = and i32 31, 31
  %v6 = ashr i32 %v4, %t4
  %v8 = and i32 %v6, 1
  %v10 = and i32 %v4, 2147483647
  %t5 = icmp slt i32 %v10, 1082535490
  %v12 = zext i1 %t5 to i32
  %t6 = icmp ne i32 %v12, 0
  br i1 %t6, label %b1, label %b2
b2:
  %t7 = icmp slt i32 %v10, 2146435072
  %v20 = zext i1 %t7 to i32
  %t8 = icmp ne i32 %v20, 0
  br i1 %t8, label %b3, label %b4
b3:
  %t9 = fcmp ogt double %v0, 0x40862E42FEFA39EF
  %v22 = zext i1 %t9 to i32
  %t10 = icmp ne i32 %v22, 0
  br i1 %t10, label %b6, label %b5
b6:
  %t11 = insertvalue {double, i32} zeroinitializer, double 0x7FF0000000000000, 0
  ret {double, i32} %t11
b5:
  %t12 = fcmp olt double %v0, 0xC0874910D52D3051
  %v24 = zext i1 %t12 to i32
  %t13 = icmp ne i32 %v24, 0
  br i1 %t13, label %b7, label %b1
b7:
  %t14 = insertvalue {double, i32} zeroinitializer, double 0x0000000000000000, 0
  ret {double, i32} %t14
b1:
  %t15 = icmp sle i32 %v10, 1071001154
  %v26 = zext i1 %t15 to i32
  %t16 = icmp ne i32 %v26, 0
  br i1 %t16, label %b8, label %b9
b8:
  %t17 = icmp sge i32 %v10, 1043333120
  %v28 = zext i1 %t17 to i32
  %t18 = icmp ne i32 %v28, 0
  br i1 %t18, label %b10, label %b11
b10:
  br label %b12
b11:
  %v35 = fadd double 0x7E37E43C8800759C, %v0
  %t19 = fcmp ogt double %v35, 0x3FF0000000000000
  %v37 = zext i1 %t19 to i32
  %t20 = icmp ne i32 %v37, 0
  br i1 %t20, label %b13, label %e2
e2:
  br label %b12
b13:
  %v39 = fadd double 0x3FF0000000000000, %v0
  %t21 = insertvalue {double, i32} zeroinitializer, double %v39, 0
  ret {double, i32} %t21
b9:
  %t22 = icmp sge i32 %v10, 1072734898
  %v41 = zext i1 %t22 to i32
  %t23 = icmp ne i32 %v41, 0
  br i1 %t23, label %b14, label %b15
b14:
  %v43 = fmul double 0x3FF71547652B82FE, %v0
  %v44 = getelementptr i8, ptr @"java.lang.FdLibm$Exp.half", i64 0
  %n44 = add i32 2, 0
  %t24 = icmp eq ptr %v44, null
  br i1 %t24, label %bail1, label %k3, !prof !1
k3:
  %t25 = icmp uge i32 %v8, %n44
  br i1 %t25, label %bail1, label %k4, !prof !1
k4:
  %t26 = sext i32 %v8 to i64
  %t27 = getelementptr inbounds double, ptr %v44, i64 %t26
  %v45 = load double, ptr %t27, align 8, !tbaa !17
  %v46 = fadd double %v43, %v45
  %v47 = call i32 @llvm.fptosi.sat.i32.f64(double %v46)
  %v48 = sitofp i32 %v47 to double
  %v49 = getelementptr i8, ptr @"java.lang.FdLibm$Exp.ln2HI", i64 0
  %n49 = add i32 2, 0
  %t28 = icmp eq ptr %v49, null
  br i1 %t28, label %bail1, label %k5, !prof !1
k5:
  %t29 = icmp uge i32 0, %n49
  br i1 %t29, label %bail1, label %k6, !prof !1
k6:
  %t30 = sext i32 0 to i64
  %t31 = getelementptr inbounds double, ptr %v49, i64 %t30
  %v51 = load double, ptr %t31, align 8, !tbaa !17
  %v52 = fmul double %v48, %v51
  %v53 = fsub double %v0, %v52
  %v54 = getelementptr i8, ptr @"java.lang.FdLibm$Exp.ln2LO", i64 0
  %n54 = add i32 2, 0
  %t32 = icmp eq ptr %v54, null
  br i1 %t32, label %bail1, label %k7, !prof !1
k7:
  %t33 = icmp uge i32 0, %n54
  br i1 %t33, label %bail1, label %k8, !prof !1
k8:
  %t34 = sext i32 0 to i64
  %t35 = getelementptr inbounds double, ptr %v54, i64 %t34
  %v56 = load double, ptr %t35, align 8, !tbaa !17
  %v57 = fmul double %v48, %v56
  br label %b16
b15:
  %v61 = getelementptr i8, ptr @"java.lang.FdLibm$Exp.ln2HI", i64 0
  %n61 = add i32 2, 0
  %t36 = icmp eq ptr %v61, null
  br i1 %t36, label %bail1, label %k9, !prof !1
k9:
  %t37 = icmp uge i32 %v8, %n61
  br i1 %t37, label %bail1, label %k10, !prof !1
k10:
  %t38 = sext i32 %v8 to i64
  %t39 = getelementptr inbounds double, ptr %v61, i64 %t38
  %v62 = load double, ptr %t39, align 8, !tbaa !17
  %v63 = fsub double %v0, %v62
  %v64 = getelementptr i8, ptr @"java.lang.FdLibm$Exp.ln2LO", i64 0
  %n64 = add i32 2, 0
  %t40 = icmp eq ptr %v64, null
  br i1 %t40, label %bail1, label %k11, !prof !1
k11:
  %t41 = icmp uge i32 %v8, %n64
  br i1 %t41, label %bail1, label %k12, !prof !1
k12:
  %t42 = sext i32 %v8 to i64
  %t43 = getelementptr inbounds double, ptr %v64, i64 %t42
  %v65 = load double, ptr %t43, align 8, !tbaa !17
  %v67 = sub i32 1, %v8
  %v68 = sub i32 %v67, %v8
  br label %b16
b16:
  %v58 = phi double [ %v53, %k8 ], [ %v63, %k12 ]
  %v59 = phi double [ %v57, %k8 ], [ %v65, %k12 ]
  %v60 = phi i32 [ %v47, %k8 ], [ %v68, %k12 ]
  %v69 = fsub double %v58, %v59
  br label %b12
b12:
  %v30 = phi double [ %v0, %b10 ], [ %v0, %e2 ], [ %v69, %b16 ]
  %v31 = phi double [ 0x0000000000000000, %b10 ], [ 0x0000000000000000, %e2 ], [ %v58, %b16 ]
  %v32 = phi double [ 0x0000000000000000, %b10 ], [ 0x0000000000000000, %e2 ], [ %v59, %b16 ]
  %v33 = phi i32 [ 0, %b10 ], [ 0, %e2 ], [ %v60, %b16 ]
  %v70 = fmul double %v30, %v30
  %v76 = fmul double %v70, 0x3E66376972BEA4D0
  %v77 = fadd double 0xBEBBBD41C5D26BF1, %v76
  %v78 = fmul double %v70, %v77
  %v79 = fadd double 0x3F11566AAF25DE2C, %v78
  %v80 = fmul double %v70, %v79
  %v81 = fadd double 0xBF66C16C16BEBD93, %v80
  %v82 = fmul double %v70, %v81
  %v83 = fadd double 0x3FC555555555553E, %v82
  %v84 = fmul double %v70, %v83
  %v85 = fsub double %v30, %v84
  %t44 = icmp ne i32 %v33, 0
  br i1 %t44, label %b17, label %b18
b17:
  %v87 = fmul double %v30, %v85
  %v89 = fsub double 0x4000000000000000, %v85
  %v90 = fdiv double %v87, %v89
  %v91 = fsub double %v32, %v90
  %v92 = fsub double %v91, %v31
  %v93 = fsub double 0x3FF0000000000000, %v92
  %t45 = icmp slt i32 %v33, -1021
  %v95 = zext i1 %t45 to i32
  %t46 = icmp ne i32 %v95, 0
  br i1 %t46, label %b19, label %b20
b19:
  %t47 = call {i32, i32} @"java.lang.FdLibm.__HI"(ptr %frame, double %v93)
  %t48 = extractvalue {i32, i32} %t47, 1
  %t49 = icmp ne i32 %t48, 0
  br i1 %t49, label %s13, label %k14, !prof !1
s13:
  %t50 = insertvalue {double, i32} zeroinitializer, i32 %t48, 1
  ret {double, i32} %t50
k14:
  %v96 = extractvalue {i32, i32} %t47, 0
  %v98 = add i32 %v33, 1000
  %t51 = and i32 20, 31
  %v100 = shl i32 %v98, %t51
  %v101 = add i32 %v96, %v100
  %t52 = call {double, i32} @"java.lang.FdLibm.__HI.2"(ptr %frame, double %v93, i32 %v101)
  %t53 = extractvalue {double, i32} %t52, 1
  %t54 = icmp ne i32 %t53, 0
  br i1 %t54, label %s15, label %k16, !prof !1
s15:
  %t55 = insertvalue {double, i32} zeroinitializer, i32 %t53, 1
  ret {double, i32} %t55
k16:
  %v102 = extractvalue {double, i32} %t52, 0
  %v104 = fmul double %v102, 0x0170000000000000
  %t56 = insertvalue {double, i32} zeroinitializer, double %v104, 0
  ret {double, i32} %t56
b20:
  %t57 = call {i32, i32} @"java.lang.FdLibm.__HI"(ptr %frame, double %v93)
  %t58 = extractvalue {i32, i32} %t57, 1
  %t59 = icmp ne i32 %t58, 0
  br i1 %t59, label %s17, label %k18, !prof !1
s17:
  %t60 = insertvalue {double, i32} zeroinitializer, i32 %t58, 1
  ret {double, i32} %t60
k18:
  %v105 = extractvalue {i32, i32} %t57, 0
  %t61 = and i32 20, 31
  %v107 = shl i32 %v33, %t61
  %v108 = add i32 %v105, %v107
  %t62 = call {double, i32} @"java.lang.FdLibm.__HI.2"(ptr %frame, double %v93, i32 %v108)
  %t63 = extractvalue {double, i32} %t62, 1
  %t64 = icmp ne i32 %t63, 0
  br i1 %t64, label %s19, label %k20, !prof !1
s19:
  %t65 = insertvalue {double, i32} zeroinitializer, i32 %t63, 1
  ret {double, i32} %t65
k20:
  %v109 = extractvalue {double, i32} %t62, 0
  %t66 = insertvalue {double, i32} zeroinitializer, double %v109, 0
  ret {double, i32} %t66
b18:
  %v111 = fmul double %v30, %v85
  %v113 = fsub double %v85, 0x4000000000000000
  %v114 = fdiv double %v111, %v113
  %v115 = fsub double %v114, %v30
  %v116 = fsub double 0x3FF0000000000000, %v115
  %t67 = insertvalue {double, i32} zeroinitializer, double %v116, 0
  ret {double, i32} %t67
b4:
  %v120 = and i32 %v10, 1048575
  %t68 = call {i32, i32} @"java.lang.FdLibm.__LO"(ptr %frame, double %v0)
  %t69 = extractvalue {i32, i32} %t68, 1
  %t70 = icmp ne i32 %t69, 0
  br i1 %t70, label %s21, label %k22, !prof !1
s21:
  %t71 = insertvalue {double, i32} zeroinitializer, i32 %t69, 1
  ret {double, i32} %t71
k22:
  %v121 = extractvalue {i32, i32} %t68, 0
  %v122 = or i32 %v120, %v121
  %t72 = icmp ne i32 %v122, 0
  br i1 %t72, label %b22, label %b21
b22:
  %v125 = fadd double %v0, %v0
  %t73 = insertvalue {double, i32} zeroinitializer, double %v125, 0
  ret {double, i32} %t73
b21:
  %t74 = icmp ne i32 %v8, 0
  br i1 %t74, label %b23, label %b24
b23:
  br label %b25
b24:
  br label %b25
b25:
  %v124 = phi double [ 0x0000000000000000, %b23 ], [ %v0, %b24 ]
  %t75 = insertvalue {double, i32} zeroinitializer, double %v124, 0
  ret {double, i32} %t75
bail1:
  ret {double, i32} { double 0.0, i32 1 }
}

define internal {i32, i32} @"java.lang.FdLibm.__HI"(ptr noalias %frame, double %v0) #0 {
entry:
  br label %b0
b0:
  %v1 = bitcast double %v0 to i64
  %t0 = and i32 32, 63
  %t1 = zext i32 %t0 to i64
  %v3 = ashr i64 %v1, %t1
  %v4 = trunc i64 %v3 to i32
  %t2 = insertvalue {i32, i32} zeroinitializer, i32 %v4, 0
  ret {i32, i32} %t2
}

define internal {double, i32} @"java.lang.FdLibm.__HI.2"(ptr noalias %frame, double %v0, i32 %v1) #0 {
entry:
  br label %b0
b0:
  %v2 = bitcast double %v0 to i64
  %v4 = and i64 %v2, 4294967295
  %v5 = sext i32 %v1 to i64
  %t0 = and i32 32, 63
  %t1 = zext i32 %t0 to i64
  %v7 = shl i64 %v5, %t1
  %v8 = or i64 %v4, %v7
  %v9 = bitcast i64 %v8 to double
  %t2 = insertvalue {double, i32} zeroinitializer, double %v9, 0
  ret {double, i32} %t2
}

define internal {i32, i32} @"java.lang.FdLibm.__LO"(ptr noalias %frame, double %v0) #0 {
entry:
  br label %b0
b0:
  %v1 = bitcast double %v0 to i64
  %v2 = trunc i64 %v1 to i32
  %t0 = insertvalue {i32, i32} zeroinitializer, i32 %v2, 0
  ret {i32, i32} %t0
}

declare i32 @llvm.fptosi.sat.i32.f64(double)

attributes #0 = { nounwind "warn-stack-size"="12288" }
!1 = !{!"branch_weights", i32 1, i32 1048576}
!2 = !{!"java"}
!5 = !{!6, !6, i64 0}
!6 = !{!"frame", !2}
!3 = !{i32 0, i32 -2147483648}
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
