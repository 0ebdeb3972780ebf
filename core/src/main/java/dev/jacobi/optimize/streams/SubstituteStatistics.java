package dev.jacobi.optimize.streams;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.library.Statistics;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Replaces a {@code DoubleSummaryStatistics}, whose fields nobody else may touch, by an object of a class of ours, if all that is done with it is in the
 * function: numbers and others of its kind are put in, numbers are taken out. Not handled are those that are kept in collections, passed on, chosen among
 * several or written as text.
 */
public final class SubstituteStatistics {
    private static final ClassDesc ORIGINAL =
            DoubleSummaryStatistics.class.describeConstable().orElseThrow();
    private static final ClassDesc STAND_IN =
            Statistics.class.describeConstable().orElseThrow();
    private static final Set<String> GETTERS = Set.of("getCount", "getSum", "getMin", "getMax", "getAverage");

    private SubstituteStatistics() {}

    public static boolean run(Function function) {
        Map<Value, Value> objects = objects(function);
        if (objects.isEmpty()) {
            return false;
        }
        Map<Value, List<Instruction>> users = new HashMap<>();
        Set<Value> lost = new HashSet<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                for (Value operand : instruction.operands()) {
                    Value object = objects.get(operand);
                    if (object != null) {
                        users.computeIfAbsent(object, _ -> new ArrayList<>()).add(instruction);
                        if (!isKnown(instruction, objects)) {
                            lost.add(object);
                        }
                    }
                }
            }
            block.terminator().operands().forEach(value -> lost.add(objects.getOrDefault(value, value)));
            block.edges()
                    .forEach(edge -> edge.arguments().forEach(value -> lost.add(objects.getOrDefault(value, value))));
        }
        // What is combined with one that stays stays too.
        boolean changed = true;
        while (changed) {
            changed = false;
            for (List<Instruction> all : users.values()) {
                for (Instruction user : all) {
                    if (isCombination(user)) {
                        Value one = objects.get(user.operand(0));
                        Value other = objects.get(user.operand(1));
                        changed |= lost.contains(one) != lost.contains(other) && lost.addAll(List.of(one, other));
                    }
                }
            }
        }
        Set<Value> replaced = new HashSet<>(objects.values());
        replaced.removeAll(lost);
        Set<Instruction> all = new LinkedHashSet<>();
        replaced.forEach(object -> all.addAll(users.getOrDefault(object, List.of())));
        replace(replaced, all, function);
        return !replaced.isEmpty();
    }

    /** The objects that are made here, and what is another name for one. */
    private static Map<Value, Value> objects(Function function) {
        Map<Value, Value> objects = new LinkedHashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.NEW
                        && instruction.classAttribute().equals(ORIGINAL)) {
                    objects.put(instruction.value(), instruction.value());
                }
            }
        }
        boolean changed = !objects.isEmpty();
        while (changed) {
            changed = false;
            for (Block block : function.blocks()) {
                for (Instruction instruction : block.instructions()) {
                    if (isCast(instruction)
                            && objects.containsKey(instruction.operand(0))
                            && !objects.containsKey(instruction.value())) {
                        objects.put(instruction.value(), objects.get(instruction.operand(0)));
                        changed = true;
                    }
                }
            }
        }
        return objects;
    }

    private static boolean isCast(Instruction instruction) {
        return instruction.opCode() == OpCode.CHECK_CAST
                && instruction.classAttribute().equals(ORIGINAL);
    }

    private static boolean isKnown(Instruction user, Map<Value, Value> objects) {
        return switch (user.opCode()) {
            case NULL_CHECK -> true;
            case CHECK_CAST -> isCast(user);
            case INVOKE_SPECIAL ->
                user.method().name().equals("<init>")
                        && user.method().owner().equals(ORIGINAL)
                        && user.operands().size() == 1;
            case INVOKE_INTERFACE -> isAcceptance(user);
            case INVOKE_VIRTUAL ->
                user.method().owner().equals(ORIGINAL)
                        && (isAcceptance(user)
                                || isCombination(user)
                                        && objects.containsKey(user.operand(0))
                                        && objects.containsKey(user.operand(1))
                                || GETTERS.contains(user.method().name()));
            default -> false;
        };
    }

    private static boolean isAcceptance(Instruction call) {
        return call.method().name().equals("accept")
                && call.method().type().parameterList().equals(List.of(ConstantDescs.CD_double));
    }

    private static boolean isCombination(Instruction call) {
        return call.opCode() == OpCode.INVOKE_VIRTUAL
                && call.method().owner().equals(ORIGINAL)
                && call.method().name().equals("combine");
    }

    private static void replace(Set<Value> objects, Set<Instruction> users, Function function) {
        Map<Value, Value> replacements = new HashMap<>();
        Map<Value, Value> casts = new HashMap<>();
        for (Value object : objects) {
            Instruction made = Objects.requireNonNull(object.definition());
            Instruction standIn = function.newInstruction(OpCode.NEW, STAND_IN, List.of(), made.position());
            swap(made, standIn);
            replacements.put(object, standIn.value());
        }
        for (Instruction user : users) {
            if (user.opCode() == OpCode.CHECK_CAST) {
                user.block().remove(user);
                casts.put(user.value(), user.operand(0));
            } else if (user.opCode().isCall() && user.method().owner().equals(ORIGINAL) || isInterface(user)) {
                boolean combines = isCombination(user);
                MethodTypeDesc type = user.method().type();
                MethodReference method = new MethodReference(
                        STAND_IN,
                        user.method().name(),
                        combines ? MethodTypeDesc.of(type.returnType(), STAND_IN) : type,
                        false);
                Instruction call = function.newInstruction(
                        isInterface(user) ? OpCode.INVOKE_VIRTUAL : user.opCode(),
                        method,
                        user.operands(),
                        user.position());
                swap(user, call);
                if (user.result() != null) {
                    replacements.put(user.value(), call.value());
                }
            }
        }
        casts.forEach((cast, of) -> {
            Value object = of;
            while (casts.containsKey(object)) {
                object = casts.get(object);
            }
            replacements.put(cast, replacements.getOrDefault(object, object));
        });
        function.replaceValues(replacements);
    }

    private static boolean isInterface(Instruction user) {
        return user.opCode() == OpCode.INVOKE_INTERFACE;
    }

    private static void swap(Instruction old, Instruction replacement) {
        Block block = old.block();
        int index = block.instructions().indexOf(old);
        block.remove(old);
        block.insert(index, replacement);
    }
}
