package dev.latchkey.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Waits for the agent of a server more than for the application: left out where tests call an executable, of which {@code
 * HappyPathsTest} has what no other test has.
 */
@Tag("agent")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface DrivesAgent {}
