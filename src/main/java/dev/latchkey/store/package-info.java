/**
 * DynamoDB: the one table, its items, conditional writes and transactions. What an item means is known by the
 * {@code …Table} class of its room; nothing here knows another room.
 */
@NullMarked
package dev.latchkey.store;

import org.jspecify.annotations.NullMarked;
