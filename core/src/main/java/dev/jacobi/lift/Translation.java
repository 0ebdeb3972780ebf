package dev.jacobi.lift;

import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Type.Kind;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.Bytecode.CatchRange;
import dev.jacobi.lift.Frame.Malformed;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.*;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs the bytecode on values of the intermediate representation instead of numbers and objects, block by block, and so writes down
 * the instructions that compute them.
 *
 * <p>Each block is run once. Parameters that turn out redundant and the classes of references are left to the passes after this one.
 */
final class Translation {
    private final MethodContext context;
    private final Bytecode code;
    private final CodeBlocks blocks;
    private final Function function;
    private final BlockEntries entries;
    private final Comparisons comparisons;

    private Block here;
    private Frame frame;
    private List<CatchRange> catching = List.of();
    private boolean throwsAlready;
    private int at;

    private Translation(MethodContext context, Bytecode code, Function function, Frame parameters, int slots) {
        this.context = context;
        this.code = code;
        this.function = function;
        blocks = new CodeBlocks(code);
        entries = new BlockEntries(function, blocks, slots);
        comparisons = new Comparisons(this::append);
        here = function.entry();
        frame = parameters;
    }

    static Function translate(MethodContext context, Bytecode code, boolean isStatic) {
        MethodReference method = context.method();
        Type result = Type.of(method.type().returnType());
        Function function = new Function(context.name(), method, result);
        Block entry = function.newBlock();
        List<Type> types = new ArrayList<>();
        if (!isStatic) {
            types.add(Type.of(method.owner()));
        }
        for (ClassDesc parameter : method.type().parameterList()) {
            types.add(Type.of(parameter));
        }
        int slotsOfParameters = 0;
        for (Type type : types) {
            slotsOfParameters += type.slots();
        }
        int slots = Math.max(code.slots, slotsOfParameters);
        Frame frame = new Frame(slots);
        int slot = 0;
        for (Type type : types) {
            frame.store(slot, entry.addParameter(type));
            slot += type.slots();
        }
        Translation translation = new Translation(context, code, function, frame, slots);
        try {
            translation.run();
        } catch (Malformed malformed) {
            throw context.corrupt("instruction " + translation.at + ": " + malformed.getMessage(), translation.line());
        } catch (BlockEntries.TooLarge _) {
            throw context.refuse(
                    Refusal.METHOD_TOO_LARGE, "too many values meet at too many blocks", translation.line(), null);
        }
        return function;
    }

    private int line() {
        return code.lines[at];
    }

    private SourcePosition position() {
        return context.position(line());
    }

    private void run() {
        jump(0);
        for (Integer block = entries.next(); block != null; block = entries.next()) {
            BlockEntries.Entry entry = entries.entry(block);
            here = entry.block();
            frame = entry.frame().copy();
            throwsAlready = false;
            translate(block);
        }
    }

    /** Goes on with another block, in the same block of the function if nothing else leads there. */
    private void jump(int block) {
        if (blocks.isMerge(block)) {
            here.setTerminator(new Terminator.Jump(entries.edge(block, frame), position()));
        } else {
            translate(block);
        }
    }

    private void translate(int first) {
        int block = first;
        while (true) {
            catching = blocks.ranges(block);
            for (at = blocks.start(block); at < blocks.end(block); at++) {
                translate(code.instructions[at]);
            }
            at--;
            if (here.isTerminated()) {
                return;
            }
            int next = successor();
            if (blocks.isMerge(next)) {
                here.setTerminator(new Terminator.Jump(entries.edge(next, frame), position()));
                return;
            }
            block = next;
        }
    }

    /** Where control goes from the instruction at hand, which is a goto or falls through. */
    private int successor() {
        if (code.targets[at].length > 0) {
            return blocks.blockAt(code.targets[at][0]);
        }
        return following();
    }

    private int following() {
        if (at + 1 == code.size()) {
            throw new Malformed("control falls off the end of the code");
        }
        return blocks.blockAt(at + 1);
    }

    private @Nullable Value append(OpCode opCode, @Nullable Object attribute, List<Value> operands) {
        Instruction instruction = function.newInstruction(opCode, attribute, operands, position());
        boolean guarded = instruction.mayThrow() && !catching.isEmpty();
        if (!here.handlers().isEmpty() || (guarded && throwsAlready)) {
            split();
        }
        here.append(instruction);
        throwsAlready |= instruction.mayThrow();
        if (guarded) {
            here.setHandlers(handlers());
        }
        return instruction.result();
    }

