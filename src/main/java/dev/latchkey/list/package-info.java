/**
 * {@code api.filter}, {@code api.sort}, {@code api.columns} and {@code api.chunk}: pure functions on the one list of an
 * answer. Reading a list from the table is the business of its function.
 */
@NullMarked
package dev.latchkey.list;

import org.jspecify.annotations.NullMarked;
