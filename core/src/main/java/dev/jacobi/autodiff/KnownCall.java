package dev.jacobi.autodiff;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The table of library methods whose derivatives are known as calls, without a look at their code. Forward and reverse mode each
 * have a switch over this table that says what they do.
 *
 * <p>Calls that are not here and were not inlined are refused if something active gets into them.
 */
public enum KnownCall {
    /** {@code System.arraycopy(source, sourceStart, target, targetStart, length)}. */
    ARRAY_COPY,
    /** {@code Arrays.fill(array, value)} of {@code double[]} and {@code float[]}. */
    FILL,
    /** {@code Arrays.fill(array, from, to, value)} of {@code double[]} and {@code float[]}. */
    FILL_RANGE,
    /** {@code array.clone()}, which copies the references of nested arrays, not the arrays. */
    CLONE,
    /** {@code super.clone()} of {@code Object} in a class of the user's: a new object of the same class with the same fields. */
    OBJECT_CLONE,
    /** {@code Arrays.copyOf(array, length)} of {@code double[]}, {@code float[]} and arrays of references, also nested arrays. */
    COPY_OF,
    /** {@code Arrays.copyOfRange(array, from, to)}, as {@link #COPY_OF}. */
    COPY_OF_RANGE,
    /** An array of a tape, of any contents: {@code Scratch.acquireDoubles()} and its like. Each element is written before it is read. */
    ACQUIRE,
    /** An array of zeros from {@code Scratch}, of at least the given length. */
    ACQUIRE_ZEROS,
    /** The array of a tape, or a longer one with the same elements, which takes its place: {@code Scratch.ensure(array, ...)}. */
    ENSURE,
    /** Adjoints of a tape that has grown, {@code ArrayAdjoints.moveDown(grown, before)}: added to those of the array before, and 0 from now on. */
    MOVE_DOWN,
    /** The adjoint of {@link #MOVE_DOWN}, {@code ArrayAdjoints.moveUp(grown, before)}: the grown array gets what the other has. */
    MOVE_UP,
    /** The end of a tape's array, which anyone may overwrite from now on: {@code Scratch.release(array)}. */
    RELEASE,
    /** {@code TapeStacks.acquire()}: empty stacks. */
    ACQUIRE_STACKS,
    /** {@code TapeStacks.acquireZeros()}: stacks whose numbers are 0. */
    ACQUIRE_ZERO_STACKS,
    /** {@code TapeStacks.release(stacks)}, {@code TapeStacks.releaseZeros(stacks)}. */
    RELEASE_STACKS,
    /** {@code Double.valueOf(number)}, {@code Float.valueOf(number)}, {@code OptionalDouble.of(number)}: a new object with one number. */
    BOX,
    /** {@code box.doubleValue()} of {@code Double}, {@code box.floatValue()} of {@code Float}, {@code optional.getAsDouble()} of {@code OptionalDouble}. */
    UNBOX,
    /** A method of a collection, see {@link ContainerCall}. */
    CONTAINER,
    /** Makes text or writes it, see {@link TextCall}. */
    TEXT,
    /** Looks at numbers, but gives nothing that varies with them except in jumps, and keeps nothing. */
    INACTIVE;

    private static final String SCRATCH = "dev.jacobi.runtime.Scratch.";
    private static final String STACKS = "dev.jacobi.runtime.TapeStacks.";
    private static final String OBJECTS = "[Ljava/lang/Object;";
    /** Makes pattern switches: which case an object belongs to. */
    private static final ClassDesc SWITCHES = ClassDesc.of("java.lang.runtime.SwitchBootstraps");

    private static final ClassDesc COMPARATOR = ClassDesc.of("java.util.Comparator");

    private static final Map<String, KnownCall> METHODS = new HashMap<>();

