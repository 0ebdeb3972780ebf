package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.autodiff.ShadowChecks;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is checked of the arguments of a batch whose examples are done at the same time, before any of them: what {@link BatchCode} checks, that no two examples have the same array to write into, and, of a
 * derivative, the shadows of all examples. Thread-safe.
 */
public final class BatchChecks implements Consumer<Object> {
    private final BatchSignature signature;
    private final BatchArguments arguments;
    private final @Nullable ShadowChecks shadows;
    private final List<Integer> references;

    /**
     * @param written for each parameter whether the code may write into what it gets
     * @param shadows of one example, or null
     * @param references the parameters that these are told, in order
     */
    public BatchChecks(
            BatchSignature signature, boolean[] written, @Nullable ShadowChecks shadows, List<Integer> references) {
        this.signature = signature;
        this.arguments = new BatchArguments(signature, written.clone());
        this.shadows = shadows;
        this.references = List.copyOf(references);
    }

    /**
     * Checks.
     *
     * @param all arguments in an {@code Object[]}, the number of examples first if the layout has it
     * @throws dev.jacobi.JacobiException as the batch would
     */
    @Override
    public void accept(Object all) {
        @Nullable Object[] given = (@Nullable Object[]) all;
        int first = signature.takesCount() ? 1 : 0;
        int count = arguments.count(given, first);
        arguments.checkFlat(given, count);
        arguments.checkCopied(given, first);
        arguments.checkApart(given, first);
        if (shadows != null) {
            // Arrays with those of all examples have shadows with those of all: one look is enough.
            boolean once = references.stream()
                    .allMatch(index -> signature.axes().get(index) != Axis.EACH || signature.isFlat(index));
            for (int example = 0; example < (once ? Math.min(1, count) : count); example++) {
                shadows.check(of(example, given, first));
            }
        }
    }

    private @Nullable Object[] of(int example, @Nullable Object[] given, int first) {
        @Nullable Object[] ofExample = new @Nullable Object[references.size()];
        for (int place = 0; place < ofExample.length; place++) {
            int index = references.get(place);
            Object argument = given[index + first];
            boolean rows = signature.axes().get(index) == Axis.EACH && !signature.isFlat(index);
            ofExample[place] = rows ? ((Object[]) Objects.requireNonNull(argument))[example] : argument;
        }
        return ofExample;
    }
}
