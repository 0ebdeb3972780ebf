package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.DeviceCalls;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** The methods of {@link DeviceCalls}, as host code calls them. */
final class DeviceMethods {
    private static final ClassDesc OWNER = DeviceCalls.class.describeConstable().orElseThrow();
    private static final ClassDesc OBJECTS = ConstantDescs.CD_Object.arrayType();

    static final MethodReference LAUNCH = method("launch", ConstantDescs.CD_void, ConstantDescs.CD_int, OBJECTS);
    static final MethodReference REDUCE = method("reduce", OBJECTS, ConstantDescs.CD_int, OBJECTS);
    static final MethodReference TOUCH =
            method("touch", ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_boolean);
    static final MethodReference FORGET = method("forget", ConstantDescs.CD_void, ConstantDescs.CD_Object);
    static final MethodReference MADE =
            method("made", ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_Object);
    static final MethodReference ENSURED = method(
            "ensured", ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_int);
    static final MethodReference INITIALIZING = method("initializing", ConstantDescs.CD_void, ConstantDescs.CD_int);
    static final MethodReference INITIALIZED = method("initialized", ConstantDescs.CD_void, ConstantDescs.CD_int);

    private DeviceMethods() {}

    private static MethodReference method(String name, ClassDesc result, ClassDesc... parameters) {
        return new MethodReference(OWNER, name, MethodTypeDesc.of(result, parameters), true);
    }

    /** What the methods are called on. */
    static Value receiver(DeviceCalls calls, Emitter emitter) {
        return emitter.value(OpCode.EMBED, new EmbeddedObject(calls, OWNER));
    }

    /** Whether an array was made to hold the arguments of a launch and is used for nothing else, so that nobody keeps what is stored in it. */
    static boolean isOnlyForLaunch(Value array, Uses uses) {
        List<Use> all = uses.of(array);
        return array.isResultOf(OpCode.NEW_ARRAY)
                && all.stream().anyMatch(DeviceMethods::isLaunch)
                && all.stream().allMatch(use -> isLaunch(use) || isStoreInto(use));
    }

    private static boolean isLaunch(Use use) {
        return use instanceof Use.Operand(Instruction user, int place)
                && user.opCode() == OpCode.INVOKE_INTERFACE
                && (user.method().equals(LAUNCH) || user.method().equals(REDUCE))
                && place == 2;
    }

    private static boolean isStoreInto(Use use) {
        return use instanceof Use.Operand(Instruction user, int place)
                && user.opCode() == OpCode.ARRAY_STORE
                && place == 0;
    }
}
