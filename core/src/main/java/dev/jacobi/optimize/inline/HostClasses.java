package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.ClassKnowledge;
import java.lang.constant.ClassDesc;
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
}
