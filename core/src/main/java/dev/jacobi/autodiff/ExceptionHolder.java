package dev.jacobi.autodiff;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.CaughtException;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Optional;

/** Where a call that is not inlined leaves the exception that its caller catches, see {@link CaughtCalls}. It is empty before each call. */
public enum ExceptionHolder {
    /** Has no shadow, and the exception has none: nobody reads numbers out of it. */
    WITHOUT_SHADOW {
        @Override
        public Type type() {
            return Type.of(CAUGHT);
        }

        @Override
        Value make(Emitter emitter) {
            Instruction made = emitter.emit(OpCode.INVOKE_STATIC, method("none", MethodTypeDesc.of(CAUGHT)), List.of());
            // It comes first, perhaps in a block with handlers: these are not its own, and must not be reached from
            // here.
            made.setProved(true);
            return made.value();
        }

        @Override
        public void leave(Emitter emitter, Value holder, Value exception) {
            emitter.emit(OpCode.INVOKE_VIRTUAL, LEAVE, List.of(holder, exception))
                    .setProved(true);
        }

        @Override
        Value find(Emitter emitter, Value holder) {
            Instruction take = emitter.emit(OpCode.INVOKE_VIRTUAL, TAKE, List.of(holder));
            take.setProved(true);
            return take.value();
        }

        @Override
        void clear(Emitter emitter, Value holder) {}
    },
    /** An array of one element, whose shadow holds that of the exception. */
    WITH_SHADOW {
        @Override
        public Type type() {
            return Type.of(ConstantDescs.CD_Throwable.arrayType());
        }

        @Override
        Value make(Emitter emitter) {
            Instruction made =
                    emitter.emit(OpCode.NEW_ARRAY, ConstantDescs.CD_Throwable, List.of(emitter.constant(Type.INT, 1)));
            made.setProved(true);
            return made.value();
        }

        @Override
        public void leave(Emitter emitter, Value holder, Value exception) {
            emitter.emit(
                            OpCode.ARRAY_STORE,
                            ConstantDescs.CD_Throwable,
                            List.of(holder, emitter.constant(Type.INT, 0), exception))
                    .setProved(true);
        }

        @Override
        Value find(Emitter emitter, Value holder) {
            Instruction load = emitter.emit(
                    OpCode.ARRAY_LOAD, ConstantDescs.CD_Throwable, List.of(holder, emitter.constant(Type.INT, 0)));
            load.setProved(true);
            return load.value();
        }

        @Override
        void clear(Emitter emitter, Value holder) {
            leave(emitter, holder, emitter.nullReference());
        }
    };

    private static final ClassDesc CAUGHT = ClassDesc.ofDescriptor(CaughtException.class.descriptorString());

    private static final MethodReference TAKE = method("take", MethodTypeDesc.of(ConstantDescs.CD_Throwable));

    private static final MethodReference LEAVE =
            method("leave", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Throwable));

    private static MethodReference method(String name, MethodTypeDesc type) {
        return new MethodReference(CAUGHT, name, type, false);
    }

    /** The type of holders. */
    public abstract Type type();

    /** Makes a holder. */
    abstract Value make(Emitter emitter);

    /** Leaves an exception. */
    public abstract void leave(Emitter emitter, Value holder, Value exception);

    /** The exception of the call before, or null. */
    abstract Value find(Emitter emitter, Value holder);

    /** Empties the holder of the exception that was found. */
    abstract void clear(Emitter emitter, Value holder);

    /** Whether an instruction gives the exception of a holder without a shadow. */
    static boolean takes(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_VIRTUAL
                && instruction.method().equals(TAKE);
    }

    /** Whether an instruction leaves an exception in a holder without a shadow. */
    static boolean leaves(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_VIRTUAL
                && instruction.method().equals(LEAVE);
    }

    /** A holder that a function was given, which serves its own calls as well. */
    Optional<Value> given(Function function) {
        return this == WITHOUT_SHADOW
                ? function.parameters().stream()
                        .filter(parameter -> parameter.type().equals(type()))
                        .findFirst()
                : Optional.empty();
    }
}
