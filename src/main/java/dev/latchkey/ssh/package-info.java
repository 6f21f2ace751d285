/**
 * Public keys, key options, account names and source ranges, as OpenSSH means them. What is done with a key on a server
 * lives in {@code delivery} and in the agent.
 */
@NullMarked
package dev.latchkey.ssh;

import org.jspecify.annotations.NullMarked;
