package dev.jacobi.backend;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the fields of objects for the objects: a function that does nothing with an object among its arguments but read its fields, and fields of objects in them, becomes one
 * that gets numbers and arrays. Who calls it reads the fields before, on the JVM; where one of the objects is null the original function is called.
 *
 * <p>Not for functions that compare objects, hand them on or choose between them. Native code writes no fields, so what is read before is what is read then.
 */
public final class ObjectFields {
    /** An object, its fields that are read and are objects, and those that are not. */
    private static final class Node {
        final Map<FieldReference, Node> objects = new LinkedHashMap<>();
        final Map<FieldReference, Value> others = new LinkedHashMap<>();
    }

    private final Function original;
    private final Function function;
    /** By the positions of the original's parameters. */
    private final Map<Integer, Node> objects = new LinkedHashMap<>();

    private ObjectFields(Function original) {
        this.original = original;
        function = original.copy();
    }

    /**
     * The function with fields for objects.
     *
     * @return nothing if it has no objects among its parameters, or does more with them
     */
    public static Optional<ObjectFields> of(Function function) {
        if (function.parameters().stream().noneMatch(parameter -> isObject(parameter.type()))) {
            return Optional.empty();
        }
        ObjectFields fields = new ObjectFields(function);
        return fields.replace() ? Optional.of(fields) : Optional.empty();
    }

    /** Numbers and arrays, then the fields. */
    public Function function() {
        return function;
    }

    /** Not one of the JDK's, whose fields are its own business. */
    private static boolean isObject(Type type) {
        return type.isReference()
                && !type.isArray()
                && !type.descriptor().descriptorString().startsWith("Ljava/");
    }

    private boolean replace() {
        List<Value> parameters = List.copyOf(function.parameters());
        Map<Value, Value> replaced = new HashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            if (isObject(parameters.get(i).type())) {
                Node node = new Node();
                objects.put(i, node);
                if (!replace(parameters.get(i), node, replaced)) {
                    return false;
                }
            }
        }
        function.replaceValues(replaced);
        for (int i = parameters.size() - 1; i >= 0; i--) {
            if (objects.containsKey(i)) {
                function.entry().removeParameter(i);
            }
        }
        return true;
    }

    private boolean replace(Value object, Node node, Map<Value, Value> replaced) {
        for (Block block : function.blocks()) {
            if (block.terminator().operands().contains(object)
                    || block.edges().stream().anyMatch(edge -> edge.arguments().contains(object))) {
                return false;
            }
            for (Instruction use : List.copyOf(block.instructions())) {
                if (!use.operands().contains(object)) {
                    continue;
                }
                if (use.opCode() == OpCode.GET_FIELD) {
                    Value result = use.value();
                    block.remove(use);
                    if (!isObject(result.type())) {
                        replaced.put(
                                result,
                                node.others.computeIfAbsent(
                                        use.field(), _ -> function.entry().addParameter(result.type())));
                    } else if (!replace(result, node.objects.computeIfAbsent(use.field(), _ -> new Node()), replaced)) {
                        return false;
                    }
                } else if (use.opCode() == OpCode.NULL_CHECK) {
                    block.remove(use);
                } else {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * A function of the original's type that reads the fields and calls.
     *
     * @param compiled of the type of {@link #function}
     * @param otherwise of the original's type, for where an object is null
     */
    public Function calling(MethodHandle compiled, MethodHandle otherwise) {
        Function calling = new Function(original.name(), original.origin(), original.returnType());
        Block entry = calling.newBlock();
        original.parameters().forEach(parameter -> entry.addParameter(parameter.type()));
        Block[] last = {entry};
        Block instead = calling.newBlock();
        Map<Value, Value> read = new HashMap<>();
        objects.forEach((index, node) -> read(entry.parameter(index), node, last, instead, read));
        List<Value> arguments = new ArrayList<>();
        for (int i = 0; i < entry.parameters().size(); i++) {
            if (!objects.containsKey(i)) {
                arguments.add(entry.parameter(i));
            }
        }
        List<Value> parameters = function.parameters();
        parameters.subList(arguments.size(), parameters.size()).forEach(field -> arguments.add(read.get(field)));
        call(last[0], compiled, arguments, original.returnType());
        call(instead, otherwise, entry.parameters(), original.returnType());
        return calling;
    }

    private static void read(Value object, Node node, Block[] last, Block instead, Map<Value, Value> read) {
        Emitter test = Emitter.appendingTo(last[0], null);
        Value isThere = test.value(OpCode.NE, null, object, test.nullReference());
        Block next = last[0].function().newBlock();
        last[0].setTerminator(new Branch(isThere, Edge.to(next), Edge.to(instead), null));
        last[0] = next;
        Emitter emitter = Emitter.appendingTo(next, null);
        node.others.forEach((field, parameter) -> read.put(parameter, emitter.value(OpCode.GET_FIELD, field, object)));
        Map<FieldReference, Value> inner = new LinkedHashMap<>();
        node.objects.forEach((field, _) -> inner.put(field, emitter.value(OpCode.GET_FIELD, field, object)));
        node.objects.forEach((field, below) -> read(inner.get(field), below, last, instead, read));
    }

    /** Ends a block with the call of a handle whose result is returned. */
    public static void call(Block block, MethodHandle handle, List<Value> arguments, Type result) {
        Emitter emitter = Emitter.appendingTo(block, null);
        List<Value> operands = new ArrayList<>();
        List<ClassDesc> types = new ArrayList<>();
        operands.add(emitter.value(OpCode.EMBED, new EmbeddedObject(handle, ConstantDescs.CD_MethodHandle)));
        for (Value argument : arguments) {
            operands.add(argument);
            types.add(argument.type().descriptor());
        }
        MethodReference invoke = new MethodReference(
                ConstantDescs.CD_MethodHandle, "invokeExact", MethodTypeDesc.of(result.descriptor(), types), false);
        block.setTerminator(
                new Return(emitter.emit(OpCode.INVOKE_VIRTUAL, invoke, operands).result(), null));
    }
}
