package dev.jacobi.interpret;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.interpret.Members.Access;
import dev.jacobi.interpret.Members.Caller;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Executes single instructions. What the interpreted code throws comes out as {@link Thrown}. */
final class Operations {
    /** Runs a function of the IR. */
    interface Invoke {
        @Nullable
        Object invoke(Function function, @Nullable Object[] arguments);
    }

    private final Members members;
    private final CallSites callSites;
    private final Invoke invoke;

    Operations(Members members, Invoke invoke) {
        this.members = members;
        this.callSites = new CallSites(members);
        this.invoke = invoke;
    }

    /** The real object, if {@code value} is one under construction whose constructor has returned. */
    static @Nullable Object settled(@Nullable Object value) {
        return value instanceof Instance instance && instance.object() != null ? instance.object() : value;
    }

    @Nullable
    Object execute(Instruction instruction, Class<?> host, @Nullable Object[] raw) {
        if (instruction.isNote()) {
            return null;
        }
        @Nullable Object[] operands = raw;
        for (int i = 0; i < operands.length; i++) {
            operands[i] = settled(operands[i]);
        }
        OpCode opCode = instruction.opCode();
        try {
            return switch (opCode) {
                case CONSTANT -> instruction.attribute() == Instruction.NULL ? null : instruction.attribute();
                case EMBED -> ((EmbeddedObject) Objects.requireNonNull(instruction.attribute())).object();
                case ADD, SUB, MUL, DIV, REM, SHL, SHR, USHR, AND, OR, XOR, CMP, CMPL, CMPG, LT, LE, GT, GE ->
                    Arithmetic.binary(opCode, value(operands[0]), value(operands[1]));
                case EQ, NE -> equality(instruction, operands);
                case NEG -> Arithmetic.negate(value(operands[0]));
                case SELECT -> operands[integer(operands[0]) != 0 ? 1 : 2];
                case CONVERT -> Arithmetic.convert(instruction.classAttribute(), value(operands[0]));
                case MATH -> math(instruction.math(), operands);
                case ARRAY_LENGTH -> Array.getLength(operands[0]);
                case ARRAY_LOAD -> Elements.load(component(instruction), operands[0], integer(operands[1]));
                case ARRAY_STORE -> {
                    Object stored = real(operands[2]);
                    Elements.store(component(instruction), operands[0], integer(operands[1]), stored);
                    yield null;
                }
                case NEW_ARRAY ->
                    Array.newInstance(members.resolve(instruction.classAttribute()), integer(operands[0]));
                case NEW_MULTI_ARRAY -> multiArray(instruction.classAttribute(), operands);
                case NEW -> make(instruction.classAttribute());
                case CHECK_CAST -> checkCast(operands[0], instruction.classAttribute());
                case INSTANCE_OF -> Arithmetic.bit(isInstance(operands[0], instruction.classAttribute()));
                case NULL_CHECK -> {
                    notNull(operands[0]);
                    yield null;
                }
                case MONITOR_ENTER -> {
                    Monitors.enter(notNull(operands[0]));
                    yield null;
                }
                case MONITOR_EXIT -> {
                    Monitors.exit(notNull(operands[0]));
                    yield null;
                }
                case GET_FIELD, PUT_FIELD, GET_STATIC, PUT_STATIC -> field(instruction, host, operands);
                case INVOKE_SPECIAL -> special(instruction.method(), host, operands);
                case INVOKE_STATIC, INVOKE_VIRTUAL, INVOKE_INTERFACE -> call(instruction, host, operands);
                case INVOKE_FUNCTION -> function(instruction.function(), operands);
                case LOAD_CONSTANT -> constant(instruction, host);
                case INVOKE_DYNAMIC -> dynamic(instruction, host, operands);
            };
        } catch (NullPointerException
                | IndexOutOfBoundsException
                | ArrayStoreException
                | NegativeArraySizeException
                | ArithmeticException
                | IllegalMonitorStateException
                | OutOfMemoryError e) {
            throw new Thrown(e);
        }
    }

    private static Object value(@Nullable Object operand) {
        if (operand == null) {
            throw new IllegalStateException("an operand has no value");
        }
        return operand;
    }

    private static int integer(@Nullable Object operand) {
        return (Integer) value(operand);
    }

    private static Object notNull(@Nullable Object operand) {
        if (operand == null) {
            throw new NullPointerException();
        }
        return operand;
    }

    /** An operand that leaves the interpreter. */
    static @Nullable Object real(@Nullable Object operand) {
        if (operand instanceof Instance instance) {
            throw new JacobiException(
                    Refusal.INTERNAL,
                    "cannot interpret the code: a " + instance.type().getName()
                            + " leaves it before its own constructor was called",
                    null);
        }
        return operand;
    }

    private static char component(Instruction instruction) {
        return instruction.classAttribute().descriptorString().charAt(0);
    }

    private static Object equality(Instruction instruction, @Nullable Object[] operands) {
        if (instruction.operand(0).type().isReference()) {
            return Arithmetic.bit((operands[0] == operands[1]) == (instruction.opCode() == OpCode.EQ));
        }
        return Arithmetic.binary(instruction.opCode(), value(operands[0]), value(operands[1]));
    }

    private static Object math(MathCall call, @Nullable Object[] operands) {
        Object[] numbers = Arrays.stream(operands).map(Operations::value).toArray();
        return MathCalls.compute(call.function(), call.strict(), numbers);
    }

