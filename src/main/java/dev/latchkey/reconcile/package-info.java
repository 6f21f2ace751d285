/**
 * The scheduled look at every server that is due, and what it reports. The rules of what is due live in {@code server}.
 */
@NullMarked
package dev.latchkey.reconcile;

import org.jspecify.annotations.NullMarked;
