/**
 * The functions about the API itself, and the sources of time and randomness. Whatever is about servers or tokens lives
 * in their rooms.
 */
@NullMarked
package dev.latchkey.system;

import org.jspecify.annotations.NullMarked;
