package dev.jacobi.llvm;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.Verifier;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import dev.jacobi.llvm.text.ConstantTables;
import dev.jacobi.llvm.text.Element;
import dev.jacobi.llvm.text.Intrinsics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a module of LLVM: a function and all that it calls, and the entry through which Java calls it. */
final class ModuleText {
    /** A constant array; its length is that of Java. */
    record Table(String name, int length) {}

    /** What the JVM keeps free below every Java frame is more; the libraries that code calls need some of it. */
    private static final int MAX_STACK_BYTES = 48 << 10;

    private static final int FIRST_METADATA = 100;
    /** Of loops. */
    static final String NOT_VECTORIZED = "!4";

    /** What {@link StrictMathLibrary} needs of it. */
    private static final int LIBRARY_STACK_BYTES = 12 << 10;
    /** Its functions call each other so deep. */
    private static final int LIBRARY_CHAIN = 3;

    private final Function function;
    private final NativeOptions options;
    /** Whether all loops pay for their rounds. */
    private boolean bounded = true;
    /** Whether a function calls itself. */
    private boolean recursive;

    /** Of functions, of methods that are lifted. */
    private final Map<Object, String> names = new LinkedHashMap<>();

    private final Set<String> used = new HashSet<>();
    private final Deque<Function> pending = new ArrayDeque<>();
    private final Map<String, Set<String>> calls = new HashMap<>();
    private final Map<FieldReference, Table> tables = new LinkedHashMap<>();
    private final StringBuilder constants = new StringBuilder();
    private final VectorMath vectorMath;
    /** Functions of {@link VectorMath} that the code calls. */
    private final SortedSet<String> ofVectorMath = new TreeSet<>();
    /** Declarations of the functions of {@link StrictMathLibrary} that the code calls, by their names. */
    private final SortedMap<String, String> strictMath = new TreeMap<>();

    /** Behind {@link #METADATA}. */
    private final StringBuilder metadata = new StringBuilder();

    private int metadataCount;

    private ModuleText(Function function, NativeOptions options) {
        this.function = function;
        this.options = options;
        vectorMath = VectorMath.of(options);
    }

    /**
     * The text of a module.
     *
     * @param symbol the name of the entry
     * @throws dev.jacobi.JacobiException NOT_NATIVE if something in it is not handled
     */
    static String of(Function function, String symbol, NativeOptions options) {
        return new ModuleText(function, options).write(symbol);
    }

    /** The text of a module with one function for other code to call, under its name. */
    static String ofLibrary(Function function, String symbol) {
        return new ModuleText(function, NativeOptions.DEFAULT).writeLibrary(symbol);
    }

    /** The name of the entry for direct calls, which is there if {@link DirectEntryText} handles the function. */
    static String directSymbol(String symbol) {
        return symbol + ".direct";
    }

    /** Adds metadata to the module; its name. In the text {@code %s} is the name. */
    String metadata(String text) {
        String name = "!" + (FIRST_METADATA + metadataCount++);
        metadata.append(name).append(" = ").append(text.replace("%s", name)).append('\n');
        return name;
    }

    NativeOptions options() {
        return options;
    }

    VectorMath vectorMath() {
        return vectorMath;
    }

    private String writeLibrary(String symbol) {
        pending.add(function);
        names.put(function, "\"" + symbol + "\"");
        String functions = functions();
        if (!bounded) {
            throw Body.refuse(function, "has loops with several entries", null);
        }
        // The first one is called from elsewhere.
        String code = functions.replaceFirst("define internal", "define") + RuntimeText.of(functions, vectorMath);
        int depth = depth(names.get(function), new ArrayList<>());
        return constants
                + code
                + Intrinsics.declarations(code)
                + strictMath()
                + attributes(LIBRARY_STACK_BYTES / LIBRARY_CHAIN / (depth + 1))
                + METADATA
                + metadata;
    }

    private String functions() {
        Map<Function, String> texts = new LinkedHashMap<>();
        while (!pending.isEmpty()) {
            Function next = pending.pop();
            Verifier.verify(next);
            bounded &= LoopFuel.bounds(next);
            texts.put(next, new FunctionText(next, this).write(names.get(next), "#0"));
        }
        StringBuilder functions = new StringBuilder();
        texts.forEach((written, text) -> {
            String name = names.get(written);
            boolean deep = callsItself(name);
            recursive |= deep;
            functions
                    .append(deep ? FunctionText.guarded(text, written, name) : FunctionText.unguarded(text, name))
                    .append('\n');
        });
        if (recursive && !System.getProperty("os.name").equals("Linux")) {
            throw Body.refuse(function, "calls itself, which is native on Linux only", null);
        }
        return functions.toString();
    }

