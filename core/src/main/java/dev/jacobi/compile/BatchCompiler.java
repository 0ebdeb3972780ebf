package dev.jacobi.compile;

import dev.jacobi.Axis;
import dev.jacobi.Backend;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.ParameterWrites;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.backend.NativeCompilers;
import dev.jacobi.backend.ObjectFields;
import dev.jacobi.batch.BatchChecks;
import dev.jacobi.batch.BatchCode;
import dev.jacobi.batch.BatchLoop;
import dev.jacobi.batch.BatchSignature;
import dev.jacobi.batch.ExamplesInStep;
import dev.jacobi.batch.IndependentExamples;
import dev.jacobi.batch.RecordShape;
import dev.jacobi.batch.RecordShape.Whole;
import dev.jacobi.batch.RecordsApart;
import dev.jacobi.batch.RecordsOfArrays;
import dev.jacobi.batch.SharedWrites;
import dev.jacobi.compile.DerivativeCompiler.Derived;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.StageObserver;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The way from a method, or its derivative, to its batch: lift, optimise, differentiate, put the loop round it, optimise, emit. */
public final class BatchCompiler {
    private BatchCompiler() {}

    /** Compiles as an instance of a functional interface, whose return type says which results of a derivative are wanted. */
    public static <I> I implement(BatchSpecification specification, Class<I> functionalInterface) {
        MethodHandle handle = apart(specification, functionalInterface)
                .orElseGet(() -> handle(specification, form(specification, functionalInterface)));
        Function calling = new Function(
                "the batch of " + specification.target().name(),
                null,
                Type.of(ClassDesc.ofDescriptor(handle.type().returnType().descriptorString())));
        Block entry = calling.newBlock();
        for (Class<?> parameter : handle.type().parameterList()) {
            entry.addParameter(Type.of(ClassDesc.ofDescriptor(parameter.descriptorString())));
        }
        ObjectFields.call(entry, handle, entry.parameters(), calling.returnType());
        return HiddenClasses.implement(
                calling, functionalInterface, specification.target().lookup());
    }

    /** The batch of a method with records, if the interface has records of arrays for them. */
    private static Optional<MethodHandle> apart(BatchSpecification specification, Class<?> functionalInterface) {
        Method wanted = ResultForm.methodOf(functionalInterface);
        Method method = specification.target().method().orElse(null);
        int first = specification.layout() == Layout.SEPARATE ? 0 : 1;
        if (method == null
                || specification.derivative().isPresent()
                || wanted.getParameterCount() != method.getParameterCount() + first) {
            return Optional.empty();
        }
        List<RecordShape> shapes = new ArrayList<>();
        for (int index = 0; index < method.getParameterCount(); index++) {
            Class<?> type = method.getParameterTypes()[index];
            boolean each = specification.axes().get(index) == Axis.EACH;
            shapes.add(each ? RecordShape.of(type, wanted.getParameterTypes()[index + first]) : new Whole(type));
        }
        RecordShape result = RecordShape.of(method.getReturnType(), wanted.getReturnType());
        if (shapes.stream().allMatch(Whole.class::isInstance) && result instanceof Whole) {
            return Optional.empty();
        }
        BatchSpecification ofComponents =
                specification.apart(RecordsApart.of(method, shapes, result, specification.axes()));
        return Optional.of(new RecordsOfArrays(
                        specification.target().display(),
                        handle(ofComponents),
                        ofComponents.signature(ResultForm.WITH_PRIMAL),
                        shapes,
                        result,
                        specification.axes(),
                        specification.finishing(),
                        Target::lookupIn)
                .handle());
    }

    /** Compiles as a method handle that returns all results. */
    public static MethodHandle handle(BatchSpecification specification) {
        MethodHandle handle = handle(specification, ResultForm.WITH_PRIMAL);
        List<ClassDesc> declared =
                specification.signature(ResultForm.WITH_PRIMAL).batchedParameters();
        MethodType type = handle.type();
        for (int index = 0; index < declared.size(); index++) {
            if (declared.get(index).isPrimitive()) {
                // An int in code, but boolean, byte, short or char in the method's signature.
                type = type.changeParameterType(index, primitive(declared.get(index)));
            }
        }
        return MethodHandles.explicitCastArguments(handle, type);
    }

