package dev.jacobi.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Called by generated code only: makes the shadow of a collection that was just made, see {@link ContainerShadows}. */
public final class NewContainerShadows {
    private NewContainerShadows() {}

    public static Object newList() {
        return new ArrayList<@Nullable Object>();
    }

    public static Object newList(@Nullable Object elements) {
        List<@Nullable Object> list = new ArrayList<>();
        if (elements != null) {
            ContainerShadows.each(elements).forEachRemaining(list::add);
        }
        return list;
    }

    public static Object newSet(Object primal) {
        return new SetShadow((Collection<?>) primal);
    }

    public static Object newSet(Object elements, @Nullable Object shadows, Object primal) {
        SetShadow set = new SetShadow((Collection<?>) primal);
        ContainerShadows.addAll(set, elements, shadows);
        return set;
    }

    public static Object newMap(Object primal) {
        return new MapShadow((Map<?, ?>) primal);
    }

    public static Object newMap(@Nullable Object elements, Object primal) {
        MapShadow map = new MapShadow((Map<?, ?>) primal);
        ContainerShadows.putAll(map, elements);
        return map;
    }

    /** A list of the elements of an array of shadows. */
    public static Object newListOf(@Nullable Object array) {
        return array == null
                ? new ArrayList<@Nullable Object>()
                : new ArrayList<>(Arrays.asList((@Nullable Object[]) array));
    }

    /** The list over an array of shadows. */
    public static @Nullable Object listOf(@Nullable Object array) {
        return array == null ? null : Arrays.asList((@Nullable Object[]) array);
    }

    public static Object copies(int count, @Nullable Object one) {
        return Collections.nCopies(count, one);
    }

    private static MapShadow mapOfPairs(Object primal, @Nullable Object... keysAndValues) {
        MapShadow map = new MapShadow((Map<?, ?>) primal);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    public static Object listOf1(@Nullable Object one) {
        return Arrays.<@Nullable Object>asList(one);
    }

    public static Object listOf(@Nullable Object one, @Nullable Object two) {
        return Arrays.<@Nullable Object>asList(one, two);
    }

    public static Object listOf(@Nullable Object one, @Nullable Object two, @Nullable Object three) {
        return Arrays.<@Nullable Object>asList(one, two, three);
    }

    public static Object listOf(
            @Nullable Object one, @Nullable Object two, @Nullable Object three, @Nullable Object four) {
        return Arrays.<@Nullable Object>asList(one, two, three, four);
    }

    public static Object listOf(
            @Nullable Object one,
            @Nullable Object two,
            @Nullable Object three,
            @Nullable Object four,
            @Nullable Object five) {
        return Arrays.<@Nullable Object>asList(one, two, three, four, five);
    }

    public static Object listOf(
            @Nullable Object one,
            @Nullable Object two,
            @Nullable Object three,
            @Nullable Object four,
            @Nullable Object five,
            @Nullable Object six) {
        return Arrays.<@Nullable Object>asList(one, two, three, four, five, six);
    }

    public static Object listOf(
            @Nullable Object one,
            @Nullable Object two,
            @Nullable Object three,
            @Nullable Object four,
            @Nullable Object five,
            @Nullable Object six,
            @Nullable Object seven) {
        return Arrays.<@Nullable Object>asList(one, two, three, four, five, six, seven);
    }

    public static Object listOf(
            @Nullable Object one,
            @Nullable Object two,
            @Nullable Object three,
            @Nullable Object four,
            @Nullable Object five,
            @Nullable Object six,
            @Nullable Object seven,
            @Nullable Object eight) {
        return Arrays.<@Nullable Object>asList(one, two, three, four, five, six, seven, eight);
    }

    public static Object listOf(
            @Nullable Object one,
            @Nullable Object two,
            @Nullable Object three,
            @Nullable Object four,
            @Nullable Object five,
            @Nullable Object six,
            @Nullable Object seven,
            @Nullable Object eight,
            @Nullable Object nine) {
        return Arrays.<@Nullable Object>asList(one, two, three, four, five, six, seven, eight, nine);
    }

    public static Object listOf(
            @Nullable Object one,
            @Nullable Object two,
            @Nullable Object three,
            @Nullable Object four,
            @Nullable Object five,
            @Nullable Object six,
            @Nullable Object seven,
            @Nullable Object eight,
            @Nullable Object nine,
            @Nullable Object ten) {
        return Arrays.<@Nullable Object>asList(one, two, three, four, five, six, seven, eight, nine, ten);
    }

    public static Object mapOf(Object keyOne, @Nullable Object one, Object primal) {
        return mapOfPairs(primal, keyOne, one);
    }

    public static Object mapOf(
            Object keyOne, @Nullable Object one, Object keyTwo, @Nullable Object two, Object primal) {
        return mapOfPairs(primal, keyOne, one, keyTwo, two);
    }

    public static Object mapOf(
            Object keyOne,
            @Nullable Object one,
            Object keyTwo,
            @Nullable Object two,
            Object keyThree,
            @Nullable Object three,
            Object primal) {
        return mapOfPairs(primal, keyOne, one, keyTwo, two, keyThree, three);
    }

    public static Object mapOf(
            Object keyOne,
            @Nullable Object one,
            Object keyTwo,
            @Nullable Object two,
            Object keyThree,
            @Nullable Object three,
            Object keyFour,
            @Nullable Object four,
            Object primal) {
        return mapOfPairs(primal, keyOne, one, keyTwo, two, keyThree, three, keyFour, four);
    }

    public static Object mapOf(
            Object keyOne,
            @Nullable Object one,
            Object keyTwo,
            @Nullable Object two,
            Object keyThree,
            @Nullable Object three,
            Object keyFour,
            @Nullable Object four,
            Object keyFive,
            @Nullable Object five,
            Object primal) {
        return mapOfPairs(primal, keyOne, one, keyTwo, two, keyThree, three, keyFour, four, keyFive, five);
    }
}