    private String write(String symbol) {
        String name = nameOf(function);
        String functions = functions();
        String entry = entry(symbol, name);
        if (bounded && DirectEntryText.handles(function)) {
            entry +=
                    "\n" + new DirectEntryText(function, name, recursive ? FIND_STACK : "").write(directSymbol(symbol));
        }
        String code = entry + RuntimeText.of(entry + functions, vectorMath) + "\n" + functions;
        int depth = depth(names.get(function), new ArrayList<>());
        int stack = strictMath.isEmpty() ? MAX_STACK_BYTES : MAX_STACK_BYTES - LIBRARY_STACK_BYTES;
        return constants
                + code
                + Intrinsics.declarations(code)
                + declarations()
                + strictMath()
                + attributes(stack / (depth + 1))
                + METADATA
                + metadata;
    }

    /** The name of a function of {@link StrictMathLibrary}, which is declared. */
    String nameOfStrictMath(String name, int operands) {
        strictMath.computeIfAbsent(name, _ -> StrictMathLibrary.declaration(name, operands));
        return StrictMathLibrary.quoted(name);
    }

    private String strictMath() {
        return strictMath.isEmpty() ? "" : "\n" + String.join("", strictMath.values());
    }

    void declareVectorMath(String scalar) {
        ofVectorMath.add(scalar);
    }

    private String declarations() {
        StringBuilder out = new StringBuilder();
        StringJoiner kept = new StringJoiner(", ");
        int count = 0;
        for (String scalar : ofVectorMath) {
            out.append(vectorMath.declarations(scalar));
            for (String name : vectorMath.kept(scalar)) {
                kept.add("ptr @" + name);
                count++;
            }
        }
        return count == 0
                ? ""
                : out + "@llvm.compiler.used = appending global [" + count + " x ptr] [" + kept
                        + "], section \"llvm.metadata\"\n";
    }

    // ---- names ----

    /** The name of another function of the IR, which is written too. */
    String nameOf(Function callee) {
        return names.computeIfAbsent(callee, _ -> {
            pending.add(callee);
            return unique(callee.name());
        });
    }

    /** The name of a static method with bytecode, which is lifted and written too. */
    String nameOf(MethodReference method) {
        String known = names.get(method);
        if (known == null) {
            known = nameOf(Lifter.lift(method, ClassFiles.of(ModuleText.class.getClassLoader())));
            names.put(method, known);
        }
        return known;
    }

    private String unique(String name) {
        String clean = name.replaceAll("[\"\\\\]|[^ -~]", "_");
        String candidate = clean;
        for (int number = 2; !used.add(candidate); number++) {
            candidate = clean + "." + number;
        }
        return "\"" + candidate + "\"";
    }

    Table table(FieldReference field, Body body) {
        return tables.computeIfAbsent(field, _ -> {
            ConstantTables.Contents contents = ConstantTables.read(field, body);
            String name = unique(field.signature());
            constants.append('@').append(name).append(" = private unnamed_addr constant ");
            constants.append(contents.text()).append(", align 64\n");
            return new Table(name, contents.length());
        });
    }

    // ---- the stack ----

    void calls(Function caller, String callee) {
        calls.computeIfAbsent(names.get(caller), _ -> new LinkedHashSet<>()).add(callee);
    }

    /** Whether a chain of calls leads from a function to itself. */
    private boolean callsItself(String name) {
        Set<String> reached = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(calls.getOrDefault(name, Set.of()));
        while (!next.isEmpty()) {
            String callee = next.pop();
            if (callee.equals(name)) {
                return true;
            } else if (reached.add(callee)) {
                next.addAll(calls.getOrDefault(callee, Set.of()));
            }
        }
        return false;
    }

    /** The longest chain of calls from a function on in which none is met twice. */
    private int depth(String name, List<String> callers) {
        if (callers.contains(name)) {
            return 0;
        }
        callers.add(name);
        int deepest = 0;
        for (String callee : calls.getOrDefault(name, Set.of())) {
            deepest = Math.max(deepest, depth(callee, callers));
        }
        callers.removeLast();
        return deepest + 1;
    }

