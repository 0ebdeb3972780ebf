package dev.jacobi.llvm.text;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Writes the blocks of a function: block {@code b3} of the IR begins at {@code %b3}, its parameters are phis. Handlers of exceptions are left out, and a block that ends by throwing is nothing
 * but a way out.
 */
public abstract class ControlFlowText {
    /** A way into a block: from which label, by which edge. */
    protected record Incoming(String from, Edge edge) {
        public Value argument(int index) {
            return edge.arguments().get(index);
        }
    }

    private final CodeWriter code;
    private final Map<Block, List<Incoming>> incoming = new LinkedHashMap<>();

    protected ControlFlowText(CodeWriter code) {
        this.code = code;
    }

    /** Writes what comes before the instructions of a block. */
    protected abstract void start(Block block);

    protected abstract void write(Instruction instruction);

    /** Writes the way out of a block that only throws. */
    protected abstract void fail();

    protected abstract void write(Terminator.Return result);

    /** Whether something is written on this edge. */
    protected abstract boolean isBusy(Edge edge);

    /** Writes it. */
    protected abstract void onEdge(Edge edge);

    /** The metadata of the branch that goes by an edge, from a comma on, if there is any. */
    protected abstract String metadata(Block from, Edge edge);

    /**
     * The phis of a parameter.
     *
     * @param index of the argument in each way in
     */
    protected abstract String phis(Value parameter, int index, List<Incoming> ways);

    /** The text of all blocks that are reached without an exception. */
    protected final String blocks() {
        Function function = code.function();
        NormalBlocks normal = NormalBlocks.of(function);
        Map<Block, String> texts = new LinkedHashMap<>();
        for (Block block : function.blocks()) {
            if (normal.reached().contains(block)) {
                write(block, normal.throwing().contains(block));
                texts.put(block, code.takeLines());
            }
        }
        StringBuilder out = new StringBuilder();
        texts.forEach((block, text) -> {
            out.append('b').append(block.id()).append(":\n");
            if (block != function.entry()) {
                List<Incoming> ways = incoming.getOrDefault(block, List.of());
                for (int index = 0; index < block.parameters().size(); index++) {
                    out.append(phis(block.parameter(index), index, ways));
                }
            }
            out.append(text);
        });
        return out.toString();
    }

    private void write(Block block, boolean isThrowing) {
        // The label itself is written when the parameters of the block are known.
        code.label("b" + block.id());
        code.takeLines();
        if (isThrowing) {
            fail();
            return;
        }
        start(block);
        block.instructions().forEach(this::write);
        switch (block.terminator()) {
            case Terminator.Jump(Edge edge, var _) -> {
                arrive(edge);
                code.line("br label %b" + edge.target().id() + metadata(block, edge));
            }
            case Terminator.Branch branch -> write(block, branch);
            case Terminator.Switch choice -> write(block, choice);
            case Terminator.Return result -> write(result);
            case Terminator.Throw _ -> throw new IllegalStateException();
        }
    }

    private void arrive(Edge edge) {
        onEdge(edge);
        incoming.computeIfAbsent(edge.target(), _ -> new ArrayList<>()).add(new Incoming(code.currentLabel(), edge));
    }

    /** The label to branch to for an edge: a block of its own, listed in {@code detours}, where the target has parameters or something is written. */
    private String target(Edge edge, Map<String, Edge> detours) {
        if (edge.target().parameters().isEmpty() && !isBusy(edge)) {
            return "%b" + edge.target().id();
        }
        String detour = code.newLabel("e");
        detours.put(detour, edge);
        return "%" + detour;
    }

    private void write(Block block, Map<String, Edge> detours) {
        detours.forEach((label, edge) -> {
            code.label(label);
            arrive(edge);
            code.line("br label %b" + edge.target().id() + metadata(block, edge));
        });
    }

    /** The same of a branch by several edges, of which one at most has any. */
    private String metadata(Block from) {
        return from.edges().stream()
                .map(edge -> metadata(from, edge))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private void write(Block block, Terminator.Branch branch) {
        Map<String, Edge> detours = new LinkedHashMap<>();
        String condition = code.let("icmp ne i32 " + code.text(branch.condition()) + ", 0");
        String ifTrue = target(branch.ifTrue(), detours);
        String ifFalse = target(branch.ifFalse(), detours);
        code.line("br i1 " + condition + ", label " + ifTrue + ", label " + ifFalse + metadata(block));
        write(block, detours);
    }

    private void write(Block block, Terminator.Switch choice) {
        Map<String, Edge> detours = new LinkedHashMap<>();
        StringJoiner cases = new StringJoiner(" ", "[ ", " ]");
        choice.cases().forEach((key, edge) -> cases.add("i32 " + key + ", label " + target(edge, detours)));
        String otherwise = target(choice.otherwise(), detours);
        code.line(
                "switch i32 " + code.text(choice.selector()) + ", label " + otherwise + " " + cases + metadata(block));
        write(block, detours);
    }
}
