package dev.jacobi.llvm;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;

/** Writes instructions: arithmetic, comparisons and conversions here, the rest in the tables beside it. */
final class InstructionText {
    private final Body body;
    private final ArrayText arrays;
    private final ReferenceText references;
    private final TapeText tape;
    private final ShadowCheckText shadowChecks;
    private final MathText math;
    private final CallText calls;

    InstructionText(Body body, ModuleText module, HoistedChecks checks, RunningExtremes running, LocalArrays locals) {
        this.body = body;
        arrays = new ArrayText(body, checks, locals);
        references = new ReferenceText(body, arrays);
        tape = new TapeText(body, arrays, references);
        calls = new CallText(body, module, arrays, references, tape);
        shadowChecks = new ShadowCheckText(body);
        math = new MathText(body, calls, running);
    }

    void write(Instruction instruction) {
        switch (instruction.opCode()) {
            case CONSTANT -> {}
            case ADD, SUB, MUL, AND, OR, XOR -> binary(instruction, arithmetic(instruction));
            case DIV, REM -> divide(instruction);
            case NEG -> negate(instruction);
            case SHL -> shift(instruction, "shl");
            case SHR -> shift(instruction, "ashr");
            case USHR -> shift(instruction, "lshr");
            case CMP -> threeWay(instruction, "icmp slt", "icmp sgt");
            case CMPL -> threeWayFloating(instruction, "ogt", "1", "-1");
            case CMPG -> threeWayFloating(instruction, "olt", "-1", "1");
            case EQ, NE, LT, LE, GT, GE -> compare(instruction);
            case SELECT -> select(instruction);
            case CONVERT -> convert(instruction);
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
            default -> throw body.refuse(instruction);
        }
    }

    private void binary(Instruction instruction, String operation) {
        body.define(
                instruction.value(),
                operation + " " + body.typed(instruction.operand(0)) + ", " + body.text(instruction.operand(1)));
    }

    private static String arithmetic(Instruction instruction) {
        String name = switch (instruction.opCode()) {
            case ADD -> "add";
            case SUB -> "sub";
            case MUL -> "mul";
            case AND -> "and";
            case OR -> "or";
            default -> "xor";
        };
        return instruction.operand(0).type().isFloatingPoint() ? "f" + name : name;
    }

    /** Integers: by zero Java throws; the least number by -1 would end the process, so -1 has a way of its own. */
    private void divide(Instruction instruction) {
        boolean isDivision = instruction.opCode() == OpCode.DIV;
        Value divisor = instruction.operand(1);
        if (divisor.type().isFloatingPoint()) {
            binary(instruction, isDivision ? "fdiv" : "frem");
            return;
        }
        String type = Element.typeOf(divisor.type());
        body.bailIf(body.let("icmp eq " + body.typed(divisor) + ", 0"), Frame.EXCEPTION);
        String minusOne = body.let("icmp eq " + body.typed(divisor) + ", -1");
        String safe = body.let("select i1 " + minusOne + ", " + type + " 1, " + body.typed(divisor));
        String dividend = body.text(instruction.operand(0));
        String general = body.let((isDivision ? "sdiv " : "srem ") + type + " " + dividend + ", " + safe);
        String special = isDivision ? body.let("sub " + type + " 0, " + dividend) : "0";
        body.define(
                instruction.value(),
                "select i1 " + minusOne + ", " + type + " " + special + ", " + type + " " + general);
    }

    private void negate(Instruction instruction) {
        Value operand = instruction.operand(0);
        body.define(
                instruction.value(),
                operand.type().isFloatingPoint()
                        ? "fneg " + body.typed(operand)
                        : "sub " + Element.typeOf(operand.type()) + " 0, " + body.text(operand));
    }

    /** Java takes the distance modulo the width; in LLVM a greater one gives poison. */
    private void shift(Instruction instruction, String operation) {
        boolean isLong = instruction.operand(0).type().equals(Type.LONG);
        String distance = body.let("and i32 " + body.text(instruction.operand(1)) + ", " + (isLong ? 63 : 31));
        if (isLong) {
            distance = body.let("zext i32 " + distance + " to i64");
        }
        body.define(instruction.value(), operation + " " + body.typed(instruction.operand(0)) + ", " + distance);
    }

    private void threeWay(Instruction instruction, String less, String greater) {
        String operands = " " + body.typed(instruction.operand(0)) + ", " + body.text(instruction.operand(1));
        String isLess = body.let(less + operands);
        String isGreater = body.let(greater + operands);
        String positive = body.let("zext i1 " + isGreater + " to i32");
        body.define(instruction.value(), "select i1 " + isLess + ", i32 -1, i32 " + positive);
    }

