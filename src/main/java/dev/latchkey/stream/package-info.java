/** Where the sealed audit is copied to, out of reach of whoever can write the table. */
@NullMarked
package dev.latchkey.stream;

import org.jspecify.annotations.NullMarked;
