package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** What a program that is being made knows: its random choices, names, and variables in scope. */
final class SmoothScope {
    /** What a program has; each adds much code to what is inlined. */
    final boolean floats;

    final boolean objects;
    final boolean exceptions;
    final boolean slots;
    /** There is a static field too. */
    final boolean statics;

    final boolean containers;
    final boolean functions;
    final boolean structures;

    private final SplittableRandom random;
    private final Deque<List<Variable>> scopes = new ArrayDeque<>();
    private int names;
    private boolean inLambda;

    /** @param mayHaveObjects if not, all is numbers and arrays of them */
    SmoothScope(long seed, boolean mayHaveObjects) {
        random = new SplittableRandom(seed);
        floats = chance(12);
        objects = chance(35) && mayHaveObjects;
        exceptions = chance(15) && mayHaveObjects;
        slots = chance(25) && mayHaveObjects;
        statics = mayHaveObjects;
        containers = chance(15) && !floats && mayHaveObjects;
        functions = chance(15) && mayHaveObjects;
        structures = chance(15) && !floats && mayHaveObjects;
    }

    /** Whether statements and expressions must be few, since each is long. */
    boolean isSmall() {
        return objects || exceptions || containers || structures;
    }

    int nextInt(int bound) {
        return random.nextInt(bound);
    }

    int nextInt(int from, int to) {
        return random.nextInt(from, to);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    String name(String prefix) {
        return prefix + names++;
    }

    /** How many blocks are open. */
    int depth() {
        return scopes.size();
    }

    List<Variable> variables(String type) {
        List<Variable> found = new ArrayList<>();
        for (List<Variable> scope : scopes) {
            for (Variable variable : scope) {
                if (variable.type().equals(type) && (!inLambda || variable.capturable())) {
                    found.add(variable);
                }
            }
        }
        return found;
    }

    void add(Variable variable) {
        scopes.element().add(variable);
    }

    /** Declares a variable that is not assigned again, and gives its name. */
    String declare(Node.Body body, String type, String value) {
        String name = name("v");
        body.add("final " + type + " " + name + " = " + value + ";");
        add(new Variable(name, type, false, true));
        return name;
    }

    /** What is made where these variables are in scope too. */
    <T> T within(List<Variable> variables, Supplier<T> made) {
        scopes.push(new ArrayList<>(variables));
        T result = made.get();
        scopes.pop();
        return result;
    }

    /** The body of a lambda. */
    String inLambda(Variable parameter, Supplier<String> made) {
        boolean outer = inLambda;
        inLambda = true;
        String body = within(List.of(parameter), made);
        inLambda = outer;
        return body;
    }
}
