package dev.jacobi.offload.runtime.fork;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** At a static method without parameters: a test that {@link ForkedTests} runs in another JVM. Its name says what it shows. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface InFork {}
