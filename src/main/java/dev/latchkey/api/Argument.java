package dev.latchkey.api;

/** One name and value of a call, decoded. An empty JSON array and a JSON null are present with an empty value. */
public record Argument(String name, String value) {
  /** A value may be a secret. */
  @Override
  public String toString() {
    return name + "=…";
  }
}