    private static Class<?> primitive(ClassDesc descriptor) {
        return MethodType.fromMethodDescriptorString("()" + descriptor.descriptorString(), null)
                .returnType();
    }

    /** What is wanted of the derivative of one example, if the batch returns what the interface declares. */
    private static ResultForm form(BatchSpecification specification, Class<?> functionalInterface) {
        Method method = ResultForm.methodOf(functionalInterface);
        if (specification.derivative().isEmpty()) {
            return ResultForm.WITH_PRIMAL;
        }
        Class<?> returned = method.getReturnType();
        Class<?> ofOne = returned.isArray() ? returned.getComponentType() : returned;
        boolean flat = specification.layout() != Layout.SEPARATE && returned.isArray();
        if (flat) {
            try {
                return form(specification.derivative().get(), method, ofOne);
            } catch (JacobiException _) {
                return form(specification.derivative().get(), method, returned);
            }
        }
        return form(specification.derivative().get(), method, ofOne);
    }

    private static ResultForm form(Specification derivative, Method method, Class<?> ofOne) {
        Target target = derivative.target();
        return ResultForm.of(
                target.display(),
                method,
                ofOne,
                derivative.mode(),
                target.returnType(),
                derivative.derivativeResults());
    }

    /** How the examples are done, and why. */
    public static String explain(BatchSpecification specification) {
        return prepare(specification, ResultForm.WITH_PRIMAL).inStep().explanation();
    }

    /** The batch of a method as something to be transformed again. */
    public static Target target(BatchSpecification specification) {
        Target target = specification.target();
        BatchSignature signature = specification.signature(ResultForm.WITH_PRIMAL);
        String obstacle = specification.derivative().isPresent()
                ? "it is the batch of a derivative"
                : specification.executor().isPresent()
                        ? "it is to be parallel"
                        : specification.finishing() ? "it is to finish other examples" : null;
        if (obstacle != null) {
            throw new JacobiException(
                    Refusal.DERIVATIVE_OF_BATCH,
                    "cannot go on from the batch of " + signature.display() + ": " + obstacle,
                    null);
        }
        signature.requireResultInLoop();
        Function primal = prepare(specification, ResultForm.WITH_PRIMAL).primal();
        return Target.nested(
                target.owner(), "the batch of " + target.name(), BatchLoop.whole(signature, primal), target.depth());
    }

    /**
     * The loop over the examples, of a method or a derivative, as a function with the parameters and the result of the batch, for examples that are done at the same time. All arguments are checked before the first of them.
     *
     * @throws JacobiException NOT_ON_DEVICE if other examples are to be finished where one throws
     */
    static Function loop(BatchSpecification specification, Class<?> functionalInterface) {
        if (specification.finishing()) {
            throw new JacobiException(
                    Refusal.NOT_ON_DEVICE,
                    "cannot run the batch of " + specification.target().display()
                            + " on a device: there the first example that throws ends it; leave out finishingOthers()",
                    null);
        }
        Prepared prepared = prepare(specification, form(specification, functionalInterface));
        BatchSignature signature = prepared.signature();
        signature.requireResultInLoop();
        Function loop = BatchLoop.atOnce(
                signature,
                prepared.derived().map(Derived::unguarded).orElse(prepared.body()),
                checks(specification, prepared));
        Pipeline.standard().verifying(specification.options().verify()).run(loop);
        return loop;
    }

