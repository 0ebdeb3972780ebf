package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Printer;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.optimize.inline.LambdaOrigins.Origin;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells lambdas apart by what they compute: a place whose code gives another result than the object, in any bit, has not made the object.
 *
 * <p>Called are only functions of numbers of which nobody notices that they are called: no loops, no calls but of such functions, nothing
 * stored. Unless all places in question hold such functions, none is called.
 */
final class ProbeLambdas {
    private static final int PROBES = 64;
    private static final int DEPTH = 6;
    private static final double[] SPECIAL = {0, 1, -1, 0.5, -0.5, 2, -2, 6, 7.25, -9.5, 30, -40, 1e3, -1e3, 1e-3, -1e-9
    };
    private static final Set<String> MATHEMATICS = Set.of("java.lang.Math", "java.lang.StrictMath");

    private final Class<?> maker;
    private final MethodResolution resolution;

    private ProbeLambdas(Class<?> maker) {
        this.maker = maker;
        this.resolution = new MethodResolution(maker);
    }

    /** The one of these origins that the object has; null if several are possible. All have the same interface. */
    static @Nullable Origin only(Object object, List<Origin> origins, Class<?> maker) {
        return origins.isEmpty() ? null : new ProbeLambdas(maker).only(object, origins);
    }

    private @Nullable Origin only(Object object, List<Origin> origins) {
        List<Origin> left = origins;
        if (origins.stream().allMatch(this::canBeCalled)) {
            left = agreeing(object, origins);
        }
        boolean one = left.size() == 1 || !left.isEmpty() && left.stream().allMatch(isSame(left.getFirst()));
        return one ? left.getFirst() : null;
    }

    /** Whether two places hold the same code. */
    private Predicate<Origin> isSame(Origin first) {
        return other -> first.form()
                        .closure()
                        .instantiated()
                        .equals(other.form().closure().instantiated())
                && text(first) != null
                && text(first).equals(text(other));
    }

    private @Nullable String text(Origin origin) {
        Function body = implementation(origin.form().closure());
        if (body == null) {
            return null;
        }
        String text = Printer.print(body);
        return text.substring(text.indexOf('\n'));
    }

    private @Nullable Function implementation(Closure closure) {
        var handle = closure.implementation();
        return resolution
                .resolve(new MethodReference(
                        handle.owner(),
                        handle.methodName(),
                        MethodTypeDesc.ofDescriptor(handle.lookupDescriptor()),
                        handle.isOwnerInterface()))
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .map(method ->
                        LiftedBodies.INSTANCE.body(method.getDeclaringClass(), MethodResolution.reference(method)))
                .orElse(null);
    }

    private boolean canBeCalled(Origin origin) {
        Closure closure = origin.form().closure();
        Class<?> type = origin.standIn().type();
        Function body = LambdaClass.body(
                type,
                new MethodReference(
                        type.describeConstable().orElseThrow(),
                        closure.name(),
                        closure.erasures().getFirst(),
                        false));
        return body != null
                && closure.instantiated().parameterList().stream().allMatch(ProbeLambdas::isNumber)
                && changesNothing(body, DEPTH);
    }

    private static boolean isNumber(ClassDesc type) {
        return type.isPrimitive() || Box.ofWrapper(type) != null;
    }

    private boolean changesNothing(Function body, int depth) {
        ReversePostorder order = ReversePostorder.of(body);
        for (Block block : order.blocks()) {
            boolean loops = block.terminator().edges().stream()
                    .anyMatch(edge -> order.indexOf(edge.target()) <= order.indexOf(block));
            if (loops
                    || !block.handlers().isEmpty()
                    || !block.instructions().stream().allMatch(each -> changesNothing(each, depth))) {
                return false;
            }
        }
        return true;
    }

    private boolean changesNothing(Instruction instruction, int depth) {
        return switch (instruction.opCode()) {
            case GET_FIELD, ARRAY_LOAD -> true;
            // Reading it may not start the initialiser of another class.
            case GET_STATIC -> isOfMaker(instruction.field().owner());
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL -> callChangesNothing(instruction, depth);
            default -> instruction.opCode().effect() == OpCode.Effect.PURE;
        };
    }

