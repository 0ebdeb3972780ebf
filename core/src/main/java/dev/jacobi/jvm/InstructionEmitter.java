package dev.jacobi.jvm;

import static dev.jacobi.ir.Type.Kind.INT;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the instructions of the intermediate representation, expression trees with their operands on the stack. */
final class InstructionEmitter {
    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final ClassDesc METHOD_HANDLE = ConstantDescs.CD_MethodHandle;
    private static final MethodTypeDesc REQUIRE_NON_NULL =
            MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object);

    private final CodeBuilder code;
    private final Linkage linkage;
    private final TreeSchedule schedule;
    private final LocalVariables variables;
    private final VerifierTypes types;

    private @Nullable Instruction covered;
    private @Nullable Label coveredFrom;
    private @Nullable Label coveredTo;

    InstructionEmitter(
            CodeBuilder code, Linkage linkage, TreeSchedule schedule, LocalVariables variables, VerifierTypes types) {
        this.code = code;
        this.linkage = linkage;
        this.schedule = schedule;
        this.variables = variables;
        this.types = types;
    }

    /** From here on, the code of this instruction is the one whose place is to be remembered; null for none. */
    void cover(@Nullable Instruction instruction) {
        covered = instruction;
        coveredFrom = null;
        coveredTo = null;
    }

    @Nullable
    Label coveredFrom() {
        return coveredFrom;
    }

    @Nullable
    Label coveredTo() {
        return coveredTo;
    }

    void coverNext() {
        coveredFrom = code.newBoundLabel();
    }

    void covered() {
        coveredTo = code.newBoundLabel();
    }

    /** Writes an instruction whose result, if any, does not stay on the stack. */
    void root(Instruction instruction) {
        if (increments(instruction)) {
            return;
        }
        emit(instruction);
        Value result = instruction.result();
        if (result == null || isReplacedNew(instruction)) {
            return;
        }
        if (variables.has(result)) {
            code.storeLocal(EdgeMoves.typeKind(result), variables.slot(result));
        } else if (result.type().slots() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    /** {@code iinc}, where the result has the variable of the operand. */
    private boolean increments(Instruction instruction) {
        boolean add = instruction.opCode() == OpCode.ADD;
        if (!add && instruction.opCode() != OpCode.SUB
                || instruction.value().type().kind() != INT) {
            return false;
        }
        for (int side = 0; side < (add ? 2 : 1); side++) {
            Value variable = instruction.operand(side);
            Integer constant = intConstant(instruction.operand(1 - side));
            if (constant == null
                    || !variables.has(variable)
                    || !variables.has(instruction.value())
                    || variables.slot(variable) != variables.slot(instruction.value())) {
                continue;
            }
            int step = add ? constant : -constant;
            if (step >= Short.MIN_VALUE && step <= Short.MAX_VALUE && constant != Integer.MIN_VALUE) {
                code.iinc(variables.slot(variable), step);
                return true;
            }
        }
        return false;
    }

    private static @Nullable Integer intConstant(Value value) {
        return value.isResultOf(OpCode.CONSTANT)
                        && Objects.requireNonNull(value.definition()).attribute() instanceof Integer constant
                ? constant
                : null;
    }

    private static boolean isNull(Value value) {
        return value.isResultOf(OpCode.CONSTANT)
                && Objects.requireNonNull(value.definition()).attribute() == Instruction.NULL;
    }

    /** Puts a value on the stack, with a cast where the verifier does not know that it is of the required class. */
    void push(Value value, @Nullable ClassDesc required) {
        Instruction definition = value.definition();
        if (definition != null && TreeSchedule.isConstant(value)) {
            constant(definition);
        } else if (definition != null && schedule.isOnStack(value)) {
            emit(definition);
        } else {
            code.loadLocal(EdgeMoves.typeKind(value), variables.slot(value));
        }
        if (required != null && !required.isPrimitive() && !types.fits(value, required)) {
            code.checkcast(required);
        }
    }

    private void constant(Instruction instruction) {
        Object attribute = Objects.requireNonNull(instruction.attribute());
        if (attribute instanceof EmbeddedObject embedded) {
            linkage.embedded(embedded).load(code);
        } else if (attribute instanceof ConstantDesc constant) {
            code.loadConstant(constant);
        } else {
            code.aconst_null();
        }
    }

    /** Writes the operands and the instruction, and leaves its result on the stack. */
    private void emit(Instruction instruction) {
        if (instruction.opCode() == OpCode.SELECT) {
            select(instruction);
            return;
        }
        if (instruction.opCode().isComparison()) {
            materialise(instruction);
            return;
        }
        if (isReplacedNew(instruction)) {
            return;
        }
        Linkage.Handle handle = linkage.handle(instruction);
        if (handle != null) {
            callHandle(instruction, handle);
            return;
        }
        List<ClassDesc> required = requirements(instruction);
        begin(instruction);
        for (int i = 0; i < instruction.operands().size(); i++) {
            push(instruction.operand(i), required.isEmpty() ? null : required.get(i));
        }
        operation(instruction);
        end(instruction);
    }

    /**
     * Handlers cover the loads of the operands too, as in javac's code: HotSpot's interpreter fuses pairs such as {@code iload} and
     * {@code caload} into one bytecode, and what that throws counts as thrown by the first of the two.
     */
    private void begin(Instruction instruction) {
        if (instruction == covered) {
            coverNext();
        }
    }

    private void end(Instruction instruction) {
        if (instruction == covered) {
            covered();
        }
    }

    /** An allocation that the handle of the constructor does: the allocation itself then does nothing. */
    private boolean isReplacedNew(Instruction instruction) {
        return instruction.opCode() == OpCode.NEW
                && !linkage.visible(instruction.classAttribute()).equals(instruction.classAttribute());
    }

    private void callHandle(Instruction instruction, Linkage.Handle handle) {
        boolean isConstructor = instruction.opCode() == OpCode.INVOKE_SPECIAL
                && instruction.method().name().equals(ConstantDescs.INIT_NAME);
        List<Value> operands = instruction.operands();
        if (isConstructor) {
            operands = operands.subList(1, operands.size());
        }
        begin(instruction);
        handle.constant().load(code);
        for (int i = 0; i < operands.size(); i++) {
            push(operands.get(i), handle.type().parameterType(i));
        }
        code.invokevirtual(METHOD_HANDLE, "invokeExact", handle.type());
        end(instruction);
        if (isConstructor) {
            Value created = instruction.operand(0);
            if (!variables.has(created)) {
                code.pop();
            } else {
                code.storeLocal(TypeKind.REFERENCE, variables.slot(created));
            }
        }
    }

    /** The classes that the verifier wants the operands to have; empty if none of them matters. */
    private List<ClassDesc> requirements(Instruction instruction) {
        List<ClassDesc> required = new ArrayList<>();
        switch (instruction.opCode()) {
            case ARRAY_LENGTH -> {
                // Any array will do: where the verifier lost sight of it, the static type tells which.
                Value array = instruction.operand(0);
                ClassDesc known = types.of(array);
                required.add(
                        known.isArray() || known.equals(ClassTypes.NULL)
                                ? known
                                : linkage.visible(array.type().descriptor()));
            }
            case ARRAY_LOAD, ARRAY_STORE -> {
                required.add(types.arrayOf(instruction));
                required.add(ConstantDescs.CD_int);
                if (instruction.opCode() == OpCode.ARRAY_STORE) {
                    required.add(
                            instruction.classAttribute().isPrimitive()
                                    ? instruction.classAttribute()
                                    : ConstantDescs.CD_Object);
                }
            }
            case GET_FIELD, PUT_FIELD -> {
                FieldReference field = instruction.field();
                required.add(field.owner());
                required.add(field.type());
            }
            case PUT_STATIC -> required.add(instruction.field().type());
            case INVOKE_STATIC -> required.addAll(instruction.method().type().parameterList());
            case INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_SPECIAL -> {
                MethodReference method = instruction.method();
                required.add(receiver(instruction));
                required.addAll(method.type().parameterList());
            }
            case INVOKE_DYNAMIC ->
                required.addAll(instruction.dynamicCall().type().parameterList());
            case INVOKE_FUNCTION ->
                required.addAll(linkage.function(instruction.function()).type().parameterList());
            default -> {
                // numbers, or any object
            }
        }
        return required;
    }

    private ClassDesc receiver(Instruction call) {
        MethodReference method = call.method();
        if (call.opCode() != OpCode.INVOKE_SPECIAL) {
            return method.owner();
        }
        // A constructor runs on what NEW gave, of which the verifier knows the class. All other special calls want the
        // class they are in.
        return method.name().equals(ConstantDescs.INIT_NAME) ? ConstantDescs.CD_Object : linkage.host();
    }

    private void operation(Instruction instruction) {
        switch (instruction.opCode()) {
            case CONSTANT, EMBED -> constant(instruction);
            case LOAD_CONSTANT -> code.loadConstant((ConstantDesc) Objects.requireNonNull(instruction.attribute()));
            case ADD, SUB, MUL, DIV, REM, NEG, SHL, SHR, USHR, AND, OR, XOR ->
                code.with(Arithmetic.of(
                        instruction.opCode(), instruction.operand(0).type()));
            case CMP -> code.lcmp();
            case CMPL -> compare(instruction.operand(0), true);
            case CMPG -> compare(instruction.operand(0), false);
            case CONVERT -> convert(instruction);
            case MATH -> {
                MethodReference method = MathMethods.of(instruction);
                code.invokestatic(method.owner(), method.name(), method.type());
            }
            case ARRAY_LENGTH -> code.arraylength();
            case ARRAY_LOAD -> code.arrayLoad(component(instruction));
            case ARRAY_STORE -> code.arrayStore(component(instruction));
            case NEW_ARRAY -> {
                ClassDesc component = instruction.classAttribute();
                if (component.isPrimitive()) {
                    code.newarray(TypeKind.from(component));
                } else {
                    code.anewarray(component);
                }
            }
            case NEW_MULTI_ARRAY ->
                code.multianewarray(
                        instruction.classAttribute(), instruction.operands().size());
            case GET_FIELD, PUT_FIELD, GET_STATIC, PUT_STATIC -> {
                FieldReference field = instruction.field();
                Opcode opcode = switch (instruction.opCode()) {
                    case GET_FIELD -> Opcode.GETFIELD;
                    case PUT_FIELD -> Opcode.PUTFIELD;
                    case GET_STATIC -> Opcode.GETSTATIC;
                    default -> Opcode.PUTSTATIC;
                };
                code.fieldAccess(opcode, field.owner(), field.name(), field.type());
            }
            case NEW -> code.new_(instruction.classAttribute());
            case CHECK_CAST -> code.checkcast(instruction.classAttribute());
            case INSTANCE_OF -> code.instanceOf(instruction.classAttribute());
            case NULL_CHECK ->
                code.invokestatic(OBJECTS, "requireNonNull", REQUIRE_NON_NULL).pop();
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE -> invoke(instruction);
            case INVOKE_DYNAMIC -> {
                DynamicCall call = instruction.dynamicCall();
                code.invokedynamic(DynamicCallSiteDesc.of(
                        call.bootstrap(),
                        call.name(),
                        call.type(),
                        call.arguments().toArray(ConstantDesc[]::new)));
            }
            case INVOKE_FUNCTION -> {
                MethodReference method = linkage.function(instruction.function());
                code.invokestatic(method.owner(), method.name(), method.type(), method.onInterface());
            }
            case MONITOR_ENTER -> code.monitorenter();
            case MONITOR_EXIT -> code.monitorexit();
            case SELECT, EQ, NE, LT, LE, GT, GE -> throw new IllegalStateException("emitted as a branch");
        }
    }

    private static TypeKind component(Instruction access) {
        return TypeKind.from(access.classAttribute());
    }

    private void invoke(Instruction instruction) {
        MethodReference method = instruction.method();
        Opcode opcode = switch (instruction.opCode()) {
            case INVOKE_STATIC -> Opcode.INVOKESTATIC;
            case INVOKE_SPECIAL -> Opcode.INVOKESPECIAL;
            case INVOKE_VIRTUAL -> Opcode.INVOKEVIRTUAL;
            default -> Opcode.INVOKEINTERFACE;
        };
        code.invoke(opcode, method.owner(), method.name(), method.type(), method.onInterface());
    }

    private void convert(Instruction instruction) {
        Type from = instruction.operand(0).type();
        ClassDesc to = instruction.classAttribute();
        TypeKind target = TypeKind.from(to);
        TypeKind source = EdgeMoves.typeKind(instruction.operand(0));
        if (!from.isReference() && target != TypeKind.BOOLEAN && target != TypeKind.VOID) {
            code.conversion(source, target.asLoadable());
            if (target != target.asLoadable()) {
                code.conversion(TypeKind.INT, target);
            }
            return;
        }
        throw new JacobiException(
                Refusal.INTERNAL, "cannot emit the conversion of " + from + " to " + to.displayName(), null);
    }

    /** Puts 1 on the stack if the comparison holds, 0 otherwise. */
    private void materialise(Instruction comparison) {
        Label holds = code.newLabel();
        Label end = code.newLabel();
        jumpIfCompared(comparison, true, holds);
        code.iconst_0();
        code.goto_(end);
        code.labelBinding(holds);
        code.iconst_1();
        code.labelBinding(end);
    }

    private void select(Instruction select) {
        Label other = code.newLabel();
        Label end = code.newLabel();
        jump(select.operand(0), false, other);
        push(select.operand(1), null);
        code.goto_(end);
        code.labelBinding(other);
        push(select.operand(2), null);
        code.labelBinding(end);
    }

    /** Jumps if the condition is not 0, or if it is, as {@code when} says. */
    void jump(Value condition, boolean when, Label label) {
        Instruction definition = condition.definition();
        if (definition != null
                && schedule.isOnStack(condition)
                && definition.opCode().isComparison()) {
            jumpIfCompared(definition, when, label);
            return;
        }
        push(condition, null);
        if (when) {
            code.ifne(label);
        } else {
            code.ifeq(label);
        }
    }

    private void jumpIfCompared(Instruction comparison, boolean when, Label label) {
        Value left = comparison.operand(0);
        Value right = comparison.operand(1);
        OpCode test = comparison.opCode();
        switch (left.type().kind()) {
            case REFERENCE -> {
                boolean equal = (test == OpCode.EQ) == when;
                if (isNull(right) || isNull(left)) {
                    push(isNull(right) ? left : right, null);
                    code.branch(equal ? Opcode.IFNULL : Opcode.IFNONNULL, label);
                } else {
                    push(left, null);
                    push(right, null);
                    code.branch(equal ? Opcode.IF_ACMPEQ : Opcode.IF_ACMPNE, label);
                }
            }
            case INT -> {
                OpCode effective = when ? test : Comparisons.negated(test);
                Integer zero = intConstant(right);
                if (zero != null && zero == 0) {
                    push(left, null);
                    code.branch(Comparisons.withZero(effective), label);
                } else {
                    push(left, null);
                    push(right, null);
                    code.branch(Comparisons.ofInts(effective), label);
                }
            }
            case LONG -> {
                push(left, null);
                push(right, null);
                code.lcmp();
                code.branch(Comparisons.withZero(when ? test : Comparisons.negated(test)), label);
            }
            case FLOAT, DOUBLE -> {
                push(left, null);
                push(right, null);
                // NaN must come out as what fails the test, whether or not the jump is taken if it fails.
                compare(left, test != OpCode.LT && test != OpCode.LE);
                code.branch(Comparisons.withZero(when ? test : Comparisons.negated(test)), label);
            }
            case VOID -> throw new IllegalStateException("comparison of nothing");
        }
    }

    private void compare(Value operand, boolean lessIfNaN) {
        if (operand.type().kind() == Type.Kind.DOUBLE) {
            code.with(java.lang.classfile.instruction.OperatorInstruction.of(lessIfNaN ? Opcode.DCMPL : Opcode.DCMPG));
        } else {
            code.with(java.lang.classfile.instruction.OperatorInstruction.of(lessIfNaN ? Opcode.FCMPL : Opcode.FCMPG));
        }
    }
}
