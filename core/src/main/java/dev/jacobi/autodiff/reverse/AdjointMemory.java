package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.ObjectCode;
import dev.jacobi.autodiff.reverse.AdjointRules.Target;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the reverse sweep does for accesses to elements and fields: it reads and changes the adjoints that their shadows hold. */
final class AdjointMemory {
    private static final ClassDesc HELPERS = ClassDesc.of("dev.jacobi.runtime.ArrayAdjoints");

    private final ActivityAnalysis activity;
    private final Shadows shadows;
    private final ObjectCode objects;

    AdjointMemory(ActivityAnalysis activity, Shadows shadows, ObjectCode objects) {
        this.activity = activity;
        this.shadows = shadows;
        this.objects = objects;
    }

    /** Adds the adjoint of what was loaded to that of the element. */
    void load(Instruction load, Target target) {
        Value adjoint = target.takeAdjoint(load.value());
        if (adjoint == null) {
            return;
        }
        Value shadow = target.primal(shadows.of(load.operand(0)));
        Value index = target.primal(load.operand(1));
        guarded(load.operand(0), shadow, target, () -> {
            Value before = element(target, load, shadow, index);
            setElement(target, load, shadow, index, target.sum(before, adjoint));
        });
    }

    /** Takes the adjoint of the element for what was stored. */
    void store(Instruction store, Target target) {
        Value shadow = target.primal(shadows.of(store.operand(0)));
        Value index = target.primal(store.operand(1));
        Value stored = store.operand(2);
        guarded(store.operand(0), shadow, target, () -> {
            if (activity.isActive(stored)) {
                target.addToAdjoint(stored, element(target, store, shadow, index));
            }
            setElement(target, store, shadow, index, target.emitter().constant(stored.type(), 0));
        });
    }

    /** Adds the adjoint of what was read to that of the field. */
    void get(Instruction load, Target target) {
        Value adjoint = target.takeAdjoint(load.value());
        if (adjoint == null) {
            return;
        }
        Value shadow = target.primal(shadows.of(load.operand(0)));
        int place = objects.place(load);
        guarded(load.operand(0), shadow, target, () -> {
            Value before = objects.number(target.emitter(), shadow, place, Type.DOUBLE);
            Value amount = target.emitter().convert(adjoint, Type.DOUBLE);
            objects.storeNumber(target.emitter(), shadow, place, target.sum(before, amount));
        });
    }

    /** Takes the adjoint of the field for what was written. */
    void put(Instruction store, Value object, Value stored, Target target) {
        Value shadow = target.primal(shadows.of(object));
        int place = objects.place(store);
        guarded(object, shadow, target, () -> {
            if (activity.isActive(stored)) {
                target.addToAdjoint(stored, objects.number(target.emitter(), shadow, place, stored.type()));
            }
            objects.storeNumber(
                    target.emitter(), shadow, place, target.emitter().constant(Type.DOUBLE, 0));
        });
    }

    /** Adds the seed of an array that the function returns to its shadow. */
    void addSeed(Target target, Value result, Value seed) {
        Value shadow = target.primal(shadows.of(result));
        boolean flat = holdsNumbers(result)
                && shadow.type().equals(result.type())
                && seed.type().equals(result.type());
        ClassDesc array = flat ? result.type().descriptor() : ConstantDescs.CD_Object;
        MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_void, array, array);
        guarded(result, shadow, target, () -> helper(target, "addAll", type, shadow, seed));
    }

    /** Runs what makes code for an array or object that has a shadow, or code that asks first if it may have none. */
    void guarded(Value array, Value shadow, Target target, Runnable code) {
        if (shadows.mayBeNull(array)) {
            target.ifPresent(shadow, code);
        } else {
            code.run();
        }
    }

    /** Whether a reference is an array of primitives by its static type. */
    static boolean holdsNumbers(Value array) {
        return array.type().isArray()
                && array.type().descriptor().componentType().isPrimitive();
    }

    private static Value element(Target target, Instruction access, Value shadow, Value index) {
        Instruction load = target.emitter().emit(ARRAY_LOAD, access.attribute(), List.of(shadow, index));
        load.setProved(true);
        return load.value();
    }

    private static void setElement(Target target, Instruction access, Value shadow, Value index, Value value) {
        target.emitter()
                .emit(ARRAY_STORE, access.attribute(), List.of(shadow, index, value))
                .setProved(true);
    }

    /** A call of {@code ArrayAdjoints}, which the runtime has. */
    static @Nullable Value helper(Target target, String name, MethodTypeDesc type, Value... operands) {
        return target.emitter()
                .emit(INVOKE_STATIC, new MethodReference(HELPERS, name, type, false), List.of(operands))
                .result();
    }
}
