package dev.latchkey.access;

import java.util.Optional;

/**
 * What is known of whether a call is counted, as it goes on: the call's line in the log says it, so that a bill can be
 * recomputed from the log and differs by no more than what is not known.
 */
public final class CountOutcome {
  public enum State {
    NO,
    YES,
    /** An answer of DynamoDB was lost, and what it would have said could not be found out. */
    UNKNOWN
  }

  /** Whose item counts, if it exists. */
  public record Billed(String user, String token) {}

  private final Tally calls;
  private volatile State state = State.NO;
  private volatile Optional<Billed> billed = Optional.empty();

  public CountOutcome(Tally calls) {
    this.calls = calls;
  }

  public Tally calls() {
    return calls;
  }

  public State state() {
    return state;
  }

  public Optional<Billed> billed() {
    return billed;
  }

  void of(String user, String token) {
    billed = Optional.of(new Billed(user, token));
  }

  void counted() {
    state = State.YES;
  }

  void notCounted() {
    state = State.NO;
  }

  void unknown() {
    state = State.UNKNOWN;
  }
}
