package dev.jacobi.llvm;

import dev.jacobi.analysis.ParameterWrites;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Writes the entry for calls that get the arrays themselves, on the heap. Arrays that are only read are read in place. Those that may be written are copied first, and what has changed in the copy
 * is written back when all is done, so that the code may stop at any point and nothing has happened. An array that is passed twice has one copy.
 *
 * <p>The collector waits for such a call, so it has little fuel. Not for arrays of booleans and nested arrays.
 */
final class DirectEntryText {
    private final Function function;
    private final String callee;
    private final String first;
    private final List<Value> parameters;
    private final StringBuilder out = new StringBuilder();

    /**
     * @param callee the name of the function
     * @param first lines before all others
     */
    DirectEntryText(Function function, String callee, String first) {
        this.first = first;
        this.function = function;
        this.callee = callee;
        parameters = function.parameters();
    }

    static boolean handles(Function function) {
        return function.parameters().stream().map(Value::type).allMatch(DirectEntryText::handles)
                && (!function.returnType().isReference() || handles(function.returnType()));
    }

    private static boolean handles(Type type) {
        return !type.isReference()
                || Element.ofArray(type.descriptor())
                        .filter(element -> element != Element.BOOLEAN)
                        .isPresent();
    }

    /** Of the parameters, in their order: whether the code may write the array. */
    static boolean[] written(Function function) {
        List<Value> parameters = function.parameters();
        boolean[] written = new boolean[parameters.size()];
        for (int i = 0; i < written.length; i++) {
            written[i] =
                    parameters.get(i).type().isReference() && ParameterWrites.mayWrite(function, parameters.get(i));
        }
        return written;
    }

    private static Element element(Value parameter) {
        return Element.ofArray(parameter.type().descriptor()).orElseThrow();
    }

    private void line(String line) {
        out.append("  ").append(line).append('\n');
    }

    String write(String symbol) {
        StringJoiner declared = new StringJoiner(", ", "(", ")").add("ptr noalias %frame");
        for (int i = 0; i < parameters.size(); i++) {
            Type type = parameters.get(i).type();
            declared.add(Element.typeOf(type) + " %a" + i);
            if (type.isReference()) {
                declared.add("i32 %n" + i);
            }
        }
        out.append("define i32 @\"")
                .append(symbol)
                .append('"')
                .append(declared)
                .append(" #0 {\n")
                .append(first);
        boolean[] written = written(function);
        List<Integer> copied = new ArrayList<>();
        for (int i = 0; i < written.length; i++) {
            if (written[i]) {
                copy(i);
                copied.add(i);
            }
        }
        for (int i = 0; i < written.length; i++) {
            if (parameters.get(i).type().isReference()) {
                choose(i, written[i], copied);
            }
        }
        call();
        copied.forEach(this::writeBack);
        result();
        out.append("  ret i32 0\nstopped:\n  ret i32 %status\n");
        if (!copied.isEmpty()) {
            out.append("full:\n  ret i32 ").append(Frame.MEMORY).append("\nlong:\n  ret i32 ");
            out.append(Frame.FUEL_USED).append('\n');
        }
        return out.append("}\n").toString();
    }