    private static Consumer<Object> checks(BatchSpecification specification, Prepared prepared) {
        Derived derived = prepared.derived().filter(Derived::isGuardedByShadows).orElse(null);
        return new BatchChecks(
                prepared.signature(),
                specification.mayBeWritten(written(prepared.primal())),
                derived == null ? null : ShadowChecks.of(derived.primal(), derived.request()),
                derived == null ? List.of() : GuardShadows.references(derived.primal(), derived.request()));
    }

    /** What is compiled. */
    private record Prepared(
            BatchSignature signature,
            Function primal,
            Optional<Derived> derived,
            Function body,
            ExamplesInStep inStep) {}

    private static Prepared prepare(BatchSpecification specification, ResultForm form) {
        BatchSignature signature = specification.signature(form);
        Target target = specification.target();
        Options options = specification.options();
        CalleeCompiler callees = new CalleeCompiler(
                target.owner(),
                options,
                Mode.FORWARD,
                new NestedCode(options, target.depth(), false),
                target.primals(),
                false,
                true);
        Function primal = PrimalCode.of(target, options, callees.rules(), StageObserver.NONE);
        SharedWrites.refuse(signature.display(), primal, specification.axesOfPrimal(), callees::mayWriteArguments);
        if (specification.executor().isPresent()) {
            IndependentExamples.require(signature.display(), primal, specification.axesOfPrimal());
            specification.requireFlatShadows(signature.display());
        }
        Optional<Derived> derived =
                specification.derivative().map(derivative -> DerivativeCompiler.derived(derivative, form));
        Function body = derived.map(Derived::guarded).orElse(primal);
        return new Prepared(signature, primal, derived, body, ExamplesInStep.of(signature, body, mayBeNative(options)));
    }

    private static MethodHandle handle(BatchSpecification specification, ResultForm form) {
        Prepared prepared = prepare(specification, form);
        BatchSignature signature = prepared.signature();
        Optional<ExamplesInStep.Strips> strips = prepared.inStep().lanes();
        // Those that are left over get the same bits as those in step.
        boolean inStep = strips.isPresent();
        MethodHandle loop = compiled(BatchLoop.of(signature, prepared.inStep().body()), specification, inStep);
        Optional<MethodHandle> lanes = strips.map(each -> compiled(each.function(), specification, true));
        return new BatchCode(
                        signature,
                        loop,
                        lanes.orElse(null),
                        strips.orElse(null),
                        specification.mayBeWritten(written(prepared.primal())),
                        specification.finishing(),
                        mayBeNative(specification.options()) && !writesOutside(prepared.primal()),
                        specification.executor().orElse(null))
                .handle();
    }

    /** Whether code may write into an array that it gets hold of by itself: it may be an argument too, of which native code would get copies, some examples at a time. */
    private static boolean writesOutside(Function primal) {
        boolean writes = false;
        boolean outside = false;
        for (Block block : primal.blocks()) {
            for (Instruction instruction : block.instructions()) {
                writes |= instruction.opCode() == OpCode.ARRAY_STORE;
                outside |= (instruction.opCode() == OpCode.GET_STATIC || instruction.opCode() == OpCode.EMBED)
                        && instruction.value().type().isReference();
            }
        }
        return writes && outside;
    }

    private static boolean mayBeNative(Options options) {
        return options.backend() == Backend.LLVM
                || options.backend() == Backend.AUTO && NativeCompilers.find().isPresent();
    }

    private static MethodHandle compiled(Function function, BatchSpecification specification, boolean inStep) {
        Options options = specification.options();
        Target target = specification.target();
        Pipeline.standard().verifying(options.verify()).run(function);
        Function placed =
                inStep ? PlaceCode.placeInStep(function, target, options) : PlaceCode.place(function, target, options);
        return HiddenClasses.compile(placed, target.lookup()).handle();
    }

    private static boolean[] written(Function primal) {
        boolean[] written = new boolean[primal.parameters().size()];
        for (int index = 0; index < written.length; index++) {
            written[index] = primal.parameters().get(index).type().isReference()
                    && ParameterWrites.mayWrite(primal, primal.parameters().get(index));
        }
        return written;
    }
}