    static {
        method(ARRAY_COPY, "java.lang.System.arraycopy(Ljava/lang/Object;ILjava/lang/Object;II)V");
        method(FILL, "java.util.Arrays.fill([DD)V");
        method(FILL, "java.util.Arrays.fill([FF)V");
        method(FILL_RANGE, "java.util.Arrays.fill([DIID)V");
        method(FILL_RANGE, "java.util.Arrays.fill([FIIF)V");
        method(COPY_OF, "java.util.Arrays.copyOf([DI)[D");
        method(COPY_OF, "java.util.Arrays.copyOf([FI)[F");
        method(COPY_OF, "java.util.Arrays.copyOf([Ljava/lang/Object;I)[Ljava/lang/Object;");
        method(COPY_OF_RANGE, "java.util.Arrays.copyOfRange([DII)[D");
        method(COPY_OF_RANGE, "java.util.Arrays.copyOfRange([FII)[F");
        method(COPY_OF_RANGE, "java.util.Arrays.copyOfRange([Ljava/lang/Object;II)[Ljava/lang/Object;");
        stack("Doubles", "[D");
        stack("Floats", "[F");
        stack("Longs", "[J");
        stack("Ints", "[I");
        stack("Bytes", "[B");
        stack("References", OBJECTS);
        for (String arrays : List.of("([D[D)V", "([F[F)V")) {
            method(MOVE_DOWN, "dev.jacobi.runtime.ArrayAdjoints.moveDown" + arrays);
            method(MOVE_UP, "dev.jacobi.runtime.ArrayAdjoints.moveUp" + arrays);
        }
        method(ACQUIRE_ZEROS, SCRATCH + "acquireZeroDoubles(I)[D");
        method(ACQUIRE_ZEROS, SCRATCH + "acquireZeroFloats(I)[F");
        method(RELEASE, SCRATCH + "releaseZeros([D)V");
        method(RELEASE, SCRATCH + "releaseZeros([F)V");
        method(ACQUIRE_STACKS, STACKS + "acquire()Ldev/jacobi/runtime/TapeStacks;");
        method(ACQUIRE_ZERO_STACKS, STACKS + "acquireZeros()Ldev/jacobi/runtime/TapeStacks;");
        method(RELEASE_STACKS, STACKS + "release(Ldev/jacobi/runtime/TapeStacks;)V");
        method(RELEASE_STACKS, STACKS + "releaseZeros(Ldev/jacobi/runtime/TapeStacks;)V");
        method(BOX, "java.lang.Double.valueOf(D)Ljava/lang/Double;");
        method(BOX, "java.lang.Float.valueOf(F)Ljava/lang/Float;");
        method(UNBOX, "java.lang.Double.doubleValue()D");
        method(UNBOX, "java.lang.Float.floatValue()F");
        method(BOX, "java.util.OptionalDouble.of(D)Ljava/util/OptionalDouble;");
        method(UNBOX, "java.util.OptionalDouble.getAsDouble()D");
        method(INACTIVE, "java.util.OptionalDouble.empty()Ljava/util/OptionalDouble;");
        method(INACTIVE, "java.util.OptionalDouble.isPresent()Z");
        method(INACTIVE, "java.util.OptionalDouble.isEmpty()Z");
        String seen = "dev.jacobi.runtime.library.StreamMethods$Seen";
        method(INACTIVE, seen + ".nothing()L" + seen.replace('.', '/') + ";");
        method(INACTIVE, seen + ".isNew(Ljava/lang/Object;)Z");
        method(INACTIVE, seen + ".isNew(D)Z");
        for (String wholeNumber : List.of(
                "doubleValue(Ljava/lang/Number;)D",
                "floatValue(Ljava/lang/Number;)F",
                "intValue(Ljava/lang/Number;)I",
                "longValue(Ljava/lang/Number;)J")) {
            method(INACTIVE, "dev.jacobi.runtime.library.WholeNumber." + wholeNumber);
        }
        String ordering = "dev.jacobi.runtime.library.Ordering.";
        String order = "Ldev/jacobi/runtime/library/Ordering;";
        method(INACTIVE, ordering + "of([DII)" + order);
        method(INACTIVE, ordering + "of([FII)" + order);
        method(INACTIVE, ordering + "of(" + OBJECTS + "IILjava/util/Comparator;)" + order);
        method(INACTIVE, ordering + "places()[I");
        method(INACTIVE, ordering + "complete()V");
        for (String array : List.of("[D", "[F", OBJECTS)) {
            method(INACTIVE, "java.util.Arrays.equals(" + array + array + ")Z");
            method(INACTIVE, "java.util.Arrays.hashCode(" + array + ")I");
        }
        method(INACTIVE, "java.util.Arrays.deepEquals(" + OBJECTS + OBJECTS + ")Z");
        for (String number : List.of("D", "F")) {
            method(INACTIVE, "java.util.Arrays.binarySearch([" + number + number + ")I");
            method(INACTIVE, "java.util.Arrays.binarySearch([" + number + "II" + number + ")I");
        }
        method(INACTIVE, "java.util.Arrays.binarySearch(" + OBJECTS + "Ljava/lang/Object;Ljava/util/Comparator;)I");
        method(INACTIVE, "java.util.Arrays.binarySearch(" + OBJECTS + "Ljava/lang/Object;)I");
        method(INACTIVE, "java.lang.Double.isNaN()Z");
        method(INACTIVE, "java.lang.Double.isInfinite()Z");
        method(INACTIVE, "java.lang.Double.compareTo(Ljava/lang/Double;)I");
        method(INACTIVE, "java.lang.Double.equals(Ljava/lang/Object;)Z");
        method(INACTIVE, "java.lang.Object.getClass()Ljava/lang/Class;");
        method(INACTIVE, "java.lang.Double.isNaN(D)Z");
        method(INACTIVE, "java.lang.Double.isInfinite(D)Z");
        method(INACTIVE, "java.lang.Double.isFinite(D)Z");
        method(INACTIVE, "java.lang.Double.compare(DD)I");
        method(INACTIVE, "java.lang.Float.isNaN(F)Z");
        method(INACTIVE, "java.lang.Float.isInfinite(F)Z");
        method(INACTIVE, "java.lang.Float.isFinite(F)Z");
        method(INACTIVE, "java.lang.Float.compare(FF)I");
        for (String array : List.of("[D", "[F")) {
            method(INACTIVE, "java.util.Arrays.equals(" + array + array + ")Z");
            method(INACTIVE, "java.util.Arrays.compare(" + array + array + ")I");
            method(INACTIVE, "java.util.Arrays.mismatch(" + array + array + ")I");
        }
        method(INACTIVE, "dev.jacobi.autodiff.ComparedClasses.check(Ljava/lang/Object;Ljava/lang/String;)V");
        method(INACTIVE, "dev.jacobi.autodiff.ShadowChecks.argument(ILjava/lang/Object;)V");
        method(INACTIVE, "dev.jacobi.autodiff.ShadowChecks.checkArguments()V");
        method(INACTIVE, "dev.jacobi.runtime.Shadows.fit([D[D)Z");
        method(INACTIVE, "dev.jacobi.runtime.Shadows.fit([F[F)Z");
        method(INACTIVE, "dev.jacobi.runtime.BatchLengths.differ(Ljava/lang/String;III)Ljava/lang/RuntimeException;");
        String shadows = "dev.jacobi.runtime.ObjectShadows.";
        String text = "Ljava/lang/String;";
        method(INACTIVE, shadows + "require(Ljava/lang/Object;Ljava/lang/Object;" + text + text + ")V");
        method(INACTIVE, shadows + "refuseMissing(" + text + text + ")V");
        method(INACTIVE, "dev.jacobi.runtime.StoppedException.letOut(Ljava/lang/Throwable;)V");
        String caught = "dev.jacobi.runtime.CaughtException";
        method(INACTIVE, caught + ".none()L" + caught.replace('.', '/') + ";");
        method(INACTIVE, caught + ".leave(Ljava/lang/Throwable;)V");
        method(INACTIVE, caught + ".take()Ljava/lang/Throwable;");
        method(INACTIVE, shadows + "numberCount(Ljava/lang/Object;)I");
        method(INACTIVE, shadows + "slotCount(Ljava/lang/Object;)I");
        method(INACTIVE, shadows + "isMissing(Ljava/lang/Object;)Z");
        method(INACTIVE, shadows + "requireFor(Ljava/lang/Object;Ljava/lang/Object;" + text + text + ")V");
        method(INACTIVE, "dev.jacobi.runtime.ShadowGraph.reachable(Ljava/lang/Object;)Ljava/lang/Object;");
        method(INACTIVE, "dev.jacobi.runtime.ActiveArrays.ofCaller()Ljava/lang/Object;");
        method(INACTIVE, "dev.jacobi.runtime.ActiveArrays.of(Ljava/lang/Object;)Ljava/lang/Object;");
        method(INACTIVE, "dev.jacobi.runtime.ActiveArrays.release(Ljava/lang/Object;)V");
        method(INACTIVE, "dev.jacobi.runtime.ActiveArrays.none()Ljava/lang/Object;");
        method(INACTIVE, "dev.jacobi.runtime.ActiveArrays.add(Ljava/lang/Object;Ljava/lang/Object;)V");
        method(INACTIVE, "dev.jacobi.runtime.ActiveArrays.contain(Ljava/lang/Object;Ljava/lang/Object;)Z");
    }

