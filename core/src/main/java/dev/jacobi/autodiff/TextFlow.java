package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where things go that hold varied numbers and have no shadow: text in which such numbers are written, exceptions that calls throw which are
 * differentiated on their own. A call that may read a number out of them again, or a field of such an exception, is refused. Whole numbers may come out: lengths, what {@code parseInt} gives, comparisons; but characters, and what is computed of them, are text.
 *
 * <p>Objects in which such text was put by one name and from which it is read by another are not told apart; any text that is loaded or given by a call
 * afterwards counts as such text. Text that leaves the function by files, static fields or objects and is read again by code that is not differentiated is not
 * seen.
 */
final class TextFlow {
    private static final Set<String> TEXT = Set.of(
            "Ljava/lang/String;", "Ljava/lang/CharSequence;", "Ljava/lang/StringBuilder;", "Ljava/lang/StringBuffer;");

    private static final Set<String> MAY_BE_TEXT =
            Set.of("Ljava/lang/Object;", "Ljava/lang/Comparable;", "Ljava/io/Serializable;", "[C", "[B");

    private final ActivityAnalysis activity;
    private final Regions regions;
    private final boolean ofText;
    private final Predicate<Value> isBits;
    private final boolean callerWrites;
    private final ValueSet written = new ValueSet();
    private final ValueSet made = new ValueSet();
    private boolean found;
    private boolean kept;
    private boolean changed;

    /**
     * Follows text.
     *
     * @param isBits whether an integer is made of the bits of a varied number
     * @param callerWrites whether text among the arguments, and text that is found elsewhere, may be such text already
     */
    static TextFlow ofText(ActivityAnalysis activity, Predicate<Value> isBits, boolean callerWrites) {
        return new TextFlow(activity, true, isBits, callerWrites);
    }

    /** Follows exceptions of calls that are differentiated on their own. */
    static TextFlow ofExceptions(ActivityAnalysis activity) {
        return new TextFlow(activity, false, _ -> false, false);
    }

    private TextFlow(ActivityAnalysis activity, boolean ofText, Predicate<Value> isBits, boolean callerWrites) {
        this.activity = activity;
        this.ofText = ofText;
        this.regions = activity.regions();
        this.isBits = isBits;
        this.callerWrites = callerWrites;
        for (Value parameter : activity.function().parameters()) {
            markFound(parameter);
        }
        do {
            changed = false;
            for (Block block : activity.blocks()) {
                visit(block);
            }
        } while (changed);
    }

    private void visit(Block block) {
        for (Instruction instruction : block.instructions()) {
            visit(instruction);
        }
        for (Edge edge : block.terminator().edges()) {
            pass(edge, 0);
        }
        for (Handler handler : block.handlers()) {
            boolean mayHold = !ofText && regions.mayThrowNumbers(block) && isOpaque(block);
            mark(written, handler.edge().target().parameter(0), mayHold);
            mark(made, handler.edge().target().parameter(0), mayHold);
            pass(handler.edge(), 1);
        }
    }

    /** Whether exceptions come from a derivative, or from a constructor, whose ways to exceptions are not seen. */
    private boolean isOpaque(Block block) {
        return block.instructions().stream()
                .anyMatch(instruction -> activity.isFollowed(instruction)
                        || instruction.opCode() == OpCode.INVOKE_SPECIAL && instruction.isNoted());
    }

    private void pass(Edge edge, int first) {
        for (int index = 0; index < edge.arguments().size(); index++) {
            follow(edge.arguments().get(index), edge.target().parameter(index + first));
        }
    }

    private void follow(Value from, Value to) {
        mark(written, to, written.contains(from));
        mark(made, to, made.contains(from));
    }

