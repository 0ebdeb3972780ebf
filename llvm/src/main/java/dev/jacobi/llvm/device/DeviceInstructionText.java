package dev.jacobi.llvm.device;

import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.device.DeviceTarget.Space;
import dev.jacobi.llvm.text.ArithmeticText;
import dev.jacobi.llvm.text.Element;
import dev.jacobi.runtime.AtomicSums;
import java.lang.constant.ClassDesc;
import java.util.Objects;

/** Writes instructions for a device: arrays here, numbers, functions and calls in the tables beside it. Every check is written, also where the IR says that it is proved. */
final class DeviceInstructionText extends ArithmeticText {
    private final DeviceCode code;
    private final DeviceCallText calls;
    private final DeviceMathText math;

    DeviceInstructionText(DeviceCode code, DeviceModuleText module, boolean inKernel) {
        super(code);
        this.code = code;
        calls = new DeviceCallText(code, module, inKernel);
        math = new DeviceMathText(code, calls);
    }

    private static final ClassDesc ATOMIC_SUMS =
            AtomicSums.class.describeConstable().orElseThrow();

    /** What a kernel does first, when all is written. */
    String entry() {
        return calls.entry();
    }

    void write(Instruction instruction) {
        switch (instruction.opCode()) {
            case EQ, NE -> {
                if (instruction.operand(0).type().isReference()) {
                    compareWithNull(instruction);
                } else {
                    number(instruction);
                }
            }
            case SELECT -> {
                if (instruction.value().type().isReference()) {
                    select(instruction);
                } else {
                    number(instruction);
                }
            }
            case MATH -> math.write(instruction);
            case ARRAY_LENGTH -> length(instruction);
            case ARRAY_LOAD -> load(instruction);
            case ARRAY_STORE -> store(instruction);
            case NEW_ARRAY -> allocate(instruction);
            case NULL_CHECK -> checkNotNull(instruction.operand(0));
            case CHECK_CAST -> cast(instruction);
            case GET_STATIC -> calls.getStatic(instruction);
            case INVOKE_STATIC -> {
                if (instruction.method().owner().equals(ATOMIC_SUMS)) {
                    increase(instruction);
                } else {
                    calls.invokeStatic(instruction);
                }
            }
            case INVOKE_FUNCTION -> calls.call(instruction, instruction.function());
            default -> number(instruction);
        }
    }

    @Override
    protected void remainder(Instruction instruction) {
        calls.remainder(instruction);
    }

    private void compareWithNull(Instruction instruction) {
        Value first = instruction.operand(0);
        Value second = instruction.operand(1);
        if (!DeviceCode.isNull(first) && !DeviceCode.isNull(second)) {
            throw code.refuse("compares arrays by identity", instruction.position());
        }
        Value array = DeviceCode.isNull(first) ? second : first;
        String relation = instruction.opCode() == OpCode.EQ ? "slt" : "sge";
        String holds = code.let("icmp " + relation + " i32 " + code.length(array) + ", 0");
        code.define(instruction.value(), "zext i1 " + holds + " to i32");
    }

    private void select(Instruction instruction) {
        Value first = instruction.operand(1);
        Value second = instruction.operand(2);
        String type = code.type(instruction.value());
        String condition = code.let("icmp ne i32 " + code.text(instruction.operand(0)) + ", 0");
        code.line("%n" + instruction.value().id() + " = select i1 " + condition + ", i32 " + code.length(first)
                + ", i32 " + code.length(second));
        code.define(
                instruction.value(),
                "select i1 " + condition + ", " + type + " " + code.text(first) + ", " + type + " "
                        + code.text(second));
    }

    private void cast(Instruction instruction) {
        Value array = instruction.operand(0);
        if (!array.type().descriptor().equals(instruction.classAttribute())) {
            throw code.refuse(instruction);
        }
        code.defineArray(instruction.value(), code.text(array), code.length(array));
    }

    // ---- arrays ----

    private void checkNotNull(Value array) {
        code.failIf(code.let("icmp slt i32 " + code.length(array) + ", 0"));
    }

    private void length(Instruction instruction) {
        checkNotNull(instruction.operand(0));
        code.define(instruction.value(), "add i32 " + code.length(instruction.operand(0)) + ", 0");
    }

