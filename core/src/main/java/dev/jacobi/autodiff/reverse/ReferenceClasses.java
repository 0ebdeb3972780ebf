package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Divides the references of a function into classes such that objects of two classes are never the same: every flow from one value to
 * another joins their classes, and what an array of references holds is a class too (Steensgaard, "Points-to Analysis in Almost
 * Linear Time", POPL 1996).
 *
 * <p>Parameters are apart here, although a caller may pass one array twice; {@link #mayOverlap} knows. What comes from fields, calls and
 * constants is one class, {@link #external}.
 */
final class ReferenceClasses {
    /** A class of references; compare what {@link #of} gives by identity. */
    static final class Node {
        private Node parent = this;
        private @Nullable Node contents;
        private boolean external;
        private final List<Value> parameters = new ArrayList<>();
        private final List<Instruction> allocations = new ArrayList<>();

        private Node root() {
            Node node = this;
            while (node.parent != node) {
                node.parent = node.parent.parent;
                node = node.parent;
            }
            return node;
        }

        /** The function's parameters through which its members come in, directly or in arrays of arrays. */
        List<Value> parameters() {
            return parameters;
        }

        List<Instruction> allocations() {
            return allocations;
        }

        /** Whether members come from or get to fields, unknown calls or constants. */
        boolean isExternal() {
            return external;
        }
    }

    private final Map<Value, Node> nodes = new HashMap<>();
    private final Node external = new Node();

    private ReferenceClasses() {
        external.external = true;
        external.contents = external;
    }

    static ReferenceClasses of(Function function) {
        ReferenceClasses classes = new ReferenceClasses();
        for (Value parameter : function.parameters()) {
            classes.enter(parameter);
        }
        for (Block block : function.blocks()) {
            block.instructions().forEach(classes::visit);
            block.terminator().edges().forEach(classes::pass);
            block.handlers().forEach(handler -> {
                Edge edge = handler.edge();
                classes.external(edge.target().parameter(0));
                for (int index = 0; index < edge.arguments().size(); index++) {
                    classes.join(edge.target().parameter(index + 1), edge.arguments().get(index));
                }
            });
        }
        return classes;
    }

    private void enter(Value parameter) {
        if (!parameter.type().isReference()) {
            return;
        }
        String descriptor = parameter.type().descriptor().descriptorString();
        if (!parameter.type().isArray()) {
            external(parameter);
            return;
        }
        Node node = node(parameter);
        node.parameters.add(parameter);
        for (int depth = 1; descriptor.startsWith("[", depth); depth++) {
            node = contents(node);
            node.parameters.add(parameter);
        }
        if (descriptor.endsWith(";")) {
            union(contents(node), external);
        }
    }

    private void visit(Instruction instruction) {
        switch (instruction.opCode()) {
            case ARRAY_LOAD -> {
                if (isReference(instruction.result())) {
                    union(node(instruction.value()), contents(node(instruction.operand(0))));
                }
            }
            case ARRAY_STORE -> {
                if (isReference(instruction.operand(2)) && !Constants.isNull(instruction.operand(2))) {
                    union(node(instruction.operand(2)), contents(node(instruction.operand(0))));
                }
            }
            case SELECT -> {
                if (isReference(instruction.result())) {
                    join(instruction.value(), instruction.operand(1));
                    join(instruction.value(), instruction.operand(2));
                }
            }
            case CHECK_CAST -> join(instruction.value(), instruction.operand(0));
            case NEW_ARRAY -> node(instruction.value()).allocations.add(instruction);
            case NEW_MULTI_ARRAY -> {
                Node node = node(instruction.value());
                node.allocations.add(instruction);
                for (int index = 1; index < instruction.operands().size(); index++) {
                    node = contents(node);
                    node.allocations.add(instruction);
                }
            }
            case CONSTANT, EQ, NE, INSTANCE_OF, NULL_CHECK, ARRAY_LENGTH, MONITOR_ENTER, MONITOR_EXIT -> {
                if (instruction.result() != null && !Constants.isNull(instruction.value())) {
                    external(instruction.value());
                }
            }
            default -> visitOther(instruction);
        }
    }

    private void visitOther(Instruction instruction) {
        Optional<KnownCall> known = KnownCall.of(instruction);
        if (known.isEmpty()) {
            instruction.operands().forEach(this::external);
            if (instruction.result() != null) {
                external(instruction.value());
            }
            return;
        }
        switch (known.get()) {
            case ARRAY_COPY -> union(contents(node(instruction.operand(0))), contents(node(instruction.operand(2))));
            case CLONE, COPY_OF, COPY_OF_RANGE -> {
                union(contents(node(instruction.operand(0))), contents(node(instruction.value())));
                node(instruction.value()).allocations.add(instruction);
            }
            case FILL, FILL_RANGE, INACTIVE -> {}
        }
    }

    private void pass(Edge edge) {
        for (int index = 0; index < edge.arguments().size(); index++) {
            join(edge.target().parameter(index), edge.arguments().get(index));
        }
    }

    private void external(Value value) {
        if (isReference(value) && !Constants.isNull(value)) {
            union(node(value), external);
        }
    }

    private void join(Value one, Value other) {
        if (isReference(one) && !Constants.isNull(one) && !Constants.isNull(other)) {
            union(node(one), node(other));
        }
    }

    private static boolean isReference(@Nullable Value value) {
        return value != null && value.type().isReference();
    }

    private Node node(Value value) {
        return nodes.computeIfAbsent(value, _ -> new Node()).root();
    }

    private Node contents(Node of) {
        Node root = of.root();
        if (root.contents == null) {
            root.contents = new Node();
        }
        return root.contents.root();
    }

    private void union(Node one, Node other) {
        Node a = one.root();
        Node b = other.root();
        if (a == b) {
            return;
        }
        b.parent = a;
        a.external |= b.external;
        b.parameters.forEach(parameter -> {
            if (!a.parameters.contains(parameter)) {
                a.parameters.add(parameter);
            }
        });
        a.allocations.addAll(b.allocations);
        Node contents = b.contents;
        if (a.contents == null) {
            a.contents = contents;
        } else if (contents != null) {
            union(a.contents, contents);
        }
    }

    /** The class of a reference. */
    Node of(Value reference) {
        return node(reference);
    }

    /** The class of what arrays of this class hold, if they hold references. */
    Optional<Node> contentsOf(Node node) {
        return Optional.ofNullable(node.root().contents).map(Node::root);
    }

    Node external() {
        return external.root();
    }

    /** Whether objects of the two classes may be the same if the caller passed one array for several parameters. */
    static boolean mayOverlap(Node one, Node other, boolean parametersDistinct) {
        if (one.root() == other.root()) {
            return true;
        }
        boolean oneComesIn = one.external || !one.parameters.isEmpty();
        boolean otherComesIn = other.external || !other.parameters.isEmpty();
        return !parametersDistinct && oneComesIn && otherComesIn;
    }

    /** The innermost component of an array type: {@code double} for {@code double[][]}; {@link Type#OBJECT} if it is not known. */
    static Type element(Type array) {
        String descriptor = array.descriptor().descriptorString();
        return switch (descriptor.charAt(descriptor.length() - 1)) {
            case 'D' -> Type.DOUBLE;
            case 'F' -> Type.FLOAT;
            case 'J' -> Type.LONG;
            case ';' -> Type.OBJECT;
            default -> Type.INT;
        };
    }

    /** Whether an operation with this code may write elements of arrays. */
    static boolean writesArrays(Instruction instruction) {
        return switch (instruction.opCode()) {
            case ARRAY_STORE -> true;
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_DYNAMIC, INVOKE_FUNCTION ->
                true;
            default -> instruction.opCode().effect() == OpCode.Effect.CALL;
        };
    }
}
