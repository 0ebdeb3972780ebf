package dev.jacobi.autodiff;

import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An expression in the operands of an operation, its result {@code r} and the seed {@code d}.
 *
 * <p>The language, loosest first; operators of one line associate to the left:
 *
 * <pre>
 * expression  = condition "?" expression ":" expression | sum
 * condition   = conjunction { "||" conjunction }
 * conjunction = comparison { "&amp;&amp;" comparison }
 * comparison  = sum ( "==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" ) sum | the name of an int operand
 * sum         = product { ( "+" | "-" ) product }
 * product     = factor { ( "*" | "/" ) factor }
 * factor      = "-" factor | number | name | function "(" expression { "," expression } ")" | "(" expression ")"
 * name        = operand | "r" | "d"
 * function    = a name of {@link MathFunction} | "real" | "convert"
 * </pre>
 *
 * <p>All is computed in the type of the seed: float operations in float. Functions that exist only for double are computed in double and
 * rounded. {@code real} makes a number of an integer operand, {@code convert} changes to the type that the derivative shall have. Conditions have no side effects, so both branches of
 * {@code ?:} are evaluated and one is selected.
 */
public final class Formula {
    /** The result of the operation, among the names of {@link #uses}. Operands are 0, 1, ... */
    public static final int RESULT = -1;

    /** The seed, among the names of {@link #uses}. */
    public static final int SEED = -2;

    private final String text;
    private final Node root;
    private final Set<Integer> uses;

    private Formula(String text, Node root) {
        this.text = text;
        this.root = root;
        Set<Integer> names = new TreeSet<>();
        collect(root, names);
        // In order: the derivative, and with it the last bits of sums, is the same in each run.
        this.uses = Collections.unmodifiableSet(names);
    }

    /** Parses a formula of the table; a mistake in it is an internal error. */
    static Formula parse(String text, List<String> operands) {
        return new Formula(text, new FormulaParser(text, operands).parse());
    }

    /** What the value of the formula is computed from: operand numbers, {@link #RESULT}, {@link #SEED}. */
    public Set<Integer> uses() {
        return uses;
    }

    /** Whether this is the formula {@code 0}: no derivative passes. */
    public boolean isZero() {
        return root instanceof Node.Literal(double number) && number == 0;
    }

    /**
     * Emits the formula.
     *
     * @param bindings gives the value for each name that the formula {@link #uses}; it is asked only for those, and may emit code
     *     itself
     * @param strict whether functions are those of {@code StrictMath}
     * @param type the type of the derivative: of the result in forward mode, of the operand in reverse mode
     */
    public Value emit(Emitter emitter, IntFunction<Value> bindings, boolean strict, Type type) {
        return emit(emitter, bindings, Known.NONE, strict, type);
    }

    /** As {@link #emit(Emitter, IntFunction, boolean, Type)}, with function values that need not be computed. */
    public Value emit(Emitter emitter, IntFunction<Value> bindings, Known known, boolean strict, Type type) {
        return new Emission(
                        emitter,
                        bindings,
                        known,
                        strict,
                        type,
                        bindings.apply(SEED).type())
                .emit(root);
    }

    /** Values of functions of operands that have been computed already. */
    @FunctionalInterface
    public interface Known {
        Known NONE = (_, _) -> null;

        /** The function of an operand, or null if it is not known. */
        @Nullable
        Value of(MathFunction function, int operand);
    }

    /** The names that are bound and the known values that are taken where the formula is emitted. */
    public void forEachUse(Known known, IntConsumer name, Consumer<Value> value) {
        forEachUse(root, known, name, value);
    }

    private static void forEachUse(Node node, Known known, IntConsumer name, Consumer<Value> value) {
        Value taken = taken(node, known);
        if (taken != null) {
            value.accept(taken);
        } else if (node instanceof Node.Name(int used)) {
            name.accept(used);
        } else {
            for (Node child : node.children()) {
                forEachUse(child, known, name, value);
            }
        }
    }

    private static @Nullable Value taken(Node node, Known known) {
        return node instanceof Node.Call(MathFunction function, List<Node> arguments)
                        && arguments.size() == 1
                        && arguments.getFirst() instanceof Node.Name(int operand)
                        && operand >= 0
                ? known.of(function, operand)
                : null;
    }

    @Override
    public String toString() {
        return text;
    }

    private static void collect(Node node, Set<Integer> names) {
        if (node instanceof Node.Name(int name)) {
            names.add(name);
        }
        for (Node child : node.children()) {
            collect(child, names);
        }
    }

    /** The syntax tree. */
    sealed interface Node {
        List<Node> children();

        record Literal(double number) implements Node {
            @Override
            public List<Node> children() {
                return List.of();
            }
        }

        record Name(int name) implements Node {
            @Override
            public List<Node> children() {
                return List.of();
            }
        }

        /** Arithmetic, comparison, or {@code and} and {@code or} of conditions. */
        record Operation(OpCode opCode, List<Node> children) implements Node {}

        record Call(MathFunction function, List<Node> children) implements Node {}

        /** To the type of the seed, or to that of the derivative. */
        record Convert(Node operand, boolean toSeed) implements Node {
            @Override
            public List<Node> children() {
                return List.of(operand);
            }
        }
    }

    private record Emission(
            Emitter emitter, IntFunction<Value> bindings, Known known, boolean strict, Type target, Type type) {
        Value emit(Node node) {
            Value taken = taken(node, known);
            if (taken != null) {
                return taken;
            }
            return switch (node) {
                case Node.Literal(double number) -> emitter.constant(type, number);
                case Node.Name(int name) -> bindings.apply(name);
                case Node.Convert(Node operand, boolean toSeed) ->
                    emitter.convert(emit(operand), toSeed ? type : target);
                case Node.Operation(OpCode opCode, List<Node> children) -> {
                    List<Value> operands = new ArrayList<>();
                    for (Node child : children) {
                        operands.add(emit(child));
                    }
                    yield emitter.emit(opCode, null, operands).value();
                }
                case Node.Call(MathFunction function, List<Node> children) -> call(function, children);
            };
        }

        private Value call(MathFunction function, List<Node> children) {
            boolean widen = type.kind() == Type.Kind.FLOAT && !hasFloatVersion(function);
            List<Value> arguments = children.stream()
                    .map(this::emit)
                    .map(value -> widen ? emitter.convert(value, Type.DOUBLE) : value)
                    .toList();
            Value result = emitter.emit(OpCode.MATH, new MathCall(function, strict), arguments)
                    .value();
            return widen ? emitter.convert(result, type) : result;
        }

        private static boolean hasFloatVersion(MathFunction function) {
            return switch (function) {
                case ABS, MIN, MAX, SIGNUM, COPY_SIGN, FMA, SCALB -> true;
                default -> false;
            };
        }
    }
}