    private Object multiArray(ClassDesc array, @Nullable Object[] operands) {
        int[] lengths = Arrays.stream(operands).mapToInt(Operations::integer).toArray();
        Class<?> component = members.resolve(array);
        for (int i = 0; i < lengths.length; i++) {
            component = component.getComponentType();
        }
        return Array.newInstance(component, lengths);
    }

    private Object make(ClassDesc descriptor) {
        Class<?> type = members.resolve(descriptor);
        try {
            Members.initialize(type);
        } catch (LinkageError e) {
            throw new Thrown(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return new Instance(type);
    }

    private boolean isInstance(@Nullable Object operand, ClassDesc descriptor) {
        Class<?> type = members.resolve(descriptor);
        return operand instanceof Instance instance ? type.isAssignableFrom(instance.type()) : type.isInstance(operand);
    }

    private @Nullable Object checkCast(@Nullable Object operand, ClassDesc descriptor) {
        if (operand != null && !isInstance(operand, descriptor)) {
            throw new Thrown(new ClassCastException(operand.getClass().getName() + " cannot be cast to "
                    + members.resolve(descriptor).getName()));
        }
        return operand;
    }

    private @Nullable Object field(Instruction instruction, Class<?> host, @Nullable Object[] operands) {
        FieldReference field = instruction.field();
        if (operands.length > 0 && operands[0] instanceof Instance instance) {
            return constructing(instruction, instance, operands);
        }
        Access access = switch (instruction.opCode()) {
            case GET_FIELD -> Access.GET_FIELD;
            case PUT_FIELD -> Access.PUT_FIELD;
            case GET_STATIC -> Access.GET_STATIC;
            default -> Access.PUT_STATIC;
        };
        return run(members.field(access, field, host), operands);
    }

    /** A field of an object whose constructor is inlined. Fields not yet written have the value of a new array's elements. */
    private @Nullable Object constructing(Instruction instruction, Instance instance, @Nullable Object[] operands) {
        FieldReference field = instruction.field();
        char component = field.type().descriptorString().charAt(0);
        Object holder = Array.newInstance(members.resolve(field.type()), 1);
        String name = field.toString();
        if (instruction.opCode() == OpCode.GET_FIELD) {
            return instance.field(name, Elements.load(component, holder, 0));
        }
        if (operands[1] instanceof Instance) {
            instance.setField(name, operands[1]);
            return null;
        }
        // Through an array, which truncates narrow ints as the field does.
        Elements.store(component, holder, 0, operands[1]);
        instance.setField(name, Elements.load(component, holder, 0));
        return null;
    }

    private @Nullable Object special(MethodReference method, Class<?> host, @Nullable Object[] operands) {
        if (!method.name().equals("<init>")) {
            notNull(operands[0]);
            return run(members.method(Access.SPECIAL, method, host), operands);
        }
        if (!(operands[0] instanceof Instance instance)) {
            throw new IllegalStateException("a constructor is called on an object that was not made by new");
        }
        if (instance.type() == members.resolve(method.owner())) {
            @Nullable Object[] arguments = Arrays.copyOfRange(operands, 1, operands.length);
            Object made = run(members.method(Access.CONSTRUCTOR, method, host), arguments);
            instance.become(Objects.requireNonNull(made));
        } else if (!Members.isObjectConstructor(method)) {
            throw new JacobiException(
                    Refusal.INTERNAL,
                    "cannot interpret the code: the constructor of "
                            + instance.type().getName() + " is inlined, but not that of its superclass",
                    null);
        }
        return null;
    }

    private @Nullable Object call(Instruction instruction, Class<?> host, @Nullable Object[] operands) {
        MethodReference method = instruction.method();
        if (instruction.opCode() == OpCode.INVOKE_STATIC) {
            return run(members.method(Access.STATIC, method, host), operands);
        }
        Object receiver = notNull(operands[0]);
        if (instruction.opCode() == OpCode.INVOKE_INTERFACE && !isInstance(receiver, method.owner())) {
            throw new Thrown(new IncompatibleClassChangeError(
                    "Class " + receiver.getClass().getName()
                            + " does not implement the requested interface "
                            + members.resolve(method.owner()).getName()));
        }
        if (receiver instanceof MethodHandle handle && method.name().startsWith("invoke")) {
            Object[] arguments = Arrays.copyOfRange(operands, 1, operands.length);
            return run(handle::invokeWithArguments, arguments);
        }
        return run(members.method(Access.VIRTUAL, method, host), operands);
    }

    private static @Nullable Object run(Caller caller, @Nullable Object[] operands) {
        for (int i = 0; i < operands.length; i++) {
            operands[i] = real(operands[i]);
        }
        try {
            return caller.call(operands);
        } catch (Interpreter.OutOfSteps e) {
            throw e;
        } catch (Throwable e) {
            throw new Thrown(e);
        }
    }

    private @Nullable Object function(Function function, @Nullable Object[] operands) {
        try {
            return invoke.invoke(function, operands);
        } catch (StackOverflowError e) {
            throw new Thrown(e);
        }
    }

    private @Nullable Object constant(Instruction instruction, Class<?> host) {
        try {
            return callSites.constant(instruction, host);
        } catch (JacobiException e) {
            throw e;
        } catch (Throwable e) {
            throw new Thrown(e);
        }
    }

    private @Nullable Object dynamic(Instruction instruction, Class<?> host, @Nullable Object[] operands) {
        Caller site;
        try {
            site = callSites.site(instruction, host);
        } catch (JacobiException e) {
            throw e;
        } catch (Throwable e) {
            throw new Thrown(e);
        }
        return run(site, operands);
    }
}
