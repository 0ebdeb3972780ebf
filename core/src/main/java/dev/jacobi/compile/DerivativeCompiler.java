package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.AliasGuards;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.CalleeChecks.MissingShadowException;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.CaughtCalls;
import dev.jacobi.autodiff.ComparisonGuards;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.LetRefusalsOut;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.autodiff.UnfollowedCallException;
import dev.jacobi.autodiff.forward.ForwardMode;
import dev.jacobi.autodiff.reverse.ReverseMode;
import dev.jacobi.autodiff.reverse.SeveralAdjoints;
import dev.jacobi.compile.OptimizedPrimals.Asked;
import dev.jacobi.ir.Function;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.StageObserver;
import dev.jacobi.runtime.ShadowGraph;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The way from a method to a callable derivative: lift, optimise, differentiate, optimise, guard, emit. */
public final class DerivativeCompiler {
    static final ResultForm DERIVATIVE_ONLY = new ResultForm(false, Optional.empty());
    static final ResultForm WITH_PRIMAL = ResultForm.WITH_PRIMAL;

    private DerivativeCompiler() {}

    /** A derivative and what is checked of its arguments. */
    record Derived(Function function, Function primal, DerivativeRequest request, Target target, Options options) {
        /** The same, its function where {@link Options#backend} wants it; the checks stay on the JVM. */
        Derived placed() {
            return new Derived(PlaceCode.place(function, target, options), primal, request, target, options);
        }

        /** The function, changed to that of which native code is made. */
        Function prepared() {
            PlaceCode.prepare(function, target, options);
            return function;
        }

        /** The function that checks its arguments first. */
        Function guarded() {
            if (GuardObjects.takesObjects(primal, request)) {
                return GuardObjects.guard(
                        function, primal, request, new ShadowGraph(target.display(), target.lookup()));
            }
            return GuardShadows.guard(function, primal, request);
        }

        /** Whether the checks of its arguments are all that {@link ShadowChecks} make of arrays. */
        boolean isGuardedByShadows() {
            return !GuardObjects.takesObjects(primal, request) && GuardShadows.onlyChecks(primal, request);
        }

        /** The function without checks that {@link ShadowChecks} make too: for somebody who asks these before. */
        Function unguarded() {
            return isGuardedByShadows() ? function : guarded();
        }
    }

    /** Makes the derivative's function, with checks of its shadows; the observer sees it after each stage. */
    public static Function derive(Specification specification, DerivativeRequest request, StageObserver observer) {
        return derived(specification, request, observer).guarded();
    }

    static Derived derived(Specification specification, ResultForm form) {
        return derived(specification, specification.request(form), StageObserver.NONE);
    }

    /** Makes the derivative's function; the observer sees it after each stage. */
    static Derived derived(Specification specification, DerivativeRequest request, StageObserver observer) {
        try {
            return once(specification, request, observer);
        } catch (JacobiException refused) {
            if (refused.refusal() != Refusal.SEVERAL_ADJOINTS
                    || specification.target().isInOnePiece()) {
                throw refused;
            }
            try {
                // A call may be in the way that was left for its size alone.
                return once(specification.of(specification.target().inOnePiece()), request, observer);
            } catch (JacobiException _) {
                throw refused;
            }
        }
    }

    private static Derived once(Specification specification, DerivativeRequest request, StageObserver observer) {
        return withCallees(specification, false, callees -> derived(specification, request, observer, callees));
    }

    /** Does the work in the belief that objects that calls give have shadows, and if that proves wrong, without it. */
    private static <R> R withCallees(
            Specification specification, boolean tapesAreReused, java.util.function.Function<CalleeCompiler, R> work) {
        Target target = specification.target();
        Class<?> host = target.owner();
        Options options = specification.options();
        NestedCode nested = new NestedCode(options.withTapeBudget(Long.MAX_VALUE), target.depth(), false);
        Mode mode = specification.mode();
        OptimizedPrimals primals = target.primals();
        Asked asked = new Asked(options, mode, specification.activities(), tapesAreReused);
        try {
            if (!primals.isLackingShadows(asked)) {
                try {
                    return work.apply(new CalleeCompiler(host, options, mode, nested, primals, tapesAreReused, false));
                } catch (MissingShadowException _) {
                    primals.lacksShadows(asked);
                }
            }
            return work.apply(new CalleeCompiler(host, options, mode, nested, primals, tapesAreReused, true));
        } catch (UnfollowedCallException refusal) {
            throw UnfollowedCalls.explain(refusal, host);
        }
    }

