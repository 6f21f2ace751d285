/** The functions for the SSH keys of root on a server. What a key is lives in {@code ssh}. */
@NullMarked
package dev.latchkey.sshkey;

import org.jspecify.annotations.NullMarked;