    private void visit(Instruction instruction) {
        switch (instruction.opCode()) {
            case CHECK_CAST -> follow(instruction.operand(0), instruction.value());
            case SELECT -> {
                follow(instruction.operand(1), instruction.value());
                follow(instruction.operand(2), instruction.value());
            }
            case ARRAY_STORE, PUT_FIELD -> {
                if (written.contains(instruction.operands().getLast())) {
                    follow(instruction.operands().getLast(), instruction.operand(0));
                    keep();
                }
            }
            case PUT_STATIC -> {
                if (written.contains(instruction.operand(0))) {
                    keep();
                }
            }
            case ARRAY_LOAD, GET_FIELD -> {
                if (instruction.opCode() == OpCode.GET_FIELD && CallSignature.isOfStacks(instruction.field())) {
                    return; // bytes there are no text
                }
                if (instruction.opCode() == OpCode.ARRAY_LOAD
                        || instruction.value().type().isReference()) {
                    follow(instruction.operand(0), instruction.value());
                }
                markFound(instruction.value(), callerWrites && !isMadeHere(instruction.operand(0)));
            }
            case GET_STATIC -> markFound(instruction.value());
            default -> {
                if (instruction.opCode().isCall()) {
                    visitCall(instruction);
                } else if (computes(instruction)) {
                    mark(written, instruction.value(), true);
                }
            }
        }
    }

    /** Whether an array holds pieces of text that a call of this function has made, as {@code split} does: the caller has written none of them. */
    private static boolean isMadeHere(Value array) {
        return array.type().isArray() && array.definition() instanceof Instruction call && TextCall.is(call);
    }

    /** Whether an integer is computed of characters, and not by a comparison. */
    private boolean computes(Instruction instruction) {
        OpCode opCode = instruction.opCode();
        if (opCode.effect() != OpCode.Effect.PURE
                || opCode.result() == OpCode.Result.INT
                || instruction.result() == null) {
            return false;
        }
        for (Value operand : instruction.operands()) {
            if (isCharacter(operand)) {
                return true;
            }
        }
        return false;
    }

    private boolean isCharacter(Value value) {
        return !value.type().isReference() && written.contains(value);
    }

    private static boolean containsAny(ValueSet marked, List<Value> values) {
        for (Value value : values) {
            if (marked.contains(value)) {
                return true;
            }
        }
        return false;
    }

    private void visitCall(Instruction call) {
        if (!ofText && ExceptionHolder.takes(call)) {
            mark(written, call.value(), true);
            mark(made, call.value(), true);
            return;
        }
        if (!ofText && ExceptionHolder.leaves(call)) {
            return; // the caller takes it for what was thrown
        }
        if (TextCall.is(call)) {
            if (call.operands().stream().anyMatch(this::writes)) {
                markResult(call);
                if (TextCall.keepsText(call) && !isStandardStream(call.operand(0))) {
                    mark(written, call.operand(0), true);
                    keep();
                }
            }
        } else if (containsAny(written, call.operands())) {
            call.operands().forEach(operand -> mark(written, operand, true));
            if (KnownCall.of(call).isPresent() && containsAny(made, call.operands())) {
                call.operands().forEach(operand -> mark(made, operand, true));
                if (call.result() != null) {
                    mark(made, call.value(), true);
                }
            }
            if (!call.isNoted() && KnownCall.of(call).isEmpty()) {
                boolean constructor = call.opCode() == OpCode.INVOKE_SPECIAL
                        && call.method().name().equals("<init>");
                mark(made, call.operands().getFirst(), constructor);
            }
            markResult(call);
            keep();
        } else if (call.result() != null) {
            markFound(call.value());
        }
    }

    /** Whether an operand of a call that makes text is, or leads to, a varied number or text with such. */
    private boolean writes(Value operand) {
        return written.contains(operand) || ofText && holdsVaried(operand);
    }

    private boolean holdsVaried(Value operand) {
        return activity.isVaried(operand)
                || isBits.test(operand)
                || Region.reachable(regions.of(operand)).stream().anyMatch(region -> region.varied);
    }

    private static boolean isStandardStream(Value stream) {
        Instruction definition = stream.definition();
        return definition != null
                && definition.opCode() == OpCode.GET_STATIC
                && Type.name(definition.field().owner()).equals("java.lang.System");
    }

    private void markFound(Value found) {
        markFound(found, callerWrites);
    }

