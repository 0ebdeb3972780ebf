package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Between the objects of users and their shadows ({@link ShadowLayout}), at the calls of a derivative: makes shadows of zeros for what
 * can be reached from an argument; reads shadows that the user gives as objects of the same classes, and writes into them what came out; makes
 * gradients of the classes of the arguments ({@link GradientObjects}). One object has one shadow, however often it is reached.
 *
 * <p>Of collections, those of java.util that are lists or queues have a list as shadow, maps a {@link MapShadow}. Fields are read with the rights of the method that was differentiated. What a lambda captured is constant, and so are objects of the JDK that
 * hold no numbers themselves; others whose numbers may not be read are refused.
 */
public final class ShadowGraph {
    private final String name;
    private final Lookup lookup;
    private final Map<Class<?>, FieldAccess> accesses = new ConcurrentHashMap<>();

    /**
     * @param name the function in messages
     * @param lookup may read the fields
     */
    public ShadowGraph(String name, Lookup lookup) {
        this.name = name;
        this.lookup = lookup;
    }

    /** Starts a call. */
    public Session open() {
        return new Session(true);
    }

    /** Starts a call in forward mode, in which tangents of what cannot change are not written. */
    public Session openForward() {
        return new Session(false);
    }

    /**
     * Refuses to evaluate a function at the same place several times, if it may have changed that.
     *
     * @param times how often it is to be evaluated
     */
    public void checkRepeatable(int times, boolean changesInput) {
        if (times > 1 && changesInput) {
            throw refusal(
                    Refusal.CHANGES_ARGUMENT,
                    "it takes one direction at a time, because the function may change its argument, which is an object");
        }
    }

    /** All that can be reached from an argument and may have a shadow, for {@link ActiveArrays#contain}. */
    public Object reachable(@Nullable Object argument) {
        Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> left = new ArrayDeque<>();
        if (argument != null && found.add(argument)) {
            left.add(argument);
        }
        while (!left.isEmpty()) {
            forEachPart(left.removeFirst(), (part, _) -> {
                if (part != null && hasShadow(part) && found.add(part)) {
                    left.add(part);
                }
            });
        }
        return found;
    }

    FieldAccess access(Class<?> type) {
        return accesses.computeIfAbsent(type, each -> new FieldAccess(each, lookup));
    }

    JacobiException refusal(Refusal refusal, String what) {
        return new JacobiException(refusal, "cannot call the derivative of " + name + ": " + what, null);
    }

    /** Whether an object's class may hold numbers, or lead to them. */
    static boolean hasShadow(Object object) {
        Class<?> type = object.getClass();
        return ShadowLayout.leadsToNumbers(type)
                && (type.isArray()
                        || isContainer(object)
                        || !ShadowLayout.of(type).isEmpty());
    }

    private static boolean isContainer(Object object) {
        return object instanceof Map && isOfJdk(object)
                || object instanceof Collection<?> collection && isList(collection);
    }

    /** How an object was reached. */
    record Path(@Nullable Path from, String step) {
        @Override
        public String toString() {
            return from == null ? step : from + step;
        }
    }

    /** An object with its shadow. */
    static final class Open {
        private final Object primal;
        private final @Nullable Object given;
        private final Object shadow;
        private final Path path;
        private @Nullable Object[] parts = {};

        private Open(Object primal, @Nullable Object given, Object shadow, Path path) {
            this.primal = primal;
            this.given = given;
            this.shadow = shadow;
            this.path = path;
        }

        Object primal() {
            return primal;
        }

        @Nullable
        Object given() {
            return given;
        }

        Object shadow() {
            return shadow;
        }

        Path path() {
            return path;
        }

        /**
         * What the object referred to when the call began: elements, values of a map by its keys' order, or fields with a slot; in the place
         * of each box it with its shadow.
         */
        @Nullable
        Object[] parts() {
            return parts;
        }
    }

    /** The shadows of one call. */
    public final class Session {
        private final IdentityHashMap<Object, Open> known = new IdentityHashMap<>();
        private final IdentityHashMap<Object, Open> givens = new IdentityHashMap<>();
        private final Deque<Open> open = new ArrayDeque<>();
        private final List<Open> toWrite = new ArrayList<>();
        private final boolean reverse;
        private boolean zeros;

        private Session(boolean reverse) {
            this.reverse = reverse;
        }

        /** A shadow of zeros. */
        public @Nullable Object zerosLike(@Nullable Object primal) {
            zeros = true;
            return read(primal, null, "the argument");
        }

