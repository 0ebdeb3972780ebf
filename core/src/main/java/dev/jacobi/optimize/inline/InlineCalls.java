package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Replaces calls by the bodies of the methods they call, as far as an {@link InlinePolicy} lets it.
 *
 * <p>Followed are static calls, private and final methods, methods of objects whose class is known, default methods, lambdas and
 * method references that are made in the same function, embedded, or held in {@code static final} fields. The receiver is checked for null, classes are initialised
 * where the call would have done it, exceptions go to the handlers they went to.
 *
 * <p>Not followed, so the calls stay: methods that call themselves (small ones are inlined into themselves once, if the policy says
 * so), native, abstract and synchronized methods, methods that ask who calls them, calls whose receiver may have several classes.
 * Constructors are followed as far as {@link ConstructorRules} says.
 *
 * <p>One object serves one function: it remembers across runs of the pass what was inlined where.
 */
public final class InlineCalls {
    private static final MethodReference REQUIRE_NON_NULL = new MethodReference(
            Objects.class.describeConstable().orElseThrow(),
            "requireNonNull",
            MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object),
            false);

    private final InlinePolicy policy;
    private final Class<?> host;
    private final MethodResolution resolution;
    private final Receivers receivers;
    private final Access access;
    private final InlinableBodies inlinable;
    private final ClassInitialization initialization;
    private final ConstructorRules constructors;
    private final LambdaCalls lambdas;
    private final DerivativeCalls derivatives;
    private final StandInCalls standIns;
    private final HandleConstants handles;
    private final Map<Instruction, Site> sites = new WeakHashMap<>();
    private int spent;
    private int spentOnRecursion;

    /**
     * @param host the class that declares the function's method; its class loader and its rights are those of the function
     * @param constructors which constructors are inlined
     * @param reordering whether parallel operations need not have the bits of the JDK's
     */
    public InlineCalls(
            InlinePolicy policy,
            MethodBodies bodies,
            Class<?> host,
            ConstructorRules constructors,
            boolean reordering) {
        this.policy = policy;
        this.host = host;
        this.constructors = constructors;
        this.resolution = new MethodResolution(host);
        this.receivers = new Receivers(resolution, new StaticFinalFields(bodies, resolution));
        this.access = new Access(host, resolution, bodies, policy.everything());
        this.inlinable = new InlinableBodies(policy, bodies, host, resolution, access);
        this.initialization = new ClassInitialization(host, bodies, access);
        this.lambdas = new LambdaCalls(resolution, receivers, access, inlinable);
        this.derivatives = new DerivativeCalls(policy.nested(), receivers, host);
        this.standIns = new StandInCalls(resolution, receivers, reordering);
        this.handles = new HandleConstants(bodies, resolution);
    }

    /**
     * The methods around a call, innermost first.
     *
     * @param known what the method was given of lambdas and other objects that are known
     */
    private record Site(MethodReference method, @Nullable Site outer, int depth, Set<Value> known) {
        boolean gives(MethodReference wanted, Value object) {
            for (Site site = this; site != null; site = site.outer) {
                if (site.method.equals(wanted) && site.known.contains(object)) {
                    return true;
                }
            }
            return false;
        }

        int occurrences(MethodReference wanted) {
            int count = 0;
            for (Site site = this; site != null; site = site.outer) {
                if (site.method.equals(wanted)) {
                    count++;
                }
            }
            return count;
        }
    }

    /**
     * A method that a call is known to reach.
     *
     * @param required whether the call has its meaning only where it stands, so that it must not stay elsewhere
     */
    private record Target(Executable method, boolean required) {}

    /** Inlines calls in the function and in what was inlined. */
    public boolean run(Function function) {
        receivers.clear();
        Deque<Instruction> open = new ArrayDeque<>();
        if (spent == 0) {
            spent = InlinableBodies.size(function);
        }
        for (Block block : function.blocks()) {
            addCandidates(block.instructions(), open);
        }
        boolean changed = false;
        // Breadth first: where the budget runs out, it is the deepest calls that stay.
        while (!open.isEmpty() && spent < policy.budget()) {
            Instruction call = open.removeFirst();
            int budget = passesNumbersOnly(call) ? policy.numbersBudget() : policy.budget();
            if (spent >= budget || !SpliceBody.isPossible(call) || leadsToThrow(call)) {
                continue;
            }
            List<Instruction> more = inline(call, budget - spent);
            if (more != null) {
                changed = true;
                spent += more.size();
                addCandidates(more, open);
            }
        }
        if (changed) {
            orderBlocks(function);
        }
        if (policy.nested() != NestedDerivatives.NONE) {
            changed |= DerivativeCalls.removeUnused(function);
        }
        return changed;
    }

    private static void addCandidates(List<Instruction> instructions, Deque<Instruction> open) {
        for (Instruction instruction : instructions) {
            if (isCandidate(instruction)) {
                open.addLast(instruction);
            }
        }
    }

    /** Integers alone, and longs, may be the bits of numbers, which have a meaning only in sight of where they come from. */
    private static boolean passesNumbersOnly(Instruction call) {
        if (call.opCode() != OpCode.INVOKE_STATIC) {
            return false;
        }
        MethodTypeDesc type = call.method().type();
        if (!"DFZV".contains(type.returnType().descriptorString())) {
            return false;
        }
        boolean anyNumber = false;
        for (ClassDesc parameter : type.parameterList()) {
            if (!"DFIZ".contains(parameter.descriptorString())) {
                return false;
            }
            anyNumber |= "DF".contains(parameter.descriptorString());
        }
        return anyNumber;
    }

    /** What only makes the message of an exception is not worth it. */
    private static boolean leadsToThrow(Instruction call) {
        Block block = call.block();
        return block != null && block.terminator() instanceof Terminator.Throw;
    }

    static boolean isCandidate(Instruction instruction) {
        return instruction.opCode().isCall()
                && (instruction.opCode() != OpCode.INVOKE_DYNAMIC || PatternSwitches.is(instruction))
                && instruction.opCode() != OpCode.INVOKE_FUNCTION
                && !StandIns.isElementsOf(instruction);
    }

    /** Inlines one call and returns what came into the function, or returns null if the call stays. */
    private @Nullable List<Instruction> inline(Instruction call, int room) {
        if (call.opCode() == OpCode.INVOKE_DYNAMIC) {
            return patternSwitch(call);
        }
        if (policy.everything() && HandleConstants.isCall(call)) {
            return handles.of(call.operand(0))
                    .map(called -> callDirectly(call, called))
                    .orElse(null);
        }
        if (isObjectClone(call)) {
            return callInstead(
                    call,
                    OpCode.INVOKE_SPECIAL,
                    new MethodReference(
                            ConstantDescs.CD_Object, "clone", MethodTypeDesc.of(ConstantDescs.CD_Object), false));
        }
        if (policy.kept().test(call.method()) && !isOfApplication(call) || Receivers.makesDerivative(call)) {
            return null;
        }
        if (call.method().equals(REQUIRE_NON_NULL)) {
            return checkForNull(call);
        }
        if (call.opCode() == OpCode.INVOKE_VIRTUAL || call.opCode() == OpCode.INVOKE_INTERFACE) {
            Receivers.Receiver receiver = receivers.of(call.operand(0));
            if (receiver instanceof Receivers.Receiver.Lambda(Closure closure) && LambdaCalls.isOf(closure, call)) {
                Site site = site(call);
                List<Instruction> direct = lambdas.inline(call, closure);
                if (direct != null) {
                    direct.forEach(instruction -> sites.put(instruction, site));
                }
                return direct;
            }
            if (derivatives.inline(call)) {
                return List.of(); // its own calls were followed before it was differentiated
            }
            if (policy.nested() != NestedDerivatives.NONE
                    && NestedDerivatives.MADE.contains(call.method().owner())) {
                return null; // What it does inside is no business of a refusal.
            }
        }
        MethodReference standIn = policy.everything() ? standIns.of(call) : null;
        if (standIn != null) {
            return callInstead(call, OpCode.INVOKE_STATIC, standIn);
        }
        Target target = target(call);
        return target == null ? null : inlineBody(call, target, room);
    }

    private List<Instruction> patternSwitch(Instruction call) {
        Site site = site(call);
        SpliceBody.Splice splice = SpliceBody.splice(call, List.of(), PatternSwitches.body(call), call.operands());
        receivers.edgesChanged();
        List<Instruction> added = reached(splice).stream()
                .flatMap(block -> block.instructions().stream())
                .toList();
        added.forEach(instruction -> sites.put(instruction, site));
        return added;
    }

    /** Calls what a method handle calls, or returns null if the types need conversions that change more than their names. */
    private @Nullable List<Instruction> callDirectly(Instruction call, HandleConstants.Called called) {
        MethodTypeDesc type = call.method().type();
        boolean exact = call.method().name().equals("invokeExact");
        if (exact ? !type.equals(called.type()) : !HandleConversions.areSimple(type, called.type())) {
            return null;
        }
        HandleConversions conversions = new HandleConversions(call);
        List<Value> operands = conversions.arguments(called);
        Function function = call.block().function();
        Instruction direct = function.newInstruction(called.opCode(), called.method(), operands, call.position());
        Value result = conversions.result(direct);
        Site site = site(call);
        SpliceBody.replace(call, conversions.code(), result);
        HandleConstants.removeUnused(call.operand(0));
        receivers.edgesChanged();
        sites.put(direct, site);
        return List.of(direct);
    }

    /** Whether a call is of the method that copies an object, of a class that is known and does not override it. */
    private boolean isObjectClone(Instruction call) {
        if (!policy.everything()
                || call.opCode() != OpCode.INVOKE_VIRTUAL
                || !call.method().name().equals("clone")) {
            return false;
        }
        return receivers.of(call.operand(0)) instanceof Receivers.Receiver.Exact(Class<?> type)
                && !type.isArray()
                && resolution
                        .resolve(call.method())
                        .flatMap(resolved -> resolution.select(type, resolved))
                        .filter(method -> method.getDeclaringClass() == Object.class && method.getParameterCount() == 0)
                        .isPresent();
    }

    private List<Instruction> callInstead(Instruction call, OpCode opCode, MethodReference method) {
        Instruction direct = call.block().function().newInstruction(opCode, method, call.operands(), call.position());
        Site site = site(call);
        SpliceBody.replace(call, List.of(direct), direct.result());
        if (call.result() != null && direct.result() != null) {
            receivers.recordCopy(call.value(), direct.result());
        }
        receivers.edgesChanged();
        sites.put(direct, site);
        return List.of(direct);
    }

    /** Whether the receiver is a lambda or an object of a class that is not the JDK's, whatever interface it is known by. */
    private boolean isOfApplication(Instruction call) {
        if (call.opCode() != OpCode.INVOKE_INTERFACE) {
            return false;
        }
        return switch (receivers.of(call.operand(0))) {
            case Receivers.Receiver.Exact(Class<?> type) -> type.getClassLoader() != null;
            case Receivers.Receiver.Lambda(Closure closure) -> LambdaCalls.isOf(closure, call);
            case null, default -> false;
        };
    }

    private List<Instruction> checkForNull(Instruction call) {
        Value checked = call.operand(0);
        List<Instruction> check = receivers.isNonNull(checked)
                ? List.of()
                : List.of(call.block()
                        .function()
                        .newInstruction(OpCode.NULL_CHECK, null, List.of(checked), call.position()));
        SpliceBody.replace(call, check, checked);
        receivers.recordCopy(call.value(), checked);
        receivers.edgesChanged();
        return check;
    }

    private @Nullable Target target(Instruction call) {
        Executable resolved = resolution.resolve(call.method()).orElse(null);
        if (resolved == null || Modifier.isStatic(resolved.getModifiers()) != (call.opCode() == OpCode.INVOKE_STATIC)) {
            return null;
        }
        return switch (call.opCode()) {
            case INVOKE_STATIC -> new Target(resolved, false);
            case INVOKE_SPECIAL -> specialTarget(call, resolved);
            default -> virtualTarget(call, resolved);
        };
    }

    private @Nullable Target specialTarget(Instruction call, Executable resolved) {
        if (resolved instanceof Constructor<?>) {
            return constructors.mayInline(call, resolved.getDeclaringClass()) ? new Target(resolved, false) : null;
        }
        if (Modifier.isPrivate(resolved.getModifiers())) {
            return new Target(resolved, false);
        }
        Class<?> caller = resolution.load(site(call).method().owner()).orElse(host);
        return inlinable.isDirectSuper(resolved, call.method(), caller) ? new Target(resolved, caller != host) : null;
    }

    private @Nullable Target virtualTarget(Instruction call, Executable resolved) {
        Class<?> owner = resolved.getDeclaringClass();
        if (Modifier.isPrivate(resolved.getModifiers())
                || Modifier.isFinal(resolved.getModifiers())
                || Modifier.isFinal(owner.getModifiers())) {
            return new Target(resolved, false);
        }
        return switch (receivers.of(call.operand(0))) {
            case null ->
                CollectionDefaults.ofAnyCollection(resolved)
                        .filter(_ -> policy.everything())
                        .map(method -> new Target(method, false))
                        .orElse(null);
            case Receivers.Receiver.Exact(Class<?> type) ->
                resolution
                        .select(type, resolved)
                        .map(method -> policy.everything() ? CollectionDefaults.insteadOf(method) : method)
                        .map(method -> new Target(method, false))
                        .orElse(null);
            case Receivers.Receiver.Derivative _ -> null;
            case Receivers.Receiver.Lambda(Closure closure) ->
                resolution
                        .load(closure.type())
                        .flatMap(type -> defaultMethod(type, call.method()))
                        .map(method -> new Target(method, false))
                        .orElse(null);
        };
    }

    /** The default method that lambdas of this interface have. */
    private Optional<Executable> defaultMethod(Class<?> functionalInterface, MethodReference method) {
        return resolution
                .resolve(new MethodReference(
                        functionalInterface.describeConstable().orElseThrow(), method.name(), method.type(), true))
                .filter(found -> found.getDeclaringClass().isInterface()
                        && (found.getModifiers() & (Modifier.ABSTRACT | Modifier.STATIC)) == 0);
    }

    private @Nullable List<Instruction> inlineBody(Instruction call, Target target, int room) {
        Executable method = target.method();
        if (method.getDeclaringClass().isHidden()) {
            return null; // has neither a name nor a class file
        }
        MethodReference reference = MethodResolution.reference(method);
        Site site = site(call);
        int occurrences = site.occurrences(reference);
        boolean stop = site.depth() >= policy.depth() || policy.kept().test(reference);
        if (stop && !target.required()) {
            return null;
        }
        Function body = inlinable.of(method);
        if (occurrences > 0
                && !target.required()
                && !isOnceIntoItself(reference, body, site)
                && occurrences > allowedOccurrences(call, reference, site)) {
            return null;
        }
        if (body == null || InlinableBodies.size(body) > room && !target.required()) {
            return null;
        }
        if (call.opCode() == OpCode.INVOKE_STATIC
                && !policy.everything()
                && initialization.needsLiveObject(method.getDeclaringClass())) {
            return null; // a class file cannot hold it
        }
        Set<Value> known = new HashSet<>();
        for (Value operand : call.operands()) {
            if (receivers.isKnownObject(operand)) {
                known.add(receivers.origin(operand));
            }
        }
        List<Instruction> before = new ArrayList<>();
        List<Value> arguments = new ArrayList<>(call.operands());
        if (call.opCode() == OpCode.INVOKE_STATIC) {
            if (initialization.isObservable(method.getDeclaringClass())) {
                before.addAll(
                        initialization.trigger(call.block().function(), method.getDeclaringClass(), call.position()));
            }
        } else {
            arguments.set(0, receiver(call, method, before));
        }
        SpliceBody.Splice splice = SpliceBody.splice(call, before, body, arguments);
        if (call.result() != null && splice.returned().size() == 1) {
            receivers.recordCopy(call.value(), splice.returned().getFirst());
        }
        receivers.edgesChanged();
        Site inner = new Site(reference, site, site.depth() + 1, known);
        List<Instruction> added = new ArrayList<>();
        for (Block block : reached(splice)) {
            for (Instruction instruction : block.instructions()) {
                sites.put(instruction, inner);
                added.add(instruction);
            }
        }
        if (occurrences > 0) {
            spentOnRecursion += added.size();
        }
        return added;
    }

    /** Whether a small method would be inlined into itself for the first time. */
    private boolean isOnceIntoItself(MethodReference method, @Nullable Function body, Site site) {
        return body != null
                && InlinableBodies.size(body) <= policy.selfSize()
                && site.method().equals(method)
                && site.occurrences(method) == 1
                && spentOnRecursion < policy.recursionBudget();
    }

    /** A method that passes on the lambda or object that it got is not inlined into itself for that: what it does is the same again. */
    private int allowedOccurrences(Instruction call, MethodReference method, Site site) {
        return spentOnRecursion < policy.recursionBudget()
                        && call.operands().stream()
                                .anyMatch(value ->
                                        receivers.isKnownObject(value) && !site.gives(method, receivers.origin(value)))
                ? policy.recursion()
                : 0;
    }

    /** The copied blocks and those that were split off them: all from the copies up to the continuation. */
    private static List<Block> reached(SpliceBody.Splice splice) {
        Function function = splice.continuation().function();
        int first = function.blocks().indexOf(splice.copies().getFirst());
        return List.copyOf(function.blocks().subList(first, function.blocks().size()));
    }

    /** The receiver, checked for null and cast to the class that declares the method, as far as that is not known already. */
    private Value receiver(Instruction call, Executable method, List<Instruction> before) {
        Function function = call.block().function();
        Value receiver = call.operand(0);
        if (!receivers.isNonNull(receiver)) {
            before.add(function.newInstruction(OpCode.NULL_CHECK, null, List.of(receiver), call.position()));
        }
        Class<?> declaring = method.getDeclaringClass();
        Class<?> known = resolution.load(receiver.type().descriptor()).orElse(Object.class);
        if (declaring.isInterface() || declaring.isAssignableFrom(known)) {
            return receiver;
        }
        Instruction cast = function.newInstruction(
                OpCode.CHECK_CAST, declaring.describeConstable().orElseThrow(), List.of(receiver), call.position());
        before.add(cast);
        return cast.value();
    }

    private Site site(Instruction call) {
        Site known = sites.get(call);
        if (known != null) {
            return known;
        }
        MethodReference origin = call.block().function().origin();
        MethodReference root = origin == null
                ? new MethodReference(host.describeConstable().orElseThrow(), "", ConstantDescs.MTD_void, false)
                : origin;
        return new Site(root, null, 0, Set.of());
    }

    /** Puts the blocks in reverse postorder, so that the text form reads from top to bottom. */
    private static void orderBlocks(Function function) {
        ReversePostorder order = ReversePostorder.of(function);
        List<Block> all = new ArrayList<>(order.blocks());
        for (Block block : function.blocks()) {
            if (!order.isReachable(block)) {
                all.add(block);
            }
        }
        function.orderBlocks(all);
    }
}
