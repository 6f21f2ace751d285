/**
 * The functions that show what was recorded: the audit, and later the bill. The records live in {@code audit} and
 * {@code usage}.
 */
@NullMarked
package dev.latchkey.report;

import org.jspecify.annotations.NullMarked;