        /**
         * The shadow of an argument, with the numbers of what the user gave as shadow.
         *
         * @throws JacobiException WRONG_SHADOW or ALIASED_ARGUMENTS if that has not the argument's shape
         */
        public @Nullable Object read(@Nullable Object primal, @Nullable Object given, int parameter) {
            return read(primal, given, "parameter " + parameter);
        }

        private @Nullable Object read(@Nullable Object primal, @Nullable Object given, String place) {
            Object shadow = visit(primal, given, new Path(null, place));
            while (!open.isEmpty()) {
                fill(open.removeFirst());
            }
            checkGivens();
            return shadow;
        }

        /** As {@link #read(Object, Object, int)} of the first argument, all numbers set to zero. */
        public @Nullable Object readZeros(@Nullable Object primal, @Nullable Object given) {
            Object shadow = read(primal, given, 0);
            clear();
            return shadow;
        }

        /** Sets all numbers to zero, also those of arrays that the user gave. */
        public void clear() {
            for (Open each : known.values()) {
                Arrays.stream(each.parts())
                        .filter(Open.class::isInstance)
                        .map(part -> ((Open) part).shadow())
                        .forEach(box -> Arrays.fill((double[]) ((Object[]) box)[0], 0));
                switch (each.shadow()) {
                    case double[] array -> Arrays.fill(array, 0);
                    case float[] array -> Arrays.fill(array, 0);
                    case Object[] slots
                    when slots.length > 0
                            && slots[0] instanceof double[] numbers
                            && !each.primal().getClass().isArray() -> Arrays.fill(numbers, 0);
                    default -> {}
                }
            }
        }

        /** Refuses what the user gave if it was given as another shadow as well. */
        public void checkApart(Session other) {
            for (Open each : givens.values()) {
                Open same = other.givens.get(each.given());
                if (same != null && !isBox(each.primal())) {
                    throw wrongShadow(
                            each.path(), "for direction 1 is also that of " + same.path() + " for direction 0");
                }
            }
        }

        /** Reads the numbers again that {@link #write} has written, and the user may have changed. */
        public void readAgain() {
            for (Open each : toWrite) {
                Object given = each.given();
                if (given != null) {
                    readNumbers(access(given.getClass()), given, (double[]) ((Object[]) each.shadow())[0]);
                }
            }
        }

        private static void readNumbers(FieldAccess access, Object given, double[] numbers) {
            List<Field> fields = access.layout().numbers();
            for (int i = 0; i < fields.size(); i++) {
                numbers[i] = access.number(fields.get(i), given);
            }
        }

        /** The gradient that the shadow of an argument holds, as an object of the argument's class and of the shape that it had before the call. */
        public @Nullable Object gradient(@Nullable Object primal) {
            return GradientObjects.of(ShadowGraph.this, this, primal);
        }

        @Nullable
        Open find(Object primal) {
            return known.get(primal);
        }

        /** Checks an argument without shadow: nothing that can be reached from it may be reached from one with a shadow. */
        public void constant(@Nullable Object primal, int parameter) {
            IdentityHashMap<Object, Path> seen = new IdentityHashMap<>();
            Deque<Object> left = new ArrayDeque<>();
            if (primal != null && hasShadow(primal)) {
                seen.put(primal, new Path(null, "parameter " + parameter));
                left.add(primal);
            }
            while (!left.isEmpty()) {
                Object object = left.removeFirst();
                Path path = seen.get(object);
                Open other = known.get(object);
                if (other != null) {
                    throw refusal(
                            Refusal.ALIASED_ARGUMENTS,
                            other.path() + " and " + path + " are the same object, but only one of them has a shadow");
                }
                forEachPart(object, (part, step) -> {
                    if (part != null && hasShadow(part) && seen.putIfAbsent(part, new Path(path, step)) == null) {
                        left.add(part);
                    }
                });
            }
        }

        /** Writes what came out into the objects that the user gave. */
        public void write() {
            for (Open each : toWrite) {
                Object given = each.given();
                if (given == null) {
                    continue;
                }
                FieldAccess access = access(given.getClass());
                double[] numbers = (double[]) ((Object[]) each.shadow())[0];
                List<Field> fields = access.layout().numbers();
                for (int i = 0; i < fields.size(); i++) {
                    if (access.isWritable(fields.get(i))) {
                        access.setNumber(fields.get(i), given, numbers[i]);
                    }
                }
            }
        }

