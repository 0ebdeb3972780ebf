package dev.jacobi.batch;

import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The function that does strips of examples in step, as it is being made, and where in it the values of one example's code are found. */
final class Strip {
    /** How many examples go in step. */
    static final int WIDTH = 128;

    /** The progress of a function that ends before a strip whose examples do not go in step is the number of its first example, exclusive or this. */
    static final int LEFT = Integer.MIN_VALUE;
    /** The progress once sums are being added up. */
    static final int ADDING = -1;

    private final BatchFrame frame;
    private final boolean staged;
    private final Function function;
    private final Emitter atEntry;
    private final Block start;
    private final Value first;
    private @Nullable Block outOfStep;

    private final Map<Value, Value> uniform = new HashMap<>();
    private final Map<Value, Value> lanes = new HashMap<>();
    private final Map<Value, Value> lengths = new HashMap<>();
    private final Map<Value, Elements> elements = new HashMap<>();
    private final Map<Value, Variable> kept = new HashMap<>();
    private final SsaVariables<Object> variables;
    private final @Nullable Value results;

    /** What the function keeps in a strip; by identity. */
    static final class Variable {
        private final Type type;

        Variable(Type type) {
            this.type = type;
        }

        Type type() {
            return type;
        }
    }

    /** Where the elements of all lanes lie: those of element {@code i} from {@code i * stride + start} on. */
    record Elements(Value array, Value stride, @Nullable Value start) {}

    /** @param staged whether elements of the examples' arrays are copied to and from short arrays, as HotSpot needs it to make vector instructions */
    Strip(BatchSignature signature, BatchFrame frame, boolean staged) {
        this.frame = frame;
        this.staged = staged;
        function = frame.function();
        atEntry = Emitter.appendingTo(frame.entry(), null);
        start = function.newBlock();
        first = start.addParameter(Type.INT);
        results = frame.results() == null || signature.result().isArray() ? null : newLaneArray(signature.result());
        variables = new SsaVariables<>(function, new SsaVariables.Variables<>() {
            @Override
            public Type type(Object of) {
                return switch (of) {
                    case Value value -> value.type();
                    case Variable variable -> variable.type();
                    default -> Type.INT;
                };
            }

            @Override
            public Value initial(Object variable) {
                return type(variable).isReference() ? atEntry.nullReference() : atEntry.constant(type(variable), 0);
            }
        });
    }

    BatchFrame frame() {
        return frame;
    }

    boolean isStaged() {
        return staged;
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

    /** The results of the lanes, or null if there are none, or arrays. */
    @Nullable
    Value results() {
        return results;
    }

    /** Tells what a value is that is the same for all examples, or the array of all lanes that stands for one which each example makes, from where it is made on. */
    void define(Value value, Value made) {
        uniform.put(value, made);
    }

    /** Tells what a variable holds after what was made of a block so far: a value that may be missing on other ways to its uses, or {@link LaneMasks.Active}, or {@link LaneMasks.Tally}. */
    void write(Object variable, Block block, Value made) {
        Variable array = variable instanceof Value value ? kept.get(value) : null;
        variables.write(array == null ? variable : array, block, made);
    }

    /** What a variable holds after what was made of a block so far. */
    Value read(Object variable, Block block) {
        return variables.read(variable, block);
    }

    /** Tells which variable holds the array that a value is. */
    void keep(Value value, Variable array) {
        kept.put(value, array);
    }

    /** Whether a value is an array that a variable holds. */
    boolean isKept(Value value) {
        return kept.containsKey(value);
    }

    /** A value that is the same for all examples, where the making of a block has come to. */
    Value uniform(Value value, Block block) {
        Variable array = kept.get(value);
        if (array != null) {
            return variables.read(array, block);
        }
        Value made = uniform.get(value);
        return made != null ? made : variables.read(value, block);
    }

    /** As {@link #uniform(Value, Block)}, of several. */
    List<Value> uniform(List<Value> values, Block block) {
        return values.stream().map(value -> uniform(value, block)).toList();
    }

    /** Ends the making of the function: where different values of a variable meet, blocks get parameters. */
    void finish() {
        variables.finish();
    }

    /** For what differs between examples and lives from one loop over the lanes to another: an array with an element for each lane. */
    Map<Value, Value> lanes() {
        return lanes;
    }

    /** Tells where an argument's elements lie, and how many each example has. */
    void bring(Value parameter, Value length, Elements of) {
        lengths.put(parameter, length);
        elements.put(parameter, of);
    }

    /** The number of elements that each example has, of arrays of which each has its own. */
    Value lengthOf(Value array, Block block) {
        Value known = lengths.get(array);
        if (known != null) {
            return known;
        }
        if (array.isResultOf(OpCode.NEW_ARRAY)) {
            return uniform(Objects.requireNonNull(array.definition()).operand(0), block);
        }
        Emitter emitter = Emitter.appendingTo(block, null);
        Value all = emitter.value(OpCode.ARRAY_LENGTH, null, uniform(array, block));
        return emitter.value(OpCode.DIV, null, all, emitter.constant(Type.INT, WIDTH));
    }

    /** The elements of arrays of which each example has its own. Those that the code makes are in one array for all lanes. */
    Elements elementsOf(Value array, Block block) {
        Elements ofArgument = elements.get(array);
        return ofArgument != null
                ? ofArgument
                : new Elements(
                        uniform(array, block), Emitter.appendingTo(block, null).constant(Type.INT, WIDTH), null);
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

    /** Where it goes if the examples do not go in step: the function returns, and says with which strip. */
    Block outOfStep() {
        Block block = outOfStep;
        if (block == null) {
            block = function.newBlock();
            outOfStep = block;
            Emitter emitter = Emitter.appendingTo(block, null);
            Value left = emitter.value(OpCode.XOR, null, first, emitter.constant(Type.INT, LEFT));
            setProgress(emitter, left);
            block.setTerminator(new Jump(Edge.to(frame.end()), null));
        }
        return block;
    }

    /** Says what is being done. */
    void setProgress(Emitter emitter, Value progress) {
        emitter.emit(
                        OpCode.ARRAY_STORE,
                        ConstantDescs.CD_int,
                        List.of(Objects.requireNonNull(frame.progress()), emitter.constant(Type.INT, 0), progress))
                .setProved(true);
    }
}
