package dev.jacobi.conformance.random;

import java.util.ArrayList;
import java.util.List;

/** A statement as text with statements nested in it, so that statements can be left out when a failing program is shrunk. */
final class Node {
    /** Statements between braces. */
    static final class Body {
        final List<Node> nodes = new ArrayList<>();

        void add(Object... parts) {
            nodes.add(new Node(parts));
        }

        void render(StringBuilder out, int indent) {
            nodes.forEach(node -> node.render(out, indent));
        }

        Body copy() {
            Body copy = new Body();
            nodes.forEach(node -> copy.nodes.add(node.copy()));
            return copy;
        }
    }

    /** Texts and bodies in turn. */
    final List<Object> parts;

    Node(Object... parts) {
        this.parts = List.of(parts);
    }

    List<Body> bodies() {
        return parts.stream()
                .filter(Body.class::isInstance)
                .map(Body.class::cast)
                .toList();
    }

    private Node copy() {
        return new Node(parts.stream()
                .map(part -> part instanceof Body body ? body.copy() : part)
                .toArray());
    }

    private void render(StringBuilder out, int indent) {
        out.repeat(' ', indent * 4);
        for (Object part : parts) {
            if (part instanceof Body body) {
                out.append("{\n");
                body.render(out, indent + 1);
                out.repeat(' ', indent * 4).append('}');
            } else {
                out.append(part);
            }
        }
        out.append('\n');
    }
}
