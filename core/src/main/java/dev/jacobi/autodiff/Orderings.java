package dev.jacobi.autodiff;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.HostClasses;
import dev.jacobi.optimize.inline.LiftedBodies;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The lambdas of a function that only decide about the order of objects: comparators, and functions that nothing but comparators are made of. They may
 * look at what carries derivatives, also at what they capture, since nothing but integers comes out.
 *
 * <p>Those that store numbers are told apart, as far as their code is known.
 */
final class Orderings {
    private static final ClassDesc METAFACTORY = ClassDesc.of("java.lang.invoke.LambdaMetafactory");
    private static final ClassDesc COMPARATOR = ClassDesc.of("java.util.Comparator");
    private static final int DEPTH = 4;

    private final ClassKnowledge classes;
    private final ShadowTypes types;
    private final Map<Value, Set<Instruction>> users = new HashMap<>();
    private final Set<Instruction> found = new HashSet<>();
    private final Set<Instruction> storing = new HashSet<>();

    static Orderings of(Collection<Block> blocks, ClassKnowledge classes) {
        Orderings orderings = new Orderings(classes);
        orderings.find(blocks);
        return orderings;
    }

    /** Whether an instruction makes such a lambda. */
    boolean contains(Instruction instruction) {
        return found.contains(instruction);
    }

    /** Whether an instruction makes a lambda that decides about an order, but stores numbers as well. */
    boolean stores(Instruction instruction) {
        return storing.contains(instruction);
    }

    private Orderings(ClassKnowledge classes) {
        this.classes = classes;
        this.types = new ShadowTypes(classes);
    }

    private void find(Collection<Block> blocks) {
        List<Instruction> lambdas = new ArrayList<>();
        for (Block block : blocks) {
            for (Instruction instruction : block.instructions()) {
                if (isLambda(instruction)) {
                    lambdas.add(instruction);
                }
            }
        }
        if (lambdas.isEmpty()) {
            return;
        }
        Set<Value> passed = new HashSet<>();
        for (Block block : blocks) {
            for (Instruction instruction : block.instructions()) {
                instruction
                        .operands()
                        .forEach(value -> users.computeIfAbsent(value, _ -> new HashSet<>())
                                .add(instruction));
            }
            passed.addAll(block.terminator().operands());
            block.edges().forEach(edge -> passed.addAll(edge.arguments()));
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Instruction lambda : lambdas) {
                boolean orders = isComparator(lambda)
                        || !passed.contains(lambda.value())
                                && users.containsKey(lambda.value())
                                && users.get(lambda.value()).stream().allMatch(this::onlyOrders);
                if (orders && !found.contains(lambda) && !storing.contains(lambda)) {
                    changed |= (storesNumbers(lambda) ? storing : found).add(lambda);
                }
            }
        }
    }

    private static boolean isLambda(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_DYNAMIC
                && instruction.dynamicCall().bootstrap().owner().equals(METAFACTORY);
    }

    private static boolean isComparator(Instruction lambda) {
        return lambda.value().type().descriptor().equals(COMPARATOR);
    }

    private boolean onlyOrders(Instruction user) {
        return found.contains(user)
                || user.opCode().isCall()
                        && user.opCode() != OpCode.INVOKE_DYNAMIC
                        && user.opCode() != OpCode.INVOKE_FUNCTION
                        && (user.method().owner().equals(COMPARATOR)
                                || user.method().type().returnType().equals(COMPARATOR));
    }

    private boolean storesNumbers(Instruction lambda) {
        return lambda.dynamicCall().arguments().stream()
                .anyMatch(argument -> argument instanceof DirectMethodHandleDesc handle
                        && storesNumbers(
                                new MethodReference(
                                        handle.owner(),
                                        handle.methodName(),
                                        java.lang.constant.MethodTypeDesc.ofDescriptor(handle.lookupDescriptor()),
                                        handle.isOwnerInterface()),
                                DEPTH));
    }

    /** Whether a method is seen to store numbers, itself or by methods that it calls. */
    static boolean storesNumbers(Class<?> owner, MethodReference method) {
        return new Orderings(new HostClasses(owner, LiftedBodies.INSTANCE)).storesNumbers(owner, method, DEPTH);
    }

    private boolean storesNumbers(MethodReference method, int depth) {
        Class<?> owner = classes.find(method.owner());
        return owner != null && storesNumbers(owner, method, depth);
    }

    private boolean storesNumbers(Class<?> owner, MethodReference method, int depth) {
        if (owner.getClassLoader() == null || depth == 0) {
            return false;
        }
        Function body = LiftedBodies.INSTANCE.body(owner, method);
        return body != null
                && body.blocks().stream()
                        .flatMap(block -> block.instructions().stream())
                        .anyMatch(instruction -> storesNumbers(instruction, depth));
    }

    private boolean storesNumbers(Instruction instruction, int depth) {
        return switch (instruction.opCode()) {
            case ARRAY_STORE, PUT_FIELD -> isNumber(instruction.operands().getLast()) && !isNew(instruction.operand(0));
            case PUT_STATIC -> isNumber(instruction.operand(0));
            case INVOKE_STATIC, INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_SPECIAL -> {
                Optional<ContainerCall> container = ContainerCall.of(instruction);
                yield container.isPresent()
                        ? container.get().hasReceiver(instruction)
                                && !isNew(instruction.operand(0))
                                && container.get().stored(instruction, 'e').stream()
                                        .anyMatch(index -> isNumber(instruction.operand(index)))
                        : !instruction.method().name().equals("<init>")
                                && storesNumbers(instruction.method(), depth - 1);
            }
            default -> false;
        };
    }

    private boolean isNumber(Value value) {
        Type type = value.type();
        return type.isFloatingPoint() || type.isReference() && types.leadsToNumbers(type);
    }

    private static boolean isNew(Value object) {
        return object.isResultOf(OpCode.NEW) || object.isResultOf(OpCode.NEW_ARRAY);
    }
}
