package dev.jacobi.autodiff;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The table of methods of collections: what is done with the shadow of a collection, which holds the shadows of its elements, when the method is
 * called. A row names a method of {@code dev.jacobi.runtime.ContainerShadows} and says what it gets: first the shadow of
 * the receiver (of a new collection: the collection), then for each argument the argument itself ({@code -}), its shadow
 * as an element to be stored ({@code e}), or its shadow as a collection whose elements are stored ({@code c}); then the receiver ({@code p}) or the result
 * ({@code r}) of the call itself, where they are needed.
 *
 * <p>Keys, and elements of sets, are compared; they must not carry derivatives. Methods that look for an element, sort, or take functions are not here.
 */
public record ContainerCall(String helper, String arguments, Result result) {
    /** What the method gives. */
    public enum Result {
        /** Nothing with a shadow. */
        NOTHING,
        /** An element, or an entry. */
        ELEMENT,
        /** An iterator or another view of the same elements. */
        VIEW,
        /** A new collection. */
        COLLECTION,
        /** Nothing, but the receiver is new and gets its shadow now. */
        CONSTRUCTED
    }

    private static final ClassDesc HELPERS = ClassDesc.of("dev.jacobi.runtime.ContainerShadows");

    private static final Set<String> NEW = Set.of(
            "java.util.ArrayList",
            "java.util.LinkedList",
            "java.util.ArrayDeque",
            "java.util.HashMap",
            "java.util.LinkedHashMap",
            "java.util.TreeMap");

    private static final Set<String> LISTS = Set.of(
            "java.util.Collection",
            "java.util.SequencedCollection",
            "java.util.List",
            "java.util.Deque",
            "java.util.Queue",
            "java.util.Set",
            "java.util.AbstractCollection",
            "java.util.AbstractList",
            "java.util.ArrayList",
            "java.util.LinkedList",
            "java.util.ArrayDeque",
            "java.lang.Iterable");

    private static final Set<String> ITERATORS = Set.of("java.util.Iterator", "java.util.ListIterator");

    private static final Set<String> MAPS = Set.of(
            "java.util.Map",
            "java.util.SequencedMap",
            "java.util.SortedMap",
            "java.util.NavigableMap",
            "java.util.AbstractMap",
            "java.util.HashMap",
            "java.util.LinkedHashMap",
            "java.util.TreeMap");

    private static final Set<String> ENTRIES = Set.of("java.util.Map$Entry");

    private static final Map<String, ContainerCall> ROWS = new HashMap<>();
    private static final String OBJECT = "Ljava/lang/Object;";

