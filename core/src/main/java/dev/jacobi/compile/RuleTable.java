package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Inactive;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.Rules;
import dev.jacobi.Rules.Forward;
import dev.jacobi.Rules.InactiveClass;
import dev.jacobi.Rules.InactiveMethod;
import dev.jacobi.Rules.Reverse;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.lift.ClassFiles;
import java.lang.classfile.Annotation;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The user's {@link Rules} by the methods that code names, and the marks {@link Inactive} in class files. */
final class RuleTable {
    private static final ClassDesc INACTIVE = ClassDesc.ofDescriptor(Inactive.class.descriptorString());

    private final ClassFiles files;
    private final Map<String, List<Forward>> forwards = new HashMap<>();
    private final Map<String, List<Reverse>> reverses = new HashMap<>();
    private final Set<String> inactiveMethods = new HashSet<>();
    private final Set<ClassDesc> inactiveClasses = new HashSet<>();
    private final Map<String, Boolean> marked = new HashMap<>();

    /** @param host the class whose loader finds the classes that code names */
    RuleTable(Rules rules, Class<?> host) {
        files = ClassFiles.of(host.getClassLoader());
        for (Rules.Rule entry : rules.entries()) {
            switch (entry) {
                case Forward forward ->
                    forwards.computeIfAbsent(name(forward.of()), _ -> new ArrayList<>())
                            .add(forward);
                case Reverse reverse ->
                    reverses.computeIfAbsent(name(reverse.of()), _ -> new ArrayList<>())
                            .add(reverse);
                case InactiveMethod(Method method) -> inactiveMethods.add(name(method));
                case InactiveClass(Class<?> type) ->
                    inactiveClasses.add(ClassDesc.ofDescriptor(type.descriptorString()));
            }
        }
    }

    private static String name(Method method) {
        return name(RuleFunctions.reference(method));
    }

    private static String name(MethodReference method) {
        return method.owner().descriptorString() + method.name() + method.type().descriptorString();
    }

    /** Whether calls of a method are not inlined, because something is known of them. */
    boolean isKept(MethodReference method) {
        return KnownCall.isKnown(method) || isRuled(method) || isInactive(method);
    }

    /** Whether a call is of a method with a rule. */
    boolean isRuled(Instruction call) {
        return call.opCode() == OpCode.INVOKE_STATIC && isRuled(call.method());
    }

    private boolean isRuled(MethodReference method) {
        return forwards.containsKey(name(method)) || reverses.containsKey(name(method));
    }

    /** Whether a call carries no derivative. */
    boolean isInactive(Instruction call) {
        return switch (call.opCode()) {
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE -> isInactive(call.method());
            default -> false;
        };
    }

    private boolean isInactive(MethodReference method) {
        if (inactiveMethods.contains(name(method)) || inactiveClasses.contains(method.owner())) {
            return true;
        }
        Boolean known = marked.get(name(method));
        if (known == null) {
            known = isMarked(method);
            marked.put(name(method), known);
        }
        return known;
    }

    private boolean isMarked(MethodReference method) {
        String owner = method.owner().descriptorString();
        if (owner.startsWith("Ljava/") || !method.owner().isClassOrInterface()) {
            return false;
        }
        Optional<ClassModel> model = files.find(method.owner());
        if (model.isEmpty()) {
            return false;
        }
        if (isMarked(model.get())) {
            return true;
        }
        String type = method.type().descriptorString();
        for (MethodModel candidate : model.get().methods()) {
            if (candidate.methodName().equalsString(method.name())
                    && candidate.methodType().equalsString(type)
                    && isMarked(candidate)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMarked(AttributedElement element) {
        Optional<RuntimeVisibleAnnotationsAttribute> attribute =
                element.findAttribute(Attributes.runtimeVisibleAnnotations());
        if (attribute.isPresent()) {
            for (Annotation annotation : attribute.get().annotations()) {
                if (annotation.classSymbol().equals(INACTIVE)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What to differentiate in the place of a method that was lifted: a function that calls it, if it has a rule. */
    Function insteadOf(Function lifted) {
        MethodReference method = lifted.origin();
        if (method == null || !isRuled(method)) {
            return lifted;
        }
        Function calling = new Function(lifted.name(), method, lifted.returnType());
        Block block = calling.newBlock();
        lifted.parameters().forEach(parameter -> block.addParameter(parameter.type()));
        Instruction call = block.append(OpCode.INVOKE_STATIC, method, block.parameters(), null);
        block.setTerminator(new Return(call.result(), null));
        return calling;
    }

    /** The forward rule for a call with these activities. */
    Forward forward(Instruction call, List<Activity> activities) {
        List<Forward> rules = forwards.getOrDefault(name(call.method()), List.of());
        return rules.stream()
                .filter(rule -> fits(rule.of(), rule.activities(), activities))
                .findFirst()
                .orElseThrow(() -> noRule(
                        call,
                        activities,
                        "forward",
                        rules.stream().map(Forward::activities).toList()));
    }

    /** The reverse rule for a call with these activities. */
    Reverse reverse(Instruction call, List<Activity> activities) {
        List<Reverse> rules = reverses.getOrDefault(name(call.method()), List.of());
        return rules.stream()
                .filter(rule -> fits(rule.of(), rule.activities(), activities))
                .findFirst()
                .orElseThrow(() -> noRule(
                        call,
                        activities,
                        "reverse",
                        rules.stream().map(Reverse::activities).toList()));
    }

    /** A number may be constant where the rule takes it for active; an array must have a shadow exactly where the rule says so. */
    private static boolean fits(Method method, List<Activity> rule, List<Activity> call) {
        for (int index = 0; index < rule.size(); index++) {
            boolean isNumber = method.getParameterTypes()[index].isPrimitive();
            boolean active = call.get(index).isActive();
            if (rule.get(index).isActive() ? !isNumber && !active : active) {
                return false;
            }
        }
        return true;
    }

    private static JacobiException noRule(
            Instruction call, List<Activity> activities, String mode, List<List<Activity>> rules) {
        String what = "the call of " + call.method().signature() + " needs a " + mode + " rule for the activities "
                + activities;
        return new JacobiException(
                Refusal.UNSUPPORTED_CALL,
                what + (rules.isEmpty() ? ", it has none for " + mode + " mode" : ", it has one for " + rules),
                call.position() == null ? null : call.position().toString());
    }
}
