package dev.jacobi.autodiff;

import static java.util.Map.entry;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The table of calls that make text, print or log, or compare records. They run once, as they are, in the forward sweep, and nothing that they give is a number that varies:
 * text carries no derivative. {@link TextFlow} sees to it that text in which a varied number is written does not become a number again, and
 * {@link TextObjects} that the objects in the text do nothing but describe themselves.
 */
final class TextCall {
    /** All methods of these classes; those that the compiler inlines are not rows of {@link #isKnown}. */
    private static final Set<String> TEXT_CLASSES =
            Set.of("java.lang.String", "java.lang.StringBuilder", "java.lang.StringBuffer", "java.util.StringJoiner");

    private static final Set<String> PRINTING =
            Set.of("print", "println", "printf", "format", "append", "write", "flush", "log", "logp");

    private static final Set<String> LEVELS =
            Set.of("trace", "debug", "info", "warn", "error", "fatal", "log", "printf");

    /** Classes that print, and methods of theirs that take text, numbers or functions that give text. */
    private static final Map<String, Set<String>> PRINTERS = Map.ofEntries(
            entry("java.io.PrintStream", PRINTING),
            entry("java.io.PrintWriter", PRINTING),
            entry("java.io.Writer", PRINTING),
            entry("java.io.StringWriter", PRINTING),
            entry("java.lang.Appendable", PRINTING),
            entry("java.util.Formatter", PRINTING),
            entry("java.lang.System$Logger", PRINTING),
            entry(
                    "java.util.logging.Logger",
                    Set.of("log", "logp", "severe", "warning", "info", "config", "fine", "finer", "finest")),
            entry("org.slf4j.Logger", LEVELS),
            entry("org.apache.logging.log4j.Logger", LEVELS),
            entry("org.apache.commons.logging.Log", LEVELS));

    private static final Map<String, Set<String>> METHODS = Map.ofEntries(
            entry("java.lang.Double", Set.of("toString", "toHexString")),
            entry("java.lang.Float", Set.of("toString", "toHexString")),
            entry("java.lang.Number", Set.of("toString")),
            entry("java.lang.Record", Set.of("toString")),
            entry("java.lang.Object", Set.of("toString")),
            entry("java.lang.Integer", Set.of("toString", "parseInt")),
            entry("java.lang.Long", Set.of("toString", "parseLong")),
            entry("java.util.Arrays", Set.of("toString", "deepToString")),
            entry("java.util.AbstractCollection", Set.of("toString")),
            entry("java.util.AbstractMap", Set.of("toString")),
            entry("java.text.Format", Set.of("format")),
            entry("java.text.NumberFormat", Set.of("format")),
            entry("java.text.DecimalFormat", Set.of("format")));

    /** Methods of {@code String} with much code, which is of no use where it is inlined. */
    private static final Set<String> LARGE = Set.of(
            "format",
            "formatted",
            "join",
            "split",
            "matches",
            "repeat",
            "replace",
            "replaceAll",
            "replaceFirst",
            "strip",
            "substring",
            "toCharArray",
            "toLowerCase",
            "toUpperCase",
            "trim");

    private static final ClassDesc CONCATENATION = ClassDesc.of("java.lang.invoke.StringConcatFactory");
    private static final ClassDesc LAMBDAS = ClassDesc.of("java.lang.invoke.LambdaMetafactory");
    private static final ClassDesc SUPPLIER = ClassDesc.of("java.util.function.Supplier");
    private static final ClassDesc RECORDS = ClassDesc.of("java.lang.runtime.ObjectMethods");

    private TextCall() {}

    /** Whether the call is in the table. */
    static boolean is(Instruction call) {
        return switch (call.opCode()) {
            case INVOKE_STATIC, INVOKE_VIRTUAL, INVOKE_INTERFACE -> isMethod(call.method());
            case INVOKE_SPECIAL -> isConstructor(call.method());
            case INVOKE_DYNAMIC -> isDynamic(call.dynamicCall());
            default -> false;
        };
    }

    /** Whether calls of the method are left alone by inlining: those whose code takes numbers apart, or is large. */
    static boolean isKnown(MethodReference method) {
        String owner = Type.name(method.owner());
        if (method.name().equals("<init>") || owner.equals("java.lang.Object") || owner.equals("java.lang.Record")) {
            return false;
        }
        if (owner.equals("java.lang.String")) {
            return LARGE.contains(method.name()) || method.name().equals("valueOf") && takesNumber(method);
        }
        return isMethod(method);
    }

    private static boolean takesNumber(MethodReference method) {
        return method.type().parameterList().stream()
                .anyMatch(type -> Type.of(type).isFloatingPoint());
    }

    static boolean isMethod(MethodReference method) {
        String owner = Type.name(method.owner());
        return TEXT_CLASSES.contains(owner)
                || PRINTERS.getOrDefault(owner, Set.of()).contains(method.name())
                || METHODS.getOrDefault(owner, Set.of()).contains(method.name());
    }

    static boolean isConstructor(MethodReference method) {
        return TEXT_CLASSES.contains(Type.name(method.owner())) && method.name().equals("<init>");
    }

    private static boolean isDynamic(DynamicCall call) {
        ClassDesc bootstrap = call.bootstrap().owner();
        return bootstrap.equals(CONCATENATION)
                || bootstrap.equals(RECORDS)
                        && (call.name().equals("toString") || call.name().equals("equals"))
                || supplierOfText(call).isPresent();
    }

    /** Whether two records are compared. */
    static boolean compares(Instruction call) {
        return call.opCode() == OpCode.INVOKE_DYNAMIC
                && call.dynamicCall().name().equals("equals");
    }

    /** The code of the lambda that a call site makes, if it is a supplier of text, as loggers take. */
    static Optional<DirectMethodHandleDesc> supplierOfText(DynamicCall call) {
        return call.bootstrap().owner().equals(LAMBDAS)
                        && call.type().returnType().equals(SUPPLIER)
                        && call.arguments().size() > 2
                        && call.arguments().get(2) instanceof MethodTypeDesc type
                        && type.returnType().equals(ConstantDescs.CD_String)
                        && call.arguments().get(1) instanceof DirectMethodHandleDesc code
                ? Optional.of(code)
                : Optional.empty();
    }

    /** Whether what the call writes can be read again from its receiver, as from a {@code StringBuilder}, or behind it, as from a stream. */
    static boolean keepsText(Instruction call) {
        return call.opCode() != OpCode.INVOKE_STATIC
                && call.opCode() != OpCode.INVOKE_DYNAMIC
                && (call.opCode() == OpCode.INVOKE_SPECIAL
                        || !Type.name(call.method().owner()).equals("java.lang.String"));
    }

    /** Whether the call gives a character of text. */
    static boolean givesCharacter(Instruction call) {
        return call.opCode() == OpCode.INVOKE_VIRTUAL
                && Set.of("charAt", "codePointAt", "codePointBefore")
                        .contains(call.method().name());
    }
}
