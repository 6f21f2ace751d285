/**
 * How the wanted state of a server reaches it: the order, Systems Manager, the outcome, and what is told of it. Only
 * {@code RunCommand} knows the SDK of Systems Manager.
 */
@NullMarked
package dev.latchkey.delivery;

import org.jspecify.annotations.NullMarked;