    static {
        for (String list : List.of("java.util.ArrayList", "java.util.LinkedList", "java.util.ArrayDeque")) {
            row(Set.of(list), "<init>()", "newList", "", Result.CONSTRUCTED);
            row(Set.of(list), "<init>(I)", "newList", "", Result.CONSTRUCTED);
            row(Set.of(list), "<init>(Ljava/util/Collection;)", "newList", "c", Result.CONSTRUCTED);
        }
        for (String map : List.of("java.util.HashMap", "java.util.LinkedHashMap", "java.util.TreeMap")) {
            row(Set.of(map), "<init>()", "newMap", "p", Result.CONSTRUCTED);
            row(Set.of(map), "<init>(I)", "newMap", "p", Result.CONSTRUCTED);
            row(Set.of(map), "<init>(Ljava/util/Map;)", "newMap", "cp", Result.CONSTRUCTED);
            row(Set.of(map), "<init>(Ljava/util/Comparator;)", "newMap", "p", Result.CONSTRUCTED);
        }
        String element = "(" + OBJECT + ")";
        row(LISTS, "add" + element, "addLast", "e", Result.NOTHING);
        row(LISTS, "addLast" + element, "addLast", "e", Result.NOTHING);
        row(LISTS, "offer" + element, "addLast", "e", Result.NOTHING);
        row(LISTS, "offerLast" + element, "addLast", "e", Result.NOTHING);
        row(LISTS, "addFirst" + element, "addFirst", "e", Result.NOTHING);
        row(LISTS, "offerFirst" + element, "addFirst", "e", Result.NOTHING);
        row(LISTS, "push" + element, "addFirst", "e", Result.NOTHING);
        row(LISTS, "add(I" + OBJECT + ")", "add", "-e", Result.NOTHING);
        row(LISTS, "addAll(Ljava/util/Collection;)", "addAll", "c", Result.NOTHING);
        row(LISTS, "set(I" + OBJECT + ")", "set", "-e", Result.ELEMENT);
        row(LISTS, "get(I)", "get", "-", Result.ELEMENT);
        row(LISTS, "remove(I)", "remove", "-", Result.ELEMENT);
        row(LISTS, "clear()", "clear", "", Result.NOTHING);
        for (String first : List.of("pop", "poll", "pollFirst", "remove", "removeFirst")) {
            row(LISTS, first + "()", "removeFirst", "", Result.ELEMENT);
        }
        for (String last : List.of("pollLast", "removeLast")) {
            row(LISTS, last + "()", "removeLast", "", Result.ELEMENT);
        }
        for (String first : List.of("peek", "peekFirst", "getFirst", "element")) {
            row(LISTS, first + "()", "getFirst", "", Result.ELEMENT);
        }
        for (String last : List.of("peekLast", "getLast")) {
            row(LISTS, last + "()", "getLast", "", Result.ELEMENT);
        }
        row(LISTS, "iterator()", "iterator", "", Result.VIEW);
        row(LISTS, "subList(II)", "subList", "--", Result.VIEW);
        row(ITERATORS, "next()", "next", "", Result.ELEMENT);

        row(MAPS, "put(" + OBJECT + OBJECT + ")", "put", "-e", Result.ELEMENT);
        row(MAPS, "putIfAbsent(" + OBJECT + OBJECT + ")", "putIfAbsent", "-er", Result.ELEMENT);
        row(MAPS, "get" + element, "value", "-", Result.ELEMENT);
        row(MAPS, "getOrDefault(" + OBJECT + OBJECT + ")", "valueOr", "-ep", Result.ELEMENT);
        row(MAPS, "remove" + element, "removeKey", "-", Result.ELEMENT);
        row(MAPS, "clear()", "clearMap", "", Result.NOTHING);
        row(MAPS, "putAll(Ljava/util/Map;)", "putAll", "c", Result.NOTHING);
        row(MAPS, "entrySet()", "entries", "", Result.VIEW);
        row(MAPS, "values()", "values", "", Result.VIEW);
        row(ENTRIES, "getValue()", "entryValue", "", Result.ELEMENT);
        row(ENTRIES, "setValue" + element, "setEntryValue", "e", Result.ELEMENT);

        row(Set.of("java.util.Arrays"), "asList([" + OBJECT + ")", "listOf", "c", Result.COLLECTION);
        row(Set.of("java.util.List"), "of([" + OBJECT + ")", "newListOf", "c", Result.COLLECTION);
        row(Set.of("java.util.List"), "copyOf(Ljava/util/Collection;)", "newList", "c", Result.COLLECTION);
        row(Set.of("java.util.List"), "of" + element, "listOf1", "e", Result.COLLECTION);
        for (int count = 2; count <= 4; count++) {
            String elements = "(" + OBJECT.repeat(count) + ")";
            row(Set.of("java.util.List"), "of" + elements, "listOf", "e".repeat(count), Result.COLLECTION);
        }
    }

    private static final Set<String> INACTIVE = Set.of(
            "size()",
            "isEmpty()",
            "hasNext()",
            "containsKey" + "(" + OBJECT + ")",
            "keySet()",
            "getKey()",
            "firstKey()",
            "lastKey()",
            "ensureCapacity(I)");

