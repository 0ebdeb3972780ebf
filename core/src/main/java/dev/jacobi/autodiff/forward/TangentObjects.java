package dev.jacobi.autodiff.forward;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.ObjectCode;
import dev.jacobi.autodiff.ShadowTypes;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;

/**
 * Forward mode of objects and their fields, boxes included: the shadow holds the tangents. The stacks that derivatives share have stacks as shadow, with the same
 * fields; only the tops are those of the primal.
 */
final class TangentObjects {
    private final ActivityAnalysis activity;
    private final Tangents tangents;
    private final MissingShadows missing;
    private final ObjectCode objects;

    TangentObjects(ActivityAnalysis activity, Tangents tangents, MissingShadows missing, ShadowTypes types) {
        this.missing = missing;
        this.activity = activity;
        this.tangents = tangents;
        this.objects = new ObjectCode(
                types, tangents.layout().packed() ? tangents.layout().width() : 1);
    }

    /** The shadow of a new object, all zeros; or of an array or object that a constructor has made. */
    void allocate(Instruction instruction) {
        Emitter emitter = tangents.emitter(instruction.position());
        tangents.set(
                instruction.value(),
                objects.allocate(emitter, instruction.value().type().descriptor()));
    }

    void load(Instruction instruction) {
        Emitter emitter = tangents.emitter(instruction.position());
        if (instruction.isNoted()) {
            Value primal = tangents.primal(instruction.value());
            tangents.set(instruction.value(), objects.allocateLike(emitter, primal));
            return;
        }
        Value object = instruction.operand(0);
        Value shadow = tangents.of(object);
        if (instruction.opCode() == OpCode.GET_FIELD && CallSignature.isOfStacks(instruction.field())) {
            tangents.set(instruction.value(), CallSignature.get(emitter, shadow, instruction.field()));
            return;
        }
        int place = objects.place(instruction);
        Type type = instruction.value().type();
        if (place < 0 || !tangents.has(object)) {
            tangents.share(instruction.value(), tangents.zero(type));
            return;
        }
        Value loaded = tangents.either(
                shadow,
                activity.mayLackShadow(object),
                instruction.position(),
                () -> {
                    Emitter there = tangents.emitter(instruction.position());
                    return type.isFloatingPoint()
                            ? objects.number(there, shadow, tangents.layout().place(place, tangents.lane()), type)
                            : objects.reference(there, shadow, place, ShadowTypes.of(type));
                },
                () -> tangents.zero(type));
        tangents.share(instruction.value(), loaded);
    }

    void store(Instruction instruction) {
        Value object = instruction.operand(0);
        Value stored = instruction.operand(1);
        Value shadow = tangents.of(object);
        if (CallSignature.isOfStacks(instruction.field())) {
            if (CallSignature.carriesDerivative(instruction.field())) {
                Emitter emitter = tangents.emitter(instruction.position());
                CallSignature.put(emitter, shadow, instruction.field(), tangents.of(stored));
            }
            return;
        }
        int place = objects.place(instruction);
        if (place < 0) {
            return;
        }
        Runnable stores = () -> {
            Value tangent = missing.stored(instruction, object, stored);
            Emitter there = tangents.emitter(instruction.position());
            if (stored.type().isFloatingPoint()) {
                objects.storeNumber(there, shadow, tangents.layout().place(place, tangents.lane()), tangent);
            } else {
                objects.storeReference(there, shadow, place, tangent);
            }
        };
        missing.orStore(instruction, object, stored, stores);
    }

    void box(Instruction call) {
        Emitter emitter = tangents.emitter(call.position());
        Value shadow = objects.allocate(emitter, call.method().owner());
        tangents.set(call.value(), shadow);
        boolean packed = tangents.layout().packed();
        for (int lane = packed ? 0 : tangents.lane();
                lane < (packed ? tangents.width() : tangents.lane() + 1);
                lane++) {
            tangents.lane(lane);
            objects.storeNumber(emitter, shadow, tangents.layout().place(0, lane), tangents.of(call.operand(0)));
        }
    }
}
