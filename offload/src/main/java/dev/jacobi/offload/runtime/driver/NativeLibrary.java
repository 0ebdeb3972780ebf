package dev.jacobi.offload.runtime.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.offload.runtime.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A library of C functions, found at run time and never unloaded. A function is bound when it is first called.
 *
 * <p>A signature is a letter for the result, a colon, and a letter for each parameter: B an unsigned byte, I an int, L a long, a size, or a handle of the library's own, P a place in memory that
 * the caller gives. For 64 bits, where handles and sizes are passed as longs are.
 *
 * @param <F> the functions
 */
@SuppressWarnings("restricted") // that is what it is for: signatures are in one table for each library
public final class NativeLibrary<F extends Enum<F>> {
    private final String name;
    private final SymbolLookup symbols;
    private final Function<F, @Nullable String> symbol;
    private final Function<F, String> signature;
    private final Map<F, MethodHandle> bound = new ConcurrentHashMap<>();

    private NativeLibrary(
            String name, SymbolLookup symbols, Function<F, @Nullable String> symbol, Function<F, String> signature) {
        this.name = name;
        this.symbols = symbols;
        this.symbol = symbol;
        this.signature = signature;
    }

    /**
     * Loads the first of some libraries that is there.
     *
     * @param property the system property that names a file instead
     * @param names as the loaders of all systems know them, with at least one for each
     * @param symbol how a function is called in this library, null if it has none such
     * @throws DeviceException if there is none
     */
    public static <F extends Enum<F>> NativeLibrary<F> load(
            String property, List<String> names, Function<F, @Nullable String> symbol, Function<F, String> signature) {
        if (ADDRESS.byteSize() != JAVA_LONG.byteSize()) {
            throw missing("only processes of 64 bits are served");
        }
        String file = System.getProperty(property);
        try {
            if (file != null) {
                if (!Files.isRegularFile(Path.of(file))) {
                    throw missing("-D" + property + " names " + file + ", which is no file");
                }
                return new NativeLibrary<>(
                        file, SymbolLookup.libraryLookup(Path.of(file), Arena.global()), symbol, signature);
            }
            for (String name : ofThisSystem(names)) {
                try {
                    return new NativeLibrary<>(
                            name, SymbolLookup.libraryLookup(name, Arena.global()), symbol, signature);
                } catch (IllegalArgumentException _) {
                    // not installed
                }
            }
        } catch (IllegalArgumentException e) {
            throw missing("-D" + property + " names " + file + ", which cannot be loaded: " + e.getMessage());
        } catch (IllegalCallerException e) {
            throw missing("native access is not allowed: start Java with --enable-native-access="
                    + (NativeLibrary.class.getModule().isNamed()
                            ? NativeLibrary.class.getModule().getName()
                            : "ALL-UNNAMED"));
        }
        throw missing("there is no " + ofThisSystem(names).getFirst());
    }

    private static List<String> ofThisSystem(List<String> names) {
        boolean windows = System.mapLibraryName("").endsWith(".dll");
        return names.stream().filter(name -> name.endsWith(".dll") == windows).toList();
    }

    private static DeviceException missing(String text) {
        return new DeviceException(DeviceException.Kind.MISSING, text);
    }

    /** The name or file by which it was loaded. */
    public String name() {
        return name;
    }

    /** Whether this version of the library has a function. */
    public boolean has(F function) {
        String called = symbol.apply(function);
        return called != null && symbols.find(called).isPresent();
    }

    /** As the library calls a function. */
    public String nameOf(F function) {
        String called = symbol.apply(function);
        return called == null ? function.name() : called;
    }

    /** Calls a function that returns an int. */
    public int callInt(F function, Object... arguments) {
        return (int) call(function, arguments);
    }

    /** Calls a function that returns a handle. */
    public long callLong(F function, Object... arguments) {
        return (long) call(function, arguments);
    }

    private Object call(F function, Object[] arguments) {
        MethodHandle handle = bound.get(function);
        if (handle == null) {
            handle = bound.computeIfAbsent(function, this::bind);
        }
        try {
            return (Object) handle.invokeExact(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(nameOf(function), e);
        }
    }

    private MethodHandle bind(F function) {
        MemorySegment address = symbols.find(nameOf(function))
                .orElseThrow(() -> missing(name + " has no function " + nameOf(function) + ": it is too old"));
        String types = signature.apply(function);
        MemoryLayout[] parameters = new MemoryLayout[types.length() - 2];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = layout(types.charAt(i + 2));
        }
        return Linker.nativeLinker()
                .downcallHandle(address, FunctionDescriptor.of(layout(types.charAt(0)), parameters))
                .asSpreader(Object[].class, parameters.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    private static ValueLayout layout(char type) {
        return switch (type) {
            case 'B' -> JAVA_BYTE;
            case 'I' -> JAVA_INT;
            case 'L' -> JAVA_LONG;
            case 'P' -> ADDRESS;
            default -> throw new IllegalArgumentException("type " + type);
        };
    }
}
