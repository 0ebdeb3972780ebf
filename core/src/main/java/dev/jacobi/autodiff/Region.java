package dev.jacobi.autodiff;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of objects that activity analysis does not tell apart: those of one level of a parameter's array, those that one instruction
 * allocates, or all that come from outside.
 */
final class Region {
    enum Kind {
        /** One level of an array parameter that has a shadow. */
        SHADOWED_PARAMETER,
        /** Everything that can be reached from a parameter without a shadow. */
        CONSTANT_PARAMETER,
        /** What one instruction of the function allocates. */
        ALLOCATION,
        /** Objects of any class that a call gives whose method is differentiated on its own. */
        RESULT,
        /**
         * What was on a tape, or came from a caller or a call, without a shadow, though it may be memory that has one elsewhere; stores into it are checked when
         * they run.
         */
        UNCERTAIN,
        /** What static fields, constants and unknown calls give. */
        OUTSIDE
    }

    private static final Set<String> ARRAY_SUPERTYPES =
            Set.of("Ljava/lang/Object;", "Ljava/lang/Cloneable;", "Ljava/io/Serializable;");

    private static final Type STACKS = Type.of(CallSignature.STACKS);

    final Kind kind;

    /** The class of the objects; of those behind a constant parameter, of the first of them. */
    final Type type;

    final @Nullable Instruction allocation;

    /** The number of the parameter, or -1. */
    final int parameter;

    private final ShadowTypes types;

    /** What the objects of this region may refer to. */
    final Set<Region> contents = new LinkedHashSet<>();

    /** Whether numbers held in arrays of this region may vary with an active argument. */
    boolean varied;

    /** Whether numbers held in arrays of this region may matter to an active result. */
    boolean useful;

    /** Whether code that was called, and is differentiated on its own, may have got hold of the objects. */
    boolean passed;

    /** Whether these are stacks of derivatives or their arrays, which no memory of the user's refers to. */
    boolean ofStacks;

    /** Whether the objects have a shadow. */
    boolean shadowed;

    private Region(Kind kind, Type type, @Nullable Instruction allocation, int parameter, ShadowTypes types) {
        this.types = types;
        this.kind = kind;
        this.type = type;
        this.allocation = allocation;
        this.parameter = parameter;
    }

    /** A parameter with a shadow: of an array of numbers a region for each level of nesting, else one for all that can be reached. */
    static Region shadowedParameter(int parameter, Type type, ShadowTypes types) {
        if (type.equals(STACKS)) {
            return stacks(parameter, null, types);
        }
        boolean numbers = DerivativeRequest.carriesDerivative(type);
        Region region = new Region(Kind.SHADOWED_PARAMETER, numbers ? type : Type.OBJECT, null, parameter, types);
        if (numbers && component(type).isReference()) {
            region.contents.add(shadowedParameter(parameter, component(type), types));
        } else {
            region.varied = true;
            region.useful = true;
        }
        if (!numbers) {
            region.contents.add(region);
        }
        region.shadowed = true;
        return region;
    }

    static Region constantParameter(int parameter, Type type, ShadowTypes types) {
        Region region = new Region(Kind.CONSTANT_PARAMETER, type, null, parameter, types);
        region.contents.add(region);
        return region;
    }

    /**
     * Stacks that derivatives share: an object with an array of each kind of number, and one of references, which holds what has a shadow and what has none.
     *
     * @param allocation what takes them from the pool, or null for those of a parameter
     */
    static Region stacks(int parameter, @Nullable Instruction allocation, ShadowTypes types) {
        Kind kind = allocation == null ? Kind.SHADOWED_PARAMETER : Kind.ALLOCATION;
        Region stacks = new Region(kind, STACKS, allocation, parameter, types);
        for (ClassDesc component : List.of(ConstantDescs.CD_double, ConstantDescs.CD_float, ConstantDescs.CD_Object)) {
            Region array = new Region(kind, Type.of(component.arrayType()), allocation, parameter, types);
            array.ofStacks = true;
            stacks.contents.add(array);
        }
        stacks.ofStacks = true;
        for (Region part : stacks.parts()) {
            part.varied = allocation == null;
            part.useful = allocation == null;
            part.shadowed = allocation == null;
            if (part.holdsReferences()) {
                part.contents.add(uncertain(types));
                if (allocation == null) {
                    part.contents.add(shadowedParameter(parameter, Type.OBJECT, types));
                }
            }
        }
        return stacks;
    }

    /** Stacks with their arrays. */
    Set<Region> parts() {
        Set<Region> parts = new LinkedHashSet<>(contents);
        parts.add(this);
        return parts;
    }

    /** Whether these are stacks as a whole, not one of their arrays. */
    boolean isStacks() {
        return type.equals(STACKS);
    }

    /** Whether these are the references on stacks. */
    boolean holdsReferences() {
        return ofStacks && type.isArray() && !isNumbers(type);
    }

