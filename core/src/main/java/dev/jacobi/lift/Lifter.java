package dev.jacobi.lift;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.RemoveRedundantParameters;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.util.List;

/**
 * Lifts methods from bytecode to the intermediate representation. Thread-safe and without state.
 *
 * <p>All bytecode that current Java, Kotlin and Scala compilers emit is handled, constructors included: in them {@code this} is a
 * parameter, and the call of {@code super(..)} or {@code this(..)} an ordinary {@code invoke_special}. Not handled are subroutines
 * ({@code jsr}, {@code ret}), and methods without code.
 */
public final class Lifter {
    /** Local variable slots times instructions of a method; compilers stay far below. */
    private static final long MAX_EXTENT = 400_000_000;

    private Lifter() {}

    /**
     * Lifts one method.
     *
     * @throws JacobiException NO_CODE, SUBROUTINE, METHOD_TOO_LARGE or CORRUPT_CLASS_FILE
     */
    public static Function lift(ClassModel owner, MethodModel method, ClassHierarchy hierarchy) {
        MethodReference reference = reference(owner, method);
        MethodContext context = new MethodContext(reference);
        int flags = method.flags().flagsMask();
        MathCall math = MathCalls.of(reference);
        if (math != null && (flags & ClassFile.ACC_STATIC) != 0) {
            return operation(context, math);
        }
        if ((flags & (ClassFile.ACC_ABSTRACT | ClassFile.ACC_NATIVE)) != 0) {
            String kind = (flags & ClassFile.ACC_NATIVE) != 0 ? "native" : "abstract";
            throw context.refuse(Refusal.NO_CODE, "it is " + kind, -1, null);
        }
        Bytecode code = read(owner, method, context);
        if ((long) code.slots * code.size() > MAX_EXTENT) {
            throw context.refuse(
                    Refusal.METHOD_TOO_LARGE,
                    code.size() + " instructions with " + code.slots + " local variables",
                    -1,
                    null);
        }
        Function function = Translation.translate(context, code, (flags & ClassFile.ACC_STATIC) != 0);
        RemoveRedundantParameters.run(function);
        InferReferenceTypes.run(function, hierarchy, context);
        NarrowStoredInts.run(function, reference);
        function.orderBlocks(ReversePostorder.of(function).blocks());
        return function;
    }

    /**
     * A method that is an operation of its own. Its bytecode is not what runs: the JVM has its own code for {@code Math.sin} and
     * others, which may differ from it in the last bit.
     */
    private static Function operation(MethodContext context, MathCall math) {
        MethodReference method = context.method();
        Function function =
                new Function(context.name(), method, Type.of(method.type().returnType()));
        Block block = function.newBlock();
        List<Value> operands = method.type().parameterList().stream()
                .map(parameter -> block.addParameter(Type.of(parameter)))
                .toList();
        SourcePosition position = context.position(-1);
        Value result = block.append(OpCode.MATH, math, operands, position).result();
        block.setTerminator(new Terminator.Return(result, position));
        return function;
    }

    /** Lifts a method from class files, which also describe the hierarchy of its classes. */
    public static Function lift(MethodReference method, ClassFiles files) {
        ClassModel owner = files.get(method.owner());
        for (MethodModel candidate : owner.methods()) {
            if (candidate.methodName().equalsString(method.name())
                    && candidate.methodType().equalsString(method.type().descriptorString())) {
                return lift(owner, candidate, files.hierarchy());
            }
        }
        throw new JacobiException(
                Refusal.UNKNOWN_METHOD, "there is no method " + MethodContext.signature(method), null);
    }

    /** The reference by which code calls this method. */
    public static MethodReference reference(ClassModel owner, MethodModel method) {
        return new MethodReference(
                owner.thisClass().asSymbol(),
                method.methodName().stringValue(),
                method.methodTypeSymbol(),
                (owner.flags().flagsMask() & ClassFile.ACC_INTERFACE) != 0);
    }

    private static Bytecode read(ClassModel owner, MethodModel method, MethodContext context) {
        // The JDK's models fill themselves in as they are read, and not every step of that may be taken by two threads
        // at once.
        synchronized (owner) {
            try {
                return Bytecode.read(method);
            } catch (RuntimeException | StackOverflowError e) {
                throw context.refuse(
                        Refusal.CORRUPT_CLASS_FILE,
                        e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(),
                        -1,
                        e);
            }
        }
    }
}
