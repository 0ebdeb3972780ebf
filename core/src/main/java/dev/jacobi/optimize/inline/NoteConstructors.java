package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.ShadowLayout;
import dev.jacobi.runtime.library.ThrowableMethods;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells what constructors do that stay calls: behind the call comes the constructor's body once more, as {@linkplain Instruction#setNoted notes} that
 * say which field of the new object got which value. So analyses and derivatives see through constructors that emitted
 * code must call, because nothing else may store into final fields.
 *
 * <p>A constructor whose body does more than {@link ConstructorBody} understands is left alone.
 */
public final class NoteConstructors {
    private static final Set<String> KEEPING = Set.of("java.lang", "java.util", "java.util.concurrent", "java.io");
    private static final MethodReference CAUSED_BY = new MethodReference(
            ThrowableMethods.class.describeConstable().orElseThrow(),
            "causedBy",
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Throwable, ConstantDescs.CD_Throwable),
            false);

    private final MethodResolution resolution;
    private final Predicate<MethodReference> kept;
    private final Consumer<Function> prepare;
    private final Map<Executable, Optional<Function>> notes = new HashMap<>();
    private final Set<Executable> open = new HashSet<>();

    /**
     * @param kept constructors that are known otherwise
     * @param prepare inlines what a constructor calls, its superclass's constructor too, and optimises it
     */
    public NoteConstructors(Class<?> host, Predicate<MethodReference> kept, Consumer<Function> prepare) {
        this.kept = kept;
        this.resolution = new MethodResolution(host);
        this.prepare = prepare;
    }

    public boolean run(Function function) {
        boolean changed = false;
        for (Instruction call : calls(function)) {
            if (takesNothing(call)) {
                boolean lives = Uses.of(function).of(call.operand(0)).stream()
                        .anyMatch(use -> !(use instanceof Use.OfTerminator)
                                && !(use instanceof Use.Operand(Instruction user, int _) && user == call));
                call.setNoted(lives);
                changed |= lives;
                continue;
            }
            Function body = SpliceBody.isPossible(call) ? notes(call) : null;
            if (body != null) {
                Instruction noted =
                        function.newInstruction(call.opCode(), call.attribute(), call.operands(), call.position());
                noted.copyMarks(call);
                noted.setNoted(true);
                SpliceBody.splice(call, List.of(noted), body, call.operands());
                changed = true;
            }
        }
        return changed;
    }

    /** The calls of the constructors of new objects. */
    private List<Instruction> calls(Function function) {
        List<Instruction> calls = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.INVOKE_SPECIAL
                        && instruction.method().name().equals("<init>")
                        && !instruction.isNoted()
                        && !kept.test(instruction.method())
                        && instruction.operand(0).isResultOf(OpCode.NEW)) {
                    calls.add(instruction);
                }
            }
        }
        return calls;
    }

    private @Nullable Function notes(Instruction call) {
        Executable constructor = resolution.resolve(call.method()).orElse(null);
        if (!(constructor instanceof Constructor<?>)) {
            return null;
        }
        if (ConstructorRules.isOfPlatformException(constructor)) {
            return keepsCause(call) ? causeNote(call) : null;
        }
        Optional<Function> known = notes.get(constructor);
        if (known == null) {
            if (!open.add(constructor)) {
                return null;
            }
            known = Optional.ofNullable(make(constructor));
            open.remove(constructor);
            notes.put(constructor, known);
        }
        return known.orElse(null);
    }

    private @Nullable Function make(Executable constructor) {
        Function lifted =
                LiftedBodies.INSTANCE.body(constructor.getDeclaringClass(), MethodResolution.reference(constructor));
        if (lifted == null) {
            return null;
        }
        Function body = lifted.copy();
        prepare.accept(body);
        run(body);
        if (Throwable.class.isAssignableFrom(constructor.getDeclaringClass()) && throwsItself(body)) {
            return null; // what it throws may hold its arguments
        }
        if (makesLambda(body)) {
            return null;
        }
        noteCauses(body);
        return ConstructorBody.toNotes(body, kept, call -> takesNothing(call) || keepsCause(call)) ? body : null;
    }

    /**
     * Whether a constructor makes a lambda that captures what may carry derivatives. The constructor that runs is the original, so the lambda is one of the JVM's, and
     * what it captured would count as constant where it is called.
     */
    private boolean makesLambda(Function body) {
        return body.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(made -> made.opCode() == OpCode.NEW)
                .flatMap(made -> resolution.load(made.classAttribute()).stream())
                .anyMatch(type ->
                        LambdaClass.isOne(type) && !ShadowLayout.of(type).isEmpty());
    }

    /** Notes behind the call of a superclass's constructor that it has kept a cause. */
    private void noteCauses(Function body) {
        Value self = body.parameters().getFirst();
        for (Block block : body.blocks()) {
            for (Instruction call : List.copyOf(block.instructions())) {
                if (call.opCode() == OpCode.INVOKE_SPECIAL && call.operand(0) == self && keepsCause(call)) {
                    block.insert(block.instructions().indexOf(call) + 1, causeNote(call, body, call.operands()));
                }
            }
        }
    }

    /** The body of a constructor of an exception of the JDK that keeps a cause. */
    private static Function causeNote(Instruction call) {
        Function body = new Function("cause", null, Type.VOID);
        Block entry = body.newBlock();
        List<Value> parameters = new ArrayList<>();
        call.operands().forEach(operand -> parameters.add(entry.addParameter(operand.type())));
        entry.append(causeNote(call, body, parameters));
        entry.setTerminator(new Return(null, call.position()));
        return body;
    }

    private static Instruction causeNote(Instruction call, Function function, List<Value> operands) {
        int index = 1 + call.method().type().parameterList().indexOf(causeType(call));
        Instruction note = function.newInstruction(
                OpCode.INVOKE_STATIC, CAUSED_BY, List.of(operands.getFirst(), operands.get(index)), call.position());
        note.setNoted(true);
        return note;
    }

    /** Whether a call is that of the constructor of an exception of the JDK that keeps one exception that it is given, as its cause, and nothing else. */
    private boolean keepsCause(Instruction call) {
        Class<?> owner = resolution
                .resolve(call.method())
                .filter(ConstructorRules::isOfPlatformException)
                .map(Executable::getDeclaringClass)
                .orElse(null);
        if (owner == null || causeType(call) == null || !KEEPING.contains(owner.getPackageName())) {
            return false;
        }
        try {
            return owner.getMethod("getCause").getDeclaringClass() == Throwable.class
                    && call.operands().stream()
                                    .skip(1)
                                    .filter(operand -> !isPlain(operand))
                                    .count()
                            <= 1;
        } catch (NoSuchMethodException _) {
            return false;
        }
    }

    /** The type of the parameter for the cause: the only one that is neither a number nor text. */
    private static @Nullable ClassDesc causeType(Instruction call) {
        List<ClassDesc> others = call.method().type().parameterList().stream()
                .filter(type -> !type.isPrimitive() && !type.equals(ConstantDescs.CD_String))
                .toList();
        return others.equals(List.of(ConstantDescs.CD_Throwable)) ? ConstantDescs.CD_Throwable : null;
    }

    private static boolean throwsItself(Function body) {
        return body.blocks().stream().anyMatch(block -> block.terminator() instanceof Throw);
    }

    /** Whether a call is that of the constructor of an exception of the JDK, and is given nothing that could carry a derivative. */
    private boolean takesNothing(Instruction call) {
        return resolution
                        .resolve(call.method())
                        .filter(ConstructorRules::isOfPlatformException)
                        .isPresent()
                && call.operands().stream().skip(1).allMatch(NoteConstructors::isPlain);
    }

    private static boolean isPlain(Value argument) {
        return !argument.type().isReference()
                || argument.type().descriptor().equals(ConstantDescs.CD_String)
                || argument.isResultOf(OpCode.CONSTANT);
    }
}