    private boolean isOfMaker(ClassDesc owner) {
        return resolution.load(owner).filter(type -> type == maker).isPresent();
    }

    private boolean callChangesNothing(Instruction call, int depth) {
        MethodReference method = call.method();
        String owner = Type.name(method.owner());
        if (MATHEMATICS.contains(owner) || Box.ofWrapper(method.owner()) != null && isOfNumbers(method)) {
            return !method.name().equals("random");
        }
        Executable found = resolution.resolve(method).orElse(null);
        if (depth == 0
                || found == null
                || found.getDeclaringClass() != maker
                || (found.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) == 0
                || (found.getModifiers() & (Modifier.NATIVE | Modifier.SYNCHRONIZED)) != 0) {
            return false;
        }
        Function body = LiftedBodies.INSTANCE.body(maker, MethodResolution.reference(found));
        return body != null && changesNothing(body, depth - 1);
    }

    private static boolean isOfNumbers(MethodReference method) {
        return isNumber(method.type().returnType())
                && method.type().parameterList().stream().allMatch(ProbeLambdas::isNumber);
    }

    private List<Origin> agreeing(Object object, List<Origin> origins) {
        List<Origin> left = new ArrayList<>(origins);
        Closure closure = origins.getFirst().form().closure();
        MethodTypeDesc erasure = closure.erasures().getFirst();
        try {
            Lookup lookup = DefineLambda.lookupIn(maker);
            Class<?> type = resolution.load(closure.type()).orElse(null);
            if (lookup == null || type == null) {
                return left;
            }
            MethodHandle method = lookup.findVirtual(type, closure.name(), erasure.resolveConstantDesc(lookup));
            List<Object> standIns = new ArrayList<>();
            for (Origin origin : origins) {
                standIns.add(origin.convert(object));
            }
            Random random = new Random(1);
            for (int probe = 0; probe < PROBES; probe++) {
                Object[] arguments = arguments(closure.instantiated(), random, probe);
                Object expected = call(method, object, arguments);
                for (int index = 0; index < origins.size(); index++) {
                    if (!agree(expected, call(method, standIns.get(index), arguments))) {
                        left.remove(origins.get(index));
                    }
                }
            }
            return left;
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable _) {
            return left;
        }
    }

    /** The result, or the class of the exception. */
    private static @Nullable Object call(MethodHandle method, Object receiver, Object[] arguments) {
        try {
            return method.bindTo(receiver).invokeWithArguments(arguments);
        } catch (Throwable e) {
            return e.getClass();
        }
    }

    /** Numbers must be the same in all bits; nothing is known of other objects. */
    private static boolean agree(@Nullable Object expected, @Nullable Object found) {
        if (expected instanceof Number || expected instanceof Boolean || expected instanceof Class<?>) {
            return expected.equals(found);
        }
        return !(found instanceof Number || found instanceof Boolean || found instanceof Class<?>);
    }

    private static Object[] arguments(MethodTypeDesc type, Random random, int probe) {
        return type.parameterList().stream()
                .map(parameter -> argument(parameter, random, probe))
                .toArray();
    }

    private static Object argument(ClassDesc type, Random random, int probe) {
        double number = probe < SPECIAL.length
                ? SPECIAL[(probe + random.nextInt(3)) % SPECIAL.length]
                : random.nextGaussian() * Math.exp(random.nextGaussian());
        Box box = type.isPrimitive() ? Box.ofPrimitive(type) : Box.ofWrapper(type);
        return switch (box.primitive().descriptorString()) {
            case "D" -> number;
            case "F" -> (float) number;
            case "J" -> (long) (number * 3);
            case "I" -> (int) (number * 3);
            case "S" -> (short) (number * 3);
            case "B" -> (byte) (number * 3);
            case "C" -> (char) Math.abs(number * 30);
            default -> number > 0;
        };
    }
}
