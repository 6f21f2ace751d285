/**
 * The functions of tickets and vendor profiles, with their rules and tables. Keys are judged in {@code ssh}; orders are
 * sent by {@code delivery}.
 */
@NullMarked
package dev.latchkey.ticket;

import org.jspecify.annotations.NullMarked;
