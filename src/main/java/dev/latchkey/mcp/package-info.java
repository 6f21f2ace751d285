/** The Model Context Protocol as pure functions on data: messages, versions, tools, and the codes that confirm a change. */
@NullMarked
package dev.latchkey.mcp;

import org.jspecify.annotations.NullMarked;
