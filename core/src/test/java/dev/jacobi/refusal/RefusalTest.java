package dev.jacobi.refusal;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.testing.Golden;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Each refusal that the public interface can provoke, by the exact text of its message, and that nothing is left half done. */
class RefusalTest {
    private static final ClassLoader LOADER = RefusalTest.class.getClassLoader();

    /** With the signature of a reverse derivative of a function of one array. */
    interface OfArray {
        double apply(double[] x, double[] dx, double seed);
    }

    /** For two arrays. */
    interface OfArrays {
        double apply(double[] x, double[] dx, double[] y, double[] dy, double seed);
    }

    /** For one array and a constant one. */
    interface OfArrayAndConstant {
        double apply(double[] x, double[] dx, double[] y, double seed);
    }

    /** For an array and an integer. */
    interface OfArrayAndInt {
        double apply(double[] x, double[] dx, int n, double seed);
    }

    /** For nested arrays. */
    interface OfNested {
        double apply(double[][] x, double[][] dx, double seed);
    }

    /** No functional interface. */
    interface TwoMethods {
        double one(double x, double seed);

        double two(double x, double seed);
    }

    private static JacobiException assertRefused(Refusal refusal, String golden, Executable work) {
        int runs = Refused.runs;
        JacobiException thrown = assertThrows(JacobiException.class, work);
        assertEquals(refusal, thrown.refusal(), thrown::getMessage);
        assertEquals(runs, Refused.runs, "the method ran");
        String module = Jacobi.class.getModule().isNamed() ? "=dev.jacobi" : "=ALL-UNNAMED";
        String text = String.valueOf(thrown.getMessage())
                .replaceAll("/0x[0-9a-f]+", "/0x...")
                .replaceAll("(com\\.sun\\.proxy\\.)?jdk\\.proxy\\d+\\.\\$Proxy\\d+", "PROXY")
                .replace(module, "=MODULE");
        Golden.check(RefusalTest.class, golden, text + "\n");
        return thrown;
    }

    private static void assertReverse(Refusal refusal, String method, Activity... activities) {
        assertRefused(
                refusal,
                method,
                () -> Jacobi.of(Refused.class, method).reverse(activities).asMethodHandle());
    }

    private static void assertHandMade(Refusal refusal, String golden, Class<?> type) {
        assertRefused(
                refusal,
                golden,
                () -> Jacobi.of(type, "value").reverse(ACTIVE, CONST).asMethodHandle());
    }

    @Test
    void unknownClass() {
        assertRefused(
                Refusal.UNKNOWN_CLASS, "unknownClass", () -> Jacobi.find(LOADER, "dev.jacobi.Nowhere::value(double)"));
    }

    @Test
    void unknownMethod() {
        assertRefused(Refusal.UNKNOWN_METHOD, "unknownMethod", () -> Jacobi.of(Refused.Few.class, "three"));
        assertRefused(Refusal.UNKNOWN_METHOD, "unknownOverload", () -> Jacobi.of(Refused.Few.class, "one", int.class));
        assertRefused(Refusal.UNKNOWN_METHOD, "wrongSelector", () -> Jacobi.find(LOADER, "dev.jacobi.Jacobi.find"));
    }

    @Test
    void ambiguousMethod() {
        assertRefused(Refusal.AMBIGUOUS_METHOD, "ambiguousMethod", () -> Jacobi.of(Refused.Few.class, "one"));
    }

    @Test
    void methodsWithoutCode() {
        assertRefused(Refusal.NO_CODE, "abstractMethod", () -> Jacobi.of(Refused.Abstract.class, "value"));
        assertRefused(Refusal.NO_CODE, "nativeEntry", () -> Jacobi.of(Refused.class, "nativeEntry"));
    }

