package dev.jacobi.ir;

import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes names, types, constants and the other attributes of instructions in the text form. */
final class AttributePrinter {
    private final IdentityHashMap<Object, Integer> embedded = new IdentityHashMap<>();

    String print(Instruction instruction) {
        Object attribute = instruction.attribute();
        return switch (instruction.opCode().attribute()) {
            case NONE -> attribute == null ? "" : unknown(attribute);
            case NUMBER_STRING_OR_NULL ->
                attribute instanceof ConstantDesc constant
                        ? constant(constant)
                        : attribute == Instruction.NULL ? "null" : unknown(attribute);
            case CONSTANT_DESC -> attribute instanceof ConstantDesc constant ? constant(constant) : unknown(attribute);
            case EMBEDDED_OBJECT -> attribute instanceof EmbeddedObject object ? embedded(object) : unknown(attribute);
            case PRIMITIVE, COMPONENT, CLASS ->
                attribute instanceof ClassDesc descriptor ? type(descriptor) : unknown(attribute);
            case MATH_CALL -> attribute instanceof MathCall call ? call.toString() : unknown(attribute);
            case FIELD -> attribute instanceof FieldReference field ? field(field) : unknown(attribute);
            case METHOD ->
                attribute instanceof MethodReference method
                        ? method(method, instruction.opCode() == OpCode.INVOKE_INTERFACE)
                        : unknown(attribute);
            case DYNAMIC_CALL -> attribute instanceof DynamicCall call ? dynamicCall(call) : unknown(attribute);
            case FUNCTION -> attribute instanceof Function function ? name(function.name()) : unknown(attribute);
        };
    }

    /** What the printer shows for an attribute that the table does not allow; the verifier refuses it, the parser too. */
    private static String unknown(@Nullable Object attribute) {
        return "<" + attribute + ">";
    }

    private String embedded(EmbeddedObject object) {
        int number = embedded.computeIfAbsent(object.object(), _ -> embedded.size());
        return type(object.type()) + " <object " + number + ">";
    }

    private static String field(FieldReference field) {
        return member(field.owner(), field.name()) + ": " + type(field.type());
    }

    private static String method(MethodReference method, boolean interfaceImplied) {
        String prefix = method.onInterface() && !interfaceImplied ? "interface " : "";
        return prefix + member(method.owner(), method.name()) + signature(method.type());
    }

    private static String dynamicCall(DynamicCall call) {
        return name(call.name()) + signature(call.type()) + bootstrap(call.bootstrap(), call.arguments());
    }

    private static String bootstrap(DirectMethodHandleDesc method, List<ConstantDesc> arguments) {
        return " by " + handle(method)
                + arguments.stream().map(AttributePrinter::constant).collect(Collectors.joining(", ", " (", ")"));
    }

    private static String handle(DirectMethodHandleDesc handle) {
        String descriptor = handle.lookupDescriptor();
        String member = member(handle.owner(), handle.methodName());
        return handle.kind().name().toLowerCase(Locale.ROOT) + " "
                + switch (handle.kind()) {
                    case GETTER, SETTER, STATIC_GETTER, STATIC_SETTER ->
                        member + ": " + type(ClassDesc.ofDescriptor(descriptor));
                    case CONSTRUCTOR -> type(handle.owner()) + signature(MethodTypeDesc.ofDescriptor(descriptor));
                    default -> member + signature(MethodTypeDesc.ofDescriptor(descriptor));
                };
    }

    private static String signature(MethodTypeDesc type) {
        return type.parameterList().stream().map(AttributePrinter::type).collect(Collectors.joining(", ", "(", "): "))
                + type(type.returnType());
    }

    static String constant(ConstantDesc constant) {
        return switch (constant) {
            case Integer number -> number.toString();
            case Long number -> number + "L";
            case Float number -> floatText(number);
            case Double number -> doubleText(number);
            case String text -> quote(text, '"');
            case ClassDesc descriptor -> "class " + type(descriptor);
            case MethodTypeDesc type -> "type " + signature(type);
            case DirectMethodHandleDesc handle -> "handle " + handle(handle);
            case DynamicConstantDesc<?> dynamic ->
                "dynamic " + name(dynamic.constantName()) + ": " + type(dynamic.constantType())
                        + bootstrap(dynamic.bootstrapMethod(), dynamic.bootstrapArgsList());
            default -> unknown(constant);
        };
    }

    private static String doubleText(double number) {
        long bits = Double.doubleToRawLongBits(number);
        boolean plain = !Double.isNaN(number) || bits == Double.doubleToRawLongBits(Double.NaN);
        return plain ? Double.toString(number) : "NaN(0x" + Long.toHexString(bits) + ")";
    }

    private static String floatText(float number) {
        int bits = Float.floatToRawIntBits(number);
        boolean plain = !Float.isNaN(number) || bits == Float.floatToRawIntBits(Float.NaN);
        return plain ? number + "f" : "NaNf(0x" + Integer.toHexString(bits) + ")";
    }

    /** The owner and name of a field or method, of which only the owner may be an array. */
    private static String member(ClassDesc owner, String name) {
        if (owner.isArray()) {
            return type(owner) + "." + name(name);
        }
        return name(Type.name(owner) + "." + name);
    }

    static String type(ClassDesc descriptor) {
        String text = Type.name(descriptor);
        int brackets = text.indexOf("[]");
        String element = brackets < 0 ? text : text.substring(0, brackets);
        String dimensions = brackets < 0 ? "" : text.substring(brackets);
        boolean primitive = descriptor.descriptorString().charAt(dimensions.length() / 2) != 'L';
        if (primitive) {
            return element + dimensions;
        }
        return (isPrimitiveName(element) ? quote(element, '`') : name(element)) + dimensions;
    }

    static boolean isPrimitiveName(String name) {
        return switch (name) {
            case "boolean", "byte", "short", "char", "int", "long", "float", "double", "void" -> true;
            default -> false;
        };
    }

    /** A name as it is if the lexer takes it for one token, in backquotes otherwise. */
    static String name(String name) {
        return Lexer.isPlainName(name) ? name : quote(name, '`');
    }

    private static String quote(String text, char delimiter) {
        StringBuilder quoted = new StringBuilder().append(delimiter);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == delimiter || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c <= '~') {
                quoted.append(c);
            } else {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            }
        }
        return quoted.append(delimiter).toString();
    }
}
