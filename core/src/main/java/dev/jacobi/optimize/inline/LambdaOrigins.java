package dev.jacobi.optimize.inline;

import dev.jacobi.JacobiException;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.References.DynamicCall;
import dev.jacobi.lift.ClassFiles;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place in the code that made a live lambda, whose own code the JVM shows to nobody. Its class tells in whose code that is, and the
 * types of what it captures; the class file tells which lambdas are made there. Serialisable lambdas tell which one they are. Of others, those places are left out whose
 * code {@linkplain ProbeLambdas gives something else}; what is found is the one place that is left.
 *
 * <p>Not found are lambdas whose places cannot be told apart: functions that are no pure functions of numbers, of which one class makes several with the same
 * interface and the same types captured.
 */
public final class LambdaOrigins {
    private static final String INFIX = "$$Lambda";

    private static final ClassValue<AtomicReference<@Nullable Origin>> FOUND = new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable Origin> computeValue(Class<?> type) {
            return new AtomicReference<>();
        }
    };

    private LambdaOrigins() {}

    /**
     * What made the objects of a hidden class.
     *
     * @param getters read what they captured
     * @param standIn the class for the place
     */
    record Origin(LambdaClass.Form form, List<MethodHandle> getters, LambdaClass standIn) {
        /** The object of the class for the place that does the same. */
        Object convert(Object lambda) throws Throwable {
            if (standIn.only().isPresent()) {
                return standIn.only().get();
            }
            List<@Nullable Object> captured = new ArrayList<>();
            for (MethodHandle getter : getters) {
                captured.add(getter.invoke(lambda));
            }
            return DefineLambda.newInstance(standIn.type(), captured.toArray());
        }
    }

    /** The class with code for a lambda; empty if the object is no lambda, or it is not certain which. */
    public static Optional<Class<?>> standIn(Object object) {
        return Optional.ofNullable(of(object)).map(origin -> origin.standIn().type());
    }

    /** The class with code for objects of a class of which {@link #standIn} was asked before. */
    public static Optional<Class<?>> knownStandIn(Class<?> type) {
        Dependencies.obstacle("an object that lives");
        return Optional.ofNullable(FOUND.get(type).get())
                .map(origin -> origin.standIn().type());
    }

    /** Makes objects of {@link #knownStandIn} of those of the hidden class; its type is that of a function of an {@code Object}. */
    public static MethodHandle conversion(Class<?> type) {
        Origin origin = FOUND.get(type).get();
        if (origin == null) {
            throw new IllegalStateException("nothing is known of " + type);
        }
        MethodType any = MethodType.methodType(Object.class, Object.class);
        if (origin.standIn().only().isPresent()) {
            return MethodHandles.dropArguments(
                    MethodHandles.constant(Object.class, origin.standIn().only().get()), 0, Object.class);
        }
        MethodHandle made = MethodHandles.filterArguments(
                DefineLambda.constructor(origin.standIn().type()),
                0,
                origin.getters().toArray(MethodHandle[]::new));
        MethodType ofOne = MethodType.methodType(made.type().returnType(), type);
        return MethodHandles.permuteArguments(
                        made, ofOne, new int[origin.getters().size()])
                .asType(any);
    }

    /** Whether a class is one of those that the JVM makes for lambdas. */
    public static boolean isLambda(Class<?> type) {
        return type.isHidden() && type.isSynthetic() && type.getName().contains(INFIX);
    }

    static @Nullable Origin of(Object object) {
        Dependencies.obstacle("an object that lives");
        Class<?> type = object.getClass();
        if (!isLambda(type)) {
            return null;
        }
        AtomicReference<@Nullable Origin> known = FOUND.get(type);
        if (known.get() == null) {
            known.compareAndSet(null, find(object));
        }
        return known.get();
    }

    private static @Nullable Origin find(Object object) {
        Class<?> type = object.getClass();
        Class<?> maker = maker(type);
        Lookup lookup = maker == null ? null : DefineLambda.lookupIn(type);
        if (lookup == null) {
            return null;
        }
        try {
            List<Field> fields = Arrays.stream(type.getDeclaredFields())
                    .filter(field -> !Modifier.isStatic(field.getModifiers()))
                    .toList();
            List<MethodHandle> getters = new ArrayList<>();
            for (Field field : fields) {
                getters.add(lookup.unreflectGetter(field));
            }
            Closure told = EmbeddedLambdas.serialized(object).orElse(null);
            List<Origin> origins = new ArrayList<>();
            for (LambdaClass.Form form : forms(maker)) {
                if (fits(form, type, fields) && (told == null || isSame(told, form.closure()))) {
                    LambdaClass standIn = LambdaClass.of(form, maker, maker).orElse(null);
                    if (standIn == null) {
                        return null; // it may be this one
                    }
                    origins.add(new Origin(form, getters, standIn));
                }
            }
            return told != null && origins.size() == 1 ? origins.getFirst() : ProbeLambdas.only(object, origins, maker);
        } catch (IllegalAccessException | JacobiException | LinkageError _) {
            return null;
        }
    }

    /** The class in whose code a lambda is made. */
    private static @Nullable Class<?> maker(Class<?> type) {
        String name = type.getName();
        try {
            Class<?> maker = Class.forName(name.substring(0, name.indexOf(INFIX)), false, type.getClassLoader());
            return maker.getNestHost() == type.getNestHost() ? maker : null;
        } catch (ClassNotFoundException | LinkageError _) {
            return null;
        }
    }

    private static Set<LambdaClass.Form> forms(Class<?> maker) {
        Set<LambdaClass.Form> forms = new LinkedHashSet<>();
        ClassFiles.modelOf(maker).methods().forEach(method -> method.code().ifPresent(code -> addForms(code, forms)));
        return forms;
    }

    private static void addForms(CodeModel code, Set<LambdaClass.Form> forms) {
        code.forEach(element -> {
            if (element instanceof InvokeDynamicInstruction site) {
                LambdaClass.Form.of(new DynamicCall(
                                site.bootstrapMethod(),
                                site.name().stringValue(),
                                site.typeSymbol(),
                                site.bootstrapArgs()))
                        .ifPresent(forms::add);
            }
        });
    }

    /** Whether an object of the hidden class can be what a place makes. */
    private static boolean fits(LambdaClass.Form form, Class<?> type, List<Field> fields) {
        Set<String> interfaces = new HashSet<>(List.of(form.closure().type().descriptorString()));
        form.markers().forEach(marker -> interfaces.add(marker.descriptorString()));
        Set<String> erasures = form.closure().erasures().stream()
                .map(erasure -> form.closure().name() + erasure.descriptorString())
                .collect(Collectors.toSet());
        return Arrays.stream(type.getInterfaces())
                        .map(Class::descriptorString)
                        .collect(Collectors.toSet())
                        .equals(interfaces)
                && form.captured().stream()
                        .map(ClassDesc::descriptorString)
                        .toList()
                        .equals(fields.stream()
                                .map(field -> field.getType().descriptorString())
                                .toList())
                && Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .map(method -> method.getName() + MethodResolution.descriptor(method))
                        .collect(Collectors.toSet())
                        .equals(erasures);
    }

    private static boolean isSame(Closure told, Closure made) {
        return told.implementation().owner().equals(made.implementation().owner())
                && told.implementation()
                        .methodName()
                        .equals(made.implementation().methodName())
                && told.implementation()
                        .lookupDescriptor()
                        .equals(made.implementation().lookupDescriptor())
                && told.instantiated().equals(made.instantiated())
                && told.name().equals(made.name())
                && told.type().equals(made.type());
    }
}
