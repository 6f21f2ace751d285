package dev.latchkey.usage;

import static dev.latchkey.access.Privilege.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Month;
import dev.latchkey.signing.Signature;
import dev.latchkey.signing.Signer;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.usage.ClosedMonthTable.ClosedMonth;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A month is closed once, signed, and nothing changes it afterward. */
@QuarkusTest
@InProcess
class MonthCloseTest extends WhmTest {
  private static final Month OCTOBER = new Month("202610");
  private static final Month NOVEMBER = OCTOBER.next();

  @Inject
  Store store;

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

  private TestClock.Stopped clock = at("2026-10-20T12:00:00Z");
  private Account account;
  private WhmClient client;

  private static TestClock.Stopped at(String time) {
    return TestClock.stoppedAt(Instant.parse(time).getEpochSecond());
  }

  @BeforeEach
  void aResellerWithCalls() {
    forgetTheWalk();
    account = accounts.reseller(ALL);
    store
        .write(store.transaction().put(Item.at(new Key("RESELLERS", account.user()))))
        .await()
        .indefinitely();
    client = WhmClient.of(account);
    client.data("version");
    client.data("api_token_create", "token_name", "made");
  }

  @AfterEach
  void theClockGoesOn() {
    clock.close();
    forgetTheWalk();
  }

  private void forgetTheWalk() {
    store
        .write(store
            .transaction()
            .delete(new Key("BILLING", "WALK#CLOSE"))
            .delete(new Key("BILLING", "PRICES#202610"))
            .delete(new Key("BILLING", "PRICES#202611")))
        .await()
        .indefinitely();
  }

  private static final Signer SIGNER =
      statement -> Uni.createFrom().item(Optional.of(new Signature("the key", "signed")));

  private void close(String time, Signer signer) {
    clock = at(time);
    var work = new MonthClose(walk, billing, closed, calls, prices, months, signer, now);
    for (var i = 0; i < 50; i++) {
      work.run().await().indefinitely();
    }
  }

  private Optional<ClosedMonth> found(Month month) {
    return closed.find(account.user(), month).await().indefinitely();
  }

  private JsonNode stated(Month month) {
    assertThat(found(month)).as("the closed " + month).isPresent();
    return WhmClient.parse(found(month).orElseThrow().statement());
  }

  @Test
  void notBeforeTwoDaysAfterItsEndAndThenSigned() {
    close("2026-11-02T23:59:59Z", SIGNER);
    assertThat(found(OCTOBER)).isEmpty();

    close("2026-11-03T00:00:00Z", SIGNER);

    var bill = stated(OCTOBER);
    assertThat(bill.path("user").asText()).isEqualTo(account.user());
    assertThat(bill.path("calls").asLong()).isEqualTo(2);
    assertThat(bill.path("amount").asText()).isEqualTo("0.006");
    assertThat(bill.at("/tokens/count").asInt()).isEqualTo(1);
    assertThat(bill.at("/tokens/sha256").asText())
        .isEqualTo(dev.latchkey.text.Sha256.hex(
            "%1$s 1 1\n%1$s 36 1\n".formatted(account.token().digest().substring(0, 16))));
    assertThat(found(OCTOBER).orElseThrow().signature())
        .contains(new Signature("the key", "signed"));
  }

  @Test
  void aClosedMonthIsNeverWrittenAgain() {
    close("2026-11-03T00:00:00Z", SIGNER);
    var before = found(OCTOBER).orElseThrow();

    closed
        .write(
            new ClosedMonth(
                account.user(),
                "{}",
                Optional.empty(),
                Instant.EPOCH,
                before.calls(),
                before.adjusted()),
            OCTOBER)
        .await()
        .indefinitely();

    assertThat(found(OCTOBER)).contains(before);
  }

  @Test
  void theReportShowsTheBillAsItWasClosed() {
    close("2026-11-03T00:00:00Z", SIGNER);

    var report = client.data("usage_report", "month", "202610");

    assertThat(report.path("closed").asInt()).isOne();
    assertThat(report.has("closes_at")).isFalse();
    assertThat(report.path("statement").asText())
        .isEqualTo(found(OCTOBER).orElseThrow().statement());
    assertThat(report.path("signature").asText()).isEqualTo("signed");
    assertThat(report.path("amount").asText()).isEqualTo("0.006");
    assertThat(client
            .data("usage_report", "month", "202610", "group", "user", "user", account.user())
            .path("rows")
            .size())
        .isEqualTo(2);
  }

