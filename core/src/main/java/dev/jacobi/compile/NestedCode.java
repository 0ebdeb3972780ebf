package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.compile.DerivativeCompiler.Derived;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.Lambdas;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.inline.NestedDerivatives;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Derivatives called in code that is differentiated: their code takes the place of the call, and is differentiated like any other. What the
 * inner function captures is constant to the inner derivative and an ordinary value to the outer one.
 *
 * <p>Known are {@code derivative}, {@code gradient}, {@code jvp}, {@code vjp}, {@code hvp}, {@code hessian} and {@code jacobian} of lambdas and method references, made in the code itself or in
 * a {@code static final} field, and all objects that Jacobi has made, where the code has captured them. Not known are gradients, adjoints and products of nested
 * arrays and of objects, matrices written into arrays of the caller, several directions, pullbacks: their calls stay, and are refused if anything active gets into them.
 *
 * @param depth how many derivatives are around the code
 * @param reordering whether parallel streams become loops that can be cut into parts, in derived functions too; objects made before have them as they are on the JVM, so their calls stay
 */
record NestedCode(Options options, int depth, boolean reordering) implements NestedDerivatives {
    private static final int MAXIMUM_DEPTH = 8;

    /** The functional interfaces by the maker's parameter: the method, its erased type, whether generics say more. */
    private enum Shape {
        NUMBER("dev.jacobi.NumberFunction", "applyAsDouble", "(D)D"),
        SCALAR("dev.jacobi.ScalarFunction", "applyAsDouble", "(Ljava/lang/Object;)D"),
        ARRAY("dev.jacobi.ArrayFunction", "apply", "(Ljava/lang/Object;)Ljava/lang/Object;");

        final ClassDesc type;
        final MethodReference method;

        Shape(String type, String method, String descriptor) {
            this.type = ClassDesc.of(type);
            this.method = new MethodReference(this.type, method, MethodTypeDesc.ofDescriptor(descriptor), true);
        }

        static Optional<Shape> of(MethodReference maker) {
            return Arrays.stream(values())
                    .filter(shape -> maker.type().parameterCount() > 0
                            && maker.type().parameterType(0).equals(shape.type))
                    .findFirst();
        }
    }

    @Override
    public Optional<Function> ofMade(
            Instruction maker, Instruction function, List<Object> constants, MethodReference called, Class<?> host) {
        MethodReference method = maker.method();
        Optional<Shape> shape = Shape.of(method);
        if (shape.isEmpty()) {
            return Optional.empty();
        }
        Optional<MethodTypeDesc> type = type(function, shape.get());
        if (type.isEmpty()
                || !DerivativeRequest.carriesDerivative(Type.of(type.get().parameterType(0)))) {
            return Optional.empty();
        }
        Optional<NestedMatrices> matrix = NestedMatrices.of(method.name(), called);
        if (matrix.isPresent() && constants.isEmpty()) {
            return Optional.of(matrix.get().ofMade(function, pipeline(host)));
        }
        String calls = method.name() + "." + called.name() + called.type().descriptorString();
        Optional<Calls> form = Calls.of(calls, shape.get());
        if (form.isEmpty()
                || form.get().allocates && !NestedWrappers.isFlat(type.get().parameterType(0))) {
            return Optional.empty();
        }
        if (depth >= MAXIMUM_DEPTH) {
            throw new JacobiException(
                    Refusal.NESTED_TOO_DEEP,
                    "cannot differentiate derivatives that are nested deeper than " + MAXIMUM_DEPTH,
                    maker.position() == null ? null : maker.position().toString());
        }
        Function calling = calling(function, shape.get(), type.get());
        Target nested = Target.nested(host, name(function), calling, depth + 1);
        Target target = reordering
                ? nested.rearranged(PrimalCode.reordered(nested, options, new RuleTable(options.rules(), host)))
                : nested;
        int order = constants.isEmpty() ? 1 : ((Number) constants.getFirst()).intValue();
        return order < 1 ? Optional.empty() : Optional.of(code(form.get(), target, order));
    }

    private Pipeline pipeline(Class<?> host) {
        Pipeline pipeline = Pipeline.forDifferentiation(host, KnownCall::isKnown)
                .inliningAll()
                .nesting(this)
                .optimizing(options.optimizeFirst())
                .verifying(options.verify());
        return reordering ? pipeline.reordering() : pipeline;
    }

    /** The calls that are known. */
    private enum Calls {
        NUMBER_DERIVATIVE("derivative.applyAsDouble(D)D", Shape.NUMBER, Mode.FORWARD, false),
        GRADIENT_INTO("gradient.into(Ljava/lang/Object;Ljava/lang/Object;)D", Shape.SCALAR, Mode.REVERSE, true),
        GRADIENT_AT("gradient.at(Ljava/lang/Object;)Ljava/lang/Object;", Shape.SCALAR, Mode.REVERSE, true),
        SLOPE("jvp.at(Ljava/lang/Object;Ljava/lang/Object;)D", Shape.SCALAR, Mode.FORWARD, false),
        TANGENT("jvp.at(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;", Shape.ARRAY, Mode.FORWARD, false),
        ADJOINT("vjp.at(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;", Shape.ARRAY, Mode.REVERSE, true),
        PRODUCT_INTO(
                "hvp.into(Ljava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;)V", Shape.SCALAR, Mode.REVERSE, true),
        PRODUCT_AT("hvp.at(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;", Shape.SCALAR, Mode.REVERSE, true);

