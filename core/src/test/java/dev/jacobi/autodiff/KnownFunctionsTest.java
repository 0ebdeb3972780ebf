package dev.jacobi.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class KnownFunctionsTest {
    private static MethodReference method(String owner, String name, String descriptor) {
        return new MethodReference(ClassDesc.of(owner), name, MethodTypeDesc.ofDescriptor(descriptor), false);
    }

    private static MethodReference fastMath(String name, String descriptor) {
        return method("org.hipparchus.util.FastMath", name, descriptor);
    }

    @Test
    void methodsWithTheNamesOfMathHaveItsRules() {
        assertTrue(KnownFunctions.isKnown(fastMath("sin", "(D)D")));
        assertTrue(KnownFunctions.isKnown(method("org.apache.commons.math3.util.FastMath", "atan2", "(DD)D")));
        assertTrue(KnownFunctions.isKnown(fastMath("round", "(D)J")));
        assertTrue(KnownFunctions.isKnown(fastMath("pow", "(DI)D")));
    }

    @Test
    void otherMethodsHaveNone() {
        assertFalse(KnownFunctions.isKnown(fastMath("sin", "(Ljava/lang/Object;)D")));
        assertFalse(KnownFunctions.isKnown(fastMath("abs", "(I)I")));
        assertFalse(KnownFunctions.isKnown(fastMath("random", "()D")));
        assertFalse(KnownFunctions.isKnown(method("com.example.FastMath", "sin", "(D)D")));
    }

    @Test
    void aKnownMethodIsCalledInThePlaceOfItsCode() {
        Function lifted = new Function("f", fastMath("pow", "(DI)D"), Type.DOUBLE);
        Block block = lifted.newBlock();
        Value number = block.addParameter(Type.DOUBLE);
        block.addParameter(Type.INT);
        block.setTerminator(new Return(number, null));
        Instruction call =
                KnownFunctions.insteadOf(lifted).entry().instructions().getFirst();
        assertEquals(OpCode.INVOKE_STATIC, call.opCode());
        assertEquals(fastMath("pow", "(DI)D"), call.method());
    }

    @Test
    void methodsOfMathAreTheOperation() {
        Instruction operation = KnownFunctions.insteadOf(Code.lift(Math.class, "sin"))
                .entry()
                .instructions()
                .getFirst();
        assertEquals(OpCode.MATH, operation.opCode());
        assertFalse(operation.math().strict());
    }

    @Test
    void theCodeOfOtherMethodsIsUsed() {
        Function lifted = Code.lift(KnownFunctionsTest.class, "square");
        assertSame(lifted, KnownFunctions.insteadOf(lifted));
    }

    static double square(double x) {
        return x * x;
    }

    @Test
    void hyperbolicInversesAgreeWithFiniteDifferences() throws Throwable {
        for (double x : new double[] {0.2, 0.7, 0.9}) {
            compare("asinh", y -> Math.log(y + Math.sqrt(y * y + 1)), 3 * x - 1);
            compare("acosh", y -> Math.log(y + Math.sqrt(y * y - 1)), 1 + x);
            compare("atanh", y -> Math.log((1 + y) / (1 - y)) / 2, x);
        }
    }

    private static void compare(String name, DoubleUnaryOperator value, double x) throws Throwable {
        ScalarRule rule = KnownFunctions.rule(fastMath(name, "(D)D")).orElseThrow();
        double expected = FiniteDifferences.derivative(value, x, 0.02);
        assertEquals(expected, (double) derivative(rule, Type.DOUBLE).invoke(x, 1.0), 1e-8 * Math.abs(expected), name);
    }

    @Test
    void integerPowersAreDifferentiated() throws Throwable {
        ScalarRule rule = KnownFunctions.rule(fastMath("pow", "(DI)D")).orElseThrow();
        MethodHandle derivative = derivative(rule, Type.DOUBLE, Type.INT);
        assertEquals(12.0, (double) derivative.invoke(-2.0, 3, 1.0));
        assertEquals(0.0, (double) derivative.invoke(0.0, 0, 1.0));
        assertEquals(-0.25, (double) derivative.invoke(2.0, -1, 1.0));
    }

    /** Takes the operands and the seed, gives the derivative by the first operand. */
    private static MethodHandle derivative(ScalarRule rule, Type... types) {
        Function made = new Function("test.derivative", null, Type.DOUBLE);
        Block block = made.newBlock();
        for (Type type : types) {
            block.addParameter(type);
        }
        Value seed = block.addParameter(Type.DOUBLE);
        Value derivative = rule.formula(0)
                .emit(
                        Emitter.appendingTo(block, null),
                        name -> name == Formula.SEED ? seed : block.parameter(name),
                        false,
                        Type.DOUBLE);
        block.setTerminator(new Return(derivative, null));
        return Code.compile(made, MethodHandles.lookup());
    }
}
