/** What others may want to know as it happens: kept with what it tells until an event bus has taken it. */
@NullMarked
package dev.latchkey.event;

import org.jspecify.annotations.NullMarked;
