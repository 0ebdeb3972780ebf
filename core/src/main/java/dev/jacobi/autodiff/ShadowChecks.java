package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
import dev.jacobi.cache.EntryReader;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is checked of the arguments of a derivative before it runs: each shadow, of which an array
 * has one for each direction, has the class, length and shape of its array, is no
 * array that the primal sees, and belongs to one array; an array that is passed twice has one shadow.
 *
 * <p>The derivative is made in the belief that this holds. An array that is null needs no shadow: the primal will do with null what it does.
 *
 * <p>Not seen: arrays that the primal reaches in other ways, through objects or static fields. The shadow of the result in reverse mode
 * is not checked, as the result is not known yet.
 */
public final class ShadowChecks {
    private final String name;
    /** What each of the shadows of one array is for, in messages. */
    private final String lane;
    /** How many elements the shadow of an array of numbers has for each of the array. */
    private final int perElement;

    private final List<Reference> places;

    /** A reference among the arguments, see {@link Slot}. */
    private record Reference(boolean isShadow, int primal, int lane) {}

    private ShadowChecks(String name, String lane, int perElement, List<Reference> places) {
        this.name = name;
        this.lane = lane;
        this.perElement = perElement;
        this.places = places;
    }

    private static ShadowChecks of(String name, Mode mode, List<Slot> parameters, int perElement) {
        List<Reference> places = new ArrayList<>();
        for (Slot slot : parameters) {
            if (slot.type().isReference() && slot.role() != Role.SEED) {
                places.add(new Reference(slot.role() == Role.DERIVATIVE, slot.primal(), slot.lane()));
            }
        }
        String lane = mode == Mode.FORWARD ? "direction" : "adjoint";
        return new ShadowChecks(name, lane, perElement, List.copyOf(places));
    }

    /** Writes what {@link #read} makes the same checks of. */
    public void write(DataOutput out) throws IOException {
        out.writeUTF(name);
        out.writeUTF(lane);
        out.writeInt(perElement);
        out.writeInt(places.size());
        for (Reference reference : places) {
            out.writeBoolean(reference.isShadow());
            out.writeInt(reference.primal());
            out.writeInt(reference.lane());
        }
    }

    public static ShadowChecks read(EntryReader in) throws IOException {
        String name = in.readUTF();
        String lane = in.readUTF();
        int perElement = in.readInt();
        Reference[] places = new Reference[in.readInt()];
        for (int i = 0; i < places.length; i++) {
            places[i] = new Reference(in.readBoolean(), in.readInt(), in.readInt());
        }
        return new ShadowChecks(name, lane, perElement, List.of(places));
    }

    /** The checks for a derivative. */
    public static ShadowChecks of(Function primal, DerivativeRequest request) {
        return of(
                primal.signature(),
                request.mode(),
                DerivativeSignature.of(primal, request).parameters(),
                request.perElement());
    }

    /**
     * The checks for the first parameter alone, followed by several arrays that are to be like its shadows.
     *
     * @param name of the function in messages
     */
    public static ShadowChecks ofDirections(String name, Function primal, int count) {
        DerivativeRequest request = DerivativeRequest.forward(
                        true,
                        primal.parameters().stream()
                                .map(parameter ->
                                        parameter == primal.parameters().getFirst() ? Activity.DUAL : Activity.CONST)
                                .toArray(Activity[]::new))
                .withWidth(count);
        DerivativeSignature signature = DerivativeSignature.of(primal, request);
        return of(name, Mode.FORWARD, signature.parameters().subList(0, 1 + count), 1);
    }

    /** Whether objects of a static type may be arrays. */
    public static boolean mayBeArray(Type type) {
        return type.isArray() || Region.isSupertypeOfArrays(type);
    }

    /** Checks the references among the arguments of the derivative, in their order. */
    public void check(@Nullable Object[] references) {
        if (!isPlain(references) && (perElement > 1 || !isDistinct(references))) {
            checkAll(references);
        }
    }

    /** Generated code calls this for one reference after the other, in their order, and then {@link #checkArguments}. */
    public void argument(int index, @Nullable Object reference) {
        DistinctArrays.ofThread().arguments[index] = reference;
    }

