package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.jacobi.ir.MathFunction;
import dev.jacobi.llvm.library.CompileThread;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The mathematical functions of the JDK's own library for its Vector API ({@code libjsvml}, on Linux with AVX2), which loops may call for several numbers at once: for four, or where {@link NativeOptions#wide} allows it
 * and the processor has AVX-512, for eight. A function is used only if it is right for a number of arguments, special ones among them. A number has the same bits alone and among others: the library has functions for
 * one number that agree with those for four; those for eight have bits of their own, so where loops may take eight, they compute one and four too.
 *
 * <p>Only functions of one number; not {@code float}.
 */
@SuppressWarnings("restricted") // a library of the JDK
final class VectorMath {
    private static final VectorMath FOUR = new VectorMath(false);
    private static final VectorMath EIGHT = new VectorMath(true);

    /** What {@code Math} promises, for it and for {@code StrictMath}, with which it is compared. */
    private static final int ULPS = 2;

    private static final double[] ARGUMENTS = {
        0.0,
        -0.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        1e-300,
        -1e-300,
        1e-20,
        -1e-20,
        1e-8,
        0.1,
        -0.1,
        0.5,
        -0.5,
        0.75,
        0.999999,
        -0.999999,
        1.0,
        -1.0,
        1.0000001,
        1.5,
        -1.5,
        2.0,
        Math.PI,
        -Math.PI / 2,
        3.7,
        -5.2,
        10.0,
        -20.0,
        33.3,
        100.0,
        -700.0,
        709.5,
        710.0,
        -745.0,
        -746.0,
        1e5,
        -1e5,
        1e10,
        1e15,
        1e22,
        -1e22,
        1e100,
        1e300,
        -1e300,
        Double.MAX_VALUE,
        -Double.MAX_VALUE
    };

    private final boolean wide;
    private final Map<MathFunction, Optional<String>> checked = new ConcurrentHashMap<>();

    private static final class Library {
        static final Optional<Path> FILE = find();
        static final Optional<SymbolLookup> SYMBOLS =
                FILE.map(file -> SymbolLookup.libraryLookup(file, Arena.global()));

        static final boolean HAS_EIGHT = FILE.isPresent()
                && !"false".equals(System.getProperty("jacobi.llvm.avx512"))
                && ObjectCode.features().contains("+avx512f,")
                && ObjectCode.features().contains("+avx512dq,")
                && ObjectCode.features().contains("+avx512vl,");

