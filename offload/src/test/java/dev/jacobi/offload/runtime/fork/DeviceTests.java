package dev.jacobi.offload.runtime.fork;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests that are tagged {@code device}, without Maven: what a bundle does. Arguments are names of classes; without any, all of them. Ends with 1 if one fails, or if none has run, since then nothing was shown.
 */
public final class DeviceTests {
    /** Of classes whose tests run on {@link TestedDevice}. */
    public static final String TAG = "device";

    private DeviceTests() {}

    private static final class Lines implements TestExecutionListener {
        private final PrintWriter out;
        private int passed;
        private int failed;
        private int skipped;

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            line("skipped", test, reason);
            skipped++;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Throwable thrown = result.getThrowable().orElse(null);
            switch (result.getStatus()) {
                case FAILED -> {
                    failed++;
                    line("FAILED", test, "");
                    if (thrown != null) {
                        thrown.printStackTrace(out);
                    }
                }
                case ABORTED -> {
                    skipped++;
                    line("skipped", test, thrown == null ? "" : String.valueOf(thrown.getMessage()));
                }
                case SUCCESSFUL -> {
                    if (test.isTest()) {
                        passed++;
                        line("passed", test, "");
                    }
                }
            }
            out.flush();
        }

        private void line(String what, TestIdentifier test, String reason) {
            out.println(String.format("%-8s %s  %s", what, test.getDisplayName(), reason)
                    .stripTrailing());
        }
    }

    public static void main(String[] arguments) throws URISyntaxException {
        // By its place: a jar may be without entries for folders, and then has no packages to be looked through.
        Path root = Path.of(DeviceTests.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String[] names = Arrays.stream(arguments)
                .map(name -> "(.*\\.)?" + Pattern.quote(name))
                .toArray(String[]::new);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClasspathRoots(Set.of(root)))
                .filters(
                        TagFilter.includeTags(TAG),
                        ClassNameFilter.includeClassNamePatterns(names.length == 0 ? new String[] {".*"} : names))
                .build();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        Lines lines = new Lines(out);
        LauncherFactory.create().execute(request, lines);
        out.printf("%d passed, %d failed, %d skipped%n", lines.passed, lines.failed, lines.skipped);
        if (lines.passed == 0) {
            out.println("no test has run");
        }
        out.flush();
        System.exit(lines.failed == 0 && lines.passed > 0 ? 0 : 1);
    }
}
