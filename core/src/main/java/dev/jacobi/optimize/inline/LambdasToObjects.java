package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes objects of {@link LambdaClass known classes} of the lambdas that live on: those that are stored, passed to methods that are not inlined, or chosen
 * among several. What they capture then is in fields, and calls of them are chosen by class.
 *
 * <p>Lambdas that are only passed to methods of the JDK as functions stay as they are, and so do {@code Comparator}s.
 */
public final class LambdasToObjects {
    private static final ClassDesc COMPARATOR = ClassDesc.of("java.util.Comparator");

    private final Class<?> host;
    private final MethodResolution resolution;

    private LambdasToObjects(Class<?> host) {
        this.host = host;
        this.resolution = new MethodResolution(host);
    }

    /** @param host the class whose rights the function has */
    public static boolean run(Function function, Class<?> host) {
        Set<Instruction> lambdas = lambdas(function);
        return !lambdas.isEmpty() && new LambdasToObjects(host).replace(function, lambdas);
    }

    private static Set<Instruction> lambdas(Function function) {
        Set<Instruction> found = new HashSet<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (Closure.madeBy(instruction).isPresent()
                        && !instruction.value().type().descriptor().equals(COMPARATOR)) {
                    found.add(instruction);
                }
            }
        }
        return found;
    }

    private boolean replace(Function function, Set<Instruction> lambdas) {
        Set<Value> kept = new HashSet<>();
        for (Block block : function.blocks()) {
            block.instructions().forEach(user -> addKept(user, kept));
            kept.addAll(block.terminator().operands());
            for (Edge edge : block.edges()) {
                kept.addAll(edge.arguments());
            }
        }
        boolean changed = false;
        boolean again = true;
        while (again) {
            again = false;
            for (Instruction lambda : List.copyOf(lambdas)) {
                if (kept.contains(lambda.value()) && SpliceBody.isPossible(lambda)) {
                    lambdas.remove(lambda);
                    // What is captured by an object is kept with it.
                    kept.addAll(lambda.operands());
                    again = true;
                    changed |= replace(lambda);
                }
            }
        }
        return changed;
    }

    private static void addKept(Instruction user, Set<Value> kept) {
        switch (user.opCode()) {
            case ARRAY_STORE -> kept.add(user.operand(2));
            case PUT_FIELD -> kept.add(user.operand(1));
            case PUT_STATIC -> kept.add(user.operand(0));
            case SELECT, CHECK_CAST -> kept.addAll(user.operands());
            case INVOKE_FUNCTION -> kept.addAll(user.operands());
            case INVOKE_STATIC, INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_SPECIAL -> {
                int receivers = user.opCode() == OpCode.INVOKE_STATIC ? 0 : 1;
                for (int index = receivers; index < user.operands().size(); index++) {
                    ClassDesc declared = user.method().type().parameterType(index - receivers);
                    // The JDK calls what it takes as a function, and only keeps what it takes as an object.
                    if (!isLibrary(user) || declared.equals(ConstantDescs.CD_Object)) {
                        kept.add(user.operand(index));
                    }
                }
            }
            default -> {}
        }
    }

    /** Default methods of functional interfaces are followed by the class of the receiver. */
    private static boolean isLibrary(Instruction call) {
        String owner = call.method().owner().packageName();
        return owner.startsWith("java.") && !owner.equals("java.util.function")
                || owner.equals("dev.jacobi")
                || owner.startsWith("dev.jacobi.runtime");
    }

    private boolean replace(Instruction lambda) {
        LambdaClass.Form form = LambdaClass.Form.of(lambda.dynamicCall()).orElseThrow();
        Optional<LambdaClass> found = makers(lambda, form)
                .map(maker -> LambdaClass.of(form, maker, host))
                .flatMap(Optional::stream)
                .findFirst();
        if (found.isEmpty()) {
            return false;
        }
        LambdaClass type = found.get();
        ClassDesc name = type.type().describeConstable().orElseThrow();
        if (resolution.load(name).orElse(null) != type.type()) {
            return false; // the function's code would mean another class, or none
        }
        Function function = lambda.block().function();
        List<Instruction> made = new ArrayList<>();
        if (type.only().isPresent()) {
            made.add(function.newInstruction(
                    OpCode.EMBED, new EmbeddedObject(type.only().get(), name), List.of(), lambda.position()));
        } else {
            Instruction allocation = function.newInstruction(OpCode.NEW, name, List.of(), lambda.position());
            List<Value> operands = new ArrayList<>(lambda.operands());
            operands.addFirst(allocation.value());
            made.add(allocation);
            made.add(function.newInstruction(
                    OpCode.INVOKE_SPECIAL, type.constructor(form), operands, lambda.position()));
        }
        SpliceBody.replace(lambda, made, made.getFirst().value());
        return true;
    }

    /** The class whose code makes the lambda; where that was forgotten, one with the same rights. */
    private Stream<Class<?>> makers(Instruction lambda, LambdaClass.Form form) {
        SourcePosition position = lambda.position();
        ClassDesc owner = form.closure().implementation().owner();
        return (position == null ? Stream.of(owner) : Stream.of(ClassDesc.of(position.className()), owner))
                .map(resolution::load)
                .flatMap(Optional::stream);
    }
}
