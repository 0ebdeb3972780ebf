package dev.jacobi.llvm.device;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Makes calls of {@link FastMath} of those functions of {@code Math} that it has, and of {@link FastFloatMath} where a function is computed of {@code float} numbers and nothing but the {@code float} nearest to its result is used, as in
 * {@code (float) Math.exp(x)}. What calls {@code StrictMath} stays what it is.
 */
final class FastMathCalls {
    private static final Set<MathFunction> FUNCTIONS = EnumSet.of(
            MathFunction.EXP,
            MathFunction.LOG,
            MathFunction.LOG1P,
            MathFunction.SIN,
            MathFunction.COS,
            MathFunction.TANH,
            MathFunction.POW);
    private static final ClassDesc OF_DOUBLE =
            FastMath.class.describeConstable().orElseThrow();
    private static final ClassDesc OF_FLOAT =
            FastFloatMath.class.describeConstable().orElseThrow();

    private final Function function;
    private final Uses uses;
    private final Map<Value, Value> replaced = new HashMap<>();

    private FastMathCalls(Function function) {
        this.function = function;
        this.uses = Uses.of(function);
    }

    static void run(Function function) {
        new FastMathCalls(function).run();
    }

    /** Whether a method is one of those that are called instead, or is called by these. */
    static boolean isOwner(ClassDesc owner) {
        return owner.equals(OF_DOUBLE) || owner.equals(OF_FLOAT);
    }

    private void run() {
        for (Block block : function.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (instruction.opCode() == OpCode.MATH
                        && !instruction.math().strict()
                        && FUNCTIONS.contains(instruction.math().function())) {
                    replace(block, instruction);
                }
            }
        }
        function.replaceValues(replaced);
    }

    private void replace(Block block, Instruction math) {
        boolean isFloat = math.operands().stream().allMatch(FastMathCalls::isFloat)
                && uses.count(math.value()) > 0
                && uses.of(math.value()).stream().allMatch(FastMathCalls::isMadeFloat);
        List<Value> operands = new ArrayList<>(math.operands());
        if (isFloat) {
            operands.replaceAll(operand -> narrowed(block, math, operand));
        }
        ClassDesc number = isFloat ? ConstantDescs.CD_float : ConstantDescs.CD_double;
        MethodReference method = new MethodReference(
                isFloat ? OF_FLOAT : OF_DOUBLE,
                math.math().function().methodName(),
                MethodTypeDesc.of(number, Collections.nCopies(operands.size(), number)),
                false);
        Instruction call = function.newInstruction(OpCode.INVOKE_STATIC, method, operands, math.position());
        block.insert(block.instructions().indexOf(math), call);
        if (isFloat) {
            for (Use use : uses.of(math.value())) {
                Instruction conversion = ((Use.Operand) use).instruction();
                use.block().remove(conversion);
                replaced.put(conversion.value(), call.value());
            }
        } else {
            replaced.put(math.value(), call.value());
        }
        block.remove(math);
    }

    /** Whether a number was a {@code float} before, or is a constant that may be one. */
    private static boolean isFloat(Value value) {
        Instruction definition = value.definition();
        if (definition == null) {
            return false;
        }
        return switch (definition.opCode()) {
            case CONVERT -> definition.operand(0).type().equals(Type.FLOAT);
            case CONSTANT ->
                definition.attribute() instanceof Double number && (double) (float) (double) number == number;
            default -> false;
        };
    }

    private static boolean isMadeFloat(Use use) {
        return use instanceof Use.Operand(Instruction instruction, int _)
                && instruction.opCode() == OpCode.CONVERT
                && instruction.value().type().equals(Type.FLOAT);
    }

    private Value narrowed(Block block, Instruction before, Value operand) {
        Instruction definition = Objects.requireNonNull(operand.definition());
        if (definition.opCode() == OpCode.CONVERT) {
            return definition.operand(0);
        }
        Instruction constant = function.newInstruction(
                OpCode.CONSTANT,
                (float) (double) (Double) Objects.requireNonNull(definition.attribute()),
                List.of(),
                before.position());
        block.insert(block.instructions().indexOf(before), constant);
        return constant.value();
    }
}
