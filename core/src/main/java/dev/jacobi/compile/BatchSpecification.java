package dev.jacobi.compile;

import dev.jacobi.Axis;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
import dev.jacobi.batch.BatchSignature;
import dev.jacobi.batch.RecordsApart;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Which batch of which method or derivative is wanted, all but the Java type that it is to have. Immutable.
 *
 * @param derivative nothing for the batch of the method itself
 * @param axes one for each parameter of the method, or of the derivative
 * @param finishing whether the other examples are done when one has failed
 * @param apart the function of the components of records that the target is, if it is one
 * @param executor runs examples at the same time, if they are to run so
 */
public record BatchSpecification(
        Target target,
        Options options,
        Optional<Specification> derivative,
        List<Axis> axes,
        Layout layout,
        boolean finishing,
        Optional<Executor> executor,
        Optional<RecordsApart> apart) {
    /** Checks that the axes fit the method. */
    public BatchSpecification {
        axes = List.copyOf(axes);
        signature(target, derivative, axes, layout, apart, ResultForm.WITH_PRIMAL);
    }

    public static BatchSpecification of(Target target, Options options, List<Axis> axes) {
        return new BatchSpecification(
                target, options, Optional.empty(), axes, Layout.SEPARATE, false, Optional.empty(), Optional.empty());
    }

    public static BatchSpecification of(Specification derivative, List<Axis> axes) {
        return new BatchSpecification(
                derivative.target(),
                derivative.options(),
                Optional.of(derivative),
                axes,
                Layout.SEPARATE,
                false,
                Optional.empty(),
                Optional.empty());
    }

    /** The batch of the function of the components of records instead of the method's. */
    BatchSpecification apart(RecordsApart records) {
        return new BatchSpecification(
                target.rearranged(records.function()),
                options,
                Optional.empty(),
                records.axes(),
                layout,
                finishing,
                executor,
                Optional.of(records));
    }

    public BatchSpecification withLayout(Layout other) {
        return new BatchSpecification(target, options, derivative, axes, other, finishing, executor, apart);
    }

    public BatchSpecification withFinishingOthers() {
        return new BatchSpecification(target, options, derivative, axes, layout, true, executor, apart);
    }

    public BatchSpecification withExecutor(Executor other) {
        return new BatchSpecification(target, options, derivative, axes, layout, finishing, Optional.of(other), apart);
    }

    /** Parameters and result, if a derivative returns results of this form. */
    BatchSignature signature(ResultForm form) {
        return signature(target, derivative, axes, layout, apart, form);
    }

    private static BatchSignature signature(
            Target target,
            Optional<Specification> derivative,
            List<Axis> axes,
            Layout layout,
            Optional<RecordsApart> apart,
            ResultForm form) {
        if (apart.isPresent()) {
            RecordsApart records = apart.get();
            return new BatchSignature(
                    target.display(),
                    records.types(),
                    records.result(),
                    axes,
                    layout,
                    records.names(),
                    records.outputs());
        }
        List<ClassDesc> narrow = new ArrayList<>();
        ClassDesc result = target.returnType().descriptor();
        if (target.method().isPresent()) {
            Method method = target.method().get();
            Arrays.stream(method.getParameterTypes())
                    .forEach(type -> narrow.add(ClassDesc.ofDescriptor(type.descriptorString())));
            result = ClassDesc.ofDescriptor(method.getReturnType().descriptorString());
        } else {
            target.parameterTypes().stream().map(Type::descriptor).forEach(narrow::add);
        }
        if (derivative.isEmpty()) {
            if (axes.contains(Axis.SUMMED)) {
                throw BatchSignature.wrong(
                        target.display(),
                        "parameter " + axes.indexOf(Axis.SUMMED)
                                + " cannot be SUMMED, only shadows in reverse mode can");
            }
            return new BatchSignature(target.display(), narrow, result, axes, layout);
        }
        DerivativeSignature signature =
                DerivativeSignature.of(target.lifted(), derivative.get().request(form));
        List<ClassDesc> parameters = new ArrayList<>();
        for (Slot slot : signature.parameters()) {
            parameters.add(
                    slot.role() == Role.PRIMAL
                            ? narrow.get(slot.primal())
                            : slot.type().descriptor());
        }
        boolean forward = derivative.get().mode() == Mode.FORWARD;
        String display = "the " + (forward ? "forward" : "reverse") + " derivative of " + target.display();
        ClassDesc returned = signature.returnType().descriptor();
        if (signature.results().size() == 1 && signature.results().getFirst().role() == Role.PRIMAL) {
            returned = result;
        }
        BatchSignature batch = new BatchSignature(display, parameters, returned, axes, layout);
        checkShadows(display, signature.parameters(), axes, forward);
        return batch;
    }

    /** Reverse mode adds to shadows and may write into the adjoint of a result that is an array. */
    private static void checkShadows(String display, List<Slot> slots, List<Axis> axes, boolean forward) {
        Axis ofPrimal = Axis.SHARED;
        for (int index = 0; index < slots.size(); index++) {
            Slot slot = slots.get(index);
            Axis axis = axes.get(index);
            if (slot.role() == Role.PRIMAL) {
                ofPrimal = axis;
            }
            boolean shadow = slot.role() == Role.DERIVATIVE && !forward;
            if (axis == Axis.SUMMED) {
                if (!shadow || ofPrimal != Axis.SHARED || !DerivativeRequest.carriesDerivative(slot.type())) {
                    throw BatchSignature.wrong(
                            display,
                            "parameter " + index
                                    + " cannot be SUMMED, only shadows, in reverse mode, of arrays of numbers that are SHARED can");
                }
            } else if (axis == Axis.SHARED
                    && (shadow || slot.role() == Role.SEED && slot.type().isReference())) {
                throw BatchSignature.wrong(
                        display,
                        "parameter " + index + " cannot be SHARED, as it is written: "
                                + (shadow && ofPrimal == Axis.SHARED ? "it can be SUMMED or EACH" : "it can be EACH"));
            }
        }
    }

    /** The axes of the method's own parameters; a tangent that is SHARED makes no difference to whether they may be written. */
    List<Axis> axesOfPrimal() {
        if (derivative.isEmpty()) {
            return axes;
        }
        List<Slot> slots = slots();
        List<Axis> primal = new ArrayList<>();
        for (int index = 0; index < slots.size(); index++) {
            if (slots.get(index).role() == Role.PRIMAL) {
                primal.add(axes.get(index));
            } else if (slots.get(index).role() == Role.DERIVATIVE && axes.get(index) == Axis.SHARED) {
                primal.set(primal.size() - 1, Axis.SHARED);
            }
        }
        return primal;
    }

    /** Refuses shadows that may have parts in common with those of other examples. */
    void requireFlatShadows(String display) {
        for (int index = 0; derivative.isPresent() && index < axes.size(); index++) {
            Slot slot = slots().get(index);
            boolean flat = !slot.type().isReference()
                    || slot.type().isArray()
                            && slot.type().descriptor().componentType().isPrimitive();
            if (slot.role() != Role.PRIMAL && axes.get(index) != Axis.SUMMED && !flat) {
                throw new JacobiException(
                        Refusal.NOT_PARALLEL,
                        "cannot run examples of " + display + " at the same time: parameter " + index
                                + " is a shadow of type " + slot.type()
                                + ", parts of which may be those of other examples",
                        null);
            }
        }
    }

    private List<Slot> slots() {
        return DerivativeSignature.of(target.lifted(), derivative.orElseThrow().request(ResultForm.WITH_PRIMAL))
                .parameters();
    }

    /** For each parameter whether the code may write into it, its tangent or its shadow. */
    boolean[] mayBeWritten(boolean[] ofPrimal) {
        if (derivative.isEmpty()) {
            return ofPrimal;
        }
        List<Slot> slots = slots();
        boolean[] written = new boolean[slots.size()];
        for (int index = 0; index < written.length; index++) {
            written[index] = slots.get(index).role() != Role.PRIMAL
                    || ofPrimal[slots.get(index).primal()];
        }
        return written;
    }
}
