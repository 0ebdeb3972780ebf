package dev.jacobi.autodiff.reverse;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ScalarRule;
import dev.jacobi.autodiff.ScalarRules;
import dev.jacobi.autodiff.reverse.ReferenceClasses.Node;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which floating-point values, and which classes of arrays of them, vary with a differentiated argument <em>and</em> matter to a seeded
 * result. Refuses what lets a varying value go where no derivative follows it.
 */
final class ActiveValues {
    private final Function function;
    private final ReferenceClasses classes;
    private final List<Activity> activities;
    private final Set<Value> varied = new HashSet<>();
    private final Set<Node> variedMemory = new HashSet<>();
    private final Set<Value> useful = new HashSet<>();
    private final Set<Node> usefulMemory = new HashSet<>();
    private boolean changed;

    private ActiveValues(Function function, ReferenceClasses classes, List<Activity> activities) {
        this.function = function;
        this.classes = classes;
        this.activities = activities;
    }

    static ActiveValues of(Function function, ReferenceClasses classes, List<Activity> activities) {
        ActiveValues values = new ActiveValues(function, classes, activities);
        values.seed();
        do {
            values.changed = false;
            function.blocks().forEach(values::vary);
        } while (values.changed);
        do {
            values.changed = false;
            function.blocks().reversed().forEach(values::use);
        } while (values.changed);
        function.blocks().forEach(values::refuse);
        return values;
    }

    /** Whether the value has an adjoint. */
    boolean isActive(Value value) {
        return varied.contains(value) && useful.contains(value);
    }

    /** Whether the elements of arrays of this class have adjoints. */
    boolean isActive(Node memory) {
        return variedMemory.contains(memory) && usefulMemory.contains(memory);
    }

    /** Whether arrays of this class have elements with adjoints, directly or in arrays that they hold. */
    boolean leadsToActive(Node memory) {
        Set<Node> seen = new HashSet<>();
        Optional<Node> node = Optional.of(memory);
        while (node.isPresent() && seen.add(node.get())) {
            if (isActive(node.get())) {
                return true;
            }
            node = classes.contentsOf(node.get());
        }
        return false;
    }

    /** The class of the arrays of numbers that an array leads to. */
    Node leaf(Value array) {
        Node node = classes.of(array);
        String descriptor = array.type().descriptor().descriptorString();
        for (int depth = 1; descriptor.startsWith("[", depth); depth++) {
            node = classes.contentsOf(node).orElse(node);
        }
        return node;
    }

