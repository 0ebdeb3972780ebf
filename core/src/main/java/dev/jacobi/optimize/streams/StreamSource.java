package dev.jacobi.optimize.streams;

import static java.lang.constant.ConstantDescs.*;

import dev.jacobi.JacobiException;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import dev.jacobi.optimize.streams.StreamChain.Element;
import dev.jacobi.runtime.library.StreamMethods;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the elements of a stream come from, and the loop that takes one after the other from there. */
interface StreamSource {
    /** What is done with each element. */
    interface Body {
        /** Looks whether more elements are wanted, before the next is taken. */
        void stopIfDone(LoopCode code, List<Value> kept);

        /** Where the loop leaves to when there are no more elements. */
        Edge end(List<Value> kept);

        /** Takes one element in; afterwards, and where it is left out, the loop goes on with {@code next} and what is kept then. */
        void take(LoopCode code, Value element, List<Value> kept, Block next);
    }

    /** Writes the loop; what is kept starts as {@code start}. */
    void write(LoopCode code, List<Value> start, Body body);

    /** The number of elements, as a long, of a source that is sized. */
    Value size(LoopCode code);

    ClassDesc ARRAYS = Arrays.class.describeConstable().orElseThrow();
    ClassDesc OPTIONAL = Optional.class.describeConstable().orElseThrow();
    ClassDesc COLLECTION = Collection.class.describeConstable().orElseThrow();
    ClassDesc ITERATOR = Iterator.class.describeConstable().orElseThrow();
    Set<String> OF_COLLECTION = Set.of("stream", "parallelStream");
    /** Static methods of the interfaces of streams, and how many operands they have. */
    Map<String, Set<Integer>> STATIC = Map.of(
            "range",
            Set.of(2),
            "rangeClosed",
            Set.of(2),
            "of",
            Set.of(1),
            "ofNullable",
            Set.of(1),
            "empty",
            Set.of(0),
            "iterate",
            Set.of(2, 3),
            "generate",
            Set.of(1));

    /**
     * What the stream carries that a method of the JDK gives which is not known otherwise, as {@code Random.doubles} or {@code String.chars}. Its iterator gives the
     * elements; the call itself stays where it is.
     */
    static Optional<Element> elementOfOther(Instruction call) {
        boolean method = call.opCode() == OpCode.INVOKE_STATIC
                || call.opCode() == OpCode.INVOKE_VIRTUAL
                || call.opCode() == OpCode.INVOKE_INTERFACE;
        if (!method
                || !call.method().owner().packageName().startsWith("java.")
                || Element.of(call.method().owner()).isPresent()
                || element(call).isPresent()) {
            return Optional.empty();
        }
        return Element.of(call.method().type().returnType());
    }

    /** What the stream carries that a call makes, if it is a source that is known. */
    static Optional<Element> element(Instruction call) {
        if (isOfCollection(call) || isOfOptional(call)) {
            return Optional.of(Element.OBJECT);
        }
        if (call.opCode() != OpCode.INVOKE_STATIC) {
            return Optional.empty();
        }
        MethodReference method = call.method();
        Optional<Element> element = Element.of(method.type().returnType());
        int operands = call.operands().size();
        boolean known;
        if (method.owner().equals(ARRAYS)) {
            known = method.name().equals("stream") && (operands == 1 || operands == 3);
        } else {
            known = STATIC.getOrDefault(method.name(), Set.of()).contains(operands)
                    && Element.of(method.owner()).equals(element);
        }
        return known ? element : Optional.empty();
    }

    /** Whether a call makes a stream of the elements of a collection; its iterator gives the same in the same order. */
    static boolean isOfCollection(Instruction call) {
        return isMethodOfJavaUtil(call) && OF_COLLECTION.contains(call.method().name()) && !isOfOptional(call);
    }

    private static boolean isOfOptional(Instruction call) {
        return isMethodOfJavaUtil(call) && call.method().owner().equals(OPTIONAL);
    }

    private static boolean isMethodOfJavaUtil(Instruction call) {
        return (call.opCode() == OpCode.INVOKE_INTERFACE || call.opCode() == OpCode.INVOKE_VIRTUAL)
                && call.operands().size() == 1
                && call.method().owner().packageName().equals("java.util")
                && Element.of(call.value().type().descriptor()).equals(Optional.of(Element.OBJECT));
    }

    /** Whether the JDK knows the number of elements of the source. */
    static boolean isSized(Instruction call) {
        return !Set.of("iterate", "generate").contains(call.method().name())
                && elementOfOther(call).isEmpty();
    }

