package dev.latchkey.server;

import dev.latchkey.server.StatedEnd.Gone;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys that are revoked on one server, by fingerprint; part of its wanted state. */
public record Revocations(List<Revocation> all) {
  public static final Revocations NONE = new Revocations(List.of());

  /** On one server: what an order has room for. */
  public static final int MOST = 100;

  /** Of which an order asks for a proof: more would not fit into what a server states. */
  static final int MOST_TOLD = 20;

  private static final String THE_SERVER = "the server";
  private static final Optional<String> LOST =
      Optional.of("stated by the server: revoked before, and lost with a table that was restored");

  public Revocations {
    all = all.stream().sorted(Comparator.comparing(Revocation::fingerprint)).toList();
  }

  public boolean areMoreThan(int most) {
    return all.size() > most;
  }

  public List<String> fingerprints() {
    return all.stream().map(Revocation::fingerprint).toList();
  }

  public Optional<Revocation> find(String fingerprint) {
    return all.stream().filter(one -> one.fingerprint().equals(fingerprint)).findFirst();
  }

  /** Those that no server has proven gone. */
  public List<Revocation> unproven() {
    return all.stream().filter(one -> !one.isProven()).toList();
  }

  /**
   * The fingerprints of which an order asks for a proof: the latest first, and others with each repeat where they are many,
   * so that what cannot be proven keeps none of them waiting.
   *
   * @param sent how many orders were sent of this wanted state
   */
  public List<String> told(int sent) {
    var waiting = new ArrayList<>(unproven().stream()
        .sorted(Comparator.comparing(Revocation::at).reversed())
        .map(Revocation::fingerprint)
        .toList());
    if (waiting.size() > MOST_TOLD) {
      Collections.rotate(waiting, -MOST_TOLD * Math.max(0, sent - 1));
    }
    return waiting.stream().limit(MOST_TOLD).sorted().toList();
  }

  Revocations with(Revocation another) {
    return new Revocations(
        Stream.concat(without(another.fingerprint()).all.stream(), Stream.of(another))
            .toList());
  }

  /**
   * With keys that the server keeps out and we do not know of, as far as there is room for them.
   *
   * @param generation in which they become part of what is wanted
   */
  Revocations adopting(List<String> kept, Instant at, long generation) {
    var after = this;
    for (var fingerprint : kept) {
      if (after.find(fingerprint).isEmpty() && !after.areMoreThan(MOST - 1)) {
        after =
            after.with(Revocation.wished(fingerprint, at, THE_SERVER, LOST).wantedIn(generation));
      }
    }
    return after;
  }

  Revocations without(String fingerprint) {
    return new Revocations(
        all.stream().filter(one -> !one.fingerprint().equals(fingerprint)).toList());
  }

  /** Where a new epoch counts from the beginning, every wish is one of its first generation. */
  Revocations restamped(long generation) {
    return new Revocations(all.stream()
        .map(one -> one.generation() > generation ? one.wantedIn(generation) : one)
        .toList());
  }

  /** Of another machine nothing is proven. */
  Revocations unproven(long generation) {
    return new Revocations(
        all.stream().map(one -> one.unproven().wantedIn(generation)).toList());
  }

  /**
   * After a statement about a wanted state of ours.
   *
   * @param room how many may become proven by it, as each has a receipt in the transaction; the next statement has others
   */
  Revocations after(Observation stated, int room) {
    var after = new ArrayList<Revocation>();
    var left = room;
    for (var one : all) {
      var entry =
          stated.revoked(one.fingerprint()).filter(told -> stated.generation() >= one.generation());
      if (!one.isProven()
          && entry.filter(told -> told.gone() == Gone.YES).isPresent()
          && left > 0) {
        left--;
        after.add(one.proven(stated.at()));
      } else if (one.isProven() && entry.filter(told -> told.gone() == Gone.NO).isPresent()) {
        after.add(one.unproven());
      } else {
        after.add(one);
      }
    }
    return new Revocations(after);
  }

  /** What was not proven before and is now. */
  public List<Revocation> provenSince(Revocations before) {
    return all.stream()
        .filter(Revocation::isProven)
        .filter(
            one -> before.find(one.fingerprint()).filter(old -> !old.isProven()).isPresent())
        .toList();
  }
}