    static Region uncertain(ShadowTypes types) {
        Region region = new Region(Kind.UNCERTAIN, Type.OBJECT, null, -1, types);
        region.contents.add(region);
        return region;
    }

    static Region outside(ShadowTypes types) {
        Region region = new Region(Kind.OUTSIDE, Type.OBJECT, null, -1, types);
        region.contents.add(region);
        return region;
    }

    /** The objects that an instruction allocates; {@code dimensions} levels of arrays come with their rows. */
    static Region allocation(Instruction allocation, Type type, int dimensions, ShadowTypes types) {
        Region region = new Region(Kind.ALLOCATION, type, allocation, -1, types);
        if (dimensions > 1) {
            region.contents.add(allocation(allocation, component(type), dimensions - 1, types));
        }
        return region;
    }

    /** The objects that a call gives, with all that can be reached from them. */
    static Region result(Instruction call, ShadowTypes types) {
        Region region = new Region(Kind.RESULT, Type.OBJECT, call, -1, types);
        region.contents.add(region);
        return region;
    }

    /** What the objects may refer to. */
    static Set<Region> contents(Collection<Region> regions) {
        Set<Region> contents = new LinkedHashSet<>();
        for (Region region : regions) {
            contents.addAll(region.contents);
        }
        return contents;
    }

    /** The objects and all that can be reached from them. */
    static Set<Region> reachable(Collection<Region> regions) {
        Set<Region> reached = new LinkedHashSet<>(regions);
        List<Region> open = new ArrayList<>(regions);
        while (!open.isEmpty()) {
            for (Region next : open.removeLast().contents) {
                if (reached.add(next)) {
                    open.add(next);
                }
            }
        }
        return reached;
    }

    private static Type component(Type array) {
        return Type.of(array.descriptor().componentType());
    }

    /** Whether numbers that carry derivatives may be stored in the objects: they have a shadow, or can get one. */
    boolean canHoldActive() {
        if (ofStacks) {
            return true;
        }
        return switch (kind) {
            case SHADOWED_PARAMETER, RESULT -> true;
            case ALLOCATION ->
                type.isArray()
                        ? types.leadsToNumbers(type)
                        : !types.layout(type.descriptor()).isEmpty() || types.isLambda(type);
            case CONSTANT_PARAMETER, UNCERTAIN, OUTSIDE -> false;
        };
    }

    /** Whether these are objects that stand for lambdas. */
    boolean isLambda() {
        return kind == Kind.ALLOCATION && !type.isArray() && types.isLambda(type);
    }

    /** Whether the objects refer to no others: arrays of primitives. */
    boolean isLeaf() {
        return isNumbers(type);
    }

    private boolean isNew() {
        return kind == Kind.ALLOCATION || kind == Kind.RESULT;
    }

    /** Whether these are objects that were not made here and came in by other ways than parameters. */
    private boolean isForeign() {
        return kind == Kind.OUTSIDE || kind == Kind.UNCERTAIN;
    }

    /** Whether an object may be of both regions. Those that come from the caller may be the same, unless parameters are distinct. */
    boolean mayOverlap(Region other, boolean parametersDistinct) {
        if (this == other) {
            return true;
        }
        if (isNew() || other.isNew()) {
            return passed && other.isForeign() || isForeign() && other.passed;
        }
        boolean differentParameters = parameter >= 0 && other.parameter >= 0 && parameter != other.parameter;
        return (!differentParameters || !parametersDistinct) && (fits(other.type) || other.fits(type));
    }

    /** Whether a reference of the given static type may lead to objects of this region. */
    boolean fits(Type reference) {
        if (kind == Kind.OUTSIDE || (kind != Kind.ALLOCATION && !isNumbers(type) && contents.contains(this))) {
            return true;
        }
        if (!type.isArray()) {
            return !reference.isArray() && types.mayBe(reference, type);
        }
        if (!reference.isArray()) {
            return isSupertypeOfArrays(reference);
        }
        return reference.equals(type) || (!isNumbers(reference) && !isNumbers(type));
    }

    /** Whether a class or interface has arrays among its objects. */
    static boolean isSupertypeOfArrays(Type type) {
        return ARRAY_SUPERTYPES.contains(type.descriptor().descriptorString());
    }

    /** An array of primitives. */
    private static boolean isNumbers(Type type) {
        return type.isArray() && type.descriptor().componentType().isPrimitive();
    }

    @Override
    public String toString() {
        return switch (kind) {
            case SHADOWED_PARAMETER -> "parameter " + parameter;
            case CONSTANT_PARAMETER -> "parameter " + parameter + ", which is CONST";
            case ALLOCATION -> type + " allocated here";
            case RESULT -> "what a call gives";
            case UNCERTAIN -> "memory that may have no shadow";
            case OUTSIDE -> "memory that belongs to no parameter";
        };
    }
}
