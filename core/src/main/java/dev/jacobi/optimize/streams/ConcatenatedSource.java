package dev.jacobi.optimize.streams;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.streams.StreamChain.Element;
import dev.jacobi.optimize.streams.StreamChain.Operation;
import dev.jacobi.optimize.streams.StreamChain.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The elements of two streams, one stream after the other ({@code concat}): a loop for each, with what comes after the streams in both.
 *
 * <p>Not handled, since the JDK then looks ahead or early: parts with {@code flatMap} of streams that may stop before the end, parts that are collections if
 * something happens between the two streams being put together and the elements being taken.
 */
record ConcatenatedSource(List<Part> parts) implements StreamSource {
    /** One of the streams, to its last stage. */
    record Part(StreamSource source, List<Stage> stages) {}

    private static final Set<String> STOPPING = Set.of("findFirst", "findAny", "anyMatch", "allMatch", "noneMatch");

    /** What the stream carries that a call makes of two others; empty if it makes none. */
    static Optional<Element> element(Instruction call) {
        return call.opCode() == OpCode.INVOKE_STATIC
                        && call.method().name().equals("concat")
                        && call.operands().size() == 2
                ? Element.of(call.method().owner())
                : Optional.empty();
    }

    /** Whether the loops do what the JDK does. */
    static boolean isSupported(StreamChain chain) {
        if (chain.parts().isEmpty()) {
            return true;
        }
        boolean mayStop = STOPPING.contains(chain.terminal().method().name())
                || chain.stages().stream()
                        .anyMatch(stage ->
                                stage.operation() == Operation.LIMIT || stage.operation() == Operation.TAKE_WHILE);
        return chain.parts().stream()
                .allMatch(part -> part.terminal() == chain.source()
                        && isSupported(part)
                        && !(mayStop && looksAhead(part))
                        && (!readsEarly(part) || isUndisturbed(chain.source(), chain)));
    }

    private static boolean looksAhead(StreamChain part) {
        return part.stages().stream().anyMatch(stage -> stage.operation() == Operation.FLAT_MAP)
                || part.parts().stream().anyMatch(ConcatenatedSource::looksAhead);
    }

    /** Whether the JDK asks the source for its size when the streams are put together. */
    private static boolean readsEarly(StreamChain part) {
        return part.parts().isEmpty()
                ? StreamSource.isOfCollection(part.source())
                : part.parts().stream().anyMatch(ConcatenatedSource::readsEarly);
    }

    /** Whether nothing happens from here to where the elements are taken but that the stream is made. */
    private static boolean isUndisturbed(Instruction concat, StreamChain chain) {
        Block block = concat.block();
        if (chain.terminal().block() != block) {
            return false;
        }
        List<Instruction> all = block.instructions();
        return all.subList(all.indexOf(concat) + 1, all.indexOf(chain.terminal())).stream()
                .allMatch(between -> between.isPure()
                        || between.opCode() == OpCode.INVOKE_DYNAMIC
                        || between.opCode() == OpCode.EMBED
                        || chain.stages().stream().anyMatch(stage -> stage.call() == between));
    }

    /** Takes the calls away that make the streams, and the one that puts them together. */
    static StreamSource replacing(StreamChain chain) {
        List<Part> parts = new ArrayList<>();
        for (StreamChain part : chain.parts()) {
            parts.add(new Part(part.replaceSource(), part.stages()));
            part.stages().forEach(StreamStages::remove);
        }
        chain.source().block().remove(chain.source());
        return new ConcatenatedSource(parts);
    }

    @Override
    public Value size(LoopCode code) {
        return code.op(
                OpCode.ADD,
                parts.getFirst().source().size(code),
                parts.getLast().source().size(code));
    }

    @Override
    public void write(LoopCode code, List<Value> start, Body body) {
        List<Type> types = start.stream().map(Value::type).toList();
        List<Value> kept = start;
        for (Part part : parts) {
            Block exit = code.newBlock(types);
            StreamStages stages = new StreamStages(
                    part.stages(),
                    start.size(),
                    exit,
                    (_, element, all, next) -> pass(code, element, all, next, types, body));
            part.source().write(code, stages.start(code, kept), new Stopping(body, stages, start.size()));
            code.continueIn(exit);
            kept = exit.parameters();
        }
        Edge end = body.end(kept);
        code.jump(end.target(), end.arguments());
    }

    /** Hands an element on that has come through the stages of its part, whose counters come last in {@code all}. */
    private static void pass(LoopCode code, Value element, List<Value> all, Block next, List<Type> types, Body body) {
        Block onward = code.newBlock(types);
        body.take(code, element, all.subList(0, types.size()), onward);
        code.continueIn(onward);
        List<Value> kept = new ArrayList<>(onward.parameters());
        kept.addAll(all.subList(types.size(), all.size()));
        code.jump(next, kept);
    }

    /** The stages of a part; before each element what comes after them may stop all. */
    private record Stopping(Body outer, StreamStages stages, int own) implements Body {
        @Override
        public void stopIfDone(LoopCode code, List<Value> kept) {
            outer.stopIfDone(code, kept.subList(0, own));
            stages.stopIfDone(code, kept);
        }

        @Override
        public Edge end(List<Value> kept) {
            return stages.end(kept);
        }

        @Override
        public void take(LoopCode code, Value element, List<Value> kept, Block next) {
            stages.take(code, element, kept, next);
        }
    }
}
