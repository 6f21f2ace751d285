/** Calls as they are billed: what credentials counted before, and, where they are wanted, a record of each call. */
@NullMarked
package dev.latchkey.usage;

import org.jspecify.annotations.NullMarked;
