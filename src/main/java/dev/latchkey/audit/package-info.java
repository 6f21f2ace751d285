/**
 * Who changed what: the entries and how they lie in the table. Only {@code change} writes them; {@code report} lists
 * them.
 */
@NullMarked
package dev.latchkey.audit;

import org.jspecify.annotations.NullMarked;