    private static Derived derived(
            Specification specification, DerivativeRequest request, StageObserver observer, CalleeCompiler callees) {
        boolean severalAdjoints = request.mode() == Mode.REVERSE && request.width() > 1;
        Target target = specification.target();
        Options options = specification.options();
        Function primal = PrimalCode.of(target, options, callees.rules(), observer);
        if (severalAdjoints && GuardObjects.takesObjects(primal, request)) {
            throw new JacobiException(
                    Refusal.SEVERAL_ADJOINTS,
                    "cannot take several adjoints at once through " + target.display()
                            + ": it takes objects with numbers",
                    null);
        }
        Optional<ActivityAnalysis> activity = Optional.empty();
        if (target.isDerived()) {
            CaughtCalls.run(primal, request.activities(), callees, request.mode() == Mode.FORWARD);
        } else {
            activity = guardAliases(primal, request, callees, target);
            if (request.mode() == Mode.REVERSE) {
                callees.findStayingNumbers(primal);
            }
        }
        Function derivative = switch (request.mode()) {
            case FORWARD ->
                ForwardMode.transform(
                        primal,
                        request,
                        callees,
                        activity.orElseGet(() -> ActivityAnalysis.of(primal, request.activities(), callees)));
            case REVERSE -> ReverseMode.transform(primal, request, false, callees);
        };
        callees.complete();
        observer.after(request.mode() == Mode.FORWARD ? "ForwardMode" : "ReverseMode", derivative, true);
        Pipeline.standard().verifying(options.verify()).run(derivative, observer);
        if (severalAdjoints) {
            SeveralAdjoints.run(derivative, DerivativeSignature.of(primal, request), request.width(), target.display());
            observer.after("SeveralAdjoints", derivative, true);
        }
        if (callees.comparesArguments()) {
            LinkArguments.toStacks(
                    derivative,
                    DerivativeSignature.of(primal, request).parameters(),
                    new ShadowGraph(target.display(), target.lookup()));
        }
        LimitTape.run(derivative, options.tapeBudget(), target.display());
        return new Derived(derivative, primal, request, target, options);
    }

    /** Gives the analysis of the primal if one was made and still holds. */
    private static Optional<ActivityAnalysis> guardAliases(
            Function primal, DerivativeRequest request, CalleeCompiler callees, Target target) {
        ComparisonGuards.add(primal, callees.classes());
        LetRefusalsOut.add(primal, callees);
        CaughtCalls.run(primal, request.activities(), callees, request.mode() == Mode.FORWARD);
        return AliasGuards.add(
                primal, request.activities(), callees, new ShadowGraph(target.display(), target.lookup()));
    }

