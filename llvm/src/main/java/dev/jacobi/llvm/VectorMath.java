package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.jacobi.ir.MathFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The mathematical functions of the JDK's own library for its Vector API ({@code libjsvml}, on Linux with AVX2), which loops may call for four numbers at once. A function is used only
 * if it is there for one number and for four, and if the one for one number is right for a number of arguments, special ones among them; both give the same bits.
 *
 * <p>Only functions of one number; not {@code float}.
 */
@SuppressWarnings("restricted") // a library of the JDK
final class VectorMath {
    private static final int LANES = 4;
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

    private static final Map<MathFunction, Optional<String>> CHECKED = new ConcurrentHashMap<>();

    private static final class Library {
        static final Optional<Path> FILE = find();
        static final Optional<SymbolLookup> SYMBOLS =
                FILE.map(file -> SymbolLookup.libraryLookup(file, Arena.global()));

        private static Optional<Path> find() {
            Path file = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("jsvml"));
            boolean fits = System.getProperty("os.name").equals("Linux")
                    && System.getProperty("os.arch").equals("amd64")
                    && Files.isRegularFile(file)
                    && ObjectCode.features().contains("+avx2");
            return fits ? Optional.of(file) : Optional.empty();
        }
    }

    private VectorMath() {}

    /** The library, if it may be used. */
    static Optional<Path> file() {
        return Library.FILE;
    }

    /** The name of what computes a function of one double, if there is such a thing. */
    static Optional<String> scalar(MathFunction function) {
        return CHECKED.computeIfAbsent(function, VectorMath::check);
    }

    /** Whether the hyperbolic tangent is computed from the exponential function of this library, as {@link RuntimeText} does. */
    static boolean hasOwnTanh() {
        return scalar(MathFunction.EXPM1).isPresent() && ObjectCode.features().contains("+fma");
    }

    /** The name of what computes the same for four. */
    static String vector(String scalar) {
        return scalar.replace("1_ha", LANES + "_ha");
    }

    /** What tells LLVM about that. */
    static String attribute(String scalar) {
        return "\"vector-function-abi-variant\"=\"_ZGV_LLVM_N" + LANES + "v_" + scalar + "(" + vector(scalar) + ")\"";
    }

    private static Optional<String> check(MathFunction function) {
        DoubleUnaryOperator exact = reference(function);
        Optional<SymbolLookup> symbols = Library.SYMBOLS;
        if (exact == null || symbols.isEmpty()) {
            return Optional.empty();
        }
        String scalar = "__jsvml_" + function.methodName() + "1_ha_l9";
        return symbols.get()
                .find(scalar)
                .filter(_ -> symbols.get().find(vector(scalar)).isPresent())
                .map(address ->
                        Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE)))
                .filter(handle -> isRight(handle, exact))
                .map(_ -> scalar);
    }

    private static boolean isRight(MethodHandle handle, DoubleUnaryOperator exact) {
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
