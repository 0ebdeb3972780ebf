package dev.jacobi.llvm;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.Element;
import dev.jacobi.llvm.text.JdkCode;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Writes calls: of other functions of the IR, of the tape's arrays, and of static methods of a few classes of the JDK and of Jacobi, whose
 * bytecode is lifted and compiled along. The classes are those that have no state and whose initialisers nobody notices.
 */
final class CallText {
    /** Methods over numbers and arrays of numbers that derivatives call. */
    private static final Set<String> OF_SHADOWS = Set.of("fit", "packedLength", "fillPacked");

    /** Classes of Jacobi whose bytecode is compiled along as that of the JDK's. */
    private static final Set<String> LIFTED =
            Set.of("dev.jacobi.runtime.BatchSums", "dev.jacobi.runtime.Scratch", "dev.jacobi.runtime.ArrayAdjoints");

    /** The length of a new array of references of the tape. */
    private static final int TAPE_LENGTH = 256;

    private final Body body;
    private final ModuleText module;
    private final ArrayText arrays;
    private final ReferenceText references;
    private final TapeText tape;

    CallText(Body body, ModuleText module, ArrayText arrays, ReferenceText references, TapeText tape) {
        this.tape = tape;
        this.references = references;
        this.body = body;
        this.module = module;
        this.arrays = arrays;
    }

    NativeOptions options() {
        return module.options();
    }

    VectorMath vectorMath() {
        return module.vectorMath();
    }

    void declareVectorMath(String scalar) {
        module.declareVectorMath(scalar);
    }

    static boolean isClone(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_VIRTUAL
                && instruction.method().owner().isArray()
                && instruction.method().name().equals("clone");
    }

    void invokeVirtual(Instruction call) {
        if (!isClone(call)) {
            throw body.refuse(call);
        }
        if (arrays.known(call.operand(0)).isPresent()) {
            arrays.copy(call);
        } else {
            references.copy(call);
        }
    }

    void invokeFunction(Instruction call) {
        call(call, module.nameOf(call.function()));
    }

    void invokeStatic(Instruction call) {
        MethodReference method = call.method();
        String owner = Type.name(method.owner());
        if (owner.equals("java.lang.System") && method.name().equals("arraycopy")) {
            if (arrays.known(call.operand(0)).isPresent()) {
                arrays.copyRange(call);
            } else {
                references.copyRange(call);
            }
        } else if (owner.equals("dev.jacobi.runtime.Scratch") && method.name().startsWith("acquire")) {
            acquire(call);
        } else if (owner.equals("dev.jacobi.runtime.Scratch") && method.name().startsWith("release")) {
            // What the call has allocated goes when it returns; the next call begins with as much.
            Value array = call.operand(0);
            arrays.known(array).ifPresent(element -> arrays.tapeUsed(element, body.length(array)));
        } else if (owner.equals("dev.jacobi.runtime.TapeStacks")
                && method.name().equals("acquire")) {
            tape.acquire(call);
        } else if (owner.equals("dev.jacobi.runtime.TapeStacks")
                && method.name().equals("release")) {
            tape.release(call);
        } else if (owner.equals("java.util.Arrays")
                && method.name().equals("copyOf")
                && method.type().parameterType(0).equals(ConstantDescs.CD_Object.arrayType())) {
            references.copyOf(call);
        } else if (JdkCode.isCompiled(method.owner())
                || LIFTED.contains(owner)
                || owner.equals("dev.jacobi.runtime.Shadows") && OF_SHADOWS.contains(method.name())) {
            call(call, lifted(method));
        } else {
            throw body.refuse(call);
        }
    }

    private void acquire(Instruction call) {
        if (Tags.isDynamic(call.value().type())) {
            references.take(call.value(), Integer.toString(TAPE_LENGTH), Tags.OBJECTS);
            return;
        }
        Element element = arrays.known(call.value()).orElseThrow(() -> body.refuse(call));
        if (call.operands().isEmpty()) {
            String length = arrays.tapeLength(element);
            body.defineReference(call.value(), arrays.reserve(arrays.bytes(element, length)), length);
        } else {
            arrays.allocate(call, element);
        }
    }

    /** The name of a function of {@link StrictMathLibrary}. */
    String strictMath(String name, int operands) {
        return module.nameOfStrictMath(name, operands);
    }

    /** The name of the function that a static method becomes. */
    String lifted(MethodReference method) {
        return module.nameOf(method);
    }

    /** Of what is called; arguments may have more special ones. */
    private static List<Type> parameterTypes(Instruction call) {
        return switch (call.opCode()) {
            case INVOKE_FUNCTION ->
                call.function().parameters().stream().map(Value::type).toList();
            case INVOKE_STATIC ->
                call.method().type().parameterList().stream().map(Type::of).toList();
            default -> call.operands().stream().map(Value::type).toList();
        };
    }

    /** Calls a function; if it has stopped, this one stops for the same reason. */
    void call(Instruction instruction, String name) {
        StringJoiner arguments = new StringJoiner(", ", "(", ")").add("ptr %frame");
        List<Type> parameterTypes = parameterTypes(instruction);
        for (int i = 0; i < parameterTypes.size(); i++) {
            Value operand = instruction.operand(i);
            body.requireFits(parameterTypes.get(i), operand);
            arguments.add(body.typed(operand));
            if (operand.type().isReference()) {
                arguments.add("i32 " + body.length(operand));
            }
            if (Tags.isDynamic(parameterTypes.get(i))) {
                arguments.add("i32 " + body.tag(operand));
            }
        }
        Value result = instruction.result();
        Type type = result == null ? Type.VOID : result.type();
        String returned = FunctionText.resultType(type);
        String made = body.let("call " + returned + " @" + name + arguments);
        module.calls(body.function(), name);
        String status = body.let("extractvalue " + returned + " " + made + ", " + FunctionText.statusIndex(type));
        String stopped = body.newLabel("s");
        String next = body.newLabel("k");
        body.line("br i1 " + body.let("icmp ne i32 " + status + ", 0") + ", label %" + stopped + ", label %" + next
                + ", !prof !1");
        body.label(stopped);
        Type own = body.function().returnType();
        String ownReturned = FunctionText.resultType(own);
        String passed = body.let("insertvalue " + ownReturned + " zeroinitializer, i32 " + status + ", "
                + FunctionText.statusIndex(own));
        body.line("ret " + ownReturned + " " + passed);
        body.label(next);
        if (result != null && type.isReference()) {
            String pointer = body.let("extractvalue " + returned + " " + made + ", 0");
            String length = body.let("extractvalue " + returned + " " + made + ", 1");
            String tag = Tags.isDynamic(type) ? body.let("extractvalue " + returned + " " + made + ", 2") : "0";
            body.defineReference(result, pointer, length, tag);
        } else if (result != null) {
            body.define(result, "extractvalue " + returned + " " + made + ", 0");
        }
    }

    /** The constant tables of the JDK's mathematical functions; no other static field. */
    void getStatic(Instruction instruction) {
        FieldReference field = instruction.field();
        switch (JdkCode.kind(field, body.function())) {
            case ASSERTIONS_DISABLED -> body.define(instruction.value(), "add i32 0, 1");
            case TABLE -> {
                ModuleText.Table table = module.table(field, body);
                body.defineReference(instruction.value(), "@" + table.name(), Integer.toString(table.length()));
            }
            case OTHER -> throw body.refuse(instruction);
        }
    }
}
