package dev.jacobi.optimize.inline;

import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A class whose objects stand for the lambdas that one place of a program makes. Unlike the hidden class of the JVM it has a name, fields with what is
 * captured, and methods whose code is known; so its objects are objects like others, in fields, arrays and calls.
 *
 * <p>A lambda that captures nothing is one object, as it is for HotSpot, but not the same one that the JVM makes in that place. Serialisable ones
 * have no {@code writeReplace}.
 */
public final class LambdaClass {
    /** The field with a captured value, and its number. */
    static final String CAPTURED = "captured";

    /**
     * What a place makes.
     *
     * @param closure without what it captures
     * @param captured the types of what it captures
     * @param markers further interfaces
     */
    record Form(Closure closure, List<ClassDesc> captured, List<ClassDesc> markers) {
        static Optional<Form> of(DynamicCall call) {
            return Closure.madeBy(call)
                    .map(closure -> new Form(closure, call.type().parameterList(), Closure.markers(call)));
        }
    }

    private static final ClassValue<Map<Form, Optional<LambdaClass>>> MADE_BY = new ClassValue<>() {
        @Override
        protected Map<Form, Optional<LambdaClass>> computeValue(Class<?> maker) {
            return new ConcurrentHashMap<>();
        }
    };

    /**
     * What is known of such a class.
     *
     * @param beside the class that it was defined beside
     */
    private record Known(Form form, Class<?> beside) {}

    private static final ClassValue<AtomicReference<@Nullable Known>> KNOWN = new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable Known> computeValue(Class<?> type) {
            return new AtomicReference<>();
        }
    };

    private final Class<?> type;
    private final Optional<Object> only;

    private LambdaClass(Class<?> type, Optional<Object> only) {
        this.type = type;
        this.only = only;
    }

    /**
     * The class for what a place in the code of {@code maker} makes; empty if there can be none.
     *
     * @param host the class whose function names it
     */
    static Optional<LambdaClass> of(Form form, Class<?> maker, Class<?> host) {
        // Lambdas of closed packages go with the function; a chain of them must not have a class for each link.
        Known ofHost = KNOWN.get(host).get();
        Class<?> beside = DefineLambda.lookupIn(maker) != null ? maker : ofHost != null ? ofHost.beside() : host;
        Map<Form, Optional<LambdaClass>> places = MADE_BY.get(beside);
        Dependencies.obstacle("a class that is made for a lambda");
        Optional<LambdaClass> known = places.get(form);
        if (known == null) {
            synchronized (KNOWN) {
                known = places.get(form);
                if (known == null) {
                    known = define(form, maker, beside);
                    places.put(form, known);
                }
            }
        }
        return known;
    }

    private static Optional<LambdaClass> define(Form form, Class<?> maker, Class<?> beside) {
        return DefineLambda.define(form, maker, beside).map(type -> {
            KNOWN.get(type).set(new Known(form, beside));
            return new LambdaClass(
                    type, form.captured().isEmpty() ? Optional.of(DefineLambda.newInstance(type)) : Optional.empty());
        });
    }

    Class<?> type() {
        return type;
    }

    /** Whether a class is one of these. */
    public static boolean isOne(Class<?> type) {
        return KNOWN.get(type).get() != null;
    }

    /** Whether an object stands for a lambda that captures nothing. */
    public static boolean capturesNothing(Object object) {
        Known known = KNOWN.get(object.getClass()).get();
        return known != null && known.form().captured().isEmpty();
    }

    /** The one object, of a lambda that captures nothing. */
    Optional<Object> only() {
        return only;
    }

    /** The code of a method of such a class that implements the functional interface; null for all other methods and classes. */
    static @Nullable Function body(Class<?> owner, MethodReference method) {
        Known known = KNOWN.get(owner).get();
        if (known == null
                || !known.form().closure().name().equals(method.name())
                || !known.form().closure().erasures().contains(method.type())) {
            return null;
        }
        Form form = known.form();
        Function function = new Function(
                Type.name(method.owner()) + "." + method.name(),
                method,
                Type.of(method.type().returnType()));
        Block block = function.newBlock();
        Value self = block.addParameter(Type.of(method.owner()));
        List<Value> arguments = new ArrayList<>();
        method.type().parameterList().forEach(type -> arguments.add(block.addParameter(Type.of(type))));
        List<Closure.Capture> captured = new ArrayList<>();
        for (ClassDesc type : form.captured()) {
            Instruction get = block.append(
                    OpCode.GET_FIELD,
                    new FieldReference(method.owner(), CAPTURED + captured.size(), type),
                    List.of(self),
                    null);
            get.setProved(true);
            captured.add(new Closure.Capture.Live(get.value()));
        }
        ClosureCalls.Direct direct =
                ClosureCalls.body(function, form.closure().capturing(captured), method.type(), arguments);
        direct.instructions().forEach(block::append);
        boolean gives = !method.type().returnType().equals(ConstantDescs.CD_void);
        block.setTerminator(new Terminator.Return(gives ? direct.result() : null, null));
        return function;
    }

    /** The constructor, which takes what is captured. */
    MethodReference constructor(Form form) {
        return new MethodReference(
                type.describeConstable().orElseThrow(),
                ConstantDescs.INIT_NAME,
                MethodTypeDesc.of(ConstantDescs.CD_void, form.captured()),
                false);
    }
}
