package dev.latchkey.testing;

import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** A reseller whom root makes by the API. */
public final class Customer {
  /** A token may do all that its user may. */
  public static final Scope UNLIMITED =
      new Scope(Privileges.ALL, Optional.empty(), Optional.empty(), OptionalLong.empty());

  private Customer() {}

  /** A name that nobody has. */
  public static String name() {
    return "c" + UUID.randomUUID().toString().replace("-", "").substring(0, 15);
  }
}
