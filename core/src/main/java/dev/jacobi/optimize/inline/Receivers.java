package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the object that a method is called on: its exact class, or the lambda that it is.
 *
 * <p>Known are new objects, embedded objects, lambdas made in the same function, objects of {@link StaticFinalFields}, values of final
 * classes, and of sealed classes of which one implementation is left. That a class has no subclass yet is no proof: one may be loaded tomorrow.
 */
final class Receivers {

    /** What is known of an object. */
    sealed interface Receiver {
        /** It is of this class and no subclass of it (or null). */
        record Exact(Class<?> type) implements Receiver {
            /** The method that runs, or null if that is not certain. */
            @Nullable
            Executable selected(MethodResolution resolution, Executable named) {
                return resolution.select(type, named).orElse(null);
            }
        }

        /** It is this lambda or method reference (or null). */
        record Lambda(Closure closure) implements Receiver {}

        /**
         * It is what {@link NestedDerivatives#MAKER} makes (never null).
         *
         * @param maker the call that makes it
         * @param function what makes the function that is differentiated
         * @param constants the further arguments of the maker
         */
        record Derivative(Instruction maker, Instruction function, List<Object> constants) implements Receiver {}
    }

    private final MethodResolution resolution;
    private final StaticFinalFields fields;
    private final IdentityHashMap<Object, Optional<Closure>> embedded = new IdentityHashMap<>();
    private final Map<Value, Value> copies = new HashMap<>();
    private @Nullable Map<Value, List<Value>> incoming;

    Receivers(MethodResolution resolution, StaticFinalFields fields) {
        this.resolution = resolution;
        this.fields = fields;
    }

    /** Records that a block parameter is always this value. */
    void recordCopy(Value parameter, Value value) {
        copies.put(parameter, value);
    }

    /** Forgets what was computed of the function's edges, after they changed. */
    void edgesChanged() {
        incoming = null;
    }

    /** Forgets the values of the function before. */
    void clear() {
        copies.clear();
        incoming = null;
    }

    /** The value that this one is a copy of, looking through casts and through parameters that are always given the same. */
    Value origin(Value value) {
        return origin(value, new HashSet<>());
    }

    private Value origin(Value value, Set<Value> visited) {
        Value current = value;
        while (visited.add(current)) {
            Instruction definition = current.definition();
            if (definition != null && definition.opCode() == OpCode.CHECK_CAST) {
                current = definition.operand(0);
            } else if (copies.containsKey(current)) {
                current = copies.get(current);
            } else if (current.parameterOf() != null) {
                Value only = onlyIncoming(current, visited);
                if (only == null) {
                    return current;
                }
                current = only;
            } else {
                return current;
            }
        }
        return current;
    }

    private @Nullable Value onlyIncoming(Value parameter, Set<Value> visited) {
        List<Value> all = incoming(parameter.block().function()).get(parameter);
        if (all == null) {
            return null;
        }
        Value only = null;
        for (Value each : all) {
            if (each == parameter) {
                continue;
            }
            Value source = all.size() == 1 ? each : origin(each, new HashSet<>(visited));
            if (source == parameter) {
                continue;
            }
            if (only != null && only != source) {
                return null;
            }
            only = source;
        }
        return only;
    }

    private Map<Value, List<Value>> incoming(Function function) {
        Map<Value, List<Value>> known = incoming;
        if (known == null) {
            known = new HashMap<>();
            incoming = known;
            for (Block block : function.blocks()) {
                for (Edge edge : block.terminator().edges()) {
                    collect(edge, 0, known);
                }
                for (var handler : block.handlers()) {
                    collect(handler.edge(), 1, known);
                }
            }
            Map<Value, List<Value>> all = known;
            for (Block block : function.blocks()) {
                // What a handler takes as the exception comes from elsewhere too.
                for (var handler : block.handlers()) {
                    all.remove(handler.edge().target().parameter(0));
                }
            }
        }
        return known;
    }

    private static void collect(Edge edge, int first, Map<Value, List<Value>> incoming) {
        for (int index = 0; index < edge.arguments().size(); index++) {
            Multimaps.list(incoming, edge.target().parameter(index + first))
                    .add(edge.arguments().get(index));
        }
    }

