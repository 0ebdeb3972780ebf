package dev.jacobi.autodiff;

import dev.jacobi.autodiff.ContainerCall.Result;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rows of {@link ContainerCall}. */
final class ContainerTable {
    private static final Set<String> LISTS_MADE = util("ArrayList", "LinkedList", "ArrayDeque", "Vector", "Stack");
    private static final Set<String> SETS_MADE = util("HashSet", "LinkedHashSet", "TreeSet", "PriorityQueue");
    private static final Set<String> MAPS_MADE =
            util("HashMap", "LinkedHashMap", "TreeMap", "EnumMap", "concurrent.ConcurrentHashMap");

    /** The classes of the collections whose shadows are made when their constructors have run. */
    static final Set<String> MADE = union(LISTS_MADE, SETS_MADE, MAPS_MADE);

    private static final Set<String> SETS =
            union(SETS_MADE, util("Set", "SequencedSet", "SortedSet", "NavigableSet", "AbstractSet", "AbstractQueue"));

    private static final Set<String> COLLECTIONS = union(
            LISTS_MADE,
            SETS,
            util("Collection", "SequencedCollection", "List", "Deque", "Queue", "AbstractCollection", "AbstractList"),
            Set.of("java.lang.Iterable"));

    private static final Set<String> ITERATORS = util("Iterator", "ListIterator");

    private static final Set<String> MAPS = union(
            MAPS_MADE,
            util("Map", "SequencedMap", "SortedMap", "NavigableMap", "AbstractMap", "concurrent.ConcurrentMap"));

    /** The classes whose methods compare what they get. */
    private static final Set<String> COMPARING =
            union(SETS, MAPS, util("Collection", "SequencedCollection", "Queue", "AbstractCollection"));

    private static final Set<String> ENTRIES = util("Map$Entry");
    private static final Set<String> OPTIONAL = util("Optional");

    private static final Map<String, ContainerCall> ROWS = new HashMap<>();
    private static final String OBJECT = "Ljava/lang/Object;";
    private static final String COLLECTION = "Ljava/util/Collection;";
    private static final String MAP = "Ljava/util/Map;";
    private static final String COMPARATOR = "Ljava/util/Comparator;";

    /** How the keys of static methods begin. */
    private static final Set<String> STATIC = Set.of(
            "java.util.List.of(",
            "java.util.List.copyOf(",
            "java.util.Map.of(",
            "java.util.Arrays.asList(",
            "java.util.Collections.",
            "java.util.Optional.of(",
            "java.util.Optional.ofNullable(",
            "java.util.Optional.empty(");

    static {
        lists();
        sets();
        iterators();
        maps();
        made();
        String element = "(" + OBJECT + ")";
        row(OPTIONAL, "of" + element, "listOf1", "e", Result.COLLECTION);
        row(OPTIONAL, "ofNullable" + element, "listOf1", "e", Result.COLLECTION);
        row(OPTIONAL, "empty()", "newList", "", Result.COLLECTION);
        row(OPTIONAL, "get()", "getFirst", "r", Result.ELEMENT);
        row(OPTIONAL, "orElseThrow()", "getFirst", "r", Result.ELEMENT);
        exceptions();
        for (Map.Entry<String, ContainerCall> row : List.copyOf(ROWS.entrySet())) {
            helper(row.getKey(), row.getValue());
        }
    }

    /** The helper of a row has a row of its own. */
    private static void helper(String method, ContainerCall row) {
        List<ClassDesc> parameters = MethodTypeDesc.ofDescriptor(method.substring(method.indexOf('(')) + "V")
                .parameterList();
        boolean isStatic = isStatic(method);
        ContainerCall known = ROWS.put(row.helperKey(isStatic, parameters), row.ofHelper(isStatic));
        if (known != null && !known.equals(row.ofHelper(isStatic))) {
            throw new IllegalStateException(row + " and " + known + " share a helper, but not its use");
        }
    }

