/**
 * What is wished for a server and what it stated: servers, grants, observations, receipts, and their tables. How a wish
 * reaches the server lives in {@code delivery}; the functions live in {@code fleet} and {@code ticket}.
 */
@NullMarked
package dev.latchkey.server;

import org.jspecify.annotations.NullMarked;
