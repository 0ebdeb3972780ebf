package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
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
        if (!(constructor instanceof Constructor<?>) || ConstructorRules.isOfPlatformException(constructor)) {
            return null;
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
        return ConstructorBody.toNotes(body, kept, this::takesNothing) ? body : null;
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
