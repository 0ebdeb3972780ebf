package dev.jacobi.cli;

import dev.jacobi.Axis;
import dev.jacobi.Backend;
import dev.jacobi.BackendChoice;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Primal;
import dev.jacobi.cli.check.Choices;
import dev.jacobi.compile.Explanation;
import dev.jacobi.compile.Explanation.Stage;
import dev.jacobi.compile.Explanation.Transformation;
import dev.jacobi.offload.Offload;
import dev.jacobi.offload.OffloadedMethod;
import java.io.PrintWriter;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The intermediate representation of a method after each stage. */
@Command(
        name = "explain",
        description = {
            "Prints the intermediate representation of a static method after each stage that changed",
            "it, with source lines: lifted, optimised, differentiated, optimised again."
        },
        mixinStandardHelpOptions = true)
final class Explain implements Callable<Integer> {
    /** How long a choice is waited for. */
    private static final double SECONDS = 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private MethodOptions method;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "reverse",
            description = "reverse (default), forward, or none to leave it undifferentiated.")
    private String mode;

    @Option(
            names = "--wrt",
            split = ",",
            paramLabel = "I",
            description = {
                "The parameters to differentiate by, counted from 0;",
                "default: every floating-point parameter."
            })
    private @Nullable List<Integer> inputs;

    @Option(
            names = "--backend",
            paramLabel = "B",
            defaultValue = "JVM",
            description = {
                "jvm (default), llvm or auto: with the latter two, the stage \"native\" is the",
                "module that LLVM compiles, or the reason why there is none."
            })
    private Backend backend;

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = {
                "With --backend auto: calls the derivative with these arguments until a backend is",
                "chosen, and prints the choice as stage \"choice\"."
            })
    private @Nullable String arguments;

    @Option(
            names = "--batch",
            split = ",",
            paramLabel = "AXIS",
            description = {
                "Adds the stage \"batch\": how the examples of a batch are done, and why. One axis for each",
                "parameter of what --mode makes of the method: SHARED, EACH or SUMMED."
            })
    private @Nullable List<Axis> axes;

    @Option(
            names = "--layout",
            paramLabel = "L",
            defaultValue = "SEPARATE",
            description = "With --batch: SEPARATE (default), PACKED or LANES.")
    private Layout layout;

    @Option(
            names = "--offload",
            description = {
                "Adds the stage \"offload\": what of it would run on a device, and what stays on the JVM. No",
                "device is needed for this."
            })
    private boolean offload;

    @Option(
            names = "--stage",
            split = ",",
            paramLabel = "NAME",
            description = "Only these stages, for example Lift,ReverseMode,final; list: their names only.")
    private @Nullable List<String> stages;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (arguments != null && (backend != Backend.AUTO || transformation() == Transformation.NONE)) {
                throw misuse("--args goes with --backend auto and --mode reverse or forward.");
            }
            Primal primal = primal();
            List<Stage> all = new ArrayList<>(Explanation.of(primal, transformation(), inputs));
            if (axes != null) {
                all.add(Explanation.batch(primal, transformation(), inputs, axes, layout));
            }
            if (offload) {
                all.add(new Stage("offload", offloaded(primal).explain()));
            }
            if (arguments != null) {
                all.add(choice(primal, arguments));
            }
            if (stages != null && stages.equals(List.of("list"))) {
                all.forEach(stage -> out.println(stage.name()));
                return 0;
            }
            List<Stage> wanted = all.stream().filter(this::isWanted).toList();
            if (wanted.isEmpty()) {
                throw misuse("No stage of that name; --stage list names them.");
            }
            wanted.forEach(stage -> out.printf("---- %s%n%s%n", stage.name(), stage.text()));
            return 0;
        } catch (JacobiException refusal) {
            out.println("refused: " + refusal.getMessage());
            return 1;
        }
    }

    private OffloadedMethod offloaded(Primal primal) {
        return Explanation.derivative(primal, transformation(), inputs)
                .map(Offload::of)
                .orElseGet(() -> Offload.of(primal));
    }

    private Stage choice(Primal primal, String given) {
        ArgumentReader reader = new ArgumentReader(spec);
        Method original =
                primal.method().orElseThrow(() -> misuse("The method is not static; only static methods are called."));
        List<Object> actual = reader.read(reader.parse(given), original);
        try {
            original.setAccessible(true);
            List<BackendChoice> choices = Choices.of(
                    original,
                    primal,
                    actual,
                    reader.inputs(inputs, actual),
                    transformation() == Transformation.REVERSE,
                    SECONDS);
            String text = choices.stream()
                    .map(choice -> (choice.pending() ? "none yet" : choice.backend()) + ", "
                            + (choice.arguments().isEmpty() ? "" : choice.arguments() + ": ") + choice.reason() + "\n")
                    .collect(Collectors.joining());
            return new Stage(
                    "choice",
                    text.isEmpty()
                            ? "JVM: there is no native code, it is not for these types, or there is no loop that it could make shorter\n"
                            : text);
        } catch (InaccessibleObjectException e) {
            throw misuse("The method cannot be called: " + e.getMessage() + ".");
        } catch (InvocationTargetException e) {
            throw misuse("The method throws at this point: " + e.getCause());
        }
    }

    private Primal primal() {
        Primal primal = method.primal(spec);
        return primal.with(primal.options().withBackend(backend));
    }

    private Transformation transformation() {
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "reverse" -> Transformation.REVERSE;
            case "forward" -> Transformation.FORWARD;
            case "none" -> Transformation.NONE;
            default -> throw misuse("--mode is reverse, forward or none, not " + mode + ".");
        };
    }

    private boolean isWanted(Stage stage) {
        return stages == null || stages.stream().anyMatch(name -> name.equalsIgnoreCase(stage.name()));
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
