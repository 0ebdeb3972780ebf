package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Executable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the code of one class knows of other classes, static initialisers included. Serves one thread. */
public final class HostClasses implements ClassKnowledge {
    private final MethodResolution resolution;
    private final ClassInitialization initialization;

    public HostClasses(Class<?> host, MethodBodies bodies) {
        this.resolution = new MethodResolution(host);
        this.initialization = new ClassInitialization(host, bodies, new Access(host, resolution, bodies, false));
    }

    @Override
    public @Nullable Class<?> find(ClassDesc descriptor) {
        return resolution.load(descriptor).orElse(null);
    }

    @Override
    public boolean isInitializationSilent(ClassDesc descriptor) {
        Class<?> type = find(descriptor);
        return type != null && !initialization.isObservable(type);
    }

    /** The class whose method runs when {@code method} of {@code named} is called on an object of exactly the class {@code receiver}; none if that is not decided. */
    public Optional<Class<?>> selected(Class<?> receiver, Class<?> named, String method, String descriptor) {
        return resolution
                .resolve(new MethodReference(
                        named.describeConstable().orElseThrow(),
                        method,
                        MethodTypeDesc.ofDescriptor(descriptor),
                        named.isInterface()))
                .flatMap(resolved -> resolution.select(receiver, resolved))
                .map(Executable::getDeclaringClass);
    }
}
