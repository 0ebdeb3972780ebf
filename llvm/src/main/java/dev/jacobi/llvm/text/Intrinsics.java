package dev.jacobi.llvm.text;

import java.util.List;

/** The table of LLVM's intrinsic functions that code may call. */
public final class Intrinsics {
    private static final List<String> ONE_FLOATING = List.of("sqrt", "floor", "ceil", "rint", "fabs");
    private static final List<String> TWO_FLOATING = List.of("minimum", "maximum", "copysign");
    private static final List<String> TWO_INTEGERS = List.of("smin", "smax");

    private Intrinsics() {}

    /** The declarations of those that the code calls. */
    public static String declarations(String code) {
        StringBuilder out = new StringBuilder();
        for (String[] type : new String[][] {{"float", "f32"}, {"double", "f64"}}) {
            ONE_FLOATING.forEach(name -> declare(out, code, type[0], name + "." + type[1], type[0]));
            TWO_FLOATING.forEach(name -> declare(out, code, type[0], name + "." + type[1], type[0] + ", " + type[0]));
            declare(out, code, type[0], "fma." + type[1], type[0] + ", " + type[0] + ", " + type[0]);
            for (String integer : new String[] {"i32", "i64"}) {
                declare(out, code, integer, "fptosi.sat." + integer + "." + type[1], type[0]);
            }
        }
        for (String integer : new String[] {"i32", "i64"}) {
            TWO_INTEGERS.forEach(name -> declare(out, code, integer, name + "." + integer, integer + ", " + integer));
            declare(out, code, integer, "abs." + integer, integer + ", i1");
        }
        declare(out, code, "ptr", "frameaddress.p0", "i32");
        declare(out, code, "void", "memset.p0.i64", "ptr, i8, i64, i1");
        declare(out, code, "void", "memset.p5.i64", "ptr addrspace(5), i8, i64, i1");
        declare(out, code, "void", "memcpy.p0.p0.i64", "ptr, ptr, i64, i1");
        declare(out, code, "void", "memmove.p0.p0.i64", "ptr, ptr, i64, i1");
        declare(out, code, "void", "experimental.noalias.scope.decl", "metadata");
        return out.toString();
    }

    private static void declare(StringBuilder out, String code, String result, String name, String parameters) {
        if (code.contains("@llvm." + name + "(")) {
            out.append("declare ").append(result).append(" @llvm.").append(name);
            out.append('(').append(parameters).append(")\n");
        }
    }
}
