package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.runtime.SwitchBootstraps;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the call sites of {@code switch} over patterns do, as tests of the class one after the other ({@link SwitchBootstraps#typeSwitch}).
 * The JDK's own code for them is made with all rights of the class that the switch is written in, which code that has it inlined need not
 * have; and as tests they are seen by the optimiser.
 *
 * <p>Labels that are texts, integers or constants of an enum are not handled: those call sites stay.
 */
final class PatternSwitches {
    private static final ClassDesc BOOTSTRAPS =
            SwitchBootstraps.class.describeConstable().orElseThrow();

    private PatternSwitches() {}

    /** Whether the call is one that {@link #body} knows. */
    static boolean is(Instruction instruction) {
        if (instruction.opCode() != OpCode.INVOKE_DYNAMIC) {
            return false;
        }
        DynamicCall call = instruction.dynamicCall();
        return call.bootstrap().owner().equals(BOOTSTRAPS)
                && call.bootstrap().methodName().equals("typeSwitch")
                && !call.type().parameterType(0).isPrimitive()
                && call.arguments().stream().allMatch(label -> label instanceof ClassDesc type && !type.isPrimitive());
    }

    /**
     * A function of the object and of the label to begin with, which returns the number of the first label from there on that the object is
     * an instance of: -1 for null, the number of labels if there is none. Where to begin is trusted to be one of these, as in the code that
     * compilers make.
     */
    static Function body(Instruction instruction) {
        DynamicCall call = instruction.dynamicCall();
        SourcePosition position = instruction.position();
        Function function = new Function(call.name(), null, Type.INT);
        Block block = function.newBlock();
        Value target = block.addParameter(Type.of(call.type().parameterType(0)));
        Value restart = block.addParameter(Type.INT);
        Value isNull =
                append(block, OpCode.EQ, null, List.of(target, constant(block, Instruction.NULL, position)), position);
        block = test(block, isNull, -1, position);
        int label = 0;
        for (ConstantDesc type : call.arguments()) {
            Value asked = append(block, OpCode.LE, null, List.of(restart, constant(block, label, position)), position);
            Value is = append(block, OpCode.INSTANCE_OF, type, List.of(target), position);
            block = test(block, append(block, OpCode.AND, null, List.of(asked, is), position), label++, position);
        }
        block.setTerminator(new Terminator.Return(constant(block, label, position), position));
        return function;
    }

    /** Returns the number if the condition holds, and gives the block that goes on otherwise. */
    private static Block test(Block block, Value condition, int number, @Nullable SourcePosition position) {
        Block found = block.function().newBlock();
        Block otherwise = block.function().newBlock();
        block.setTerminator(new Terminator.Branch(condition, Edge.to(found), Edge.to(otherwise), position));
        found.setTerminator(new Terminator.Return(constant(found, number, position), position));
        return otherwise;
    }

    private static Value constant(Block block, Object value, @Nullable SourcePosition position) {
        return append(block, OpCode.CONSTANT, value, List.of(), position);
    }

    private static Value append(
            Block block,
            OpCode opCode,
            @Nullable Object attribute,
            List<Value> operands,
            @Nullable SourcePosition position) {
        return block.append(opCode, attribute, operands, position).value();
    }
}
