package dev.jacobi.llvm.text;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;

/** Writes what is done with numbers, Java's way: arithmetic, comparisons, choices and conversions. */
public abstract class ArithmeticText {
    private final CodeWriter code;

    protected ArithmeticText(CodeWriter code) {
        this.code = code;
    }

    /** Writes the remainder of floating-point numbers, as C's {@code fmod}. */
    protected abstract void remainder(Instruction instruction);

    /** Writes an instruction of numbers. */
    protected final void number(Instruction instruction) {
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
            default -> throw code.refuse(instruction);
        }
    }

    protected final void binary(Instruction instruction, String operation) {
        code.define(
                instruction.value(),
                operation + " " + code.typed(instruction.operand(0)) + ", " + code.text(instruction.operand(1)));
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
            if (isDivision) {
                binary(instruction, "fdiv");
            } else {
                remainder(instruction);
            }
            return;
        }
        String type = Element.typeOf(divisor.type());
        code.failIf(code.let("icmp eq " + code.typed(divisor) + ", 0"));
        String minusOne = code.let("icmp eq " + code.typed(divisor) + ", -1");
        String safe = code.let("select i1 " + minusOne + ", " + type + " 1, " + code.typed(divisor));
        String dividend = code.text(instruction.operand(0));
        String general = code.let((isDivision ? "sdiv " : "srem ") + type + " " + dividend + ", " + safe);
        String special = isDivision ? code.let("sub " + type + " 0, " + dividend) : "0";
        code.define(
                instruction.value(),
                "select i1 " + minusOne + ", " + type + " " + special + ", " + type + " " + general);
    }

    private void negate(Instruction instruction) {
        Value operand = instruction.operand(0);
        code.define(
                instruction.value(),
                operand.type().isFloatingPoint()
                        ? "fneg " + code.typed(operand)
                        : "sub " + Element.typeOf(operand.type()) + " 0, " + code.text(operand));
    }

    /** Java takes the distance modulo the width; in LLVM a greater one gives poison. */
    private void shift(Instruction instruction, String operation) {
        boolean isLong = instruction.operand(0).type().equals(Type.LONG);
        String distance = code.let("and i32 " + code.text(instruction.operand(1)) + ", " + (isLong ? 63 : 31));
        if (isLong) {
            distance = code.let("zext i32 " + distance + " to i64");
        }
        code.define(instruction.value(), operation + " " + code.typed(instruction.operand(0)) + ", " + distance);
    }

    private void threeWay(Instruction instruction, String less, String greater) {
        String operands = " " + code.typed(instruction.operand(0)) + ", " + code.text(instruction.operand(1));
        String isLess = code.let(less + operands);
        String isGreater = code.let(greater + operands);
        String positive = code.let("zext i1 " + isGreater + " to i32");
        code.define(instruction.value(), "select i1 " + isLess + ", i32 -1, i32 " + positive);
    }

    /** With NaN neither the first comparison nor equality holds. */
    private void threeWayFloating(Instruction instruction, String first, String ifFirst, String otherwise) {
        String operands = " " + code.typed(instruction.operand(0)) + ", " + code.text(instruction.operand(1));
        String holds = code.let("fcmp " + first + operands);
        String equal = code.let("fcmp oeq" + operands);
        String rest = code.let("select i1 " + equal + ", i32 0, i32 " + otherwise);
        code.define(instruction.value(), "select i1 " + holds + ", i32 " + ifFirst + ", i32 " + rest);
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
        String holds = code.let(
                operation + " " + code.typed(instruction.operand(0)) + ", " + code.text(instruction.operand(1)));
        code.define(instruction.value(), "zext i1 " + holds + " to i32");
    }

    private void select(Instruction instruction) {
        String condition = code.let("icmp ne i32 " + code.text(instruction.operand(0)) + ", 0");
        code.define(
                instruction.value(),
                "select i1 " + condition + ", " + code.typed(instruction.operand(1)) + ", "
                        + code.typed(instruction.operand(2)));
    }

    private void convert(Instruction instruction) {
        Value operand = instruction.operand(0);
        Value result = instruction.value();
        String from = code.typed(operand);
        switch (instruction.classAttribute().descriptorString()) {
            case "B" -> narrow(result, from, "i8", "sext");
            case "S" -> narrow(result, from, "i16", "sext");
            case "C" -> narrow(result, from, "i16", "zext");
            case "I" -> toInteger(result, operand, "i32", "trunc ");
            case "J" -> toInteger(result, operand, "i64", "sext ");
            case "F" -> toFloating(result, operand, "fptrunc ");
            case "D" -> toFloating(result, operand, "fpext ");
            default -> throw code.refuse(instruction);
        }
    }

    private void narrow(Value result, String from, String type, String widening) {
        String narrow = code.let("trunc " + from + " to " + type);
        code.define(result, widening + " " + type + " " + narrow + " to i32");
    }

    private void toInteger(Value result, Value operand, String type, String fromOther) {
        if (operand.type().isFloatingPoint()) {
            code.define(result, code.truncation(operand.type(), code.text(operand), type));
        } else if (operand.type().equals(result.type())) {
            code.define(result, "add " + code.typed(operand) + ", 0");
        } else {
            code.define(result, fromOther + code.typed(operand) + " to " + type);
        }
    }

    private void toFloating(Value result, Value operand, String fromOther) {
        String type = Element.typeOf(result.type());
        if (!operand.type().isFloatingPoint()) {
            code.define(result, "sitofp " + code.typed(operand) + " to " + type);
        } else if (operand.type().equals(result.type())) {
            code.define(result, "select i1 true, " + code.typed(operand) + ", " + code.typed(operand));
        } else {
            code.define(result, fromOther + code.typed(operand) + " to " + type);
        }
    }
}
