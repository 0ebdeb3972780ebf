package dev.jacobi.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Parser;
import dev.jacobi.ir.Verifier;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random sweeps over arrays, in loops of steps, before and after the pass in the interpreter: bit for bit the same. */
class KnownZerosTest {
    private static final int FUNCTIONS = Integer.getInteger("jacobi.optimize.sweeps", 3000);

    /** Writes a function {@code (int n, int steps, double[] out)}, whose arrays have six elements more than {@code n}. */
    private static final class Writer {
        private static final int ARRAYS = 3;

        private final Random random;
        private final StringBuilder text = new StringBuilder();
        private int values = 3;
        private int blocks;
        private final String[] arrays = new String[ARRAYS];

        Writer(long seed) {
            random = new Random(seed);
        }

        private String define(String type, String operation) {
            String name = "%" + values++;
            text.append("  ")
                    .append(name)
                    .append(type.isEmpty() ? "" : ": " + type)
                    .append(" = ")
                    .append(operation)
                    .append('\n');
            return name;
        }

        private void line(String operation) {
            text.append("  ").append(operation).append('\n');
        }

        private String constant(Object number) {
            return define("", "constant " + number);
        }

        String write() {
            text.append("function f(%0: int, %1: int, %2: double[]): void {\nb")
                    .append(blocks++)
                    .append(":\n");
            String length = define("int", "add %0, " + constant(6));
            for (int i = 0; i < ARRAYS; i++) {
                arrays[i] = define("double[]", "new_array! double " + length);
            }
            items(random.nextInt(3));
            String step = "%" + values++;
            int header = blocks++;
            int body = blocks++;
            int end = blocks++;
            line("jump b" + header + "(" + constant(0) + ")");
            text.append('b').append(header).append('(').append(step).append(": int):\n");
            String ends = define("", "ge " + step + ", %1");
            line("branch " + ends + ", b" + end + ", b" + body);
            text.append('b').append(body).append(":\n");
            items(1 + random.nextInt(6));
            String next = define("int", "add " + step + ", " + constant(1));
            line("jump b" + header + "(" + next + ")");
            text.append('b').append(end).append(":\n");
            items(random.nextInt(3));
            line("return");
            return text.append("}\n").toString();
        }

        private void items(int count) {
            for (int i = 0; i < count; i++) {
                if (random.nextInt(5) == 0) {
                    String index = random.nextBoolean()
                            ? constant(random.nextInt(4))
                            : define("int", "add %0, " + constant(random.nextInt(4)));
                    access(index);
                } else {
                    sweep();
                }
            }
        }

        private void sweep() {
            boolean up = random.nextBoolean();
            int lowest = random.nextInt(3);
            String low = constant(lowest);
            String high = define("int", "add %0, " + constant(random.nextInt(4) - 2));
            if (random.nextInt(3) > 0) {
                String least = constant(random.nextInt(3));
                high = define("int", "select " + define("", "gt %0, " + least) + ", %0, " + least);
            }
            String variable = "%" + values++;
            int header = blocks++;
            int body = blocks++;
            int end = blocks++;
            line("jump b" + header + "(" + (up ? low : high) + ")");
            text.append('b').append(header).append('(').append(variable).append(": int):\n");
            String ends = define("", (up ? "ge " + variable + ", " + high : "le " + variable + ", " + low));
            line("branch " + ends + ", b" + end + ", b" + body);
            text.append('b').append(body).append(":\n");
            for (int i = 1 + random.nextInt(2); i > 0; i--) {
                int by = random.nextInt(3) > 0 ? up ? 0 : -1 : random.nextInt(4) - lowest;
                access(random.nextInt(12) == 0 ? constant(2) : define("int", "add " + variable + ", " + constant(by)));
            }
            String next = define("int", "add " + variable + ", " + constant(up ? 1 : -1));
            line("jump b" + header + "(" + next + ")");
            text.append('b').append(end).append(":\n");
        }

        private void access(String index) {
            String array = arrays[random.nextInt(ARRAYS)];
            int kind = random.nextInt(5);
            String place = array + ", " + index;
            String loaded = kind == 3 || kind == 4 ? "" : define("double", "array_load! double " + place);
            if (kind == 0 || kind == 1) {
                String first = constant(0);
                String before = define("double", "array_load! double %2, " + first);
                String scaled = define("double", "mul " + before + ", " + constant(1.125));
                String sum = define("double", "add " + scaled + ", " + loaded);
                line("array_store! double %2, " + first + ", " + sum);
            }
            switch (kind) {
                case 0 -> {}
                case 1, 3 -> line("array_store! double " + place + ", " + constant(0.0));
                case 2 ->
                    line("array_store! double " + place + ", "
                            + define("double", "add " + loaded + ", " + constant(random.nextInt(9) + 0.5)));
                default -> line("array_store! double " + place + ", " + constant(random.nextInt(9) + 1.0));
            }
        }
    }

    private static double[] run(Function function, int n, int steps) throws Throwable {
        double[] out = {1};
        var _ = new Interpreter(MethodHandles.lookup()).call(function, List.of(n, steps, out));
        return out;
    }

    private static long accesses(Function function) {
        return function.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(instruction ->
                        instruction.opCode() == OpCode.ARRAY_LOAD || instruction.opCode() == OpCode.ARRAY_STORE)
                .count();
    }

    @Test
    void whatIsKnownToBeZeroIsNotSeenToBeMissing() throws Throwable {
        long before = 0;
        long after = 0;
        for (int seed = 0; seed < FUNCTIONS; seed++) {
            Function function = Parser.parse(new Writer(seed).write());
            Verifier.verify(function);
            Function changed = function.copy();
            boolean saysChanged = KnownZeros.run(changed);
            Verifier.verify(changed);
            assertTrue(saysChanged == (accesses(changed) < accesses(function)), "seed " + seed);
            before += accesses(function);
            after += accesses(changed);
            for (int n = 0; n < 6; n++) {
                for (int steps = 0; steps < 4; steps++) {
                    assertArrayEquals(
                            run(function, n, steps),
                            run(changed, n, steps),
                            "seed " + seed + ", n " + n + ", steps " + steps);
                }
            }
        }
        assertTrue(after < 0.9 * before, after + " of " + before + " accesses are left");
    }
}