    /** Checks what this thread has handed over by {@link #argument}; without allocation if it is right. */
    public void checkArguments() {
        @Nullable Object[] references = DistinctArrays.ofThread().arguments;
        try {
            check(references);
        } finally {
            Arrays.fill(references, 0, places.size(), null);
        }
    }

    /** Checks one array and its shadow. */
    public void check(@Nullable Object array, @Nullable Object shadow) {
        if (array == shadow || !isLike(array, shadow)) {
            argument(0, array);
            argument(1, shadow);
            checkArguments();
        }
    }

    /** Checks one array and two shadows. */
    public void check(@Nullable Object array, @Nullable Object first, @Nullable Object second) {
        boolean distinct = array != first && array != second && first != second;
        if (!distinct || !isLike(array, first) || !isLike(array, second)) {
            argument(0, array);
            argument(1, first);
            argument(2, second);
            checkArguments();
        }
    }

    /** Whether the arguments are right beyond doubt: arrays, perhaps nested, of which no two are the same. */
    private boolean isDistinct(@Nullable Object[] references) {
        int count = 0;
        for (int index = 0; index < places.size(); index++) {
            if (places.get(index).isShadow()) {
                count += 2 * DistinctArrays.count(references[primalOf(index)]);
            }
        }
        DistinctArrays arrays = DistinctArrays.ofThread();
        try {
            arrays.expect(count);
            return isDistinct(references, arrays);
        } finally {
            arrays.forget();
        }
    }

    private boolean isDistinct(@Nullable Object[] references, DistinctArrays arrays) {
        for (int index = 0; index < places.size(); index++) {
            Object shadow = references[index];
            if (places.get(index).isShadow()
                    && !(places.get(index).lane() == 0
                            ? arrays.addWithShadow(references[index - 1], shadow)
                            : arrays.addShadow(references[primalOf(index)], shadow))) {
                return false;
            }
        }
        for (int index = 0; index < places.size(); index++) {
            boolean shadowed =
                    index + 1 < places.size() && places.get(index + 1).isShadow();
            if (!places.get(index).isShadow() && !shadowed && !arrays.isApart(references[index])) {
                return false;
            }
        }
        return true;
    }

    /** How many references there are to be checked. */
    public int count() {
        return places.size();
    }

    /** How many elements the shadow of an array of numbers has for each of the array. */
    public int perElement() {
        return perElement;
    }

    /** The place of the array whose shadow is at a place, or -1 if that is no shadow. */
    public int arrayOf(int index) {
        return places.get(index).isShadow() ? primalOf(index) : -1;
    }

    /** The place of the array that a shadow belongs to. */
    private int primalOf(int shadow) {
        return shadow - 1 - places.get(shadow).lane();
    }

    /** Whether the arguments are right beyond doubt, found without allocation: flat arrays, all different. */
    private boolean isPlain(@Nullable Object[] references) {
        for (int index = 0; index < places.size(); index++) {
            Object reference = references[index];
            for (int other = 0; other < index; other++) {
                if (reference != null && reference == references[other]) {
                    return false;
                }
            }
            boolean right = places.get(index).isShadow()
                    ? isLike(references[primalOf(index)], reference)
                    : !(reference instanceof Object[]);
            if (!right) {
                return false;
            }
        }
        return true;
    }

    private boolean isLike(@Nullable Object primal, @Nullable Object shadow) {
        // A switch over classes is linked at its first call, which takes long.
        if (primal instanceof double[] array) {
            return shadow instanceof double[] other && array.length * (long) perElement == other.length;
        }
        return primal instanceof float[] array
                && shadow instanceof float[] other
                && array.length * (long) perElement == other.length;
    }

    private void checkAll(@Nullable Object[] references) {
        List<Found> found = new ArrayList<>();
        for (int index = 0; index < places.size(); index++) {
            Reference slot = places.get(index);
            Object primal = references[index];
            if (slot.isShadow() || primal == null) {
                continue;
            }
            int last = index;
            while (last + 1 < places.size() && places.get(last + 1).isShadow()) {
                last++;
                checkShape(
                        new Found(slot.primal(), places.get(last).lane(), -1, null, primal, references[last]), found);
            }
            if (last == index) {
                collect(new Found(slot.primal(), 0, -1, null, primal, null), found);
            }
        }
        checkIdentities(found);
    }

