package dev.latchkey.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** What the way in matters for, a socket or Lambda's events: run over both. */
@Tag("way-in")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WayIn {}
