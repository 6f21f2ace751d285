/** Signatures on records that leave the house, so that whoever has the public key can tell that nobody has changed them. */
@NullMarked
package dev.latchkey.signing;

import org.jspecify.annotations.NullMarked;
