package dev.jacobi.autodiff;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Puts a check of the classes ({@link ComparedClasses}) before calls that compare objects of the user's classes: sorting, looking for something in
 * a collection, putting it into a set or a map, and comparisons that were not inlined.
 */
public final class ComparisonGuards {
    private static final MethodReference CHECK = new MethodReference(
            ClassDesc.ofDescriptor(ComparedClasses.class.descriptorString()),
            "check",
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_String),
            false);

    /** Methods of lists that compare; those of sets, maps and queues by priority all do. */
    private static final Set<String> OF_LISTS =
            Set.of("contains", "containsAll", "indexOf", "lastIndexOf", "equals", "hashCode", "search");

    private final Function function;
    private final ShadowTypes types;
    private final ClassKnowledge classes;

    private ComparisonGuards(Function function, ClassKnowledge classes) {
        this.function = function;
        this.types = new ShadowTypes(classes);
        this.classes = classes;
    }

    /** Adds the checks to a function that is about to be differentiated. */
    public static void add(Function function, ClassKnowledge classes) {
        ComparisonGuards guards = new ComparisonGuards(function, classes);
        for (Block block : List.copyOf(function.blocks())) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                List<Value> compared = guards.compared(instruction);
                if (!compared.isEmpty()) {
                    guards.guard(instruction, compared);
                }
            }
        }
    }

    private List<Value> compared(Instruction call) {
        switch (call.opCode()) {
            case INVOKE_STATIC, INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_SPECIAL -> {
                return comparedBy(call).stream()
                        .filter(value -> !value.isResultOf(OpCode.INVOKE_DYNAMIC) && mayStore(value.type()))
                        .toList();
            }
            default -> {
                return List.of();
            }
        }
    }

    private static List<Value> comparedBy(Instruction call) {
        if (KnownCall.comparesObjects(call.method())) {
            return call.operands();
        }
        if (call.opCode() == OpCode.INVOKE_STATIC || !ContainerCall.isKnown(call.method())) {
            return List.of();
        }
        if (!ContainerCall.comparesElements(call.method())
                && !OF_LISTS.contains(call.method().name())) {
            return List.of();
        }
        // The value that is put into a map is not compared.
        boolean hasValue =
                call.method().name().startsWith("put") || call.method().name().equals("getOrDefault");
        boolean whole = call.operands().size() == 1 || call.method().name().startsWith("equals");
        int last =
                hasValue ? Math.min(2, call.operands().size()) : call.operands().size();
        boolean looksAtAll = whole && OF_LISTS.contains(call.method().name());
        return call.operands()
                .subList(looksAtAll ? 0 : 1, looksAtAll ? call.operands().size() : last);
    }

    /** Whether objects of this static type may be of classes of the user's. */
    private boolean mayStore(Type type) {
        if (!type.isReference() || DerivativeRequest.carriesDerivative(type) || !types.leadsToNumbers(type)) {
            return false;
        }
        Class<?> known = type.isArray() ? null : classes.find(type.descriptor());
        return known == null || known.getClassLoader() != null || !Modifier.isFinal(known.getModifiers());
    }

    /** What the check throws goes to no handler of the call. */
    private void guard(Instruction call, List<Value> compared) {
        Block block = call.block();
        List<Instruction> checks = new ArrayList<>();
        String where = call.position() == null ? null : call.position().toString();
        Instruction place = function.newInstruction(
                OpCode.CONSTANT, where == null ? Instruction.NULL : where, List.of(), call.position());
        checks.add(place);
        for (Value each : compared) {
            checks.add(function.newInstruction(
                    OpCode.INVOKE_STATIC, CHECK, List.of(each, place.value()), call.position()));
        }
        if (block.handlers().isEmpty()) {
            int index = block.instructions().indexOf(call);
            for (Instruction check : checks) {
                block.insert(index++, check);
            }
            return;
        }
        Block rest = function.newBlock();
        block.remove(call);
        rest.append(call);
        rest.setTerminator(block.terminator());
        rest.setHandlers(block.handlers());
        block.setHandlers(List.of());
        checks.forEach(block::append);
        block.setTerminator(new Jump(Edge.to(rest), call.position()));
    }
}