    private void markFound(Value found, boolean mayBeOfCaller) {
        String type = found.type().descriptor().descriptorString();
        boolean text = TEXT.contains(type);
        mark(written, found, kept && (text || MAY_BE_TEXT.contains(type)) || mayBeOfCaller && text);
    }

    private void markResult(Instruction call) {
        if (call.result() != null) {
            boolean text = call.value().type().isReference()
                    || call.operands().stream().anyMatch(this::isCharacter)
                    || TextCall.givesCharacter(call);
            mark(written, call.value(), text);
        }
    }

    private void mark(ValueSet set, Value value, boolean marked) {
        if (marked && !value.type().isFloatingPoint()) {
            changed |= set.add(value);
            found = true;
        }
    }

    private void keep() {
        changed |= !kept;
        kept = true;
    }

    /** Whether any instruction is refused. */
    boolean isRefused() {
        return found
                && activity.blocks().stream()
                        .anyMatch(block -> returnsException(block)
                                || block.instructions().stream()
                                        .anyMatch(instruction -> reads(instruction) || keepsException(instruction)));
    }

    private boolean returnsException(Block block) {
        return !ofText
                && block.terminator() instanceof Return(Value result, var _)
                && result != null
                && made.contains(result);
    }

    /** Whether others may find an exception without its shadow. */
    private boolean keepsException(Instruction instruction) {
        OpCode opCode = instruction.opCode();
        return !ofText
                && (opCode == OpCode.ARRAY_STORE || opCode == OpCode.PUT_FIELD)
                && made.contains(instruction.operands().getLast())
                && activity.outlives(instruction.operand(0));
    }

    /** Refuses to hand out an exception whose numbers would lose their derivatives. */
    void check(Block block) {
        if (!found) {
            return;
        }
        if (returnsException(block)) {
            throw keeps(block.terminator().position());
        }
        for (Instruction instruction : block.instructions()) {
            check(instruction);
            if (keepsException(instruction)) {
                throw keeps(instruction.position());
            }
        }
    }

    private JacobiException keeps(@Nullable SourcePosition position) {
        return new JacobiException(
                Refusal.UNSUPPORTED_CALL,
                "cannot differentiate " + activity.function().signature()
                        + ": it keeps an exception that a call has thrown which is not inlined",
                position == null ? null : position.toString());
    }

    private boolean reads(Instruction instruction) {
        return switch (instruction.opCode()) {
            case GET_FIELD, ARRAY_LOAD ->
                instruction.value().type().isFloatingPoint() && made.contains(instruction.operand(0));
            case CONVERT -> instruction.value().type().isFloatingPoint() && isCharacter(instruction.operand(0));
            case MATH ->
                instruction.value().type().isFloatingPoint()
                        && instruction.operands().stream().anyMatch(this::isCharacter);
            default -> instruction.opCode().isCall() && mayReadNumber(instruction);
        };
    }

    /** Refuses what may read a number out of text. */
    private void check(Instruction instruction) {
        if (reads(instruction)) {
            throw new JacobiException(
                    ofText ? Refusal.ACTIVE_TEXT : Refusal.UNSUPPORTED_CALL,
                    "cannot differentiate " + activity.function().signature()
                            + (ofText
                                    ? ": it may read a number out of text in which a number that varies was written, by "
                                    : ": it may read a number out of an exception that a call has thrown which is not inlined, by ")
                            + ActivityChecks.callee(instruction),
                    instruction.position() == null
                            ? null
                            : instruction.position().toString());
        }
    }

    private boolean mayReadNumber(Instruction call) {
        if (!ofText && activity.isFollowed(call)) {
            return containsAny(made, call.operands());
        }
        if (call.result() == null
                || TextCall.is(call)
                || KnownCall.of(call).isPresent()
                || regions.isInactive(call)
                || activity.isFollowed(call)) {
            return false;
        }
        Type result = call.value().type();
        return (result.isFloatingPoint()
                        || result.isReference() && !mayBeOnlyText(result) && regions.leadsToNumbers(result))
                && containsAny(written, call.operands());
    }

    private static boolean mayBeOnlyText(Type type) {
        return TEXT.contains(type.descriptor().descriptorString());
    }
}
