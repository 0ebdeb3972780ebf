package dev.jacobi.optimize.streams;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A stream from its source to the operation that consumes it, all in one function and used for nothing else.
 *
 * @param source the call that makes the stream
 * @param stages the calls of intermediate operations, in order
 * @param terminal the call that consumes the stream
 * @param parts the streams that the source puts together, if it does: they end with it
 */
record StreamChain(
        Instruction source, List<Stage> stages, Instruction terminal, Element element, List<StreamChain> parts) {

    /** What a stream carries: its interface and the type of its elements. */
    enum Element {
        INT(IntStream.class, Type.INT, ConstantDescs.CD_int),
        LONG(LongStream.class, Type.LONG, ConstantDescs.CD_long),
        DOUBLE(DoubleStream.class, Type.DOUBLE, ConstantDescs.CD_double),
        OBJECT(Stream.class, Type.OBJECT, ConstantDescs.CD_Object);

        private final ClassDesc stream;
        private final Type type;
        private final ClassDesc component;

        Element(Class<?> stream, Type type, ClassDesc component) {
            this.stream = stream.describeConstable().orElseThrow();
            this.type = type;
            this.component = component;
        }

        ClassDesc stream() {
            return stream;
        }

        Type type() {
            return type;
        }

        ClassDesc component() {
            return component;
        }

        static Optional<Element> of(ClassDesc stream) {
            return Arrays.stream(values())
                    .filter(element -> element.stream.equals(stream))
                    .findFirst();
        }
    }

    /** An intermediate operation. */
    record Stage(Instruction call, Operation operation, Element result) {
        /** The kind of stream that it is called on; casts only say what is known. */
        private Optional<Element> consumed() {
            return call.opCode() == OpCode.CHECK_CAST
                    ? Optional.of(result)
                    : Element.of(call.method().owner());
        }
    }

    /** What an intermediate operation does with an element. */
    enum Operation {
        /** Calls a function and goes on with its result. */
        MAP,
        /** Goes on if a predicate holds. */
        FILTER,
        /** Calls a function and goes on with the elements of the stream that it gives. */
        FLAT_MAP,
        /** Calls a consumer. */
        PEEK,
        /** Converts to long or double, or boxes. */
        CONVERT,
        /** Lets a number of elements through, and then stops. */
        LIMIT,
        /** Leaves out a number of elements. */
        SKIP,
        /** Stops where a predicate does not hold. */
        TAKE_WHILE,
        /** Leaves out elements until a predicate does not hold. */
        DROP_WHILE,
        /** Calls a function with something to push elements into, and goes on with these. */
        MAP_MULTI,
        /** Leaves out what is equal to an element before. */
        DISTINCT,
        /** Nothing. */
        NONE
    }

    private static final Map<String, Operation> OPERATIONS = Map.ofEntries(
            Map.entry("map", Operation.MAP),
            Map.entry("mapToObj", Operation.MAP),
            Map.entry("mapToInt", Operation.MAP),
            Map.entry("mapToLong", Operation.MAP),
            Map.entry("mapToDouble", Operation.MAP),
            Map.entry("flatMap", Operation.FLAT_MAP),
            Map.entry("flatMapToInt", Operation.FLAT_MAP),
            Map.entry("flatMapToLong", Operation.FLAT_MAP),
            Map.entry("flatMapToDouble", Operation.FLAT_MAP),
            Map.entry("filter", Operation.FILTER),
            Map.entry("peek", Operation.PEEK),
            Map.entry("boxed", Operation.CONVERT),
            Map.entry("asLongStream", Operation.CONVERT),
            Map.entry("asDoubleStream", Operation.CONVERT),
            Map.entry("limit", Operation.LIMIT),
            Map.entry("skip", Operation.SKIP),
            Map.entry("takeWhile", Operation.TAKE_WHILE),
            Map.entry("dropWhile", Operation.DROP_WHILE),
            Map.entry("mapMulti", Operation.MAP_MULTI),
            Map.entry("mapMultiToInt", Operation.MAP_MULTI),
            Map.entry("mapMultiToLong", Operation.MAP_MULTI),
            Map.entry("mapMultiToDouble", Operation.MAP_MULTI),
            Map.entry("distinct", Operation.DISTINCT),
            Map.entry("parallel", Operation.NONE),
            Map.entry("sequential", Operation.NONE),
            Map.entry("unordered", Operation.NONE));

    /** What a call does with the elements of the stream that it is called on, if it is an intermediate operation that is known; casts do nothing. */
    static Optional<Operation> operation(Instruction call) {
        if (call.opCode() == OpCode.CHECK_CAST) {
            return Element.of(call.classAttribute()).map(_ -> Operation.NONE);
        }
        return call.opCode() == OpCode.INVOKE_INTERFACE
                        && Element.of(call.method().owner()).isPresent()
                ? Optional.ofNullable(OPERATIONS.get(call.method().name()))
                        .filter(operation -> call.operands().size() == operands(operation))
                : Optional.empty();
    }

    /** The chain that a terminal operation ends, if it is one that can become a loop. */
    static Optional<StreamChain> endingWith(Instruction terminal, Map<Value, Integer> uses) {
        if (terminal.opCode() != OpCode.INVOKE_INTERFACE) {
            return Optional.empty();
        }
        return Element.of(terminal.method().owner())
                .filter(consumed -> Terminal.isKnown(terminal, consumed))
                .flatMap(consumed -> of(terminal, consumed, uses))
                .filter(Terminal::isSupported)
                .filter(StreamChain::isWorthwhile)
                .filter(ConcatenatedSource::isSupported);
    }

    /** Whether a stream of which nothing is known but its iterator meets functions that know something of this function; otherwise it stays what it is. */
    private boolean isWorthwhile() {
        return !hasOtherSource()
                || stages.stream().anyMatch(stage -> passesFunction(stage.call()))
                || passesFunction(terminal)
                || !parts.isEmpty();
    }

    private boolean hasOtherSource() {
        return parts.isEmpty()
                ? StreamSource.elementOfOther(source).isPresent()
                : parts.stream().anyMatch(StreamChain::hasOtherSource);
    }

    private static boolean passesFunction(Instruction call) {
        return call.operands().stream()
                .skip(1)
                .filter(operand -> operand.type().isReference())
                .map(Value::definition)
                .anyMatch(made -> made == null
                        || made.opCode() != OpCode.EMBED && !made.operands().isEmpty());
    }

    /** The chain whose elements an instruction consumes. */
    static Optional<StreamChain> of(Instruction terminal, Element consumed, Map<Value, Integer> uses) {
        return of(terminal, terminal.operand(0), consumed, uses);
    }

    private static Optional<StreamChain> of(
            Instruction terminal, Value consumedStream, Element consumed, Map<Value, Integer> uses) {
        List<Stage> stages = new ArrayList<>();
        Value stream = consumedStream;
        Instruction user = terminal;
        while (true) {
            Instruction made = stream.definition();
            if (made == null || uses.getOrDefault(stream, 0) != 1 || mayBeUsedAgain(made, user)) {
                return Optional.empty();
            }
            user = made;
            Element result = Element.of(stream.type().descriptor()).orElse(null);
            if (made.opCode() == OpCode.CHECK_CAST && result != null) {
                stages.addFirst(new Stage(made, Operation.NONE, result));
                stream = made.operand(0);
                continue;
            }
            if (!made.opCode().isCall()) {
                return Optional.empty();
            }
            Optional<Element> joined = ConcatenatedSource.element(made);
            if (joined.isPresent()) {
                return continues(joined.get(), stages, consumed)
                        ? joined(made, stages, terminal, joined.get(), uses)
                        : Optional.empty();
            }
            Optional<Element> first = made.opCode() == OpCode.INVOKE_DYNAMIC || made.opCode() == OpCode.INVOKE_FUNCTION
                    ? Optional.empty()
                    : StreamSource.element(made).or(() -> StreamSource.elementOfOther(made));
            if (first.isPresent()) {
                return continues(first.get(), stages, consumed)
                        ? Optional.of(new StreamChain(made, stages, terminal, first.get(), List.of()))
                        : Optional.empty();
            }
            Operation operation = made.opCode() == OpCode.INVOKE_INTERFACE
                            && Element.of(made.method().owner()).isPresent()
                    ? OPERATIONS.get(made.method().name())
                    : null;
            if (operation == Operation.NONE) {
                // The method of BaseStream, whose result is cast.
                result = Element.of(made.method().owner()).orElse(null);
            }
            if (operation == null
                    || result == null
                    || made.operands().size() != operands(operation)
                    || operation == Operation.FLAT_MAP && !isLambda(made.operand(1))) {
                return Optional.empty();
            }
            stages.addFirst(new Stage(made, operation, result));
            stream = made.operand(0);
        }
    }

    /** Whether a loop may come to the user again without making the stream again, which the JDK refuses. */
    private static boolean mayBeUsedAgain(Instruction made, Instruction user) {
        return made.block() != user.block()
                && StreamFamily.reachable(user.block().successors(), made.block())
                        .contains(user.block());
    }

    private static Optional<StreamChain> joined(
            Instruction concat, List<Stage> stages, Instruction terminal, Element element, Map<Value, Integer> uses) {
        List<StreamChain> parts = new ArrayList<>();
        for (Value stream : concat.operands()) {
            of(concat, stream, element, uses).ifPresent(parts::add);
        }
        return parts.size() == 2
                ? Optional.of(new StreamChain(concat, stages, terminal, element, parts))
                : Optional.empty();
    }

    /** Takes the calls away that make the source. */
    StreamSource replaceSource() {
        return parts.isEmpty() ? StreamSource.replacing(source) : ConcatenatedSource.replacing(this);
    }

    /** Whether there is hope that the stream that a function gives will be seen. */
    private static boolean isLambda(Value function) {
        return function.isResultOf(OpCode.INVOKE_DYNAMIC) || function.isResultOf(OpCode.EMBED);
    }

    private static int operands(Operation operation) {
        return switch (operation) {
            case MAP, FLAT_MAP, MAP_MULTI, FILTER, PEEK, LIMIT, SKIP, TAKE_WHILE, DROP_WHILE -> 2;
            case CONVERT, DISTINCT, NONE -> 1;
        };
    }

    /** Whether each operation is called on the kind of stream that the one before gives. */
    private static boolean continues(Element first, List<Stage> stages, Element consumed) {
        Element current = first;
        for (Stage stage : stages) {
            if (stage.consumed().orElse(null) != current) {
                return false;
            }
            current = stage.result();
        }
        return current == consumed;
    }

    /** Whether the stream is parallel: the last word counts, and it counts for all stages. */
    boolean isParallel() {
        for (Stage stage : stages.reversed()) {
            String name = stage.call().opCode().isCall() ? stage.call().method().name() : "";
            if (name.equals("parallel") || name.equals("sequential")) {
                return name.equals("parallel");
            }
        }
        return parts.isEmpty()
                ? source.opCode().isCall() && source.method().name().equals("parallelStream")
                : parts.stream().anyMatch(StreamChain::isParallel);
    }

    /** Whether the number of elements is that of the source, which is known. */
    boolean isSized() {
        return (parts.isEmpty() ? StreamSource.isSized(source) : parts.stream().allMatch(StreamChain::isSized))
                && stages.stream().allMatch(stage -> switch (stage.operation()) {
                    case MAP, PEEK, CONVERT, NONE -> true;
                    case FLAT_MAP, MAP_MULTI, FILTER, LIMIT, SKIP, TAKE_WHILE, DROP_WHILE, DISTINCT -> false;
                });
    }

    /** Whether the JDK may know the number of elements, and then need not look at them to count them. */
    boolean mayBeSized() {
        return (parts.isEmpty()
                        ? StreamSource.isSized(source)
                                || StreamSource.elementOfOther(source).isPresent()
                        : parts.stream().allMatch(StreamChain::mayBeSized))
                && stages.stream().allMatch(stage -> switch (stage.operation()) {
                    case MAP, PEEK, CONVERT, NONE, LIMIT, SKIP -> true;
                    case FLAT_MAP, MAP_MULTI, FILTER, TAKE_WHILE, DROP_WHILE, DISTINCT -> false;
                });
    }
}