    @Test
    void classesWithoutClassFile() throws Exception {
        byte[] bytes = HandMadeClasses.bytes(ClassFile.JAVA_25_VERSION, HandMadeClasses::identity);
        Class<?> hidden = MethodHandles.lookup()
                .defineHiddenClass(
                        ClassFile.of()
                                .transformClass(
                                        ClassFile.of().parse(bytes),
                                        java.lang.constant.ClassDesc.of("dev.jacobi.refusal.Hidden"),
                                        java.lang.classfile.ClassTransform.ACCEPT_ALL),
                        false)
                .lookupClass();
        assertRefused(Refusal.NO_CLASS_FILE, "hiddenClass", () -> Jacobi.of(hidden, "value"));
        Class<?> proxy = Proxy.newProxyInstance(LOADER, new Class<?>[] {Refused.Unknown.class}, (_, _, _) -> 0.0)
                .getClass();
        assertRefused(Refusal.NO_CLASS_FILE, "proxy", () -> Jacobi.of(proxy, "apply"));
        Class<?> silent = HandMadeClasses.withoutClassFile();
        assertRefused(Refusal.NO_CLASS_FILE, "silentLoader", () -> Jacobi.of(silent, "value"));
    }

    @Test
    void corruptClassFile() {
        Class<?> corrupt = HandMadeClasses.withTruncatedClassFile();
        assertRefused(Refusal.CORRUPT_CLASS_FILE, "corruptClassFile", () -> Jacobi.of(corrupt, "value"));
    }

    @Test
    void lambdasThatAreNotSerializable() {
        DoubleUnaryOperator plain = DoubleUnaryOperator.identity();
        assertRefused(
                Refusal.NOT_SERIALIZABLE_LAMBDA,
                "notSerializableLambda",
                () -> Jacobi.derivative(plain::applyAsDouble));
    }

    @Test
    void codeWithoutStructure() {
        assertHandMade(
                Refusal.SUBROUTINE,
                "subroutine",
                HandMadeClasses.method(ClassFile.JAVA_5_VERSION, HandMadeClasses::subroutine));
        assertHandMade(
                Refusal.IRREDUCIBLE_LOOP,
                "irreducibleLoop",
                HandMadeClasses.method(ClassFile.JAVA_25_VERSION, HandMadeClasses::twoEntries));
        assertHandMade(
                Refusal.METHOD_TOO_LARGE,
                "methodTooLarge",
                HandMadeClasses.method(ClassFile.JAVA_25_VERSION, HandMadeClasses::huge));
    }

    @Test
    void packageThatIsNotOpen() {
        assertRefused(
                Refusal.PACKAGE_NOT_OPEN,
                "packageNotOpen",
                () -> Jacobi.find(LOADER, "java.lang.FdLibm$Atan::compute(double)")
                        .reverse(ACTIVE)
                        .asMethodHandle());
    }

    @Test
    void wrongActivities() {
        assertRefused(
                Refusal.WRONG_ACTIVITIES,
                "activitiesCount",
                () -> Jacobi.of(Refused.class, "scalar").reverse(ACTIVE, CONST));
        assertRefused(
                Refusal.WRONG_ACTIVITIES,
                "activityOfOtherMode",
                () -> Jacobi.of(Refused.class, "scalar").reverse(DUAL));
        assertRefused(
                Refusal.WRONG_ACTIVITIES,
                "activityOfOtherKind",
                () -> Jacobi.of(Refused.class, "flat").reverse(ACTIVE));
        assertRefused(
                Refusal.WRONG_ACTIVITIES,
                "activitiesAllConstant",
                () -> Jacobi.of(Refused.class, "flat").reverse(CONST));
    }

    @Test
    void wrongSignature() {
        assertRefused(
                Refusal.WRONG_SIGNATURE,
                "interfaceWithOtherParameters",
                () -> Jacobi.of(Refused.class, "flat").reverse(DUPLICATED).as(OfNested.class));
        assertRefused(
                Refusal.WRONG_SIGNATURE,
                "interfaceWithTooManyParameters",
                () -> Jacobi.of(Refused.class, "flat").reverse(DUPLICATED).as(OfArrays.class));
        assertRefused(
                Refusal.WRONG_SIGNATURE,
                "interfaceWithTwoMethods",
                () -> Jacobi.of(Refused.class, "scalar").reverse(ACTIVE).as(TwoMethods.class));
        assertRefused(
                Refusal.WRONG_SIGNATURE,
                "classInsteadOfInterface",
                () -> Jacobi.of(Refused.class, "scalar").reverse(ACTIVE).as(String.class));
        assertRefused(
                Refusal.WRONG_SIGNATURE,
                "interfaceWithoutRoomForResults",
                () -> Jacobi.of(Refused.class, "two")
                        .reverse(DUPLICATED, DUPLICATED)
                        .as(Runnable.class));
    }

