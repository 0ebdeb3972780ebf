package dev.jacobi.lift;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the method that a user names: {@code pkg.Class::method}, {@code pkg.Class::method(double[], int)}, {@code
 * pkg.Class::method([DI)D}, or a class with a name and perhaps parameter types.
 *
 * <p>Types may be given by their simple names. Inherited methods are found too, but not those of interfaces, which a class does not
 * inherit if they are static. Methods that a compiler made to bridge generic types are passed over where there are others.
 */
public final class Methods {
    private static final int MAX_LISTED = 25;

    /** A method that was found, with what is needed to lift it. */
    public record Found(ClassFiles files, ClassModel owner, MethodModel method) {
        public MethodReference reference() {
            return Lifter.reference(owner, method);
        }

        public boolean isStatic() {
            return (method.flags().flagsMask() & ClassFile.ACC_STATIC) != 0;
        }

        public Function lift() {
            return Lifter.lift(owner, method, files.hierarchy());
        }
    }

    /** What a selector says of the method's type: nothing, the names of the parameter types, or a descriptor. */
    private record Signature(
            @Nullable List<String> parameters, @Nullable String descriptor) {
        private static final Signature ANY = new Signature(null, null);

        boolean matches(MethodModel method) {
            if (descriptor != null) {
                return method.methodType().equalsString(descriptor);
            }
            if (parameters == null) {
                return true;
            }
            List<ClassDesc> types = method.methodTypeSymbol().parameterList();
            if (types.size() != parameters.size()) {
                return false;
            }
            for (int i = 0; i < types.size(); i++) {
                String name = Type.name(types.get(i));
                String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
                if (!parameters.get(i).equals(name) && !parameters.get(i).equals(simple)) {
                    return false;
                }
            }
            return true;
        }
    }

    private Methods() {}

    /**
     * Finds a method by a selector of the form {@code pkg.Class::method}, with or without a signature, among the classes that {@code
     * loader} sees.
     *
     * @throws JacobiException UNKNOWN_CLASS, UNKNOWN_METHOD, AMBIGUOUS_METHOD, NO_CLASS_FILE or CORRUPT_CLASS_FILE
     */
    public static Found find(String selector, @Nullable ClassLoader loader) {
        return find(selector, ClassFiles.of(loader));
    }

    /** Like {@link #find(String, ClassLoader)}, among given class files. */
    public static Found find(String selector, ClassFiles files) {
        int colons = selector.indexOf("::");
        if (colons <= 0) {
            throw new JacobiException(
                    Refusal.UNKNOWN_METHOD, "'" + selector + "' is not of the form pkg.Class::method", null);
        }
        String className = selector.substring(0, colons).strip();
        ClassDesc descriptor;
        try {
            descriptor = ClassDesc.of(className);
        } catch (IllegalArgumentException _) {
            throw ClassFiles.unknown(className);
        }
        return find(files, files.get(descriptor), selector.substring(colons + 2).strip());
    }

    /**
     * Finds a method of a class by its name, which may be followed by a signature in parentheses, or by name and parameter types.
     *
     * @param parameterTypes if there are none, the name alone decides
     * @throws JacobiException UNKNOWN_METHOD, AMBIGUOUS_METHOD, NO_CLASS_FILE or CORRUPT_CLASS_FILE
     */
    public static Found find(Class<?> type, String name, Class<?>... parameterTypes) {
        ClassModel owner = ClassFiles.modelOf(type);
        ClassFiles files = ClassFiles.of(type.getClassLoader());
        if (parameterTypes.length == 0) {
            return find(files, owner, name);
        }
        List<String> parameters = Arrays.stream(parameterTypes)
                .map(parameter -> Type.name(parameter.describeConstable().orElseThrow()))
                .toList();
        return find(files, owner, name, new Signature(parameters, null));
    }

    private static Found find(ClassFiles files, ClassModel owner, String member) {
        int open = member.indexOf('(');
        if (open < 0) {
            return find(files, owner, member, Signature.ANY);
        }
        int close = member.lastIndexOf(')');
        String name = member.substring(0, open).strip();
        String inside = close < open ? member.substring(open + 1) : member.substring(open + 1, close);
        String after = close < open ? "" : member.substring(close + 1).strip();
        if (!after.isEmpty()) {
            return find(files, owner, name, new Signature(null, "(" + inside + ")" + after));
        }
        List<String> parameters = inside.isBlank()
                ? List.of()
                : Arrays.stream(inside.split(",", -1))
                        .map(text -> text.strip().replace("...", "[]").replace(" ", ""))
                        .toList();
        return find(files, owner, name, new Signature(parameters, null));
    }

    private static Found find(ClassFiles files, ClassModel owner, String name, Signature signature) {
        List<Found> named = named(files, owner, name);
        List<Found> matching = new ArrayList<>();
        for (Found found : named) {
            if (signature.matches(found.method())) {
                matching.add(found);
            }
        }
        if (matching.size() > 1) {
            List<Found> real = matching.stream()
                    .filter(found -> (found.method().flags().flagsMask() & ClassFile.ACC_BRIDGE) == 0)
                    .toList();
            matching = real.isEmpty() ? matching : real;
        }
        if (matching.size() == 1) {
            return matching.getFirst();
        }
        String className = Type.name(owner.thisClass().asSymbol());
        if (matching.isEmpty()) {
            List<String> candidates = named.isEmpty()
                    ? owner.methods().stream()
                            .filter(method -> (method.flags().flagsMask() & ClassFile.ACC_SYNTHETIC) == 0
                                    && !method.methodName().stringValue().startsWith("<"))
                            .map(Methods::signature)
                            .toList()
                    : named.stream().map(found -> signature(found.method())).toList();
            throw new JacobiException(
                    Refusal.UNKNOWN_METHOD,
                    className + " has no method " + name + text(signature) + listed(candidates),
                    null);
        }
        throw new JacobiException(
                Refusal.AMBIGUOUS_METHOD,
                className + " has " + matching.size() + " methods " + name + text(signature)
                        + listed(matching.stream()
                                .map(found -> signature(found.method()))
                                .toList()),
                null);
    }

    private static String text(Signature signature) {
        if (signature.descriptor() != null) {
            return signature.descriptor();
        }
        return signature.parameters() == null ? "" : "(" + String.join(", ", signature.parameters()) + ")";
    }

    private static String listed(List<String> signatures) {
        String more =
                signatures.size() > MAX_LISTED ? "\n       and " + (signatures.size() - MAX_LISTED) + " more" : "";
        return signatures.isEmpty()
                ? ""
                : signatures.stream().limit(MAX_LISTED).collect(Collectors.joining("\n       ", "\n  has: ", more));
    }

    private static String signature(MethodModel method) {
        return method.methodName().stringValue()
                + method.methodTypeSymbol().parameterList().stream()
                        .map(Type::name)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    /** All methods of this name that the class declares or inherits from superclasses, overridden ones left out. */
    private static List<Found> named(ClassFiles files, ClassModel owner, String name) {
        List<Found> found = new ArrayList<>();
        Set<String> descriptors = new HashSet<>();
        Set<ClassDesc> seen = new HashSet<>();
        Optional<ClassModel> at = Optional.of(owner);
        while (at.isPresent() && seen.add(at.get().thisClass().asSymbol())) {
            ClassModel declaring = at.get();
            for (MethodModel method : declaring.methods()) {
                if (method.methodName().equalsString(name)
                        && descriptors.add(method.methodType().stringValue())) {
                    found.add(new Found(files, declaring, method));
                }
            }
            at = declaring.superclass().isPresent()
                    ? files.find(declaring.superclass().get().asSymbol())
                    : Optional.empty();
        }
        return found;
    }
}