    /** Ends the block, so that what comes after does not share its handlers. */
    private void split() {
        Block next = function.newBlock();
        here.setTerminator(new Terminator.Jump(Edge.to(next), position()));
        here = next;
        throwsAlready = false;
    }

    private List<Handler> handlers() {
        List<Handler> handlers = new ArrayList<>();
        for (CatchRange range : catching) {
            handlers.add(new Handler(range.catchType(), entries.handlerEdge(range, frame)));
        }
        return handlers;
    }

    private void push(OpCode opCode, @Nullable Object attribute, Value... operands) {
        Value result = append(opCode, attribute, List.of(operands));
        if (result != null) {
            frame.push(result);
        }
    }

    private Value constant(int value) {
        return Objects.requireNonNull(append(OpCode.CONSTANT, value, List.of()));
    }

    private void translate(java.lang.classfile.Instruction instruction) {
        switch (instruction) {
            case LoadInstruction load -> frame.push(frame.load(load.slot(), kind(load.typeKind())));
            case StoreInstruction store -> store(store);
            case ConstantInstruction _ -> constant();
            case OperatorInstruction operator -> operate(operator);
            case ConvertInstruction convert ->
                push(OpCode.CONVERT, convert.toType().upperBound(), frame.pop(kind(convert.fromType())));
            case IncrementInstruction increment -> increment(increment);
            case StackInstruction stack -> shuffle(stack.opcode());
            case BranchInstruction branch -> branch(branch);
            case TableSwitchInstruction _, LookupSwitchInstruction _ -> select();
            case ReturnInstruction result -> giveBack(result);
            case ThrowInstruction _ -> raise();
            case FieldInstruction field -> access(field);
            case InvokeInstruction invoke -> invoke(invoke.opcode());
            case InvokeDynamicInstruction _ -> invokeDynamic();
            case ArrayLoadInstruction load -> loadElement(load.typeKind());
            case ArrayStoreInstruction store -> storeElement(store.typeKind());
            case NewObjectInstruction _ -> push(OpCode.NEW, code.attributes[at]);
            case NewPrimitiveArrayInstruction _, NewReferenceArrayInstruction _ ->
                push(OpCode.NEW_ARRAY, code.attributes[at], frame.pop(Kind.INT));
            case NewMultiArrayInstruction made -> append(made);
            case TypeCheckInstruction check ->
                push(
                        check.opcode() == Opcode.CHECKCAST ? OpCode.CHECK_CAST : OpCode.INSTANCE_OF,
                        code.attributes[at],
                        frame.pop(Kind.REFERENCE));
            case MonitorInstruction monitor ->
                push(
                        monitor.opcode() == Opcode.MONITORENTER ? OpCode.MONITOR_ENTER : OpCode.MONITOR_EXIT,
                        null,
                        frame.pop(Kind.REFERENCE));
            case DiscontinuedInstruction _ ->
                throw context.refuse(Refusal.SUBROUTINE, "it has a jsr or ret instruction", line(), null);
            case NopInstruction _ -> {}
            default -> throw new Malformed("unknown instruction " + instruction.opcode());
        }
    }

    private static Kind kind(TypeKind kind) {
        return switch (kind) {
            case BOOLEAN, BYTE, CHAR, SHORT, INT -> Kind.INT;
            case LONG -> Kind.LONG;
            case FLOAT -> Kind.FLOAT;
            case DOUBLE -> Kind.DOUBLE;
            case REFERENCE -> Kind.REFERENCE;
            case VOID -> Kind.VOID;
        };
    }

    private void store(StoreInstruction store) {
        frame.store(store.slot(), frame.pop(kind(store.typeKind())));
    }

    private void constant() {
        Object value = code.attributes[at];
        boolean simple = value instanceof Number || value instanceof String || value == Instruction.NULL;
        push(simple ? OpCode.CONSTANT : OpCode.LOAD_CONSTANT, value);
    }

    private void increment(IncrementInstruction increment) {
        Value old = frame.load(increment.slot(), Kind.INT);
        Value sum = append(OpCode.ADD, null, List.of(old, constant(increment.constant())));
        frame.store(increment.slot(), Objects.requireNonNull(sum));
    }