    private static boolean isStatic(String method) {
        for (String beginning : STATIC) {
            if (method.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    private ContainerTable() {}

    private static void lists() {
        for (String suffix : List.of("()", "(I)", "(II)")) {
            row(LISTS_MADE, "<init>" + suffix, "newList", "", Result.CONSTRUCTED);
        }
        row(LISTS_MADE, "<init>(" + COLLECTION + ")", "newList", "c", Result.CONSTRUCTED);
        String element = "(" + OBJECT + ")";
        for (String last : List.of("add", "addLast", "offer", "offerLast", "addElement")) {
            row(COLLECTIONS, last + element, "addLast", "b", Result.NOTHING);
        }
        for (String first : List.of("addFirst", "offerFirst", "push")) {
            row(COLLECTIONS, first + element, "addFirst", "e", Result.NOTHING);
        }
        row(COLLECTIONS, "add(I" + OBJECT + ")", "add", "-e", Result.NOTHING);
        row(COLLECTIONS, "addAll(" + COLLECTION + ")", "addAll", "d", Result.NOTHING);
        row(COLLECTIONS, "addAll(I" + COLLECTION + ")", "addAll", "-d", Result.NOTHING);
        row(COLLECTIONS, "set(I" + OBJECT + ")", "set", "-e", Result.ELEMENT);
        row(COLLECTIONS, "get(I)", "get", "-", Result.ELEMENT);
        row(COLLECTIONS, "elementAt(I)", "get", "-", Result.ELEMENT);
        row(COLLECTIONS, "remove(I)", "remove", "-", Result.ELEMENT);
        row(COLLECTIONS, "clear()", "clear", "", Result.NOTHING);
        for (String first : List.of("pop", "poll", "pollFirst", "remove", "removeFirst")) {
            row(COLLECTIONS, first + "()", "removeFirst", "r", Result.ELEMENT);
        }
        for (String last : List.of("pollLast", "removeLast")) {
            row(COLLECTIONS, last + "()", "removeLast", "r", Result.ELEMENT);
        }
        for (String first : List.of("peek", "peekFirst", "getFirst", "element", "first", "firstElement")) {
            row(COLLECTIONS, first + "()", "getFirst", "r", Result.ELEMENT);
        }
        for (String last : List.of("peekLast", "getLast", "last", "lastElement")) {
            row(COLLECTIONS, last + "()", "getLast", "r", Result.ELEMENT);
        }
        // Stacks have their top at the end, other than queues.
        row(util("Stack"), "push" + element, "push", "e", Result.ELEMENT);
        row(util("Stack"), "pop()", "removeLast", "r", Result.ELEMENT);
        row(util("Stack"), "peek()", "getLast", "r", Result.ELEMENT);
        row(COLLECTIONS, "reversed()", "reversed", "r", Result.VIEW);
        row(COLLECTIONS, "iterator()", "iterator", "", Result.VIEW);
        row(COLLECTIONS, "listIterator()", "listIterator", "", Result.VIEW);
        row(COLLECTIONS, "listIterator(I)", "listIterator", "-", Result.VIEW);
        row(COLLECTIONS, "subList(II)", "subList", "--", Result.VIEW);
        row(COLLECTIONS, "toArray()", "toArray", "r", Result.ARRAY);

        row(util("Arrays"), "asList([" + OBJECT + ")", "listOf", "c", Result.COLLECTION);
        row(util("List"), "of([" + OBJECT + ")", "newListOf", "c", Result.COLLECTION);
        row(util("List"), "copyOf(" + COLLECTION + ")", "newList", "c", Result.COLLECTION);
        row(util("List"), "of()", "newList", "", Result.COLLECTION);
        row(util("Collections"), "emptyList()", "newList", "", Result.COLLECTION);
        row(util("List"), "of" + element, "listOf1", "e", Result.COLLECTION);
        for (int count = 2; count <= 10; count++) {
            row(util("List"), "of(" + OBJECT.repeat(count) + ")", "listOf", "e".repeat(count), Result.COLLECTION);
        }
        row(util("Collections"), "nCopies(I" + OBJECT + ")", "copies", "-e", Result.COLLECTION);
        row(util("Collections"), "singletonList" + element, "listOf1", "e", Result.COLLECTION);
        for (String view : List.of("unmodifiable", "synchronized")) {
            for (String type : List.of("Collection", "List", "Map", "SortedMap")) {
                row(util("Collections"), view + type + "(Ljava/util/" + type + ";)", "same", "c", Result.SAME);
            }
        }
    }

    /** What is in a set or a queue by priority is found by the element itself, so what is removed need not be. */
    private static void sets() {
        for (String suffix : List.of("()", "(I)", "(IF)", "(" + COMPARATOR + ")", "(I" + COMPARATOR + ")")) {
            row(SETS_MADE, "<init>" + suffix, "newSet", "p", Result.CONSTRUCTED);
        }
        for (String from : List.of(COLLECTION, "Ljava/util/SortedSet;", "Ljava/util/PriorityQueue;")) {
            row(SETS_MADE, "<init>(" + from + ")", "newSet", "dp", Result.CONSTRUCTED);
        }
        for (String removing :
                List.of("remove(" + OBJECT + ")", "removeAll(" + COLLECTION + ")", "retainAll(" + COLLECTION + ")")) {
            row(SETS, removing, "removeFromSet", "", Result.NOTHING);
        }
        for (String near : List.of("floor", "ceiling", "lower", "higher")) {
            row(SETS, near + "(" + OBJECT + ")", "element", "ir", Result.ELEMENT);
        }
        for (String part : List.of(
                "descendingSet()",
                "headSet(" + OBJECT + ")",
                "headSet(" + OBJECT + "Z)",
                "tailSet(" + OBJECT + ")",
                "tailSet(" + OBJECT + "Z)",
                "subSet(" + OBJECT + OBJECT + ")",
                "subSet(" + OBJECT + "Z" + OBJECT + "Z)")) {
            int count = part.endsWith("()") ? 0 : part.replaceAll("[^Z;]", "").length();
            row(SETS, part, "part", "i".repeat(count) + "r", Result.VIEW);
        }
    }

    /** What is kept in an exception: calls of methods that stand in for those of {@code Throwable}. */
    private static void exceptions() {
        String methods = "dev.jacobi.runtime.library.ThrowableMethods.";
        String exception = "Ljava/lang/Throwable;";

        ROWS.put(methods + "getCause(" + exception + ")", new ContainerCall("cause", "pr", Result.ELEMENT, true));
        ROWS.put(
                methods + "initCause(" + exception + exception + ")",
                new ContainerCall("setCause", "e", Result.VIEW, true));
        ROWS.put(
                methods + "causedBy(" + exception + exception + ")",
                new ContainerCall("causedBy", "e", Result.NOTHING, true));
        ROWS.put(
                methods + "addSuppressed(" + exception + exception + ")",
                new ContainerCall("addSuppressed", "e", Result.NOTHING, true));
        ROWS.put(
                methods + "getSuppressed(" + exception + ")", new ContainerCall("suppressed", "r", Result.ARRAY, true));
    }

    private static void iterators() {
        row(ITERATORS, "next()", "next", "r", Result.ELEMENT);
        row(ITERATORS, "previous()", "previous", "", Result.ELEMENT);
        row(ITERATORS, "remove()", "removeCurrent", "", Result.NOTHING);
        row(ITERATORS, "set(" + OBJECT + ")", "setCurrent", "e", Result.NOTHING);
        row(ITERATORS, "add(" + OBJECT + ")", "addCurrent", "e", Result.NOTHING);
    }

    private static void maps() {
        String key = "(" + OBJECT + ")";
        row(MAPS, "put(" + OBJECT + OBJECT + ")", "put", "-e", Result.ELEMENT);
        row(MAPS, "put(Ljava/lang/Enum;" + OBJECT + ")", "put", "-e", Result.ELEMENT);
        row(MAPS, "putIfAbsent(" + OBJECT + OBJECT + ")", "putIfAbsent", "-er", Result.ELEMENT);
        row(MAPS, "get" + key, "value", "l", Result.ELEMENT);
        row(MAPS, "getOrDefault(" + OBJECT + OBJECT + ")", "valueOr", "lep", Result.ELEMENT);
        row(MAPS, "remove" + key, "removeKey", "l", Result.ELEMENT);
        row(MAPS, "clear()", "clearMap", "", Result.NOTHING);
        row(MAPS, "putAll(" + MAP + ")", "putAll", "c", Result.NOTHING);
        row(MAPS, "entrySet()", "entries", "", Result.VIEW);
        row(MAPS, "values()", "values", "", Result.VIEW);
        for (String end : List.of("firstEntry", "lastEntry")) {
            row(MAPS, end + "()", "entry", "r", Result.ELEMENT);
        }
        for (String end : List.of("pollFirstEntry", "pollLastEntry")) {
            row(MAPS, end + "()", "removeEntry", "r", Result.ELEMENT);
        }
        for (String near : List.of("floorEntry", "ceilingEntry", "lowerEntry", "higherEntry")) {
            row(MAPS, near + key, "entry", "ir", Result.ELEMENT);
        }
        for (String part : List.of(
                "descendingMap()",
                "headMap(" + OBJECT + ")",
                "headMap(" + OBJECT + "Z)",
                "tailMap(" + OBJECT + ")",
                "tailMap(" + OBJECT + "Z)",
                "subMap(" + OBJECT + OBJECT + ")",
                "subMap(" + OBJECT + "Z" + OBJECT + "Z)")) {
            int count = part.endsWith("()") ? 0 : part.replaceAll("[^Z;]", "").length();
            row(MAPS, part, "partOfMap", "i".repeat(count) + "r", Result.VIEW);
        }
        row(ENTRIES, "getValue()", "entryValue", "", Result.ELEMENT);
        row(ENTRIES, "setValue(" + OBJECT + ")", "setEntryValue", "e", Result.ELEMENT);
        row(util("Map"), "of()", "newMap", "r", Result.COLLECTION);
        row(util("Collections"), "emptyMap()", "newMap", "r", Result.COLLECTION);
        row(util("Map"), "copyOf(" + MAP + ")", "newMap", "cr", Result.COLLECTION);
        for (int count = 1; count <= 5; count++) {
            row(
                    util("Map"),
                    "of(" + OBJECT.repeat(2 * count) + ")",
                    "mapOf",
                    "-e".repeat(count) + "r",
                    Result.COLLECTION);
        }
    }

    private static void made() {
        for (String suffix : List.of("()", "(I)", "(IF)", "(IFZ)", "(" + COMPARATOR + ")", "(Ljava/lang/Class;)")) {
            row(MAPS_MADE, "<init>" + suffix, "newMap", "p", Result.CONSTRUCTED);
        }
        for (String from : List.of(MAP, "Ljava/util/SortedMap;", "Ljava/util/EnumMap;")) {
            row(MAPS_MADE, "<init>(" + from + ")", "newMap", "cp", Result.CONSTRUCTED);
        }
    }

    /** Methods that only look at a collection, also at objects that carry derivatives. */
    private static final Set<String> INACTIVE = Set.of(
            "size()",
            "isEmpty()",
            "isPresent()",
            "hasNext()",
            "hasPrevious()",
            "nextIndex()",
            "previousIndex()",
            "contains(" + OBJECT + ")",
            "containsAll(" + COLLECTION + ")",
            "indexOf(" + OBJECT + ")",
            "lastIndexOf(" + OBJECT + ")",
            "equals(" + OBJECT + ")",
            "hashCode()",
            "empty()",
            "search(" + OBJECT + ")",
            "containsKey(" + OBJECT + ")",
            "containsValue(" + OBJECT + ")",
            "keySet()",
            "navigableKeySet()",
            "descendingKeySet()",
            "getKey()",
            "firstKey()",
            "lastKey()",
            "floorKey(" + OBJECT + ")",
            "ceilingKey(" + OBJECT + ")",
            "lowerKey(" + OBJECT + ")",
            "higherKey(" + OBJECT + ")",
            "comparator()",
            "trimToSize()",
            "ensureCapacity(I)");

    private static final Set<String> ALL = union(COLLECTIONS, ITERATORS, MAPS, ENTRIES, OPTIONAL);

    private static Set<String> util(String... names) {
        Set<String> full = new HashSet<>();
        for (String name : names) {
            full.add("java.util." + name);
        }
        return Set.copyOf(full);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    private static Set<String> union(Set<String>... sets) {
        Set<String> all = new HashSet<>();
        for (Set<String> set : sets) {
            all.addAll(set);
        }
        return Set.copyOf(all);
    }

    private static void row(Set<String> owners, String method, String helper, String arguments, Result result) {
        ContainerCall call = new ContainerCall(helper, arguments, result);
        for (String owner : owners) {
            ROWS.put(owner + "." + method, call);
        }
    }

    /** Whether the method is one of a set, a map or a queue by priority, or of a collection that may be one. */
    static boolean comparesElements(MethodReference method) {
        return COMPARING.contains(Type.name(method.owner()));
    }

    static Optional<ContainerCall> find(MethodReference method) {
        return Optional.ofNullable(ROWS.get(key(method)));
    }

    /** Whether the method is known to look at a collection only. */
    static boolean isInactive(MethodReference method) {
        String owner = Type.name(method.owner());
        return ALL.contains(owner)
                && INACTIVE.contains(key(method).substring(owner.length() + 1))
                && find(method).isEmpty();
    }

    private static String key(MethodReference method) {
        String descriptor = method.type().descriptorString();
        return Type.name(method.owner()) + "." + method.name() + descriptor.substring(0, descriptor.indexOf(')') + 1);
    }
}