    @Test
    void wrongShadowsAreRefusedBeforeAnythingIsWritten() {
        OfArray flat = Jacobi.of(Refused.class, "flat").reverse(DUPLICATED).as(OfArray.class);
        double[] x = {3, 4};
        double[] longer = {1, 1, 1};
        assertRefused(Refusal.WRONG_SHADOW, "shadowIsNull", () -> flat.apply(x, nothing(), 1));
        assertRefused(Refusal.WRONG_SHADOW, "shadowHasOtherLength", () -> flat.apply(x, longer, 1));
        assertRefused(Refusal.WRONG_SHADOW, "shadowIsTheArray", () -> flat.apply(x, x, 1));
        assertArrayEquals(new double[] {1, 1, 1}, longer);
        assertArrayEquals(new double[] {3, 4}, x);
    }

    @Test
    void wrongNestedShadowsAreRefusedBeforeAnythingIsWritten() {
        OfNested nested = Jacobi.of(Refused.class, "nested").reverse(DUPLICATED).as(OfNested.class);
        double[][] x = {{1}, {2}};
        double[][] otherShape = {{0}, {0, 0}};
        double[] row = {0};
        double[][] shared = {row, row};
        assertRefused(Refusal.WRONG_SHADOW, "shadowHasOtherShape", () -> nested.apply(x, otherShape, 1));
        assertRefused(Refusal.WRONG_SHADOW, "shadowIsShared", () -> nested.apply(x, shared, 1));
        assertArrayEquals(new double[][] {{0}, {0, 0}}, otherShape);
        assertArrayEquals(new double[] {0}, row);
    }

    @Test
    void aliasedArgumentsAreRefusedBeforeAnythingIsWritten() {
        OfArrays two =
                Jacobi.of(Refused.class, "two").reverse(DUPLICATED, DUPLICATED).as(OfArrays.class);
        double[] x = {3};
        double[] dx = {0};
        double[] dy = {0};
        assertRefused(Refusal.ALIASED_ARGUMENTS, "aliasedArguments", () -> two.apply(x, dx, x, dy, 1));
        OfArrayAndConstant half =
                Jacobi.of(Refused.class, "two").reverse(DUPLICATED, CONST).as(OfArrayAndConstant.class);
        assertRefused(Refusal.ALIASED_ARGUMENTS, "aliasedConstant", () -> half.apply(x, dx, x, 1));
        assertArrayEquals(new double[] {0}, dx);
        assertArrayEquals(new double[] {0}, dy);
    }

    @Test
    void gradientsAreRefusedForOtherShapesBeforeTheyAreCleared() {
        var gradient = Jacobi.<double[]>gradient(Refused::flat);
        double[] longer = {5, 6, 7};
        assertRefused(Refusal.WRONG_SHADOW, "gradientHasOtherLength", () -> gradient.into(new double[] {1, 2}, longer));
        assertArrayEquals(new double[] {5, 6, 7}, longer);
    }

    @Test
    void resultsWithoutDerivative() {
        assertReverse(Refusal.NOT_DIFFERENTIABLE_RESULT, "text", ACTIVE);
        assertReverse(Refusal.NOT_DIFFERENTIABLE_RESULT, "whole", ACTIVE);
    }

    @Test
    void callsThatCannotBeFollowed() {
        assertReverse(Refusal.NATIVE_METHOD, "callsNative", ACTIVE);
        assertReverse(Refusal.UNSUPPORTED_CALL, "intoProperties", ACTIVE);
    }

    @Test
    void methodHandlesThatAreNoConstants() {
        assertReverse(Refusal.UNSUPPORTED_CALL, "callsChangedHandle", ACTIVE);
        assertReverse(Refusal.UNSUPPORTED_CALL, "callsMadeHandle", ACTIVE);
        assertReverse(Refusal.UNSUPPORTED_CALL, "callsGivenHandle", ACTIVE, CONST);
    }

    @Test
    void recursion() {
        assertReverse(Refusal.UNSUPPORTED_RECURSION, "callsItself", ACTIVE);
    }

