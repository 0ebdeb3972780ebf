package dev.jacobi.autodiff.reverse;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.RemoveRedundantParameters;
import dev.jacobi.optimize.SplitCriticalEdges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings a function into the shape that reverse mode works on: no unreachable block, at most one return, no critical edge, each loop
 * with a preheader that leads nowhere else and one latch that leads nowhere else. Each edge out of a loop then has a target of its own, since
 * it would be critical otherwise. Objects are allocated at their constructor calls ({@link AllocateAtConstructors}). Finally values leave loops
 * through parameters ({@link LoopClosedForm}).
 *
 * <p>Not handled: cycles with several entries, which are refused.
 */
final class CanonicalForm {
    private CanonicalForm() {}

    static void establish(Function function, ClassKnowledge classes) {
        HandlerForm.establish(function);
        function.retainBlocks(ReversePostorder.of(function).blocks());
        AllocateAtConstructors.establish(function, classes);
        mergeReturns(function);
        Loops loops = Loops.of(function);
        if (loops.isIrreducible()) {
            throw new JacobiException(
                    Refusal.IRREDUCIBLE_LOOP,
                    "cannot differentiate " + function.signature() + ": it has a loop with several entries",
                    firstPosition(function));
        }
        for (Loop loop : loops.all()) {
            Block header = loop.header();
            // Several edges from one block count as well: each would get a block of its own when critical edges are
            // split.
            if (edgesTo(header, loop.entering()) > 1) {
                gather(function, header, block -> !loop.contains(block));
            }
            if (edgesTo(header, loop.latches()) > 1) {
                gather(function, header, loop.latches()::contains);
            }
        }
        SplitCriticalEdges.run(function);
        RemoveRedundantParameters.run(function);
        LoopClosedForm.establish(function);
        HandlerForm.dropParameters(function);
    }

    private static long edgesTo(Block target, Collection<Block> sources) {
        long count = 0;
        for (Block source : sources) {
            for (Edge edge : source.edges()) {
                if (edge.target() == target) {
                    count++;
                }
            }
        }
        return count;
    }

    private static @Nullable String firstPosition(Function function) {
        for (Block block : function.blocks()) {
            SourcePosition position = block.terminator().position();
            if (position != null) {
                return position.toString();
            }
        }
        return null;
    }

    private static void mergeReturns(Function function) {
        List<Block> returning = new ArrayList<>();
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return) {
                returning.add(block);
            }
        }
        if (returning.size() < 2) {
            return;
        }
        Block merged = function.newBlock();
        Type type = function.returnType();
        @Nullable Value result = type.equals(Type.VOID) ? null : merged.addParameter(type);
        SourcePosition position = returning.getLast().terminator().position();
        for (Block block : returning) {
            Return end = (Return) block.terminator();
            Value value = end.value();
            block.setTerminator(new Jump(value == null ? Edge.to(merged) : Edge.to(merged, value), end.position()));
        }
        merged.setTerminator(new Return(result, position));
    }

    /** Leads all edges to {@code target} from blocks with the property through one new block. */
    private static void gather(Function function, Block target, Predicate<Block> from) {
        Block gathered = function.newBlock();
        List<Value> parameters = new ArrayList<>();
        target.parameters().forEach(parameter -> parameters.add(gathered.addParameter(parameter.type())));
        @Nullable Terminator first = null;
        for (Block block : function.blocks()) {
            if (block != gathered && from.test(block)) {
                if (first == null && block.successors().contains(target)) {
                    first = block.terminator();
                }
                block.mapEdges(edge -> edge.target() == target ? edge.withTarget(gathered) : edge);
            }
        }
        gathered.setTerminator(new Jump(new Edge(target, parameters), first == null ? null : first.position()));
    }
}
