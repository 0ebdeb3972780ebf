package dev.jacobi.jvm;

import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Functions {@code (int, long, float, double, double[]) -> double} made at random: assignments to variables of all types, array accesses that
 * may be out of bounds, divisions, branches, switches, loops, and handlers of exceptions.
 */
public final class RandomFunctions {
    private static final Type ARRAY = Type.of(ConstantDescs.CD_double.arrayType());
    private static final List<Type> TYPES = List.of(Type.INT, Type.LONG, Type.FLOAT, Type.DOUBLE, ARRAY);
    private static final int VARIABLES_PER_TYPE = 3;

    private final Random random;
    private final Function function;
    private final SsaVariables<Integer> variables;
    private Block block;
    private int budget;
    private int loops;

    private RandomFunctions(long seed, int size) {
        random = new Random(seed);
        budget = size;
        function = new Function("random" + seed, null, Type.DOUBLE);
        block = function.newBlock();
        TYPES.forEach(block::addParameter);
        variables = new SsaVariables<>(function, new SsaVariables.Variables<>() {
            @Override
            public Type type(Integer variable) {
                return variable >= 1000 ? Type.INT : TYPES.get(variable % TYPES.size());
            }

            @Override
            public @Nullable Value initial(Integer variable) {
                return null;
            }
        });
    }

    public static Function make(long seed, int size) {
        RandomFunctions maker = new RandomFunctions(seed, size);
        maker.run();
        return maker.function;
    }

    private void run() {
        for (int variable = 0; variable < TYPES.size() * VARIABLES_PER_TYPE; variable++) {
            variables.write(variable, block, function.parameters().get(variable % TYPES.size()));
        }
        while (budget > 0) {
            statement(0);
        }
        Value result = read(Type.DOUBLE);
        for (int kind = 0; kind < 3; kind++) {
            for (int i = 0; i < VARIABLES_PER_TYPE; i++) {
                Value value = variables.read(i * TYPES.size() + kind, block);
                result = append(OpCode.ADD, null, result, append(OpCode.CONVERT, ConstantDescs.CD_double, value));
            }
        }
        block.setTerminator(new Terminator.Return(result, null));
        variables.finish();
    }

    private Value append(OpCode opCode, @Nullable Object attribute, Value... operands) {
        return block.append(opCode, attribute, List.of(operands), null).value();
    }

    private Value constant(Object value) {
        return append(OpCode.CONSTANT, value);
    }

    private int variable(Type type) {
        return TYPES.indexOf(type) + TYPES.size() * random.nextInt(VARIABLES_PER_TYPE);
    }

    private Value read(Type type) {
        return variables.read(variable(type), block);
    }

    private Value operand(Type type) {
        if (random.nextInt(3) > 0) {
            return read(type);
        }
        return switch (type.kind()) {
            case INT -> constant(random.nextInt(-3, 100));
            case LONG -> constant(random.nextLong(-3, 1000));
            case FLOAT -> constant(random.nextFloat());
            default -> constant(random.nextInt(8) == 0 ? Double.NaN : random.nextGaussian());
        };
    }

    private void statement(int depth) {
        budget--;
        int choice = random.nextInt(depth > 5 ? 14 : 20);
        switch (choice) {
            case 14, 15 -> branch(depth);
            case 16 -> loop(depth);
            case 17 -> choose(depth);
            case 18 -> guarded();
            case 19 -> store();
            default -> {
                Type type = TYPES.get(random.nextInt(4));
                variables.write(variable(type), block, expression(type, 0));
            }
        }
    }

    private Value expression(Type type, int depth) {
        budget--;
        if (depth > 3 || random.nextInt(5) == 0) {
            return operand(type);
        }
        boolean floating = type.isFloatingPoint();
        OpCode[] binary = floating
                ? new OpCode[] {OpCode.ADD, OpCode.SUB, OpCode.MUL, OpCode.DIV, OpCode.REM}
                : new OpCode[] {OpCode.ADD, OpCode.SUB, OpCode.MUL, OpCode.AND, OpCode.OR, OpCode.XOR};
        return switch (random.nextInt(9)) {
            case 0 -> append(OpCode.NEG, null, expression(type, depth + 1));
            case 1 -> append(OpCode.CONVERT, type.descriptor(), expression(TYPES.get(random.nextInt(4)), depth + 1));
            case 2 ->
                append(
                        OpCode.SELECT,
                        null,
                        condition(depth + 1),
                        expression(type, depth + 1),
                        expression(type, depth + 1));
            case 3 ->
                floating
                        ? append(OpCode.MATH, new MathCall(MathFunction.ABS, false), expression(type, depth + 1))
                        : append(OpCode.SHL, null, expression(type, depth + 1), expression(Type.INT, depth + 1));
            case 4 ->
                type.equals(Type.DOUBLE)
                        ? append(OpCode.ARRAY_LOAD, ConstantDescs.CD_double, read(ARRAY), index())
                        : type.equals(Type.INT) ? condition(depth + 1) : operand(type);
            default ->
                append(
                        binary[random.nextInt(binary.length)],
                        null,
                        expression(type, depth + 1),
                        expression(type, depth + 1));
        };
    }

