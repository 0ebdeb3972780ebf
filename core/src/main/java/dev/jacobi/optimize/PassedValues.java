package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayList;
import java.util.List;

/** The values that edges pass to each block parameter. The exception of a handler is passed by no edge. */
final class PassedValues {
    private final List<Value> parameters = new ArrayList<>();
    private final ValueMap<List<Value>> values = new ValueMap<>();

    private PassedValues(Function function, ValueSet without) {
        for (Block block : function.blocks()) {
            Parameters.forEachPassed(block, (parameter, argument) -> {
                List<Value> known = values.get(parameter);
                if (known == null) {
                    if (without.contains(parameter)) {
                        return;
                    }
                    known = new ArrayList<>(2);
                    values.put(parameter, known);
                    parameters.add(parameter);
                }
                known.add(argument);
            });
        }
    }

    static PassedValues of(Function function) {
        return new PassedValues(function, new ValueSet());
    }

    /** Those passed to parameters that take no exceptions. */
    static PassedValues besidesExceptions(Function function) {
        ValueSet exceptions = new ValueSet();
        Parameters.exceptions(function).forEach(exceptions::add);
        return new PassedValues(function, exceptions);
    }

    /** The parameters that something is passed to. */
    List<Value> parameters() {
        return parameters;
    }

    boolean isPassed(Value parameter) {
        return values.containsKey(parameter);
    }

    /** The values passed to the parameter, in the order of the edges. */
    List<Value> to(Value parameter) {
        return values.getOrDefault(parameter, List.of());
    }
}
