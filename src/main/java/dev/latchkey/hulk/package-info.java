/** The functions for cPHulk, WHM's guard against guessed passwords, on servers that have it. */
@NullMarked
package dev.latchkey.hulk;

import org.jspecify.annotations.NullMarked;