    /** Takes the call that makes the stream away; what it checked is still checked where it stood. */
    static StreamSource replacing(Instruction call) {
        Optional<Element> other = elementOfOther(call);
        if (other.isPresent()) {
            return new Other(call.value(), other.get());
        }
        Block block = call.block();
        int index = block.instructions().indexOf(call);
        block.remove(call);
        if (isOfCollection(call)) {
            check(call, call.operand(0), block, index);
            return new OfCollection(call.operand(0));
        }
        if (isOfOptional(call)) {
            check(call, call.operand(0), block, index);
            return new OfOptional(call.operand(0));
        }
        return switch (call.method().name()) {
            case "range", "rangeClosed" -> {
                Value from = call.operand(0);
                Value to = call.operand(1);
                boolean closed = call.method().name().equals("rangeClosed");
                yield from.type().kind() == Type.Kind.LONG
                        ? new LongRange(from, to, closed)
                        : new Numbered(from, to, null, closed);
            }
            case "empty" -> new Few(null, false);
            case "ofNullable" -> new Few(call.operand(0), true);
            case "iterate" -> {
                List<Value> functions =
                        call.operands().subList(1, call.operands().size());
                for (Value function : functions.reversed()) {
                    check(call, function, block, index);
                }
                yield new Iterated(call, functions.size() == 2 ? functions.getFirst() : null, functions.getLast());
            }
            case "generate" -> {
                check(call, call.operand(0), block, index);
                yield new Generated(call);
            }
            default ->
                call.operand(0).type().isArray()
                                && call.method().type().parameterType(0).isArray()
                        ? ofArray(call, block, index)
                        : new Few(call.operand(0), false);
        };
    }

    private static void check(Instruction call, Value reference, Block block, int index) {
        block.insert(
                index, block.function().newInstruction(OpCode.NULL_CHECK, null, List.of(reference), call.position()));
        if (!block.handlers().isEmpty()) {
            SplitAtThrows.split(block);
        }
    }

