/**
 * The tree that an answer is made of, and its two forms, JSON and XML. What a tree means is known by whoever builds it;
 * which form a call gets is decided in {@code wire}.
 */
@NullMarked
package dev.latchkey.data;

import org.jspecify.annotations.NullMarked;
