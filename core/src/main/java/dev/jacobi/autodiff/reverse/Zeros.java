package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.Map;

/** One constant for each type, at the entry, which variables have before they are written and adjoints after they were consumed. */
final class Zeros implements SsaVariables.Variables<Variable> {
    private final Block entry;
    private final Map<Type, Value> constants = new HashMap<>();

    Zeros(Block entry) {
        this.entry = entry;
    }

    Value of(Type type) {
        Type known = type.isReference() ? Type.OBJECT : type;
        Value constant = constants.get(known);
        if (constant == null) {
            constant = Constants.defaultAtStart(entry, known);
            constants.put(known, constant);
        }
        return constant;
    }

    /** Whether a value is one of the constants. */
    boolean contains(Value value) {
        return constants.containsValue(value);
    }

    @Override
    public Type type(Variable variable) {
        return variable.type();
    }

    @Override
    public Value initial(Variable variable) {
        return of(variable.type());
    }
}
