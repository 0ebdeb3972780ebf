package dev.jacobi.interpret;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A function prepared for interpretation: its values are slots of a frame. */
final class Code {
    /** An instruction with the slots of its operands and its result, -1 for none, and the class that holds the code. */
    static final class Step {
        final Instruction instruction;
        final int[] operands;
        final int result;
        final Class<?> host;

        Step(Instruction instruction, int[] operands, int result, Class<?> host) {
            this.instruction = instruction;
            this.operands = operands;
            this.result = result;
            this.host = host;
        }
    }

    /** A way to another block, with the slots of the arguments. */
    static final class Way {
        final CodeBlock target;
        final int[] arguments;

        Way(CodeBlock target, int[] arguments) {
            this.target = target;
            this.arguments = arguments;
        }
    }

    record Catch(@Nullable ClassDesc type, Way way) {}

    /** The terminator, the slot of its operand or -1, and its ways out. */
    record End(Terminator terminator, int operand, List<Way> ways, SortedMap<Integer, Way> cases) {}

    static final class CodeBlock {
        final int[] parameters;
        List<Step> steps = List.of();
        List<Catch> catches = List.of();

        @Nullable
        End end;

        CodeBlock(int[] parameters) {
            this.parameters = parameters;
        }
    }

    /** The slot of each value by its number, plus one; 0 for none. */
    private int[] slots = new int[64];

    private int frameSize;
    private final Map<Block, CodeBlock> blocks = new HashMap<>();
    private final Map<String, Class<?>> hosts = new HashMap<>();
    private final Members members;
    private final CodeBlock entry;

    Code(Function function, Members members) {
        this.members = members;
        for (Block block : function.blocks()) {
            blocks.put(block, new CodeBlock(slots(block.parameters())));
            block.instructions().forEach(instruction -> {
                if (instruction.result() != null) {
                    slot(instruction.value());
                }
            });
        }
        String origin =
                function.origin() == null ? null : className(function.origin().owner());
        for (Block block : function.blocks()) {
            fill(block, of(block), origin);
        }
        entry = of(function.entry());
    }

    private static String className(ClassDesc owner) {
        String descriptor = owner.descriptorString();
        return owner.isClassOrInterface()
                ? descriptor.substring(1, descriptor.length() - 1).replace('/', '.')
                : descriptor;
    }

    private void fill(Block block, CodeBlock code, @Nullable String origin) {
        List<Step> steps = new ArrayList<>();
        for (Instruction instruction : block.instructions()) {
            SourcePosition position = instruction.position();
            int result = instruction.result() == null ? -1 : slot(instruction.value());
            steps.add(new Step(
                    instruction,
                    slots(instruction.operands()),
                    result,
                    host(position == null ? origin : position.className())));
        }
        code.steps = steps;
        List<Catch> catches = new ArrayList<>();
        for (Handler handler : block.handlers()) {
            catches.add(new Catch(handler.catchType(), way(handler.edge())));
        }
        code.catches = catches;
        Terminator terminator = block.terminator();
        SortedMap<Integer, Way> cases = new TreeMap<>();
        if (terminator instanceof Terminator.Switch choice) {
            choice.cases().forEach((key, edge) -> cases.put(key, way(edge)));
        }
        code.end = new End(
                terminator,
                terminator.operands().isEmpty()
                        ? -1
                        : slot(terminator.operands().getFirst()),
                terminator.edges().stream().map(this::way).toList(),
                cases);
    }

    private Class<?> host(@Nullable String name) {
        return hosts.computeIfAbsent(name == null ? "" : name, _ -> members.hostNamed(name));
    }

    private CodeBlock of(Block block) {
        CodeBlock code = blocks.get(block);
        if (code == null) {
            throw new IllegalStateException(block + " is not a block of the function");
        }
        return code;
    }

    private Way way(Edge edge) {
        return new Way(of(edge.target()), slots(edge.arguments()));
    }

    private int slot(Value value) {
        if (value.id() >= slots.length) {
            slots = Arrays.copyOf(slots, 2 * value.id());
        }
        if (slots[value.id()] == 0) {
            slots[value.id()] = ++frameSize;
        }
        return slots[value.id()] - 1;
    }

    private int[] slots(List<Value> values) {
        int[] slots = new int[values.size()];
        for (int index = 0; index < slots.length; index++) {
            slots[index] = slot(values.get(index));
        }
        return slots;
    }

    CodeBlock entry() {
        return entry;
    }

    int frameSize() {
        return frameSize;
    }
}