    private void operate(OperatorInstruction operator) {
        Kind kind = kind(operator.typeKind());
        OpCode opCode = switch (operator.opcode()) {
            case IADD, LADD, FADD, DADD -> OpCode.ADD;
            case ISUB, LSUB, FSUB, DSUB -> OpCode.SUB;
            case IMUL, LMUL, FMUL, DMUL -> OpCode.MUL;
            case IDIV, LDIV, FDIV, DDIV -> OpCode.DIV;
            case IREM, LREM, FREM, DREM -> OpCode.REM;
            case INEG, LNEG, FNEG, DNEG -> OpCode.NEG;
            case ISHL, LSHL -> OpCode.SHL;
            case ISHR, LSHR -> OpCode.SHR;
            case IUSHR, LUSHR -> OpCode.USHR;
            case IAND, LAND -> OpCode.AND;
            case IOR, LOR -> OpCode.OR;
            case IXOR, LXOR -> OpCode.XOR;
            case LCMP -> OpCode.CMP;
            case FCMPL, DCMPL -> OpCode.CMPL;
            case FCMPG, DCMPG -> OpCode.CMPG;
            case ARRAYLENGTH -> OpCode.ARRAY_LENGTH;
            default -> throw new Malformed("unknown operator " + operator.opcode());
        };
        switch (opCode) {
            case ARRAY_LENGTH -> push(opCode, null, frame.pop(Kind.REFERENCE));
            case NEG -> push(opCode, null, frame.pop(kind));
            case SHL, SHR, USHR -> {
                Value distance = frame.pop(Kind.INT);
                push(opCode, null, frame.pop(kind), distance);
            }
            case CMP, CMPL, CMPG ->
                compare(
                        opCode,
                        switch (operator.opcode()) {
                            case LCMP -> Kind.LONG;
                            case FCMPL, FCMPG -> Kind.FLOAT;
                            default -> Kind.DOUBLE;
                        });
            default -> {
                Value right = frame.pop(kind);
                push(opCode, null, frame.pop(kind), right);
            }
        }
    }

    /** A three-way comparison; together with the branch on its result if that follows at once. */
    private void compare(OpCode opCode, Kind kind) {
        Value right = frame.pop(kind);
        Value left = frame.pop(kind);
        boolean last = at + 1 == blocks.end(blocks.blockAt(at));
        if (!last
                && code.instructions[at + 1] instanceof BranchInstruction branch
                && Comparisons.isZeroTest(branch.opcode())) {
            at++;
            branch(comparisons.threeWay(opCode, branch.opcode(), left, right));
        } else {
            push(opCode, null, left, right);
        }
    }

    private void branch(BranchInstruction branch) {
        if (branch.opcode() == Opcode.GOTO || branch.opcode() == Opcode.GOTO_W) {
            return;
        }
        if (Comparisons.isZeroTest(branch.opcode())) {
            branch(comparisons.zero(branch.opcode(), frame.pop(Kind.INT)));
            return;
        }
        Kind kind = switch (branch.opcode()) {
            case IF_ACMPEQ, IF_ACMPNE, IFNULL, IFNONNULL -> Kind.REFERENCE;
            default -> Kind.INT;
        };
        boolean binary = branch.opcode() != Opcode.IFNULL && branch.opcode() != Opcode.IFNONNULL;
        Value right = binary ? frame.pop(kind) : null;
        branch(comparisons.two(branch.opcode(), frame.pop(kind), right));
    }

    private void branch(Comparisons.Condition condition) {
        int taken = blocks.blockAt(code.targets[at][0]);
        int other = following();
        Edge ifTaken = entries.edge(taken, frame);
        Edge ifOther = entries.edge(other, frame);
        here.setTerminator(new Terminator.Branch(
                condition.value(),
                condition.negated() ? ifOther : ifTaken,
                condition.negated() ? ifTaken : ifOther,
                position()));
    }

    private void select() {
        Value selector = frame.pop(Kind.INT);
        int[] keys = (int[]) Objects.requireNonNull(code.attributes[at]);
        int[] targets = code.targets[at];
        SortedMap<Integer, Edge> cases = new TreeMap<>();
        for (int i = 0; i < keys.length; i++) {
            cases.put(keys[i], entries.edge(blocks.blockAt(targets[i]), frame));
        }
        Edge otherwise = entries.edge(blocks.blockAt(targets[keys.length]), frame);
        here.setTerminator(new Terminator.Switch(selector, cases, otherwise, position()));
    }

    private void giveBack(ReturnInstruction result) {
        Kind kind = kind(result.typeKind());
        if (kind != function.returnType().kind()) {
            throw new Malformed("a result of kind " + Frame.name(kind) + " is returned from a method of type "
                    + function.returnType());
        }
        Value value = kind == Kind.VOID ? null : frame.pop(kind);
        here.setTerminator(new Terminator.Return(value, position()));
    }

