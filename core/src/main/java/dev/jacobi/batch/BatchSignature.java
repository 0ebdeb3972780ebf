package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Parameters and result of a batch.
 *
 * @param display the method, or what is made of it, as messages name it
 * @param parameters the parameters of one example, with the narrow types of the method
 * @param result the result of one example
 * @param names the parameters as messages name them
 * @param outputs how many of the parameters, the last ones, are arrays of one element that an example fills: the batch has an array with an element for each example there
 */
public record BatchSignature(
        String display,
        List<ClassDesc> parameters,
        ClassDesc result,
        List<Axis> axes,
        Layout layout,
        List<String> names,
        int outputs) {
    public BatchSignature {
        parameters = List.copyOf(parameters);
        axes = List.copyOf(axes);
        names = List.copyOf(names);
        int count = parameters.size();
        if (axes.size() != count) {
            throw wrong(
                    display,
                    "it has " + count + (count == 1 ? " parameter" : " parameters") + ", but " + axes.size()
                            + (axes.size() == 1 ? " axis" : " axes"));
        }
        if (!axes.contains(Axis.EACH)) {
            throw wrong(display, "no parameter is EACH");
        }
        if (layout != Layout.SEPARATE) {
            for (int index = 0; index < count; index++) {
                boolean output = index >= count - outputs;
                if (axes.get(index) == Axis.EACH && !output && !hasLayout(parameters.get(index))) {
                    throw unsupported(display, layout, names.get(index), parameters.get(index));
                }
            }
            if (!result.equals(ConstantDescs.CD_void) && !hasLayout(result)) {
                throw unsupported(display, layout, "its result", result);
            }
        }
    }

    /** Of a method, or a derivative, with its own parameters. */
    public BatchSignature(
            String display, List<ClassDesc> parameters, ClassDesc result, List<Axis> axes, Layout layout) {
        this(display, parameters, result, axes, layout, numbered(parameters.size()), 0);
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(index -> "parameter " + index).toList();
    }

    /** The refusal of axes that do not fit. */
    public static JacobiException wrong(String display, String why) {
        return new JacobiException(Refusal.WRONG_AXES, "cannot batch " + display + ": " + why, null);
    }

    private static JacobiException unsupported(String display, Layout layout, String what, ClassDesc type) {
        return new JacobiException(
                Refusal.BATCH_LAYOUT,
                "cannot batch " + display + " in layout " + layout + ": " + what + " is of type " + Type.name(type),
                null);
    }

    /** Not so arrays of objects: an array for the examples may be of a narrower class than the method's own, and not take what it stores. */
    private static boolean hasLayout(ClassDesc type) {
        return !type.isArray() || isOfNumbers(type);
    }

    /** Whether a type is that of numbers, or of arrays of these, of any depth. */
    static boolean isOfNumbers(ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        return element.isPrimitive();
    }

    /** Refuses a result that only {@link BatchCode} can put together. */
    public void requireResultInLoop() {
        if (isFlat(result)) {
            throw new JacobiException(
                    Refusal.BATCH_LAYOUT,
                    "cannot go on from the batch of " + display + " in layout " + layout + ": its result is of type "
                            + Type.name(result),
                    null);
        }
    }

    /** As this one, where the arrays of the examples are brought side by side. */
    BatchSignature withLanes() {
        return new BatchSignature(display, parameters, result, axes, Layout.LANES);
    }

    /** Whether the arrays of all examples are in one array. */
    boolean isFlat(ClassDesc type) {
        return layout != Layout.SEPARATE && type.isArray();
    }

    /** Whether this parameter is one array with the arrays of all examples. */
    boolean isFlat(int index) {
        return axes.get(index) == Axis.EACH && !isOutput(index) && isFlat(parameters.get(index));
    }

    /** Whether this parameter takes what an example gives. */
    boolean isOutput(int index) {
        return index >= parameters.size() - outputs;
    }

    /** Whether the number of examples is an argument. */
    boolean takesCount() {
        return layout != Layout.SEPARATE;
    }

    /** The type of a parameter of the batch. */
    ClassDesc batched(int index) {
        ClassDesc type = parameters.get(index);
        return axes.get(index) == Axis.EACH && !isOutput(index) ? batched(type) : type;
    }

    private ClassDesc batched(ClassDesc type) {
        return isFlat(type) ? type : type.arrayType();
    }

    /** The parameters of the batch. */
    public List<ClassDesc> batchedParameters() {
        List<ClassDesc> all = new ArrayList<>();
        if (takesCount()) {
            all.add(ConstantDescs.CD_int);
        }
        for (int index = 0; index < parameters.size(); index++) {
            all.add(batched(index));
        }
        return all;
    }

    boolean returnsNothing() {
        return result.equals(ConstantDescs.CD_void);
    }

    /** The result of the batch. */
    ClassDesc batchedResult() {
        return returnsNothing() ? ConstantDescs.CD_void : batched(result);
    }

    /** The array in which the loop leaves the results, one element for each example. */
    ClassDesc rows() {
        return result.arrayType();
    }
}
