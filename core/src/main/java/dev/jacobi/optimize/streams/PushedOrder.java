package dev.jacobi.optimize.streams;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.OpCode.Effect;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.LiftedBodies;
import dev.jacobi.optimize.streams.StreamChain.Operation;
import dev.jacobi.optimize.streams.StreamChain.Stage;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether it makes no difference that the function of a {@code mapMulti} comes to its end before what it pushes goes on. In the JDK each element goes on at once.
 *
 * <p>It makes none if the function does nothing but look and push, and either looks at nothing that may change or what comes after the stage changes nothing;
 * and if nothing after the stage stops before the end. Effects are looked for in the code of lambdas; what is not known has all.
 */
final class PushedOrder {
    /** What code does, the lesser first. */
    private enum Does {
        NOTHING,
        LOOKS,
        ANYTHING;

        Does and(Does other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    private static final int DEPTH = 4;
    private static final Set<String> MATHEMATICS = Set.of(
            "java.lang.Math",
            "java.lang.StrictMath",
            "java.lang.Double",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Long");
    private static final Set<String> COLLECTIONS =
            Set.of("java.lang.Iterable", "java.util.Collection", "java.util.List", "java.util.Set");
    private static final Set<String> LOOKING =
            Set.of("get", "getOrDefault", "size", "isEmpty", "containsKey", "getKey", "getValue");
    private static final Set<String> TERMINALS = Set.of(
            "sum",
            "average",
            "min",
            "max",
            "count",
            "reduce",
            "toArray",
            "toList",
            "collect",
            "summaryStatistics",
            "forEach",
            "forEachOrdered");

    private final ClassKnowledge classes;

    PushedOrder(ClassKnowledge classes) {
        this.classes = classes;
    }

    boolean isAll(StreamChain chain) {
        return chain.parts().stream().allMatch(this::isAll)
                && chain.stages().stream()
                        .filter(stage -> stage.operation() == Operation.MAP_MULTI)
                        .allMatch(stage -> isAll(stage, chain));
    }

    private boolean isAll(Stage pushing, StreamChain chain) {
        List<Stage> after = chain.stages()
                .subList(chain.stages().indexOf(pushing) + 1, chain.stages().size());
        boolean stops = !TERMINALS.contains(chain.terminal().method().name())
                || after.stream()
                        .anyMatch(stage ->
                                stage.operation() == Operation.LIMIT || stage.operation() == Operation.TAKE_WHILE);
        if (stops) {
            return false;
        }
        Does does = doesPushing(pushing.call().operand(1));
        if (does == Does.NOTHING) {
            return true;
        }
        return does == Does.LOOKS
                && after.stream().allMatch(stage -> doFunctions(stage.call()) != Does.ANYTHING)
                && doFunctions(chain.terminal()) != Does.ANYTHING;
    }

    /** Whether the functions that a call passes do nothing, not even look at what may change. */
    boolean doNothing(Instruction call) {
        return doFunctions(call) == Does.NOTHING;
    }

    /** Whether the functions that a call passes change nothing. */
    boolean changeNothing(Instruction call) {
        return doFunctions(call) != Does.ANYTHING;
    }

    private Does doFunctions(Instruction call) {
        Does all = Does.NOTHING;
        for (Value operand : call.operands().subList(1, call.operands().size())) {
            if (operand.type().isReference()) {
                all = all.and(doesFunction(operand));
            }
        }
        return all;
    }

    /** What a function does, or a collector of {@code Collectors} that is made of functions. */
    private Does doesFunction(Value function) {
        Instruction made = function.definition();
        if (made == null) {
            return Does.ANYTHING;
        }
        if (made.opCode() == OpCode.INVOKE_STATIC
                && made.value().type().descriptor().displayName().equals("Collector")) {
            Does all = Does.NOTHING;
            for (Value operand : made.operands()) {
                all = all.and(operand.type().isReference() ? doesFunction(operand) : Does.NOTHING);
            }
            return all;
        }
        return implementation(made).map(method -> does(method, DEPTH, null)).orElse(Does.ANYTHING);
    }

    /** What the function of a {@code mapMulti} does besides pushing into its last argument. */
    private Does doesPushing(Value function) {
        Instruction made = function.definition();
        Method method = made == null ? null : implementation(made).orElse(null);
        if (method == null) {
            return Does.ANYTHING;
        }
        if (method.getName().equals("forEach")
                && COLLECTIONS.contains(method.getDeclaringClass().getName())) {
            return Does.LOOKS;
        }
        Function body = body(method);
        return body == null
                ? Does.ANYTHING
                : does(body, DEPTH, body.parameters().getLast());
    }

    private Optional<Method> implementation(Instruction lambda) {
        if (lambda.opCode() != OpCode.INVOKE_DYNAMIC) {
            return Optional.empty();
        }
        return lambda.dynamicCall().arguments().stream()
                .filter(DirectMethodHandleDesc.class::isInstance)
                .map(DirectMethodHandleDesc.class::cast)
                .findFirst()
                .flatMap(handle -> find(new MethodReference(
                        handle.owner(),
                        handle.methodName(),
                        MethodTypeDesc.ofDescriptor(handle.lookupDescriptor()),
                        handle.isOwnerInterface())));
    }

    private Optional<Method> find(MethodReference reference) {
        Class<?> owner = classes.find(reference.owner());
        if (owner == null) {
            return Optional.empty();
        }
        try {
            return Arrays.stream(owner.getDeclaredMethods())
                    .filter(method -> method.getName().equals(reference.name())
                            && MethodTypeDesc.ofDescriptor(reference.type().descriptorString())
                                    .equals(java.lang.invoke.MethodType.methodType(
                                                    method.getReturnType(), method.getParameterTypes())
                                            .describeConstable()
                                            .orElse(null)))
                    .findFirst();
        } catch (LinkageError missing) {
            return Optional.empty();
        }
    }

    private static @Nullable Function body(Method method) {
        return LiftedBodies.INSTANCE.body(
                method.getDeclaringClass(),
                new MethodReference(
                        method.getDeclaringClass().describeConstable().orElseThrow(),
                        method.getName(),
                        java.lang.invoke.MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                                .describeConstable()
                                .orElseThrow(),
                        method.getDeclaringClass().isInterface()));
    }

    private Does does(Method method, int depth, @Nullable Value pushed) {
        Class<?> owner = method.getDeclaringClass();
        if (MATHEMATICS.contains(owner.getName())) {
            return Does.NOTHING;
        }
        if (owner.isInterface() && owner.getName().startsWith("java.util.") && LOOKING.contains(method.getName())) {
            return Does.LOOKS;
        }
        boolean certain = Modifier.isStatic(method.getModifiers())
                || Modifier.isPrivate(method.getModifiers())
                || Modifier.isFinal(method.getModifiers())
                || Modifier.isFinal(owner.getModifiers());
        Function body = depth == 0 || !certain ? null : body(method);
        return body == null ? Does.ANYTHING : does(body, depth, pushed);
    }

    private Does does(Function body, int depth, @Nullable Value pushed) {
        Does all = Does.NOTHING;
        for (Block block : body.blocks()) {
            for (Instruction instruction : block.instructions()) {
                all = all.and(does(instruction, depth, pushed));
            }
        }
        return all;
    }

    private Does does(Instruction instruction, int depth, @Nullable Value pushed) {
        Effect effect = instruction.opCode().effect();
        if (effect == Effect.PURE || effect == Effect.ALLOCATE) {
            return Does.NOTHING;
        }
        if (effect == Effect.READ) {
            return Does.LOOKS;
        }
        return switch (instruction.opCode()) {
            case INVOKE_INTERFACE, INVOKE_STATIC, INVOKE_VIRTUAL, INVOKE_SPECIAL -> {
                if (pushed != null && instruction.operands().contains(pushed)) {
                    boolean pushes = instruction.operands().indexOf(pushed) == 0
                            && instruction.operands().lastIndexOf(pushed) == 0
                            && instruction.method().name().equals("accept");
                    yield pushes ? Does.NOTHING : Does.ANYTHING;
                }
                yield instruction.method().name().equals("<init>")
                        ? doesConstructor(instruction, depth - 1)
                        : find(instruction.method())
                                .map(method -> does(method, depth - 1, null))
                                .orElse(Does.ANYTHING);
            }
            default -> Does.ANYTHING;
        };
    }

    /** What a constructor does besides filling the object's own fields. */
    private Does doesConstructor(Instruction call, int depth) {
        Class<?> owner = classes.find(call.method().owner());
        boolean ofPlatformException = owner != null
                && Throwable.class.isAssignableFrom(owner)
                && owner.getName().startsWith("java.");
        if (owner == Object.class || owner == Record.class || ofPlatformException) {
            return Does.NOTHING;
        }
        Function body = owner == null || depth == 0 ? null : LiftedBodies.INSTANCE.body(owner, call.method());
        if (body == null) {
            return Does.ANYTHING;
        }
        Does all = Does.NOTHING;
        for (Block block : body.blocks()) {
            for (Instruction instruction : block.instructions()) {
                boolean ownField = instruction.opCode() == OpCode.PUT_FIELD
                        && instruction.operand(0) == body.parameters().getFirst();
                all = all.and(ownField ? Does.NOTHING : does(instruction, depth, null));
            }
        }
        return all;
    }
}