        final String text;
        final Shape shape;
        final Mode mode;
        /** Whether it works with a shadow that it makes or clears. */
        final boolean allocates;

        Calls(String text, Shape shape, Mode mode, boolean allocates) {
            this.text = text;
            this.shape = shape;
            this.mode = mode;
            this.allocates = allocates;
        }

        static Optional<Calls> of(String text, Shape shape) {
            return Arrays.stream(values())
                    .filter(calls -> calls.text.equals(text) && calls.shape == shape)
                    .findFirst();
        }
    }

    private Function code(Calls form, Target target, int order) {
        if (form == Calls.PRODUCT_INTO || form == Calls.PRODUCT_AT) {
            Function guarded = HigherOrder.nestedTangent(target, options);
            return form == Calls.PRODUCT_AT ? NestedWrappers.product(guarded) : NestedWrappers.productInto(guarded);
        }
        List<Activity> activities = new ArrayList<>();
        target.parameterTypes().forEach(_ -> activities.add(Activity.CONST));
        activities.set(activities.size() - 1, form.mode == Mode.FORWARD ? Activity.DUAL : Activity.DUPLICATED);
        Specification specification = new Specification(target, options, form.mode, activities);
        Derived derived = DerivativeCompiler.derived(
                specification,
                form == Calls.GRADIENT_INTO ? DerivativeCompiler.WITH_PRIMAL : DerivativeCompiler.DERIVATIVE_ONLY);
        Function guarded = derived.guarded();
        switch (form) {
            case NUMBER_DERIVATIVE, GRADIENT_INTO, GRADIENT_AT -> BindParameters.bindLast(guarded, 1.0);
            default -> {}
        }
        Pipeline.standard().verifying(options.verify()).run(guarded);
        return switch (form) {
            case NUMBER_DERIVATIVE ->
                order == 1 ? guarded : code(form, target.derived("the derivative", guarded), order - 1);
            case GRADIENT_INTO ->
                NestedWrappers.clearing(guarded, guarded.parameters().size() - 1);
            case GRADIENT_AT ->
                NestedWrappers.allocating(guarded, guarded.parameters().size() - 1);
            case ADJOINT ->
                NestedWrappers.allocating(guarded, guarded.parameters().size() - 2);
            case SLOPE, TANGENT, PRODUCT_INTO, PRODUCT_AT -> guarded;
        };
    }

    @Override
    public Optional<Function> ofObject(Object derivative, MethodReference called, Class<?> host) {
        if (reordering || !isVisible(derivative, host)) {
            return Optional.empty();
        }
        String descriptor = called.name() + called.type().descriptorString();
        return switch (derivative) {
            case ReverseGradient<?> gradient ->
                DerivedCode.of(gradient.reverse()).flatMap(code -> switch (descriptor) {
                    case "into(Ljava/lang/Object;Ljava/lang/Object;)D" ->
                        flat(code, 0).map(flat -> NestedWrappers.clearing(flat, 1));
                    case "at(Ljava/lang/Object;)Ljava/lang/Object;" ->
                        flat(code, 0).map(flat -> NestedWrappers.allocating(flat, 1));
                    default -> Optional.empty();
                });
            case ReverseProduct<?, ?> product
            when descriptor.equals("at(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;") ->
                DerivedCode.of(product.reverse())
                        .flatMap(code -> flat(code, 0))
                        .map(flat -> NestedWrappers.allocating(flat, 1));
            case GradientTangent<?> product ->
                DerivedCode.of(product.one().code()).flatMap(code -> switch (descriptor) {
                    case "at(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;" ->
                        flat(code, 0).map(NestedWrappers::product);
                    case "into(Ljava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;)V" ->
                        flat(code, 0).map(NestedWrappers::productInto);
                    default -> Optional.empty();
                });
            case HessianRows hessian
            when NestedMatrices.isAt(called) ->
                Optional.of(NestedMatrices.HESSIAN.ofObjects(hessian.products(), pipeline(HessianRows.class)));
            case ColumnsOrRows jacobian
            when NestedMatrices.isAt(called) ->
                Optional.of(NestedMatrices.JACOBIAN.ofObjects(jacobian.products(), pipeline(ColumnsOrRows.class)));
            case ForwardSlope<?> slope
            when descriptor.equals("at(Ljava/lang/Object;Ljava/lang/Object;)D") -> copyOf(slope.one());
            case ForwardProduct<?, ?> product
            when descriptor.equals("at(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;") ->
                copyOf(product.one());
            default -> implementing(derivative, called);
        };
    }

