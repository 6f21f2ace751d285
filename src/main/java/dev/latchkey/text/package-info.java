/** Text inside sentences, and digests of it. Nothing here knows what the text is about. */
@NullMarked
package dev.latchkey.text;

import org.jspecify.annotations.NullMarked;