    @Test
    void memoryWithoutShadow() {
        assertReverse(Refusal.ACTIVE_STATIC, "intoStatic", ACTIVE);
        assertReverse(Refusal.ACTIVE_TO_CONSTANT_MEMORY, "intoField", ACTIVE, CONST);
        assertReverse(Refusal.UNSUPPORTED_OBJECT, "makesObject", ACTIVE);
        assertReverse(Refusal.UNSUPPORTED_OBJECT, "randomInConstructor", ACTIVE);
        assertReverse(Refusal.ACTIVE_TO_CONSTANT_MEMORY, "intoConstantMemory", ACTIVE, CONST);
    }

    @Test
    void classesThatOnlyTheirPackageMayName() {
        assertReverse(Refusal.INACCESSIBLE_MEMBER, "catchesElsewhere", ACTIVE);
    }

    @Test
    void numbersThatLeaveInsideOfObjects() {
        assertReverse(Refusal.NATIVE_METHOD, "throughNative", ACTIVE);
    }

    @Test
    void numbersReadOutOfText() {
        assertReverse(Refusal.ACTIVE_TEXT, "throughText", ACTIVE);
    }

    @Test
    void activeIntegers() {
        assertReverse(Refusal.WRONG_ACTIVITIES, "count", ACTIVE, ACTIVE);
    }

    @Test
    void inconsistenciesOfJacobiItselfSaySo() {
        assertRefused(Refusal.INTERNAL, "internal", () -> {
            Block block = new Function("f", null, Type.VOID).newBlock();
            Emitter.appendingTo(block, null).constant(Type.OBJECT, 1);
        });
    }

    @Test
    void nullDoesWhatItDoesInTheOriginal() {
        OfArray flat = Jacobi.of(Refused.class, "flat").reverse(DUPLICATED).as(OfArray.class);
        assertThrows(NullPointerException.class, () -> flat.apply(nothing(), nothing(), 1));
        var gradient = Jacobi.<double[]>gradient(Refused::flat);
        assertThrows(NullPointerException.class, () -> gradient.into(nothing(), new double[1]));
    }

    @Test
    void recursionThatIsTooDeepOverflowsTheStackAsTheOriginalAndLeavesTheDerivativeUsable() {
        OfArrayAndInt derivative =
                Jacobi.of(Refused.class, "deep").reverse(DUPLICATED, CONST).as(OfArrayAndInt.class);
        double[] shadow = {0};
        assertThrows(StackOverflowError.class, () -> Refused.deep(new double[] {1}, 10_000_000));
        assertThrows(StackOverflowError.class, () -> derivative.apply(new double[] {1}, shadow, 10_000_000, 1));
        assertArrayEquals(new double[] {0}, shadow);
        assertEquals(27, derivative.apply(new double[] {3}, shadow, 2, 1));
        assertArrayEquals(new double[] {27}, shadow);
    }

    @Test
    void bitsOfNumbers() {
        assertReverse(Refusal.ACTIVE_BITS, "throughBits", ACTIVE);
    }

    @Test
    void everyRefusalHasItsSectionInTheGuide() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "guide", "refusals.md"));
        for (Refusal refusal : Refusal.values()) {
            String page = refusal.page();
            assertTrue(page.startsWith("docs/guide/refusals.md#"), page);
            String section = page.substring(page.indexOf('#') + 1);
            assertTrue(guide.lines().anyMatch(("### " + section)::equals), section);
        }
    }

    @Test
    void reasonsAndRemediesAreOneLineEachAndNotTheSame() {
        long different = Arrays.stream(Refusal.values())
                .map(refusal -> refusal.why() + refusal.remedy())
                .distinct()
                .count();
        assertEquals(Refusal.values().length, different);
        String longest = Arrays.stream(Refusal.values())
                .map(Refusal::why)
                .max(Comparator.comparingInt(String::length))
                .orElseThrow();
        assertTrue(
                Arrays.stream(Refusal.values())
                        .noneMatch(refusal -> refusal.remedy().contains("\n")),
                longest);
    }

    @SuppressWarnings("NullAway") // what users may do
    private static double[] nothing() {
        return null;
    }
}