    /**
     * Methods that compare objects, of any class. They are inlined where they can be. What they store is not followed: comparisons are taken to change
     * nothing that carries a derivative, which {@link ComparisonGuards} sees to.
     */
    private static final Set<String> COMPARISONS = Set.of(
            "java.lang.Comparable.compareTo(Ljava/lang/Object;)I interface",
            "java.util.Comparator.compare(Ljava/lang/Object;Ljava/lang/Object;)I interface",
            "java.lang.Object.equals(Ljava/lang/Object;)Z",
            "java.lang.Object.hashCode()I");

    /** Whether a method compares the objects that it gets, of whatever class. */
    static boolean comparesObjects(MethodReference method) {
        String name = method.toString();
        return COMPARISONS.contains(name)
                || name.startsWith("dev.jacobi.runtime.library.Ordering.of(" + OBJECTS)
                || name.startsWith("dev.jacobi.runtime.library.StreamMethods$Seen.isNew(Ljava")
                || name.startsWith("java.util.Arrays.")
                        && METHODS.get(name) == INACTIVE
                        && name.contains("(" + OBJECTS);
    }

    private static void stack(String name, String array) {
        method(ACQUIRE, SCRATCH + "acquire" + name + "()" + array);
        method(ENSURE, SCRATCH + "ensure(" + array + "I)" + array);
        method(ENSURE, SCRATCH + "ensure(" + array + "III)" + array);
        method(RELEASE, SCRATCH + "release(" + array + ")V");
    }

