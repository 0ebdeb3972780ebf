package dev.jacobi.llvm;

import dev.jacobi.backend.NativeCompiler;
import dev.jacobi.ir.Function;
import dev.jacobi.llvm.library.LibLlvm;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The native backend as the core sees it. Found by {@link java.util.ServiceLoader}. */
public final class LlvmCompiler implements NativeCompiler {
    private final NativeOptions options;

    /** For {@link java.util.ServiceLoader}. */
    public LlvmCompiler() {
        this(NativeOptions.DEFAULT.withStrictMath(true).withVectorMath(true));
    }

    private LlvmCompiler(NativeOptions options) {
        this.options = options;
    }

    @Override
    public Optional<String> absence() {
        return NativeBackend.absence();
    }

    @Override
    public String description() {
        return NativeBackend.description();
    }

    @Override
    public NativeCompiler inStep() {
        return new LlvmCompiler(options.withWide(true));
    }

    @Override
    public void prepare() {
        WarmUp.begin();
    }

    @Override
    public Compiled compile(Function function, MethodHandle onJvm) {
        NativeRecipe recipe = NativeBackend.recipe(function.copy(), options);
        return new Compiled(recipe.load(null, () -> onJvm).handle(), recipe::bytes);
    }

    @Override
    public String machine() {
        return ObjectCode.description();
    }

    @Override
    public MethodHandle load(byte[] recipe, MethodHandle onJvm) {
        return NativeRecipe.read(recipe).load(null, () -> onJvm).handle();
    }

    @Override
    public String text(Function function) {
        LibLlvm _ = LibLlvm.get(); // which functions there are depends on the machine
        return NativeBackend.text(function.copy(), "entry", options);
    }
}
