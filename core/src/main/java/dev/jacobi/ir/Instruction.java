package dev.jacobi.ir;

import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One operation in a block: an {@link OpCode}, its operands, its attribute, its result if it has one. */
public final class Instruction {
    /** The attribute of the constant {@code null}. */
    public static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private final OpCode opCode;
    private final @Nullable Object attribute;
    private final @Nullable Value result;
    private final @Nullable SourcePosition position;
    private List<Value> operands;
    private boolean proved;
    private boolean noted;
    private boolean adjointSum;
    private boolean unorderedStep;
    private boolean independentStep;
    private @Nullable Block block;

    Instruction(
            OpCode opCode,
            @Nullable Object attribute,
            List<Value> operands,
            @Nullable Value result,
            @Nullable SourcePosition position) {
        this.opCode = opCode;
        this.attribute = attribute;
        this.operands = List.copyOf(operands);
        this.result = result;
        this.position = position;
        if (result != null) {
            result.definedBy(this);
        }
    }

    public OpCode opCode() {
        return opCode;
    }

    public @Nullable Object attribute() {
        return attribute;
    }

    public List<Value> operands() {
        return operands;
    }

    public Value operand(int index) {
        return operands.get(index);
    }

    /** The value that this instruction defines, or null if it has none. */
    public @Nullable Value result() {
        return result;
    }

    /** The value that this instruction defines, which it must have. */
    public Value value() {
        if (result == null) {
            throw new IllegalStateException(opCode.mnemonic() + " has no result");
        }
        return result;
    }

    public @Nullable SourcePosition position() {
        return position;
    }

    /** The block that holds this instruction, or null once it was removed. */
    public @Nullable Block block() {
        return block;
    }

    void setBlock(@Nullable Block block) {
        this.block = block;
    }

    void replaceOperands(ValueMap<Value> replacements) {
        operands = Value.replace(operands, replacements);
    }

    public void mapOperands(UnaryOperator<Value> map) {
        operands = Value.map(operands, map);
    }

    /**
     * Records that an analysis has proved that this instruction cannot throw where it stands (printed as {@code !} after the
     * mnemonic). Whoever moves the instruction to a place where the proof does not hold takes the mark away.
     */
    public void setProved(boolean proved) {
        this.proved = proved;
    }

    public boolean isProved() {
        return proved;
    }

    /**
     * Marks a constructor call whose work is told by the instructions that follow, and these (printed as {@code ~} after the mnemonic): a
     * noted store says what a constructor has stored and does nothing itself; a noted {@code get_field} reads what a constructor has allocated. They are there
     * for analyses and derivatives, and go before code is emitted.
     */
    public void setNoted(boolean noted) {
        this.noted = noted;
    }

    public boolean isNoted() {
        return noted;
    }

    /** A noted store, copy or call: it happened in a constructor, and must not be done again. */
    public boolean isNote() {
        return noted
                && (opCode.effect() == OpCode.Effect.WRITE
                        || opCode == OpCode.INVOKE_STATIC
                        || opCode == OpCode.INVOKE_INTERFACE
                        || opCode == OpCode.INVOKE_VIRTUAL
                        || opCode == OpCode.INVOKE_SPECIAL && !operand(0).isResultOf(OpCode.NEW));
    }

    /**
     * Marks an addition to an adjoint (printed as {@code +} after the mnemonic): no order of its summands is promised, nor the sign of a
     * sum that is zero, so it may be joined with others of its kind in any way.
     */
    public void setAdjointSum(boolean adjointSum) {
        this.adjointSum = adjointSum;
    }

    public boolean isAdjointSum() {
        return adjointSum;
    }

    /**
     * Marks the addition that steps the index of a loop whose rounds the program lets run in any order and at the same time (printed as
     * {@code #} after the mnemonic): that of a parallel stream. Whether they really can is another question.
     */
    public void setUnorderedStep(boolean unorderedStep) {
        this.unorderedStep = unorderedStep;
    }

    public boolean isUnorderedStep() {
        return unorderedStep;
    }

    /**
     * Marks the addition that steps the index of a loop none of whose rounds touches memory that another one writes (printed as {@code =} after the mnemonic): that over the lanes of a batch.
     * It is known, not only promised.
     */
    public void setIndependentStep(boolean independentStep) {
        this.independentStep = independentStep;
    }