    /** Of functions: a frame that is larger is reported when the code is emitted. */
    private String attributes(int stackBytes) {
        String width = vectorMath.isWide() ? "\"prefer-vector-width\"=\"512\" " : "";
        return "\nattributes #0 = { nounwind " + width + "\"warn-stack-size\"=\"" + stackBytes + "\" }\n";
    }

    // ---- fixed parts ----

    /** How likely checks fail, lengths, alignment, and that arrays of different elements are different. */
    private static final String METADATA = metadata();

    private static String metadata() {
        StringBuilder out = new StringBuilder();
        out.append("!1 = !{!\"branch_weights\", i32 1, i32 1048576}\n");
        out.append("!2 = !{!\"java\"}\n");
        out.append("!5 = !{!6, !6, i64 0}\n!6 = !{!\"frame\", !2}\n");
        out.append("!3 = !{i32 0, i32 -2147483648}\n");
        out.append(NOT_VECTORIZED).append(" = !{!\"llvm.loop.vectorize.enable\", i1 false}\n");
        out.append("!7 = !{!8, !8, i64 0}\n!8 = !{!\"references\", !2}\n");
        for (Element element : Element.values()) {
            String type = element.aliasType();
            out.append(element.aliasTag())
                    .append(" = !{")
                    .append(type)
                    .append(", ")
                    .append(type);
            out.append(", i64 0}\n");
            out.append(type).append(" = !{!\"").append(element).append("\", !2}\n");
        }
        return out.toString();
    }

    private String entry(String symbol, String callee) {
        StringBuilder out = new StringBuilder();
        out.append("define i32 @\"").append(symbol).append("\"(ptr noalias %frame) #0 {\n");
        StringJoiner arguments = new StringJoiner(", ", "(", ")").add("ptr %frame");
        out.append(recursive ? FIND_STACK : "");
        List<Value> parameters = function.parameters();
        for (int index = 0; index < parameters.size(); index++) {
            Type type = parameters.get(index).type();
            if (!Tags.handles(type) || type.equals(TapeText.STACKS)) {
                throw Body.refuse(function, "takes " + type, null);
            }
            String name = "%a" + index;
            out.append(load(name, Element.typeOf(type), Frame.argument(index), ""));
            arguments.add(Element.typeOf(type) + " " + name);
            if (type.isReference()) {
                out.append(load(name + ".length", "i32", Frame.argumentLength(index), ", !range !3"));
                arguments.add("i32 " + name + ".length");
            }
            if (Tags.isDynamic(type)) {
                out.append(load(name + ".tag", "i32", Frame.argumentTag(index), ""));
                arguments.add("i32 " + name + ".tag");
            }
        }
        Type type = function.returnType();
        String returned = FunctionText.resultType(type);
        out.append("  %r = call ")
                .append(returned)
                .append(" @")
                .append(callee)
                .append(arguments)
                .append('\n');
        if (!type.equals(Type.VOID)) {
            out.append("  %value = extractvalue ").append(returned).append(" %r, 0\n");
            out.append(store("%value", Element.typeOf(type), Frame.RESULT));
        }
        if (type.isReference()) {
            out.append("  %length = extractvalue ").append(returned).append(" %r, 1\n");
            out.append(store("%length", "i32", Frame.RESULT_LENGTH));
            if (Tags.isDynamic(type)) {
                out.append("  %tag = extractvalue ").append(returned).append(" %r, 2\n");
                out.append(store("%tag", "i32", Frame.RESULT_TAG));
            }
        }
        out.append("  %status = extractvalue ").append(returned).append(" %r, ");
        out.append(FunctionText.statusIndex(type)).append("\n  ret i32 %status\n}\n");
        return out.toString();
    }

    private static final String FIND_STACK = "  call void @jacobi.stack(ptr %frame)\n";

    private static String load(String name, String type, long offset, String metadata) {
        return "  " + name + ".at = getelementptr i8, ptr %frame, i64 " + offset + "\n  " + name + " = load " + type
                + ", ptr " + name + ".at, align " + alignment(offset) + metadata + "\n";
    }

    private static int alignment(long offset) {
        return offset % 8 == 0 ? 8 : 4;
    }

    static String store(String name, String type, long offset) {
        return "  " + name + ".at = getelementptr i8, ptr %frame, i64 " + offset + "\n  store " + type + " " + name
                + ", ptr " + name + ".at, align " + alignment(offset) + "\n";
    }
}