        private @Nullable Object visit(@Nullable Object primal, @Nullable Object given, Path path) {
            if (primal == null || !hasShadow(primal)) {
                if (primal == null && given != null && !zeros) {
                    throw wrongShadow(path, "is not null, the object is");
                }
                return null;
            }
            Open before = known.get(primal);
            if (before != null) {
                if (before.given() != given) {
                    throw refusal(
                            Refusal.ALIASED_ARGUMENTS,
                            before.path() + " and " + path + " are the same object, but have different shadows");
                }
                return before.shadow();
            }
            if (!zeros) {
                checkGiven(primal, given, path);
            }
            Open made = new Open(primal, given, shadow(primal, given), path);
            known.put(primal, made);
            open.add(made);
            if (given != null) {
                Open other = givens.putIfAbsent(given, made);
                if (other != null) {
                    throw wrongShadow(path, "is also that of " + other.path());
                }
            }
            return made.shadow();
        }

        private boolean areAlike(Object primal, Object given) {
            boolean lists = primal instanceof List && given instanceof List;
            boolean maps = primal instanceof Map && given instanceof Map;
            return given.getClass() == primal.getClass() || (lists || maps) && isOfJdk(primal) && isOfJdk(given);
        }

        private void checkGiven(Object primal, @Nullable Object given, Path path) {
            if (given == null) {
                throw wrongShadow(path, "is null");
            }
            if (given == primal) {
                throw wrongShadow(path, "is the object itself");
            }
            if (!areAlike(primal, given)) {
                throw wrongShadow(
                        path,
                        "is of class " + given.getClass().getTypeName() + ", the object is of class "
                                + primal.getClass().getTypeName());
            }
            if (primal.getClass().isArray() && Array.getLength(primal) != Array.getLength(given)) {
                throw wrongShadow(
                        path,
                        "has length " + Array.getLength(given) + ", the array has length " + Array.getLength(primal));
            }
        }

        private void checkGivens() {
            for (Open each : givens.values()) {
                Open primal = known.get(each.given());
                if (primal != null) {
                    throw wrongShadow(each.path(), "is the object of " + primal.path());
                }
            }
        }

        private JacobiException wrongShadow(Path path, String how) {
            return refusal(Refusal.WRONG_SHADOW, "the shadow of " + path + " " + how);
        }

        /** The shadow itself: the given array of numbers, or one that is filled later. */
        private Object shadow(Object primal, @Nullable Object given) {
            return switch (primal) {
                case double[] array -> given == null ? new double[array.length] : given;
                case float[] array -> given == null ? new float[array.length] : given;
                case Object[] array ->
                    isNumbers(array.getClass())
                            ? Array.newInstance(array.getClass().getComponentType(), array.length)
                            : new Object[array.length];
                case Double _, Float _ ->
                    new Object[] {new double[] {given instanceof Number number ? number.doubleValue() : 0}};
                case Map<?, ?> map when isOfJdk(map) -> new MapShadow(map);
                case Collection<?> collection when isList(collection) -> new ArrayList<@Nullable Object>();
                default -> {
                    ShadowLayout layout = access(primal.getClass()).layout();
                    Object[] slots = new Object[layout.slots()];
                    slots[0] = layout.numbers().isEmpty()
                            ? null
                            : new double[layout.numbers().size()];
                    yield slots;
                }
            };
        }

        private void fill(Open at) {
            Object[] given = at.given() instanceof Object[] array ? array : null;
            if (at.primal() instanceof Object[] array) {
                at.parts = new Object[array.length];
                Object[] shadows = (Object[]) at.shadow();
                for (int i = 0; i < array.length; i++) {
                    Path path = new Path(at.path(), "[" + i + "]");
                    shadows[i] = part(at, i, array[i], given == null ? null : given[i], path);
                }
            } else if (at.shadow() instanceof MapShadow map) {
                fillMap(at, map);
            } else if (at.shadow() instanceof List<?>) {
                fillList(at);
            } else if (!at.primal().getClass().isArray()) {
                fillObject(at);
            }
        }

        private void fillMap(Open at, MapShadow shadow) {
            Map<?, ?> given = at.given() instanceof Map<?, ?> map ? map : null;
            if (given != null && !given.keySet().equals(shadow.primal().keySet())) {
                throw wrongShadow(at.path(), "has other keys");
            }
            at.parts = new Object[shadow.primal().size()];
            int index = 0;
            for (Map.Entry<?, ?> entry : shadow.primal().entrySet()) {
                Object key = entry.getKey();
                Path path = new Path(at.path(), ".get(" + key + ")");
                shadow.put(key, part(at, index++, entry.getValue(), given == null ? null : given.get(key), path));
            }
        }

