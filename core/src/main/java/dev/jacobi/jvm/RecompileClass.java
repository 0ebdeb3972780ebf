package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.lift.ClassHierarchy;
import dev.jacobi.lift.Lifter;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes a class file again, with the code of each method lifted, optimised and emitted.
 *
 * <p>All else stays: fields, signatures, annotations, attributes. Of the code, names of local variables and annotations on them are lost.
 * Methods that are refused keep the code they had. Classes of versions before 50, which have no stack maps, get version 50.
 */
public final class RecompileClass {
    private static final int FIRST_VERSION_WITH_STACK_MAPS = 50;

    /**
     * What became of a method with code.
     *
     * @param method name and descriptor
     * @param refusal why it kept its code, empty if it was emitted anew
     */
    public record Outcome(String method, Optional<JacobiException> refusal) {}

    /** The class file and what became of its methods with code, in their order. */
    public record Result(byte[] bytes, List<Outcome> methods) {
        public Result {
            methods = List.copyOf(methods);
        }
    }

    private final ClassModel model;
    private final MemberLinkage linkage;
    private final Map<MethodModel, CodeEmitter> emitters = new HashMap<>();
    private final Map<MethodModel, JacobiException> refusals = new HashMap<>();
    private @Nullable MethodModel writing;

    private RecompileClass(ClassModel model, ClassHierarchy hierarchy) {
        this.model = model;
        this.linkage = new MemberLinkage(model.thisClass().asSymbol(), hierarchy);
    }

    /**
     * Recompiles a class.
     *
     * @param hierarchy tells of the classes that the code refers to; those it does not know cost casts
     * @param optimiser what to do with each function between lifting and emission
     */
    public static Result recompile(ClassModel model, ClassHierarchy hierarchy, UnaryOperator<Function> optimiser) {
        RecompileClass recompiling = new RecompileClass(model, hierarchy);
        for (MethodModel method : model.methods()) {
            if (method.code().isPresent()) {
                recompiling.prepare(method, hierarchy, optimiser);
            }
        }
        return recompiling.result();
    }

    private void prepare(MethodModel method, ClassHierarchy hierarchy, UnaryOperator<Function> optimiser) {
        try {
            Function function = optimiser.apply(Lifter.lift(model, method, hierarchy));
            boolean isConstructor = method.methodName().equalsString(ConstantDescs.INIT_NAME);
            emitters.put(method, new CodeEmitter(function, linkage, method.methodTypeSymbol(), isConstructor));
        } catch (JacobiException e) {
            refusals.put(method, e);
        } catch (RuntimeException | StackOverflowError e) {
            refusals.put(method, internal(method, e));
        }
    }

    private JacobiException internal(MethodModel method, Throwable cause) {
        boolean tooLarge = cause instanceof IllegalArgumentException
                && cause.getMessage() != null
                && cause.getMessage().contains("Code length");
        return new JacobiException(
                tooLarge ? Refusal.METHOD_TOO_LARGE : Refusal.INTERNAL,
                "cannot recompile " + model.thisClass().asInternalName() + "." + signature(method) + ": " + cause,
                null,
                cause);
    }

    private static String signature(MethodModel method) {
        return method.methodName().stringValue() + method.methodType().stringValue();
    }

    private Result result() {
        while (true) {
            try {
                byte[] bytes = write();
                List<Outcome> outcomes = new ArrayList<>();
                for (MethodModel method : model.methods()) {
                    if (method.code().isPresent()) {
                        outcomes.add(new Outcome(signature(method), Optional.ofNullable(refusals.get(method))));
                    }
                }
                return new Result(bytes, outcomes);
            } catch (RuntimeException | StackOverflowError e) {
                // The class is written again, with the method that was at fault as it was.
                MethodModel faulty = writing;
                if (faulty == null || emitters.remove(faulty) == null) {
                    throw e;
                }
                refusals.put(faulty, e instanceof JacobiException refusal ? refusal : internal(faulty, e));
            }
        }
    }

    private byte[] write() {
        return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                        linkage.classes().resolver()))
                .build(model.thisClass().asSymbol(), builder -> {
                    builder.withFlags(model.flags().flagsMask());
                    for (ClassElement element : model) {
                        if (element instanceof MethodModel method && emitters.containsKey(method)) {
                            write(builder, method, emitters.get(method));
                        } else if (element instanceof ClassFileVersion version) {
                            builder.withVersion(
                                    Math.max(version.majorVersion(), FIRST_VERSION_WITH_STACK_MAPS),
                                    version.majorVersion() < FIRST_VERSION_WITH_STACK_MAPS
                                            ? 0
                                            : version.minorVersion());
                        } else {
                            writing = null;
                            builder.with(element);
                        }
                    }
                });
    }

    private void write(ClassBuilder builder, MethodModel method, CodeEmitter emitter) {
        writing = method;
        builder.withMethod(
                method.methodName(), method.methodType(), method.flags().flagsMask(), written -> {
                    for (MethodElement element : method) {
                        if (element instanceof CodeModel) {
                            written.withCode(emitter::emit);
                        } else {
                            written.with(element);
                        }
                    }
                });
    }
}
