package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a function as the code of a method.
 *
 * <p>The parameters of the function are in the first local variables, as the JVM passes them. Line numbers are those of the outermost
 * method of each inlining chain, because a method can name lines of one source file only and this is the file of the method that the code
 * belongs to.
 *
 * <p>Code that reads the same local variables as the method it was lifted from is not reproduced: names of local variables and type
 * annotations on them are lost.
 */
final class CodeEmitter {
    private final Function function;
    private final Linkage linkage;
    private final MethodTypeDesc type;
    private final BlockOrder order;
    private final TreeSchedule schedule;
    private final LocalVariables variables;
    private final VerifierTypes types;

    private final Map<Block, Block> forwarded = new HashMap<>();
    private final List<Block> layout = new ArrayList<>();

    /** What a landing pad does: it is shared by all blocks for which that is the same. */
    private record Pad(Block target, List<EdgeMoves.Step> moves) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Pad that && target == that.target && moves.equals(that.moves);
        }

        @Override
        public int hashCode() {
            return 31 * target.hashCode() + moves.hashCode();
        }
    }

    /**
     * @param type the type of the method that is written, as the class file has it, without the receiver
     * @param isConstructor whether the first parameter is the object under construction, on which no constructor has run yet
     */
    CodeEmitter(Function function, Linkage linkage, MethodTypeDesc type, boolean isConstructor) {
        this.function = function;
        this.linkage = linkage;
        this.type = type;
        order = BlockOrder.of(function);
        schedule = new TreeSchedule(order);
        variables = new LocalVariables(function, order, schedule, isConstructor);
        types = new VerifierTypes(order, linkage);
        for (Block block : order.blocks()) {
            findForwarding(block);
        }
        for (Block block : order.blocks()) {
            if (!forwarded.containsKey(block)) {
                layout.add(block);
            }
        }
    }

    /** Writes the code. Can be called once for each time that the class is built. */
    void emit(CodeBuilder code) {
        new Writer(code).write();
    }

    private List<EdgeMoves.Step> moves(Edge edge, int firstParameter) {
        return EdgeMoves.of(edge, firstParameter, schedule, variables);
    }

    /** Blocks that do nothing but jump on are not emitted; edges go to where they lead. */
    private void findForwarding(Block block) {
        if (block != function.entry()
                && schedule.roots(block).isEmpty()
                && block.terminator() instanceof Terminator.Jump jump
                && block.parameters().stream().noneMatch(schedule::isLive)
                && moves(jump.edge(), 0).isEmpty()
                && target(jump.edge().target()) != block) {
            forwarded.put(block, jump.edge().target());
        }
    }

    private Block target(Block block) {
        Block target = block;
        for (Block next = forwarded.get(target); next != null; next = forwarded.get(target)) {
            target = next;
        }
        return target;
    }

    private static @Nullable String where(@Nullable SourcePosition position) {
        return position == null ? null : position.toString();
    }

    /** The state of one emission. */
    private final class Writer {
        private final CodeBuilder code;
        private final InstructionEmitter instructions;
        private final Map<Block, Label> labels = new HashMap<>();
        private final Map<Pad, Label> pads = new LinkedHashMap<>();
        private int line = -1;

        Writer(CodeBuilder code) {
            this.code = code;
            instructions = new InstructionEmitter(code, linkage, schedule, variables, types);
        }

        void write() {
            for (int i = 0; i < layout.size(); i++) {
                Block block = layout.get(i);
                code.labelBinding(label(block));
                Instruction throwing = BlockOrder.usesHandlers(block) ? BlockOrder.throwing(block) : null;
                for (Instruction instruction : block.instructions()) {
                    check(block, instruction, throwing);
                }
                instructions.cover(throwing);
                for (Instruction instruction : schedule.roots(block)) {
                    line(instruction.position());
                    instructions.root(instruction);
                }
                line(block.terminator().position());
                end(block, i + 1 < layout.size() ? layout.get(i + 1) : null);
                handlers(block, instructions.coveredFrom(), instructions.coveredTo());
            }
            for (Map.Entry<Pad, Label> pad : pads.entrySet()) {
                pad(pad.getKey(), pad.getValue());
            }
        }

        private void check(Block block, Instruction instruction, @Nullable Instruction throwing) {
            if (instruction != throwing && instruction.mayThrow() && BlockOrder.usesHandlers(block)) {
                throw new JacobiException(
                        Refusal.INTERNAL,
                        "cannot emit " + function.name() + ": "
                                + instruction.opCode().mnemonic()
                                + " may throw, but is not the last instruction of a block with handlers",
                        where(instruction.position()));
            }
        }

        private Label label(Block block) {
            return label(labels, target(block));
        }

        private <K> Label label(Map<K, Label> labels, K place) {
            Label label = labels.get(place);
            if (label == null) {
                label = code.newLabel();
                labels.put(place, label);
            }
            return label;
        }

        private void line(@Nullable SourcePosition position) {
            SourcePosition outermost = position;
            while (outermost != null && outermost.caller() != null) {
                outermost = outermost.caller();
            }
            if (outermost != null && outermost.line() > 0 && outermost.line() != line && outermost.line() <= 0xFFFF) {
                line = outermost.line();
                code.lineNumber(line);
            }
        }

        private void end(Block block, @Nullable Block next) {
            switch (block.terminator()) {
                case Terminator.Jump jump -> {
                    move(moves(jump.edge(), 0));
                    goTo(jump.edge().target(), next);
                }
                case Terminator.Branch branch -> branch(branch, next);
                case Terminator.Switch choice -> choose(choice, next);
                case Terminator.Return exit -> {
                    Value value = exit.value();
                    if (value == null) {
                        code.return_();
                    } else {
                        instructions.push(value, value.type().isReference() ? type.returnType() : null);
                        code.return_(EdgeMoves.typeKind(value));
                    }
                }
                case Terminator.Throw exit -> {
                    instructions.push(exit.exception(), ConstantDescs.CD_Throwable);
                    if (BlockOrder.usesHandlers(block)) {
                        instructions.coverNext();
                        code.athrow();
                        instructions.covered();
                    } else {
                        code.athrow();
                    }
                }
            }
        }

        private void goTo(Block block, @Nullable Block next) {
            if (next == null || target(block) != next) {
                code.goto_(label(block));
            }
        }

        private void branch(Terminator.Branch branch, @Nullable Block next) {
            boolean falseIsNext = target(branch.ifFalse().target()) == next;
            boolean trueIsNext = target(branch.ifTrue().target()) == next;
            List<EdgeMoves.Step> whenTrue = moves(branch.ifTrue(), 0);
            List<EdgeMoves.Step> whenFalse = moves(branch.ifFalse(), 0);
            // The edge that is jumped to had better have nothing to move.
            boolean jumpIfTrue = whenTrue.isEmpty() && (falseIsNext || !trueIsNext || !whenFalse.isEmpty())
                    || !whenFalse.isEmpty() && falseIsNext;
            Edge jumped = jumpIfTrue ? branch.ifTrue() : branch.ifFalse();
            Edge fallen = jumpIfTrue ? branch.ifFalse() : branch.ifTrue();
            List<EdgeMoves.Step> jumpedMoves = jumpIfTrue ? whenTrue : whenFalse;
            List<EdgeMoves.Step> fallenMoves = jumpIfTrue ? whenFalse : whenTrue;
            if (jumpedMoves.isEmpty()) {
                instructions.jump(branch.condition(), jumpIfTrue, label(jumped.target()));
                move(fallenMoves);
                goTo(fallen.target(), next);
            } else if (fallenMoves.isEmpty()) {
                instructions.jump(branch.condition(), !jumpIfTrue, label(fallen.target()));
                move(jumpedMoves);
                goTo(jumped.target(), next);
            } else {
                Label other = code.newLabel();
                instructions.jump(branch.condition(), !jumpIfTrue, other);
                move(jumpedMoves);
                code.goto_(label(jumped.target()));
                code.labelBinding(other);
                move(fallenMoves);
                goTo(fallen.target(), next);
            }
        }

        private void choose(Terminator.Switch choice, @Nullable Block next) {
            instructions.push(choice.selector(), null);
            if (choice.cases().isEmpty()) {
                code.pop();
                move(moves(choice.otherwise(), 0));
                goTo(choice.otherwise().target(), next);
                return;
            }
            Map<Pad, Label> stubs = new LinkedHashMap<>();
            List<SwitchCase> cases = new ArrayList<>();
            for (Map.Entry<Integer, Edge> one : choice.cases().entrySet()) {
                cases.add(SwitchCase.of(one.getKey(), labelOf(one.getValue(), stubs)));
            }
            Label otherwise = labelOf(choice.otherwise(), stubs);
            long span = (long) choice.cases().lastKey() - choice.cases().firstKey() + 1;
            if (4 + span <= 3 + 2L * cases.size()) {
                code.tableswitch(choice.cases().firstKey(), choice.cases().lastKey(), otherwise, cases);
            } else {
                code.lookupswitch(otherwise, cases);
            }
            int left = stubs.size();
            for (Map.Entry<Pad, Label> stub : stubs.entrySet()) {
                left--;
                code.labelBinding(stub.getValue());
                move(stub.getKey().moves());
                goTo(stub.getKey().target(), left == 0 ? next : null);
            }
        }

        private Label labelOf(Edge edge, Map<Pad, Label> stubs) {
            List<EdgeMoves.Step> moves = moves(edge, 0);
            return moves.isEmpty() ? label(edge.target()) : label(stubs, new Pad(edge.target(), moves));
        }

        private void move(List<EdgeMoves.Step> steps) {
            for (EdgeMoves.Step step : steps) {
                for (Value source : step.sources()) {
                    instructions.push(source, null);
                }
                for (Value target : step.targets().reversed()) {
                    store(target);
                }
            }
        }

        private void store(Value value) {
            code.storeLocal(EdgeMoves.typeKind(value), variables.slot(value));
        }

        private void handlers(Block block, @Nullable Label from, @Nullable Label to) {
            if (!BlockOrder.usesHandlers(block) || from == null || to == null) {
                return;
            }
            for (Handler handler : block.handlers()) {
                Edge edge = handler.edge();
                Label pad = label(pads, new Pad(edge.target(), moves(edge, 1)));
                ClassDesc caught = handler.catchType();
                if (caught == null) {
                    code.exceptionCatchAll(from, to, pad);
                } else if (linkage.visible(caught).equals(caught)) {
                    code.exceptionCatch(from, to, pad, caught);
                } else {
                    throw new JacobiException(
                            Refusal.INACCESSIBLE_MEMBER,
                            "cannot emit " + function.name() + ": it catches the inaccessible class "
                                    + caught.displayName(),
                            where(block.terminator().position()));
                }
            }
        }

        private void pad(Pad pad, Label label) {
            code.labelBinding(label);
            // The exception stays on the stack below what is moved: its variable may hold one of the sources.
            move(pad.moves());
            Value exception = pad.target().parameter(0);
            if (variables.has(exception)) {
                code.storeLocal(TypeKind.REFERENCE, variables.slot(exception));
            } else {
                code.pop();
            }
            code.branch(Opcode.GOTO, label(pad.target()));
        }
    }
}
