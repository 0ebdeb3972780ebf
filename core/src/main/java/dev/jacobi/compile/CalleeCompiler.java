package dev.jacobi.compile;

import dev.jacobi.Options;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.autodiff.AliasGuards;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.CaughtCalls;
import dev.jacobi.autodiff.ComparisonGuards;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.ExceptionHolder;
import dev.jacobi.autodiff.LetRefusalsOut;
import dev.jacobi.autodiff.forward.ForwardMode;
import dev.jacobi.autodiff.reverse.ReverseMode;
import dev.jacobi.compile.OptimizedPrimals.Called;
import dev.jacobi.compile.OptimizedPrimals.CaughtCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.RemoveIdleHandlers;
import dev.jacobi.optimize.inline.CallTargets;
import java.lang.constant.ClassDesc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes the derivatives of methods whose calls stay, each once for one derivative of a user: for each set of activities that it is called with.
 * They become methods of the same hidden class and are lifted, inlined and accessed as if they stood in the method that was asked for.
 *
 * <p>A function is handed out before it has code, so methods that lead back to themselves are no obstacle; {@link #complete} makes the code.
 */
final class CalleeCompiler implements Callees {
    private final Class<?> host;
    private final Options options;
    private final Mode mode;
    private final boolean tapesAreReused;
    private final NestedCode nested;
    private final OptimizedPrimals shared;
    private final boolean memoryMayLackShadows;
    private final CallTargets targets;
    private final RuleTable rules;
    private boolean comparesArguments;
    private boolean numbersStay;
    private final Map<Called, Optional<Function>> primals = new HashMap<>();
    private final Map<Key, Function> forwards = new HashMap<>();
    private final Map<Key, ReversePair> pairs = new HashMap<>();
    private final Map<Catching, Optional<Function>> catching = new HashMap<>();

    /** The calls for which the functions stand that catch exceptions. */
    private final Map<Function, Caught> caught = new HashMap<>();

    private final Deque<Runnable> open = new ArrayDeque<>();

    /** @param callee a {@link Called method}, or the function that is called */
    private record Catching(Object callee, List<ClassDesc> types, ExceptionHolder holding) {}

    /** What a function stands for that catches exceptions of a call. */
    record Caught(Instruction call, List<ClassDesc> types, ExceptionHolder holding) {
        /** Lets a function that does the same as the method, or calls it, catch the exceptions. */
        void apply(Function function) {
            CatchingFunctions.make(function, types, holding);
        }

        /** Whether what is called is the derivative of a method. */
        boolean isOfDerivative() {
            return call.opCode() == OpCode.INVOKE_FUNCTION;
        }
    }

    /** @param callee a {@link Called method}, or the function that is called */
    private record Key(Object callee, CallSignature signature) {}

    /**
     * @param mode of the derivatives that are made
     * @param nested knows the derivatives that are called
     * @param shared keeps what several compilers for one target would make
     * @param tapesAreReused whether several reverse sweeps read one tape
     * @param memoryMayLackShadows see {@link #memoryMayLackShadows}
     */
    CalleeCompiler(
            Class<?> host,
            Options options,
            Mode mode,
            NestedCode nested,
            OptimizedPrimals shared,
            boolean tapesAreReused,
            boolean memoryMayLackShadows) {
        this.mode = mode;
        this.memoryMayLackShadows = memoryMayLackShadows;
        this.tapesAreReused = tapesAreReused;
        this.host = host;
        this.nested = nested;
        this.shared = shared;
        this.options = options;
        this.targets = new CallTargets(host);
        this.rules = new RuleTable(options.rules(), host);
    }

    @Override
    public ClassKnowledge classes() {
        return ClassKnowledge.of(host.getClassLoader());
    }

    @Override
    public boolean tapesAreReused() {
        return tapesAreReused;
    }

    @Override
    public boolean memoryMayLackShadows() {
        return memoryMayLackShadows;
    }

    @Override
    public boolean numbersStay() {
        return numbersStay;
    }

    /** Finds out whether elements of arrays of numbers stay as they are while a method runs, whose derivative is a whole. */
    void findStayingNumbers(Function primal) {
        numbersStay = NumberStores.none(primal, this::code);
    }

    @Override
    public boolean mayFollow(Instruction call) {
        return call.opCode() == OpCode.INVOKE_FUNCTION
                || !rules.isInactive(call)
                        && (rules.isRuled(call)
                                || targets.isCertain(call)
                                || targets.overridable(call).isPresent());
    }

    private boolean isDispatched(Instruction call) {
        return call.opCode() != OpCode.INVOKE_FUNCTION
                && !rules.isRuled(call)
                && targets.overridable(call).isPresent();
    }

    @Override
    public boolean isInactive(Instruction call) {
        return rules.isInactive(call);
    }

    @Override
    public boolean mayWrite(Instruction call, boolean onlyWhenThrowing) {
        return new MemoryWrites(this::code, onlyWhenThrowing).mayWrite(call);
    }

    /** Whether a call may write into memory that its arguments lead to. */
    boolean mayWriteArguments(Instruction call) {
        return new MemoryWrites(this::code, false).writesByCall(call);
    }

    /** The code of what is called for certain. */
    private Optional<Function> code(Instruction call) {
        if (call.opCode() == OpCode.INVOKE_FUNCTION) {
            return Optional.of(call.function());
        }
        return isCertain(call) ? primal(call) : Optional.empty();
    }

    private boolean isCertain(Instruction call) {
        return call.opCode() != OpCode.INVOKE_DYNAMIC
                && !rules.isRuled(call)
                && !isDispatched(call)
                && targets.isCertain(call);
    }

    /** What to know of calls before they are inlined. */
    RuleTable rules() {
        return rules;
    }

    @Override
    public Optional<Function> catching(Instruction call, List<ClassDesc> types, ExceptionHolder holding) {
        boolean isDerivative = call.opCode() == OpCode.INVOKE_FUNCTION;
        if (!isDerivative && rules.isRuled(call)) {
            return Optional.empty();
        }
        Object callee = isDerivative ? call.function() : new Called(call.opCode(), call.method());
        Catching key = new Catching(callee, types, holding);
        Optional<Function> known = catching.get(key);
        if (known == null) {
            known = isDerivative || isDispatched(call) || primal(call).isPresent()
                    ? Optional.of(newCatching(call, types, holding))
                    : Optional.empty();
            catching.put(key, known);
        }
        return known;
    }

    private Function newCatching(Instruction call, List<ClassDesc> types, ExceptionHolder holding) {
        Caught made = new Caught(call, types, holding);
        Function function;
        if (isDispatched(call) || choice(made).isPresent()) {
            function = made.isOfDerivative() ? call.function().copy() : calling(call, ".catching");
            made.apply(function);
        } else {
            function = made.isOfDerivative()
                    ? optimized(call.function().copy(), Optional.of(made))
                    : shared.ofCatching(
                            options,
                            new CaughtCall(new Called(call.opCode(), call.method()), types, holding),
                            () -> optimized(calling(call, ".catching"), Optional.of(made)));
        }
        caught.put(function, made);
        return function;
    }

    /** What is chosen by the function that a catching function was made of. */
    private static Optional<DerivativeDispatch.Choice> choice(Caught caught) {
        return caught.isOfDerivative()
                ? DerivativeDispatch.choiceOf(caught.call().function())
                : Optional.empty();
    }

    /** The code of a method, as it is differentiated; it catches exceptions if that is wanted. */
    Function optimized(Function body, Optional<Caught> catching) {
        catching.ifPresent(wanted -> wanted.apply(body));
        pipeline().run(body);
        if (catching.isPresent()) {
            RemoveIdleHandlers.run(body, classes());
        }
        return body;
    }

    @Override
    public Optional<Function> forward(Instruction call, CallSignature signature) {
        if (isCatching(call)) {
            return Optional.of(forwards.computeIfAbsent(
                    new Key(call.function(), signature), _ -> forwardOfCatching(call.function(), signature)));
        }
        if (call.opCode() == OpCode.INVOKE_FUNCTION) {
            return Optional.of(forwards.computeIfAbsent(
                    new Key(call.function(), signature), _ -> forwardOfDerivative(call.function(), signature)));
        }
        if (rules.isRuled(call)) {
            if (signature.anyShadowMayBeMissing()) {
                return Optional.empty();
            }
            return Optional.of(forwards.computeIfAbsent(
                    key(call, signature),
                    _ -> RuleFunctions.forward(rules.forward(call, signature.activities()), call, signature)));
        }
        if (isDispatched(call)) {
            return Optional.of(forwards.computeIfAbsent(
                    key(call, signature),
                    _ -> dispatch(call, signature, true, Optional.empty()).forward()));
        }
        return primal(call)
                .map(primal -> forwards.computeIfAbsent(key(call, signature), _ -> forward(primal, signature)));
    }

    private Function forward(Function primal, CallSignature signature) {
        Function forward = signature.newForward();
        open.add(() -> {
            ForwardMode.transform(guarded(primal, signature), signature, forward, this);
            optimize(forward);
        });
        return forward;
    }

    private boolean isCatching(Instruction call) {
        return call.opCode() == OpCode.INVOKE_FUNCTION && caught.containsKey(call.function());
    }

    /** The derivative of a function that is itself the derivative of a method, for calls. */
    private Function forwardOfDerivative(
            Function derivative,
            Optional<DerivativeDispatch.Choice> choice,
            Optional<Caught> catching,
            CallSignature signature) {
        if (choice.isPresent()) {
            return new ForwardOfDispatch(choice.get(), signature, catching, settings()).function();
        }
        Function forward = signature.newForward();
        open.add(() -> {
            ForwardMode.transform(guardedDerivative(derivative, signature), signature, forward, this);
            optimize(forward);
        });
        return forward;
    }

    private Function forwardOfDerivative(Function derivative, CallSignature signature) {
        return forwardOfDerivative(derivative, DerivativeDispatch.choiceOf(derivative), Optional.empty(), signature);
    }

    /** A derivative has all checks that the method needs. */
    private Function guardedDerivative(Function derivative, CallSignature signature) {
        Function guarded = optimized(derivative.copy());
        CaughtCalls.run(guarded, signature, this, mode == Mode.FORWARD);
        return guarded;
    }

    /** Makes the forward derivative of a function that is a derivative, with all that it calls. */
    Function makeForwardOfDerivative(Function derivative, CallSignature signature) {
        Function forward = forwardOfDerivative(derivative, signature);
        complete();
        return forward;
    }

    @Override
    public Optional<ReversePair> reverse(Instruction call, CallSignature signature) {
        if (isCatching(call)) {
            return Optional.of(pairs.computeIfAbsent(
                    new Key(call.function(), signature), _ -> pairOfCatching(call.function(), signature)));
        }
        if (call.opCode() == OpCode.INVOKE_FUNCTION) {
            return Optional.of(pairs.computeIfAbsent(
                    new Key(call.function(), signature), _ -> pairOfDerivative(call.function(), signature)));
        }
        if (rules.isRuled(call)) {
            if (signature.anyShadowMayBeMissing()) {
                return Optional.empty(); // rules know of no missing shadows
            }
            return Optional.of(pairs.computeIfAbsent(key(call, signature), _ -> {
                ReversePair pair = RuleFunctions.reverse(
                        rules.reverse(call, signature.activities()), call, signature, !tapesAreReused());
                limit(pair.augmented());
                return pair;
            }));
        }
        if (isDispatched(call)) {
            return Optional.of(pairs.computeIfAbsent(
                    key(call, signature),
                    _ -> dispatch(call, signature, false, Optional.empty()).pair()));
        }
        return primal(call).map(primal -> pairs.computeIfAbsent(key(call, signature), _ -> pair(primal, signature)));
    }

    private ReversePair pair(Function primal, CallSignature signature) {
        ReversePair pair = signature.newPair();
        open.add(() -> {
            ReverseMode.transform(guarded(primal, signature), signature, pair, this);
            optimize(pair.augmented());
            optimize(pair.reverse());
        });
        return pair;
    }

    /** The pair of a function that is itself the derivative of a method, for calls. */
    private ReversePair pairOfDerivative(
            Function derivative,
            Optional<DerivativeDispatch.Choice> choice,
            Optional<Caught> catching,
            CallSignature signature) {
        if (choice.isPresent()) {
            return new ReverseOfDispatch(choice.get(), signature, catching, settings()).pair();
        }
        ReversePair pair = signature.newPair();
        open.add(() -> {
            ReverseMode.transform(guardedDerivative(derivative, signature), signature, pair, this);
            optimize(pair.augmented());
            optimize(pair.reverse());
        });
        return pair;
    }

    private ReversePair pairOfDerivative(Function derivative, CallSignature signature) {
        return pairOfDerivative(derivative, DerivativeDispatch.choiceOf(derivative), Optional.empty(), signature);
    }

    /** Makes the pair of a function that is a derivative, with all that it calls. */
    ReversePair makePairOfDerivative(Function derivative, CallSignature signature) {
        ReversePair pair = pairOfDerivative(derivative, signature);
        complete();
        return pair;
    }

    private Function forwardOfCatching(Function function, CallSignature signature) {
        Caught known = Objects.requireNonNull(caught.get(function));
        if (known.isOfDerivative()) {
            return forwardOfDerivative(function, choice(known), Optional.of(known), signature);
        }
        return isDispatched(known.call())
                ? dispatch(known.call(), signature, true, Optional.of(known)).forward()
                : forward(function, signature);
    }

    private ReversePair pairOfCatching(Function function, CallSignature signature) {
        Caught known = Objects.requireNonNull(caught.get(function));
        if (known.isOfDerivative()) {
            return pairOfDerivative(function, choice(known), Optional.of(known), signature);
        }
        return isDispatched(known.call())
                ? dispatch(known.call(), signature, false, Optional.of(known)).pair()
                : pair(function, signature);
    }

    private ClassDispatch dispatch(
            Instruction call, CallSignature signature, boolean forward, Optional<Caught> catching) {
        // What is made when the program runs may compare.
        comparesArguments = true;
        return new ClassDispatch(
                targets.overridable(call).orElseThrow(),
                targets,
                signature,
                forward,
                catching,
                settings(),
                call.position() == null ? null : call.position().toString());
    }

    private DerivativeDispatch.Settings settings() {
        return new DerivativeDispatch.Settings(options, mode, nested, tapesAreReused, memoryMayLackShadows);
    }

    /** The code of a method of the host, as it is differentiated. */
    Function optimized(Function body) {
        return optimized(body, Optional.empty());
    }

    /** Makes a forward derivative with all that it calls. */
    Function makeForward(Function primal, CallSignature signature) {
        Function forward = signature.newForward();
        ForwardMode.transform(guarded(primal, signature), signature, forward, this);
        complete();
        optimize(forward);
        return forward;
    }

    /** Makes a pair with all that it calls. */
    ReversePair makePair(Function primal, CallSignature signature) {
        ReversePair pair = signature.newPair();
        ReverseMode.transform(guarded(primal, signature), signature, pair, this);
        complete();
        optimize(pair.augmented());
        optimize(pair.reverse());
        return pair;
    }

    private Pipeline pipeline() {
        return Pipeline.forDifferentiation(host, rules::isKept)
                .nesting(nested)
                .optimizing(options.optimizeFirst())
                .verifying(options.verify());
    }

    /** Makes the code of all functions that were handed out, and of those that they call. */
    void complete() {
        while (!open.isEmpty()) {
            open.removeFirst().run();
        }
    }

    private Function guarded(Function primal, CallSignature signature) {
        Function guarded = primal.copy();
        ComparisonGuards.add(guarded, classes());
        LetRefusalsOut.add(guarded, this);
        CaughtCalls.run(guarded, signature, this, mode == Mode.FORWARD);
        comparesArguments |= AliasGuards.addToCallee(guarded, signature, this);
        return guarded;
    }

    /** Whether some method compares what it gets hold of with the arguments of the derivative. */
    boolean comparesArguments() {
        return comparesArguments;
    }

    void optimize(Function function) {
        LinkArguments.fromStacks(function);
        Pipeline.standard().verifying(options.verify()).run(function);
        limit(function);
    }

    private void limit(Function function) {
        LimitTape.run(function, options.tapeBudget(), function.name());
    }

    private static Key key(Instruction call, CallSignature signature) {
        return new Key(new Called(call.opCode(), call.method()), signature);
    }

    private Optional<Function> primal(Instruction call) {
        Called method = new Called(call.opCode(), call.method());
        Optional<Function> known = primals.get(method);
        if (known == null) {
            known = shared.ofCalled(options, method, () -> lifted(call));
            primals.put(method, known);
        }
        return known;
    }

    /** What the call does, as a function that was made by inlining it; empty if it cannot be inlined. */
    private Optional<Function> lifted(Instruction call) {
        MethodReference method = call.method();
        Function calling = calling(call, "");
        pipeline().run(calling);
        if (isCallOf(method, calling)) {
            return Optional.empty();
        }
        Function primal = new Function(calling.name(), method, calling.returnType());
        calling.copyInto(primal, new HashMap<>());
        return Optional.of(primal);
    }

    /** A function that does nothing but the call. */
    private static Function calling(Instruction call, String suffix) {
        MethodReference method = call.method();
        Function calling = new Function(
                Type.name(method.owner()) + "." + method.name() + suffix,
                null,
                Type.of(method.type().returnType()));
        Block entry = calling.newBlock();
        CallSignature.parameters(call).forEach(entry::addParameter);
        Instruction copy = entry.append(call.opCode(), method, entry.parameters(), null);
        entry.setTerminator(new Return(copy.result(), null));
        return calling;
    }

    private static boolean isCallOf(MethodReference method, Function calling) {
        return calling.blocks().size() == 1
                && calling.entry().instructions().size() == 1
                && calling.entry().instructions().getFirst().opCode().isCall()
                && method.equals(calling.entry().instructions().getFirst().attribute());
    }
}
