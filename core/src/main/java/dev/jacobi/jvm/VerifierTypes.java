package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The class that the verifier derives for each reference in the emitted code, or one above it. It may know less than the types of the
 * values say, because passes sharpen those; where it does, a cast is needed.
 */
final class VerifierTypes {
    private static final ClassDesc THROWABLE = ConstantDescs.CD_Throwable;

    private final Linkage linkage;
    private final ClassTypes classes;
    private final Map<Value, ClassDesc> types = new HashMap<>();

    VerifierTypes(BlockOrder order, Linkage linkage) {
        this.linkage = linkage;
        this.classes = linkage.classes();
        for (Value parameter : order.blocks().getFirst().parameters()) {
            if (parameter.type().isReference()) {
                types.put(parameter, linkage.visible(parameter.type().descriptor()));
            }
        }
        for (boolean changed = true; changed; ) {
            changed = false;
            for (Block block : order.blocks()) {
                changed |= visit(block);
            }
        }
    }

    ClassDesc of(Value value) {
        Instruction definition = value.definition();
        if (definition != null && definition.opCode() == OpCode.CONSTANT) {
            return ofConstant(definition);
        }
        if (definition != null && definition.opCode() == OpCode.EMBED) {
            return linkage.visible(((EmbeddedObject) Objects.requireNonNull(definition.attribute())).type());
        }
        return types.getOrDefault(value, ClassTypes.NULL);
    }

    /** Whether the verifier accepts the value where {@code required} is wanted. */
    boolean fits(Value value, ClassDesc required) {
        return classes.isAssignable(of(value), required);
    }

    private static ClassDesc ofConstant(Instruction constant) {
        return constant.attribute() instanceof String ? ConstantDescs.CD_String : ClassTypes.NULL;
    }

    private boolean visit(Block block) {
        boolean changed = false;
        for (Instruction instruction : block.instructions()) {
            Value result = instruction.result();
            if (result != null && result.type().isReference()) {
                changed |= meet(result, ofResult(instruction));
            }
        }
        for (Edge edge : block.terminator().edges()) {
            changed |= pass(edge, 0);
        }
        if (BlockOrder.usesHandlers(block)) {
            for (Handler handler : block.handlers()) {
                ClassDesc caught = handler.catchType() == null ? THROWABLE : handler.catchType();
                changed |= meet(handler.edge().target().parameter(0), caught);
                changed |= pass(handler.edge(), 1);
            }
        }
        return changed;
    }

    private boolean pass(Edge edge, int firstParameter) {
        boolean changed = false;
        List<Value> arguments = edge.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).type().isReference()) {
                changed |= meet(edge.target().parameter(i + firstParameter), of(arguments.get(i)));
            }
        }
        return changed;
    }

    private boolean meet(Value value, ClassDesc type) {
        ClassDesc known = types.get(value);
        ClassDesc met = known == null ? type : classes.merge(known, type);
        if (met.equals(known)) {
            return false;
        }
        types.put(value, met);
        return true;
    }

    private ClassDesc ofResult(Instruction instruction) {
        return switch (instruction.opCode()) {
            case CONSTANT, EMBED -> of(instruction.value());
            case SELECT -> classes.merge(of(instruction.operand(1)), of(instruction.operand(2)));
            case ARRAY_LOAD -> ofElement(instruction);
            default -> ofAttribute(instruction);
        };
    }

    private ClassDesc ofElement(Instruction load) {
        ClassDesc array = of(load.operand(0));
        if (array.equals(ClassTypes.NULL)) {
            return array;
        }
        ClassDesc required = arrayOf(load);
        ClassDesc actual = classes.isAssignable(array, required) ? array : required;
        return actual.componentType();
    }

    private ClassDesc ofAttribute(Instruction instruction) {
        ClassDesc declared = Type.VOID.descriptor();
        Type type = Instruction.resultType(instruction.opCode(), instruction.attribute(), instruction.operands());
        if (type.isReference()) {
            declared = type.descriptor();
        }
        return linkage.visible(declared);
    }

    /** Instructions for elements of arrays of byte are those of boolean too: the array says which it is, or, if the verifier knows no more than that it is an object, its value. */
    private ClassDesc bytesOrTruths(Value array, ClassDesc component) {
        return Stream.of(of(array), array.type().descriptor())
                .filter(type -> type.equals(ConstantDescs.CD_byte.arrayType())
                        || type.equals(ConstantDescs.CD_boolean.arrayType()))
                .findFirst()
                .orElse(component.arrayType());
    }

    /** The class of arrays that the verifier wants at an element access. */
    ClassDesc arrayOf(Instruction access) {
        ClassDesc component = access.classAttribute();
        if (component.isPrimitive()) {
            boolean isBytes = component.equals(ConstantDescs.CD_byte) || component.equals(ConstantDescs.CD_boolean);
            return isBytes ? bytesOrTruths(access.operand(0), component) : component.arrayType();
        }
        // Of reference arrays the verifier only wants to know that they are; the array itself checks what is stored.
        return access.opCode() == OpCode.ARRAY_STORE
                ? ConstantDescs.CD_Object.arrayType()
                : linkage.visible(component).arrayType();
    }

    static @Nullable ClassDesc referenceOrNull(ClassDesc descriptor) {
        return descriptor.isPrimitive() ? null : descriptor;
    }
}
