package dev.latchkey.api;

import java.util.List;

/** The data of a call for several servers, of a function that takes one as well. */
public final class ManyServers {
  public static final String SERVERS = "servers";
  public static final String NEXT = "next";

  /** What there is for each server. */
  public static final List<String> FIELDS = List.of("server", "result", "reason", "data");

  private ManyServers() {}

  /**
   * @param ofOne those of a call for one server
   * @param most servers of one call
   */
  static List<Field> fields(List<Field> ofOne, int most) {
    return List.of(
        Field.list(
                SERVERS,
                "What it did on each server.",
                Field.text("server", "The server's name."),
                Field.flag("result", "1 if it is done, as in the metadata of a call for it alone."),
                Field.text("reason", "OK, or why it is not done."),
                Field.hash(
                        "data",
                        "The data of a call for it alone; left out if there are none.",
                        ofOne)
                    .optional())
            .atMost(most),
        Field.text(
                NEXT,
                "There are more servers: the “api.cursor” of the next call; left out on the last.")
            .optional());
  }
}
