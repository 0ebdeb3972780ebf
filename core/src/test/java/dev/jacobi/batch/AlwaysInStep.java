package dev.jacobi.batch;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets examples go in step on the JVM wherever they can while the tests of a class run, and not only where that is faster. */
final class AlwaysInStep implements BeforeAllCallback, AfterAllCallback {
    private static final String WHEN = "jacobi.batch.step";

    @Override
    public void beforeAll(ExtensionContext context) {
        System.setProperty(WHEN, "always");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        System.clearProperty(WHEN);
    }
}
