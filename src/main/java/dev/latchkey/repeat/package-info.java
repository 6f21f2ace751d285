/** Calls that may be sent again: what the table keeps of a call with a key, and how a repeat of it is known and answered. */
@NullMarked
package dev.latchkey.repeat;

import org.jspecify.annotations.NullMarked;
