package dev.jacobi.optimize.streams;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.OpCode.Effect;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import dev.jacobi.optimize.inline.StandIns;
import dev.jacobi.optimize.streams.StreamChain.Element;
import dev.jacobi.optimize.streams.StreamChain.Operation;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The streams that the function of a {@code flatMap} chooses by a condition: their elements are put into an array first, and gone through from there, where that makes no
 * difference. It makes none if the stream ends, and its functions and its source do not meet what is done with the elements.
 */
final class ChosenIterations {
    private static final ClassDesc ARRAYS = Arrays.class.describeConstable().orElseThrow();
    private static final Set<String> BOXES = Set.of("java.lang.Double", "java.lang.Integer", "java.lang.Long");

    private ChosenIterations() {}

    static boolean run(Function function, PushedOrder order) {
        boolean changed = false;
        for (Block block : List.copyOf(function.blocks())) {
            for (Instruction call : List.copyOf(block.instructions())) {
                if (StandIns.isElementsOf(call)) {
                    Optional<StreamFamily> family = StreamFamily.consumedBy(call, function);
                    if (family.isPresent() && mayComeFirst(family.get(), call, order)) {
                        collectFirst(call);
                        changed = true;
                    }
                }
            }
        }
        return changed;
    }

    private static boolean mayComeFirst(StreamFamily family, Instruction call, PushedOrder order) {
        if (!family.terminals().equals(List.of(call))) {
            return false;
        }
        boolean looks = false;
        for (Value member : family.members()) {
            Instruction made = member.definition();
            if (made == null) {
                continue;
            }
            Optional<Operation> operation = StreamChain.operation(made);
            if (StreamFamily.isStage(made)) {
                if (operation.isPresent() && operation.get() == Operation.FLAT_MAP || !order.changeNothing(made)) {
                    return false;
                }
                looks |= !order.doNothing(made);
            } else if (made.method().name().equals("iterate")
                    || made.method().name().equals("generate")) {
                return false;
            } else {
                looks |= !isUnchanging(made);
            }
        }
        return !looks || !changesAnything(rounds(call));
    }

    /** Whether a source gives what nobody can change. */
    private static boolean isUnchanging(Instruction source) {
        return source.opCode() == OpCode.INVOKE_STATIC
                && source.operands().stream()
                        .noneMatch(operand -> operand.type().isArray() && !isOwn(operand, source));
    }

    /** Whether an array is made for the stream alone. */
    private static boolean isOwn(Value array, Instruction source) {
        return array.isResultOf(OpCode.NEW_ARRAY)
                && source.block().function().blocks().stream()
                        .allMatch(block -> block.edges().stream()
                                        .noneMatch(edge -> edge.arguments().contains(array))
                                && !block.terminator().operands().contains(array)
                                && block.instructions().stream()
                                        .allMatch(user -> user == source
                                                || user.opCode() == OpCode.ARRAY_STORE
                                                        && user.operands().lastIndexOf(array) == 0
                                                || !user.operands().contains(array)));
    }

    /** The blocks of the loop over the elements; none if there is none. */
    private static Set<Block> rounds(Instruction call) {
        Block home = call.block();
        Set<Block> rounds = new HashSet<>();
        Block head = home.function().blocks().stream()
                .filter(block -> block.instructions().stream()
                        .anyMatch(user -> user.operands().contains(call.value())
                                && user.opCode() == OpCode.INVOKE_INTERFACE
                                && user.method().name().equals("hasNext")))
                .findFirst()
                .orElse(null);
        if (head != null) {
            for (Block block : StreamFamily.reachable(head.successors(), home)) {
                if (block == head
                        || StreamFamily.reachable(block.successors(), home).contains(head)) {
                    rounds.add(block);
                }
            }
        }
        return rounds;
    }

    private static boolean changesAnything(Set<Block> blocks) {
        return blocks.isEmpty()
                || blocks.stream()
                        .flatMap(block -> block.instructions().stream())
                        .anyMatch(instruction -> {
                            Effect effect = instruction.opCode().effect();
                            boolean harmless = effect == Effect.PURE
                                    || effect == Effect.READ
                                    || effect == Effect.CALL
                                            && instruction.opCode().isCall()
                                            && instruction.opCode() != OpCode.INVOKE_DYNAMIC
                                            && instruction.opCode() != OpCode.INVOKE_FUNCTION
                                            && (isOfIterator(instruction) || isOfBox(instruction));
                            return !harmless;
                        });
    }

    private static boolean isOfIterator(Instruction call) {
        String name = call.method().name();
        return call.operands().size() == 1
                && isElements(call.operand(0).definition())
                && (name.equals("hasNext") || name.startsWith("next"));
    }

    private static boolean isElements(@Nullable Instruction made) {
        return made != null && StandIns.isElementsOf(made);
    }

    private static boolean isOfBox(Instruction call) {
        String owner = call.method().owner().packageName() + "."
                + call.method().owner().displayName();
        return BOXES.contains(owner)
                && (call.method().name().equals("valueOf")
                        || call.method().name().endsWith("Value"));
    }

    private static void collectFirst(Instruction call) {
        ClassDesc stream = call.method().type().parameterType(0);
        Element element = Element.of(stream).orElseThrow();
        ClassDesc array = element.component().arrayType();
        Block block = call.block();
        Function function = block.function();
        Instruction elements = function.newInstruction(
                OpCode.INVOKE_INTERFACE,
                new MethodReference(stream, "toArray", MethodTypeDesc.of(array), true),
                List.of(call.operand(0)),
                call.position());
        Instruction again = function.newInstruction(
                OpCode.INVOKE_STATIC,
                new MethodReference(ARRAYS, "stream", MethodTypeDesc.of(stream, array), false),
                List.of(elements.value()),
                call.position());
        Value before = call.operand(0);
        call.mapOperands(operand -> operand == before ? again.value() : operand);
        int index = block.instructions().indexOf(call);
        block.insert(index, elements);
        block.insert(index + 1, again);
        if (!block.handlers().isEmpty()) {
            SplitAtThrows.split(block);
        }
    }
}
