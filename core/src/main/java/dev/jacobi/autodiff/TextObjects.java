package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.ClassFiles;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which objects may be written as text without a look at their derivatives: their {@code toString} reads, and changes nothing that could carry a
 * derivative. Such methods compute, read fields, make text, and call their like; the classes of the JDK keep to that.
 */
final class TextObjects {
    private static final Set<String> TABLES = Set.of(
            "java.lang.invoke.StringConcatFactory",
            "java.lang.runtime.ObjectMethods",
            "java.lang.runtime.SwitchBootstraps");

    private static final Set<String> READING = Set.of(
            "size",
            "get",
            "isEmpty",
            "iterator",
            "hasNext",
            "next",
            "getKey",
            "getValue",
            "entrySet",
            "keySet",
            "values");

    private static final MethodTypeDesc TO_STRING = MethodTypeDesc.of(ClassDesc.of("java.lang.String"));

    private final ClassKnowledge classes;
    private static final MethodTypeDesc EQUALS = MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_Object);

    private final boolean compared;
    private final Map<Class<?>, Boolean> known = new HashMap<>();

    /** @param compared whether {@code equals} is looked at instead of {@code toString} */
    TextObjects(ClassKnowledge classes, boolean compared) {
        this.classes = classes;
        this.compared = compared;
    }

    /** Whether a reference leads to objects with derivatives of which it is not certain that they can be written as text. */
    boolean isRefused(Value reference, Set<Region> regions) {
        return Region.reachable(regions).stream()
                .filter(region -> region.shadowed || region.varied)
                .anyMatch(region -> !isHarmless(region, reference.type()));
    }

    /** Whether text of the objects is made without calls of code that may do more; {@code reference} is what leads to them. */
    boolean isHarmless(Region region, Type reference) {
        if (region.type.isArray() || DerivativeRequest.carriesDerivative(region.type)) {
            return true;
        }
        if (region.kind == Region.Kind.ALLOCATION) {
            Class<?> type = classes.find(region.type.descriptor());
            return type != null && isHarmless(type);
        }
        Class<?> type = classes.find(reference.descriptor());
        return type != null && isWholeHarmless(type, new HashSet<>());
    }

    /** As {@link #isHarmless(Class)}, for the class and all that its fields lead to. */
    private boolean isWholeHarmless(Class<?> type, Set<Class<?>> seen) {
        if (type.isArray()) {
            return isWholeHarmless(type.getComponentType(), seen);
        }
        if (type.isPrimitive() || type.isEnum() || !seen.add(type)) {
            return true;
        }
        if (!Modifier.isFinal(type.getModifiers()) || !isHarmless(type)) {
            return false;
        }
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !isWholeHarmless(field.getType(), seen)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether {@code toString} of objects of exactly this class changes nothing. */
    private boolean isHarmless(Class<?> type) {
        Boolean before = known.get(type);
        if (before == null) {
            before = compared
                    ? reads(type, "equals", EQUALS, new HashSet<>())
                    : reads(type, "toString", TO_STRING, new HashSet<>());
            known.put(type, before);
        }
        return before;
    }

    /** Whether a lambda changes nothing; the methods of what it captures are another matter. */
    boolean readsOnly(DirectMethodHandleDesc lambda) {
        Class<?> owner = classes.find(lambda.owner());
        if (owner == null || isPlatform(owner.getName())) {
            return false;
        }
        MethodModel code = find(owner, lambda.methodName(), MethodTypeDesc.ofDescriptor(lambda.lookupDescriptor()));
        return code != null && code.code().isPresent() && readsOnly(code, owner, new HashSet<>());
    }

    private boolean reads(Class<?> type, String name, MethodTypeDesc signature, Set<String> seen) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (isPlatform(each.getName())) {
                return name.equals("toString") || name.equals("equals");
            }
            if (!seen.add(each.getName() + name + signature.descriptorString())) {
                return true;
            }
            MethodModel method = find(each, name, signature);
            if (method != null) {
                return method.code().isPresent() && readsOnly(method, type, seen);
            }
        }
        return false;
    }

    private static @Nullable MethodModel find(Class<?> type, String name, MethodTypeDesc signature) {
        try {
            ClassModel model = ClassFiles.modelOf(type);
            for (MethodModel method : model.methods()) {
                if (method.methodName().equalsString(name)
                        && method.methodTypeSymbol().equals(signature)) {
                    return method;
                }
            }
        } catch (JacobiException noCode) {
            return null;
        }
        return null;
    }

    private boolean readsOnly(MethodModel method, Class<?> type, Set<String> seen) {
        boolean storesReferences = false;
        boolean findsArrays = false;
        for (CodeElement element : method.code().orElseThrow()) {
            switch (element) {
                case FieldInstruction field -> {
                    if (field.opcode() == Opcode.PUTFIELD || field.opcode() == Opcode.PUTSTATIC) {
                        return false;
                    }
                    findsArrays |= field.typeSymbol().isArray();
                }
                case ArrayStoreInstruction store -> {
                    if (store.typeKind() == TypeKind.DOUBLE || store.typeKind() == TypeKind.FLOAT) {
                        return false;
                    }
                    storesReferences |= store.typeKind() == TypeKind.REFERENCE;
                }
                case InvokeInstruction call -> {
                    findsArrays |= call.typeSymbol().returnType().isArray();
                    if (!mayCall(call, type, seen)) {
                        return false;
                    }
                }
                case InvokeDynamicInstruction call -> {
                    if (!TABLES.contains(Type.name(call.bootstrapMethod().owner()))) {
                        return false;
                    }
                }
                default -> {}
            }
        }
        // The array of arguments of a call of format is the method's own.
        return !storesReferences || !findsArrays;
    }

    private boolean mayCall(InvokeInstruction call, Class<?> type, Set<String> seen) {
        ClassDesc owner = call.owner().asSymbol();
        String name = call.name().stringValue();
        if (owner.isArray()) {
            return name.equals("clone");
        }
        String ownerName = Type.name(owner);
        if (isPlatform(ownerName)) {
            var reference = new MethodReference(owner, name, call.typeSymbol(), call.isInterface());
            return TextCall.isMethod(reference)
                    || TextCall.isConstructor(reference)
                    || (ownerName.startsWith("java.lang.") && !ownerName.startsWith("java.lang.reflect."))
                    || (ownerName.startsWith("java.util.") && READING.contains(name));
        }
        Class<?> named = classes.find(owner);
        if (named == null) {
            return false;
        }
        boolean own = named.isAssignableFrom(type) && !type.isInterface() && call.opcode() == Opcode.INVOKEVIRTUAL;
        if (own) {
            // Calls on other objects of the class may run code of a subclass.
            return Modifier.isFinal(type.getModifiers()) && reads(type, name, call.typeSymbol(), seen);
        }
        boolean certain = call.opcode() == Opcode.INVOKESTATIC
                || call.opcode() == Opcode.INVOKESPECIAL && !name.equals("<init>")
                || Modifier.isFinal(named.getModifiers());
        return certain && reads(named, name, call.typeSymbol(), seen);
    }

    private static boolean isPlatform(String className) {
        return className.startsWith("java.");
    }
}
