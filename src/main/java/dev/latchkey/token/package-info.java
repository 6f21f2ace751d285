/** The functions of API tokens, and root's first token. What a token may do is decided in {@code access}. */
@NullMarked
package dev.latchkey.token;

import org.jspecify.annotations.NullMarked;
