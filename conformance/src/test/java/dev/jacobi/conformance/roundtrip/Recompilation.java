package dev.jacobi.conformance.roundtrip;

import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Verifier;
import dev.jacobi.jvm.RecompileClass;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.optimize.Pipeline;
import java.lang.classfile.ClassModel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A library with every method lifted, verified, optimised, verified and emitted.
 *
 * @param classes the new class files by qualified name
 * @param methods how many methods have code
 * @param refusals the methods that kept their code, by reason
 */
record Recompilation(Library library, Map<String, byte[]> classes, int methods, Map<Refusal, List<String>> refusals) {
    static Recompilation of(Library library, @Nullable ClassLoader loader) {
        Map<String, byte[]> classes = new ConcurrentHashMap<>();
        AtomicInteger methods = new AtomicInteger();
        ConcurrentLinkedQueue<Map.Entry<Refusal, String>> refused = new ConcurrentLinkedQueue<>();
        ClassFiles files = ClassFiles.of(loader);
        library.classes().entrySet().parallelStream().forEach(entry -> {
            String name = entry.getKey();
            ClassModel model = ClassFiles.parse(entry.getValue(), name);
            Pipeline pipeline = pipeline(name, loader);
            RecompileClass.Result result =
                    RecompileClass.recompile(model, files.hierarchy(), function -> optimised(function, pipeline));
            classes.put(name, result.bytes());
            methods.addAndGet(result.methods().size());
            for (RecompileClass.Outcome outcome : result.methods()) {
                outcome.refusal()
                        .ifPresent(e -> refused.add(
                                Map.entry(e.refusal(), name + "." + outcome.method() + ": " + Failures.of(e))));
            }
        });
        Map<Refusal, List<String>> refusals = refused.stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, TreeMap::new, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        return new Recompilation(library, classes, methods.get(), refusals);
    }

    private static Function optimised(Function function, Pipeline pipeline) {
        Verifier.verify(function);
        pipeline.run(function);
        Verifier.verify(function);
        return function;
    }

    /** The pipeline for the methods of a class, or one that inlines nothing if the class needs others that are not there. */
    private static Pipeline pipeline(String name, @Nullable ClassLoader loader) {
        try {
            return Pipeline.recompile(Class.forName(name, false, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            return Pipeline.standard();
        }
    }

    int refused() {
        return refusals.values().stream().mapToInt(List::size).sum();
    }

    String summary() {
        return "%s: %d classes, %d methods, %d refused %s"
                .formatted(
                        library.name(),
                        classes.size(),
                        methods,
                        refused(),
                        refusals.entrySet().stream()
                                .map(entry ->
                                        entry.getKey() + "=" + entry.getValue().size())
                                .toList());
    }
}