  /** The currency was changed after the bill was closed. */
  @Test
  void billsOfSeveralCurrenciesHaveNoSum() {
    close("2026-11-03T00:00:00Z", SIGNER);
    var key = new Key("B#" + account.user(), "202610");
    var bill = store.get(key).await().indefinitely().orElseThrow();
    store
        .write(store
            .transaction()
            .put(bill.with("statement", bill.getText("statement").replace("\"USD\"", "\"EUR\""))))
        .await()
        .indefinitely();
    var call = new String[] {"month", "202610", "group", "user", "limit", "1000"};

    var all = root().data("usage_report", call);

    assertThat(all.path("rows"))
        .filteredOn(row -> row.path("user").asText().equals(account.user()))
        .hasSize(2)
        .allMatch(row -> row.path("currency").asText().equals("EUR"));
    assertThat(all.path("rows")).anyMatch(row -> row.path("currency").asText().equals("USD"));
    assertThat(all.has("currency") || all.has("amount")).as("a sum of both").isFalse();
    assertThat(all.at("/non_fatals/0").asText()).contains("are in EUR and USD", "no sum");
    var csv = root()
        .data("usage_report", "month", "202610", "group", "user", "limit", "1000", "output", "csv")
        .path("csv")
        .asText();
    assertThat(csv.lines().filter(line -> line.contains("," + account.user() + ",")))
        .hasSize(2)
        .allMatch(line -> line.endsWith(",EUR"));
    var own = client.data("usage_report", "month", "202610");
    assertThat(own.path("currency").asText()).isEqualTo("EUR");
    assertThat(own.path("amount").asText()).isEqualTo("0.006");
  }

  @Test
  void withoutAKeyItIsNotSignedAndSaysSo() {
    close("2026-11-03T00:00:00Z", statement -> Uni.createFrom().item(Optional.empty()));

    assertThat(client.data("usage_report", "month", "202610").has("signature")).isFalse();
  }

  @Test
  void aSignerThatFailsLeavesItOpen() {
    try {
      close(
          "2026-11-03T00:00:00Z",
          statement -> Uni.createFrom().failure(new IllegalStateException("no key now")));
    } catch (IllegalStateException e) {
      assertThat(e).hasRootCauseMessage("no key now");
    }
    assertThat(found(OCTOBER)).isEmpty();
    close("2026-11-03T00:01:00Z", SIGNER);
    assertThat(found(OCTOBER)).isPresent();
  }

  /** Neither this month of the others nor their next ones wait for it, and it is closed as soon as it can be. */
  @Test
  void aUserWhoseCountersAreDamagedKeepsNoOtherOpen() {
    var other = accounts.reseller(ALL);
    var broken = account.user().compareTo(other.user()) < 0 ? account : other;
    var whole = broken == account ? other : account;
    store
        .write(store.transaction().put(Item.at(new Key("RESELLERS", other.user()))))
        .await()
        .indefinitely();
    WhmClient.of(other).data("version");
    var key = new Key("U#" + broken.user(), "C#" + broken.token().digest());
    var sound = store.get(key).await().indefinitely().orElseThrow();
    put(sound.with("2910", "x"));
    try {
      assertThat(failures("2026-11-03T00:00:00Z")).isPositive();

      assertThat(closed.find(whole.user(), OCTOBER).await().indefinitely()).isPresent();
      assertThat(closed.find(broken.user(), OCTOBER).await().indefinitely()).isEmpty();
      failures("2026-12-03T00:00:00Z");
      assertThat(closed.find(whole.user(), NOVEMBER).await().indefinitely()).isPresent();
      var call = new String[] {"month", "202610", "group", "user", "limit", "1000"};
      clock = at("2026-12-03T00:00:00Z");
      var report = root().data("usage_report", call);
      assertThat(report.path("rows"))
          .extracting(row -> row.path("user").asText())
          .contains(whole.user())
          .doesNotContain(broken.user());
      assertThat(report.has("amount")).isFalse();
      assertThat(report.path("non_fatals").toString()).contains(broken.user(), "cannot be read");
    } finally {
      put(sound);
    }
    close("2026-12-03T00:01:00Z", SIGNER);
    assertThat(closed.find(broken.user(), OCTOBER).await().indefinitely())
        .hasValueSatisfying(late ->
            assertThat(WhmClient.parse(late.statement()).path("calls").asLong()).isPositive());
    assertThat(billing.walk("CLOSE").await().indefinitely().orElseThrow().left())
        .isEmpty();
  }

  private void put(Item item) {
    store.write(store.transaction().put(item)).await().indefinitely();
  }

  /** Passes until none has anything to do, and how many of them failed. */
  private long failures(String time) {
    clock = at(time);
    var work = new MonthClose(walk, billing, closed, calls, prices, months, SIGNER, now);
    return IntStream.range(0, 50)
        .filter(i -> work.run()
            .onItemOrFailure()
            .transform((done, failure) -> failure != null)
            .await()
            .indefinitely())
        .count();
  }

  @Test
  void whatIsTakenBackAfterwardIsAnAdjustmentOfTheNextMonth() {
    close("2026-11-03T00:00:00Z", SIGNER);
    var before = found(OCTOBER).orElseThrow();
    takeBackOne("2910");
    client.data("version");

    close("2026-11-04T00:00:00Z", SIGNER);
    assertThat(found(OCTOBER)).contains(before);
    close("2026-12-03T00:00:00Z", SIGNER);

    assertThat(found(OCTOBER)).contains(before);
    var bill = stated(NOVEMBER);
    assertThat(bill.path("adjusted_month").asText()).isEqualTo("202610");
    assertThat(bill.at("/adjustments/0/function").asText()).isEqualTo("version");
    assertThat(bill.at("/adjustments/0/calls").asLong()).isEqualTo(-1);
    assertThat(bill.path("calls").asLong()).isEqualTo(1);
    assertThat(bill.path("amount").asText()).isEqualTo("0.00");
    assertThat(
            client.data("usage_report", "month", "202611").at("/rows/1/adjusts").asText())
        .isEqualTo("202610");
  }