    /**
     * An array that was found.
     *
     * @param lane the direction that the shadow is for
     * @param row its place in the outer array, or -1
     * @param shadow null for arrays without one
     */
    private record Found(
            int parameter,
            int lane,
            int row,
            @Nullable Found outer,
            Object primal,
            @Nullable Object shadow) {
        @Override
        public String toString() {
            return outer == null ? "parameter " + parameter : outer + "[" + row + "]";
        }
    }

    private void checkShape(Found array, List<Found> found) {
        Object primal = array.primal;
        Object shadow = array.shadow;
        if (shadow == null) {
            throw wrongShadow(array, "is null");
        }
        if (shadow == primal) {
            throw wrongShadow(array, "is the array itself");
        }
        if (shadow.getClass() != primal.getClass()) {
            throw wrongShadow(
                    array,
                    "is of class " + shadow.getClass().getTypeName() + ", the array is of class "
                            + primal.getClass().getTypeName());
        }
        int each = primal instanceof Object[] ? 1 : perElement;
        if (Array.getLength(shadow) != Array.getLength(primal) * (long) each) {
            throw wrongShadow(
                    array,
                    "has length " + Array.getLength(shadow) + ", the array has length " + Array.getLength(primal)
                            + (each > 1 ? " and " + each + " directions" : ""));
        }
        found.add(array);
        if (primal instanceof Object[] rows && shadow instanceof Object[] shadowRows) {
            for (int row = 0; row < rows.length; row++) {
                if (rows[row] != null) {
                    checkShape(new Found(array.parameter, array.lane, row, array, rows[row], shadowRows[row]), found);
                } else if (shadowRows[row] != null) {
                    throw wrongShadow(
                            new Found(array.parameter, array.lane, row, array, shadowRows[row], shadowRows[row]),
                            "is not null, the array is");
                }
            }
        }
    }

    private static void collect(Found array, List<Found> found) {
        found.add(array);
        if (array.primal instanceof Object[] rows
                && rows.getClass().getComponentType().isArray()) {
            for (int row = 0; row < rows.length; row++) {
                if (rows[row] != null) {
                    collect(new Found(array.parameter, 0, row, array, rows[row], null), found);
                }
            }
        }
    }

    private void checkIdentities(List<Found> found) {
        List<IdentityHashMap<Object, Found>> lanes = new ArrayList<>();
        for (Found array : found) {
            while (lanes.size() <= array.lane) {
                lanes.add(new IdentityHashMap<>());
            }
            Found other = lanes.get(array.lane).putIfAbsent(array.primal, array);
            if (other != null && other.shadow != array.shadow) {
                String how = other.shadow == null || array.shadow == null
                        ? ", but only one of them has a shadow"
                        : ", but have different shadows";
                throw new JacobiException(
                        Refusal.ALIASED_ARGUMENTS,
                        "cannot call the derivative of " + name + ": " + other + " and " + array + " are the same array"
                                + how,
                        null);
            }
        }
        IdentityHashMap<Object, Found> shadows = new IdentityHashMap<>();
        for (Found array : found) {
            if (array.shadow != null) {
                Found primal = lanes.getFirst().get(array.shadow);
                if (primal != null) {
                    throw wrongShadow(array, "is the array of " + primal);
                }
                Found other = shadows.putIfAbsent(array.shadow, array);
                if (other != null && (other.primal != array.primal || other.lane != array.lane)) {
                    throw wrongShadow(array, "is also that of " + other + direction(other));
                }
            }
        }
    }

    private JacobiException wrongShadow(Found array, String how) {
        return new JacobiException(
                Refusal.WRONG_SHADOW,
                "cannot call the derivative of " + name + ": the shadow of " + array + direction(array) + " " + how,
                null);
    }

    private String direction(Found array) {
        return places.stream().anyMatch(slot -> slot.lane() > 0) ? " for " + lane + " " + array.lane : "";
    }
}
