package dev.jacobi.llvm;

import dev.jacobi.llvm.library.CompileThread;
import dev.jacobi.llvm.library.ObjectCache;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** From the text of a module to code in memory: what is there already, what is on disk, or what LLVM makes of it. */
final class CodeLoader {
    /** The name of the entry in the text of a module, in the place of which code in memory has one of its own. */
    static final String ENTRY = "jacobi.entry";

    private static final AtomicLong NUMBER = new AtomicLong();
    private static final Map<String, Shared> LOADED = new ConcurrentHashMap<>();

    /** Code that may be in use already; it has a symbol for itself from the time when it is being loaded until it has been removed. */
    private static final class Shared {
        private volatile @Nullable WeakReference<LoadedCode> code;

        @Nullable
        LoadedCode get() {
            WeakReference<LoadedCode> present = code;
            return present == null ? null : present.get();
        }
    }

    private CodeLoader() {}

    /** Runs in a {@link CompileThread}. */
    static LoadedCode load(String text, String name) {
        String key = ObjectCode.key(text);
        String symbol = "jacobi." + key;
        Shared own = new Shared();
        Shared present = LOADED.putIfAbsent(symbol, own);
        if (present == null) {
            try {
                LoadedCode code = link(object(text, symbol, key, name), text, symbol, () -> LOADED.remove(symbol, own));
                own.code = new WeakReference<>(code);
                return code;
            } catch (RuntimeException | Error e) {
                LOADED.remove(symbol, own);
                throw e;
            }
        }
        LoadedCode code = present.get();
        if (code != null) {
            return code;
        }
        // Just being loaded or removed: not worth waiting for.
        String other = symbol + "." + NUMBER.incrementAndGet();
        return link(ObjectCode.compile(named(text, other), name), text, other, () -> {});
    }

    /** Code for other code to call, under the name that it has in its text. Runs in a {@link CompileThread}. */
    static LoadedCode loadLibrary(String text, String symbol) {
        return LoadedCode.load(object(text, symbol, ObjectCode.key(text), symbol), symbol, false, () -> {});
    }

    private static byte[] object(String text, String symbol, String key, String name) {
        ObjectCache cache = ObjectCache.ofUser("objects");
        Optional<byte[]> known = cache.read(key);
        if (known.isPresent()) {
            return known.get();
        }
        byte[] made = ObjectCode.compile(named(text, symbol), name);
        cache.write(key, made);
        return made;
    }

    private static String named(String text, String symbol) {
        return text.replace("@\"" + ENTRY, "@\"" + symbol);
    }

    private static LoadedCode link(byte[] object, String text, String symbol, Runnable afterRemoval) {
        StrictMathLibrary.loadFor(text);
        boolean isDirect = text.contains("@\"" + ModuleText.directSymbol(ENTRY) + "\"(");
        return LoadedCode.load(object, symbol, isDirect, afterRemoval);
    }
}