    /** Compiles forward and reverse sweep on their own. */
    public static SplitSweeps split(Specification specification) {
        if (specification.mode() == Mode.FORWARD) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    "the forward derivative of " + specification.target().display() + " has no second part",
                    null);
        }
        return withCallees(specification, true, callees -> split(specification, callees));
    }

    private static SplitSweeps split(Specification specification, CalleeCompiler callees) {
        Target target = specification.target();
        if (specification.width() > 1) {
            throw new JacobiException(
                    Refusal.SEVERAL_ADJOINTS,
                    "cannot split the derivative of " + target.display() + " for " + specification.width()
                            + " adjoints at once: a tape is swept for one after the other",
                    null);
        }
        PlaceCode.onJvmOnly(specification);
        Function primal = PrimalCode.of(target, specification.options(), callees.rules(), StageObserver.NONE);
        DerivativeRequest request = specification.request(WITH_PRIMAL);
        boolean objects = GuardObjects.takesObjects(primal, request);
        ShadowChecks checks = objects ? null : ShadowChecks.of(primal, request);
        guardAliases(primal, request, callees, target);
        CallSignature signature = new CallSignature(
                primal.name(),
                target.parameterTypes(),
                target.returnType(),
                request.activities(),
                Set.of(),
                1,
                false,
                Set.of());
        Callees.ReversePair pair = signature.newPair();
        ReverseMode.transform(primal, signature, pair, callees);
        callees.complete();
        callees.optimize(pair.augmented());
        callees.optimize(pair.reverse());
        return new SplitSweeps(
                target.display(),
                signature,
                checks,
                new ShadowGraph(target.display(), target.lookup()),
                objects,
                specification.options().tapeBudget(),
                callees.comparesArguments(),
                PlaceCode.onJvm(pair.augmented(), target, specification.options()),
                PlaceCode.onJvm(pair.reverse(), target, specification.options()));
    }

    /** Compiles as an instance of a functional interface, whose return type says which results are wanted. */
    static <I> I implement(Specification specification, Class<I> functionalInterface) {
        return implement(specification, formOf(specification, functionalInterface), functionalInterface);
    }

    /** The code of what {@link #implement(Specification, Class)} makes. */
    static Function code(Specification specification, Class<?> functionalInterface) {
        return derived(specification, formOf(specification, functionalInterface))
                .guarded();
    }

    /** As {@link #code(Specification, Class)}, with parallel streams in the method as loops that can be cut into parts. */
    static Function reorderedCode(Specification specification, Class<?> functionalInterface) {
        return code(reordered(specification), functionalInterface);
    }

    /** As above, with all results. */
    static Function reorderedCode(Specification specification) {
        return derived(reordered(specification), WITH_PRIMAL).guarded();
    }

    private static Specification reordered(Specification specification) {
        Target target = specification.target();
        Options options = specification.options();
        RuleTable rules = new RuleTable(options.rules(), target.owner());
        Target reordered = target.rearranged(PrimalCode.reordered(target, options, rules));
        return specification.of(reordered);
    }

    /** What native code is made of for {@link #implement(Specification, Class)}. */
    static Function nativeCode(Specification specification, Class<?> functionalInterface) {
        return derived(specification, formOf(specification, functionalInterface))
                .prepared();
    }

    private static ResultForm formOf(Specification specification, Class<?> functionalInterface) {
        Method method = ResultForm.methodOf(functionalInterface);
        return ResultForm.of(
                specification.target().display(),
                method,
                specification.mode(),
                specification.target().returnType(),
                specification.derivativeResults());
    }

    static <I> I implement(Specification specification, ResultForm form, Class<I> functionalInterface) {
        return implement(derived(specification, form), functionalInterface);
    }

    /** Compiles a function with checks of its arguments, and remembers it for code that calls the object and is differentiated. */
    static <I> I implement(Derived derived, Class<I> functionalInterface) {
        Function code = derived.guarded().copy();
        Function emitted = derived.placed().guarded();
        return DerivedCode.register(
                HiddenClasses.implement(
                        emitted, functionalInterface, derived.target().lookup()),
                code);
    }

    /** Compiles as a method handle that returns all results. */
    public static MethodHandle handle(Specification specification) {
        DerivativeRequest request = specification.request(WITH_PRIMAL);
        Function derivative =
                derived(specification, request, StageObserver.NONE).placed().guarded();
        MethodHandle handle = HiddenClasses.compile(
                        derivative, specification.target().lookup())
                .handle();
        return specification
                .target()
                .method()
                .map(method -> withNarrowTypes(
                        handle,
                        method,
                        DerivativeSignature.of(specification.target().lifted(), request)))
                .orElse(handle);
    }

    /** The parameters that are ints in code, but {@code boolean}, {@code byte}, {@code short} or {@code char} in the method's signature. */
    private static MethodHandle withNarrowTypes(MethodHandle handle, Method method, DerivativeSignature signature) {
        MethodType type = handle.type();
        List<DerivativeSignature.Slot> parameters = signature.parameters();
        for (int index = 0; index < parameters.size(); index++) {
            if (type.parameterType(index) == int.class) {
                type = type.changeParameterType(
                        index, method.getParameterTypes()[parameters.get(index).primal()]);
            }
        }
        return MethodHandles.explicitCastArguments(handle, type);
    }
}