    public boolean isIndependentStep() {
        return independentStep;
    }

    /** Takes over all marks of the instruction that this is a copy of. */
    public void copyMarks(Instruction original) {
        proved = original.proved;
        noted = original.noted;
        adjointSum = original.adjointSum;
        unorderedStep = original.unorderedStep;
        independentStep = original.independentStep;
    }

    /** Whether this instruction, with its operands as they are, may throw. */
    public boolean mayThrow() {
        if (proved || !opCode.mayThrow()) {
            return false;
        }
        return switch (opCode) {
            case DIV, REM -> !operand(0).type().isFloatingPoint() && !isNonZero(operand(1));
            case INSTANCE_OF -> false;
            case GET_FIELD, ARRAY_LENGTH, PUT_FIELD ->
                !operand(0).isResultOf(OpCode.NEW) && !operand(0).isResultOf(OpCode.NEW_ARRAY);
            default -> true;
        };
    }

    private static boolean isNonZero(Value value) {
        Instruction definition = value.definition();
        return definition != null
                && definition.attribute instanceof Number number
                && definition.opCode == OpCode.CONSTANT
                && number.longValue() != 0;
    }

    /** Whether this instruction depends on its operands alone and cannot throw: it may be dropped, shared and moved. */
    public boolean isPure() {
        return opCode.effect() == OpCode.Effect.PURE && !mayThrow();
    }

    /** Whether nothing is lost if this instruction goes away when its result is not used. */
    public boolean isRemovable() {
        return switch (opCode.effect()) {
            case PURE, READ, ALLOCATE -> !mayThrow();
            case WRITE, CALL -> false;
        };
    }

    public ClassDesc classAttribute() {
        return (ClassDesc) require();
    }

    public FieldReference field() {
        return (FieldReference) require();
    }

    public MethodReference method() {
        return (MethodReference) require();
    }

    public DynamicCall dynamicCall() {
        return (DynamicCall) require();
    }

    public MathCall math() {
        return (MathCall) require();
    }

    public Function function() {
        return (Function) require();
    }

    private Object require() {
        if (attribute == null) {
            throw new IllegalStateException(opCode.mnemonic() + " has no attribute");
        }
        return attribute;
    }

    /** The type that the table {@link OpCode} gives to the result of an operation, {@link Type#VOID} for none. */
    public static Type resultType(OpCode opCode, @Nullable Object attribute, List<Value> operands) {
        return switch (opCode.result()) {
            case NOTHING -> Type.VOID;
            case INT -> Type.INT;
            case OF_OPERAND -> operands.get(0).type();
            case OF_SECOND_OPERAND -> operands.get(1).type();
            case OF_ATTRIBUTE -> ofAttribute(opCode, attribute, operands);
        };
    }

    private static Type ofAttribute(OpCode opCode, @Nullable Object attribute, List<Value> operands) {
        return switch (attribute) {
            case Integer _ -> Type.INT;
            case Long _ -> Type.LONG;
            case Float _ -> Type.FLOAT;
            case Double _ -> Type.DOUBLE;
            case String _ -> Type.of(ConstantDescs.CD_String);
            case EmbeddedObject embedded -> Type.of(embedded.type());
            case FieldReference field -> Type.of(field.type());
            case MethodReference method -> Type.of(method.type().returnType());
            case DynamicCall call -> Type.of(call.type().returnType());
            case Function function -> function.returnType();
            case MathCall call -> call.function().resultType(operands);
            case ClassDesc descriptor ->
                switch (opCode) {
                    case LOAD_CONSTANT -> Type.of(ConstantDescs.CD_Class);
                    case NEW_ARRAY -> Type.of(descriptor.arrayType());
                    default -> Type.of(descriptor);
                };
            case MethodTypeDesc _ -> Type.of(ConstantDescs.CD_MethodType);
            case DirectMethodHandleDesc _ -> Type.of(ConstantDescs.CD_MethodHandle);
            case DynamicConstantDesc<?> dynamic -> Type.of(dynamic.constantType());
            case null, default -> Type.OBJECT;
        };
    }
}
