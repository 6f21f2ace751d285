/** Calls as they are billed: the records and how they lie in the table. {@code wire} writes one for each call. */
@NullMarked
package dev.latchkey.usage;

import org.jspecify.annotations.NullMarked;
