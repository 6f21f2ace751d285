/**
 * What an operator can set, once, with a sentence for each key. What a setting does is known by whoever reads it; the
 * laptop's settings live in {@code src/local} and {@code src/sam}.
 */
@NullMarked
package dev.latchkey.settings;

import org.jspecify.annotations.NullMarked;
