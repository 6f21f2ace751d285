/** The functions about resellers: the customers of the company, each of which owns what it makes. */
@NullMarked
package dev.latchkey.reseller;

import org.jspecify.annotations.NullMarked;
