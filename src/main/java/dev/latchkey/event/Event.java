package dev.latchkey.event;

import dev.latchkey.data.Data;
import dev.latchkey.data.Format;
import dev.latchkey.data.Json;
import dev.latchkey.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Something that happened, as it is told. It may be told more than once, and then with the same {@code event_id}.
 *
 * @param type EventBridge's {@code detail-type}
 * @param detail JSON, without a line break
 */
public record Event(String type, Instant at, String detail) {
  private static final int ID_DIGITS = 32;
  private static final int PARTS = 3;
  private static final int MOST_DETAIL = 10_000;

  /** Servers and vendors have written some of it. */
  private static final int MOST_CHARACTERS = 200;

  /** @param what tells it apart from all others of its type */
  public static Event of(String type, Instant at, String owner, String what, Data.Hash detail) {
    var id = Sha256.hex(type + "\n" + owner + "\n" + what).substring(0, ID_DIGITS);
    var all = Data.hash().with("event_id", id).with("owner", owner).with(detail);
    return new Event(type, at, new String(Format.JSON.write("", all), StandardCharsets.UTF_8));
  }

  /** No longer than an event has room for. */
  public static String cut(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
  }

  public Data.Hash tree() {
    return Json.read(detail, MOST_DETAIL, 2);
  }

  /** How it is kept. */
  String text() {
    return at.getEpochSecond() + "\n" + type + "\n" + detail;
  }

  /** @throws RuntimeException when it is not what {@link #text} made */
  static Event parse(String text) {
    var parts = text.split("\n", PARTS);
    return new Event(parts[1], Instant.ofEpochSecond(Long.parseLong(parts[0])), parts[2]);
  }
}