    /** Two copies of an array: {@code %c}, null for null, and {@code %o}. */
    private void copy(int i) {
        Element element = element(parameters.get(i));
        line("%l" + i + " = zext i32 %n" + i + " to i64");
        line("%b" + i + " = mul i64 %l" + i + ", " + element.bytes());
        line("%u" + i + " = lshr i64 %b" + i + ", 3");
        line("%f" + i + " = getelementptr i8, ptr %frame, i64 " + Frame.FUEL);
        line("%g" + i + " = load i64, ptr %f" + i + ", align 8, !tbaa !5");
        line("%h" + i + " = sub i64 %g" + i + ", %u" + i);
        line("store i64 %h" + i + ", ptr %f" + i + ", align 8, !tbaa !5");
        line("%j" + i + " = icmp slt i64 %h" + i + ", 0");
        line("br i1 %j" + i + ", label %long, label %first" + i + ", !prof !1");
        out.append("first").append(i).append(":\n");
        line("%k" + i + " = call ptr @jacobi.allocate(ptr %frame, i64 %b" + i + ")");
        line("%p" + i + " = icmp eq ptr %k" + i + ", null");
        line("br i1 %p" + i + ", label %full, label %second" + i + ", !prof !1");
        out.append("second").append(i).append(":\n");
        line("%o" + i + " = call ptr @jacobi.allocate(ptr %frame, i64 %b" + i + ")");
        line("%q" + i + " = icmp eq ptr %o" + i + ", null");
        line("br i1 %q" + i + ", label %full, label %both" + i + ", !prof !1");
        out.append("both").append(i).append(":\n");
        // The array is read once, and the second copy is made from the first, so that both agree even if another thread
        // writes meanwhile. Volatile: LLVM would read the array again for the second.
        line("call void @llvm.memcpy.p0.p0.i64(ptr align 64 %k" + i + ", ptr align " + element.bytes() + " %a" + i
                + ", i64 %b" + i + ", i1 true)");
        line("call void @llvm.memcpy.p0.p0.i64(ptr align 64 %o" + i + ", ptr align 64 %k" + i + ", i64 %b" + i
                + ", i1 false)");
        line("%z" + i + " = icmp eq ptr %a" + i + ", null");
        line("%c" + i + " = select i1 %z" + i + ", ptr null, ptr %k" + i);
    }

    /** What the function gets for an array, {@code %v}: the copy of the first parameter that is the same array, if it has one. */
    private void choose(int i, boolean isWritten, List<Integer> copied) {
        String chosen = (isWritten ? "%c" : "%a") + i;
        for (int other : copied.reversed()) {
            if (isWritten ? other < i : other != i) {
                line("%s" + i + "." + other + " = icmp eq ptr %a" + i + ", %a" + other);
                line("%w" + i + "." + other + " = select i1 %s" + i + "." + other + ", ptr %c" + other + ", ptr "
                        + chosen);
                chosen = "%w" + i + "." + other;
            }
        }
        line("%v" + i + " = getelementptr i8, ptr " + chosen + ", i64 0");
    }

    private void call() {
        StringJoiner arguments = new StringJoiner(", ", "(", ")").add("ptr %frame");
        for (int i = 0; i < parameters.size(); i++) {
            Type type = parameters.get(i).type();
            arguments.add(Element.typeOf(type) + (type.isReference() ? " %v" : " %a") + i);
            if (type.isReference()) {
                arguments.add("i32 %n" + i);
            }
        }
        Type type = function.returnType();
        String returned = FunctionText.resultType(type);
        line("%r = call " + returned + " @" + callee + arguments);
        line("%status = extractvalue " + returned + " %r, " + FunctionText.statusIndex(type));
        line("%ended = icmp eq i32 %status, 0");
        line("br i1 %ended, label %done, label %stopped");
        out.append("done:\n");
    }

    private void writeBack(int i) {
        Element element = element(parameters.get(i));
        line("%y" + i + " = icmp eq ptr %v" + i + ", %c" + i);
        line("%x" + i + " = select i1 %y" + i + ", i64 %l" + i + ", i64 0");
        line("call void @jacobi.changed.i" + 8 * element.bytes() + "(ptr %a" + i + ", ptr %o" + i + ", ptr %k" + i
                + ", i64 %x" + i + ")");
    }

    private void result() {
        Type type = function.returnType();
        String returned = FunctionText.resultType(type);
        if (type.equals(Type.VOID)) {
            return;
        }
        line("%value = extractvalue " + returned + " %r, 0");
        out.append(ModuleText.store("%value", Element.typeOf(type), Frame.RESULT));
        if (!type.isReference()) {
            return;
        }
        line("%length = extractvalue " + returned + " %r, 1");
        out.append(ModuleText.store("%length", "i32", Frame.RESULT_LENGTH));
        String chosen = "0";
        for (int i = parameters.size() - 1; i >= 0; i--) {
            if (parameters.get(i).type().isReference()) {
                line("%d" + i + " = icmp eq ptr %value, %v" + i);
                line("%e" + i + " = select i1 %d" + i + ", i64 " + (i + 1) + ", i64 " + chosen);
                chosen = "%e" + i;
            }
        }
        line("%argument = add i64 " + chosen + ", 0");
        out.append(ModuleText.store("%argument", "i64", Frame.RESULT_ARGUMENT));
    }
}