    /** Whether code of the host may name the classes that the code of a derivative names; Jacobi's own code gets a host afterwards. */
    private static boolean isVisible(Object derivative, Class<?> host) {
        return host.getPackage() == NestedCode.class.getPackage()
                || switch (derivative) {
                    case ReverseGradient<?> gradient -> isVisible(gradient.reverse(), host);
                    case ReverseProduct<?, ?> product -> isVisible(product.reverse(), host);
                    case GradientTangent<?> product -> isVisible(product.one().code(), host);
                    case ForwardSlope<?> slope -> isVisible(slope.one(), host);
                    case ForwardProduct<?, ?> product -> isVisible(product.one(), host);
                    case HessianRows hessian -> hessian.products().stream().allMatch(each -> isVisible(each, host));
                    case ColumnsOrRows jacobian -> jacobian.products().stream().allMatch(each -> isVisible(each, host));
                    default -> isVisible(derivative.getClass().getClassLoader(), host.getClassLoader());
                };
    }

    private static boolean isVisible(@Nullable ClassLoader loader, @Nullable ClassLoader from) {
        for (ClassLoader each = from; each != null; each = each.getParent()) {
            if (each == loader) {
                return true;
            }
        }
        return loader == null;
    }

    private static Optional<Function> copyOf(Object object) {
        return DerivedCode.of(object).map(Function::copy);
    }

    /** The code, if its parameter is an array of numbers. */
    private static Optional<Function> flat(Function code, int parameter) {
        return NestedWrappers.isFlat(code.parameters().get(parameter).type().descriptor())
                ? Optional.of(code)
                : Optional.empty();
    }

    /** The function behind an object of a generated class, if it takes and gives what is called without conversion. */
    private static Optional<Function> implementing(Object object, MethodReference called) {
        Optional<Function> code = DerivedCode.of(object);
        boolean declares = code.isPresent()
                && Arrays.stream(object.getClass().getDeclaredMethods())
                        .anyMatch(method -> method.getName().equals(called.name())
                                && method.getParameterCount() == called.type().parameterCount());
        if (!declares || code.get().parameters().size() != called.type().parameterCount()) {
            return Optional.empty();
        }
        boolean same = fits(code.get().returnType(), called.type().returnType());
        for (int index = 0; same && index < called.type().parameterCount(); index++) {
            same = fits(code.get().parameters().get(index).type(), called.type().parameterType(index));
        }
        return same ? code.map(Function::copy) : Optional.empty();
    }

    private static boolean fits(Type type, ClassDesc declared) {
        return type.isReference() ? !declared.isPrimitive() : declared.equals(type.descriptor());
    }

    /** The type of the function that is differentiated, generics included. */
    private static Optional<MethodTypeDesc> type(Instruction function, Shape shape) {
        if (shape == Shape.NUMBER) {
            return Optional.of(shape.method.type());
        }
        return switch (function.opCode()) {
            case INVOKE_DYNAMIC ->
                function.dynamicCall().arguments().get(2) instanceof MethodTypeDesc type
                        ? Optional.of(type)
                        : Optional.empty();
            case EMBED -> {
                Object object = ((EmbeddedObject)
                                Optional.ofNullable(function.attribute()).orElseThrow())
                        .object();
                yield object.getClass().isHidden()
                        ? Optional.of(Lambdas.target(object, Object.class).type())
                        : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static String name(Instruction function) {
        return function.opCode() == OpCode.INVOKE_DYNAMIC
                        && function.dynamicCall().arguments().get(1) instanceof DirectMethodHandleDesc method
                ? Type.name(method.owner()) + "." + method.methodName()
                : "a function";
    }

    /** A function that makes the functional object and calls it: of what is captured, and its arguments. */
    private static Function calling(Instruction function, Shape shape, MethodTypeDesc type) {
        Function calling = new Function(name(function), null, Type.of(type.returnType()));
        Block entry = calling.newBlock();
        for (Value captured : function.operands()) {
            entry.addParameter(captured.type());
        }
        List<Value> captured = List.copyOf(entry.parameters());
        Value argument = entry.addParameter(Type.of(type.parameterType(0)));
        Value object = entry.append(function.opCode(), function.attribute(), captured, function.position())
                .value();
        if (function.opCode() == OpCode.GET_STATIC) {
            entry.append(OpCode.NULL_CHECK, null, List.of(object), function.position());
        }
        Value result = entry.append(
                        OpCode.INVOKE_INTERFACE, shape.method, List.of(object, argument), function.position())
                .value();
        if (shape == Shape.ARRAY && !type.returnType().equals(ConstantDescs.CD_Object)) {
            result = entry.append(OpCode.CHECK_CAST, type.returnType(), List.of(result), function.position())
                    .value();
        }
        entry.setTerminator(new Return(result, function.position()));
        return calling;
    }
}
