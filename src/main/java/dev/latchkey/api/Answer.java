package dev.latchkey.api;

import dev.latchkey.data.Data;
import java.util.Optional;

/**
 * What a function answers.
 *
 * @param result 1, or 0 for a failure that has data all the same
 * @param metadata what it says beside WHM's own metadata
 * @param data empty for a function that says nothing but that it was done; @cpanel/api cannot read {@code data: null}
 * @param pageOf how many records there are, where the list in it is already the page of them that the call asked for
 */
public record Answer(
    int result,
    String reason,
    Data.Hash metadata,
    Optional<Data.Hash> data,
    Optional<Integer> pageOf) {
  /** What {@link #about} says. */
  public static final Field SERVER =
      Field.text("server", "The name of the server that the call was about (an extension).");

  private static final String OK = "OK";

  public static Answer of(Data.Hash data) {
    return new Answer(1, OK, Data.hash(), Optional.of(data), Optional.empty());
  }

  public static Answer withoutData() {
    return new Answer(1, OK, Data.hash(), Optional.empty(), Optional.empty());
  }

  /** Without data, and with a reason of its own, as WHM has of some functions. */
  public static Answer saying(String reason) {
    return new Answer(1, reason, Data.hash(), Optional.empty(), Optional.empty());
  }

  /** Most failures are a {@link WhmFailure}; this one has something to show. */
  public static Answer failed(String reason, Data.Hash data) {
    return new Answer(0, reason, Data.hash(), Optional.of(data), Optional.empty());
  }

  /** The same without data, for one whose metadata have something to show. */
  public static Answer failed(String reason) {
    return new Answer(0, reason, Data.hash(), Optional.empty(), Optional.empty());
  }

  /** Says something else than “OK”, where clients of WHM know it. */
  public Answer because(String other) {
    return new Answer(result, other, metadata, data, pageOf);
  }

  /** Names the server that it is about, which the call may have left to be found out. */
  public Answer about(String server) {
    return new Answer(result, reason, metadata.with(SERVER.name(), server), data, pageOf);
  }

  /** With more in its metadata. */
  public Answer with(Data.Hash more) {
    return new Answer(result, reason, metadata.with(more), data, pageOf);
  }

  /** With more in its data. */
  public Answer with(String name, Data value) {
    var more = data.orElseGet(Data::hash).with(name, value);
    return new Answer(result, reason, metadata, Optional.of(more), pageOf);
  }

  /** Its list is the page that {@code api.chunk} asked for, of so many records. */
  public Answer pageOf(int records) {
    return new Answer(result, reason, metadata, data, Optional.of(records));
  }
}