    private void seed() {
        for (int index = 0; index < activities.size(); index++) {
            Value parameter = function.parameters().get(index);
            if (activities.get(index) == Activity.ACTIVE) {
                varied.add(parameter);
            } else if (activities.get(index).isActive()) {
                variedMemory.add(leaf(parameter));
                usefulMemory.add(leaf(parameter));
            }
        }
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return(Value result, _) && result != null) {
                if (result.type().isFloatingPoint()) {
                    useful.add(result);
                } else if (result.type().isArray() && ReferenceClasses.element(result.type()).isFloatingPoint()) {
                    usefulMemory.add(leaf(result));
                }
            }
        }
    }

    private void vary(Block block) {
        for (Instruction instruction : block.instructions()) {
            switch (instruction.opCode()) {
                case ARRAY_LOAD -> {
                    if (carries(instruction) && variedMemory.contains(classes.of(instruction.operand(0)))) {
                        vary(instruction.value());
                    }
                }
                case ARRAY_STORE -> {
                    if (varied.contains(instruction.operand(2))) {
                        vary(classes.of(instruction.operand(0)));
                    }
                }
                default -> {
                    Optional<KnownCall> call = KnownCall.of(instruction);
                    if (call.isPresent()) {
                        varyByCall(instruction, call.get());
                    } else if (dependsOnVaried(instruction)) {
                        vary(instruction.value());
                    }
                }
            }
        }
        for (Edge edge : block.edges()) {
            forEachPassed(edge, (parameter, argument) -> {
                if (varied.contains(argument)) {
                    vary(parameter);
                }
            });
        }
    }

    private boolean dependsOnVaried(Instruction instruction) {
        Optional<ScalarRule> rule = ScalarRules.of(instruction);
        if (rule.isEmpty() || instruction.result() == null || !instruction.value().type().isFloatingPoint()) {
            return false;
        }
        for (int index = 0; index < instruction.operands().size(); index++) {
            if (rule.get().dependsOn(index) && varied.contains(instruction.operand(index))) {
                return true;
            }
        }
        return false;
    }

    private void varyByCall(Instruction instruction, KnownCall call) {
        switch (call) {
            case ARRAY_COPY -> flow(instruction.operand(0), instruction.operand(2));
            case CLONE, COPY_OF, COPY_OF_RANGE -> flow(instruction.operand(0), instruction.value());
            case FILL, FILL_RANGE -> {
                if (varied.contains(instruction.operands().getLast())) {
                    vary(classes.of(instruction.operand(0)));
                }
            }
            case INACTIVE -> {}
        }
    }

    private void flow(Value from, Value to) {
        if (variedMemory.contains(classes.of(from))) {
            vary(classes.of(to));
        }
    }

    private void use(Block block) {
        for (Edge edge : block.edges()) {
            forEachPassed(edge, (parameter, argument) -> {
                if (useful.contains(parameter)) {
                    use(argument);
                }
            });
        }
        for (Instruction instruction : block.instructions().reversed()) {
            switch (instruction.opCode()) {
                case ARRAY_LOAD -> {
                    if (carries(instruction) && useful.contains(instruction.value())) {
                        use(classes.of(instruction.operand(0)));
                    }
                }
                case ARRAY_STORE -> {
                    Value stored = instruction.operand(2);
                    if (stored.type().isFloatingPoint() && usefulMemory.contains(classes.of(instruction.operand(0)))) {
                        use(stored);
                    }
                }
                default -> {
                    Optional<KnownCall> call = KnownCall.of(instruction);
                    if (call.isPresent()) {
                        useByCall(instruction, call.get());
                    } else if (instruction.result() != null && useful.contains(instruction.value())) {
                        ScalarRules.of(instruction).ifPresent(rule -> {
                            for (int index = 0; index < instruction.operands().size(); index++) {
                                if (rule.dependsOn(index)) {
                                    use(instruction.operand(index));
                                }
                            }
                        });
                    }
                }
            }
        }
    }

    private void useByCall(Instruction instruction, KnownCall call) {
        switch (call) {
            case ARRAY_COPY -> flowBack(instruction.operand(0), instruction.operand(2));
            case CLONE, COPY_OF, COPY_OF_RANGE -> flowBack(instruction.operand(0), instruction.value());
            case FILL, FILL_RANGE -> {
                if (usefulMemory.contains(classes.of(instruction.operand(0)))) {
                    use(instruction.operands().getLast());
                }
            }
            case INACTIVE -> {}
        }
    }

    private void flowBack(Value from, Value to) {
        if (usefulMemory.contains(classes.of(to))) {
            use(classes.of(from));
        }
    }

    private void vary(Value value) {
        changed |= value.type().isFloatingPoint() && varied.add(value);
    }

    private void vary(Node memory) {
        changed |= variedMemory.add(memory);
    }

    private void use(Value value) {
        changed |= value.type().isFloatingPoint() && useful.add(value);
    }

    private void use(Node memory) {
        changed |= usefulMemory.add(memory);
    }

    private static boolean carries(Instruction load) {
        return load.value().type().isFloatingPoint();
    }

    private static void forEachPassed(Edge edge, java.util.function.BiConsumer<Value, Value> user) {
        List<Value> parameters = edge.target().parameters();
        int offset = parameters.size() - edge.arguments().size();
        for (int index = 0; index < edge.arguments().size(); index++) {
            user.accept(parameters.get(index + offset), edge.arguments().get(index));
        }
    }

    private void refuse(Block block) {
        for (Instruction instruction : block.instructions()) {
            OpCode opCode = instruction.opCode();
            boolean takesVaried = instruction.operands().stream().anyMatch(varied::contains);
            if (opCode == OpCode.PUT_STATIC && takesVaried) {
                throw refusal(Refusal.ACTIVE_STATIC, instruction, "it assigns the static field " + instruction.field());
            }
            if (opCode == OpCode.PUT_FIELD && takesVaried) {
                throw refusal(Refusal.UNSUPPORTED_OBJECT, instruction, "it assigns the field " + instruction.field());
            }
            if (opCode == OpCode.ARRAY_STORE && takesVaried) {
                refuseConstantMemory(instruction, instruction.operand(0));
            }
            if (opCode == OpCode.MATH && takesVaried) {
                ScalarRules.of(instruction.math().function()).refusal().ifPresent(refusal -> {
                    throw refusal(
                            refusal,
                            instruction,
                            "it takes " + instruction.math().function().methodName() + " of a value that carries a derivative");
                });
            }
            Optional<KnownCall> known = KnownCall.of(instruction);
            if (known.isPresent()) {
                refuseCopyToConstantMemory(instruction, known.get());
            } else if (opCode.isCall() && !isConcatenation(instruction)) {
                refuseCall(instruction, takesVaried);
            }
        }
    }

    private void refuseConstantMemory(Instruction instruction, Value array) {
        Node memory = classes.of(array);
        if (memory.isExternal()) {
            throw refusal(
                    Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                    instruction,
                    "it writes a value that carries a derivative into an array that comes from a field or a call");
        }
        for (Value parameter : memory.parameters()) {
            int index = function.parameters().indexOf(parameter);
            if (!activities.get(index).isActive()) {
                throw refusal(
                        Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                        instruction,
                        "it writes a value that carries a derivative into parameter " + index + ", which is CONST");
            }
        }
    }

    private void refuseCopyToConstantMemory(Instruction instruction, KnownCall known) {
        switch (known) {
            case ARRAY_COPY -> {
                if (variedMemory.contains(classes.of(instruction.operand(0)))) {
                    refuseConstantMemory(instruction, instruction.operand(2));
                }
            }
            case FILL, FILL_RANGE -> {
                if (varied.contains(instruction.operands().getLast())) {
                    refuseConstantMemory(instruction, instruction.operand(0));
                }
            }
            case CLONE, COPY_OF, COPY_OF_RANGE, INACTIVE -> {}
        }
    }

    /** String concatenation looks at numbers, and gives only text. */
    private static boolean isConcatenation(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_DYNAMIC
                && instruction.dynamicCall().type().returnType().descriptorString().equals("Ljava/lang/String;");
    }

    private void refuseCall(Instruction instruction, boolean takesVaried) {
        boolean reachesVaried = takesVaried
                || instruction.operands().stream()
                        .filter(operand -> operand.type().isReference())
                        .anyMatch(operand -> leadsToVaried(classes.of(operand)));
        if (!reachesVaried) {
            return;
        }
        if (instruction.opCode() == OpCode.INVOKE_FUNCTION) {
            throw refusal(Refusal.UNSUPPORTED_RECURSION, instruction, "it calls " + instruction.function());
        }
        Object method = instruction.opCode() == OpCode.INVOKE_DYNAMIC
                ? instruction.dynamicCall().name()
                : instruction.method();
        throw refusal(
                Refusal.UNSUPPORTED_CALL, instruction, "it passes a value that carries a derivative to " + method);
    }

    private boolean leadsToVaried(Node memory) {
        Set<Node> seen = new HashSet<>();
        Optional<Node> node = Optional.of(memory);
        while (node.isPresent() && seen.add(node.get())) {
            if (variedMemory.contains(node.get())) {
                return true;
            }
            node = classes.contentsOf(node.get());
        }
        return false;
    }

    JacobiException refusal(Refusal refusal, Instruction instruction, String what) {
        return new JacobiException(
                refusal,
                "cannot differentiate " + function.name() + ": " + what,
                instruction.position() == null ? null : instruction.position().toString());
    }
}
