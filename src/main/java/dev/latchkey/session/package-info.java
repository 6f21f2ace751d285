/** Sessions: who may have one, and what opening and ending it writes. Cookies and pages are {@code wire}'s. */
@NullMarked
package dev.latchkey.session;

import org.jspecify.annotations.NullMarked;
