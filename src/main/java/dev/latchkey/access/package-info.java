/**
 * Who may call, and how far: tokens, scopes, addresses, privileges, users, and the admission of a call. How a token is
 * created or shown lives in {@code token}.
 */
@NullMarked
package dev.latchkey.access;

import org.jspecify.annotations.NullMarked;
