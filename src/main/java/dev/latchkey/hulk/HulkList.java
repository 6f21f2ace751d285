package dev.latchkey.hulk;

import dev.latchkey.text.Quoted;

/** The two lists of cPHulk: whom it never keeps out, and whom always. */
enum HulkList {
  WHITE,
  BLACK;

  /** @throws IllegalArgumentException that says what would be right */
  static HulkList parse(String text) {
    return switch (text) {
      case "white" -> WHITE;
      case "black" -> BLACK;
      default ->
        throw new IllegalArgumentException("“" + Quoted.of(text) + "” is neither white nor black.");
    };
  }

  @Override
  public String toString() {
    return this == WHITE ? "white" : "black";
  }
}