        @SuppressWarnings("unchecked") // made by shadow(..)
        private void fillList(Open at) {
            List<@Nullable Object> shadow = (List<@Nullable Object>) at.shadow();
            Collection<?> primal = (Collection<?>) at.primal();
            Collection<?> given = at.given() instanceof Collection<?> collection ? collection : null;
            if (given != null && given.size() != primal.size()) {
                throw wrongShadow(at.path(), "has length " + given.size() + ", the list has length " + primal.size());
            }
            at.parts = new Object[primal.size()];
            Iterator<?> shadows = given == null ? Collections.emptyIterator() : given.iterator();
            int index = 0;
            for (Object element : primal) {
                Path path = new Path(at.path(), ".get(" + index + ")");
                shadow.add(part(at, index++, element, given == null ? null : shadows.next(), path));
            }
        }

        /** Notes a part of an object and gives its shadow. A box stands for its number, so each place has a shadow of its own. */
        private @Nullable Object part(Open at, int index, @Nullable Object primal, @Nullable Object given, Path path) {
            if (!isBox(primal)) {
                at.parts[index] = primal;
                return visit(primal, given, path);
            }
            if (!zeros && reverse) {
                throw wrongShadow(
                        path, "cannot change: it is a " + primal.getClass().getSimpleName());
            }
            if (!zeros && !isBox(given)) {
                throw wrongShadow(
                        path,
                        "is "
                                + (given == null
                                        ? "null"
                                        : "of class " + given.getClass().getTypeName()));
            }
            Open box = new Open(primal, given, shadow(primal, given), path);
            at.parts[index] = box;
            return box.shadow();
        }

        private void fillObject(Open at) {
            if (isBox(at.primal())) {
                return;
            }
            FieldAccess access = access(at.primal().getClass());
            Field unreadable = access.unreadable();
            if (unreadable != null) {
                throw refusal(
                        Refusal.PACKAGE_NOT_OPEN,
                        at.path() + " is of class " + at.primal().getClass().getTypeName() + ", whose field "
                                + unreadable.getName() + " may not be read");
            }
            if (access.isOpaque()) {
                return;
            }
            Object given = at.given();
            ShadowLayout layout = access.layout();
            Object[] slots = (Object[]) at.shadow();
            if (given != null && slots[0] instanceof double[] numbers) {
                List<Field> fields = layout.numbers();
                for (int i = 0; i < fields.size(); i++) {
                    if (reverse && !access.isWritable(fields.get(i))) {
                        throw wrongShadow(
                                at.path(),
                                "cannot change: its field " + fields.get(i).getName() + " is final");
                    }
                    numbers[i] = access.number(fields.get(i), given);
                }
                toWrite.add(at);
            }
            List<Field> references = layout.references();
            at.parts = new Object[references.size()];
            for (int i = 0; i < references.size(); i++) {
                Field field = references.get(i);
                Object part = access.get(field, at.primal());
                Object shadow = given == null ? null : access.get(field, given);
                slots[1 + i] = part(at, i, part, shadow, new Path(at.path(), "." + field.getName()));
            }
        }
    }

    /** What an object refers to. */
    private interface Part {
        void visit(@Nullable Object part, String step);
    }

    private void forEachPart(Object object, Part visitor) {
        if (object instanceof Object[] array) {
            for (int i = 0; i < array.length; i++) {
                visitor.visit(array[i], "[" + i + "]");
            }
        } else if (object instanceof Map<?, ?> map && isOfJdk(map)) {
            map.forEach((key, value) -> visitor.visit(value, ".get(" + key + ")"));
        } else if (object instanceof Collection<?> collection && isList(collection)) {
            collection.forEach(element -> visitor.visit(element, ".get(..)"));
        } else if (!object.getClass().isArray()) {
            FieldAccess access = access(object.getClass());
            for (Field field : access.layout().references()) {
                visitor.visit(access.get(field, object), "." + field.getName());
            }
        }
    }

    /** Whether a collection keeps an order, so that its shadow is a list. */
    static boolean isList(Collection<?> collection) {
        return isOfJdk(collection)
                && (collection instanceof List || collection instanceof Deque)
                && !collection.getClass().getPackageName().startsWith("java.util.concurrent");
    }

    private static boolean isBox(@Nullable Object object) {
        return object instanceof Double || object instanceof Float;
    }

    static boolean isOfJdk(Object object) {
        return !(object instanceof IdentityHashMap)
                && object.getClass().getClassLoader() == null
                && object.getClass().getPackageName().startsWith("java.util");
    }

    static boolean isNumbers(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element == double.class || element == float.class;
    }
}
