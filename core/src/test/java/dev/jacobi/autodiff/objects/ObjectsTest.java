package dev.jacobi.autodiff.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.Code;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.forward.ForwardMode;
import dev.jacobi.autodiff.reverse.ReverseMode;
import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Verifier;
import dev.jacobi.optimize.Pipeline;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives through objects: reverse = forward = finite differences, interpreted and compiled, and the value bit for bit. */
class ObjectsTest {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arrayOfRecords",
                "loopCarriedRecord",
                "linkedList",
                "insertionSort",
                "overwrittenFields",
                "binaryTree",
                "sealedShapes",
                "instanceOf",
                "inheritance",
                "arraysOfConstructors",
                "boxes",
                "arrayOfDoubles",
                "generics",
                "nestedArrays",
                "sharedAndCompared",
                "nullsAndConstants",
                "copiedArrays",
                "catches"
            })
    void objectsThatLiveOn(String method) throws Throwable {
        check(ObjectSamples.class, method);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listOfNumbers",
                "listOfRecords",
                "queue",
                "linkedListOfArrays",
                "mapOfNumbers",
                "mapOfLists",
                "changedEntries",
                "fixedLists",
                "mixedElements",
                "withFunctions",
                "treeOfLists",
                "listsWithoutDerivatives"
            })
    void collections(String method) throws Throwable {
        check(CollectionSamples.class, method);
    }

    static void check(Class<?> owner, String name) throws Throwable {
        Random random = new Random(name.hashCode());
        for (int length : new int[] {1, 2, 5}) {
            double[] x = random.doubles(length, 0.3, 1.2).toArray();
            double[] direction = random.doubles(length, -1, 1).toArray();
            for (boolean optimizing : new boolean[] {true, false}) {
                check(owner, name, optimizing, x, direction);
            }
        }
    }

    private static void check(Class<?> owner, String name, boolean optimizing, double[] x, double[] direction)
            throws Throwable {
        Method method = owner.getDeclaredMethod(name, double[].class);
        method.setAccessible(true);
        double value = (double) method.invoke(null, (Object) x.clone());
        double step = 1e-5;
        double numeric = ((double) method.invoke(null, (Object) moved(x, direction, step))
                        - (double) method.invoke(null, (Object) moved(x, direction, -step)))
                / (2 * step);

        Function primal = Code.lift(owner, name);
        Pipeline.forDifferentiation(owner, KnownCall::isKnown)
                .optimizing(optimizing)
                .run(primal);
        Function forward = ForwardMode.transform(primal, DerivativeRequest.forward(true, Activity.DUAL));
        Function reverse = ReverseMode.transform(primal, DerivativeRequest.reverse(true, Activity.DUPLICATED));
        List<Double> tangents = new ArrayList<>();
        for (String way : List.of("interpreted", "compiled", "optimised")) {
            if (way.equals("optimised")) {
                Pipeline.standard().run(forward);
                Pipeline.standard().run(reverse);
            }
            Verifier.verify(forward);
            Verifier.verify(reverse);
            boolean interpreted = way.equals("interpreted");
            double[] both = (double[])
                    (interpreted
                            ? new Interpreter(LOOKUP).call(forward, List.of(x.clone(), direction.clone()))
                            : Code.call(Code.compile(forward, LOOKUP), x.clone(), direction.clone()));
            assertEquals(bits(value), bits(both[0]), name + " forward, " + way);
            tangents.add(both[1]);
            double[] gradient = new double[x.length];
            double again = (double)
                    (interpreted
                            ? new Interpreter(LOOKUP).call(reverse, List.of(x.clone(), gradient, 1.0))
                            : Code.call(Code.compile(reverse, LOOKUP), x.clone(), gradient, 1.0));
            assertEquals(bits(value), bits(again), name + " reverse, " + way);
            double dot = 0;
            for (int i = 0; i < x.length; i++) {
                dot += gradient[i] * direction[i];
            }
            double scale = Math.max(1, Math.abs(both[1]));
            assertEquals(both[1], dot, 1e-12 * scale, name + " reverse against forward, " + way);
            assertEquals(numeric, dot, 2e-6 * scale, name + " against finite differences, " + way);
        }
        assertEquals(tangents.getFirst(), tangents.getLast(), name + " interpreted against compiled");
    }

    private static double[] moved(double[] x, double[] direction, double step) {
        double[] moved = x.clone();
        for (int i = 0; i < x.length; i++) {
            moved[i] += step * direction[i];
        }
        return moved;
    }

    private static String bits(double number) {
        return Double.toHexString(number);
    }
}
