package dev.latchkey.server;

import java.io.Serial;

/** A server is no longer what was read, and nothing was done: read again. */
public final class ServerChanged extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  public ServerChanged() {
    super("a server was changed meanwhile", null, false, false);
  }
}
