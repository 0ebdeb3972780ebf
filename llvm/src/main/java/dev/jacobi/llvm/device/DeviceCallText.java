package dev.jacobi.llvm.device;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.device.DeviceTarget.Space;
import dev.jacobi.llvm.text.Element;
import dev.jacobi.llvm.text.JdkCode;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Writes calls: of functions of the IR, and of static methods of a few classes of the JDK, which have no state, lifted from their bytecode. A failure of what is called is one here. */
final class DeviceCallText {
    private static final MethodReference REMAINDER = new MethodReference(
            ClassDesc.of(JdkCode.FDLIBM + "$IEEEremainder"),
            "__ieee754_fmod",
            MethodTypeDesc.ofDescriptor("(DD)D"),
            false);

    private final DeviceCode code;
    private final DeviceModuleText module;
    private final boolean inKernel;
    /** Where functions that are called say that they have failed. */
    private @Nullable String flag;

    DeviceCallText(DeviceCode code, DeviceModuleText module, boolean inKernel) {
        this.code = code;
        this.module = module;
        this.inKernel = inKernel;
    }

    /** What a kernel does first: what it calls has not failed yet. */
    String entry() {
        return flag == null ? "" : "  store i32 0, " + flagPointer() + ", align 4\n";
    }

    void invokeStatic(Instruction call) {
        if (call.method().equals(MethodReference.ARRAY_COPY)) {
            copyRange(call);
            return;
        }
        if (!DeviceModuleText.isLibrary(call.method())) {
            throw code.refuse("calls " + call.method().signature(), call.position());
        }
        call(call, module.lift(call.method()));
    }

    void call(Instruction call, Function callee) {
        List<String> arguments = new ArrayList<>();
        List<@Nullable Space> spaces = new ArrayList<>();
        for (int index = 0; index < callee.parameters().size(); index++) {
            Value operand = call.operand(index);
            if (!operand.type().isReference()) {
                spaces.add(null);
                arguments.add(code.typed(operand));
                continue;
            }
            Type type = callee.parameters().get(index).type();
            if (!DeviceCode.isNull(operand) && !operand.type().equals(type)) {
                throw code.refuse("takes a " + operand.type() + " for a " + type, call.position());
            }
            Space space = code.space(operand);
            spaces.add(space);
            arguments.add(code.target().pointer(space) + " " + code.text(operand));
            arguments.add("i32 " + code.length(operand));
        }
        Called called = called(callee, spaces, arguments, call.position());
        if (call.result() == null) {
            code.line(called.instruction());
        } else {
            code.define(call.value(), called.instruction());
        }
        failIfFailed(called);
    }

    /** Calls a function of numbers of the JDK with the operands of an instruction, whose result it gives. */
    void define(Instruction instruction, MethodReference method) {
        List<String> arguments =
                instruction.operands().stream().map(code::typed).toList();
        Called called = called(method, arguments, instruction.position());
        code.define(instruction.value(), called.instruction());
        failIfFailed(called);
    }

    private Called called(MethodReference method, List<String> arguments, @Nullable SourcePosition position) {
        return called(module.lift(method), Collections.nCopies(arguments.size(), null), arguments, position);
    }

    /** A call, and whether what is called may fail. */
    private record Called(String instruction, boolean fails) {}

    private Called called(
            Function callee, List<@Nullable Space> spaces, List<String> arguments, @Nullable SourcePosition position) {
        DeviceModuleText.Helper helper = module.helper(callee, spaces, code, position);
        StringJoiner all = new StringJoiner(", ", "(", ")");
        arguments.forEach(all::add);
        if (helper.fails()) {
            all.add(flagPointer());
        }
        return new Called(
                "call " + code.target().convention() + Element.typeOf(callee.returnType()) + " @" + helper.name() + all,
                helper.fails());
    }

    private String flagPointer() {
        if (flag == null) {
            flag = inKernel ? code.alloca("i32") : "%failed";
        }
        return code.target().pointer(Space.PRIVATE) + " " + flag;
    }

    private void failIfFailed(Called called) {
        if (called.fails()) {
            code.failIf(code.let("icmp ne i32 " + code.let("load i32, " + flagPointer() + ", align 4") + ", 0"));
        }
    }

    /** {@code System.arraycopy} between arrays of the same kind, which may be one. */
    private void copyRange(Instruction call) {
        Value source = call.operand(0);
        Value target = call.operand(2);
        Element element = Element.ofArray(source.type().descriptor()).orElseThrow(() -> code.refuse(call));
        if (!source.type().equals(target.type()) || code.space(target) == Space.CONSTANT) {
            throw code.refuse(call);
        }
        String length = code.text(call.operand(4));
        for (String size : List.of(code.length(source), code.length(target), length)) {
            code.failIf(code.let("icmp slt i32 " + size + ", 0"));
        }
        String from = code.checkRange(code.length(source), code.text(call.operand(1)), length);
        String to = code.checkRange(code.length(target), code.text(call.operand(3)), length);
        code.line("call " + code.convention() + "void @"
                + module.copyFunction(element, code.space(source), code.space(target)) + "(" + code.type(source) + " "
                + code.text(source) + ", i64 " + from + ", " + code.type(target) + " " + code.text(target) + ", i64 "
                + to + ", i32 " + length + ")");
    }

    /** {@code x % y} of floating-point numbers: exact, and for floats the same as for doubles. */
    void remainder(Instruction instruction) {
        if (instruction.value().type().equals(Type.DOUBLE)) {
            define(instruction, REMAINDER);
            return;
        }
        List<String> operands = instruction.operands().stream()
                .map(operand -> "double " + code.let("fpext " + code.typed(operand) + " to double"))
                .toList();
        Called called = called(REMAINDER, operands, instruction.position());
        String rest = code.let(called.instruction());
        failIfFailed(called);
        code.define(instruction.value(), "fptrunc double " + rest + " to float");
    }

    /** The constant tables of the JDK's mathematical functions; no other static field. */
    void getStatic(Instruction instruction) {
        FieldReference field = instruction.field();
        switch (JdkCode.kind(field, code.function())) {
            case ASSERTIONS_DISABLED -> code.define(instruction.value(), "add i32 0, 1");
            case TABLE -> {
                DeviceModuleText.Table table = module.table(field, code);
                code.defineArray(instruction.value(), "@" + table.name(), Integer.toString(table.length()));
            }
            case OTHER -> throw code.refuse("reads the static field " + field.signature(), instruction.position());
        }
    }
}
