package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.OutOfStep;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The function that does strips of examples in step, as it is being made, and where in it the values of one example's code are found. */
final class Strip {
    /** How many examples go in step. */
    static final int WIDTH = 128;

    private static final ClassDesc EXCEPTION = ClassDesc.ofDescriptor(OutOfStep.class.descriptorString());
    private static final MethodReference OUT_OF_STEP =
            new MethodReference(EXCEPTION, "get", MethodTypeDesc.of(EXCEPTION), false);

    private final BatchFrame frame;
    private final Function function;
    private final Emitter atEntry;
    private final Block start;
    private final Value first;
    private @Nullable Block outOfStep;

    private final Map<Value, Value> uniform = new HashMap<>();
    private final Map<Value, Value> lanes = new HashMap<>();
    private final Map<Value, Value> lengths = new HashMap<>();
    private final Map<Value, Elements> elements = new HashMap<>();

    /** Where the elements of all lanes lie: those of element {@code i} from {@code i * stride + start} on; {@link #WIDTH} and 0 if null. */
    record Elements(
            Value array, @Nullable Value stride, @Nullable Value start) {}

    Strip(BatchFrame frame) {
        this.frame = frame;
        function = frame.function();
        atEntry = Emitter.appendingTo(frame.entry(), null);
        start = function.newBlock();
        first = start.addParameter(Type.INT);
    }

    BatchFrame frame() {
        return frame;
    }

    Function function() {
        return function;
    }

    /** What is done once, before the first strip. */
    Emitter atEntry() {
        return atEntry;
    }

    /** Where a strip begins, from the number of its first example on. */
    Block start() {
        return start;
    }

    /** The number of the strip's first example. */
    Value first() {
        return first;
    }

    /** The values that are the same for all examples, and the arrays of all lanes that stand for arrays which each example makes. */
    Map<Value, Value> uniform() {
        return uniform;
    }

    /** For what differs between examples and lives from one loop over the lanes to another: an array with an element for each lane. */
    Map<Value, Value> lanes() {
        return lanes;
    }

    /** The number of elements that each example has, of arrays of which each has its own. */
    Map<Value, Value> lengths() {
        return lengths;
    }

    /** Says where the elements of an argument of which each example has its own are. */
    void setElements(Value argument, Elements where) {
        elements.put(argument, where);
    }

    /** The elements of arrays of which each example has its own. Those that the code makes are in one array for all lanes. */
    Elements elements(Value array) {
        Elements ofArgument = elements.get(array);
        return ofArgument != null
                ? ofArgument
                : new Elements(Objects.requireNonNull(uniform.get(array), "array of all lanes"), null, null);
    }

    /** An array with an element for each lane, made once for all strips. */
    Value newLaneArray(ClassDesc component) {
        return atEntry.value(OpCode.NEW_ARRAY, component, atEntry.constant(Type.INT, WIDTH));
    }

    Value newLaneArray(Type type) {
        return newLaneArray(type.descriptor());
    }

    /** Copies an element for each lane. */
    static void copy(Emitter emitter, Value from, Value at, Value to, Value place) {
        emitter.emit(
                OpCode.INVOKE_STATIC,
                MethodReference.ARRAY_COPY,
                List.of(from, at, to, place, emitter.constant(Type.INT, WIDTH)));
    }

    /** Goes on in another block if the examples can go on in step. */
    Block check(Block block, Value condition) {
        Block next = function.newBlock();
        block.setTerminator(new Branch(condition, Edge.to(next), Edge.to(outOfStep()), null));
        return next;
    }

    /** Where it goes if the examples do not go in step. */
    Block outOfStep() {
        Block block = outOfStep;
        if (block == null) {
            block = function.newBlock();
            outOfStep = block;
            Value exception = Emitter.appendingTo(block, null).value(OpCode.INVOKE_STATIC, OUT_OF_STEP);
            block.setTerminator(new Throw(exception, null));
        }
        return block;
    }
}