    private Value index() {
        return random.nextInt(20) == 0
                ? operand(Type.INT)
                : append(OpCode.AND, null, expression(Type.INT, 3), constant(7));
    }

    private Value condition(int depth) {
        Type type = TYPES.get(random.nextInt(4));
        OpCode[] tests = {OpCode.EQ, OpCode.NE, OpCode.LT, OpCode.LE, OpCode.GT, OpCode.GE};
        return append(
                tests[random.nextInt(tests.length)], null, expression(type, depth + 1), expression(type, depth + 1));
    }

    private void store() {
        Value array = read(ARRAY);
        Value index = index();
        Value value = expression(Type.DOUBLE, 2);
        block.append(OpCode.ARRAY_STORE, ConstantDescs.CD_double, List.of(array, index, value), null);
    }

    private void statements(int depth) {
        for (int count = random.nextInt(1, 6); count > 0; count--) {
            statement(depth);
        }
    }

    private void branch(int depth) {
        Value condition = condition(0);
        Block yes = function.newBlock();
        Block no = function.newBlock();
        Block join = function.newBlock();
        block.setTerminator(new Terminator.Branch(condition, Edge.to(yes), Edge.to(no), null));
        block = yes;
        statements(depth + 1);
        block.setTerminator(new Terminator.Jump(Edge.to(join), null));
        block = no;
        if (random.nextBoolean()) {
            statements(depth + 1);
        }
        block.setTerminator(new Terminator.Jump(Edge.to(join), null));
        block = join;
    }

    private void loop(int depth) {
        int counter = 1000 + loops++;
        variables.write(counter, block, constant(0));
        Block header = function.newBlock();
        Block body = function.newBlock();
        Block exit = function.newBlock();
        block.setTerminator(new Terminator.Jump(Edge.to(header), null));
        block = header;
        Value running = append(OpCode.LT, null, variables.read(counter, block), constant(random.nextInt(1, 4)));
        block.setTerminator(new Terminator.Branch(running, Edge.to(body), Edge.to(exit), null));
        block = body;
        statements(depth + 2);
        if (random.nextInt(3) == 0) {
            Block next = function.newBlock();
            block.setTerminator(new Terminator.Branch(condition(1), Edge.to(exit), Edge.to(next), null));
            block = next;
        }
        if (random.nextInt(4) == 0) {
            // A rotation, which the emitted code has to do through a temporary.
            Value first = variables.read(3, block);
            variables.write(3, block, variables.read(8, block));
            variables.write(8, block, variables.read(13, block));
            variables.write(13, block, first);
        }
        variables.write(counter, block, append(OpCode.ADD, null, variables.read(counter, block), constant(1)));
        block.setTerminator(new Terminator.Jump(Edge.to(header), null));
        block = exit;
    }

    private void choose(int depth) {
        Value selector = append(OpCode.AND, null, expression(Type.INT, 1), constant(7));
        Block join = function.newBlock();
        Block start = block;
        SortedMap<Integer, Edge> cases = new TreeMap<>();
        List<Block> ends = new ArrayList<>();
        for (int key = 0; key < random.nextInt(1, 8); key++) {
            Block target = function.newBlock();
            cases.put(random.nextBoolean() ? key : key * 1000, Edge.to(target));
            block = target;
            statements(depth + 2);
            ends.add(block);
        }
        start.setTerminator(new Terminator.Switch(selector, cases, Edge.to(join), null));
        ends.forEach(end -> end.setTerminator(new Terminator.Jump(Edge.to(join), null)));
        block = join;
    }

    /** A division or an array access whose exception is caught. */
    private void guarded() {
        boolean divides = random.nextBoolean();
        Type type = divides ? (random.nextBoolean() ? Type.INT : Type.LONG) : Type.DOUBLE;
        int target = variable(type);
        Block covered = function.newBlock();
        block.setTerminator(new Terminator.Jump(Edge.to(covered), null));
        block = covered;
        Value left = divides ? read(type) : read(ARRAY);
        Value right = divides
                ? append(OpCode.SUB, null, read(type), read(type))
                : append(OpCode.AND, null, read(Type.INT), constant(15));
        Value result = divides
                ? append(OpCode.DIV, null, left, right)
                : append(OpCode.ARRAY_LOAD, ConstantDescs.CD_double, left, right);
        Block next = function.newBlock();
        Block handler = function.newBlock();
        Value exception = handler.addParameter(Type.of(ConstantDescs.CD_Throwable));
        covered.setHandlers(List.of(
                new Handler(ClassDesc.of("java.lang.NullPointerException"), Edge.to(handler)),
                new Handler(ClassDesc.of("java.lang.RuntimeException"), Edge.to(handler))));
        covered.setTerminator(new Terminator.Jump(Edge.to(next), null));
        Block join = function.newBlock();
        block = handler;
        Value caught = append(OpCode.INSTANCE_OF, ClassDesc.of("java.lang.ArithmeticException"), exception);
        variables.write(variable(Type.INT), block, caught);
        block.setTerminator(new Terminator.Jump(Edge.to(join), null));
        block = next;
        variables.write(target, block, result);
        block.setTerminator(new Terminator.Jump(Edge.to(join), null));
        block = join;
    }
}
