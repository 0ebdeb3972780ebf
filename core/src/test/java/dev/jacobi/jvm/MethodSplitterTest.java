package dev.jacobi.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MethodSplitterTest {
    private static final Type ARRAY = Type.of(ConstantDescs.CD_double.arrayType());

    private static CompiledMethod compile(Function function) {
        CompiledMethod compiled = HiddenClasses.compile(function, MethodHandles.lookup());
        compiled.codeSizes().forEach((name, size) -> assertTrue(size < 8_000, name + " has " + size + " bytes"));
        assertTrue(compiled.codeSizes().size() > 1, "it was split");
        return compiled;
    }

    private static Value append(Block block, OpCode opCode, Object... operands) {
        List<Value> values = new ArrayList<>();
        for (Object operand : operands) {
            values.add(
                    operand instanceof Value value
                            ? value
                            : block.append(OpCode.CONSTANT, operand, List.of(), null)
                                    .value());
        }
        return block.append(opCode, null, values, null).value();
    }

    @Test
    void straightLineCodeWithThousandsOfLiveValuesIsSplit() throws Throwable {
        Function function = new Function("test.straight", null, Type.DOUBLE);
        Block block = function.newBlock();
        Value array = block.addParameter(ARRAY);
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Value index = block.append(OpCode.CONSTANT, i, List.of(), null).value();
            values.add(block.append(OpCode.ARRAY_LOAD, ConstantDescs.CD_double, List.of(array, index), null)
                    .value());
        }
        Random random = new Random(1);
        OpCode[] operations = {OpCode.ADD, OpCode.SUB, OpCode.MUL};
        while (values.size() < 100_000) {
            // Far and near operands, so that many values are live at each cut.
            Value left = values.get(random.nextInt(values.size()));
            Value right = values.get(values.size() - 1 - random.nextInt(16));
            Value halved = append(block, OpCode.MUL, right, 0.5);
            values.add(halved);
            values.add(append(block, operations[random.nextInt(3)], left, halved));
        }
        block.setTerminator(new Terminator.Return(values.getLast(), null));

        double[] argument = random.doubles(16).toArray();
        Object expected = new Interpreter(MethodHandles.lookup()).call(function, List.of(argument));
        assertEquals(expected, (double) compile(function).handle().invokeExact(argument));
    }

    @Test
    void choiceAmongManyShortWaysIsSplitAlsoWhereNoWayAloneIsWorthAMethod() throws Throwable {
        Function function = new Function("test.choice", null, Type.DOUBLE);
        Block entry = function.newBlock();
        Value array = entry.addParameter(ARRAY);
        Block header = function.newBlock();
        Value counter = header.addParameter(Type.INT);
        Value sum = header.addParameter(Type.DOUBLE);
        Block choice = function.newBlock();
        Block join = function.newBlock();
        Value chosen = join.addParameter(Type.DOUBLE);
        Block exit = function.newBlock();
        Value zero = entry.append(OpCode.CONSTANT, 0, List.of(), null).value();
        Value nothing = entry.append(OpCode.CONSTANT, 0.0, List.of(), null).value();
        entry.setTerminator(new Terminator.Jump(Edge.to(header, zero, nothing), null));
        int ways = 110;
        header.setTerminator(
                new Terminator.Branch(append(header, OpCode.LT, counter, ways), Edge.to(choice), Edge.to(exit), null));
        SortedMap<Integer, Edge> cases = new TreeMap<>();
        for (int way = 0; way < ways; way++) {
            Block block = function.newBlock();
            Value value = sum;
            for (int step = 0; step < 10; step++) {
                Value index = block.append(OpCode.CONSTANT, (way + step) % 16, List.of(), null)
                        .value();
                Value loaded = block.append(OpCode.ARRAY_LOAD, ConstantDescs.CD_double, List.of(array, index), null)
                        .value();
                value = append(block, OpCode.ADD, append(block, OpCode.MUL, value, 0.5 + 0.01 * way), loaded);
            }
            block.setTerminator(new Terminator.Jump(Edge.to(join, value), null));
            cases.put(way, Edge.to(block));
        }
        choice.setTerminator(new Terminator.Switch(counter, cases, Edge.to(join, sum), null));
        join.setTerminator(new Terminator.Jump(Edge.to(header, append(join, OpCode.ADD, counter, 1), chosen), null));
        exit.setTerminator(new Terminator.Return(sum, null));

        double[] argument = new Random(3).doubles(16).toArray();
        Object expected = new Interpreter(MethodHandles.lookup()).call(function, List.of(argument));
        assertEquals(expected, (double) compile(function).handle().invokeExact(argument));
    }

    /** Loops in loops, each of which is too large for a method if its inner loops are not taken out. */
    private static Block nest(Function function, Block start, Value array, int depth, int width) {
        Block block = start;
        for (int i = 0; i < width; i++) {
            Block header = function.newBlock();
            Value counter = header.addParameter(Type.INT);
            Block body = function.newBlock();
            Block exit = function.newBlock();
            Value zero = block.append(OpCode.CONSTANT, 0, List.of(), null).value();
            block.setTerminator(new Terminator.Jump(Edge.to(header, zero), null));
            header.setTerminator(
                    new Terminator.Branch(append(header, OpCode.LT, counter, 2), Edge.to(body), Edge.to(exit), null));
            Value factor = body.append(OpCode.CONVERT, ConstantDescs.CD_double, List.of(counter), null)
                    .value();
            for (int k = 0; k < 8; k++) {
                Value to = body.append(OpCode.CONSTANT, (k + i) % 16, List.of(), null)
                        .value();
                Value from = body.append(OpCode.CONSTANT, (k * 3 + depth) % 16, List.of(), null)
                        .value();
                Value loaded = body.append(OpCode.ARRAY_LOAD, ConstantDescs.CD_double, List.of(array, from), null)
                        .value();
                Value changed = append(body, OpCode.ADD, append(body, OpCode.MUL, loaded, 0.75), factor);
                body.append(OpCode.ARRAY_STORE, ConstantDescs.CD_double, List.of(array, to, changed), null);
            }
            Block end = depth == 0 ? body : nest(function, body, array, depth - 1, width);
            end.setTerminator(new Terminator.Jump(Edge.to(header, append(end, OpCode.ADD, counter, 1)), null));
            block = exit;
        }
        return block;
    }

    @Test
    void loopNestsAreSplitAtTheirLoops() throws Throwable {
        Function function = new Function("test.nest", null, Type.DOUBLE);
        Block block = function.newBlock();
        Value array = block.addParameter(ARRAY);
        Block end = nest(function, block, array, 2, 6);
        Value index = end.append(OpCode.CONSTANT, 3, List.of(), null).value();
        end.setTerminator(new Terminator.Return(
                end.append(OpCode.ARRAY_LOAD, ConstantDescs.CD_double, List.of(array, index), null)
                        .value(),
                null));

        double[] argument = new Random(2).doubles(16).toArray();
        Object expected = new Interpreter(MethodHandles.lookup()).call(function, List.of(argument.clone()));
        assertEquals(expected, (double) compile(function).handle().invokeExact(argument.clone()));
    }

    @Test
    void largeSwitchesBecomeTreesOfSmallOnes() throws Throwable {
        Function function = new Function("test.choose", null, Type.INT);
        Block block = function.newBlock();
        Value selector = block.addParameter(Type.INT);
        Block join = function.newBlock();
        Value result = join.addParameter(Type.INT);
        SortedMap<Integer, Edge> cases = new TreeMap<>();
        for (int key = 0; key < 4_000; key++) {
            Block target = function.newBlock();
            Value value = append(target, OpCode.XOR, append(target, OpCode.MUL, selector, key), key * 31);
            target.setTerminator(new Terminator.Jump(Edge.to(join, value), null));
            cases.put(key * 3, Edge.to(target));
        }
        block.setTerminator(new Terminator.Switch(selector, cases, Edge.to(join, selector), null));
        join.setTerminator(new Terminator.Return(append(join, OpCode.ADD, result, 1), null));

        CompiledMethod compiled = compile(function);
        for (int argument = -2; argument < 12_010; argument += 7) {
            Object expected = new Interpreter(MethodHandles.lookup()).call(function, List.of(argument));
            assertEquals(expected, (int) compiled.handle().invokeExact(argument));
        }
    }

    @Test
    void joinsWithHundredsOfParametersKeepThemInMemory() throws Throwable {
        int width = 400;
        Function function = new Function("test.wide", null, Type.DOUBLE);
        Block entry = function.newBlock();
        Value argument = entry.addParameter(Type.DOUBLE);
        Block header = function.newBlock();
        Value counter = header.addParameter(Type.INT);
        List<Value> parameters = new ArrayList<>();
        List<Value> initial = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            parameters.add(header.addParameter(Type.DOUBLE));
            initial.add(append(entry, OpCode.ADD, argument, (double) i));
        }
        Block body = function.newBlock();
        Block other = function.newBlock();
        Block exit = function.newBlock();
        entry.setTerminator(new Terminator.Jump(edge(header, append(entry, OpCode.ADD, 0, 0), initial), null));
        header.setTerminator(
                new Terminator.Branch(append(header, OpCode.LT, counter, 7), Edge.to(body), Edge.to(exit), null));
        // All change places at once, and from a branch whose other way goes on with the old ones.
        List<Value> turned = new ArrayList<>(parameters.subList(1, width));
        turned.add(append(body, OpCode.MUL, parameters.getFirst(), 0.5));
        body.setTerminator(new Terminator.Branch(
                append(body, OpCode.EQ, counter, 3),
                Edge.to(other),
                edge(header, append(body, OpCode.ADD, counter, 1), turned),
                null));
        List<Value> swapped = new ArrayList<>(parameters.reversed());
        other.setTerminator(new Terminator.Jump(edge(header, append(other, OpCode.ADD, counter, 2), swapped), null));
        Value sum = parameters.getFirst();
        for (int i = 1; i < width; i++) {
            sum = append(exit, OpCode.ADD, append(exit, OpCode.MUL, sum, 0.75), parameters.get(i));
        }
        exit.setTerminator(new Terminator.Return(sum, null));

        Object expected = new Interpreter(MethodHandles.lookup()).call(function, List.of(1.5));
        assertEquals(expected, (double) compile(function).handle().invokeExact(1.5));
    }

    @Test
    void newArraysAreKnownToBeThereInOtherMethodsToo() throws Throwable {
        Function function = new Function("test.guarded", null, Type.DOUBLE);
        Block entry = function.newBlock();
        Value array = entry.addParameter(ARRAY);
        Value index = entry.addParameter(Type.INT);
        Value length = entry.append(OpCode.CONSTANT, 3, List.of(), null).value();
        Value made = entry.append(OpCode.NEW_ARRAY, ConstantDescs.CD_double, List.of(length), null)
                .value();
        Value sum =
                chain(entry, entry.append(OpCode.CONSTANT, 0.5, List.of(), null).value());
        Block guarded = function.newBlock();
        entry.setTerminator(new Terminator.Jump(Edge.to(guarded), null));
        // Of the two only the second may throw.
        Value place = append(guarded, OpCode.ADD, append(guarded, OpCode.ARRAY_LENGTH, made), index);
        Value loaded = guarded.append(OpCode.ARRAY_LOAD, ConstantDescs.CD_double, List.of(array, place), null)
                .value();
        Block exit = function.newBlock();
        Value result = exit.addParameter(Type.DOUBLE);
        guarded.setTerminator(new Terminator.Jump(Edge.to(exit, loaded), null));
        Block handler = function.newBlock();
        handler.addParameter(Type.of(ClassDesc.of("java.lang.ArrayIndexOutOfBoundsException")));
        handler.setTerminator(new Terminator.Jump(Edge.to(exit, sum), null));
        guarded.setHandlers(
                List.of(new Handler(ClassDesc.of("java.lang.ArrayIndexOutOfBoundsException"), Edge.to(handler))));
        exit.setTerminator(new Terminator.Return(chain(exit, result), null));

        CompiledMethod compiled = compile(function);
        double[] argument = {1, 2, 3, 4};
        for (int i = -5; i < 3; i++) {
            Object expected = new Interpreter(MethodHandles.lookup()).call(function, List.of(argument, i));
            assertEquals(expected, (double) compiled.handle().invokeExact(argument, i));
        }
    }

    private static Value chain(Block block, Value start) {
        Value value = start;
        for (int i = 0; i < 2_000; i++) {
            value = append(block, OpCode.MUL, append(block, OpCode.ADD, value, (double) i), 0.75);
        }
        return value;
    }

    private static Edge edge(Block target, Value first, List<Value> more) {
        List<Value> arguments = new ArrayList<>(List.of(first));
        arguments.addAll(more);
        return new Edge(target, arguments);
    }
}
