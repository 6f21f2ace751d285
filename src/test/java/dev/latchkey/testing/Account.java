package dev.latchkey.testing;

import dev.latchkey.access.TokenValue;

/** A user of the deployment under test, with a token of it. */
public record Account(String user, TokenValue token) {
  public String authorization() {
    return "whm " + user + ":" + token.reveal();
  }

  public Account with(TokenValue other) {
    return new Account(user, other);
  }
}
