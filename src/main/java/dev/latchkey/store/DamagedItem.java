package dev.latchkey.store;

import java.io.Serial;

/** An item of the table that is not as Latchkey writes it: the message has its key and what is wrong, and no value of it. */
public final class DamagedItem extends IllegalStateException {
  @Serial
  private static final long serialVersionUID = 1;

  private final transient Key key;

  DamagedItem(Key key, String why) {
    super("item “%s” / “%s” of the table is damaged: %s".formatted(key.pk(), key.sk(), why));
    this.key = key;
  }

  DamagedItem(Key key, RuntimeException cause) {
    this(key, "it is not as Latchkey writes it");
    initCause(cause);
  }

  public Key key() {
    return key;
  }
}