    /** The elements by the operation, or by the array where the operation stands for two kinds. */
    private Element component(Instruction instruction) {
        Element named = Element.of(instruction.classAttribute()).orElseThrow(() -> code.refuse(instruction));
        return named != Element.BYTE || DeviceCode.isNull(instruction.operand(0))
                ? named
                : Element.ofArray(instruction.operand(0).type().descriptor())
                        .orElseThrow(() -> code.refuse(instruction));
    }

    /** The address of an element, which is there: a null array has none. */
    private String address(Instruction access, Element element) {
        Value array = access.operand(0);
        String index = code.text(access.operand(1));
        String length = code.let("call i32 @llvm.smax.i32(i32 " + code.length(array) + ", i32 0)");
        code.failIf(code.let("icmp uge i32 " + index + ", " + length));
        String wide = code.let("zext i32 " + index + " to i64");
        String pointer = code.type(array);
        return pointer + " "
                + code.let("getelementptr inbounds " + element.type() + ", " + pointer + " " + code.text(array)
                        + ", i64 " + wide);
    }

    private void load(Instruction instruction) {
        Element element = component(instruction);
        String load = "load " + element.type() + ", " + address(instruction, element) + ", align " + element.bytes();
        if (element.widening().isEmpty()) {
            code.define(instruction.value(), load);
        } else {
            code.define(
                    instruction.value(), element.widening() + " " + element.type() + " " + code.let(load) + " to i32");
        }
    }

    private void store(Instruction instruction) {
        if (code.space(instruction.operand(0)) == Space.CONSTANT) {
            throw code.refuse("writes into a constant array", instruction.position());
        }
        Element element = component(instruction);
        String address = address(instruction, element);
        String value = code.text(instruction.operand(2));
        if (element == Element.BOOLEAN) {
            value = code.let("and i32 " + value + ", 1");
        }
        if (!element.widening().isEmpty()) {
            value = code.let("trunc i32 " + value + " to " + element.type());
        }
        code.line("store " + element.type() + " " + value + ", " + address + ", align " + element.bytes());
    }

    /** Adds to an element at once, whatever other work items add to it. */
    private void increase(Instruction call) {
        Element element = Element.ofArray(call.operand(0).type().descriptor()).orElseThrow(() -> code.refuse(call));
        String address = address(call, element);
        code.let("atomicrmw add " + address + ", " + code.typed(call.operand(2)) + " monotonic");
    }

    /** An array that no one outside sees, in the memory of the work item. */
    private void allocate(Instruction instruction) {
        Element element = Element.of(instruction.classAttribute()).orElseThrow(() -> code.refuse(instruction));
        Instruction definition = instruction.operand(0).definition();
        if (definition == null
                || definition.opCode() != OpCode.CONSTANT
                || !(definition.attribute() instanceof Integer length)) {
            throw code.refuse(
                    "allocates " + instruction.value().type() + " of a length that is not constant",
                    instruction.position());
        }
        if (length < 0) {
            // As on the JVM: an exception, when it comes to that.
            code.failIf("true");
        }
        if (length > DeviceCompiler.LARGEST_OWN_ARRAY_BYTES / element.bytes()) {
            throw code.refuse(
                    "allocates " + instruction.value().type() + " of " + (long) length * element.bytes()
                            + " bytes, more than " + DeviceCompiler.LARGEST_OWN_ARRAY_BYTES,
                    instruction.position());
        }
        int places = Math.max(1, length);
        if (outlivesRound(code.function(), instruction)) {
            throw code.refuse(
                    "allocates " + instruction.value().type() + " in a loop and keeps it for the next round",
                    instruction.position());
        }
        String place = code.alloca("[" + places + " x " + element.type() + "]");
        int space = code.target().number(Space.PRIVATE);
        code.line("call void @llvm.memset.p" + space + ".i64(" + code.target().pointer(Space.PRIVATE) + " align 8 "
                + place + ", i8 0, i64 " + places * element.bytes() + ", i1 false)");
        code.defineArray(instruction.value(), place, Integer.toString(length));
    }

    /** Whether an array that is allocated in a loop goes on under another name, so that there may be two of them. */
    private static boolean outlivesRound(Function function, Instruction allocation) {
        Loops loops = Loops.of(function);
        boolean inLoop = loops.isIrreducible() || loops.loopOf(Objects.requireNonNull(allocation.block())) != null;
        return inLoop
                && !Uses.of(function).of(allocation.value()).stream()
                        .allMatch(use -> use instanceof Use.Operand(Instruction user, int _)
                                && (user.result() == null
                                        || !user.value().type().isReference()));
    }
}
