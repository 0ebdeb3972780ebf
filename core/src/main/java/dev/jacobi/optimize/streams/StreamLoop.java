package dev.jacobi.optimize.streams;

import static java.lang.constant.ConstantDescs.*;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import dev.jacobi.optimize.streams.StreamChain.Element;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the loop that does what one stream does, in the place of its terminal operation. */
final class StreamLoop {
    private final StreamChain chain;
    private final Function function;
    private final Terminal terminal;
    private final boolean reordering;

    /** @param reordering see {@link Terminal} */
    StreamLoop(StreamChain chain, Function function, boolean reordering) {
        this.chain = chain;
        this.function = function;
        this.reordering = reordering;
        Element last = chain.stages().isEmpty()
                ? chain.element()
                : chain.stages().getLast().result();
        this.terminal = new Terminal(chain, last, reordering);
    }

    void replace() {
        StreamSource source = chain.replaceSource();
        chain.stages().forEach(StreamStages::remove);

        Instruction call = chain.terminal();
        Block start = call.block();
        List<Handler> handlers = start.handlers();
        Optional<List<Instruction>> optionalUses = terminal.isOptional() && call.result() != null
                ? OptionalUses.of(call.value(), function)
                : Optional.empty();
        Block continuation = SplitAtThrows.cut(call);
        int own = function.blocks().size();
        LoopCode code = new LoopCode(start, call.position());
        code.unordered(chain.isParallel());
        code.cut(reordering);
        terminal.checkOperands(code);
        List<Value> initial = terminal.initial(code, source);
        Block exit = code.newBlock(initial.stream().map(Value::type).toList());
        if (terminal.needsLoop()) {
            StreamStages stages = new StreamStages(
                    chain.stages(),
                    initial.size(),
                    exit,
                    (_, element, kept, next) -> takeIn(code, element, kept, next, initial.size(), exit));
            source.write(code, stages.start(code, initial), stages);
        } else {
            code.jump(exit, initial);
        }
        code.at(call.position());
        code.continueIn(exit);
        finish(code, exit, continuation, optionalUses.isPresent());

        List<Block> made =
                new ArrayList<>(function.blocks().subList(own, function.blocks().size()));
        made.add(start);
        for (Block block : made) {
            block.setHandlers(handlers);
            SplitAtThrows.split(block);
        }
        optionalUses.ifPresent(uses ->
                uses.forEach(use -> OptionalUses.replace(use, continuation.parameter(0), continuation.parameter(1))));
    }

    private void takeIn(LoopCode code, Value element, List<Value> kept, Block next, int own, Block exit) {
        code.at(chain.terminal().position());
        List<Value> stepped = new ArrayList<>(terminal.step(code, element, kept.subList(0, own), exit));
        stepped.addAll(kept.subList(own, kept.size()));
        code.jump(next, stepped);
    }

    /** @param inPieces whether an optional result is passed on as two values */
    private void finish(LoopCode code, Block exit, Block continuation, boolean inPieces) {
        Instruction call = chain.terminal();
        List<Value> result = terminal.result(code, exit.parameters());
        if (call.result() == null) {
            code.jump(continuation, List.of());
        } else if (inPieces) {
            if (result.get(1).type().isReference()) {
                result = List.of(result.get(0), nonNull(code, result));
            }
            continuation.removeParameter(0);
            result.forEach(value -> continuation.addParameter(value.type()));
            code.jump(continuation, result);
        } else if (terminal.isOptional()) {
            makeOptional(code, result, continuation, call.method().type().returnType());
        } else {
            code.jump(continuation, result);
        }
    }

    /** An optional does not hold null. */
    private Value nonNull(LoopCode code, List<Value> result) {
        Block present = code.newBlock(List.of());
        Block joined = code.newBlock(List.of());
        code.branch(result.get(0), Edge.to(present), Edge.to(joined));
        code.continueIn(present);
        code.append(OpCode.NULL_CHECK, null, result.get(1));
        code.jump(joined, List.of());
        code.continueIn(joined);
        return result.get(1);
    }

    private void makeOptional(LoopCode code, List<Value> result, Block continuation, ClassDesc optional) {
        Block present = code.newBlock(List.of());
        Block absent = code.newBlock(List.of());
        code.branch(result.get(0), Edge.to(present), Edge.to(absent));
        code.continueIn(present);
        MethodTypeDesc of = MethodTypeDesc.of(optional, terminal.optionalType().descriptor());
        Value made = code.append(OpCode.INVOKE_STATIC, new MethodReference(optional, "of", of, false), result.get(1))
                .value();
        code.jump(continuation, List.of(made));
        code.continueIn(absent);
        MethodReference empty = new MethodReference(optional, "empty", MethodTypeDesc.of(optional), false);
        code.jump(continuation, List.of(code.append(OpCode.INVOKE_STATIC, empty).value()));
    }
}
