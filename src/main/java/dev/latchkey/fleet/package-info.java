/** The functions that register, show and check servers. What a server is lives in {@code server}. */
@NullMarked
package dev.latchkey.fleet;

import org.jspecify.annotations.NullMarked;
