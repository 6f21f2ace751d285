package dev.latchkey.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Stops the application's clock, reads its log or fails its requests, and so needs it in the tests' own process: left out
 * where tests call a package, {@code -DexcludedGroups=in-process}.
 */
@Tag("in-process")
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface InProcess {}
