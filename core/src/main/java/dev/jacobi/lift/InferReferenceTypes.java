package dev.jacobi.lift;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the classes of references where values meet and where elements are loaded from arrays of references: the least types that
 * agree with all that flows there.
 *
 * <p>Starts from nothing known and only goes up, so loops do not make types wider than they are. {@code null} is below all types.
 */
final class InferReferenceTypes {
    private final Function function;
    private final ClassHierarchy hierarchy;
    private final MethodContext context;
    /** What is known of block parameters and elements of arrays; nothing yet where there is no entry. */
    private final Map<Value, ClassDesc> known = new HashMap<>();

    private final Map<Value, List<Value>> flowsTo = new HashMap<>();
    private final Map<Value, List<Instruction>> loadsFrom = new HashMap<>();
    private final Deque<Value> open = new ArrayDeque<>();

    private InferReferenceTypes(Function function, ClassHierarchy hierarchy, MethodContext context) {
        this.function = function;
        this.hierarchy = hierarchy;
        this.context = context;
    }

    static void run(Function function, ClassHierarchy hierarchy, MethodContext context) {
        InferReferenceTypes inference = new InferReferenceTypes(function, hierarchy, context);
        inference.infer();
        inference.write();
    }

    private void infer() {
        for (Block block : function.blocks()) {
            for (Edge edge : block.terminator().edges()) {
                flow(edge, 0);
            }
            for (Handler handler : block.handlers()) {
                flow(handler.edge(), 1);
            }
            for (Instruction instruction : block.instructions()) {
                if (isElementLoad(instruction)) {
                    Multimaps.list(loadsFrom, instruction.operand(0)).add(instruction);
                }
            }
        }
        for (Block block : function.blocks()) {
            for (Edge edge : block.terminator().edges()) {
                start(edge);
            }
            for (Handler handler : block.handlers()) {
                start(handler.edge());
                ClassDesc caught = handler.catchType();
                raise(
                        handler.edge().target().parameter(0),
                        caught == null ? ConstantDescs.CD_Throwable : caught,
                        ConstantDescs.CD_Throwable);
            }
            for (Instruction instruction : block.instructions()) {
                if (isElementLoad(instruction)) {
                    raiseElement(instruction);
                }
            }
        }
        while (!open.isEmpty()) {
            Value value = open.remove();
            ClassDesc type = typeOf(value);
            if (type != null) {
                for (Value to : flowsTo.getOrDefault(value, List.of())) {
                    raise(to, type, ConstantDescs.CD_Object);
                }
            }
            for (Instruction load : loadsFrom.getOrDefault(value, List.of())) {
                raiseElement(load);
            }
        }
    }

    private static boolean isElementLoad(Instruction instruction) {
        return instruction.opCode() == OpCode.ARRAY_LOAD
                && instruction.value().type().isReference();
    }

    private void flow(Edge edge, int first) {
        for (int i = 0; i < edge.arguments().size(); i++) {
            Value argument = edge.arguments().get(i);
            if (argument.type().isReference()) {
                Multimaps.list(flowsTo, argument).add(edge.target().parameter(first + i));
            }
        }
    }

    /** Lets the values that are known from the beginning flow. */
    private void start(Edge edge) {
        for (Value argument : edge.arguments()) {
            if (argument.type().isReference() && !isInferred(argument)) {
                open.add(argument);
            }
        }
    }

    private boolean isInferred(Value value) {
        Instruction definition = value.definition();
        return definition == null ? value.block() != function.entry() : isElementLoad(definition);
    }

    private @Nullable ClassDesc typeOf(Value value) {
        Instruction definition = value.definition();
        if (definition != null && definition.attribute() == Instruction.NULL) {
            return null;
        }
        return isInferred(value) ? known.get(value) : value.type().descriptor();
    }

    private void raise(Value value, ClassDesc type, ClassDesc top) {
        ClassDesc old = known.get(value);
        ClassDesc joined = old == null ? type : hierarchy.leastUpperBound(old, type);
        if (joined.equals(ConstantDescs.CD_Object)) {
            joined = top;
        }
        if (!joined.equals(old)) {
            known.put(value, joined);
            open.add(value);
        }
    }

    private void raiseElement(Instruction load) {
        ClassDesc array = typeOf(load.operand(0));
        if (array == null) {
            return;
        }
        ClassDesc component = array.componentType();
        if (component == null || component.isPrimitive()) {
            throw wrongArray(load, Type.OBJECT.descriptor(), array);
        }
        raise(load.value(), component, ConstantDescs.CD_Object);
    }

    private void write() {
        for (Block block : function.blocks()) {
            if (block != function.entry()) {
                for (Value parameter : block.parameters()) {
                    write(parameter);
                }
            }
        }
        Map<Value, Value> replacements = new HashMap<>();
        for (Block block : function.blocks()) {
            List<Instruction> instructions = new ArrayList<>(block.instructions());
            boolean changed = false;
            for (int i = 0; i < instructions.size(); i++) {
                Instruction old = instructions.get(i);
                if (old.opCode() == OpCode.ARRAY_LOAD || old.opCode() == OpCode.ARRAY_STORE) {
                    Instruction made = withComponent(old);
                    if (made != old) {
                        instructions.set(i, made);
                        changed = true;
                        if (made.result() != null) {
                            replacements.put(old.value(), made.value());
                        }
                    }
                }
            }
            if (changed) {
                block.setInstructions(instructions);
            }
        }
        function.replaceValues(replacements);
    }

    private void write(Value parameter) {
        if (parameter.type().isReference()) {
            parameter.setType(Type.of(known.getOrDefault(parameter, ConstantDescs.CD_Object)));
        }
    }

    private Instruction withComponent(Instruction access) {
        ClassDesc named = access.classAttribute();
        ClassDesc array = typeOf(access.operand(0));
        if (array == null) {
            return access;
        }
        ClassDesc component = array.componentType();
        boolean fits = component != null
                && (named.isPrimitive()
                        ? named.equals(component) || isByteLike(named, component)
                        : !component.isPrimitive());
        if (!fits) {
            throw wrongArray(access, named, array);
        }
        return named.isPrimitive() || component.equals(named)
                ? access
                : function.newInstruction(access.opCode(), component, access.operands(), access.position());
    }

    private static boolean isByteLike(ClassDesc named, ClassDesc component) {
        return named.equals(ConstantDescs.CD_byte) && component.equals(ConstantDescs.CD_boolean);
    }

    private RuntimeException wrongArray(Instruction access, ClassDesc named, ClassDesc array) {
        int line = access.position() == null ? -1 : access.position().line();
        return context.corrupt(
                "an element of kind " + Type.name(named) + " is accessed in a value of type " + Type.name(array), line);
    }
}
