package dev.jacobi.ir;

import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The symbolic references that instructions carry as their {@linkplain Instruction#attribute() attribute}. */
public final class References {
    private References() {}

    /** A field as a class file names it. */
    public record FieldReference(ClassDesc owner, String name, ClassDesc type) {
        @Override
        public String toString() {
            return Type.name(owner) + "." + name + ":" + Type.name(type);
        }

        /** As messages name it: {@code com.example.Model.scale}. */
        public String signature() {
            return Type.name(owner) + "." + name;
        }
    }

    /**
     * A method as a class file names it.
     *
     * @param onInterface whether {@code owner} is an interface, which the constant pool tells apart
     */
    public record MethodReference(ClassDesc owner, String name, MethodTypeDesc type, boolean onInterface) {
        /** {@code System.arraycopy}. */
        public static final MethodReference ARRAY_COPY = new MethodReference(
                ClassDesc.of("java.lang.System"),
                "arraycopy",
                MethodTypeDesc.ofDescriptor("(Ljava/lang/Object;ILjava/lang/Object;II)V"),
                false);

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other
                    || other instanceof MethodReference that
                            && name.equals(that.name)
                            && owner.equals(that.owner)
                            && type.equals(that.type)
                            && onInterface == that.onInterface;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * owner.hashCode() + name.hashCode()) + type.hashCode();
        }

        @Override
        public String toString() {
            return Type.name(owner) + "." + name + type.descriptorString() + (onInterface ? " interface" : "");
        }

        /** As messages name it: {@code com.example.Model.loss(double[], int)}. */
        public String signature() {
            StringJoiner parameters = new StringJoiner(", ", "(", ")");
            for (ClassDesc parameter : type.parameterList()) {
                parameters.add(Type.name(parameter));
            }
            return Type.name(owner) + "." + name + parameters;
        }
    }

    /** A call site of {@code invokedynamic}; {@code type} is its type, {@code arguments} are the static ones (loadable constants). */
    public record DynamicCall(
            DirectMethodHandleDesc bootstrap,
            String name,
            MethodTypeDesc type,
            List<java.lang.constant.ConstantDesc> arguments) {
        public DynamicCall {
            arguments = List.copyOf(arguments);
        }
    }

    /** A call of {@link MathFunction function}, as {@code StrictMath} has it if {@code strict}, as {@code Math} has it otherwise. */
    public record MathCall(MathFunction function, boolean strict) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof MathCall that && function == that.function && strict == that.strict;
        }

        @Override
        public int hashCode() {
            return 31 * function.hashCode() + Boolean.hashCode(strict);
        }

        @Override
        public String toString() {
            return (strict ? "strict." : "") + function.methodName();
        }
    }

    /**
     * A live object that the code refers to, such as a value captured by a lambda. It has no text form that could be parsed again.
     *
     * @param type the class by which the code knows the object
     */
    public record EmbeddedObject(Object object, ClassDesc type) {
        @Override
        public boolean equals(Object other) {
            return other instanceof EmbeddedObject that && object == that.object && type.equals(that.type);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }
    }
}
