package dev.jacobi.interpret;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.interpret.Code.Catch;
import dev.jacobi.interpret.Code.CodeBlock;
import dev.jacobi.interpret.Code.End;
import dev.jacobi.interpret.Code.Step;
import dev.jacobi.interpret.Code.Way;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Printer;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Terminator.Throw;
import java.lang.invoke.MethodHandles;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs functions with the exact semantics of Java: the oracle that lifted and emitted code is compared with. It is made to be right
 * and simple, not fast.
 *
 * <p>Values are boxed: {@code boolean}, {@code byte}, {@code short} and {@code char} are {@code Integer}, as they are ints in the IR.
 * What the code throws, {@link #call} throws. An instruction that throws although {@link dev.jacobi.ir.Instruction#mayThrow} denies
 * it is an internal error, so wrong proofs are found.
 *
 * <p>Not as on the JVM: monitors exclude interpreted code only (see {@link Monitors}); methods that look at their caller see the
 * class that holds the code, without the stack; missing classes and members are refused with a {@link JacobiException} instead of a
 * linkage error that the code could catch; messages of exceptions are those of the interpreter's own code; lambdas, records'
 * methods and other bootstraps that ask for full rights work for classes of the lookup's module only.
 *
 * <p>Not thread-safe. A function may be changed between two calls, unless {@link #keepingFunctions} denies it, not during one.
 */
public final class Interpreter {

    /** The step budget of {@link #limitSteps} is used up. No handler of the interpreted code catches it. */
    public static final class OutOfSteps extends RuntimeException {
        private static final long serialVersionUID = 1;

        private OutOfSteps(long steps) {
            super("the code has not returned after " + steps + " steps");
        }
    }

    private final Members members;
    private final Operations operations;
    private final IdentityHashMap<Function, Code> prepared = new IdentityHashMap<>();
    /** The count of each operation, in an array of one element. */
    private final Map<OpCode, long[]> counts = new EnumMap<>(OpCode.class);

    private @Nullable RandomGenerator rounding;
    private boolean keepsFunctions;
    private long maxSteps = Long.MAX_VALUE;
    private long stepsLeft;
    private int depth;

    /** @param lookup whose class loader finds the classes, and whose rights reach members where the code's own class cannot be used */
    public Interpreter(MethodHandles.Lookup lookup) {
        members = new Members(lookup);
        operations = new Operations(members, this::invoke);
    }

    /** Limits each later {@link #call} to so many instructions and terminators, those of called functions included. */
    public Interpreter limitSteps(long steps) {
        maxSteps = steps;
        return this;
    }

    /** Promises that functions do not change any more between calls: what was prepared of them is kept. */
    public Interpreter keepingFunctions() {
        keepsFunctions = true;
        return this;
    }

    /** How often each operation was executed since this interpreter was made; operations never executed are absent. */
    public Map<OpCode, Long> executed() {
        Map<OpCode, Long> executed = new EnumMap<>(OpCode.class);
        counts.forEach((opCode, count) -> executed.put(opCode, count[0]));
        return executed;
    }

    /**
     * Rounds by chance: what floating-point arithmetic gives is moved to one of its neighbours or left, so that results of several runs differ as much as what rounding leaves open. This
     * is the idea of Parker's "Monte Carlo arithmetic" (1997).
     */
    public Interpreter rounding(RandomGenerator chance) {
        rounding = chance;
        return this;
    }

    private Object rounded(Instruction instruction, double exact, RandomGenerator chance) {
        return switch (instruction.opCode()) {
            case ADD, SUB, MUL, DIV, MATH ->
                switch (chance.nextInt(3)) {
                    case 0 -> Math.nextUp(exact);
                    case 1 -> Math.nextDown(exact);
                    default -> exact;
                };
            default -> exact;
        };
    }

    /**
     * Runs a function.
     *
     * @param arguments one for each parameter; boxed narrow types may be given for ints
     * @return the boxed result, null if there is none
     * @throws Throwable what the code throws
     */
    public @Nullable Object call(Function function, List<? extends @Nullable Object> arguments) throws Throwable {
        if (arguments.size() != function.parameters().size()) {
            throw new IllegalArgumentException(
                    function.name() + " takes " + function.parameters().size() + " arguments, not " + arguments.size());
        }
        @Nullable Object[] values = arguments.stream().map(Interpreter::widen).toArray();
        if (depth == 0) {
            stepsLeft = maxSteps;
        }
        depth++;
        try {
            return Operations.real(Operations.settled(invoke(function, values)));
        } catch (Thrown thrown) {
            throw thrown.exception();
        } finally {
            depth--;
            if (depth == 0 && !keepsFunctions) {
                prepared.clear();
            }
        }
    }

    private static @Nullable Object widen(@Nullable Object argument) {
        return switch (argument) {
            case Boolean bit -> Arithmetic.bit(bit);
            case Byte number -> number.intValue();
            case Short number -> number.intValue();
            case Character character -> (int) character;
            case null, default -> argument;
        };
    }

    private @Nullable Object invoke(Function function, @Nullable Object[] arguments) {
        Code code = prepared.get(function);
        if (code == null) {
            code = new Code(function, members);
            prepared.put(function, code);
        }
        @Nullable Object[] frame = new Object[code.frameSize()];
        System.arraycopy(arguments, 0, frame, 0, arguments.length);
        CodeBlock block = code.entry();
        while (true) {
            End end = Objects.requireNonNull(block.end);
            Way way;
            try {
                for (Step step : block.steps) {
                    execute(step, frame);
                }
                countStep();
                switch (end.terminator()) {
                    case Return(var value, var _) -> {
                        return value == null ? null : frame[end.operand()];
                    }
                    case Throw _ -> {
                        Object exception = Operations.settled(frame[end.operand()]);
                        throw new Thrown(exception == null ? new NullPointerException() : (Throwable) exception);
                    }
                    case Jump _ -> way = end.ways().getFirst();
                    case Branch _ ->
                        way = end.ways().get((Integer) Objects.requireNonNull(frame[end.operand()]) != 0 ? 0 : 1);
                    case Switch _ ->
                        way = end.cases()
                                .getOrDefault(
                                        (Integer) Objects.requireNonNull(frame[end.operand()]),
                                        end.ways().getLast());
                }
            } catch (Thrown thrown) {
                block = handle(block, thrown, frame);
                continue;
            }
            follow(way, 0, frame);
            block = way.target;
        }
    }

    private void execute(Step step, @Nullable Object[] frame) {
        countStep();
        counts.computeIfAbsent(step.instruction.opCode(), _ -> new long[1])[0]++;
        int[] slots = step.operands;
        @Nullable Object[] operands = new Object[slots.length];
        for (int i = 0; i < slots.length; i++) {
            operands[i] = frame[slots[i]];
        }
        Object result;
        try {
            result = operations.execute(step.instruction, step.host, operands);
        } catch (Thrown thrown) {
            if (!step.instruction.mayThrow() && !(thrown.exception() instanceof VirtualMachineError)) {
                throw internal(step, " threw although it is marked or known not to", thrown.exception());
            }
            throw thrown;
        } catch (OutOfSteps | JacobiException e) {
            throw e;
        } catch (RuntimeException e) {
            throw internal(step, " cannot be interpreted with operands of these types", e);
        }
        if (step.result >= 0) {
            frame[step.result] = rounding != null && result instanceof Double exact
                    ? rounded(step.instruction, exact, rounding)
                    : result;
        }
    }

    private static JacobiException internal(Step step, String problem, Throwable cause) {
        var position = step.instruction.position();
        return new JacobiException(
                Refusal.INTERNAL,
                Printer.print(step.instruction) + problem + ": " + cause,
                position == null ? null : position.toString(),
                cause);
    }

    private void countStep() {
        if (stepsLeft-- <= 0) {
            throw new OutOfSteps(maxSteps);
        }
    }

    /** Goes to the first handler that catches the exception, or throws it on. */
    private CodeBlock handle(CodeBlock block, Thrown thrown, @Nullable Object[] frame) {
        for (Catch handler : block.catches) {
            if (handler.type() == null || members.resolve(handler.type()).isInstance(thrown.exception())) {
                follow(handler.way(), 1, frame);
                CodeBlock target = handler.way().target;
                frame[target.parameters[0]] = thrown.exception();
                return target;
            }
        }
        throw thrown;
    }

    /** Gives the arguments of an edge to the parameters of its target, all at once, leaving out the first parameters. */
    private static void follow(Way way, int firstParameter, @Nullable Object[] frame) {
        int[] sources = way.arguments;
        int[] targets = way.target.parameters;
        @Nullable Object[] values = new Object[sources.length];
        for (int i = 0; i < sources.length; i++) {
            values[i] = frame[sources[i]];
        }
        for (int i = 0; i < sources.length; i++) {
            frame[targets[firstParameter + i]] = values[i];
        }
    }
}