        private static Optional<Path> find() {
            Path file = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("jsvml"));
            boolean fits = System.getProperty("os.name").equals("Linux")
                    && System.getProperty("os.arch").equals("amd64")
                    && Files.isRegularFile(file)
                    && ObjectCode.features().contains("+avx2");
            return fits ? Optional.of(file) : Optional.empty();
        }
    }

    private VectorMath(boolean wide) {
        this.wide = wide;
    }

    static VectorMath of(NativeOptions options) {
        return options.wide() && Library.HAS_EIGHT ? EIGHT : FOUR;
    }

    /** The library, if it may be used. */
    static Optional<Path> file() {
        return Library.FILE;
    }

    /** Whether loops may take eight numbers at once. */
    boolean isWide() {
        return wide;
    }

    /** The name of what computes a function of one double, if there is such a thing. */
    Optional<String> scalar(MathFunction function) {
        return checked.computeIfAbsent(function, this::check);
    }

    /** Whether the hyperbolic tangent is computed from the exponential function of this library, as {@link RuntimeText} does. */
    boolean hasOwnTanh() {
        return scalar(MathFunction.EXPM1).isPresent() && ObjectCode.features().contains("+fma");
    }

    /** What tells LLVM which functions do the same as {@code scalar} for several numbers. */
    String attribute(String scalar) {
        String variants = variant(4, scalar, four(scalar));
        if (wide) {
            variants += "," + variant(8, scalar, eight(scalar));
        }
        return "\"vector-function-abi-variant\"=\"" + variants + "\"";
    }

    private static String variant(int lanes, String scalar, String vector) {
        return "_ZGV_LLVM_N" + lanes + "v_" + scalar + "(" + vector + ")";
    }

    /** Functions that nothing calls before loops are vectorised, and that are to stay until then. */
    List<String> kept(String scalar) {
        return wide ? List.of(four(scalar), eight(scalar)) : List.of(four(scalar));
    }

    /** What a module has to say of a function that it calls. */
    String declarations(String scalar) {
        return wide ? ofEight(scalar) : """
            declare double @%s(double)
            declare <4 x double> @%s(<4 x double>)
            """.formatted(scalar, four(scalar));
    }

    private static final String ONE = "jacobi.one.";

    private String scalar(String library) {
        return wide ? ONE + library : library;
    }

    private String four(String scalar) {
        return wide ? scalar.replace(ONE, "jacobi.four.") : scalar.replace("1_ha", "4_ha");
    }

    private static String eight(String scalar) {
        return scalar.replace(ONE, "");
    }

    private String ofEight(String scalar) {
        return """
            declare <8 x double> @%1$s(<8 x double>)
            define internal double @%2$s(double %%x) noinline nounwind willreturn memory(none) {
              %%first = insertelement <8 x double> poison, double %%x, i32 0
              %%all = shufflevector <8 x double> %%first, <8 x double> poison, <8 x i32> zeroinitializer
              %%results = call <8 x double> @%1$s(<8 x double> %%all) nounwind willreturn memory(none)
              %%result = extractelement <8 x double> %%results, i32 0
              ret double %%result
            }
            define internal <4 x double> @%3$s(<4 x double> %%x) noinline nounwind willreturn memory(none) {
              %%all = shufflevector <4 x double> %%x, <4 x double> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 0, i32 1, i32 2, i32 3>
              %%results = call <8 x double> @%1$s(<8 x double> %%all) nounwind willreturn memory(none)
              %%four = shufflevector <8 x double> %%results, <8 x double> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
              ret <4 x double> %%four
            }
            """.formatted(eight(scalar), scalar, four(scalar));
    }

    private Optional<String> check(MathFunction function) {
        DoubleUnaryOperator exact = reference(function);
        Optional<SymbolLookup> symbols = Library.SYMBOLS;
        if (exact == null || symbols.isEmpty()) {
            return Optional.empty();
        }
        String library = "__jsvml_" + function.methodName() + (wide ? "8_ha_z0" : "1_ha_l9");
        String scalar = scalar(library);
        Optional<MemorySegment> address = symbols.get().find(library);
        if (address.isEmpty()
                || symbols.get().find(wide ? library : four(scalar)).isEmpty()) {
            return Optional.empty();
        }
        boolean right = wide ? isEightRight(scalar, exact) : isRight(address.get(), exact);
        return right ? Optional.of(scalar) : Optional.empty();
    }

    /** The linker of the JVM has no vectors, so what is called is code that calls the function. */
    private boolean isEightRight(String scalar, DoubleUnaryOperator exact) {
        String text = declarations(scalar) + """
                define double @"%s"(double %%x) {
                  %%result = call double @%s(double %%x)
                  ret double %%result
                }
                """.formatted(CodeLoader.ENTRY, scalar);
        LoadedCode code = CompileThread.runAtOnce(() -> CodeLoader.load(text, scalar));
        try {
            return isRight(code.entry(), exact);
        } finally {
            Reference.reachabilityFence(code);
        }
    }

    private static boolean isRight(MemorySegment address, DoubleUnaryOperator exact) {
        MethodHandle handle =
                Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE));
        try {
            for (double argument : ARGUMENTS) {
                double wanted = exact.applyAsDouble(argument);
                double got = (double) handle.invokeExact(argument);
                boolean same = Double.doubleToLongBits(wanted) == Double.doubleToLongBits(got);
                if (!same && !(wanted != 0 && Math.abs(got - wanted) <= ULPS * Math.ulp(wanted))) {
                    return false;
                }
            }
            return true;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable DoubleUnaryOperator reference(MathFunction function) {
        return switch (function) {
            case SIN -> StrictMath::sin;
            case COS -> StrictMath::cos;
            case TAN -> StrictMath::tan;
            case ASIN -> StrictMath::asin;
            case ACOS -> StrictMath::acos;
            case ATAN -> StrictMath::atan;
            case SINH -> StrictMath::sinh;
            case COSH -> StrictMath::cosh;
            case TANH -> StrictMath::tanh;
            case EXP -> StrictMath::exp;
            case EXPM1 -> StrictMath::expm1;
            case LOG -> StrictMath::log;
            case LOG10 -> StrictMath::log10;
            case LOG1P -> StrictMath::log1p;
            case CBRT -> StrictMath::cbrt;
            default -> null;
        };
    }
}