    /** With NaN neither the first comparison nor equality holds. */
    private void threeWayFloating(Instruction instruction, String first, String ifFirst, String otherwise) {
        String operands = " " + body.typed(instruction.operand(0)) + ", " + body.text(instruction.operand(1));
        String holds = body.let("fcmp " + first + operands);
        String equal = body.let("fcmp oeq" + operands);
        String rest = body.let("select i1 " + equal + ", i32 0, i32 " + otherwise);
        body.define(instruction.value(), "select i1 " + holds + ", i32 " + ifFirst + ", i32 " + rest);
    }

    private void compare(Instruction instruction) {
        Type type = instruction.operand(0).type();
        String relation = switch (instruction.opCode()) {
            case EQ -> "eq";
            case NE -> "ne";
            case LT -> "lt";
            case LE -> "le";
            case GT -> "gt";
            default -> "ge";
        };
        boolean isEquality = instruction.opCode() == OpCode.EQ || instruction.opCode() == OpCode.NE;
        String operation = type.isFloatingPoint()
                ? "fcmp " + (instruction.opCode() == OpCode.NE ? "u" : "o") + relation
                : "icmp " + (isEquality ? "" : "s") + relation;
        String holds = body.let(
                operation + " " + body.typed(instruction.operand(0)) + ", " + body.text(instruction.operand(1)));
        body.define(instruction.value(), "zext i1 " + holds + " to i32");
    }

    private void select(Instruction instruction) {
        Value first = instruction.operand(1);
        Value second = instruction.operand(2);
        String condition = body.let("icmp ne i32 " + body.text(instruction.operand(0)) + ", 0");
        String choice = "select i1 " + condition + ", ";
        if (first.type().isReference()) {
            body.requireFits(instruction.value().type(), first);
            body.requireFits(instruction.value().type(), second);
            body.line("%n" + instruction.value().id() + " = " + choice + "i32 " + body.length(first) + ", i32 "
                    + body.length(second));
            if (Tags.isDynamic(instruction.value().type())) {
                body.line("%g" + instruction.value().id() + " = " + choice + "i32 " + body.tag(first) + ", i32 "
                        + body.tag(second));
            }
        }
        body.define(instruction.value(), choice + body.typed(first) + ", " + body.typed(second));
    }

    private void convert(Instruction instruction) {
        Value operand = instruction.operand(0);
        Value result = instruction.value();
        String from = body.typed(operand);
        switch (instruction.classAttribute().descriptorString()) {
            case "B" -> narrow(result, from, "i8", "sext");
            case "S" -> narrow(result, from, "i16", "sext");
            case "C" -> narrow(result, from, "i16", "zext");
            case "I" -> toInteger(result, operand, "i32", "trunc ");
            case "J" -> toInteger(result, operand, "i64", "sext ");
            case "F" -> toFloating(result, operand, "fptrunc ");
            case "D" -> toFloating(result, operand, "fpext ");
            default -> throw body.refuse(instruction);
        }
    }

    private void narrow(Value result, String from, String type, String widening) {
        String narrow = body.let("trunc " + from + " to " + type);
        body.define(result, widening + " " + type + " " + narrow + " to i32");
    }

    /** From floating point NaN gives 0, and what is too large the largest. */
    private void toInteger(Value result, Value operand, String type, String fromOther) {
        if (operand.type().isFloatingPoint()) {
            String floating = Element.typeOf(operand.type());
            body.define(
                    result,
                    "call " + type + " @llvm.fptosi.sat." + type + "." + MathText.suffix(operand.type()) + "("
                            + floating + " " + body.text(operand) + ")");
        } else if (operand.type().equals(result.type())) {
            body.define(result, "add " + body.typed(operand) + ", 0");
        } else {
            body.define(result, fromOther + body.typed(operand) + " to " + type);
        }
    }

    private void toFloating(Value result, Value operand, String fromOther) {
        String type = Element.typeOf(result.type());
        if (!operand.type().isFloatingPoint()) {
            body.define(result, "sitofp " + body.typed(operand) + " to " + type);
        } else if (operand.type().equals(result.type())) {
            body.define(result, "select i1 true, " + body.typed(operand) + ", " + body.typed(operand));
        } else {
            body.define(result, fromOther + body.typed(operand) + " to " + type);
        }
    }
}