  /** As an operator set them within the month; what is set by now is 0.001 USD for a read, as before. */
  private void notedPrices(String month, String currency, String read) {
    months.run().await().indefinitely();
    var key = new Key("BILLING", "PRICES#" + month);
    var noted = store.get(key).await().indefinitely().orElseThrow();
    assertThat(noted.getText("read")).isEqualTo("0.001");
    store
        .write(store.transaction().put(noted.with("currency", currency).with("read", read)))
        .await()
        .indefinitely();
  }

  @Test
  void aMonthIsBilledAtThePricesOfItsEnd() {
    notedPrices("202610", "EUR", "0.5");
    clock = at("2026-11-02T12:00:00Z");
    months.run().await().indefinitely();

    var open = client.data("usage_report", "month", "202610");
    close("2026-11-03T00:00:00Z", SIGNER);
    var bill = stated(OCTOBER);

    assertThat(open.path("amount").asText()).isEqualTo("0.505");
    assertThat(open.path("currency").asText()).isEqualTo("EUR");
    assertThat(bill.path("amount").asText()).isEqualTo("0.505");
    assertThat(bill.path("currency").asText()).isEqualTo("EUR");
    assertThat(client.data("usage_report").path("currency").asText()).isEqualTo("USD");
  }

  @Test
  void pricesOfTheMonthThatGoesOnAreThoseThatAreSet() {
    notedPrices("202610", "EUR", "0.5");

    assertThat(client.data("usage_report").path("amount").asText()).isEqualTo("0.007");
    months.run().await().indefinitely();

    var noted = store.get(new Key("BILLING", "PRICES#202610")).await().indefinitely();
    assertThat(noted.orElseThrow().getText("read")).isEqualTo("0.001");
  }

  /** What was billed too much is given back as it was billed. */
  @Test
  void anAdjustmentHasThePricesOfTheBillThatItCorrects() {
    notedPrices("202610", "USD", "0.5");
    close("2026-11-03T00:00:00Z", SIGNER);
    takeBackOne("2910");
    client.data("version");

    close("2026-12-03T00:00:00Z", SIGNER);

    var bill = stated(NOVEMBER);
    assertThat(bill.at("/adjustments/0/amount").asText()).isEqualTo("-0.50");
    assertThat(bill.path("amount").asText()).isEqualTo("-0.499");
  }

  @Test
  void anAdjustmentInAnotherCurrencyStandsBesideTheSum() {
    notedPrices("202610", "EUR", "0.5");
    close("2026-11-03T00:00:00Z", SIGNER);
    takeBackOne("2910");
    client.data("version");

    close("2026-12-03T00:00:00Z", SIGNER);

    var bill = stated(NOVEMBER);
    assertThat(bill.at("/adjustments/0/currency").asText()).isEqualTo("EUR");
    assertThat(bill.at("/adjustments/0/amount").asText()).isEqualTo("-0.50");
    assertThat(bill.path("currency").asText()).isEqualTo("USD");
    assertThat(bill.path("amount").asText()).isEqualTo("0.001");
    var report = client.data("usage_report", "month", "202611");
    assertThat(report.at("/rows/1/currency").asText()).isEqualTo("EUR");
    assertThat(report.has("amount")).as("a sum of both").isFalse();
  }

  /** October 2026 is 81 months after January 2020, and version is function 36. */
  private void takeBackOne(String counter) {
    var key = new Key("U#" + account.user(), "C#" + account.token().digest());
    var item = store.get(key).await().indefinitely().orElseThrow();
    var less = item.with(counter, item.getNumber(counter) - 1);
    store.write(store.transaction().put(less)).await().indefinitely();
  }

  @Test
  void noMonthIsLeftOutWhenTheReconcilerRestedForLong() {
    close("2026-11-03T00:00:00Z", SIGNER);
    clock = at("2026-11-20T12:00:00Z");
    client.data("version");

    close("2027-02-10T00:00:00Z", SIGNER);

    assertThat(stated(NOVEMBER).path("calls").asLong()).isEqualTo(1);
    assertThat(found(NOVEMBER.next())).isPresent();
    assertThat(found(NOVEMBER.next().next())).isPresent();
  }

  @Test
  void aUserThatIsGoneIsBilledForWhatItsTokensCounted() {
    accounts.revoke(account.user(), account.token());
    clock = at("2026-10-20T12:05:00Z");
    revoked.run().await().indefinitely();
    store
        .write(store.transaction().delete(new Key("RESELLERS", account.user())))
        .await()
        .indefinitely();

    close("2026-11-03T00:00:00Z", SIGNER);

    assertThat(stated(OCTOBER).path("calls").asLong()).isEqualTo(2);
  }

  @Inject
  RevokedCounters revoked;
}
