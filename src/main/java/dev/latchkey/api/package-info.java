/**
 * What the author of a function sees: declaration, parameters, fields, call, answer, refusal. How a request arrives and
 * how an answer is written lives in {@code wire}; no class here knows a server, a ticket or the table.
 */
@NullMarked
package dev.latchkey.api;

import org.jspecify.annotations.NullMarked;
