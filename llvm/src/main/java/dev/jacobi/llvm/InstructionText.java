package dev.jacobi.llvm;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.ArithmeticText;

/** Writes instructions, by the tables beside it. */
final class InstructionText extends ArithmeticText {
    private final Body body;
    private final ArrayText arrays;
    private final ReferenceText references;
    private final TapeText tape;
    private final ShadowCheckText shadowChecks;
    private final MathText math;
    private final CallText calls;

    InstructionText(Body body, ModuleText module, ArrayText arrays, RunningExtremes running) {
        super(body);
        this.body = body;
        this.arrays = arrays;
        references = new ReferenceText(body, arrays);
        tape = new TapeText(body, arrays, references);
        calls = new CallText(body, module, arrays, references, tape);
        shadowChecks = new ShadowCheckText(body);
        math = new MathText(body, calls, running);
    }

    void write(Instruction instruction) {
        switch (instruction.opCode()) {
            case SELECT -> {
                if (instruction.value().type().isReference()) {
                    selectReference(instruction);
                } else {
                    number(instruction);
                }
            }
            case MATH -> math.write(instruction);
            case ARRAY_LENGTH -> arrays.length(instruction);
            case ARRAY_LOAD -> {
                if (instruction.classAttribute().isPrimitive()) {
                    arrays.load(instruction);
                } else {
                    references.load(instruction);
                }
            }
            case ARRAY_STORE -> {
                if (instruction.classAttribute().isPrimitive()) {
                    arrays.store(instruction);
                } else {
                    references.store(instruction);
                }
            }
            case NEW_ARRAY -> {
                if (instruction.classAttribute().isPrimitive()) {
                    arrays.allocate(instruction);
                } else {
                    references.allocate(instruction);
                }
            }
            case NEW_MULTI_ARRAY -> references.allocateRows(instruction);
            case NULL_CHECK -> arrays.checkNotNull(instruction.operand(0));
            case CHECK_CAST -> references.cast(instruction);
            case GET_FIELD -> tape.get(instruction);
            case PUT_FIELD -> tape.put(instruction);
            case GET_STATIC -> calls.getStatic(instruction);
            case INVOKE_STATIC -> calls.invokeStatic(instruction);
            case INVOKE_FUNCTION -> calls.invokeFunction(instruction);
            case INVOKE_VIRTUAL, EMBED -> {
                if (ShadowCheckText.handles(instruction)) {
                    shadowChecks.write(instruction);
                } else {
                    calls.invokeVirtual(instruction);
                }
            }
            default -> number(instruction);
        }
    }

    @Override
    protected void remainder(Instruction instruction) {
        binary(instruction, "frem");
    }

    private void selectReference(Instruction instruction) {
        Value first = instruction.operand(1);
        Value second = instruction.operand(2);
        String condition = body.let("icmp ne i32 " + body.text(instruction.operand(0)) + ", 0");
        String choice = "select i1 " + condition + ", ";
        body.requireFits(instruction.value().type(), first);
        body.requireFits(instruction.value().type(), second);
        body.line("%n" + instruction.value().id() + " = " + choice + "i32 " + body.length(first) + ", i32 "
                + body.length(second));
        if (Tags.isDynamic(instruction.value().type())) {
            body.line("%g" + instruction.value().id() + " = " + choice + "i32 " + body.tag(first) + ", i32 "
                    + body.tag(second));
        }
        body.define(instruction.value(), choice + body.typed(first) + ", " + body.typed(second));
    }
}
