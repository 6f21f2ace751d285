package dev.latchkey.usage;

import static dev.latchkey.access.Privilege.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Month;
import dev.latchkey.access.TokenValue;
import dev.latchkey.local.LocalSigningKey;
import dev.latchkey.signing.Signature;
import dev.latchkey.signing.Signer;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
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
import java.util.regex.Pattern;
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
 * The month of some customers, with tokens that come and go and with lost replies: what is billed is what {@code infra/bill}
 * recomputes from the log and from the table, but for the calls whose line says that the count is unknown. {@code
 * -Dtest.month=100000} makes so many calls.
 */
@QuarkusTest
@InProcess
class SimulatedMonthTest extends WhmTest {
  private static final int CALLS = Integer.getInteger("test.month", 1_000);
  private static final int CUSTOMERS = 20;
  private static final int STEPS = 30;
  private static final int THREADS = 8;
  private static final int MOST_PASSES = 200;
  private static final long SEED = Long.getLong("test.seed", 202611);
  private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
  private static final Pattern UNKNOWN = Pattern.compile("and ([0-9]+) of which it is unknown");

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
  ClosedMonthTable closed;

  @Inject
  UserCalls calls;

  @Inject
  Prices prices;

  @Inject
  Clock now;

  @TempDir
  Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
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

  /** A customer with the tokens that it knows of. */
  private record Customer(Account main, List<TokenValue> tokens, List<String> names) {
    private Account some(Random random) {
      synchronized (tokens) {
        return tokens.isEmpty() || random.nextInt(3) == 0
            ? main
            : main.with(tokens.get(random.nextInt(tokens.size())));
      }
    }
  }

  @Test
  void theBillsAreWhatIsRecomputedButForWhatIsUnknown() throws Exception {
    var customers = new ArrayList<Customer>();
    for (var i = 0; i < CUSTOMERS; i++) {
      var account = accounts.reseller(ALL);
      store
          .write(store.transaction().put(Item.at(new Key("RESELLERS", account.user()))))
          .await()
          .indefinitely();
      customers.add(new Customer(account, new ArrayList<>(), new ArrayList<>()));
    }
    try (var log = new Lines(folder.resolve("calls.log"))) {
      for (var step = 0; step < STEPS; step++) {
        SdkProbe.reset();
        clock =
            TestClock.stoppedAt(BEGIN.plus(Duration.ofHours(24L * step + 12)).getEpochSecond());
        reconcile();
        injectFaults(step);
        var at = step;
        Together.run(THREADS, thread -> {
          var random = new Random(SEED + 1_000L * at + thread);
          for (var i = 0; i < CALLS / STEPS / THREADS + 1; i++) {
            call(customers.get(random.nextInt(CUSTOMERS)), random, at + "x" + thread + "x" + i);
          }
          return 0;
        });
      }
      SdkProbe.reset();
      log.flush();
    }
    clock = TestClock.stoppedAt(Instant.parse("2026-12-03T00:00:00Z").getEpochSecond());
    reconcile();
    var key = LocalSigningKey.in(folder.resolve("signing.pem"));
    forgetTheWalk();
    var close = new MonthClose(walk, billing, closed, calls, prices, signer(key), now);
    for (var i = 0; i < MOST_PASSES && !areClosed(customers); i++) {
      close.run().await().indefinitely();
    }
    var unknown = 0L;
    for (var customer : customers) {
      unknown += recomputed(customer.main().user(), key);
    }
    System.out.printf(
        "%d lines of calls of %d customers: all bills agree; of %d calls it is unknown whether they are counted%n",
        Files.lines(folder.resolve("calls.log")).count(), CUSTOMERS, unknown);
  }

  /** A pass closes the months of some users, and other tests have users, too. */
  private boolean areClosed(List<Customer> customers) {
    return customers.stream()
        .allMatch(customer -> closed
            .find(customer.main().user(), new Month("202611"))
            .await()
            .indefinitely()
            .isPresent());
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

  private void call(Customer of, Random random, String name) {
    switch (random.nextInt(12)) {
      case 0 -> create(of, name);
      case 1 -> revoke(of, random);
      case 2 -> get(of.some(random), "batch?api.version=1&command=version&command=myprivs");
      case 3 -> get(of.some(random), "nothing_of_this_name?api.version=1");
      case 4, 5 -> get(of.some(random), "api_token_list?api.version=1");
      case 6 -> get(of.some(random), "batch?api.version=1&command=api_token_list&command=nothing");
      default -> get(of.some(random), "version?api.version=1");
    }
  }

  private void create(Customer of, String name) {
    var answer = get(of.main(), "api_token_create?api.version=1&token_name=t" + name);
    var made = WhmClient.parse(answer).at("/data/token").asText();
    TokenValue.parse(made).ifPresent(value -> {
      synchronized (of.tokens()) {
        of.tokens().add(value);
        of.names().add("t" + name);
      }
    });
  }

  private void revoke(Customer of, Random random) {
    String name;
    synchronized (of.tokens()) {
      if (of.tokens().isEmpty()) {
        return;
      }
      var i = random.nextInt(of.tokens().size());
      of.tokens().remove(i);
      name = of.names().remove(i);
    }
    get(of.main(), "api_token_revoke?api.version=1&token_name=" + name);
  }

  private String get(Account by, String path) {
    try {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create("http://localhost:" + RestAssured.port + "/json-api/" + path))
                  .header("Authorization", by.authorization())
                  .build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void reconcile() {
    upkeep.stream()
        .filter(work -> work instanceof RevokedCounters
            || work instanceof DaySnapshots
            || work instanceof QuotaSums)
        .forEach(work -> work.run().await().indefinitely());
  }

  /** @return of how many calls it is unknown */
  private long recomputed(String user, Path key) throws Exception {
    var root = WhmClient.of(accounts.root());
    var report = root.get("usage_report", "month", "202611", "user", user);
    Files.writeString(folder.resolve("report.json"), report.toString());
    var items = new ArrayList<>(store.query("U#" + user, "C#").await().indefinitely());
    items.addAll(store
        .query(Query.between("M#" + user + "#202611", " ", Query.END))
        .await()
        .indefinitely());
    Files.write(
        folder.resolve("table.json"),
        items.stream().map(SimulatedMonthTest::exported).toList());
    var process = new ProcessBuilder(
            "infra/bill",
            "--user",
            user,
            "--month",
            "202611",
            "--report",
            folder.resolve("report.json").toString(),
            "--log",
            folder.resolve("calls.log").toString(),
            "--table",
            folder.resolve("table.json").toString(),
            "--key",
            publicKey(key).toString())
        .redirectErrorStream(true)
        .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("signature: verified");
    var unknown = UNKNOWN.matcher(said);
    assertThat(unknown.find()).isTrue();
    return Long.parseLong(unknown.group(1));
  }

  /** As DynamoDB's export to S3 has it. */
  private static String exported(Item item) {
    var attributes = new ArrayList<String>();
    item.attributes().forEach((name, value) -> {
      if (value.n() != null) {
        attributes.add("\"" + name + "\":{\"N\":\"" + value.n() + "\"}");
      } else if (value.s() != null && name.matches("[ps]k")) {
        attributes.add("\"" + name + "\":{\"S\":\"" + value.s() + "\"}");
      }
    });
    return "{\"Item\":{" + String.join(",", attributes) + "}}";
  }

  private static Path publicKey(Path key) throws IOException {
    var pem = Files.readString(key);
    return Files.writeString(
        key.resolveSibling("signing.pub"), pem.substring(pem.indexOf("-----BEGIN PUBLIC")));
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
