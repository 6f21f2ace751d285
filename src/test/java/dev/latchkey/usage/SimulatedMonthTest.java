package dev.latchkey.usage;

import static dev.latchkey.access.Privilege.ALL;

import dev.latchkey.access.Month;
import dev.latchkey.local.LocalSigningKey;
import dev.latchkey.signing.Signature;
import dev.latchkey.signing.Signer;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.UnknownOutcome;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.usage.BillScript.Counted;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The month of some customers, with tokens that are made, rotated and revoked, and with lost replies: what is billed is
 * what {@code infra/bill} recomputes from the log and from the table, but for the calls whose line says that the count is
 * unknown. {@code -Dtest.month=100000} makes so many calls.
 */
@QuarkusTest
@InProcess
class SimulatedMonthTest extends WhmTest {
  private static final int CALLS = Integer.getInteger("test.month", 1_000);
  private static final int CUSTOMERS = 20;
  private static final int STEPS = 30;
  private static final int THREADS = 8;
  private static final int MOST_PASSES = 200;

  /** Enough for what a day revokes, of 25 changes each. */
  private static final int PASSES_A_DAY = 2 + CALLS / 2_500;

  private static final long SEED = Long.getLong("test.seed", 202611);
  private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
  private static final Month MONTH = Month.of(BEGIN);

  @Inject
  Store store;

  @Inject
  @All
  List<Upkeep> upkeep;

  @Inject
  UserWalk walk;

  @Inject
  BillingTable billing;

  @Inject
  MonthPrices months;

  @Inject
  ClosedMonthTable closed;

  @Inject
  UserCalls calls;

  @Inject
  Prices prices;

  @Inject
  Clock now;

  @TempDir
  Path folder;

  private TestClock.Stopped clock = TestClock.stoppedAt(BEGIN.getEpochSecond());

  @AfterEach
  void noMoreFaults() {
    clock.close();
    SdkProbe.reset();
    forgetTheWalk();
  }

  /** Tests at another time of the clock have closed other months. */
  private void forgetTheWalk() {
    store
        .write(store.transaction().delete(new Key("BILLING", "WALK#CLOSE")))
        .await()
        .indefinitely();
  }

  @Test
  void theBillsAreWhatIsRecomputedButForWhatIsUnknown() throws Exception {
    var customers = new ArrayList<SimulatedCustomer>();
    for (var i = 0; i < CUSTOMERS; i++) {
      var account = accounts.reseller(ALL);
      store
          .write(store.transaction().put(Item.at(new Key("RESELLERS", account.user()))))
          .await()
          .indefinitely();
      customers.add(new SimulatedCustomer(account));
    }
    try (var log = new Lines(folder.resolve("calls.log"))) {
      for (var step = 0; step < STEPS; step++) {
        SdkProbe.reset();
        // Marks of calls have its milliseconds.
        clock = TestClock.runningFrom(BEGIN.plus(Duration.ofHours(24L * step + 12)));
        reconcile();
        injectFaults(step);
        var at = step;
        Together.run(THREADS, thread -> {
          var random = new Random(SEED + 1_000L * at + thread);
          var made = 0;
          for (var i = 0; made < CALLS / STEPS / THREADS + 1; i++) {
            var customer = customers.get(random.nextInt(CUSTOMERS));
            made += customer.call(random, at + "x" + thread + "x" + i);
          }
          return made;
        });
      }
      SdkProbe.reset();
      log.flush();
    }
    clock = TestClock.stoppedAt(Instant.parse("2026-12-03T00:00:00Z").getEpochSecond());
    reconcile();
    var key = LocalSigningKey.in(folder.resolve("signing.pem"));
    forgetTheWalk();
    var close = new MonthClose(walk, billing, closed, calls, prices, months, signer(key), now);
    for (var i = 0; i < MOST_PASSES && !areClosed(customers); i++) {
      close.run().await().indefinitely();
    }
    var bill = new BillScript(folder, folder.resolve("calls.log"), key);
    var counted = new Counted(0, 0);
    for (var customer : customers) {
      counted = counted.plus(recomputed(customer.user(), bill));
    }
    System.out.printf(
        "%d calls of %d customers: all bills agree; of %d it is unknown whether they are counted%n",
        counted.calls(), CUSTOMERS, counted.unknown());
  }

  /** A pass closes the months of some users, and other tests have users, too. */
  private boolean areClosed(List<SimulatedCustomer> customers) {
    return customers.stream()
        .allMatch(customer ->
            closed.find(customer.user(), MONTH).await().indefinitely().isPresent());
  }

  private void injectFaults(int step) {
    var random = new Random(SEED + step);
    Function<SdkRequest, Optional<RuntimeException>> lose = request -> {
      var isCounting = request instanceof UpdateItemRequest || request instanceof GetItemRequest;
      var isOther = request instanceof QueryRequest || request instanceof TransactWriteItemsRequest;
      synchronized (random) {
        return isCounting && random.nextInt(40) == 0 || isOther && random.nextInt(30) == 0
            ? Optional.of(ApiCallTimeoutException.create(1))
            : Optional.empty();
      }
    };
    SdkProbe.failBefore(lose);
    SdkProbe.failAfter(lose);
  }

  private void reconcile() {
    upkeep.stream()
        .filter(work -> work instanceof RevokedCounters
            || work instanceof DaySnapshots
            || work instanceof QuotaSums)
        .forEach(work -> {
          for (var i = 0; i < PASSES_A_DAY; i++) {
            pass(work);
          }
        });
  }

  /** On a slow machine a request may time out by itself. */
  private static void pass(Upkeep work) {
    try {
      work.run().await().indefinitely();
    } catch (IllegalStateException | UnknownOutcome e) {
      // The next pass goes on.
    }
  }

  private Counted recomputed(String user, BillScript bill) throws Exception {
    var root = WhmClient.of(accounts.root());
    var report = root.get("usage_report", "month", MONTH.yyyymm(), "user", user);
    var items = new ArrayList<>(store.query("U#" + user, "C#").await().indefinitely());
    items.addAll(store
        .query(Query.between("M#" + user + "#" + MONTH.yyyymm(), " ", Query.END))
        .await()
        .indefinitely());
    return bill.agreed(user, MONTH.yyyymm(), report, items);
  }

  private static Signer signer(Path key) throws Exception {
    var pem = Files.readString(key);
    var der = Base64.getMimeDecoder()
        .decode(pem.substring(0, pem.indexOf("-----END")).replaceFirst("-----BEGIN.*-----", ""));
    var secret = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    return statement -> Uni.createFrom().item(() -> {
      try {
        var signature = java.security.Signature.getInstance("SHA256withECDSA");
        signature.initSign(secret);
        signature.update(statement);
        return Optional.of(
            new Signature("test", Base64.getEncoder().encodeToString(signature.sign())));
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  /** The lines of calls, in a file as an operator keeps them. */
  private static final class Lines extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("dev.latchkey.call");
    private final BufferedWriter file;

    Lines(Path file) throws IOException {
      this.file = Files.newBufferedWriter(file);
      logger.addHandler(this);
    }

    @Override
    public synchronized void publish(LogRecord line) {
      try {
        file.write(line.getMessage());
        file.newLine();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void flush() {}

    @Override
    public synchronized void close() {
      logger.removeHandler(this);
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
