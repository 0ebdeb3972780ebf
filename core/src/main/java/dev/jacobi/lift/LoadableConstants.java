package dev.jacobi.lift;

import dev.jacobi.ir.References.DynamicCall;
import java.lang.classfile.constantpool.ConstantDynamicEntry;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DynamicConstantDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Symbols of loadable constants, also of those that bootstrap methods compute.
 *
 * <p>The arguments of such constants may be such constants again. A hostile class file can make a cycle of them, or a graph that is
 * exponentially large when it is written out as a tree, so both are refused here before the JDK's own reader would follow them.
 */
final class LoadableConstants {
    /** More constants than any compiler nests in one; what a tree may have once it is written out. */
    private static final int MAX_TREE = 4_096;

    private final Map<Integer, Integer> treeSizes = new HashMap<>();
    private final Map<Integer, ConstantDesc> symbols = new HashMap<>();
    private final Set<Integer> open = new HashSet<>();

    ConstantDesc symbol(LoadableConstantEntry entry) {
        if (!(entry instanceof ConstantDynamicEntry dynamic)) {
            return entry.constantValue();
        }
        ConstantDesc known = symbols.get(entry.index());
        if (known != null) {
            return known;
        }
        if (!open.add(entry.index()) || open.size() > 200) {
            throw new IllegalArgumentException("a dynamic constant is an argument of itself, or nested too deeply");
        }
        List<ConstantDesc> arguments = symbols(dynamic.bootstrap().arguments());
        int size = 1;
        for (LoadableConstantEntry argument : dynamic.bootstrap().arguments()) {
            size += treeSizes.getOrDefault(argument.index(), 1);
            if (size > MAX_TREE) {
                throw new IllegalArgumentException("a dynamic constant has too many arguments");
            }
        }
        ConstantDesc made = DynamicConstantDesc.ofNamed(
                dynamic.bootstrap().bootstrapMethod().asSymbol(),
                dynamic.name().stringValue(),
                ClassDesc.ofDescriptor(dynamic.type().stringValue()),
                arguments.toArray(ConstantDesc[]::new));
        open.remove(entry.index());
        treeSizes.put(entry.index(), size);
        symbols.put(entry.index(), made);
        return made;
    }

    DynamicCall call(InvokeDynamicEntry entry) {
        return new DynamicCall(
                entry.bootstrap().bootstrapMethod().asSymbol(),
                entry.name().stringValue(),
                entry.typeSymbol(),
                symbols(entry.bootstrap().arguments()));
    }

    private List<ConstantDesc> symbols(List<LoadableConstantEntry> entries) {
        List<ConstantDesc> made = new ArrayList<>(entries.size());
        entries.forEach(entry -> made.add(symbol(entry)));
        return made;
    }
}
