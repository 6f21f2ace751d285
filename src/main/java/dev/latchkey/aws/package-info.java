/** Single requests to services of AWS, without the client that the SDK has for each. */
@NullMarked
package dev.latchkey.aws;

import org.jspecify.annotations.NullMarked;
