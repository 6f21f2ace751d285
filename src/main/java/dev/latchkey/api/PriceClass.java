package dev.latchkey.api;

/** What a call costs: one of three prices, which the operator sets. Nobody calls an internal function, and none has one. */
public enum PriceClass {
  /** It only reads the table. */
  READ("read"),
  /** It changes the table. */
  CHANGE("change"),
  /** It asks servers, or sends them orders. */
  SERVERS("servers");

  private final String word;

  PriceClass(String word) {
    this.word = word;
  }

  /** As settings and bills have it. */
  public String word() {
    return word;
  }

  /** By what a function needs, as that is what its calls cost us. */
  static PriceClass of(Declaration function) {
    if (function.permissions().contains(Permission.RUN_COMMAND)) {
      return SERVERS;
    }
    return function.isChanging() ? CHANGE : READ;
  }
}
