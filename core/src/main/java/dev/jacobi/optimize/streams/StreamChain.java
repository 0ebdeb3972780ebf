package dev.jacobi.optimize.streams;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 */
record StreamChain(Instruction source, List<Stage> stages, Instruction terminal, Element element) {

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
    record Stage(Instruction call, Operation operation, Element result) {}

    /** What an intermediate operation does with an element. */
    enum Operation {
        /** Calls a function and goes on with its result. */
        MAP,
        /** Goes on if a predicate holds. */
        FILTER,
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
            Map.entry("filter", Operation.FILTER),
            Map.entry("peek", Operation.PEEK),
            Map.entry("boxed", Operation.CONVERT),
            Map.entry("asLongStream", Operation.CONVERT),
            Map.entry("asDoubleStream", Operation.CONVERT),
            Map.entry("limit", Operation.LIMIT),
            Map.entry("skip", Operation.SKIP),
            Map.entry("takeWhile", Operation.TAKE_WHILE),
            Map.entry("distinct", Operation.DISTINCT),
            Map.entry("parallel", Operation.NONE),
            Map.entry("sequential", Operation.NONE),
            Map.entry("unordered", Operation.NONE));

    private static final ClassDesc ARRAYS = Arrays.class.describeConstable().orElseThrow();
    private static final ClassDesc OPTIONAL = Optional.class.describeConstable().orElseThrow();
    private static final Set<String> SOURCES = Set.of("stream", "parallelStream");
    private static final Set<String> RANGES = Set.of("range", "rangeClosed");

    /** The chain that a terminal operation ends, if it is one that can become a loop. */
    static Optional<StreamChain> endingWith(Instruction terminal, Map<Value, Integer> uses) {
        if (terminal.opCode() != OpCode.INVOKE_INTERFACE) {
            return Optional.empty();
        }
        Element consumed = Element.of(terminal.method().owner()).orElse(null);
        if (consumed == null || !Terminal.isKnown(terminal, consumed)) {
            return Optional.empty();
        }
        List<Stage> stages = new ArrayList<>();
        Instruction current = terminal;
        while (true) {
            Value stream = current.operand(0);
            Instruction made = stream.definition();
            if (made == null || uses.getOrDefault(stream, 0) != 1) {
                return Optional.empty();
            }
            if (made.opCode() == OpCode.INVOKE_STATIC || isOfCollection(made)) {
                Element first = sourceElement(made);
                return first == null || !continues(first, stages, consumed)
                        ? Optional.empty()
                        : Optional.of(new StreamChain(made, stages, terminal, first))
                                .filter(Terminal::isSupported);
            }
            Operation operation = made.opCode() == OpCode.INVOKE_INTERFACE
                            && Element.of(made.method().owner()).isPresent()
                    ? OPERATIONS.get(made.method().name())
                    : null;
            Element result = Element.of(stream.type().descriptor()).orElse(null);
            if (operation == null || result == null || made.operands().size() != operands(operation)) {
                return Optional.empty();
            }
            stages.addFirst(new Stage(made, operation, result));
            current = made;
        }
    }

    private static int operands(Operation operation) {
        return switch (operation) {
            case MAP, FILTER, PEEK, LIMIT, SKIP, TAKE_WHILE -> 2;
            case CONVERT, DISTINCT, NONE -> 1;
        };
    }

    /** Whether a call makes a stream of the elements of a collection; its iterator gives the same in the same order. */
    private static boolean isOfCollection(Instruction call) {
        return (call.opCode() == OpCode.INVOKE_INTERFACE || call.opCode() == OpCode.INVOKE_VIRTUAL)
                && call.operands().size() == 1
                && SOURCES.contains(call.method().name())
                && call.method().owner().packageName().equals("java.util")
                && !call.method().owner().equals(OPTIONAL)
                && call.value().type().descriptor().equals(Element.OBJECT.stream);
    }

    /** Whether each operation is called on the kind of stream that the one before gives. */
    private static boolean continues(Element first, List<Stage> stages, Element consumed) {
        Element current = first;
        for (Stage stage : stages) {
            if (Element.of(stage.call().method().owner()).orElse(null) != current) {
                return false;
            }
            current = stage.result();
        }
        return current == consumed;
    }

    private static @org.jspecify.annotations.Nullable Element sourceElement(Instruction call) {
        if (isOfCollection(call)) {
            return Element.OBJECT;
        }
        MethodReference method = call.method();
        Element element = Element.of(method.type().returnType()).orElse(null);
        if (element == null) {
            return null;
        }
        boolean ofArray = (method.owner().equals(ARRAYS) && method.name().equals("stream")
                        || method.name().equals("of")
                                && Element.of(method.owner()).orElse(null) == element)
                && (method.type().parameterCount() == 1 || method.type().parameterCount() == 3)
                && method.type().parameterType(0).isArray();
        boolean range = RANGES.contains(method.name())
                && method.owner().equals(IntStream.class.describeConstable().orElseThrow());
        return ofArray || range ? element : null;
    }

    boolean isRange() {
        return RANGES.contains(source.method().name());
    }

    boolean isClosedRange() {
        return source.method().name().equals("rangeClosed");
    }

    boolean isCollection() {
        return isOfCollection(source);
    }

    /** Whether the number of elements is that of the source. */
    boolean isSized() {
        return stages.stream().allMatch(stage -> switch (stage.operation()) {
            case MAP, PEEK, CONVERT, NONE -> true;
            case FILTER, LIMIT, SKIP, TAKE_WHILE, DISTINCT -> false;
        });
    }

    /** Whether the JDK may know the number of elements, and then need not look at them to count them. */
    boolean mayBeSized() {
        return stages.stream()
                .noneMatch(stage -> stage.operation() == Operation.FILTER
                        || stage.operation() == Operation.TAKE_WHILE
                        || stage.operation() == Operation.DISTINCT);
    }
}
