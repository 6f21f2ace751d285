/**
 * The one unit of work: whatever is decided about the table is committed here, with its author and its audit entry.
 * What is written is known by the tables.
 */
@NullMarked
package dev.latchkey.change;

import org.jspecify.annotations.NullMarked;