    private void raise() {
        Value exception = frame.pop(Kind.REFERENCE);
        if (!here.handlers().isEmpty() || (throwsAlready && !catching.isEmpty())) {
            split();
        }
        here.setHandlers(handlers());
        here.setTerminator(new Terminator.Throw(exception, position()));
    }

    private void access(FieldInstruction access) {
        FieldReference field = (FieldReference) Objects.requireNonNull(code.attributes[at]);
        Kind kind = Type.of(field.type()).kind();
        switch (access.opcode()) {
            case GETSTATIC -> push(OpCode.GET_STATIC, field);
            case PUTSTATIC -> push(OpCode.PUT_STATIC, field, frame.pop(kind));
            case GETFIELD -> push(OpCode.GET_FIELD, field, frame.pop(Kind.REFERENCE));
            default -> {
                Value value = frame.pop(kind);
                push(OpCode.PUT_FIELD, field, frame.pop(Kind.REFERENCE), value);
            }
        }
    }

    private List<Value> popArguments(List<ClassDesc> types) {
        Value[] arguments = new Value[types.size()];
        for (int i = arguments.length - 1; i >= 0; i--) {
            arguments[i] = frame.pop(Type.of(types.get(i)).kind());
        }
        return new ArrayList<>(Arrays.asList(arguments));
    }

    private void invoke(Opcode opcode) {
        MethodReference method = (MethodReference) Objects.requireNonNull(code.attributes[at]);
        List<Value> operands = popArguments(method.type().parameterList());
        MathCall math = opcode == Opcode.INVOKESTATIC ? MathCalls.of(method) : null;
        if (opcode != Opcode.INVOKESTATIC) {
            operands.addFirst(frame.pop(Kind.REFERENCE));
        }
        Value result = math != null
                ? append(OpCode.MATH, math, operands)
                : append(
                        switch (opcode) {
                            case INVOKESTATIC -> OpCode.INVOKE_STATIC;
                            case INVOKESPECIAL -> OpCode.INVOKE_SPECIAL;
                            case INVOKEINTERFACE -> OpCode.INVOKE_INTERFACE;
                            default -> OpCode.INVOKE_VIRTUAL;
                        },
                        method,
                        operands);
        if (result != null) {
            frame.push(result);
        }
    }

    private void invokeDynamic() {
        DynamicCall call = (DynamicCall) Objects.requireNonNull(code.attributes[at]);
        Value result =
                append(OpCode.INVOKE_DYNAMIC, call, popArguments(call.type().parameterList()));
        if (result != null) {
            frame.push(result);
        }
    }

    private void append(NewMultiArrayInstruction made) {
        Value[] lengths = new Value[made.dimensions()];
        for (int i = lengths.length - 1; i >= 0; i--) {
            lengths[i] = frame.pop(Kind.INT);
        }
        push(OpCode.NEW_MULTI_ARRAY, code.attributes[at], lengths);
    }

    /** The component named by an instruction; which class the components of an array of references have is found out later. */
    private static ClassDesc component(TypeKind kind) {
        return switch (kind) {
            case REFERENCE -> ConstantDescs.CD_Object;
            case BOOLEAN -> ConstantDescs.CD_byte;
            default -> kind.upperBound();
        };
    }

    private void loadElement(TypeKind kind) {
        Value index = frame.pop(Kind.INT);
        push(OpCode.ARRAY_LOAD, component(kind), frame.pop(Kind.REFERENCE), index);
    }

    private void storeElement(TypeKind kind) {
        Value value = frame.pop(kind(kind));
        Value index = frame.pop(Kind.INT);
        push(OpCode.ARRAY_STORE, component(kind), frame.pop(Kind.REFERENCE), index, value);
    }

    private void shuffle(Opcode opcode) {
        switch (opcode) {
            case POP -> frame.drop(1);
            case POP2 -> frame.drop(2);
            case DUP -> frame.duplicate(1, 0);
            case DUP_X1 -> frame.duplicate(1, 1);
            case DUP_X2 -> frame.duplicate(1, 2);
            case DUP2 -> frame.duplicate(2, 0);
            case DUP2_X1 -> frame.duplicate(2, 1);
            case DUP2_X2 -> frame.duplicate(2, 2);
            default -> frame.swap();
        }
    }
}
