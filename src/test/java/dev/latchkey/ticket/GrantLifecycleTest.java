package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.reconcile.Reconciler;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Store;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.ticket.Lifecycle.Step;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;

/**
 * Any sequence of what may happen to grants, against a small model of what is true: see {@link Lifecycle}. A sequence that
 * fails is made shorter as long as it fails, and printed.
 */
@QuarkusTest
@InProcess
class GrantLifecycleTest extends WhmTest {
  private static final int SEQUENCES = Integer.getInteger("test.sequences", 4);
  private static final int STEPS = Integer.getInteger("test.steps", 30);
  private static final long SEED = Long.getLong("test.seed", 14);
  private static final int MOST_TRIES = Integer.getInteger("test.tries", 80);

  /** So many come to everything that may happen. */
  private static final int MANY = 50;

  @Inject
  ServerTable servers;

  @Inject
  Store store;

  @Inject
  Reconciler reconciler;

  @Inject
  DynamoDbAsyncClient client;

  private final ModelFleet fleet = new ModelFleet();

  @BeforeEach
  void standIn() {
    QuarkusMock.installMockForType(fleet, SsmAsyncClient.class);
    endAll();
  }

  @AfterEach
  void leaveNothingDue() {
    SdkProbe.reset();
    fleet.isCutOff = false;
    endAll();
  }

  /** What other tests left is in nobody's way, and neither is what this one leaves. */
  private void endAll() {
    try (var clock =
        TestClock.stoppedAt(Instant.now().plus(Duration.ofDays(60)).getEpochSecond())) {
      reconciler.run().await().atMost(Duration.ofMinutes(1));
    }
  }

  @Test
  void whateverHappensNothingIsOpenThatShouldNotBe() {
    var begun = System.nanoTime();
    var covered = new Lifecycle.Coverage();
    for (var i = 0; i < SEQUENCES; i++) {
      var seed = SEED * 1_000_003 + i;
      var steps = Step.sequence(new Random(seed), STEPS);
      failure(steps, covered).ifPresent(failure -> report(seed, steps, failure));
    }
    System.out.printf(
        "| %,d sequences of %d steps | %.0f s | %s |%n",
        SEQUENCES, STEPS, (System.nanoTime() - begun) / 1e9, covered);
    assertThat(covered.hasEveryStep()).as("every step was taken: " + covered).isTrue();
    assertThat(SEQUENCES < MANY || covered.isWhole())
        .as("it came to all: " + covered)
        .isTrue();
  }

  private Optional<AssertionError> failure(List<Step> steps, Lifecycle.Coverage covered) {
    try {
      new Lifecycle(this, covered).run(steps);
      return Optional.empty();
    } catch (AssertionError failure) {
      return Optional.of(failure);
    } finally {
      SdkProbe.reset();
      fleet.isCutOff = false;
    }
  }

  private void report(long seed, List<Step> steps, AssertionError failure) {
    var least = steps;
    var why = failure;
    var tries = 0;
    for (var size = Math.max(1, steps.size() / 2); size >= 1; size /= 2) {
      for (var from = 0; from < least.size() && tries < MOST_TRIES; ) {
        var fewer = without(least, from, Math.min(least.size(), from + size));
        tries++;
        var again = failure(fewer, new Lifecycle.Coverage());
        if (again.isPresent()) {
          least = fewer;
          why = again.get();
        } else {
          from += size;
        }
      }
    }
    throw new AssertionError(
        "with seed " + seed + ", of " + steps.size() + " steps these fail:\n"
            + String.join("\n", least.stream().map(Step::toString).toList()) + "\n"
            + why.getMessage(),
        why);
  }

  private static List<Step> without(List<Step> steps, int from, int end) {
    return new ArrayList<>(
        Stream.concat(steps.subList(0, from).stream(), steps.subList(end, steps.size()).stream())
            .toList());
  }

  ModelFleet fleet() {
    return fleet;
  }

  dev.latchkey.testing.Accounts accounts() {
    return accounts;
  }

  dev.latchkey.testing.WhmClient asRoot() {
    return root();
  }
}
