package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Leaves out statements, or replaces them by the statements in them, as long as the program fails in the same way. */
final class Shrinker {
    private static final int MAX_TRIALS = 300;

    private final Check check;
    private final String kind;
    private final MemoryCompiler compiler = new MemoryCompiler();
    private int trials;

    private Shrinker(Check check, String kind) {
        this.check = check;
        this.kind = kind;
    }

    static Program shrink(Program program, Check check, Mismatch mismatch) {
        return new Shrinker(check, mismatch.kind()).shrink(program);
    }

    private Program shrink(Program program) {
        Program best = program;
        boolean changed = true;
        while (changed && trials < MAX_TRIALS) {
            changed = false;
            for (int i = best.methods().size() - 1; i > 0; i--) {
                List<Method> fewer = new ArrayList<>(best.methods());
                fewer.remove(i);
                Program candidate = best.withMethods(fewer);
                if (fails(candidate)) {
                    best = candidate;
                    changed = true;
                }
            }
            for (int method = 0; method < best.methods().size(); method++) {
                int position = 0;
                while (trials < MAX_TRIALS) {
                    Optional<Program> shorter = without(best, method, position);
                    if (shorter.isEmpty()) {
                        break;
                    }
                    Optional<Program> flatter = flattened(best, method, position);
                    if (fails(shorter.get())) {
                        best = shorter.get();
                        changed = true;
                    } else if (flatter.isPresent() && fails(flatter.get())) {
                        best = flatter.get();
                        changed = true;
                    } else {
                        position++;
                    }
                }
            }
        }
        return best;
    }

    private boolean fails(Program program) {
        trials++;
        try {
            Map<String, byte[]> classes = compiler.compile(Map.of(program.className(), program.source()), true);
            Class<?> type = new MemoryCompiler.Loader(classes).loadClass(program.className());
            return check.check(program, type)
                    .filter(mismatch -> mismatch.kind().equals(kind))
                    .isPresent();
        } catch (MemoryCompiler.NotJava e) {
            return false;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Program> without(Program program, int method, int position) {
        return edited(program, method, position, false);
    }

    private static Optional<Program> flattened(Program program, int method, int position) {
        return edited(program, method, position, true);
    }

    private static Optional<Program> edited(Program program, int index, int position, boolean keepInner) {
        Method method = program.methods().get(index);
        Node.Body body = method.body().copy();
        int[] left = {position};
        return edit(body, left, keepInner)
                ? Optional.of(program.withMethod(index, method.withBody(body)))
                : Optional.empty();
    }

    private static boolean edit(Node.Body body, int[] left, boolean keepInner) {
        for (int i = 0; i < body.nodes.size(); i++) {
            Node node = body.nodes.get(i);
            if (left[0]-- == 0) {
                body.nodes.remove(i);
                if (keepInner) {
                    for (Node.Body inner : node.bodies()) {
                        body.nodes.addAll(i, inner.nodes);
                    }
                    return !node.bodies().isEmpty();
                }
                return true;
            }
            for (Node.Body inner : node.bodies()) {
                if (edit(inner, left, keepInner)) {
                    return true;
                }
                if (left[0] < 0) {
                    return false;
                }
            }
        }
        return false;
    }
}