    private static void row(Set<String> owners, String method, String helper, String arguments, Result result) {
        ContainerCall call = new ContainerCall(helper, arguments, result);
        owners.forEach(owner -> ROWS.put(owner + "." + method, call));
    }

    /** The row for a call, if there is one. */
    public static Optional<ContainerCall> of(Instruction call) {
        return switch (call.opCode()) {
            case INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_SPECIAL, INVOKE_STATIC ->
                Optional.ofNullable(ROWS.get(key(call.method())));
            default -> Optional.empty();
        };
    }

    /** Whether the method is known to look at a collection only. */
    static boolean isInactive(MethodReference method) {
        String owner = Type.name(method.owner());
        String key = key(method);
        boolean container =
                LISTS.contains(owner) || ITERATORS.contains(owner) || MAPS.contains(owner) || ENTRIES.contains(owner);
        return container && INACTIVE.contains(key.substring(owner.length() + 1));
    }

    /** Whether the table knows the method. */
    static boolean isKnown(MethodReference method) {
        return ROWS.containsKey(key(method)) || isInactive(method);
    }

    /** Whether objects of this class are collections of the table, whose shadow is made when their constructor has run. */
    private static boolean isContainer(ClassDesc type) {
        return NEW.contains(Type.name(type));
    }

    /** Whether an instruction gives a collection of the table whose constructor is called next, or noted next. */
    public static boolean isUnfinished(Instruction instruction) {
        return (instruction.opCode() == OpCode.NEW || instruction.opCode() == OpCode.GET_FIELD && instruction.isNoted())
                && isContainer(instruction.value().type().descriptor());
    }

    private static String key(MethodReference method) {
        String descriptor = method.type().descriptorString();
        return Type.name(method.owner()) + "." + method.name() + descriptor.substring(0, descriptor.indexOf(')') + 1);
    }

    /** The numbers of the operands that are stored, themselves if {@code kind} is {@code e}, their elements if it is {@code c}. */
    List<Integer> stored(Instruction call, char kind) {
        int first = firstArgument(call);
        List<Integer> stored = new ArrayList<>();
        for (int index = 0; first + index < call.operands().size(); index++) {
            if (arguments.length() > index && arguments.charAt(index) == kind) {
                stored.add(first + index);
            }
        }
        return stored;
    }

    private static int firstArgument(Instruction call) {
        return call.opCode() == OpCode.INVOKE_STATIC ? 0 : 1;
    }

    /** Where values and shadows of the derivative come from. */
    public interface Source {
        Value primal(Value value);

        /** The shadow, or null where there is none. */
        Value shadow(Value value);
    }

    /** Emits the call on shadows; its result, if it has one, is a shadow. */
    public Instruction emit(Instruction call, Emitter emitter, Source source) {
        List<Value> operands = new ArrayList<>();
        List<ClassDesc> types = new ArrayList<>();
        int first = firstArgument(call);
        if (first == 1 && result != Result.CONSTRUCTED) {
            operands.add(source.shadow(call.operand(0)));
            types.add(ConstantDescs.CD_Object);
        }
        for (int index = 0; index < arguments.length(); index++) {
            switch (arguments.charAt(index)) {
                case 'p' -> operands.add(source.primal(call.operand(0)));
                case 'r' -> operands.add(source.primal(call.value()));
                case '-' -> operands.add(source.primal(call.operand(first + index)));
                default -> operands.add(source.shadow(call.operand(first + index)));
            }
            Value last = operands.getLast();
            types.add(
                    last.type().isReference()
                            ? ConstantDescs.CD_Object
                            : last.type().descriptor());
        }
        ClassDesc returned = result == Result.NOTHING ? ConstantDescs.CD_void : ConstantDescs.CD_Object;
        return emitter.emit(
                OpCode.INVOKE_STATIC,
                new MethodReference(HELPERS, helper, MethodTypeDesc.of(returned, types), false),
                operands);
    }
}