    private static StreamSource ofArray(Instruction call, Block block, int index) {
        Function function = block.function();
        Value array = call.operand(0);
        Instruction length = function.newInstruction(OpCode.ARRAY_LENGTH, null, List.of(array), call.position());
        if (call.operands().size() == 1) {
            Instruction zero = function.newInstruction(OpCode.CONSTANT, 0, List.of(), call.position());
            block.insert(index, zero);
            block.insert(index + 1, length);
            return new Numbered(zero.value(), length.value(), array, false);
        }
        MethodTypeDesc check = MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_int);
        block.insert(index, length);
        block.insert(
                index + 1,
                function.newInstruction(
                        OpCode.INVOKE_STATIC,
                        new MethodReference(
                                StreamMethods.class.describeConstable().orElseThrow(), "checkRange", check, false),
                        List.of(length.value(), call.operand(1), call.operand(2)),
                        call.position()));
        if (!block.handlers().isEmpty()) {
            SplitAtThrows.split(block);
        }
        return new Numbered(call.operand(1), call.operand(2), array, false);
    }

    private static <T> List<T> plus(T first, List<T> others) {
        List<T> all = new ArrayList<>(List.of(first));
        all.addAll(others);
        return all;
    }

    private static List<Type> types(List<Value> values) {
        return values.stream().map(Value::type).toList();
    }

    /** Integers, or the elements of an array at these places. */
    record Numbered(Value from, Value to, @Nullable Value array, boolean closed) implements StreamSource {
        @Override
        public Value size(LoopCode code) {
            Value zero = code.constant(0L);
            Value end = code.convert(to, CD_long);
            if (array != null) {
                boolean whole = from.definition() instanceof Instruction definition
                        && Integer.valueOf(0).equals(definition.attribute());
                return whole ? end : code.op(OpCode.SUB, end, code.convert(from, CD_long));
            }
            Value count = code.op(OpCode.SUB, end, code.convert(from, CD_long));
            if (closed) {
                count = code.op(OpCode.ADD, count, code.constant(1L));
            }
            return code.op(OpCode.SELECT, code.op(OpCode.GT, count, zero), count, zero);
        }

        @Override
        public void write(LoopCode code, List<Value> start, Body body) {
            if (closed && code.isCut() && !canAddOne(to)) {
                refuseGreatest(code);
            }
            boolean testAfter = closed && !code.isCut() && !canAddOne(to);
            Value end = to;
            Block head = code.newBlock(plus(Type.INT, types(start)));
            List<Value> kept = head.parameters().subList(1, head.parameters().size());
            Value index = head.parameter(0);
            Block next = code.newBlock(types(start));
            if (testAfter) {
                // The end may be the greatest int, so the test comes before the step.
                Value any = code.op(OpCode.LE, from, end);
                code.branch(any, new Edge(head, plus(from, start)), body.end(start));
                code.continueIn(head);
                body.stopIfDone(code, kept);
            } else {
                if (closed) {
                    end = code.op(OpCode.ADD, end, code.constant(1));
                }
                code.jump(head, plus(from, start));
                Block more = code.newBlock(List.of());
                code.continueIn(head);
                body.stopIfDone(code, kept);
                code.branch(code.op(OpCode.LT, index, end), Edge.to(more), body.end(kept));
                code.continueIn(more);
            }
            Value element = array == null
                    ? index
                    : code.append(OpCode.ARRAY_LOAD, component(array), array, index)
                            .value();
            body.take(code, element, kept, next);

            code.continueIn(next);
            if (testAfter) {
                Block step = code.newBlock(List.of());
                code.branch(code.op(OpCode.LT, index, end), Edge.to(step), body.end(next.parameters()));
                code.continueIn(step);
            }
            code.jump(head, plus(code.next(index), next.parameters()));
        }

        /** A loop that can be cut into parts tests before each round, so that the number after the last must be an int. */
        private void refuseGreatest(LoopCode code) {
            Block refused = code.newBlock(List.of());
            Block fine = code.newBlock(List.of());
            code.branch(code.op(OpCode.EQ, to, code.constant(Integer.MAX_VALUE)), Edge.to(refused), Edge.to(fine));
            code.continueIn(refused);
            code.throwResultOf(StreamMethods.class, "greatestEnd", JacobiException.class);
            code.continueIn(fine);
        }

        /** Whether the end of a closed range is surely below the greatest int. */
        private static boolean canAddOne(Value end) {
            Instruction definition = end.definition();
            return definition != null
                    && (definition.opCode() == OpCode.CONSTANT
                                    && definition.attribute() instanceof Integer number
                                    && number < Integer.MAX_VALUE
                            || definition.opCode() == OpCode.SUB
                                    && definition.operand(0).isResultOf(OpCode.ARRAY_LENGTH)
                                    && definition.operand(1).definition() instanceof Instruction step
                                    && step.attribute() instanceof Integer below
                                    && below > 0);
        }

        private static ClassDesc component(Value array) {
            ClassDesc component = array.type().descriptor().componentType();
            return component == null || !component.isPrimitive() ? CD_Object : component;
        }
    }

    /** The elements of a collection, as its iterator gives them. */
    record OfCollection(Value collection) implements StreamSource {
        @Override
        public Value size(LoopCode code) {
            MethodReference size = new MethodReference(COLLECTION, "size", MethodTypeDesc.of(CD_int), true);
            return code.convert(
                    code.append(OpCode.INVOKE_INTERFACE, size, collection).value(), CD_long);
        }

        @Override
        public void write(LoopCode code, List<Value> start, Body body) {
            Value iterator = code.append(
                            OpCode.INVOKE_INTERFACE,
                            new MethodReference(COLLECTION, "iterator", MethodTypeDesc.of(ITERATOR), true),
                            collection)
                    .value();
            Block head = code.newBlock(types(start));
            Block next = code.newBlock(types(start));
            Block more = code.newBlock(List.of());
            code.jump(head, start);
            code.continueIn(head);
            body.stopIfDone(code, head.parameters());
            MethodReference hasNext = new MethodReference(ITERATOR, "hasNext", MethodTypeDesc.of(CD_boolean), true);
            Value any = code.append(OpCode.INVOKE_INTERFACE, hasNext, iterator).value();
            code.branch(any, Edge.to(more), body.end(head.parameters()));
            code.continueIn(more);
            MethodReference take = new MethodReference(ITERATOR, "next", MethodTypeDesc.of(CD_Object), true);
            Value element = code.append(OpCode.INVOKE_INTERFACE, take, iterator).value();
            body.take(code, element, head.parameters(), next);
            code.continueIn(next);
            code.jump(head, next.parameters());
        }
    }

    /** What the iterator of a stream of the JDK gives. */
    record Other(Value stream, Element element) implements StreamSource {
        @Override
        public Value size(LoopCode code) {
            throw new IllegalStateException("not sized");
        }

        @Override
        public void write(LoopCode code, List<Value> start, Body body) {
            ClassDesc type = StreamIteration.iterator(element);
            MethodReference iterator = new MethodReference(element.stream(), "iterator", MethodTypeDesc.of(type), true);
            Value made = code.append(OpCode.INVOKE_INTERFACE, iterator, stream).value();
            Block head = code.newBlock(types(start));
            Block next = code.newBlock(types(start));
            Block more = code.newBlock(List.of());
            code.jump(head, start);
            code.continueIn(head);
            body.stopIfDone(code, head.parameters());
            MethodReference hasNext = new MethodReference(type, "hasNext", MethodTypeDesc.of(CD_boolean), true);
            Value any = code.append(OpCode.INVOKE_INTERFACE, hasNext, made).value();
            code.branch(any, Edge.to(more), body.end(head.parameters()));
            code.continueIn(more);
            MethodReference take = new MethodReference(
                    type, StreamIteration.nextOf(element), MethodTypeDesc.of(element.component()), true);
            Value taken = code.append(OpCode.INVOKE_INTERFACE, take, made).value();
            body.take(code, taken, head.parameters(), next);
            code.continueIn(next);
            code.jump(head, next.parameters());
        }
    }

    /** One value, or none. */
    record Few(@Nullable Value one, boolean noneIfNull) implements StreamSource {
        @Override
        public Value size(LoopCode code) {
            if (one == null) {
                return code.constant(0L);
            }
            Value single = code.constant(1L);
            return noneIfNull ? code.op(OpCode.SELECT, isNull(code, one), code.constant(0L), single) : single;
        }

        @Override
        public void write(LoopCode code, List<Value> start, Body body) {
            if (one == null) {
                Edge end = body.end(start);
                code.jump(end.target(), end.arguments());
                return;
            }
            if (noneIfNull) {
                Block present = code.newBlock(List.of());
                code.branch(isNull(code, one), body.end(start), Edge.to(present));
                code.continueIn(present);
            }
            writeOne(code, one, start, body);
        }

        private static Value isNull(LoopCode code, Value reference) {
            return code.op(OpCode.EQ, reference, code.constant(Instruction.NULL));
        }

        static void writeOne(LoopCode code, Value one, List<Value> start, Body body) {
            body.stopIfDone(code, start);
            Block next = code.newBlock(types(start));
            body.take(code, one, start, next);
            code.continueIn(next);
            Edge end = body.end(next.parameters());
            code.jump(end.target(), end.arguments());
        }
    }

    /** What is in an optional. */
    record OfOptional(Value optional) implements StreamSource {
        private Value isPresent(LoopCode code) {
            MethodReference isPresent =
                    new MethodReference(OPTIONAL, "isPresent", MethodTypeDesc.of(CD_boolean), false);
            return code.append(OpCode.INVOKE_VIRTUAL, isPresent, optional).value();
        }

        @Override
        public Value size(LoopCode code) {
            return code.convert(isPresent(code), CD_long);
        }

        @Override
        public void write(LoopCode code, List<Value> start, Body body) {
            Block present = code.newBlock(List.of());
            code.branch(isPresent(code), Edge.to(present), body.end(start));
            code.continueIn(present);
            MethodReference get = new MethodReference(OPTIONAL, "get", MethodTypeDesc.of(CD_Object), false);
            Few.writeOne(code, code.append(OpCode.INVOKE_VIRTUAL, get, optional).value(), start, body);
        }
    }

    /**
     * A value and what a function makes of it, of that, and so on.
     *
     * @param hasNext tells whether a value is still an element; null if all are
     */
    record Iterated(Instruction call, @Nullable Value hasNext, Value function) implements StreamSource {
        @Override
        public Value size(LoopCode code) {
            throw new IllegalStateException("not sized");
        }

        /** The function is not called before the next element is wanted, so what is wanted is tested at the end of a round. */
        @Override
        public void write(LoopCode code, List<Value> start, Body body) {
            Value seed = call.operand(0);
            List<ClassDesc> functions = call.method().type().parameterList();
            Block head = code.newBlock(plus(seedType(), types(start)));
            Block next = code.newBlock(types(start));
            List<Value> kept = head.parameters().subList(1, head.parameters().size());
            body.stopIfDone(code, start);
            code.jump(head, plus(seed, start));
            code.continueIn(head);
            Value element = head.parameter(0);
            if (hasNext != null) {
                Block more = code.newBlock(List.of());
                code.branch(code.apply(functions.get(1), hasNext, element), Edge.to(more), body.end(kept));
                code.continueIn(more);
            }
            body.take(code, element, kept, next);
            code.continueIn(next);
            body.stopIfDone(code, next.parameters());
            code.jump(head, plus(code.apply(functions.getLast(), function, element), next.parameters()));
        }

        private Type seedType() {
            return Type.of(call.method().type().parameterType(0));
        }
    }

    /** What a function gives, again and again. */
    record Generated(Instruction call) implements StreamSource {
        @Override
        public Value size(LoopCode code) {
            throw new IllegalStateException("not sized");
        }

        @Override
        public void write(LoopCode code, List<Value> start, Body body) {
            Block head = code.newBlock(types(start));
            code.jump(head, start);
            code.continueIn(head);
            body.stopIfDone(code, head.parameters());
            Value element = code.apply(call.method().type().parameterType(0), call.operand(0));
            body.take(code, element, head.parameters(), head);
        }
    }
}