    /** What is known of the object, or null if nothing is. */
    @Nullable
    Receiver of(Value value) {
        Value origin = origin(value);
        Instruction definition = origin.definition();
        if (definition != null) {
            switch (definition.opCode()) {
                case NEW -> {
                    return resolution
                            .load(definition.classAttribute())
                            .map(Receiver.Exact::new)
                            .orElse(null);
                }
                case EMBED -> {
                    return ofObject(((EmbeddedObject) definition.attribute()).object());
                }
                case GET_STATIC -> {
                    Receiver known = fields.of(definition.field());
                    if (known != null) {
                        return known;
                    }
                }
                case INVOKE_DYNAMIC -> {
                    Closure closure = Closure.madeBy(definition).orElse(null);
                    if (closure != null) {
                        return new Receiver.Lambda(closure);
                    }
                }
                case INVOKE_STATIC -> {
                    Receiver derivative = derivative(definition);
                    if (derivative != null) {
                        return derivative;
                    }
                }
                default -> {}
            }
        }
        Receiver byType = ofType(value.type().descriptor());
        return byType != null || origin == value ? byType : ofType(origin.type().descriptor());
    }

    /** Whether an instruction makes a derivative. */
    static boolean makesDerivative(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_STATIC
                && instruction.method().owner().equals(NestedDerivatives.MAKER);
    }

    private @Nullable Receiver derivative(Instruction maker) {
        if (!makesDerivative(maker) || maker.operands().isEmpty()) {
            return null;
        }
        Instruction function = origin(maker.operand(0)).definition();
        List<Object> constants = new ArrayList<>();
        for (Value operand : maker.operands().subList(1, maker.operands().size())) {
            Instruction constant = origin(operand).definition();
            if (constant == null || !(constant.attribute() instanceof Number number)) {
                return null;
            }
            constants.add(number);
        }
        boolean known = function != null
                && switch (function.opCode()) {
                    case INVOKE_DYNAMIC -> Closure.madeBy(function).isPresent();
                    case EMBED, GET_STATIC -> true;
                    default -> false;
                };
        return known ? new Receiver.Derivative(maker, function, constants) : null;
    }

    /** The object itself, if it is embedded. */
    @Nullable
    Object embedded(Value value) {
        Instruction definition = origin(value).definition();
        return definition != null && definition.opCode() == OpCode.EMBED
                ? ((EmbeddedObject) definition.attribute()).object()
                : null;
    }

    private Receiver ofObject(Object object) {
        Closure closure =
                embedded.computeIfAbsent(object, EmbeddedLambdas::closure).orElse(null);
        return closure == null ? new Receiver.Exact(object.getClass()) : new Receiver.Lambda(closure);
    }

    private @Nullable Receiver ofType(ClassDesc descriptor) {
        if (!descriptor.isClassOrInterface()) {
            return null;
        }
        Class<?> only =
                resolution.load(descriptor).map(this::onlyImplementation).orElse(null);
        return only == null ? null : new Receiver.Exact(only);
    }

    /** The one class that objects of this type have, or null if there may be several. */
    private @Nullable Class<?> onlyImplementation(Class<?> type) {
        if (Modifier.isFinal(type.getModifiers())) {
            return type;
        }
        if (!type.isSealed() || !Modifier.isAbstract(type.getModifiers())) {
            return null;
        }
        Class<?>[] permitted = type.getPermittedSubclasses();
        return permitted.length == 1 ? onlyImplementation(permitted[0]) : null;
    }

    /** Whether the value is an object made in this function, embedded in it, or known from its static field. */
    boolean isKnownObject(Value value) {
        Instruction definition = value.type().isReference() ? origin(value).definition() : null;
        return definition != null
                && (definition.opCode() == OpCode.NEW
                        || definition.opCode() == OpCode.EMBED
                        || definition.opCode() == OpCode.GET_STATIC && fields.of(definition.field()) != null
                        || Closure.madeBy(definition).isPresent());
    }

    /** Whether the value is surely not null. */
    boolean isNonNull(Value value) {
        Value origin = origin(value);
        Instruction definition = origin.definition();
        if (definition == null) {
            Block block = origin.parameterOf();
            return block != null && isThis(origin, block.function());
        }
        return switch (definition.opCode()) {
            case NEW, EMBED, NEW_ARRAY, NEW_MULTI_ARRAY -> true;
            case INVOKE_DYNAMIC -> Closure.madeBy(definition).isPresent();
            case INVOKE_STATIC -> makesDerivative(definition);
            case CONSTANT -> definition.attribute() instanceof String;
            default -> false;
        };
    }

    /** Whether the value is the receiver of the function itself. */
    private boolean isThis(Value value, Function function) {
        var origin = function.origin();
        return origin != null
                && value.parameterOf() == function.entry()
                && value == function.parameters().getFirst()
                && resolution
                        .resolve(origin)
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .isPresent();
    }
}