    private static void method(KnownCall call, String method) {
        METHODS.put(method, call);
    }

    /** The row for an instruction, or empty if it is no call or the table does not know the method. */
    public static Optional<KnownCall> of(Instruction instruction) {
        return switch (instruction.opCode()) {
            case INVOKE_STATIC, INVOKE_VIRTUAL, INVOKE_SPECIAL, INVOKE_INTERFACE ->
                isClone(instruction)
                        ? Optional.of(CLONE)
                        : isObjectClone(instruction) ? Optional.of(OBJECT_CLONE) : ofMethod(instruction);
            case INVOKE_DYNAMIC ->
                instruction.dynamicCall().bootstrap().owner().equals(SWITCHES)
                        ? Optional.of(INACTIVE)
                        : ofText(instruction);
            default -> Optional.empty();
        };
    }

    private static Optional<KnownCall> ofMethod(Instruction instruction) {
        KnownCall known = METHODS.get(instruction.method().toString());
        if (known != null) {
            return Optional.of(known);
        }
        if (ContainerCall.isInactive(instruction.method())
                || makesComparator(instruction.method())
                || COMPARISONS.contains(instruction.method().toString())) {
            return Optional.of(INACTIVE);
        }
        return ContainerCall.of(instruction).isPresent() ? Optional.of(CONTAINER) : ofText(instruction);
    }

    private static Optional<KnownCall> ofText(Instruction instruction) {
        return TextCall.is(instruction) ? Optional.of(TEXT) : Optional.empty();
    }

    /** Methods of the JDK that give a comparator, also one made of another. */
    private static boolean makesComparator(MethodReference method) {
        return method.owner().packageName().equals("java.util")
                && method.type().returnType().equals(COMPARATOR);
    }

    /** Whether the table knows calls of this method, which inlining then leaves alone. */
    public static boolean isKnown(MethodReference method) {
        return KnownFunctions.isKnown(method)
                || METHODS.containsKey(method.toString())
                || ContainerCall.isKnown(method)
                || TextCall.isKnown(method)
                || makesComparator(method)
                || isObjectClone(method)
                || (method.owner().isArray() && method.name().equals("clone"));
    }

    private static boolean isObjectClone(MethodReference method) {
        return method.owner().equals(ConstantDescs.CD_Object) && method.name().equals("clone");
    }

    /** {@code Object.clone} of an object that is not of a class of the JDK, whose shadow may be of another kind. */
    private static boolean isObjectClone(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_SPECIAL
                && isObjectClone(instruction.method())
                && instruction.operand(0).type().descriptor() instanceof ClassDesc type
                && type.isClassOrInterface()
                && !type.packageName().startsWith("java.");
    }

    /** {@code clone} of an array: the receiver's class is the array's, or known to be one. */
    private static boolean isClone(Instruction instruction) {
        MethodReference method = instruction.method();
        return instruction.opCode() == OpCode.INVOKE_VIRTUAL
                && method.name().equals("clone")
                && method.type().parameterCount() == 0
                && (method.owner().isArray() || instruction.operand(0).type().isArray());
    }
}
