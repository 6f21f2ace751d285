/**
 * HTTP and gateway events in, answers out: routes, arguments, the pipeline of a call, the envelope. Nothing here knows
 * what a function does.
 */
@NullMarked
package dev.latchkey.wire;

import org.jspecify.annotations.NullMarked;
