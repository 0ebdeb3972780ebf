package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code MethodHandle.invoke} does to arguments and results whose types are not those of the handle: references are cast, numbers widened. Boxes are not
 * handled.
 */
final class HandleConversions {
    private static final Map<ClassDesc, Set<ClassDesc>> WIDENINGS = Map.of(
            ConstantDescs.CD_int, Set.of(ConstantDescs.CD_long, ConstantDescs.CD_float, ConstantDescs.CD_double),
            ConstantDescs.CD_long, Set.of(ConstantDescs.CD_float, ConstantDescs.CD_double),
            ConstantDescs.CD_float, Set.of(ConstantDescs.CD_double));

    private final Instruction call;
    private final List<Instruction> code = new ArrayList<>();

    HandleConversions(Instruction call) {
        this.call = call;
    }

    /** Whether a call of one type of a handle of another needs no other conversions than these. */
    static boolean areSimple(MethodTypeDesc called, MethodTypeDesc handle) {
        if (called.parameterCount() != handle.parameterCount() || !isSimple(handle.returnType(), called.returnType())) {
            return false;
        }
        for (int index = 0; index < called.parameterCount(); index++) {
            if (!isSimple(called.parameterType(index), handle.parameterType(index))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSimple(ClassDesc from, ClassDesc to) {
        return from.equals(to)
                || !from.isPrimitive() && !to.isPrimitive()
                || WIDENINGS.getOrDefault(from, Set.of()).contains(to);
    }

    /** The arguments of the call and what was inserted among them, as the method takes them. */
    List<Value> arguments(HandleConstants.Called called) {
        List<Value> operands = new ArrayList<>();
        int next = 0;
        for (int index = 0; index < called.bound().size(); index++) {
            HandleConstants.Bound bound = called.bound().get(index);
            if (bound == null) {
                operands.add(convert(
                        call.operand(next + 1),
                        call.method().type().parameterType(next),
                        called.whole().parameterType(index)));
                next++;
            } else if (bound.value() == null) {
                operands.add(add(OpCode.CONSTANT, bound.constant()));
            } else {
                Value value = bound.value();
                boolean cast = !bound.type().isPrimitive()
                        && !value.type().descriptor().equals(bound.type());
                operands.add(cast ? add(OpCode.CHECK_CAST, bound.type(), value) : value);
            }
        }
        return operands;
    }

    private Value add(OpCode opCode, @Nullable Object attribute, Value... operands) {
        Instruction made =
                call.block().function().newInstruction(opCode, attribute, List.of(operands), call.position());
        code.add(made);
        return made.value();
    }

    /** Adds the call of the method, and gives its result as that of the call. */
    @Nullable
    Value result(Instruction direct) {
        code.add(direct);
        Value result = direct.result();
        return result == null
                ? null
                : convert(
                        result,
                        direct.method().type().returnType(),
                        call.method().type().returnType());
    }

    /** All that stands in the place of the call. */
    List<Instruction> code() {
        return code;
    }

    private Value convert(Value value, ClassDesc from, ClassDesc to) {
        if (from.equals(to)) {
            return value;
        }
        return add(to.isPrimitive() ? OpCode.CONVERT : OpCode.CHECK_CAST, to, value);
    }
}
