package dev.jacobi.llvm;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import dev.jacobi.llvm.library.CompileThread;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The JDK's own code for {@code StrictMath}, {@code java.lang.FdLibm}, as native code: each function is compiled once in this process, when code that calls it is
 * loaded, and stays.
 */
final class StrictMathLibrary {
    private static final String PREFIX = "jacobi.strict.";
    private static final Pattern NAMES = Pattern.compile("declare [^@]*@\"" + Pattern.quote(PREFIX) + "(\\w+)\"");

    /** A module, and whether its function takes memory of the call. */
    private record Module(String text, boolean allocates) {}

    private static final Map<String, Module> MODULES = new ConcurrentHashMap<>();
    private static final Map<String, LoadedCode> LOADED = new ConcurrentHashMap<>();

    private StrictMathLibrary() {}

    /** The name of a function in the text of modules. */
    static String quoted(String name) {
        return "\"" + PREFIX + name + "\"";
    }

    /**
     * The declaration of a function in modules that call it.
     *
     * @param name of the class in {@code FdLibm}, and how many numbers it takes
     */
    static String declaration(String name, int operands) {
        boolean allocates = module(name, operands).allocates();
        return "declare {double, i32} @" + quoted(name) + "(ptr noalias" + ", double".repeat(operands)
                + ") nounwind willreturn" + (allocates ? "" : " memory(argmem: readwrite)") + "\n";
    }

    /** Functions use others, and none itself. */
    private static Module module(String name, int operands) {
        Module known = MODULES.get(name);
        if (known != null) {
            return known;
        }
        MethodTypeDesc type =
                MethodTypeDesc.of(ConstantDescs.CD_double, Collections.nCopies(operands, ConstantDescs.CD_double));
        MethodReference method = new MethodReference(ClassDesc.of("java.lang.FdLibm$" + name), "compute", type, false);
        Function function = Lifter.lift(method, ClassFiles.of(StrictMathLibrary.class.getClassLoader()));
        String text = ModuleText.ofLibrary(function, PREFIX + name);
        boolean allocates = text.contains("call noalias ptr @jacobi.allocate(")
                || names(text).stream()
                        .anyMatch(used ->
                                Objects.requireNonNull(MODULES.get(used)).allocates());
        Module made = new Module(text, allocates);
        Module other = MODULES.putIfAbsent(name, made);
        return other == null ? made : other;
    }

    /** The functions that a module declares. */
    private static List<String> names(String text) {
        return NAMES.matcher(text)
                .results()
                .map(result -> result.group(1))
                .distinct()
                .toList();
    }

    /** Loads the functions that a module calls. Runs in a {@link CompileThread}. */
    static void loadFor(String text) {
        for (String name : names(text)) {
            if (!LOADED.containsKey(name)) {
                String needed = Objects.requireNonNull(MODULES.get(name)).text();
                loadFor(needed);
                LOADED.computeIfAbsent(name, _ -> CodeLoader.loadLibrary(needed, PREFIX + name));
            }
        }
    }
}
