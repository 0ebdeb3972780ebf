package dev.jacobi.backend;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the results out of the object that a function returns, as derivatives with several results do: a function that ends by constructing an object of floats and doubles becomes one that
 * gives these in a {@code double[]}, for native code, and one around it that constructs the object on the JVM.
 */
public final class RecordResults {
    private static final Type DOUBLES = Type.of(ConstantDescs.CD_double.arrayType());

    private final Function original;
    private final MethodReference constructor;

    private RecordResults(Function original, MethodReference constructor) {
        this.original = original;
        this.constructor = constructor;
    }

    /**
     * The function with numbers for the object.
     *
     * @return nothing if it returns no object, or one that it does not construct last, or not of floats and doubles alone
     */
    public static Optional<RecordResults> of(Function function) {
        Type result = function.returnType();
        if (!result.isReference() || result.isArray() || result.equals(Type.OBJECT)) {
            return Optional.empty();
        }
        MethodReference common = null;
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return(Value value, var _)) {
                Instruction construction = value == null ? null : construction(block, value);
                if (construction == null
                        || common != null && !common.equals(construction.method())
                        || !result.descriptor().equals(construction.method().owner())) {
                    return Optional.empty();
                }
                common = construction.method();
            }
        }
        return Optional.ofNullable(common).map(constructor -> new RecordResults(function, constructor));
    }

    /** The call of the constructor, if the object is made in the block, as the last that is done, and nobody else sees it. */
    private static @Nullable Instruction construction(Block block, Value object) {
        if (!object.isResultOf(OpCode.NEW) || object.block() != block) {
            return null;
        }
        List<Instruction> instructions = block.instructions();
        int place = instructions.indexOf(Objects.requireNonNull(object.definition()));
        for (Instruction later : instructions.subList(place + 1, instructions.size())) {
            boolean isConstruction = later.opCode() == OpCode.INVOKE_SPECIAL && later.operand(0) == object;
            if (!isConstruction && !later.isPure()) {
                // The constructor may throw, or its class be initialised, before this is done.
                return null;
            }
        }
        Instruction found = null;
        for (Block each : block.function().blocks()) {
            for (Instruction use : each.instructions()) {
                if (use.operands().contains(object)) {
                    boolean constructs = use.opCode() == OpCode.INVOKE_SPECIAL
                            && use.operand(0) == object
                            && use.operands().lastIndexOf(object) == 0
                            && use.operands().stream()
                                    .skip(1)
                                    .allMatch(operand -> operand.type().isFloatingPoint());
                    if (found != null || !constructs || each != block) {
                        return null;
                    }
                    found = use;
                }
            }
            if (each.edges().stream().anyMatch(edge -> edge.arguments().contains(object))) {
                return null;
            }
        }
        return found;
    }

    /** Gives the numbers, floats widened, in an array of its own. */
    public Function function() {
        Function numbers = new Function(original.name(), original.origin(), DOUBLES);
        original.copyInto(numbers, new HashMap<>());
        for (Block block : numbers.blocks()) {
            if (block.terminator() instanceof Return end) {
                Value object = Objects.requireNonNull(end.value());
                Instruction construction = Objects.requireNonNull(construction(block, object));
                List<Value> results = construction
                        .operands()
                        .subList(1, construction.operands().size());
                block.remove(construction);
                block.remove(Objects.requireNonNull(object.definition()));
                Emitter emitter = Emitter.appendingTo(block, end.position());
                Value array = emitter.value(
                        OpCode.NEW_ARRAY, ConstantDescs.CD_double, emitter.constant(Type.INT, results.size()));
                for (int index = 0; index < results.size(); index++) {
                    Value element = emitter.convert(results.get(index), Type.DOUBLE);
                    emitter.emit(
                                    OpCode.ARRAY_STORE,
                                    ConstantDescs.CD_double,
                                    List.of(array, emitter.constant(Type.INT, index), element))
                            .setProved(true);
                }
                block.setTerminator(new Return(array, end.position()));
            }
        }
        return numbers;
    }

    /**
     * The object for the numbers.
     *
     * @param calling gives what {@link #function} gives
     * @return a function of the original's type
     */
    public Function constructing(Function calling) {
        Function constructing = new Function(original.name(), original.origin(), original.returnType());
        calling.copyInto(constructing, new HashMap<>());
        for (Block block : constructing.blocks()) {
            if (block.terminator() instanceof Return end) {
                Emitter emitter = Emitter.appendingTo(block, end.position());
                Value numbers = Objects.requireNonNull(end.value());
                Value object = emitter.value(OpCode.NEW, constructor.owner());
                List<Value> operands = new ArrayList<>(List.of(object));
                for (int index = 0; index < constructor.type().parameterCount(); index++) {
                    Instruction element = emitter.emit(
                            OpCode.ARRAY_LOAD,
                            ConstantDescs.CD_double,
                            List.of(numbers, emitter.constant(Type.INT, index)));
                    element.setProved(true);
                    ClassDesc type = constructor.type().parameterType(index);
                    operands.add(emitter.convert(element.value(), Type.of(type)));
                }
                emitter.emit(OpCode.INVOKE_SPECIAL, constructor, operands);
                block.setTerminator(new Return(object, end.position()));
            }
        }
        return constructing;
    }
}
